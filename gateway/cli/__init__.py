"""`jembatan …`: one file a command, in one table.

Laws: a command that fails by a defect of ours ends with 4 and one line; the traceback is shown with JEMBATAN_DEBUG=1.
Must not know: what the commands do.
"""

from __future__ import annotations

import argparse
import importlib
import keyword
import os
import sys
import traceback
from collections.abc import Sequence
from typing import cast

from .. import __version__
from .frame import INTERNAL, USAGE, AnyOrder, Command, Group, Parser, UsageError, add_command, say_store

_KEEP = argparse.RawDescriptionHelpFormatter
COMMANDS = (
    *("check", "test", "serve", "demo", "init", "routes", "explain", "schema", "mapping", "journey", "consent", "store", "sandbox"),
    *("token", "import", "catalogue", "maturity"),
)
_WHAT = "One national endpoint for every call between agency systems."
_BEGIN = """begin:
  jembatan demo              the reference federation with simulated agencies, on this machine
  jembatan init country      a federation of your own
  jembatan COMMAND --help    what a command takes, with examples

exit codes: 0 fine, 1 findings, 2 changes, 3 wrong usage, 4 internal"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = Parser(prog="jembatan", description=_WHAT, epilog=_BEGIN, formatter_class=_KEEP)
    parser.add_argument("--version", action="version", version=f"jembatan {__version__}")
    choices = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=AnyOrder)
    named = [word for word in words if not word.startswith("-")][:1]
    for name in named if named and named[0] in COMMANDS else COMMANDS:  # loads what is needed: some commands bring a web server
        add_command(choices, name, load_command(name))
    if not words:
        parser.print_help(sys.stderr)
        return USAGE
    arguments = parser.parse_args(words)
    return _run(arguments)


def load_command(name: str) -> Command | Group:
    """Give the module of a command; `import` can be no module's name, so its file has a sign more."""
    module = name + "_" if keyword.iskeyword(name) else name
    return cast("Command | Group", importlib.import_module(f".{module}", __name__))


def _run(arguments: argparse.Namespace) -> int:
    try:
        return int(arguments.run(arguments))
    except UsageError as error:
        sys.stderr.write(f"jembatan {arguments.command}: {error}\n")
        return USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("JEMBATAN_DEBUG"):
            traceback.print_exc()
        if isinstance(error, OSError) and error.filename is not None:  # a place that the caller named, seldom one of ours
            sys.stderr.write(f"jembatan {arguments.command}: {error.filename}: {error.strerror}\n")
            return USAGE
        if said := say_store(error):
            sys.stderr.write(f"jembatan {arguments.command}: {said}\n")
            return USAGE
        sys.stderr.write(f"jembatan {arguments.command}: a defect: {type(error).__name__}: {error} (JEMBATAN_DEBUG=1 shows where)\n")
        return INTERNAL
