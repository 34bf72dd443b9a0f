"""`jembatan mapping prove`: for each direction of a mapping, whether every valid document has a valid translation."""

from __future__ import annotations

import argparse

import orjson

from ..plan.shelf import Shelf
from ..translate.compile import Compiled
from ..translate.scope import DIRECTIONS
from ..values.model import Json
from .frame import FINDINGS, FINE, add_folders, add_format, print_rows
from .mapping_shelf import load_shelf
from .mapping_show import find_mapping

HELP = "Say of each direction whether every valid document has a valid translation, or show one that has none."
EXAMPLE = "  jembatan mapping prove country/\n  jembatan mapping prove country/ --mapping dukcapil/warga --format json"
_COLUMNS = ("mapping", "direction", "verdict", "rule", "reason", "document")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_folders(parser)
    add_format(parser)
    parser.add_argument("--mapping", metavar="NAME", help="this mapping only, e.g. dukcapil/warga")


def run(arguments: argparse.Namespace) -> int:
    """Prove; 1 where a direction is not proved, whether a route uses it or not."""
    loaded = load_shelf(arguments)
    if loaded is None:
        return FINDINGS
    shelf = loaded[1]
    chosen = [find_mapping(shelf, arguments.mapping)] if arguments.mapping else list(shelf.mappings.values())
    rows = [row for mapping in chosen for row in list_verdicts(shelf, mapping)]
    print_rows(rows if arguments.format == "json" else [_write_document(row) for row in rows], arguments.format, _COLUMNS)
    return FINE if all(row["verdict"] == "PROVED" for row in rows) else FINDINGS


def list_verdicts(shelf: Shelf, mapping: Compiled) -> list[dict[str, Json]]:
    """Give a row for each direction of a mapping that runs."""
    rows: list[dict[str, Json]] = []
    for way in DIRECTIONS:
        verdict = shelf.proofs.judge(mapping, way, shelf.mapping_documents[mapping.id].value)
        if verdict is not None:
            cells = (mapping.id, way, verdict.word, verdict.rule, verdict.reason, verdict.document)
            rows.append(dict(zip(_COLUMNS, cells, strict=True)))
    return rows


def _write_document(row: dict[str, Json]) -> dict[str, Json]:
    """Give a row for a reader: a document as one line of JSON, nothing where there is none."""
    return {**row, "document": orjson.dumps(row["document"]).decode() if row["verdict"] == "REFUTED" else ""}
