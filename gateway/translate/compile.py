"""A mapping, compiled: one straight-line function a direction.

Laws: see the room's. A direction that cannot be built (a required field that nothing feeds) is blocked with its problems; whoever
uses that direction reports them.
Must not know: routes, exchanges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gateway.values.model import Json

from .library import Library
from .problems import Problem

Direction = Literal["to_canonical", "to_agency"]
Class = Literal["I", "Q", "C", "F"]
Translate: TypeAlias = "Callable[[Json], Json]"


@dataclass(frozen=True, slots=True)
class Translation:
    """One direction of a mapping.

    Shape: `run` raises Untranslatable with all findings; None where `problems` block this direction. `code` is the generated source.
    """

    run: Translate | None
    problems: tuple[Problem, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What the report says of one field: where it comes from and its class per direction ("-" where it does not run)."""

    canonical: str
    agency: tuple[str, ...]
    to_canonical: str
    to_agency: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A mapping, both ways. Shape: where `problems` is not empty, nothing of it may run."""

    id: str
    agency_schema: str
    canonical_schema: str
    to_canonical: Translation
    to_agency: Translation
    problems: tuple[Problem, ...] = ()
    lines: tuple[Line, ...] = ()


def compile_mapping(document: Json, library: Library) -> Compiled:
    """Compile a `mapping:` document (or an inline `response: {from, fields}` given `to`).

    Shape: `document` holds `mapping, from, to, fields, drop, lack`.
    """
    raise NotImplementedError
