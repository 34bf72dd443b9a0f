"""`jembatan check`: everything that is wrong with a federation, at once."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from ..plan.build import Built
from ..plan.codes import CODES
from ..plan.load import read_and_build
from ..plan.render import RENDERERS
from ..plan.routes import end_of
from .frame import FINDINGS, FINE, STATE, UsageError, add_folders, find_folders, read_environment, say, summarise

NAME = "check"
HELP = "Check a federation: every mistake with file, line, code and cure; nothing is started."
EXAMPLE = "  jembatan check country/\n  jembatan check --explain JB-REF-003"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_folders(parser)
    parser.add_argument("--format", choices=tuple(RENDERERS), default="text", help="how to print (default: text)")
    parser.add_argument("--explain", metavar="CODE", help="explain a code and end")
    parser.add_argument("--resolve", action="store_true", help="look up secrets in the environment and in files too")
    parser.add_argument("--as-of", metavar="DATE", type=_read_day, help="also report what has ended by that date")


def run(arguments: argparse.Namespace) -> int:
    """Check; 0 where nothing is wrong, 1 where something is."""
    if arguments.explain:
        return _explain(arguments.explain)
    federation, built = read_and_build(
        find_folders(arguments), read_environment() if arguments.resolve else None, STATE / "verdicts" if STATE.is_dir() else None
    )
    sys.stdout.write(RENDERERS[arguments.format](built.diagnostics, federation.sources))
    ended = _list_ended(built, arguments.as_of) if arguments.as_of else []
    for line in ended:
        (sys.stdout if arguments.format == "text" else sys.stderr).write(line + "\n")
    if arguments.format == "text":
        say(summarise(federation, built))
    has_errors = any(each.severity == "error" for each in built.diagnostics)
    return FINDINGS if has_errors or ended else FINE


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"a day is written YYYY-MM-DD, not {text}") from error


def _list_ended(built: Built, day: date) -> list[str]:
    expiries = built.plan.expiries if built.plan is not None else ()
    moment = end_of(day.isoformat())
    return [f"ended by {day}: {expiry.what} {expiry.id}" for expiry in expiries if expiry.until_s <= moment]


def _explain(name: str) -> int:
    code = CODES.get(name)
    if code is None:
        raise UsageError(f"there is no code {name}; codes look like JB-REF-003")
    say(f"{code.code}: {code.title}\n\n{code.what} {code.why}\n\n{code.mend}")
    return FINE
