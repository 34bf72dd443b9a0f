"""`jembatan schema`: JSON Schemas for editors."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from ..plan.editor import file_schema, kind_schema
from ..plan.kinds import KINDS
from .frame import FINE, STATE, UsageError, say

NAME = "schema"
HELP = "Print the JSON Schema of a kind of document (or of a whole file), for editors."
EXAMPLE = "  jembatan schema route\n  jembatan schema --write     # into .jembatan/schema, where the files' modelines look"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("kind", nargs="?", help="a kind, e.g. route (default: a whole file)")
    parser.add_argument(
        "--write", nargs="?", type=Path, const=STATE / "schema", metavar="DIR", help="write all of them (default: .jembatan/schema)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print or write."""
    if arguments.write is not None:
        write_schemas(arguments.write)
        say(f"wrote {len(KINDS) + 1} schemas to {arguments.write}")
        return FINE
    if arguments.kind is not None and arguments.kind not in KINDS:
        raise UsageError(f"there is no kind {arguments.kind}; there are {', '.join(KINDS)}")
    found = kind_schema(arguments.kind) if arguments.kind else file_schema()
    sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
    return FINE


def write_schemas(folder: Path) -> None:
    """Write the schema of each kind, and `file.json` for a whole file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in KINDS:
        (folder / f"{name}.json").write_bytes(orjson.dumps(kind_schema(name), option=orjson.OPT_INDENT_2))
    (folder / "file.json").write_bytes(orjson.dumps(file_schema(), option=orjson.OPT_INDENT_2))
