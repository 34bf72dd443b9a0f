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
from ..plan.days import end_of
from ..plan.federation import Federation, read_federation
from ..plan.former import compare_with_former
from ..plan.load import check_federation
from ..plan.render import RENDERERS
from ..plan.under_way import check_under_way
from ..plan.verdict import Verdict
from .frame import FINDINGS, FINE, PARTS, STATE, UsageError, add_folders, find_folders, read_environment, say, summarise, today

_DAY_S = 86_400
HELP = "Check a federation: every mistake with file, line, code and cure; nothing is started."
EXAMPLE = "  jembatan check country/\n  jembatan check --explain JB-REF-003"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_folders(parser)
    parser.add_argument("--format", choices=tuple(RENDERERS), default="text", help="how to print (default: text)")
    parser.add_argument("--explain", metavar="CODE", help="explain a code and end")
    parser.add_argument("--resolve", action="store_true", help="look up secrets in the environment and in files too")
    parser.add_argument("--no-cache", action="store_true", help="check everything anew, and keep nothing under .jembatan/cache")
    parser.add_argument(
        "--against",
        metavar="BASE",
        type=Path,
        help="the federation before: its schemas stay readable, new routes keep to what was decided and holds today (or --as-of), "
        "journeys under way miss nothing",
    )
    parser.add_argument("--as-of", metavar="DATE", type=_read_day, help="also report what has ended by that date, and what is assumed then")


def run(arguments: argparse.Namespace) -> int:
    """Check; 0 where nothing is wrong, 1 where something is."""
    if arguments.explain:
        return _explain(arguments.explain)
    folders = find_folders(arguments)
    cache_dir = None if arguments.no_cache else find_cache(folders[0])
    federation, built = check_federation(folders, read_environment() if arguments.resolve else None, cache_dir)
    if arguments.against is not None:
        built = _compare(federation, built, arguments.against, arguments.as_of)
    sys.stdout.write(RENDERERS[arguments.format](built.diagnostics, federation.sources))
    ended = _list_ended(built, arguments.as_of) if arguments.as_of else []
    _write_lines(ended, arguments.format)
    if arguments.format == "text":
        assumed = _list_assumed(built, arguments.as_of) if arguments.as_of else []
        say("\n".join([*assumed, summarise(federation, built)]))
    has_errors = any(each.severity == "error" for each in built.diagnostics)
    return FINDINGS if has_errors or ended else FINE


def _compare(federation: Federation, verdict: Verdict, folder: Path, as_of: date | None) -> Verdict:
    """Add what has become of schemas since a former state, routes against what was decided, journeys under way; in the order of files.

    Faults: UsageError where that state cannot be read.
    """
    if not any((folder / part).is_dir() for part in PARTS):
        raise UsageError(f"--against {folder}: no federation stands there; BASE is a folder: of a commit, git worktree add BASE COMMIT")
    former, day = read_federation([folder]), as_of or today()
    if any(each.severity == "error" for each in former.diagnostics):
        raise UsageError(f"--against {folder} does not read: {former.diagnostics[0].message}")
    compared = (*compare_with_former(federation, former), *check_against(federation, former, day), *check_under_way(federation, former))
    found = (*verdict.diagnostics, *compared)
    return replace(verdict, diagnostics=tuple(sorted(found, key=lambda one: (one.mark.file, one.mark.line, one.mark.column))))


def _write_lines(lines: list[str], form: str) -> None:
    """Write what is no diagnostic: beside them in a text, elsewhere where it disturbs no reader."""
    (sys.stdout if form == "text" else sys.stderr).write("".join(line + "\n" for line in lines))


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"a day is written YYYY-MM-DD, not {text}") from error


def find_cache(folder: Path) -> Path | None:
    """Give the folder of the cache beside a federation's first folder; None where nothing may be written."""
    return folder / STATE / "cache" if os.access(folder, os.W_OK) else None


def _list_ended(verdict: Verdict, day: date) -> list[str]:
    moment = end_of(day.isoformat())
    return [f"ended by {day}: {expiry.what} {expiry.id}" for expiry in verdict.expiries if expiry.until_s <= moment]


def _list_assumed(verdict: Verdict, day: date) -> list[str]:
    """Give what is taken for true on a day: how old it is, and how long it may still be."""
    moment, found = end_of(day.isoformat()), []
    for expiry in verdict.expiries:
        if expiry.what == "assume" and expiry.until_s > moment:
            age = f"{(day - date.fromisoformat(expiry.since)).days} days old" if expiry.since else "of unknown age: say `since:`"
            found.append(f"assumed on {day}: {expiry.id}, {age}, {round((expiry.until_s - moment) / _DAY_S)} days left")
    return found


def _explain(name: str) -> int:
    explanation = explain_code(name)
    if not explanation:
        raise UsageError(f"there is no code {name}; codes look like JB-REF-003")
    say(explanation)
    return FINE
