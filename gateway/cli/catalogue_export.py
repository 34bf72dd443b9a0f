"""`jembatan catalogue export`: the entries as JSON, JSON lines, CSV or DCAT-AP (Turtle).

Laws: a file is whole or not there. Must not know: how a form is written.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from ..catalogue.entry import App
from ..catalogue.form import write_app
from ..catalogue.gate.writing import Unwritable, put_decisions
from ..catalogue.handout import write_rows, write_turtle
from .catalogue_shelf import add_facets, add_store, facets_of, open_store
from .frame import FINE, UsageError, say

HELP = "Hand the entries out: JSON, JSON lines, CSV for spreadsheets, RDF (DCAT-AP in Turtle)."
EXAMPLE = "  jembatan catalogue export --as csv --out apps.csv --owner karawang\n  jembatan catalogue export --decisions routes/apps.yaml"
_BASE = re.compile(r"https?://[A-Za-z0-9._:/~-]+/")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("--as", dest="form", choices=tuple(FORMS), default="json", help="the form (default: json)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there (default: print)")
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="write what was decided into the `app:` documents of this file")
    parser.add_argument("--base", default="https://katalog.example/", metavar="IRI", help="what the IRIs of Turtle begin with")
    add_store(parser)
    add_facets(parser)


def run(arguments: argparse.Namespace) -> int:
    """Hand them out."""
    if _BASE.fullmatch(arguments.base) is None:
        raise UsageError(f"--base {arguments.base}: an address that ends with a slash")
    count = 0

    def counted(apps: Iterator[App]) -> Iterator[App]:
        nonlocal count
        for count, app in enumerate(apps, 1):  # noqa: B007 - the number is what is wanted
            yield app

    if arguments.decisions is not None:
        return _write_decisions(arguments)
    with open_store(arguments) as store:
        facets = facets_of(arguments)
        apps = iter(store.search("", facets, 1 << 31).apps) if facets else store.entries()
        pieces = FORMS[arguments.form](counted(apps), arguments.base)
        if arguments.out is None:
            for piece in pieces:
                sys.stdout.write(piece)
            return FINE
        _write(arguments.out, pieces)
    say(f"{count:,} entries in {arguments.out}")
    return FINE


def _write_decisions(arguments: argparse.Namespace) -> int:
    path: Path = arguments.decisions
    with open_store(arguments) as store:
        apps = {app.id: app for app in store.search("", facets_of(arguments), 1 << 31).apps if app.decided is not None}
    try:
        text, changed = put_decisions(path.read_text(encoding="utf-8") if path.exists() else "", apps)
    except (Unwritable, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    _write(path, iter([text]))
    say(f"{len(apps):,} decisions in {path}, {changed:,} changed")
    return FINE


def _write(path: Path, pieces: Iterator[str]) -> None:
    """Write beside the file, then put it in its place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        os.chmod(name, 0o644)  # noqa: PTH101 - a handout is for others to read
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _json(apps: Iterator[App], base: str) -> Iterator[str]:
    yield "["
    for number, app in enumerate(apps):
        yield (",\n" if number else "\n") + orjson.dumps(write_app(app)).decode()
    yield "\n]\n"


def _lines(apps: Iterator[App], base: str) -> Iterator[str]:
    for app in apps:
        yield orjson.dumps(write_app(app)).decode() + "\n"


def _csv(apps: Iterator[App], base: str) -> Iterator[str]:
    yield "\ufeff"  # what a spreadsheet knows UTF-8 by
    for row in write_rows(apps):
        cell = io.StringIO()
        csv.writer(cell, quoting=csv.QUOTE_ALL).writerow(row)
        yield cell.getvalue()


FORMS: dict[str, Callable[[Iterator[App], str], Iterator[str]]] = {"json": _json, "jsonl": _lines, "csv": _csv, "turtle": write_turtle}
