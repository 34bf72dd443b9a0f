"""`jembatan mapping suggest`: a draft of a mapping from two schemas and sample documents."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from pathlib import Path

import orjson
import yaml

from ..plan.shelf import Shelf
from ..schema.codelists import CodeList
from ..translate.paths import Shape, read_shape
from ..translate.suggest.assign import Suggestion, suggest_mapping
from ..translate.suggest.values import Lists
from ..translate.suggest.words import Glossary
from ..values.model import Json
from ..values.problem import suggest_name
from .frame import FINDINGS, FINE, UsageError, add_folders
from .mapping_draft import Draft, write_draft
from .mapping_shelf import load_shelf

HELP = "Draft a mapping from two schemas and sample documents: guesses with score and reason, for a person to finish."
EXAMPLE = (
    "  jembatan mapping suggest dukcapil/warga@1 person@1 country/ --samples warga.jsonl > draft.yaml\n"
    "  jembatan mapping suggest dukcapil/warga@1 person@1 country/ --glossary words.yaml"
)
SAMPLES_MAX = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("agency", metavar="AGENCY_SCHEMA", help="the agency's schema, e.g. dukcapil/warga@1")
    parser.add_argument("canonical", metavar="CANONICAL_SCHEMA", help="the canonical schema, e.g. person@1")
    add_folders(parser)
    parser.add_argument(
        "--samples", type=Path, metavar="FILE.jsonl", help=f"payloads of the agency, one a line (the first {SAMPLES_MAX} are read)"
    )
    parser.add_argument("--name", help="the mapping's id (default: the agency schema's, without its major)")
    parser.add_argument(
        "--glossary", type=Path, metavar="FILE", help="more words: `concepts:` and `values:` as in the one that is built in"
    )


def run(arguments: argparse.Namespace) -> int:
    """Draft; 1 where the federation's schemas do not compile."""
    loaded = load_shelf(arguments)
    if loaded is None:
        return FINDINGS
    shelf = loaded[1]
    agency, canonical = (find_shape(shelf, name) for name in (arguments.agency, arguments.canonical))
    samples = read_samples(arguments.samples) if arguments.samples else []
    found = suggest_mapping(agency, canonical, samples, *_read_knowledge(shelf, arguments.glossary))
    name = arguments.name or arguments.agency.rpartition("@")[0]
    owner = arguments.agency.partition("/")[0] + "/"
    known = {one: (table.to, frozenset(table.codes)) for one, table in shelf.codelists.items() if table.to and one.startswith(owner)}
    sys.stdout.write(write_draft(Draft(name, arguments.agency, arguments.canonical, found, known)))
    sys.stderr.write(_summarise(found))
    return FINE


def _summarise(found: Suggestion) -> str:
    sure = sum(guess.is_sure for guess in found.guesses)
    alone = f"{len(found.drops)} of the agency's and {len(found.lacks)} canonical ones without a partner"
    return f"{sure} fields sure, {len(found.guesses) - sure} to look at, {alone}\n"


def find_shape(shelf: Shelf, name: str) -> Shape:
    """Give a schema as mappings see it.

    Faults: UsageError where there is none.
    """
    documents = shelf.registry.documents
    if name not in documents:
        raise UsageError(f"there is no schema {name}; {suggest_name(name, documents)}".rstrip("; "))
    return read_shape(documents[name], documents)


def read_samples(path: Path) -> list[Json]:
    """Read one JSON document a line.

    Faults: UsageError names the line, never what stands in it.
    """
    found: list[Json] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip() or len(found) >= SAMPLES_MAX:
            continue
        try:
            found.append(orjson.loads(line))
        except ValueError as error:
            raise UsageError(f"{path}: line {number} is no JSON document") from error
    return found


def read_glossary(extra: Path | None = None) -> Glossary:
    """Read the words that are built in, and more of a user's."""
    texts = [(files("gateway.translate.suggest") / "fields.yaml").read_text(encoding="utf-8")]
    texts += [extra.read_text(encoding="utf-8")] if extra else []
    concepts: dict[str, list[str]] = {}
    values: dict[str, list[str]] = {}
    weak: set[str] = set()
    for text in texts:
        # Every scalar of a glossary is a text (`no`, `on`, `24`), so nothing is resolved.
        read = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - makes texts, lists and maps only
        if not isinstance(read, dict) or not all(isinstance(read.get(key, {}), dict) for key in ("concepts", "values")):
            raise UsageError("a glossary holds `concepts:` and `values:`, each a table of lists of words")
        weak.update(read.get("weak", ()))
        for table, key in ((concepts, "concepts"), (values, "values")):
            for concept, words in read.get(key, {}).items():
                table.setdefault(concept, []).extend(words)
    return Glossary(concepts, values, frozenset(weak))


def _read_knowledge(shelf: Shelf, extra: Path | None) -> tuple[Glossary, Lists]:
    glossary = read_glossary(extra)
    codes = {name: _list_texts(table) for name, table in shelf.codelists.items() if not table.to}
    return glossary, Lists(codes, glossary)


def _list_texts(table: CodeList) -> dict[str, list[str]]:
    return {code: [text for text in (one.title_id, one.title_en) if text] for code, one in table.codes.items()}
