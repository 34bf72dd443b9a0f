"""What a direction of a mapping makes, as a tree of the target; and where it may refuse.

Laws: 1. A node holds every value that may be written there. 2. When a node is there is said by conditions, as in `presence`. 3. A write
that is not followed is an issue.
Must not know: the target's schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path

from ..ir import Copy, Cut, Expect, Glue, Loop, Put, Step, Write
from ..paths import ITEM, Place, Segments
from ..presence import Conditions
from .contain import Budget, Comparison
from .domain import ANYTHING, NEVER, NULL, Array, Value, join_values, text_of, value_of, without_null, without_text
from .read import NOT_FOLLOWED, Read, pull_back, read_place, run_chain, take_out
from .samples import find_smallest
from .texts import ANY, Language, TooLarge, glue, meet, minus, of_lengths, of_words, outside, split_at, take_slice


@dataclass(frozen=True, slots=True)
class Wish:
    """What a source document should look like: values at places, places that are there, places that are not, lengths of lists."""

    values: tuple[tuple[Segments, Json], ...] = ()
    present: frozenset[Segments] = frozenset()
    absent: frozenset[Segments] = frozenset()
    lengths: tuple[tuple[Segments, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a direction is not proved, and documents that may refute it."""

    at: Path
    reason: str
    wishes: tuple[Wish, ...] = ()


@dataclass(slots=True, eq=False)
class Node:
    """One place of the target. Shape: as in `presence`; `value` for what is written here, `items` for a list that a loop makes."""

    at: Path = ()
    children: dict[str, Node] = field(default_factory=dict)
    fires: set[Conditions] = field(default_factory=set)
    is_filled: bool = False
    value: Value | None = None
    items: Items | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list that a loop makes: its elements (a tree, or plain values) and its length."""

    element: Node
    least: int
    most: int | None
    source: Segments


@dataclass(frozen=True, slots=True)
class Origin:
    """Where what is written comes from. Shape: `sources` are full paths; `back` gives values at them for one that is written."""

    sources: tuple[Segments, ...]
    back: Callable[[Json], tuple[Json, ...]]
    omit: tuple[Json, ...] = ()

    def wish(self, document: Json) -> tuple[Wish, ...]:
        """Give documents in which this may be written, or nothing be there."""
        absent = Wish(absent=frozenset(self.sources))
        found = self.back(document)
        return (Wish(tuple(zip(self.sources, found, strict=True))), absent) if found else (absent,)


Plant: TypeAlias = "tuple[Segments, Conditions | None, Value, bool, Origin | None]"


class Painter:
    """Makes the tree of one direction; collects the issues."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.comparison = Comparison(budget)
        self.issues: list[Issue] = []

    def paint(self, writes: Sequence[Write], root: Value, prefix: Segments = ()) -> Node:
        """Make the tree of the writes of one scope, reading from a value."""
        top = Node()
        top.fires = {frozenset()}
        for write in writes:
            self.budget.spend()
            paint = _PAINTERS.get(type(write))
            if paint is None:
                self.note(write.at, f"{NOT_FOLLOWED}: {type(write).__name__.lower()}")
                continue
            paint(self, top, write, root, prefix)
        return top

    def note(self, at: Path, reason: str, *wishes: Wish) -> None:
        """Add an issue."""
        self.issues.append(Issue(at, reason, wishes))

    def read(self, at: Path, root: Value, place: Place, prefix: Segments) -> Read:
        """Read a place; an issue where a parent may be no object."""
        found = read_place(root, place.path)
        if found.has_strangers:
            self.note(at, "what stands around the source may be no object")
        return found

    def run(self, at: Path, value: Value, steps: tuple[Step, ...], path: Segments) -> Value:
        """Run a chain; an issue for each step that may refuse."""
        out, refusals = run_chain(value, steps)
        for refusal in refusals:
            self.note(at, refusal.reason, *(Wish(((path, document),)) for document in refusal.documents))
        return out


def plant(top: Node, path: Segments, conditions: Conditions | None, at: Path) -> Node:
    """Give the node at a path; all above it and itself fire under these conditions (None = passive)."""
    node = top
    for segment in path:
        node = node.children.setdefault(segment, Node(at))
        if conditions is not None:
            node.fires.add(conditions)
    node.at = at
    return node


