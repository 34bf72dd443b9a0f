"""What functions from text to text make of a language.

Laws: 1. Every image is that of Python's own function, over all of Unicode. 2. Exact but where it says otherwise:
`str.lower` reads what stands around a capital sigma, which is not followed, and the lengths of longer texts in which signs may
become several (ß, SS) are only bounded.
Must not know: operators.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Final, Literal, TypeAlias

from .build import all_strings, from_words, of_lengths
from .language import Language
from .machine import STATES_MAX, Budget, Machine, Net, TooLarge, find_dead, group_row, minimise
from .quotient import left_quotient, right_quotient
from .search import find_ends, find_live
from .signs import LAST, SURROGATE_FIRST, SURROGATE_LAST, Runs, join_alphabets, make_runs, negate_runs, part_signs, runs_of

Side: TypeAlias = Literal["both", "left", "right"]
Edges: TypeAlias = list[tuple[tuple[int, ...], int]]

_SIGMA: Final = 0x3A3
_WORDS_FEW: Final = 500  # fewer are mapped one by one
_STEPS_OF_LONGER: Final = 100_000  # signs that become several make more states than a bound on the length is worth


def map_words(language: Language, table: Mapping[str, str]) -> Language:
    """Give what a table makes of the words that it has; words that it has not are left out. Faults: TooLarge."""
    return Language(from_words(value for word, value in table.items() if language.accepts(word)).machine, language.is_exact)


def trim(language: Language, signs: str, side: Side = "both", states_max: int = STATES_MAX) -> Language:
    """Give `word.strip(signs)` of every word, or `lstrip`, or `rstrip`. Faults: TooLarge."""
    if not signs:
        return language
    one = from_words(signs)
    begins, ends = one.concatenation(all_strings()), all_strings().concatenation(one)
    found = language
    if side != "right" and found.intersects(begins):
        found = left_quotient(found, one.star(), states_max).difference(begins, states_max)
    if side != "left" and found.intersects(ends):
        found = right_quotient(found, one.star(), states_max).difference(ends, states_max)
    return found


def collapse(language: Language, blanks: str, states_max: int = STATES_MAX) -> Language:
    """Give every word without blanks at its ends and with one space for each row of them. Faults: TooLarge."""
    exact, (blank, (space,)) = part_signs([runs_of(blanks), runs_of(" ")])
    alphabet, pairs = join_alphabets(language.machine.alphabet, exact)
    rows = tuple(tuple([row[kind] for kind, _ in pairs]) for row in language.machine.rows)
    machine = Machine(alphabet, rows, language.machine.accepting)
    are_blank = [kind in blank for _, kind in pairs]
    spaces = tuple(kind for kind, (_, side) in enumerate(pairs) if side == space)
    budget = Budget(states_max)
    return Language(_make_collapsed(machine, are_blank, spaces, budget).determinise(budget), language.is_exact)


def _make_collapsed(machine: Machine, are_blank: list[bool], spaces: tuple[int, ...], budget: Budget) -> Net:
    """Make a net of three copies: after a sign (0), after a space (1), at the beginning (2), where the empty word may end."""
    count, dead, stops = len(machine.rows), find_dead(machine), find_ends(machine)
    blank_edges = [{target for target, is_blank in zip(row, are_blank, strict=True) if is_blank} - {dead} for row in machine.rows]
    after = [_close(blank_edges, {state}, budget) for state in range(count)]
    closed = [_close(blank_edges, targets, budget) for targets in blank_edges]
    ends = {state for state, some in enumerate(after) if not stops.isdisjoint(some)}
    starts = frozenset(2 * count + state for state in after[0])
    signs = [_edges_without(row, are_blank, dead) for row in machine.rows]
    spaced: list[Edges] = [[*signs[state], *((spaces, count + target) for target in closed[state])] for state in range(count)]
    return Net(machine.alphabet, spaced + signs + signs, starts, ends | {2 * count + state for state in ends})


def _edges_without(row: tuple[int, ...], are_blank: list[bool], dead: int) -> Edges:
    kept = group_row([-1 if is_blank else target for target, is_blank in zip(row, are_blank, strict=True)])
    return [(kinds, target) for target, kinds in kept.items() if target not in (-1, dead)]


def _close(edges: list[set[int]], states: set[int], budget: Budget) -> set[int]:
    seen = set(states)
    for one in (walk := list(states)):
        budget.spend(1 + len(edges[one]))
        fresh = edges[one] - seen
        seen |= fresh
        walk += fresh
    return seen


def to_upper(language: Language, states_max: int = STATES_MAX) -> Language:
    """Give `word.upper()` of every word. Faults: TooLarge."""
    return _map_signs(language, str.upper, states_max)


def to_lower(language: Language, states_max: int = STATES_MAX) -> Language:
    """Give `word.lower()` of every word; inexact where a word may hold a capital sigma. Faults: TooLarge."""
    found = _map_signs(language, str.lower, states_max)
    has_sigma = language.intersects(all_strings().concatenation(from_words("Σ")).concatenation(all_strings()))
    return Language(found.machine, found.is_exact and not (has_sigma and language.count(_WORDS_FEW) == _WORDS_FEW))


_CHUNK = 256
_SURROGATES = range(SURROGATE_FIRST, SURROGATE_LAST + 1)


@cache
def _find_changes(change: Callable[[str], str]) -> dict[int, tuple[str, ...]]:
    """Give what becomes of each sign that changes."""
    found: dict[int, tuple[str, ...]] = {}
    for first in range(0, LAST + 1, _CHUNK):
        chunk = range(first, first + _CHUNK)
        text = "".join(map(chr, chunk))
        if first not in _SURROGATES and change(text) != text:  # most chunks hold no letter with two cases
            found |= {sign: (change(chr(sign)),) for sign in chunk if change(chr(sign)) != chr(sign)}
    if change is str.lower:
        found[_SIGMA] = ("σ", "ς")
    return found


def _change_runs(runs: Runs, change: Callable[[str], str]) -> tuple[Runs, set[str]]:
    """Give the signs that some signs become, and the longer texts."""
    changes = _find_changes(change)
    texts = {text for sign, some in changes.items() if any(first <= sign <= last for first, last in runs) for text in some}
    others = make_runs([*negate_runs(runs), *((sign, sign) for sign in changes)])
    singles = ((ord(text), ord(text)) for text in texts if len(text) == 1)
    return make_runs([*negate_runs(others), *singles]), {text for text in texts if len(text) > 1}


def _map_signs(language: Language, change: Callable[[str], str], states_max: int) -> Language:
    if language.count(_WORDS_FEW) < _WORDS_FEW:
        return Language(from_words(map(change, language.words(_WORDS_FEW))).machine, language.is_exact)
    machine = language.machine
    dead = find_dead(machine)
    kinds = sorted({kind for row in machine.rows for kind, target in enumerate(row) if target != dead})
    results = {kind: _change_runs(tuple(machine.alphabet.iter_runs(kind)), change) for kind in kinds}
    speller = _Speller(machine, results)
    if not any(texts for _, texts in results.values()):
        return Language(speller.make_net().determinise(Budget(states_max)), language.is_exact)
    try:
        return Language(speller.make_net().determinise(Budget(states_max, _STEPS_OF_LONGER)), language.is_exact)
    except TooLarge:
        return _loosen(language, results.values(), states_max)


def _loosen(language: Language, results: Collection[tuple[Runs, set[str]]], states_max: int) -> Language:
    """Give all texts of the signs that may come out, of any length that may."""
    signs = make_runs([run for runs, texts in results for part in (runs, runs_of("".join(texts))) for run in part])
    growth = max((len(text) for _, texts in results for text in texts), default=1)
    least, most = language.min_length(), language.max_length()
    alphabet, [kinds] = part_signs([signs])
    row = tuple(0 if kind in kinds else 1 for kind in range(alphabet.count_kinds()))
    every = Language(minimise(alphabet, [row, (1,) * len(row)], [True, False]))
    bounds = of_lengths(least or 0, most * growth if most is not None and most * growth < states_max else None)
    return Language(every.intersection(bounds, states_max).machine, False)


class _Speller:
    """Rewrites the edges of a machine; a sign that becomes several leads through states of their own."""

    __slots__ = ("kind_of", "machine", "net", "results", "sets", "spelled")

    def __init__(self, machine: Machine, results: Mapping[int, tuple[Runs, set[str]]]) -> None:
        signs = sorted({sign for _, texts in results.values() for text in texts for sign in text})
        alphabet, sets = part_signs([*(runs for runs, _ in results.values()), *(runs_of(sign) for sign in signs)])
        self.machine = machine
        self.results = results
        self.sets = dict(zip(results, sets, strict=False))
        self.kind_of = dict(zip(signs, sets[len(results) :], strict=True))
        self.net = Net(alphabet, [[] for _ in machine.rows], frozenset({0}), find_ends(machine))
        self.spelled: dict[tuple[str, int], int] = {}

    def make_net(self) -> Net:
        """Give the net of the new words."""
        for state, edges in enumerate(find_live(self.machine)):
            for kinds, target in edges:
                self.net.edges[state].append((tuple({one for kind in kinds for one in self.sets[kind]}), target))
                texts = sorted(set().union(*(self.results[kind][1] for kind in kinds)))
                self.net.edges[state] += [(self.kind_of[text[0]], self._spell(text[1:], target)) for text in texts]
        return self.net

    def _spell(self, text: str, target: int) -> int:
        """Give the state from which just this text leads to the target."""
        if not text:
            return target
        if (text, target) not in self.spelled:
            after = self._spell(text[1:], target)
            self.spelled[text, target] = len(self.net.edges)
            self.net.edges.append([(self.kind_of[text[0]], after)])
        return self.spelled[text, target]
