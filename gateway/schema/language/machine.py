"""Minimal deterministic machines over kinds of signs, in one canonical form.

Laws: 1. A machine is total: every state has a successor for every kind. 2. Its form is canonical: no two states and no two
kinds behave alike, kinds are numbered by their first sign and states as a walk from the first meets them; so equal machines
are equal values. 3. What is built spends from a budget, and ends with `TooLarge` where that runs out.
Must not know: patterns, Unicode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from .signs import ONE_KIND, Alphabet, join_alphabets, make_alphabet

STATES_MAX: Final = 5_000
STEPS_PER_STATE: Final = 200

State = TypeVar("State")
Rows: TypeAlias = list[tuple[int, ...]]


class TooLarge(Exception):
    """A construction grew beyond its budget: nothing is known of its result."""


@dataclass(slots=True)
class Meter:
    """How much work all constructions have done: a clock that is the same on every machine. Units: steps."""

    steps: int = 0


METER: Final = Meter()


@dataclass(slots=True)
class Budget:
    """What one construction may spend: states, and steps of work."""

    states_max: int = STATES_MAX
    steps_left: int = -1

    def __post_init__(self) -> None:
        if self.steps_left < 0:
            self.steps_left = self.states_max * STEPS_PER_STATE

    def spend(self, steps: int) -> None:
        """Take steps. Faults: TooLarge."""
        METER.steps += steps
        self.steps_left -= steps
        if self.steps_left < 0:
            raise TooLarge(f"more than {self.states_max * STEPS_PER_STATE} steps of work")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that starts in state 0."""

    alphabet: Alphabet
    rows: tuple[tuple[int, ...], ...]  # state → kind → state
    accepting: tuple[bool, ...]


NOTHING: Final = Machine(ONE_KIND, ((0,),), (False,))
EVERYTHING: Final = Machine(ONE_KIND, ((0,),), (True,))


@dataclass(slots=True)
class Walk(Generic[State]):
    """Numbers the states that a walk meets."""

    step: Callable[[State], Sequence[State]]
    budget: Budget

    def explore(self, start: State) -> tuple[list[State], Rows]:
        """Give every state that can be reached, and the successors of each by number. Faults: TooLarge."""
        numbers = {start: 0}
        states = [start]
        rows: Rows = []
        for state in states:
            successors = self.step(state)
            self.budget.spend(len(successors))
            row = []
            for one in successors:
                number = numbers.get(one)
                if number is None:
                    number = numbers[one] = len(states)
                    states.append(one)
                row.append(number)
            rows.append(tuple(row))
            if len(states) > self.budget.states_max + 1:
                raise TooLarge(f"more than {self.budget.states_max} states")
        return states, rows


def minimise(alphabet: Alphabet, rows: Sequence[tuple[int, ...]], accepting: Sequence[bool]) -> Machine:
    """Make a machine canonical whose every state is reached from state 0."""
    blocks = _Partition(rows, accepting).refine()
    first: dict[int, int] = {}
    for state, block in enumerate(blocks):
        first.setdefault(block, state)
    numbers = {block: number for number, block in enumerate(first)}
    small = [tuple(numbers[blocks[target]] for target in rows[state]) for state in first.values()]
    return make_canonical(alphabet, small, [accepting[state] for state in first.values()], numbers[blocks[0]])


def make_canonical(alphabet: Alphabet, rows: Rows, accepting: Sequence[bool], start: int) -> Machine:
    """Number kinds and states of a machine that has no two states alike."""
    columns: dict[tuple[int, ...], int] = {}
    labels = [columns.setdefault(column, kind) for kind, column in enumerate(zip(*rows, strict=True))]
    fewer, kept = make_alphabet(alphabet.starts, (labels[kind] for kind in alphabet.kinds))
    order = {start: 0}
    for state in (walk := [start]):
        row = rows[state]
        for kind in kept:
            if row[kind] not in order:
                order[row[kind]] = len(walk)
                walk.append(row[kind])
    table = tuple(tuple([order[rows[state][kind]] for kind in kept]) for state in walk)
    return Machine(fewer, table, tuple(accepting[state] for state in walk))


