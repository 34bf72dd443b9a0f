"""The minimal machine of a list of words, made without the tree of all of them.

Laws: words come in order; what no later word can touch is shared at once, so a list of many thousand words costs what its
minimal machine costs. Source: Daciuk, Mihov, Watson, Watson, "Incremental construction of minimal acyclic finite-state
automata", Computational Linguistics 26 (2000).
Must not know: what the words are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from .machine import NOTHING, Machine, TooLarge, make_canonical
from .signs import part_signs, runs_of

_Key: TypeAlias = tuple[bool, tuple[tuple[str, int], ...]]


@dataclass(slots=True)
class _Open:
    """A state that later words may still change."""

    edges: dict[str, int] = field(default_factory=dict)
    is_end: bool = False


class _Register:
    """States that no later word changes, each once."""

    __slots__ = ("numbers", "path", "states_max", "word")

    def __init__(self, states_max: int) -> None:
        self.states_max = states_max
        self.numbers: dict[_Key, int] = {}
        self.path = [_Open()]  # of the word before
        self.word = ""

    def add(self, word: str) -> None:
        """Take the next word. Faults: TooLarge."""
        shared = 0
        while shared < min(len(word), len(self.word)) and word[shared] == self.word[shared]:
            shared += 1
        self._close_down_to(shared)
        self.path += [_Open() for _ in word[shared:]]
        self.path[-1].is_end = True
        self.word = word

    def _close_down_to(self, depth: int) -> None:
        while len(self.path) - 1 > depth:
            number = self._close(self.path.pop())
            self.path[-1].edges[self.word[len(self.path) - 1]] = number

    def _close(self, state: _Open) -> int:
        number = self.numbers.setdefault((state.is_end, tuple(state.edges.items())), len(self.numbers))
        if number > self.states_max:
            raise TooLarge(f"more than {self.states_max} states")
        return number

    def finish(self) -> int:
        """Close every state; give the number of the first."""
        self._close_down_to(0)
        return self._close(self.path.pop())


def make_machine_of_words(words: Iterable[str], states_max: int) -> Machine:
    """Make the machine of exactly these words. Faults: TooLarge; ValueError where one holds a surrogate."""
    some = sorted(set(words))
    if not some:
        return NOTHING
    signs = sorted(set().union(*some))
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in signs):
        raise ValueError("a surrogate is no sign")
    register = _Register(states_max)
    for word in some:
        register.add(word)
    start = register.finish()
    dead = len(register.numbers)
    alphabet, sets = part_signs([runs_of(sign) for sign in signs])
    kind_of = {sign: kinds[0] for sign, kinds in zip(signs, sets, strict=True)}
    rows = []
    for _, edges in register.numbers:
        row = [dead] * alphabet.count_kinds()
        for sign, target in edges:
            row[kind_of[sign]] = target
        rows.append(tuple(row))
    rows.append((dead,) * alphabet.count_kinds())
    accepting = [is_end for is_end, _ in register.numbers]
    return make_canonical(alphabet, rows, [*accepting, False], start)
