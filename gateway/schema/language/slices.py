"""What slicing and splitting make of a language.

Laws: 1. A slice is the exact image, Python's rule for short words included. 2. Slices of words of one length may be put in any
order: each path through the states at the cuts stands for a product of independent pieces, so their correlation is kept (29
February stays with its leap years).
Must not know: what the slices mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from .build import all_strings, from_words, nothing, of_lengths
from .language import Language
from .machine import STATES_MAX, Budget, Machine, Net, TooLarge
from .quotient import left_quotient, right_quotient, strip_suffix
from .search import find_ends, find_live, find_near
from .signs import join_alphabets, part_signs, runs_of

PATHS_MAX: Final = 2_000

Slice: TypeAlias = tuple[int, int]  # where it begins, how long it is
Way: TypeAlias = tuple[tuple[tuple[int, int], ...], ...]  # of each slice, its pieces: the states at the cuts around each


def take_slice(language: Language, start: int, length: int | None = None, states_max: int = STATES_MAX) -> Language:
    """Give `word[start : start + length]` of every word; `word[start:]` without a length. Faults: TooLarge."""
    if start + (length or 0) > states_max:
        raise TooLarge(f"a slice that ends beyond {states_max}")
    machine = language.machine
    layer, has_short = _walk_to(machine, start)
    net = Net(machine.alphabet, [], frozenset(layer), set())
    if length is None:
        net.edges, net.accepting = find_live(machine), find_ends(machine)
    else:
        _add_layers(net, machine, layer, length, Budget(states_max))
    found = Language(net.determinise(Budget(states_max)), language.is_exact)
    return found.union(from_words([""])) if has_short else found


def _walk_to(machine: Machine, steps: int) -> tuple[set[int], bool]:
    """Give the states after so many signs from which something is accepted, and whether there are shorter words."""
    live, ends = find_live(machine), find_ends(machine)
    layer = {0} if find_near(machine)[0] >= 0 else set()
    has_short = False
    for _ in range(steps):
        has_short = has_short or not ends.isdisjoint(layer)
        layer = {target for state in layer for _, target in live[state]}
    return layer, has_short


def _add_layers(net: Net, machine: Machine, layer: set[int], length: int, budget: Budget) -> None:
    live = find_live(machine)
    numbers = {state: number for number, state in enumerate(layer)}
    net.starts = frozenset(numbers.values())
    base = 0
    for left in range(length, -1, -1):
        budget.spend(len(numbers))
        net.accepting |= {base + number for state, number in numbers.items() if not left or machine.accepting[state]}
        further: dict[int, int] = {}
        end = base + len(numbers)
        for state in numbers:
            edges = live[state] if left else []
            net.edges.append([(kinds, end + further.setdefault(target, len(further))) for kinds, target in edges])
        base, numbers = end, further


def split_at(language: Language, sep: str, pieces: int, states_max: int = STATES_MAX) -> tuple[Language, ...]:
    """Give what `word.split(sep)[n]` may be, for each n, of the words that have exactly so many pieces.

    Faults: ValueError where the separator is empty; TooLarge.
    """
    closed, rest = _find_pieces(sep, pieces, states_max)
    ends = from_words([sep])
    left = language.intersection(rest[-1], states_max)
    found = []
    for after in reversed(rest[:-1]):
        piece = right_quotient(left, ends.concatenation(after, states_max), states_max)
        found.append(piece.intersection(strip_suffix(closed, sep), states_max))
        left = left_quotient(left, closed, states_max)
    return (*found, left)


def of_pieces(sep: str, pieces: int, states_max: int = STATES_MAX) -> Language:
    """Give the words that `split(sep)` cuts into exactly so many pieces. Faults: ValueError where the separator is empty; TooLarge."""
    return _find_pieces(sep, pieces, states_max)[1][-1]


def _find_pieces(sep: str, pieces: int, states_max: int) -> tuple[Language, list[Language]]:
    """Give the words in which the separator comes first at the end, and those of one piece, of two, and so on."""
    if not sep:
        raise ValueError("an empty separator")
    holds = all_strings().concatenation(from_words([sep])).concatenation(all_strings())
    closed = holds.difference(holds.concatenation(of_lengths(1, 1)))
    rest = [holds.complement()]
    for _ in range(pieces - 1):
        rest.append(closed.concatenation(rest[-1], states_max))
    return closed, rest


def reorder(language: Language, slices: Sequence[Slice], literals: Sequence[str], states_max: int = STATES_MAX) -> Language | None:
    """Give `literals[0] + slice 0 + literals[1] + … + literals[-1]` of every word; None where words have no one length.

    Inexact where a place is in two slices, and where there are more than `PATHS_MAX` paths through the cuts.
    Faults: ValueError where a slice ends beyond the words, or the literals are not one more; TooLarge.
    """
    if len(literals) != len(slices) + 1:
        raise ValueError("one literal more than slices")
    if language.is_empty():
        return nothing()
    length = language.fixed_length()
    if length is None:
        return None
    cuts, order = _find_cuts(slices, length)
    ways = _find_ways(language.machine, cuts, order)
    if ways is None:
        return _reorder_loosely(language, slices, literals, states_max)
    used = [at for some in order for at in some]
    budget = Budget(states_max)
    weaver = _Weaver(language.machine, "".join(literals), budget)
    for way in ways:
        weaver.add_way(way, literals)
    return Language(weaver.net.determinise(budget), language.is_exact and len(set(used)) == len(used))


def _find_cuts(slices: Sequence[Slice], length: int) -> tuple[list[int], list[list[int]]]:
    """Give every place where a slice begins or ends, and for each slice the numbers of the cuts within it."""
    if any(start < 0 or size < 0 or start + size > length for start, size in slices):
        raise ValueError("a slice ends beyond the words")
    cuts = sorted({0, length, *(start for start, _ in slices), *(start + size for start, size in slices)})
    return cuts, [[at for at, cut in enumerate(cuts) if start <= cut < start + size] for start, size in slices]


def _reorder_loosely(language: Language, slices: Sequence[Slice], literals: Sequence[str], states_max: int) -> Language:
    """Take each slice on its own, so that what holds between them is lost."""
    found = from_words([literals[0]])
    for (start, size), literal in zip(slices, literals[1:], strict=True):
        found = found.concatenation(take_slice(language, start, size, states_max), states_max)
        found = found.concatenation(from_words([literal]), states_max)
    return Language(found.machine, False)


def _find_ways(machine: Machine, cuts: Sequence[int], order: Sequence[Sequence[int]]) -> set[Way] | None:
    """Give each way through the cuts as the pieces of each slice in their new order; None where there are too many."""
    live = find_live(machine)
    ways: dict[tuple[int, ...], None] = {(0,): None}
    for here, there in pairwise(cuts):
        further: dict[tuple[int, ...], None] = {}
        for way in ways:
            layer = {way[-1]}
            for _ in range(there - here):
                layer = {target for state in layer for _, target in live[state]}
            further.update(((*way, state), None) for state in layer)
            if len(further) > PATHS_MAX:
                return None
        ways = further
    return {tuple(tuple((way[at], way[at + 1]) for at in some) for some in order) for way in ways}


class _Weaver:
    """Adds words of pieces and literals to one net. A machine whose words have one length has no loops among its live states."""

    __slots__ = ("budget", "kind_of", "live", "net")

    def __init__(self, machine: Machine, literals: str, budget: Budget) -> None:
        signs = sorted(set(literals))
        exact, _ = part_signs([runs_of(sign) for sign in signs])
        alphabet, pairs = join_alphabets(machine.alphabet, exact)
        rows = [tuple([row[kind] for kind, _ in pairs]) for row in machine.rows]
        self.live = find_live(Machine(alphabet, tuple(rows), machine.accepting))
        self.kind_of = {sign: alphabet.kind_of(sign) for sign in signs}
        self.net = Net(alphabet, [], frozenset(), set())
        self.budget = budget

    def add_way(self, way: Way, literals: Sequence[str]) -> None:
        """Add the words of one way."""
        start = here = self._add_node()
        for pieces, literal in zip(((), *way), literals, strict=True):
            for first, last in pieces:
                here = self._add_piece(first, last, here)
            for sign in literal:
                here, before = self._add_node(), here
                self.net.edges[before].append(((self.kind_of[sign],), here))
        self.net.starts |= {start}
        self.net.accepting.add(here)

    def _add_node(self) -> int:
        self.budget.spend(1)
        self.net.edges.append([])
        return len(self.net.edges) - 1

    def _add_piece(self, first: int, last: int, here: int) -> int:
        """Copy every path from one state to another; paths that miss the other end nowhere, and are harmless."""
        numbers = {first: here}
        for state in (walk := [first]):
            for kinds, target in self.live[state] if state != last else ():
                if target not in numbers:
                    numbers[target] = self._add_node()
                    walk.append(target)
                self.net.edges[numbers[state]].append((kinds, numbers[target]))
        return numbers[last]