class _Partition:
    """Splits states into blocks that behave alike.

    States begin apart where the nearest or the farthest acceptance differs, which tells most of them at once. A split block's
    largest part keeps its number, so that a state changes number a logarithmic number of times (Hopcroft's argument).
    """

    __slots__ = ("blocks", "count", "dirty", "members", "predecessors", "rows")

    def __init__(self, rows: Sequence[tuple[int, ...]], accepting: Sequence[bool]) -> None:
        self.rows = rows
        self.predecessors: list[list[int]] = [[] for _ in rows]
        for state, row in enumerate(rows):
            for target in set(row):
                self.predecessors[target].append(state)
        near = self._measure_near(accepting)
        far = self._measure_far({state for state, steps in enumerate(near) if steps < 0})
        labels: dict[tuple[int, int], int] = {}
        self.blocks = [labels.setdefault(pair, len(labels)) for pair in zip(near, far, strict=True)]
        self.count = len(labels)
        self.members: list[set[int]] = [set() for _ in labels]
        for state, block in enumerate(self.blocks):
            self.members[block].add(state)
        self.dirty = [set(states) for states in self.members]  # whose successors may have changed their blocks

    def _measure_near(self, accepting: Sequence[bool]) -> list[int]:
        near = [0 if one else -1 for one in accepting]
        walk = [state for state, one in enumerate(accepting) if one]
        for state in walk:
            for before in self.predecessors[state]:
                if near[before] < 0:
                    near[before] = near[state] + 1
                    walk.append(before)
        return near

    def _measure_far(self, dead: set[int]) -> list[int]:
        """Give the length of the longest word from each state; -1 where there is none, -2 where there is no longest."""
        far = [-1 if state in dead else -2 for state in range(len(self.rows))]
        waits = [len(set(row) - dead) for row in self.rows]
        walk = [state for state, count in enumerate(waits) if not count and state not in dead]
        for state in walk:
            far[state] = 0
        for state in walk:
            for before in self.predecessors[state]:
                waits[before] -= 1
                if not waits[before]:
                    far[before] = far[state] + 1  # its last successor to be known is its farthest
                    walk.append(before)
        return far

    def refine(self) -> list[int]:
        """Give the block of each state."""
        pending = [block for block, states in enumerate(self.members) if len(states) > 1]
        while pending and self.count < len(self.rows):
            block = pending.pop()
            states, self.dirty[block] = self.dirty[block], set()  # none left where the block was pending twice
            parts = self._split(block, states) if states else []
            for moved in parts:
                self._move(block, moved)
            for before in self._find_before(parts):
                if len(self.members[self.blocks[before]]) > 1:
                    self.dirty[self.blocks[before]].add(before)
                    pending.append(self.blocks[before])
        return self.blocks

    def _find_before(self, parts: list[set[int]]) -> set[int]:
        return {before for moved in parts for state in moved for before in self.predecessors[state]}

    def _move(self, block: int, moved: set[int]) -> None:
        self.members[block] -= moved
        self.members.append(moved)
        self.dirty.append(set())
        for state in moved:
            self.blocks[state] = self.count
        self.count += 1

    def _split(self, block: int, dirty: set[int]) -> list[set[int]]:
        """Give the parts of a block that leave it. States that are not dirty still behave alike: one stands for all."""
        members, blocks, rows = self.members[block], self.blocks, self.rows
        dirty &= members
        parts: dict[tuple[int, ...], set[int]] = {}
        for state in dirty:
            parts.setdefault(tuple([blocks[target] for target in rows[state]]), set()).add(state)
        clean = len(members) - len(dirty)
        if clean:
            alike = tuple([blocks[target] for target in rows[next(state for state in members if state not in dirty)]])
            parts.pop(alike, None)
            largest = max(parts.values(), key=len, default=None)
            if largest is not None and len(largest) > clean:
                rest = members.difference(*parts.values())
                return [rest, *(part for part in parts.values() if part is not largest)]
            return list(parts.values())
        largest = max(parts.values(), key=len)
        return [part for part in parts.values() if part is not largest]


def start_at(machine: Machine, state: int) -> Machine:
    """Make the machine that starts in another state."""
    states = [state]
    numbers = {state: 0}
    for one in states:
        for target in machine.rows[one]:
            if target not in numbers:
                numbers[target] = len(states)
                states.append(target)
    rows = [tuple([numbers[target] for target in machine.rows[one]]) for one in states]
    return minimise(machine.alphabet, rows, [machine.accepting[one] for one in states])


