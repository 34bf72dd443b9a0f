"""The tree of what a direction makes, and what keeps it from being proved.

Laws: 1. A node holds every value that may be written there. 2. When a node is there is said by conditions, as in `presence`. 3. Where one
of several trees stands (an element, what is picked), each is an option.
Must not know: how a tree is made, the target's schema.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gateway.values.model import Json
from gateway.values.problem import Path

from ..ir import Pick, Where
from ..paths import Segments
from ..presence import Conditions
from .domain import Value


@dataclass(frozen=True, slots=True)
class Wish:
    """What a source document should look like: values at places, places that are there, places that are not, lengths of lists."""

    values: tuple[tuple[Segments, Json], ...] = ()
    present: frozenset[Segments] = frozenset()
    absent: frozenset[Segments] = frozenset()
    lengths: tuple[tuple[Segments, int], ...] = ()

    def given(self, other: Wish) -> Wish:
        """Give this wish where another holds as well; what this one says of a place goes before."""
        known = {at for at, _ in self.values}
        values = self.values + tuple((at, value) for at, value in other.values if at not in known)
        return Wish(values, self.present | other.present, self.absent | (other.absent - known), self.lengths + other.lengths)


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a direction is not proved, and documents that may refute it."""

    at: Path
    reason: str
    wishes: tuple[Wish, ...] = ()

    def given(self, wish: Wish) -> Issue:
        """Give the issue as it is where a wish holds."""
        return self if wish == NO_WISH else replace(self, wishes=tuple(each.given(wish) for each in self.wishes))


NO_WISH = Wish()


@dataclass(slots=True, eq=False)
class Node:
    """One place of the target.

    Shape: as in `presence`; `value` for what is written here, `items` for a list that is made, `options` for trees of which one stands
    here. The top of a scope says where its source stands (`prefix`) and what the source is like (`given`).
    """

    at: Path = ()
    children: dict[str, Node] = field(default_factory=dict)
    fires: set[Conditions] = field(default_factory=set)
    is_filled: bool = False
    value: Value | None = None
    items: Items | None = None
    options: list[Node] = field(default_factory=list)
    origin: Origin | None = None
    prefix: Segments | None = None
    given: Wish = NO_WISH


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list that is made: its elements (trees, or plain values), its length, and the list that it comes from.

    Shape: where every element is made for itself, `kinds` are its constants and whether it is surely there, `feeds` what it is made of.
    """

    elements: tuple[Node, ...]
    least: int
    most: int | None
    source: Segments | None = None
    kinds: tuple[tuple[Where, bool], ...] = ()
    feeds: frozenset[Segments] = frozenset()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where what is written comes from.

    Shape: `sources` are full paths; `back` gives values at them for one that is written; `tries` are worth trying whatever is written.
    """

    sources: tuple[Segments, ...]
    back: Callable[[Json], tuple[Json, ...]]
    omit: tuple[Json, ...] = ()
    tries: tuple[Wish, ...] = ()

    def wish(self, document: Json) -> tuple[Wish, ...]:
        """Give documents in which this may be written, or nothing be there."""
        absent = Wish(absent=frozenset(self.sources))
        found = self.back(document)
        values = (Wish(tuple(zip(self.sources, found, strict=True))),) if found else ()
        return (*values, absent, *self.tries)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where writes are painted: the tree, what is read and where it stands.

    Shape: `known` are conditions that hold here; what `is_taken` stands in a case, whose constants and fillings are written for themselves;
    what is read of an element `hang`s on it.
    """

    top: Node
    root: Value
    prefix: Segments = ()
    known: Conditions = frozenset()
    is_taken: bool = False
    hang: Callable[[Conditions], Conditions] = lambda own: own

    def enter(self, root: Value, prefix: Segments, pick: Pick) -> Scope:
        """Give the scope in which fields of a picked element are written as if they stood here."""
        return replace(self, root=root, prefix=prefix, is_taken=True, hang=lambda own: self.hang(pick.hang(own)))

    def plant(self, path: Segments, conditions: Conditions | None, at: Path) -> Node:
        """Give the node at a path; all above it and itself fire under these conditions (None = passive, unless a case is taken)."""
        if conditions is None and self.is_taken:
            conditions = frozenset()
        node = self.top
        for segment in path:
            node = node.children.setdefault(segment, Node(at))
            if conditions is not None:
                node.fires.add(self.hang(conditions) - self.known)
        node.at = at
        return node
