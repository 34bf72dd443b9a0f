"""The pen of the emitter: lines, generated names, constants, and how a source place is read.

Laws: a name is generated, a constant is a generated name; a place that is surely there is read by `d[…]`, another guarded.
Must not know: what is written where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.values.faults import Finding
from gateway.values.model import Json

from .ir import Step, Write
from .operators.spec import MISSES
from .paths import ITEM, Place, Segments

Locate: TypeAlias = "Callable[[Segments], tuple[str, Segments]]"  # source path → part of the call, path in that part
ABSENT = object()
EMPTY: dict[str, Json] = {}


def make_pointer(path: Segments, indexes: Sequence[int] = ()) -> str:
    """Write a JSON Pointer; ITEM segments take the indexes in order. Source: RFC 6901."""
    rest = iter(indexes)
    words = (str(next(rest, 0)) if segment == ITEM else segment.replace("~", "~0").replace("/", "~1") for segment in path)
    return "".join("/" + word for word in words)


@dataclass(frozen=True, slots=True)
class Blame:
    """Says what was wrong with a value that could not be translated, without the value: the cold path."""

    part: str
    path: Segments
    keyword: str
    detail: str
    steps: tuple[Step, ...] = ()

    def __call__(self, value: Json, *indexes: int) -> Finding:
        """Give the finding; runs the steps again to name the one that refused."""
        keyword, detail = self.keyword, self.detail
        if value is not None or not detail:
            for step in self.steps:
                try:
                    value = step.run(value)
                except MISSES:
                    keyword, detail = step.name, step.detail
                    break
        return Finding(make_pointer(self.path, indexes), keyword, detail or "the value has no counterpart", self.part)


@dataclass(slots=True)
class Scope:
    """Where values are read from: a variable, its full path, the indexes of the loops around it, and what was loaded."""

    variable: str
    path: Segments = ()
    indexes: tuple[str, ...] = ()
    loaded: dict[Segments, tuple[str, bool]] = field(default_factory=dict)

    def branch(self) -> Scope:
        """Give the scope of a block: what is loaded in it is not known after it."""
        return Scope(self.variable, self.path, self.indexes, dict(self.loaded))


@dataclass(frozen=True, slots=True)
class Slot:
    """One value to be written. Shape: `value` is an expression, "" without one; `fill` an expression for where it is not there."""

    path: Segments
    value: str
    is_maybe: bool = False
    fill: str = ""


EmitSlots: TypeAlias = "Callable[[Writer, Scope, Sequence[Write]], list[Slot]]"  # emits a scope's writes; what they give is built later


class Writer:
    """Collects lines, names and constants of one function."""

    def __init__(
        self, locate: Locate, roots: Mapping[Segments, tuple[str, bool]], always: frozenset[Segments], emit_slots: EmitSlots | None = None
    ) -> None:
        self.locate, self.roots, self.always = locate, roots, always
        self._emit_slots = emit_slots
        self.lines: list[str] = []
        self.constants: dict[str, object] = {}
        self.can_miss = False
        self._depth = 1
        self._count = 0

    def emit_slots(self, scope: Scope, writes: Sequence[Write]) -> list[Slot]:
        """Add the lines of writes inside another, and give what they write."""
        assert self._emit_slots is not None
        return self._emit_slots(self, scope, writes)

    def name_constant(self, value: object) -> str:
        """Give the generated name of a value (the same value has one name)."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def name_variable(self, letter: str) -> str:
        """Give a fresh variable."""
        self._count += 1
        return f"{letter}{self._count}"

    def put(self, line: str, at: int | None = None) -> None:
        """Add a line at this depth: at the end, or where `at` says."""
        self.lines.insert(len(self.lines) if at is None else at, "    " * self._depth + line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Add a line that opens a block, and what stands in it."""
        self.put(head)
        self._depth += 1
        yield
        self._depth -= 1

    def blame(self, scope: Scope, path: Segments, value: str, keyword: str, detail: str = "", steps: tuple[Step, ...] = ()) -> None:
        """Add the line that notes a finding."""
        self.can_miss = True
        part, inner = self.locate(scope.path + path)
        name = self.name_constant(Blame(part, inner, keyword, detail, steps))
        self.put(f"bad.append({name}({', '.join((value, *scope.indexes))}))")

    def load(self, scope: Scope, path: Segments, place: Place) -> tuple[str, bool]:
        """Give the variable that holds the object at a prefix of a place, and whether it is surely there."""
        if path in scope.loaded:
            return scope.loaded[path]
        if not scope.path and path in self.roots:
            return self.roots[path]
        if not path:
            return scope.variable, True
        parent, is_sure = self.load(scope, path[:-1], place)
        is_read = is_sure and path not in place.optional
        value = f"{parent}[{path[-1]!r}]" if is_read else f"{parent}.get({path[-1]!r}, EMPTY)"
        is_nullable = path in place.nullable
        variable = self.name_variable("s")
        self.put(f"{variable} = {value} or EMPTY" if is_nullable else f"{variable} = {value}")
        scope.loaded[path] = variable, is_read and not is_nullable
        return scope.loaded[path]

    def read(self, scope: Scope, place: Place) -> tuple[str, bool]:
        """Give the expression of the value at a place, and whether it is surely there (ABSENT otherwise)."""
        if not place.path:
            return scope.variable, True
        if not scope.path and place.path in self.roots:
            return self.roots[place.path]
        parent, is_sure = self.load(scope, place.path[:-1], place)
        if is_sure and place.path not in place.optional:
            return f"{parent}[{place.path[-1]!r}]", True
        return f"{parent}.get({place.path[-1]!r}, ABSENT)", False

    def run_steps(self, source: str, out: str, steps: tuple[Step, ...]) -> None:
        """Add the statements of a chain."""
        for step in steps:
            if step.emit is None:
                self.put(f"{out} = {self.name_constant(step.run)}({source})")
            else:
                for line in step.emit(source, out, self):
                    self.put(line)
            source = out
        if not steps and source != out:
            self.put(f"{out} = {source}")
