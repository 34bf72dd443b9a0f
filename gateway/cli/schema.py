"""`jembatan schema`: JSON Schemas for editors."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from ..plan.editor import file_schema, kind_schema
from ..plan.kinds import KINDS
from ..translate.prove.compare import compare_schemas
from ..values.problem import suggest_name
from .frame import FINDINGS, FINE, STATE, UsageError, say
from .mapping_shelf import load_shelf

HELP = "Print the JSON Schema of a kind of document (or of a whole file), for editors; compare two versions of a schema."
EXAMPLE = (
    "  jembatan schema route\n  jembatan schema --write     # into .jembatan/schema, where the files' modelines look\n"
    "  jembatan schema diff person@1 person@2"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("kind", nargs="?", help="a kind, e.g. route (default: a whole file); or `diff`")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of diff: the older schema, the newer one, then folders (default: here)")
    parser.add_argument(
        "--write", nargs="?", type=Path, const=STATE / "schema", metavar="DIR", help="write all of them (default: .jembatan/schema)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print or write."""
    if arguments.write is not None:
        write_schemas(arguments.write)
        say(f"wrote {len(KINDS) + 1} schemas to {arguments.write}")
        return FINE
    if arguments.kind == "diff":
        return diff_schemas(arguments)
    if arguments.kind is not None and arguments.kind not in KINDS:
        raise UsageError(f"there is no kind {arguments.kind}; there are {', '.join(KINDS)}")
    found = kind_schema(arguments.kind) if arguments.kind else file_schema()
    sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
    return FINE


def diff_schemas(arguments: argparse.Namespace) -> int:
    """Say whether a change of a schema is compatible backward and forward, with documents that show where it is not."""
    if len(arguments.names) < 2:
        raise UsageError("diff takes two schemas: jembatan schema diff person@1 person@2 [FOLDER…]")
    old, new, *folders = arguments.names
    arguments.folders = [Path(folder) for folder in folders]
    loaded = load_shelf(arguments)
    if loaded is None:
        return FINDINGS
    shelf = loaded[1]
    for name in (old, new):
        if shelf.find_schema(name) is None:
            raise UsageError(
                f'there is no schema "{name}"' + (f"; {near}" if (near := suggest_name(name, shelf.registry.documents)) else "")
            )
    change = compare_schemas(shelf.registry, old, new)
    say(f"{old} → {new}: {change.word}")
    for word, found, reader in (("backward", change.backward, new), ("forward", change.forward, old)):
        shown = f"; for example {orjson.dumps(found.document).decode()}" if found.word == "no" else ""
        say(f"  {word}: {found.word}" + (f", {found.reason} by {reader}{shown}" if found.word != "yes" else ""))
    return FINE if change.backward.word == "yes" else FINDINGS


def write_schemas(folder: Path) -> None:
    """Write the schema of each kind, and `file.json` for a whole file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in KINDS:
        (folder / f"{name}.json").write_bytes(orjson.dumps(kind_schema(name), option=orjson.OPT_INDENT_2))
    (folder / "file.json").write_bytes(orjson.dumps(file_schema(), option=orjson.OPT_INDENT_2))
