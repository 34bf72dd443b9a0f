"""`jembatan catalogue import FILE …`: inventories and descriptions into the catalogue, with a report of what was understood.

Laws: all good rows are written in one step, or, where that fails, none; a preview writes nothing and makes no file.
Must not know: how a form is read.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import orjson

from ..catalogue.form import ID
from ..catalogue.intake.delimited import ENCODINGS
from ..catalogue.intake.documents import check_draft
from ..catalogue.intake.draft import Draft, Hints, Understood
from ..catalogue.intake.findings import Finding, Place
from ..catalogue.intake.formats import READERS, read_file
from ..catalogue.intake.headings import HEADINGS
from ..catalogue.intake.merge import Merge, Report, find_held
from ..catalogue.intake.table import Read, letters_of
from ..catalogue.port import CatalogueStore
from ..plan.federation import read_federation
from ..stores.memory_catalogue import MemoryCatalogue
from .catalogue_shelf import add_stamp, add_store, open_store, who_of
from .frame import FINDINGS, FINE, PARTS, UsageError, add_format, print_rows, say

HELP = f"Bring entries in: {', '.join(ending.lstrip('.') for ending in READERS)}, or the folder of a federation."
EXAMPLE = (
    "  jembatan catalogue import inventory.xlsx --owner karawang --preview\n  jembatan catalogue import api.json --app karawang.simpeg"
)
_SHOWN = 200  # different findings as text
_SAME = 3  # places that are named of findings that say the same


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files, or folders of federations")
    parser.add_argument("--preview", action="store_true", help="only say what would happen; nothing is written")
    parser.add_argument("--owner", default="", metavar="AGENCY", help="the owner, where a file does not say it")
    parser.add_argument("--app", default="", metavar="APP", help="the app that a description (OpenAPI, WSDL, JSON Schema, SQL) is of")
    parser.add_argument(
        "--column", action="append", default=[], metavar="HEADING=KEY", help="what a column means; KEY empty = leave it out"
    )
    parser.add_argument("--encoding", default="", choices=ENCODINGS, help="of CSV and SQL, where it is not UTF-8")
    add_store(parser)
    add_stamp(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read, merge, write, report."""
    hints = _read_hints(arguments)
    for path in arguments.files:
        if not path.exists():
            raise UsageError(f"{path} is not there")
    reads = (each for path in arguments.files for each in read_path(path, hints))
    if arguments.preview and not arguments.store.is_file():
        report = _merge(MemoryCatalogue(), reads, arguments)
    else:
        with open_store(arguments, makes=not arguments.preview) as store:
            report = _merge(store, reads, arguments)
    print_report(report, arguments.format, arguments.preview)
    return FINDINGS if report.counts["error"] else FINE


def _merge(store: CatalogueStore, reads: Iterator[Read], arguments: argparse.Namespace) -> Report:
    merge = Merge(store.get, find_held(store.events(via="person")))
    apps = merge.run(reads)
    if arguments.preview:
        for _ in apps:
            pass
        return merge.report
    why = arguments.why or "import of " + ", ".join(path.name for path in arguments.files[:5])
    try:
        store.put_all(apps, who_of(arguments), datetime.now(UTC), why)
    except sqlite3.OperationalError as error:
        raise UsageError(f"{arguments.store}: {error}; nothing was written") from None
    return merge.report


def _read_hints(arguments: argparse.Namespace) -> Hints:
    for word in filter(None, (arguments.owner, arguments.app)):
        if ID.fullmatch(word) is None:
            raise UsageError(f"{word} is no id: small letters, digits, hyphens; dots between words")
    said = {}
    for text in arguments.column:
        heading, is_said, key = text.rpartition("=")
        if not is_said or (key and key not in HEADINGS):
            raise UsageError(f"--column {text}: HEADING=KEY; keys: " + ", ".join(HEADINGS))
        said[heading] = key
    return Hints(arguments.owner, arguments.app, arguments.encoding, said)


def read_path(path: Path, hints: Hints) -> Iterator[Read]:
    """Read a file, or the apps of a federation."""
    if path.is_dir():
        yield from _read_folder(path)
        return
    if not path.is_file():
        yield Finding("error", Place(str(path)), "no plain file")
        return
    with path.open("rb") as stream:
        yield from read_file(str(path), stream, hints)


def _read_folder(folder: Path) -> Iterator[Read]:
    if not any((folder / part).is_dir() for part in PARTS):
        yield Finding("error", Place(str(folder)), "a folder that is no federation", f"it has none of {', '.join(PARTS)}; name the files")
        return
    federation = read_federation([folder])
    for each in federation.diagnostics:
        yield Finding("error" if each.severity == "error" else "warning", Place(each.mark.file, each.mark.line), each.message, each.hint)
    for document in federation.of("app").values():
        rows = {key: value for key, value in document.value.items() if value is not None}
        yield check_draft(Draft(Place(document.mark.file, document.mark.line, 0, document.id), rows))


def print_report(report: Report, chosen: str, is_preview: bool) -> None:
    """Print what was understood, what was not and why, and what came of it."""
    if chosen == "json":
        print_rows([_as_json(report, is_preview)], "json", ())
        return
    for table in report.columns:
        _print_columns(table)
    beyond = sum(report.counts.values()) - _print_findings(report.findings)
    if beyond > 0:
        say(f"… and {beyond:,} findings more")
    for kept in report.kept[:_SHOWN]:
        said = orjson.dumps(kept.said).decode()
        say(f"kept: {kept.place.show()}: {kept.app}: {kept.key} stays as {kept.who} decided; the file says {said[:80]}")
    say(
        f"{report.new:,} new, {len(report.changed):,} changed, {report.same:,} as before, {report.refused:,} refused"
        f"; {report.counts['error']:,} errors, {report.counts['warning']:,} warnings"
    )
    if is_preview:
        say("a preview: nothing was written")


def _print_findings(findings: Iterable[Finding]) -> int:
    """Print findings, those that say the same of a file together; give how many were told."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.weight, one.place.file, one.message, one.hint), []).append(one)
    told = 0
    for same in islice(groups.values(), _SHOWN):
        for one in same[:_SAME]:
            say(one.show())
        if len(same) > _SAME:
            say(f"  … the same in {len(same) - _SAME:,} places more")
        told += len(same)
    return told


def _print_columns(table: Understood) -> None:
    say(table.file + (f", sheet {table.part}" if table.part else ""))
    width = max((len(column.heading) for column in table.columns), default=0)
    for column in table.columns:
        meaning = column.key or f"not understood: {column.why}"
        guess = f' (a guess; --column "{column.heading}={column.key}" says it)' if column.sure == "guess" else ""
        say(f"  {letters_of(column.place):>2}  {column.heading:<{min(width, 40)}}  {meaning}{guess}")


def _as_json(report: Report, is_preview: bool) -> dict[str, object]:
    return {
        "preview": is_preview,
        "new": report.new,
        "changed": {app: list(keys) for app, keys in report.changed.items()},
        "same": report.same,
        "refused": report.refused,
        "counts": dict(report.counts),
        "columns": [
            {"file": table.file, "sheet": table.part, "heading": column.heading, "key": column.key, "sure": column.sure, "why": column.why}
            for table in report.columns
            for column in table.columns
        ],
        "findings": [
            {"weight": each.weight, "file": each.place.file, "line": each.place.line, "row": each.place.row, "cell": each.place.cell,
             "message": each.message, "hint": each.hint}
            for each in report.findings
        ],
        "kept": [{"app": each.app, "key": each.key, "who": each.who, "said": each.said} for each in report.kept],
    }  # fmt: skip
