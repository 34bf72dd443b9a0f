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
from .expression import Expression
from .operators.spec import Emit, Way
from .paths import ITEM, Place, Segments
from .prove.transfer import Transfer


@dataclass(frozen=True, slots=True)
class Step:
    """One operator in one direction. Shape: `image` is its abstract transfer, `back` the function of the other direction."""

    name: str
    run: Way
    emit: Emit | None
    detail: str
    image: Transfer | None = None
    back: Way | None = None


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
    is_loose: bool = False  # several source values may mean one

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
    """A constant to one place; passive (in a case: see Switch)."""

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
    """An array to an array.

    Shape: `body` for objects (paths are the element's), `steps` for plain values; `key` is what tells the agency's elements apart.
    """

    at: Path
    source: Place
    target: Segments
    body: tuple[Write, ...] | None
    steps: tuple[Step, ...] = ()
    is_null_passed: bool = False
    key: Segments = ()
    is_loose: bool = False  # of plain values: several may mean one

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that this is written."""
        return self.source.conditions


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a switch: the tag's value here and there, and what is written then.

    Shape: paths of `body` begin where the switch's own begin; its places were resolved with the tag known.
    """

    value: Json
    tag: Json
    body: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """A discriminated union to another: the tag at `source` says which case is taken, its counterpart goes to `target`.

    Shape: a tag that no case has is refused; where the tag is not there, nothing is written. Cases may share targets. In a case,
    constants and fillings are written whenever the case is taken.
    """

    at: Path
    source: Place
    target: Segments
    cases: tuple[Case, ...]

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that the tag is written."""
        return self.source.conditions


Where: TypeAlias = tuple[tuple[Segments, Json], ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """The element of an array in which each of `where` has its constant, to one place.

    Shape: `body` reads the element and writes below `target` (a path () is the target itself); where the target is the whole scope,
    each of its fields is written for itself. A second such element is refused, or left behind where `is_first`. Nothing is written where
    there is none, which cannot be where `is_promised`.
    """

    at: Path
    source: Place
    where: Where
    is_first: bool
    target: Segments
    body: tuple[Write, ...]
    is_promised: bool = False

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that this is written: on the element, unless the schema promises it."""
        own = frozenset() if self.is_promised else frozenset({(*self.source.path, "\0" + repr(self.where))})
        return self.source.conditions | own

    def hang(self, inner: frozenset[Segments]) -> frozenset[Segments]:
        """Give on what it hangs that a field of the element is written, whose own conditions begin at the element."""
        return self.conditions | {(*self.source.path, ITEM, *path) for path in inner}


@dataclass(frozen=True, slots=True)
class Rest:
    """Elements of an array that none of the picks takes are refused; nothing is written."""

    at: Path
    source: Place
    wheres: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One element that a gathering makes where its source is there: the constants of `where`, and what `body` writes."""

    at: Path
    source: Place
    where: Where
    body: tuple[Write, ...]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Gather:
    """Several places to the elements of one array, in this order. Shape: where none is there, [] if `is_filled`, else nothing."""

    at: Path
    parts: tuple[Part, ...]
    target: Segments
    is_filled: bool

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that this is written: one of its parts is there."""
        each = [part.source.conditions for part in self.parts]
        return min(each, key=len) if frozenset() in each or len(each) == 1 else frozenset({("\0gather", *self.target)})


@dataclass(frozen=True, slots=True)
class Derive:
    """A computed value to one place; where one of `sources` is not there, nothing."""

    at: Path
    sources: tuple[Place, ...]
    target: Segments
    expression: Expression

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that this is written."""
        return frozenset[Segments]().union(*(source.conditions for source in self.sources))


Write: TypeAlias = "Copy | Glue | Cut | Put | Expect | Loop | Switch | Pick | Rest | Gather | Derive"
