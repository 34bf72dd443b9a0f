"""Fields of two applications, aligned one to one, with the reason for each pair.

Holds: what a field means within its application, how alike two fields are, the best one-to-one assignment.
Laws: 1. A field stands in at most one pair. 2. Better reasons win: same key, then same concept, then similar. 3. What a table is about
says nothing inside it (`tanggal_surat` among letters is a date); what a column says of it (date, number, name) must agree.
4. The alignment is symmetric, and the same in whatever order the fields come.
Must not know: weights of channels, probabilities.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ..entry import Field
from .words import Lexicon, Reading

Why: TypeAlias = Literal["same key", "same concept", "similar"]

SIMILAR_MIN = 0.5
CONTEXT_SHARE = 0.3
CONTEXT_MIN = 3
_GRAMS_MIN = 0.6
_CONFLICT = 0.0
_VAGUE = frozenset(
    {"name", "status", "type", "remark", "note", "description", "date", "number", "code", "title", "category", "file", "value"}
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A field within its application. Shape: `concepts` what it may be as a whole, `atoms` what it is made of there."""

    field: Field
    reading: Reading
    concepts: frozenset[str]
    atoms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two fields that say the same, and why."""

    mine: Field
    theirs: Field
    why: Why
    score: float


def read_meanings(fields: Iterable[Field], lexicon: Lexicon) -> list[Meaning]:
    """Read the fields of one application; columns that any table has are left out."""
    read = [(field, reading) for field in fields if not (reading := lexicon.read_field(field.name)).is_housekeeping]
    context = find_context([reading for _, reading in read])
    return [_make_meaning(field, reading, context) for field, reading in read]


def find_context(readings: Sequence[Reading]) -> frozenset[str]:
    """Give what most of the fields say, and so none of them in particular: the thing that the table is about."""
    counts = Counter(atom for reading in readings for atom in reading.atoms - reading.heads)
    least = max(CONTEXT_MIN, CONTEXT_SHARE * len(readings))
    return frozenset(atom for atom, count in counts.items() if count >= least)


def _make_meaning(field: Field, reading: Reading, context: frozenset[str]) -> Meaning:
    kept = reading.atoms - context or reading.atoms
    whole = frozenset(reading.terms[0].concepts) if len(reading.terms) == 1 else frozenset({"+".join(sorted(kept))})
    return Meaning(field, reading, whole | kept if len(kept) == 1 else whole, kept)


def align_fields(mine: Sequence[Meaning], theirs: Sequence[Meaning]) -> list[Pair]:
    """Assign the fields of one application to those of another, one to one."""
    pairs, left, right = _align_equal(mine, theirs)
    pairs += _pair_similar(left, right)
    return sorted(pairs, key=lambda pair: (-pair.score, pair.mine.name, pair.theirs.name))


def align_surely(mine: Sequence[Meaning], theirs: Sequence[Meaning]) -> list[Pair]:
    """Assign the fields that mean the same, and no others."""
    return _align_equal(mine, theirs)[0]


def _align_equal(mine: Sequence[Meaning], theirs: Sequence[Meaning]) -> tuple[list[Pair], list[Meaning], list[Meaning]]:
    """Give the pairs that mean the same, and what is left on either side."""
    left = sorted(mine, key=lambda one: one.field.name)
    right = sorted(theirs, key=lambda one: one.field.name)
    pairs = [pair for why, score, read in _EQUAL for pair in _pair_equal(left, right, why, score, read)]
    return pairs, left, right


def _read_key(one: Meaning) -> Iterable[str]:
    return (one.reading.key,)


def _read_concepts(one: Meaning) -> Iterable[str]:
    return sorted(one.concepts) if len(one.concepts) > 1 else one.concepts


_EQUAL: tuple[tuple[Why, float, Callable[[Meaning], Iterable[str]]], ...] = (
    ("same key", 1.0, _read_key),
    ("same concept", 0.95, _read_concepts),
)


def _pair_equal(left: list[Meaning], right: list[Meaning], why: Why, score: float, read: Callable[[Meaning], Iterable[str]]) -> list[Pair]:
    by_word: dict[str, list[Meaning]] = {}
    for one in reversed(right):
        for word in read(one):
            by_word.setdefault(word, []).append(one)
    taken: set[int] = set()
    pairs = []
    for one in left:
        other = next((other for word in read(one) for other in reversed(by_word.get(word, ())) if id(other) not in taken), None)
        if other is not None:
            taken |= {id(one), id(other)}
            pairs.append(Pair(one.field, other.field, why, score))
    left[:] = [one for one in left if id(one) not in taken]
    right[:] = [one for one in right if id(one) not in taken]
    return pairs


def _pair_similar(left: Sequence[Meaning], right: Sequence[Meaning]) -> list[Pair]:
    if not left or not right:
        return []
    scores: NDArray[np.float64] = np.array([[score_pair(one, other) for other in right] for one in left])
    rows, columns = linear_sum_assignment(-scores)
    return [
        Pair(left[row].field, right[column].field, "similar", round(float(scores[row, column]), 3))
        for row, column in zip(rows, columns, strict=True)
        if scores[row, column] >= SIMILAR_MIN
    ]


def score_pair(one: Meaning, other: Meaning) -> float:
    """Say how alike two fields are that are not the same, 0 to 0.9."""
    heads, others = one.reading.heads, other.reading.heads
    if heads and others and not heads & others:
        return _CONFLICT
    shared = one.atoms & other.atoms
    if shared and not shared <= _VAGUE:
        return 0.9 * math.sqrt(len(shared) / len(one.atoms | other.atoms))
    mine, theirs = one.reading.grams, other.reading.grams
    grams = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    return 0.9 * grams if grams >= _GRAMS_MIN else 0.0
