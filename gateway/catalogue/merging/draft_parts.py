"""What a draft federation is made of: files, what is left to people, and how a declared type most likely stands in JSON.

Must not know: clusters, YAML's text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...values.model import Json

_TEXT_CHARS = 1_000  # what the prover still models


@dataclass(frozen=True, slots=True)
class Decision:
    """What is left to a person. Shape: `where` the document or field; `apps` the applications that it is about, where it is about some."""

    where: str
    what: str
    apps: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """What is written. Shape: `files` path → documents; `tables` path → rows, the first one the names of columns."""

    service: str
    files: dict[str, list[Json]] = field(default_factory=dict)
    tables: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)

    def write(self, path: str, *documents: Json) -> None:
        """Add documents to a file."""
        self.files.setdefault(path, []).extend(documents)

    def leave(self, where: str, what: str) -> None:
        """Leave something to a person."""
        self.decisions.append(Decision(where, what))

    def leave_column(self, app: str, column: str, what: str) -> None:
        """Leave a column to a person; the same of several applications is one decision."""
        for at, one in enumerate(self.decisions):
            if one.apps and one.where == f"column {column}" and one.what == what:
                self.decisions[at] = Decision(one.where, what, (*one.apps, app))
                return
        self.decisions.append(Decision(f"column {column}", what, (app,)))


def wire_kind(declared: str) -> str:
    """Give what a declared type most likely is in JSON: text, number, boolean, date."""
    word = declared.lower()
    if word == "date":
        return "date"
    if word.startswith(("int", "bigint", "smallint", "tinyint", "num", "dec", "float", "double", "real")):
        return "number"
    return "boolean" if word.startswith("bool") else "text"


def schema_of(kind: str, chars: int = _TEXT_CHARS) -> dict[str, Json]:
    """Give the schema of a kind of value."""
    schemas: dict[str, dict[str, Json]] = {
        "number": {"type": "number"},
        "boolean": {"type": "boolean"},
        "date": {"type": "string", "format": "date"},
        "text": {"type": "string", "maxLength": chars},
    }
    return schemas[kind]


def chars_of(declared: str) -> int:
    """Give the length that a declared type allows."""
    found = re.fullmatch(r"\w+\((\d+)\)", declared)
    return min(int(found[1]), _TEXT_CHARS) if found and int(found[1]) else _TEXT_CHARS
