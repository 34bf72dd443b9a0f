"""The forms of the mapping language, read: what a field, a drop and a lack say.

Must not know: schemas, YAML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path

from .paths import Segments

Only = Literal["", "to_canonical", "to_agency"]


@dataclass(frozen=True, slots=True)
class Move:
    """One agency field ⇄ one canonical field, through operators. Shape: `via` as written, None without."""

    at: Path
    canonical: Segments
    agency: Segments
    via: Json = None
    only: Only = ""
    is_absence_refused: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """Several agency fields ⇄ one canonical text. Shape: fixed `widths`, or a separator `sep`."""

    at: Path
    canonical: Segments
    agency: tuple[Segments, ...]
    widths: tuple[int, ...] = ()
    sep: str = ""
    via: Json = None
    only: Only = ""


@dataclass(frozen=True, slots=True)
class Const:
    """A canonical field that always has this value."""

    at: Path
    canonical: Segments
    value: Json


@dataclass(frozen=True, slots=True)
class Each:
    """An array ⇄ an array, element by element. Shape: `body` for objects, `via` for plain values; `key` tells elements apart."""

    at: Path
    canonical: Segments
    agency: Segments
    body: Body | None
    via: Json = None
    key: Segments = ()
    only: Only = ""


@dataclass(frozen=True, slots=True)
class Split:
    """One agency text ⇄ several canonical fields: the inverse of Join. Shape: `into` are paths below `canonical`."""

    at: Path
    canonical: Segments
    into: tuple[Segments, ...]
    agency: Segments
    widths: tuple[int, ...] = ()
    sep: str = ""
    via: Json = None
    only: Only = ""


@dataclass(frozen=True, slots=True)
class CaseForm:
    """One case of a switch. Shape: `key` is the agency's tag as written, `tag` the canonical one; the body's paths are the switch's."""

    at: Path
    key: str
    tag: Json
    body: Body


@dataclass(frozen=True, slots=True)
class Choice:
    """A tag of the agency's ⇄ a canonical tag, and what else is there in each case."""

    at: Path
    canonical: Segments
    agency: Segments
    cases: tuple[CaseForm, ...]
    only: Only = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """The element of an array whose fields `where` have these constants ⇄ one canonical field.

    Shape: the body's canonical paths begin at `canonical`, its agency paths at the element.
    """

    at: Path
    canonical: Segments
    agency: Segments
    where: tuple[tuple[Segments, Json], ...]
    body: Body
    is_first: bool = False
    only: Only = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A canonical field that is computed from fields of the agency's document."""

    at: Path
    canonical: Segments
    text: str
    only: Only = "to_canonical"


Form: TypeAlias = "Move | Join | Const | Each | Split | Choice | Picked | Derived"


@dataclass(frozen=True, slots=True)
class Drop:
    """An agency field that is left behind on purpose; `const` is what the agency gets there."""

    at: Path
    path: Segments
    kind: str
    reason: str
    const: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """A canonical field that this agency does not have."""

    at: Path
    path: Segments
    reason: str


@dataclass(frozen=True, slots=True)
class Body:
    """The fields of one scope (a document or an element), sorted by canonical path; drops and lacks."""

    at: Path
    fields: tuple[Form, ...]
    drops: tuple[Drop, ...] = ()
    lacks: tuple[Lack, ...] = ()
