"""What mappings and bindings refer to by name: schemas and code lists.

Must not know: how either is read or kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gateway.values.model import Json


class CodeTable(Protocol):
    """An agency's code list, as a mapping needs it: plain tables, both ways; what is in neither is rejected, kept or one code."""

    @property
    def to_canonical(self) -> Mapping[str, str]:
        """The agency's codes → canonical codes."""

    @property
    def to_agency(self) -> Mapping[str, str]:
        """Canonical codes → the agency's (the preferred one where many map to one)."""

    @property
    def otherwise(self) -> str:
        """`reject`, `keep`, or the canonical code of every code that the list does not hold."""


@dataclass(frozen=True, slots=True)
class Library:
    """The named things of a federation. Shape: names carry their major (`person@1`); a schema is a plain JSON Schema document."""

    schemas: Mapping[str, Json] = field(default_factory=dict)
    codelists: Mapping[str, CodeTable] = field(default_factory=dict)