def combine(one: Machine, other: Machine, truth: Callable[[bool, bool], bool], budget: Budget) -> Machine:
    """Make the machine of the words for which `truth` holds of the two answers. Faults: TooLarge."""
    alphabet, pairs = join_alphabets(one.alphabet, other.alphabet)
    step = make_pair_step(one, other, truth, pairs)
    states, rows = Walk(step, budget).explore((0, 0))
    return minimise(alphabet, rows, [state[0] >= 0 and truth(one.accepting[state[0]], other.accepting[state[1]]) for state in states])


Pair: TypeAlias = tuple[int, int]
LOST: Final[Pair] = (-1, -1)  # a pair from which `truth` never holds again


def make_pair_step(
    one: Machine, other: Machine, truth: Callable[[bool, bool], bool], pairs: list[Pair]
) -> Callable[[Pair], Sequence[Pair]]:
    """Make the step of a walk over both machines; hopeless pairs are one."""
    left = _find_hopeless(one, lambda mine: not truth(mine, True) and not truth(mine, False))
    right = _find_hopeless(other, lambda mine: not truth(True, mine) and not truth(False, mine))
    lost = [LOST] * len(pairs)

    def step(state: Pair) -> Sequence[Pair]:
        if state[0] < 0:
            return lost
        row, side = one.rows[state[0]], other.rows[state[1]]
        return [LOST if row[a] in left or side[b] in right else (row[a], side[b]) for a, b in pairs]

    return step


def _find_hopeless(machine: Machine, is_hopeless: Callable[[bool], bool]) -> frozenset[int]:
    """Give the states that are never left and whose answer settles the truth (at most two: a machine is minimal)."""
    rows = machine.rows
    return frozenset(state for state, row in enumerate(rows) if row.count(state) == len(row) and is_hopeless(machine.accepting[state]))


def negate(machine: Machine) -> Machine:
    """Make the machine of all other words."""
    return Machine(machine.alphabet, machine.rows, tuple(not one for one in machine.accepting))


@dataclass(slots=True)
class Net:
    """A machine that may be in several states at once: edges name the kinds that they take; none is taken without a sign."""

    alphabet: Alphabet
    edges: list[list[tuple[tuple[int, ...], int]]]
    starts: frozenset[int]
    accepting: set[int]
    sink: int = -1  # a state from which everything is accepted

    def add_rows(self, rows: Iterable[Sequence[int]], dead: int = -1) -> int:
        """Add the states of a machine over the same kinds; give the number of its first. Edges to `dead` are left out."""
        base = len(self.edges)
        for row in rows:
            self.edges.append([(kinds, base + target) for target, kinds in group_row(row).items() if target != dead])
        return base

    def determinise(self, budget: Budget) -> Machine:
        """Make the one minimal machine. Faults: TooLarge."""
        edges, width, sink = self.edges, self.alphabet.count_kinds(), self.sink
        whole = frozenset((sink,))
        empty: frozenset[int] = frozenset()

        def step(states: frozenset[int]) -> Sequence[frozenset[int]]:
            if states == whole:
                return [whole] * width
            buckets = self._gather(states, width)
            budget.spend(sum(map(len, buckets)) + sum([len(edges[state]) for state in states]))
            return [whole if sink in bucket else frozenset(bucket) if bucket else empty for bucket in buckets]

        states, rows = Walk(step, budget).explore(self.starts)
        accepting = self.accepting
        return minimise(self.alphabet, rows, [not accepting.isdisjoint(state) for state in states])

    def _gather(self, states: frozenset[int], width: int) -> list[set[int]]:
        buckets: list[set[int]] = [set() for _ in range(width)]
        for state in states:
            for kinds, target in self.edges[state]:
                for kind in kinds:
                    buckets[kind].add(target)
        return buckets


def group_row(row: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Give each successor with the kinds that lead to it."""
    kinds: dict[int, list[int]] = {}
    for kind, target in enumerate(row):
        kinds.setdefault(target, []).append(kind)
    return {target: tuple(some) for target, some in kinds.items()}


def find_dead(machine: Machine) -> int:
    """Give the state from which nothing is accepted; -1 where there is none."""
    for state, row in enumerate(machine.rows):
        if not machine.accepting[state] and row.count(state) == len(row):
            return state
    return -1