def _set_aside(write: Copy, value: Value) -> tuple[Value, list[Value], bool]:
    """Give what goes through the steps, what is written without them, and whether a value may mean that nothing is there."""
    out: list[Value] = []
    is_omitted = False
    if write.fill_null and value.null:
        out.append(value_of(write.fill_null.value))
        value = without_null(value)
    if write.omit:
        value, is_in = take_out(value, write.omit.value)
        out += [NULL] if is_in and write.is_null_written else []
        is_omitted = is_in and not write.is_null_written
    if write.is_null_passed and write.steps and value.null:
        out.append(NULL)
        value = without_null(value)
    return value, out, is_omitted


def _paint_copy(painter: Painter, top: Node, write: Copy, root: Value, prefix: Segments) -> None:
    path = prefix + write.source.path
    found = painter.read(write.at, root, write.source, prefix)
    if found.is_maybe and write.is_absence_refused:
        painter.note(write.at, "the field is needed here and may not be there", Wish(absent=frozenset({path})))
    value, out, is_omitted = _set_aside(write, found.value)
    out.append(painter.run(write.at, value, write.steps, path))
    if (found.is_maybe or is_omitted) and write.fill:
        out.append(value_of(write.fill.value))
    node = plant(top, write.target, write.conditions, write.at)
    node.value, node.is_filled = join_values(out), write.fill is not None
    omit = (write.omit.value,) if write.omit else ()
    node.origin = Origin((path,), lambda document: pull_back(write.steps, document), omit)


def _paint_put(painter: Painter, top: Node, write: Put, root: Value, prefix: Segments) -> None:
    node = plant(top, write.target, None, write.at)
    node.value, node.is_filled = value_of(write.value), True
    node.origin = Origin((), lambda document: ())


def _paint_expect(painter: Painter, top: Node, write: Expect, root: Value, prefix: Segments) -> None:
    found = painter.read(write.at, root, write.source, prefix)
    gap = painter.comparison.find_gap(found.value, value_of(write.value))
    if gap is not None:
        path = prefix + write.source.path
        wishes = (Wish(((path, gap.document),)),) if gap.has_document else ()
        painter.note(write.at, "the field may hold another value than the constant", *wishes)


def _paint_loop(painter: Painter, top: Node, write: Loop, root: Value, prefix: Segments) -> None:
    path = prefix + write.source.path
    found = painter.read(write.at, root, write.source, prefix)
    others = without_text(found.value) if found.value.text is None else found.value
    if others.null and not write.is_null_passed:
        painter.note(write.at, "the list may be null", Wish(((path, None),)))
    if found.value.text is not None or found.value.numbers or found.value.booleans or found.value.objects:
        painter.note(write.at, "the list may be something else")
    node = plant(top, write.target, write.conditions, write.at)
    node.value = NULL if found.value.null and write.is_null_passed else NEVER
    if not found.value.arrays:
        return
    node.items = _paint_items(painter, write, found.value.arrays, path)


def _paint_items(painter: Painter, write: Loop, arrays: Sequence[Array], path: Segments) -> Items:
    least = min(one.least for one in arrays)
    most = None if any(one.most is None for one in arrays) else max(one.most or 0 for one in arrays)
    item = join_values([one.item.get() for one in arrays if one.most != 0])
    inner = (*path, ITEM)
    if write.body is not None:
        if item.null or item.booleans or item.text is not None or item.numbers or item.arrays:
            painter.note(write.at, "an element may be no object")
        element = painter.paint(write.body, item, inner)
        element.at = write.at
    else:
        out = painter.run(write.at, item, write.steps, inner)
        element = Node(write.at, value=out, origin=Origin((inner,), lambda document: pull_back(write.steps, document)))
    return Items(element, least, most, path)


def _paint_glue(painter: Painter, top: Node, write: Glue, root: Value, prefix: Segments) -> None:
    reads = [painter.read(write.at, root, source, prefix) for source in write.sources]
    paths = tuple(prefix + source.path for source in write.sources)
    is_whole = bool(write.widths) or write.is_strict
    if len({source.conditions for source in write.sources}) > 1 and is_whole:
        _note_missing(painter, write, reads, paths)
    parts = [_paint_part(painter, write, index, found.value, paths[index]) for index, found in enumerate(reads)]
    seam = of_words((write.sep,))
    is_known = is_whole or not any(found.is_maybe for found in reads)
    whole = reduce(lambda one, other: glue(one, seam, other), parts) if is_known else ANY
    back = _cut_back(write)
    node = plant(top, write.target, write.conditions, write.at)
    node.value = _run_glued(painter, write, text_of(whole), back, paths)
    node.origin = Origin(paths, lambda document: tuple(one for found in pull_back(write.steps, document) for one in back(found)))


