"""One set of words: what can be asked of it, and what can be done with it.

Laws: 1. Immutable; `==` and hash compare the words. 2. A language that is not exact holds every word that it should, and
perhaps more; every operation keeps that, so what asks whether such a one *contains* another is a mistake.
Must not know: patterns, formats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from .machine import EVERYTHING, STATES_MAX, Budget, Machine, Net, combine, find_dead, negate
from .search import count_words, find_ends, find_longest, find_near, find_word, has_word, iter_words
from .signs import join_alphabets


def _is_both(one: bool, other: bool) -> bool:
    return one and other


def _is_only_first(one: bool, other: bool) -> bool:
    return one and not other


@dataclass(frozen=True, slots=True)
class Language:
    """A set of words over the signs of Unicode."""

    machine: Machine
    is_exact: bool = field(default=True, compare=False)  # False: perhaps more words than the exact ones

    def accepts(self, word: str) -> bool:
        """Whether a word is of this language."""
        machine = self.machine
        state = 0
        for sign in word:
            state = machine.rows[state][machine.alphabet.kind_of(sign)]
        return machine.accepting[state]

    def is_empty(self) -> bool:
        """Whether there is no word."""
        return len(self.machine.rows) == 1 and not self.machine.accepting[0]

    def is_finite(self) -> bool:
        """Whether words have a bound."""
        return find_longest(self.machine) is not None

    def contains(self, other: Language) -> bool:
        """Whether every word of another language is of this one.

        Faults: ValueError where this one is not exact; TooLarge.
        """
        self._want_exact()
        return not has_word(other.machine, self.machine, _is_only_first)

    def intersects(self, other: Language) -> bool:
        """Whether some word is of both. Faults: TooLarge."""
        return has_word(self.machine, other.machine, _is_both)

    def shortest_word(self) -> str | None:
        """Give a shortest word, of signs that a reader sees where it can be; None where there is no word."""
        return find_word(self.machine, EVERYTHING, _is_both)

    def witness_outside(self, other: Language) -> str | None:
        """Give a shortest word that is not of another language; None where that one contains this one.

        Faults: ValueError where the other is not exact; TooLarge.
        """
        other._want_exact()
        return find_word(self.machine, other.machine, _is_only_first)

    def words(self, limit: int) -> tuple[str, ...]:
        """Give the first words, shorter ones first: all of them where there are no more than `limit`."""
        return tuple(islice(iter_words(self.machine), limit)) if limit > 0 else ()

    def count(self, limit: int) -> int:
        """Say how many words there are, `limit` where there are as many or more."""
        return count_words(self.machine, limit)

    def min_length(self) -> int | None:
        """Give the length of a shortest word; None where there is no word."""
        near = find_near(self.machine)[0]
        return None if near < 0 else near

    def max_length(self) -> int | None:
        """Give the length of a longest word; None where there is none, or no word."""
        longest = find_longest(self.machine)
        return None if longest is None or longest < 0 else longest

    def fixed_length(self) -> int | None:
        """Give the one length that all words have; None where they have none."""
        least = self.min_length()
        return least if least is not None and find_longest(self.machine) == least else None

    def union(self, other: Language, states_max: int = STATES_MAX) -> Language:
        """Give the words of either. Faults: TooLarge."""
        neither = combine(negate(self.machine), negate(other.machine), _is_both, Budget(states_max))
        return Language(negate(neither), self.is_exact and other.is_exact)

    def intersection(self, other: Language, states_max: int = STATES_MAX) -> Language:
        """Give the words of both. Faults: TooLarge."""
        return self._combine(other, _is_both, self.is_exact and other.is_exact, states_max)

    def difference(self, other: Language, states_max: int = STATES_MAX) -> Language:
        """Give the words that are not of another language; all of ours, inexactly, where that is not exact. Faults: TooLarge."""
        if not other.is_exact:
            return Language(self.machine, False)
        return self._combine(other, _is_only_first, self.is_exact, states_max)

    def complement(self) -> Language:
        """Give all other words; all words, inexactly, where this language is not exact."""
        return Language(negate(self.machine)) if self.is_exact else Language(EVERYTHING, False)

    def concatenation(self, other: Language, states_max: int = STATES_MAX) -> Language:
        """Give the words that are one of ours and then one of the other's. Faults: TooLarge."""
        return Language(_concatenate(self.machine, other.machine).determinise(Budget(states_max)), self.is_exact and other.is_exact)

    def star(self, states_max: int = STATES_MAX) -> Language:
        """Give the words that are any number of ours, none included. Faults: TooLarge."""
        machine = self.machine
        net = Net(machine.alphabet, [], frozenset(), set())
        net.add_rows(machine.rows, find_dead(machine))
        net.accepting = find_ends(machine)
        net.edges.append(list(net.edges[0]))
        for state in net.accepting:
            net.edges[state] = [*net.edges[state], *net.edges[-1]]
        net.starts = frozenset({len(net.edges) - 1})
        net.accepting.add(len(net.edges) - 1)
        return Language(net.determinise(Budget(states_max)), self.is_exact)

    def reverse(self, states_max: int = STATES_MAX) -> Language:
        """Give every word from its end to its beginning. Faults: TooLarge."""
        machine = self.machine
        edges: list[list[tuple[tuple[int, ...], int]]] = [[] for _ in machine.rows]
        for state, row in enumerate(machine.rows):
            for kind, target in enumerate(row):
                edges[target].append(((kind,), state))
        ends = frozenset(find_ends(machine))
        return Language(Net(machine.alphabet, edges, ends, {0}).determinise(Budget(states_max)), self.is_exact)

    def _combine(self, other: Language, truth: Callable[[bool, bool], bool], is_exact: bool, states_max: int) -> Language:
        return Language(combine(self.machine, other.machine, truth, Budget(states_max)), is_exact)

    def _want_exact(self) -> None:
        if not self.is_exact:
            raise ValueError("a language that may hold too much contains nothing for sure")


def _concatenate(one: Machine, other: Machine) -> Net:
    alphabet, pairs = join_alphabets(one.alphabet, other.alphabet)
    net = Net(alphabet, [], frozenset({0}), set())
    net.add_rows([[row[kind] for kind, _ in pairs] for row in one.rows], find_dead(one))
    base = net.add_rows([[row[kind] for _, kind in pairs] for row in other.rows], find_dead(other))
    for state in find_ends(one):
        net.edges[state] = [*net.edges[state], *net.edges[base]]
    net.accepting = {base + state for state in find_ends(other)}
    if other.accepting[0]:
        net.accepting |= find_ends(one)
    return net
