"""`jembatan mapping show`: one mapping as a table of its fields, or as the functions that run."""

from __future__ import annotations

import argparse

from ..plan.shelf import Shelf
from ..translate.compile import Compiled
from ..values.model import Json
from ..values.problem import suggest_name
from .frame import FINDINGS, FINE, UsageError, add_folders, add_format, print_rows, say
from .mapping_shelf import load_shelf

HELP = "Show one mapping: its fields with their class in each direction, or the generated functions."
EXAMPLE = "  jembatan mapping show dukcapil/warga country/\n  jembatan mapping show dukcapil/warga country/ --code --direction to_canonical"
DIRECTIONS = ("to_canonical", "to_agency")
_COLUMNS = ("canonical", "agency", "to_canonical", "to_agency")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("name", help="the mapping, e.g. dukcapil/warga")
    add_folders(parser)
    add_format(parser)
    parser.add_argument("--code", action="store_true", help="the generated source instead of the table")
    parser.add_argument("--direction", choices=DIRECTIONS, help="this direction only (default: both)")


def run(arguments: argparse.Namespace) -> int:
    """Show; 1 where the federation does not hold the mapping whole."""
    loaded = load_shelf(arguments)
    if loaded is None:
        return FINDINGS
    mapping = find_mapping(loaded[1], arguments.name)
    chosen = (arguments.direction,) if arguments.direction else DIRECTIONS
    if arguments.code:
        _print_code(mapping, chosen, arguments.format)
    else:
        rows = list_fields(mapping)
        print_rows(rows, arguments.format, [column for column in _COLUMNS if column not in DIRECTIONS or column in chosen])
    return FINE


def find_mapping(shelf: Shelf, name: str) -> Compiled:
    """Give a compiled mapping by name.

    Faults: UsageError where there is none.
    """
    if name not in shelf.mappings:
        raise UsageError(f"there is no mapping {name}; {suggest_name(name, shelf.mappings)}".rstrip("; "))
    return shelf.mappings[name]


def list_fields(mapping: Compiled) -> list[dict[str, Json]]:
    """Give a row a field, in the order of canonical paths."""
    ordered = sorted(mapping.lines, key=lambda line: (line.canonical, line.agency))
    cells = [(line.canonical, ", ".join(line.agency) or "(constant)", line.to_canonical, line.to_agency) for line in ordered]
    return [dict(zip(_COLUMNS, row, strict=True)) for row in cells]


def _print_code(mapping: Compiled, chosen: tuple[str, ...], form: str) -> None:
    rows: list[dict[str, Json]] = []
    for way in chosen:
        translation = mapping.to_canonical if way == "to_canonical" else mapping.to_agency
        blocked = [problem.message for problem in translation.problems]
        rows.append({"mapping": mapping.id, "direction": way, "blocked": blocked, "code": translation.code})
    if form == "json":
        print_rows(rows, form, ())
        return
    for row in rows:
        say(f"# {row['mapping']}, {row['direction']}" + "".join(f"\n# does not run: {why}" for why in row["blocked"]))
        say(row["code"].rstrip() + "\n")
