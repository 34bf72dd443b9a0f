"""`jembatan check`: everything that is wrong with a federation, at once."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from ..plan.against import check_against
from ..plan.codes import explain_code
from ..plan.diagnose import Diagnostic
from ..plan.federation import Federation, read_federation
from ..plan.load import check_federation
from ..plan.render import RENDERERS
from ..plan.routes import end_of
from ..plan.verdict import Verdict
from .frame import FINDINGS, FINE, PARTS, STATE, UsageError, add_folders, find_folders, read_environment, say, summarise

NAME = "check"
HELP = "Check a federation: every mistake with file, line, code and cure; nothing is started."
EXAMPLE = "  jembatan check country/\n  jembatan check --explain JB-REF-003"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_folders(parser)
    parser.add_argument("--format", choices=tuple(RENDERERS), default="text", help="how to print (default: text)")
    parser.add_argument("--explain", metavar="CODE", help="explain a code and end")
    parser.add_argument("--resolve", action="store_true", help="look up secrets in the environment and in files too")
    parser.add_argument("--no-cache", action="store_true", help="check everything anew, and keep nothing under .jembatan/cache")
    parser.add_argument("--against", metavar="BASE", type=Path, help="the federation before: new routes are held to what was decided")
    parser.add_argument("--as-of", metavar="DATE", type=_read_day, help="also report what has ended by that date")


def run(arguments: argparse.Namespace) -> int:
    """Check; 0 where nothing is wrong, 1 where something is."""
    if arguments.explain:
        return _explain(arguments.explain)
    folders = find_folders(arguments)
    cache_dir = None if arguments.no_cache else find_cache(folders[0])
    federation, built = check_federation(folders, read_environment() if arguments.resolve else None, cache_dir)
    built = _add(built, check_against(federation, _read_base(arguments.against)) if arguments.against else ())
    sys.stdout.write(RENDERERS[arguments.format](built.diagnostics, federation.sources))
    ended = _say_ended(built, arguments)
    if arguments.format == "text":
        say(summarise(federation, built))
    has_errors = any(each.severity == "error" for each in built.diagnostics)
    return FINDINGS if has_errors or ended else FINE


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"a day is written YYYY-MM-DD, not {text}") from error


def _read_base(folder: Path) -> Federation:
    if not any((folder / part).is_dir() for part in PARTS):
        raise UsageError(f"--against {folder}: no federation stands there")
    return read_federation((folder,))


def _add(verdict: Verdict, found: tuple[Diagnostic, ...]) -> Verdict:
    """Give the verdict with more diagnostics, in the order of files."""
    if not found:
        return verdict
    places = sorted((*verdict.diagnostics, *found), key=lambda one: (one.mark.file, one.mark.line, one.mark.column))
    return replace(verdict, diagnostics=tuple(places))


def find_cache(folder: Path) -> Path | None:
    """Give the folder of the cache beside a federation's first folder; None where nothing may be written."""
    return folder / STATE / "cache" if os.access(folder, os.W_OK) else None


def _say_ended(built: Verdict, arguments: argparse.Namespace) -> list[str]:
    ended = _list_ended(built, arguments.as_of) if arguments.as_of else []
    for line in ended:
        (sys.stdout if arguments.format == "text" else sys.stderr).write(line + "\n")
    return ended


def _list_ended(verdict: Verdict, day: date) -> list[str]:
    moment = end_of(day.isoformat())
    return [f"ended by {day}: {expiry.what} {expiry.id}" for expiry in verdict.expiries if expiry.until_s <= moment]


def _explain(name: str) -> int:
    explanation = explain_code(name)
    if not explanation:
        raise UsageError(f"there is no code {name}; codes look like JB-REF-003")
    say(explanation)
    return FINE
