"""From the tree of a pattern to its machine.

Holds: the threads of a pattern (what may come next at each place), and the net that leaves out every step without a sign.
Laws: 1. A pattern is searched for, anywhere; `^` and `$` hold at the ends of the text only, never at its lines. 2. The work of
counted repetitions is bounded before it is done.
Must not know: how a pattern is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .machine import Budget, Machine, Net, TooLarge
from .signs import ANY, Runs, letters_of_boundaries, part_signs
from .syntax import At, Edge, Either, Many, One, Row, Tree

# What stands before or after a place: no sign at all, a letter, any other sign.
_END, _LETTER, _OTHER = range(3)
_HOLDS: Final[dict[Edge, frozenset[tuple[int, int]]]] = {
    "^": frozenset((_END, after) for after in range(3)),
    "$": frozenset((before, _END) for before in range(3)),
    "b": frozenset((before, after) for before in range(3) for after in range(3) if (before == _LETTER) != (after == _LETTER)),
    "B": frozenset((before, after) for before in range(3) for after in range(3) if (before == _LETTER) == (after == _LETTER)),
}
_MATCH: Final = 0  # the thread that has matched
THREADS_PER_STATE: Final = 4


class Threads:
    """A pattern as places that are tried at once: a place takes a sign, holds at an edge, or goes on to other places."""

    __slots__ = ("edge", "next", "sets", "takes", "threads_max")

    def __init__(self, threads_max: int) -> None:
        self.threads_max = threads_max
        self.next: list[tuple[int, ...]] = [()]
        self.takes: list[int] = [-1]  # a set of signs
        self.edge: list[Edge | None] = [None]
        self.sets: dict[Runs, int] = {}

    def add(self, following: Iterable[int], runs: Runs | None = None, edge: Edge | None = None) -> int:
        """Add a place. Faults: TooLarge."""
        if len(self.next) > self.threads_max:
            raise TooLarge(f"a pattern of more than {self.threads_max} places")
        self.next.append(tuple(following))
        self.takes.append(-1 if runs is None else self.sets.setdefault(runs, len(self.sets)))
        self.edge.append(edge)
        return len(self.next) - 1

    def build(self, tree: Tree, then: int) -> int:
        """Give the place where a tree begins that goes on at `then`."""
        match tree:
            case One(runs):
                return self.add((then,), runs)
            case At(edge):
                return self.add((then,), edge=edge)
            case Row(parts):
                for part in reversed(parts):
                    then = self.build(part, then)
                return then
            case Either(branches):
                return self.add([self.build(branch, then) for branch in branches])
            case Many():
                return self._build_many(tree, then)

    def _build_many(self, tree: Many, then: int) -> int:
        after = then
        if tree.most is None:
            loop = self.add(())
            self.next[loop] = (self.build(tree.part, loop), then)
            after = loop
        else:
            for _ in range(tree.most - tree.least):
                after = self.add((self.build(tree.part, after), then))
        for _ in range(tree.least):
            before = self.build(tree.part, after)
            if before == after:  # nothing, however often
                break
            after = before
        return after

    def follow(self, place: int, before: int, after: int, budget: Budget) -> list[int]:
        """Give the places that take a sign, and the match, which are reached from one without taking any."""
        seen = {place}
        walk = [place]
        for here in walk:
            edge = self.edge[here]
            if self.takes[here] >= 0 or (edge is not None and (before, after) not in _HOLDS[edge]):
                continue
            for there in self.next[here]:
                if there not in seen:
                    seen.add(there)
                    walk.append(there)
        budget.spend(len(walk))
        return [here for here in walk if self.takes[here] >= 0 or here == _MATCH]


def make_pattern_machine(tree: Tree, is_anchored: bool, budget: Budget) -> Machine:
    """Make the machine of the texts that hold the pattern, or that are it as a whole. Faults: TooLarge."""
    threads = Threads(budget.states_max * THREADS_PER_STATE)
    start = threads.build(Row((At("^"), tree, At("$"))) if is_anchored else tree, _MATCH)
    if not is_anchored and not _begins_fixed(tree):
        loop = threads.add((), ANY)
        start = threads.add((start, loop))
        threads.next[loop] = (start,)
    return _NetOf(threads, budget).make(start).determinise(budget)


def _begins_fixed(tree: Tree) -> bool:
    match tree:
        case At(edge):
            return edge == "^"
        case Row(parts):
            return bool(parts) and _begins_fixed(parts[0])
        case Either(branches):
            return all(_begins_fixed(branch) for branch in branches)
    return False


class _NetOf:
    """Threads without their steps that take no sign: a state is a place just arrived at, and what stood before it."""

    __slots__ = ("budget", "kinds", "letters", "net", "numbers", "threads", "waits")

    def __init__(self, threads: Threads, budget: Budget) -> None:
        self.threads = threads
        self.budget = budget
        has_boundaries = any(edge in ("b", "B") for edge in threads.edge)
        letters = letters_of_boundaries() if has_boundaries else ()
        alphabet, self.kinds = part_signs([*threads.sets, letters])
        self.letters = frozenset(self.kinds[-1])
        self.net = Net(alphabet, [[((*range(alphabet.count_kinds()),), 0)]], frozenset({1}), {0}, 0)
        self.numbers: dict[tuple[int, int], int] = {}
        self.waits: list[tuple[int, int]] = []

    def make(self, start: int) -> Net:
        """Give the net; its state 0 accepts everything."""
        width = range(self.net.alphabet.count_kinds())
        sides = [(_OTHER, tuple(kind for kind in width if kind not in self.letters))]
        sides += [(_LETTER, tuple(self.letters))] if self.letters else []
        self._number((start, _END))
        for place, before in self.waits:
            edges: list[tuple[tuple[int, ...], int]] = []
            for after, kinds in sides:
                edges += self._make_edges(place, before, after, kinds)
            self.net.edges.append(edges)
            if _MATCH in self.threads.follow(place, before, _END, self.budget):
                self.net.accepting.add(self.numbers[place, before])
        return self.net

    def _make_edges(self, place: int, before: int, after: int, kinds: tuple[int, ...]) -> list[tuple[tuple[int, ...], int]]:
        reached = self.threads.follow(place, before, after, self.budget)
        if _MATCH in reached:
            return [(kinds, 0)]
        edges = []
        for here in reached:
            taken = self.kinds[self.threads.takes[here]]
            some = tuple([kind for kind in taken if kind in kinds]) if self.letters else taken
            if some:
                edges.append((some, self._number((self.threads.next[here][0], after))))
        return edges

    def _number(self, state: tuple[int, int]) -> int:
        number = self.numbers.get(state)
        if number is None:
            number = self.numbers[state] = len(self.numbers) + 1
            self.waits.append(state)
        return number
