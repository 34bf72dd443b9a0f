"""Fields of two applications, aligned one to one, with the reason for each pair.

Holds: what a field means within its application, how alike two fields are, the best one-to-one assignment.
Laws: 1. A field stands in at most one pair. 2. Better reasons win: same key, then same concept, then similar. 3. What a table is about
says nothing inside it (`tanggal_surat` among letters is a date); what a column says of it (date, number, name) must agree.
4. The alignment is symmetric, and the same in whatever order the fields come.
Must not know: weights of channels, probabilities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
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
    """A field within its application. Shape: `concepts` what it may be as a whole, `atoms` what it is made of, `heads` the attributes."""

    field: Field
    reading: Reading
    concepts: frozenset[str]
    atoms: frozenset[str]
    heads: frozenset[str]
    grams: frozenset[str]


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
    context = find_context([reading for _, reading in read], lexicon)
    return [_make_meaning(field, reading, context, lexicon) for field, reading in read]


def find_context(readings: Sequence[Reading], lexicon: Lexicon) -> frozenset[str]:
    """Give what most of the fields say, and so none of them in particular: the thing that the table is about."""
    counts: Counter[str] = Counter()
    for reading in readings:
        counts.update(
            {atom for term in reading.terms for atom in _find_atoms(term.concepts, lexicon) if lexicon.kinds.get(atom) != "attribute"}
        )
    least = max(CONTEXT_MIN, CONTEXT_SHARE * len(readings))
    return frozenset(atom for atom, count in counts.items() if count >= least)


def _find_atoms(concepts: Sequence[str], lexicon: Lexicon) -> frozenset[str]:
    return frozenset().union(*(lexicon.find_atoms(concept) for concept in concepts[:2]))


def _make_meaning(field: Field, reading: Reading, context: frozenset[str], lexicon: Lexicon) -> Meaning:
    terms = reading.terms
    atoms = frozenset().union(*(_find_atoms(term.concepts, lexicon) for term in terms))
    kept = atoms - context or atoms
    heads = frozenset(atom for atom in atoms if lexicon.kinds.get(atom) == "attribute")
    whole = frozenset(terms[0].concepts) if len(terms) == 1 else frozenset({"+".join(sorted(kept))})
    if len(kept) == 1:
        whole |= kept
    key = "^" + reading.key + "$"
    return Meaning(field, reading, whole, kept, heads, frozenset(key[at : at + 3] for at in range(len(key) - 2)))


def align_fields(mine: Sequence[Meaning], theirs: Sequence[Meaning]) -> list[Pair]:
    """Assign the fields of one application to those of another, one to one."""
    pairs: list[Pair] = []
    left, right = list(mine), list(theirs)
    for why, score, key in (("same key", 1.0, _key), ("same concept", 0.95, _concept)):
        pairs += _pair_equal(left, right, why, score, key)  # type: ignore[arg-type]
    pairs += _pair_similar(left, right)
    return sorted(pairs, key=lambda pair: (-pair.score, pair.mine.name, pair.theirs.name))


def _key(one: Meaning) -> Iterable[str]:
    return (one.reading.key,)


def _concept(one: Meaning) -> Iterable[str]:
    return sorted(one.concepts)


def _pair_equal(left: list[Meaning], right: list[Meaning], why: Why, score: float, key) -> list[Pair]:  # type: ignore[no-untyped-def]
    by_key: dict[str, list[Meaning]] = {}
    for one in sorted(right, key=lambda one: one.field.name, reverse=True):
        for word in key(one):
            by_key.setdefault(word, []).append(one)
    pairs = []
    taken: set[int] = set()
    for one in sorted(left, key=lambda one: one.field.name):
        other = next((other for word in key(one) for other in reversed(by_key.get(word, ())) if id(other) not in taken), None)
        if other is not None:
            taken |= {id(one), id(other)}
            pairs.append(Pair(one.field, other.field, why, score))
    left[:] = [one for one in left if id(one) not in taken]
    right[:] = [one for one in right if id(one) not in taken]
    return pairs


def _pair_similar(left: Sequence[Meaning], right: Sequence[Meaning]) -> list[Pair]:
    if not left or not right:
        return []
    scores = np.array([[score_pair(one, other) for other in right] for one in left])
    rows, columns = linear_sum_assignment(-scores)
    return [
        Pair(left[row].field, right[column].field, "similar", round(float(scores[row, column]), 3))
        for row, column in zip(rows, columns, strict=True)
        if scores[row, column] >= SIMILAR_MIN
    ]


def score_pair(one: Meaning, other: Meaning) -> float:
    """Say how alike two fields are that are not the same, 0 to 0.9."""
    if one.heads and other.heads and not one.heads & other.heads:
        return _CONFLICT
    shared = one.atoms & other.atoms
    if shared and not shared <= _VAGUE:
        return 0.9 * (len(shared) / len(one.atoms | other.atoms)) ** 0.5
    grams = 2 * len(one.grams & other.grams) / (len(one.grams) + len(other.grams))
    return 0.9 * grams if grams >= _GRAMS_MIN else 0.0
