"""The typed intermediate form of one direction: what is read where, what becomes of it, and where it is written.

Laws: 1. Frozen and complete: emitting needs no schema. 2. A write is *active* (it fires when its source is there) or *passive* (a
constant, a filling: it is written where its object is there anyway).
Must not know: YAML, Python source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path

from .chain import Literal
from .operators.spec import Emit, Way
from .paths import Place, Segments


@dataclass(frozen=True, slots=True)
class Step:
    """One operator in one direction."""

    name: str
    run: Way
    emit: Emit | None
    detail: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One value to one place, through steps.

    Shape: `omit` is the source value that means nothing is there (written as null where `is_null_written`); `fill` what is written where
    nothing is there, `fill_null` where null is there. Null passes the steps by where `is_null_passed`.
    """

    at: Path
    source: Place
    target: Segments
    steps: tuple[Step, ...] = ()
    omit: Literal | None = None
    is_null_written: bool = False
    fill: Literal | None = None
    fill_null: Literal | None = None
    is_null_passed: bool = False
    is_absence_refused: bool = False

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that this is written."""
        if self.is_absence_refused:
            return frozenset()
        omits = frozenset({(*self.source.path, "\0omit")}) if self.omit and not self.is_null_written else frozenset()
        return self.source.conditions | omits


@dataclass(frozen=True, slots=True)
class Glue:
    """Several texts to one. Shape: fixed `widths` or `sep`; `is_strict` refuses what could not be cut again."""

    at: Path
    sources: tuple[Place, ...]
    target: Segments
    widths: tuple[int, ...]
    sep: str
    is_strict: bool
    steps: tuple[Step, ...] = ()

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that this is written: one part is there (that others are missing is refused)."""
        each = [source.conditions for source in self.sources]
        least = min(each, key=len)
        if all(least <= other for other in each):
            return least
        return frozenset.intersection(*each) | {tuple(segment for source in self.sources for segment in source.path)}


@dataclass(frozen=True, slots=True)
class Cut:
    """One text to several places."""

    at: Path
    source: Place
    targets: tuple[Segments, ...]
    widths: tuple[int, ...]
    sep: str
    steps: tuple[Step, ...] = ()

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that these are written."""
        return self.source.conditions


@dataclass(frozen=True, slots=True)
class Put:
    """A constant to one place; passive."""

    at: Path
    target: Segments
    value: Json


@dataclass(frozen=True, slots=True)
class Expect:
    """A value that must be this constant where it is there; nothing is written."""

    at: Path
    source: Place
    value: Json


@dataclass(frozen=True, slots=True)
class Loop:
    """An array to an array. Shape: `body` for objects (paths are the element's), `steps` for plain values."""

    at: Path
    source: Place
    target: Segments
    body: tuple[Write, ...] | None
    steps: tuple[Step, ...] = ()
    is_null_passed: bool = False

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that this is written."""
        return self.source.conditions


Write: TypeAlias = "Copy | Glue | Cut | Put | Expect | Loop"
