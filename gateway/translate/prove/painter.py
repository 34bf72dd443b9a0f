"""The painter: makes the tree of one direction, scope by scope, and collects where it may refuse.

Law: a write that is not followed is an issue.
Must not know: what the writes do, the target's schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path

from ..ir import Step, Write
from ..paths import Segments
from .contain import Budget, Comparison
from .domain import Value, join_values, value_of
from .read import NOT_FOLLOWED, Read, read_place, run_chain
from .tree import NO_WISH, Issue, Node, Scope, Wish
from .worlds import list_worlds

Paint: TypeAlias = "Callable[[Painter, Scope, Json], None]"


class Painter:
    """Makes the tree of one direction; collects the issues."""

    def __init__(self, budget: Budget, paints: Mapping[type, Paint]) -> None:
        self.budget = budget
        self.comparison = Comparison(budget)
        self.issues: list[Issue] = []
        self._paints = paints

    def paint(self, writes: Sequence[Write], root: Value, prefix: Segments = (), given: Wish = NO_WISH) -> list[Node]:
        """Make the trees of the writes of one scope, reading from a value: one for each way in which its cases may be taken."""
        begin = len(self.issues)
        made: list[Node] = []
        for world in list_worlds(self, writes, root, prefix):
            top = Node(prefix=prefix, given=world.given.given(given))
            top.fires = {frozenset()}
            inner = len(self.issues)
            scope = Scope(top, world.root, prefix, world.known)
            for tag in world.tags:
                scope.plant(tag.path, frozenset(), tag.at).value = value_of(tag.value)
            for write in world.writes:
                self._paint_one(scope, write)
            taken = Scope(top, world.root, prefix, world.known, is_taken=True)
            for write in world.taken:
                self._paint_one(taken, write)
            self._give(inner, world.given)
            made.append(top)
        self._give(begin, given)
        return made

    def paint_inside(self, writes: Sequence[Write], scope: Scope, given: Wish) -> None:
        """Paint writes that read from another place into the tree of a scope."""
        begin = len(self.issues)
        for write in writes:
            self._paint_one(scope, write)
        self._give(begin, given)

    def _paint_one(self, scope: Scope, write: Write) -> None:
        self.budget.spend()
        paint = self._paints.get(type(write))
        if paint is None:
            self.note(write.at, f"{NOT_FOLLOWED}: {type(write).__name__.lower()}")
        else:
            paint(self, scope, write)

    def _give(self, begin: int, given: Wish) -> None:
        if given != NO_WISH:
            self.issues[begin:] = [issue.given(given) for issue in self.issues[begin:]]

    def note(self, at: Path, reason: str, *wishes: Wish) -> None:
        """Add an issue."""
        self.issues.append(Issue(at, reason, wishes))

    def read(self, at: Path, root: Value, path: Segments) -> Read:
        """Read a place; an issue where a parent may be no object."""
        found = read_place(root, path)
        if found.has_strangers:
            self.note(at, "what stands around the source may be no object")
        return found

    def run(self, at: Path, value: Value, steps: tuple[Step, ...], path: Segments) -> Value:
        """Run a chain; an issue for each step that may refuse."""
        out, refusals = run_chain(value, steps)
        for refusal in refusals:
            self.note(at, refusal.reason, *(Wish(((path, document),)) for document in refusal.documents))
        return out

    def hold(self, at: Path, value: Value, path: Segments, documents: Sequence[Json], reason: str) -> None:
        """Note where a value may be none of these documents."""
        gap = self.comparison.find_gap(value, join_values([value_of(one) for one in documents]))
        if gap is not None:
            self.note(at, reason, *((Wish(((path, gap.document),)),) if gap.has_document else ()))
