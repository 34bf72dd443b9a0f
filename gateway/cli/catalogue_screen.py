"""`jembatan catalogue screen NEW.yaml …`: proposals against the catalogue before anything is built; nothing is written.

Laws: a proposal that cannot be read is said with its place and ends the command with 1; the others are screened all the same.
Must not know: how a screening comes about.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from ..catalogue.entry import App
from ..catalogue.gate.deeds import Rows
from ..catalogue.gate.evidence import complete_screening
from ..catalogue.intake.findings import Finding
from ..plan.diagnose import Diagnostic
from ..plan.marks import Mark
from ..plan.render import render_sarif
from ..values.model import Json
from .catalogue_desk import load_screener, read_proposals
from .catalogue_judge import add_judging
from .catalogue_shelf import add_store, open_store
from .frame import FINDINGS, FINE, UsageError, say

if TYPE_CHECKING:
    from .catalogue_desk import Screener

HELP = "Screen proposals: what is like them already, what to reuse or extend, what national services supply."
EXAMPLE = (
    "  jembatan catalogue screen proposals/simpeg.yaml --federation .\n"
    "  jembatan catalogue screen proposals/ --fail-on duplicate --format sarif > screening.sarif"
)
ALIKE, UNREADABLE = "JB-APP-003", "JB-APP-005"
GRADES = ("not enough evidence", "related", "overlap", "duplicate")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="NEW.yaml", help="files with `app:` documents, or folders of such files")
    parser.add_argument("--fail-on", choices=GRADES[1:], metavar="VERDICT", help="end with 1 at this verdict or a stronger one")
    parser.add_argument("--federation", type=Path, metavar="FOLDER", help="a federation: what its services supply already")
    parser.add_argument("--limit", type=int, default=10, help="how many matches (default: 10)")
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text", help="how to print (default: text)")
    add_store(parser)
    add_judging(parser)


def run(arguments: argparse.Namespace) -> int:
    """Screen and print."""
    reads = [(path, *read_proposals(path)) for path in list_files(arguments.files)]
    proposals = [(path, app, line) for path, apps, _ in reads for app, line in apps]
    wrong = [one for _, _, findings in reads for one in findings]
    with open_store(arguments) as store:
        screener = load_screener(arguments, store)
        found = [(str(path), line, app, screen_proposal(screener, app, arguments.limit)) for path, app, line in proposals]
    _print(arguments, found, wrong)
    worst = max((GRADES.index(rows["strongest"]) for *_, rows in found if rows["strongest"]), default=-1)
    return FINDINGS if wrong or (arguments.fail_on and worst >= GRADES.index(arguments.fail_on)) else FINE


def list_files(paths: Sequence[Path]) -> list[Path]:
    """Give the files that are meant: of a folder the YAML files in it, at any depth, but for what is hidden.

    Faults: UsageError.
    """
    found = []
    for path in paths:
        inner = (
            sorted(one for one in path.rglob("*.y*ml") if one.suffix in (".yaml", ".yml") and one.is_file()) if path.is_dir() else [path]
        )
        found += [one for one in inner if one is path or not any(part.startswith(".") for part in one.relative_to(path).parts)]
    if not found:
        raise UsageError(f"no .yaml or .yml file stands in {', '.join(map(str, paths))}")
    return found


def _print(arguments: argparse.Namespace, found: Sequence[tuple[str, int, App, Rows]], wrong: Sequence[Finding]) -> None:
    if arguments.format != "sarif":
        sys.stderr.write("".join(one.show() + "\n" for one in wrong))
    if arguments.format == "json":
        listed = [{"file": file, "line": line, "app": app.id, **rows} for file, line, app, rows in found]
        sys.stdout.write(orjson.dumps(listed, option=orjson.OPT_INDENT_2).decode() + "\n")
    elif arguments.format == "sarif":
        results = [Diagnostic(UNREADABLE, one.message, Mark(one.place.file, max(one.place.line, 1), 1), one.hint) for one in wrong]
        for file, line, _, rows in found:
            results += _diagnose(Mark(file, line, 1), rows, arguments.fail_on or "duplicate")
        sys.stdout.write(render_sarif(results, {}))
    else:
        for _, _, app, rows in found:
            say("\n".join(say_screening(app.id, rows)))


def screen_proposal(screener: Screener, app: App, limit: int = 10) -> dict[str, Json]:
    """Screen one proposal, with the recommendation and the named finding."""
    return complete_screening(app, screener.screen(app, max(1, limit)))


def _diagnose(mark: Mark, rows: Rows, bar: str) -> Iterator[Diagnostic]:
    for match in rows["matches"]:
        if GRADES.index(match["verdict"]) >= min(GRADES.index(bar), GRADES.index("overlap")):
            message = f"{match['verdict']} of {match['app']} of {match['owner']}: {match['title']}"
            is_wrong = GRADES.index(match["verdict"]) >= GRADES.index(bar)
            hint = f"{len(match['fields'])} fields in common; {rows['recommended']}"
            yield Diagnostic(ALIKE, message, mark, hint, severity="error" if is_wrong else "warning")


def say_screening(id: str, rows: Rows) -> Iterator[str]:
    """Give a screening as lines for a person."""
    yield f"{id}: {rows['strongest'] or 'nothing like it'}; recommendation: {rows['recommended']}"
    if rows["unsaid"]:
        yield f"  it does not say: {', '.join(rows['unsaid'])}; what is like it may not have been found"
    for match in rows["matches"]:
        shown = ", ".join(f"{one['mine']} = {one['theirs']}" for one in match["fields"][:6])
        yield f"  {match['verdict']} {match['probability']:.2f}  {match['app']}  {match['title']} ({match['owner']})"
        if shown:
            mine = match["coverage"]["mine"]
            yield f"    fields, {mine['cited']} of {mine['fields']}: {shown}"
    for one in rows["extend"]:
        yield f"  extend {one['app']}: it lacks {', '.join(one['lacks'][:8])}" if one["lacks"] else f"  {one['app']} lacks nothing of it"
    for one in rows["supplied"]:
        yield f"  do not collect {one['field']} again: {one['operation']} gives {one['their_field']}"
    for one in rows["masters"]:
        yield f"  {one['app']} is the master of {one['master']} already"
    if rows["replaces"]:
        yield f"  replaces live applications of the same owner: {', '.join(rows['replaces'])}"
