"""The string languages that the prover uses, by the names that it uses.

Must not know: how a language is held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import islice
from random import Random
from typing import cast

from ...schema.formats import FORMATS
from ...schema.language import Language, TooLarge, Unreadable, all_strings, from_format, from_pattern, from_words, of_lengths
from ...schema.language.images import collapse, map_words, to_lower, to_upper, trim
from ...schema.language.quotient import strip_prefix, strip_suffix
from ...schema.language.slices import Slice, of_pieces, split_at, take_slice
from ...schema.language.slices import reorder as reorder_anew

__all__ = [
    "ANY", "FORMATS", "Language", "TooLarge", "Unreadable", "collapse_blanks", "cut_prefix", "cut_suffix", "glue", "list_join", "map_words",
    "meet", "minus", "of_format", "of_lengths", "of_pattern", "of_pieces", "of_whole", "of_words", "outside", "reorder", "split_at",
    "take_slice", "to_lower", "to_upper", "trim_left", "trim_right", "trim_signs",
]  # fmt: skip
collapse_blanks, cut_prefix, cut_suffix = collapse, strip_prefix, strip_suffix

ANY: Language = all_strings()


@lru_cache(maxsize=2_048)
def of_pattern(pattern: str) -> Language:
    """Give the strings that a schema's `pattern` takes.

    Faults: Unreadable, TooLarge.
    """
    return from_pattern(pattern)


@lru_cache(maxsize=256)
def of_whole(pattern: str) -> Language:
    """Give the strings that a pattern takes from end to end."""
    return from_pattern(pattern, is_anchored=True)


@lru_cache(maxsize=64)
def of_format(name: str) -> Language | None:
    """Give the strings of a format; None where it is no language of ours."""
    return from_format(name)


@lru_cache(maxsize=2_048)
def _of_words(words: tuple[str, ...]) -> Language:
    return from_words(words)


def of_words(words: Iterable[str]) -> Language:
    """Give the language of some words."""
    return _of_words(tuple(sorted(set(words))))


@dataclass(slots=True)
class _Memo:
    """Results by the identity of two languages, which are kept so that it stays theirs; emptied when it is full."""

    known: dict[tuple[int, int], tuple[Language, Language, object]] = field(default_factory=dict)

    def recall(self, one: Language, other: Language, make: Callable[[Language, Language], object]) -> object:
        key = id(one), id(other)
        if key not in self.known:
            if len(self.known) >= MEMO_MAX:
                self.known.clear()
            self.known[key] = one, other, make(one, other)
        return self.known[key][2]


MEMO_MAX = 8_192
REORDERED_MAX = 512
_MEETINGS, _OUTSIDES = _Memo(), _Memo()


def meet(one: Language, other: Language) -> Language:
    """Give what is in both."""
    if one is other or other is ANY:
        return one
    return other if one is ANY else cast(Language, _MEETINGS.recall(one, other, Language.intersection))


_REORDERED: dict[tuple[int, tuple[Slice, ...], tuple[str, ...]], tuple[Language, Language | None]] = {}


def reorder(language: Language, slices: Sequence[Slice], literals: Sequence[str]) -> Language | None:
    """Give slices of every word in another order, with literals between them; None where words have no one length."""
    key = id(language), tuple(slices), tuple(literals)
    if key not in _REORDERED:
        if len(_REORDERED) >= REORDERED_MAX:
            _REORDERED.clear()
        _REORDERED[key] = language, reorder_anew(language, slices, literals)  # what is kept keeps its identity
    return _REORDERED[key][1]


def outside(one: Language, other: Language) -> str | None:
    """Give a shortest word of the one that the other does not hold; None where there is none."""
    return None if one is other or other is ANY else cast("str | None", _OUTSIDES.recall(one, other, Language.witness_outside))


def list_join(languages: Sequence[Language]) -> Language:
    """Give the union of some languages (at least one)."""
    return reduce(lambda one, other: one if one is other else one.union(other), languages)


def glue(*parts: Language) -> Language:
    """Give the words that are one of each, one after the other."""
    return reduce(lambda one, other: one.concatenation(other), parts)


def minus(one: Language, other: Language) -> Language:
    """Give what is in the one and not in the other."""
    return one.difference(other)


def trim_signs(language: Language, signs: str) -> Language:
    """Give the words without these signs at their ends."""
    return trim(language, signs)


def trim_left(language: Language, signs: str) -> Language:
    """Give the words without these signs at their beginning."""
    return trim(language, signs, "left")


def trim_right(language: Language, signs: str) -> Language:
    """Give the words without these signs at their end."""
    return trim(language, signs, "right")


WORD_MAX = 400


def draw_text(language: Language, chance: Random) -> str:
    """Draw a word of a language that is not empty: a walk that ends sooner or later, then by the shortest way."""
    machine, least = language.machine, _measure_ends(language)
    patience = chance.choice((0, 3, 12, 40, WORD_MAX))
    state, word = 0, list[str]()
    while not (machine.accepting[state] and (len(word) >= patience or chance.random() < 0.1)):
        row = machine.rows[state]
        live = [kind for kind, there in enumerate(row) if least[there] is not None]
        if not live:
            break
        if len(word) >= patience:
            nearest = min(least[row[kind]] or 0 for kind in live)
            live = [kind for kind in live if least[row[kind]] == nearest]
        kind = chance.choice(live)
        word.append(_draw_sign(language, kind, chance))
        state = row[kind]
    return "".join(word)


def _draw_sign(language: Language, kind: int, chance: Random) -> str:
    runs = list(islice(language.machine.alphabet.iter_runs(kind), 64))
    plain = [(max(first, 0x20), min(last, 0x7E)) for first, last in runs if first <= 0x7E and last >= 0x20]
    first, last = chance.choice(plain if plain and chance.random() < 0.9 else runs)
    sign = chance.randint(first, min(last, first + 500))
    return chr(sign) if not 0xD800 <= sign <= 0xDFFF else chr(first)


@lru_cache(maxsize=512)
def _measure_by_id(identity: int, holder: _Held) -> tuple[int | None, ...]:
    rows, accepting = holder.language.machine.rows, holder.language.machine.accepting
    least: list[int | None] = [0 if is_end else None for is_end in accepting]
    sources: list[list[int]] = [[] for _ in rows]
    for state, row in enumerate(rows):
        for there in set(row):
            sources[there].append(state)
    walk = [state for state, is_end in enumerate(accepting) if is_end]
    for state in walk:
        for before in sources[state]:
            if least[before] is None:
                least[before] = (least[state] or 0) + 1
                walk.append(before)
    return tuple(least)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A language that is compared by identity."""

    language: Language


_HELD: dict[int, _Held] = {}


def _measure_ends(language: Language) -> tuple[int | None, ...]:
    """Give, for each state, how many signs a word needs from there (None = there is no word)."""
    if len(_HELD) > MEMO_MAX:
        _HELD.clear()
    holder = _HELD.setdefault(id(language), _Held(language))
    return _measure_by_id(id(language), holder)