def _run_glued(painter: Painter, write: Glue, whole: Value, back: Callable[[Json], tuple[Json, ...]], paths: tuple[Segments, ...]) -> Value:
    """Run the chain of what was joined; an issue for each step that may refuse, with values of the parts."""
    out, refusals = run_chain(whole, write.steps)
    for refusal in refusals:
        parts = [back(document) for document in refusal.documents]
        painter.note(write.at, refusal.reason, *(Wish(tuple(zip(paths, one, strict=True))) for one in parts if one))
    return out


def _note_missing(painter: Painter, write: Glue, reads: Sequence[Read], paths: tuple[Segments, ...]) -> None:
    for path, found in zip(paths, reads, strict=True):
        if found.is_maybe:
            others = frozenset(paths) - {path}
            painter.note(write.at, "one of the joined fields may be missing", Wish(present=others, absent=frozenset({path})))


def _cut_back(write: Glue) -> Callable[[Json], tuple[Json, ...]]:
    def cut(whole: Json) -> tuple[Json, ...]:
        if not isinstance(whole, str):
            return ()
        if not write.widths:
            found = tuple(whole.split(write.sep))
            return found if len(found) == len(write.sources) else ()
        ends = [sum(write.widths[: index + 1]) for index in range(len(write.widths))]
        return tuple(whole[end - width : end] for end, width in zip(ends, write.widths, strict=True))

    return cut


def _paint_part(painter: Painter, write: Glue, index: int, value: Value, path: Segments) -> Language:
    """Give the texts of one joined field that can be joined; an issue where there are others."""
    if write.widths:
        domain = of_lengths(write.widths[index], write.widths[index])
    elif write.is_strict:
        domain = minus(ANY, glue(ANY, of_words((write.sep,)), ANY))
    else:
        domain = ANY
    others = without_text(value)
    if not others.is_never:
        wrong = find_smallest(others)
        painter.note(write.at, "a joined field may be no text", *([Wish(((path, wrong[0]),))] if wrong else []))
    if value.text is None:
        return of_words(())
    word = outside(value.text, domain)
    if word is not None:
        painter.note(write.at, "a joined field does not fit", Wish(((path, word),)))
    return meet(value.text, domain)


def _paint_cut(painter: Painter, top: Node, write: Cut, root: Value, prefix: Segments) -> None:
    path = prefix + write.source.path
    found = painter.read(write.at, root, write.source, prefix)
    out = painter.run(write.at, found.value, write.steps, path)
    parts = _cut_language(painter, write, out, path)
    for index, target in enumerate(write.targets):
        node = plant(top, target, write.conditions, write.at)
        node.value = text_of(parts[index]) if parts else ANYTHING
        node.origin = Origin((path,), lambda document: ())


def _cut_language(painter: Painter, write: Cut, value: Value, path: Segments) -> Sequence[Language]:
    """Give the languages of the pieces; an issue where a value cannot be cut."""
    pieces = len(write.targets)
    if write.widths:
        domain = of_lengths(sum(write.widths), sum(write.widths))
    elif len(write.sep) == 1:
        seam = of_words((write.sep,))
        piece = minus(ANY, glue(ANY, seam, ANY))
        domain = glue(piece, *(part for _ in range(pieces - 1) for part in (seam, piece)))
    else:
        painter.note(write.at, "a separator of more than one sign is not followed")
        return ()
    if not without_text(value).is_never:
        painter.note(write.at, "what is cut may be no text")
    if value.text is None:
        return [of_words(())] * pieces
    word = outside(value.text, domain)
    if word is not None:
        painter.note(write.at, "the value cannot be cut", *(Wish(((path, one),)) for one in pull_back(write.steps, word)))
    fitting = meet(value.text, domain)
    if not write.widths:
        return split_at(fitting, write.sep, pieces)
    return [take_slice(fitting, sum(write.widths[:index]), width) for index, width in enumerate(write.widths)]


_PAINTERS: Mapping[type, Callable[[Painter, Node, Json, Value, Segments], None]] = {
    Copy: _paint_copy,
    Put: _paint_put,
    Expect: _paint_expect,
    Loop: _paint_loop,
    Glue: _paint_glue,
    Cut: _paint_cut,
}
__all__ = ["Issue", "Items", "Node", "Origin", "Painter", "TooLarge", "Wish", "plant"]
