"""The published data as entries of a catalogue, and how they are halved: a function, a document type or an app is in one half only.

The split is a hash of the name, so that nobody chose it: the glossary and the coefficients were made with the `dev` half in sight, and the
figures are those of the other, `held-out`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gateway.catalogue.entry import App, Field, Interface, Text
from gateway.catalogue.overlap.glossary import decode_part
from gateway.catalogue.overlap.words import Lexicon
from gateway.sandbox.applications.make import Made, make_catalogue
from gateway.sandbox.applications.tables import read_tables

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "corpora" / "overlap"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with what it is: `label` its function or document type ("" where it has no partner)."""

    app: App
    label: str
    language: str = ""


def is_held_out(name: str) -> bool:
    """Say in which half a function, type or application stands."""
    return int(hashlib.sha256(("split:" + name).encode()).hexdigest(), 16) % 2 == 1


def read_lexicon() -> Lexicon:
    """Read the glossary of the project."""
    return Lexicon(
        decode_part(yaml.safe_load(path.read_text()), path.name) for path in sorted((ROOT / "seeds" / "glossary").glob("*.yaml"))
    )


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read JSON lines, compressed or not."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode().splitlines() if line.strip()]


def read_services(data: Path) -> list[Entry]:
    """Read services of agencies: the same `type` is the same document elsewhere."""
    found = []
    for row in read_lines(data / "public-services.jsonl.gz"):
        operation = " ".join(str(part) for part in row.get("operation") or ())
        app = App(
            id=row["id"],
            owner=re.sub(r"[^a-z0-9]+", "-", row["agency"].lower()),
            title=Text(en=row["name"]),
            description=Text(en=row["description"]),
            fields=tuple(Field(one["name"], one.get("format") or one.get("type") or "") for one in row["fields"]),
            interfaces=(Interface("openapi", operations=(operation,)),) if operation else (),
        )
        found.append(Entry(app, row["type"]))
    return found


def read_schemas(data: Path) -> list[Entry]:
    """Read tables that say nothing but their columns: the same `function` is the same purpose."""
    return [
        Entry(
            App(id=row["id"], owner=row["id"], title=Text(), fields=tuple(Field(name) for name in row["fields"])),
            "" if row["function"].startswith("x_") else row["function"],
            row["language"],
        )
        for row in read_lines(data / "indonesian-schemas.jsonl")
    ]


def read_summaries(data: Path) -> list[dict[str, Any]]:
    """Read applications with English texts, some with an Indonesian summary."""
    return read_lines(data / "app-summaries.jsonl.gz")


def read_gold(data: Path) -> dict[str, dict[str, str]]:
    """Read the concepts of columns, by function."""
    return dict(json.loads((data / "field-concepts.json").read_text()))


def make_background(total: int) -> list[Made]:
    """Make the synthetic applications of the country: among them the published ones must be found."""
    return make_catalogue(read_tables(ROOT / "seeds" / "catalogue"), total)
