"""Verdicts: from a probability and an explanation to one of four words, by rules that stand as data.

Laws: 1. `duplicate` and `overlap` need two independent kinds of evidence: what it is for (names, texts), what it keeps (fields), what it
does (operations), what it is the master of; one of a duplicate's is what it is for. 2. Only what is cited is evidence. 3. What generic
names share is none, and an operation that is named as both entries are says what their names say. 4. Where one kind speaks and the
others have nothing to look at, the verdict is `not enough evidence`, not a guess. 5. Less evidence never gives a stronger verdict.
Must not know: how probabilities and explanations come about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from .explain import Explanation, SharedTerm

Word: TypeAlias = Literal["not enough evidence", "related", "overlap", "duplicate"]
Kind: TypeAlias = Literal["purpose", "data", "behaviour", "masters"]

WORDS: tuple[Word, ...] = get_args(Word)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where verdicts begin. Units: `*_mass` in nats of rarity, `*_share` 0 to 1, the rest counts."""

    duplicate: float = 0.5
    overlap: float = 0.3
    related: float = 0.1
    name_mass: float = 2.5
    text_terms: int = 3
    text_mass: float = 9.0
    fields: int = 2
    fields_share: float = 0.2
    overlap_fields: int = 4
    overlap_share: float = 0.4
    operations: int = 3  # so many say something even where all of them are named as the entries are


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is held of a pair. Units: `probability` 0 to 1, that both do the same."""

    word: Word
    probability: float
    kinds: tuple[Kind, ...]
    explanation: Explanation


BOUNDS = Bounds()


def find_kinds(explanation: Explanation, bounds: Bounds = BOUNDS) -> tuple[Kind, ...]:
    """Name the kinds of evidence that speak for a pair."""
    texts = (*explanation.names, *explanation.texts)
    share = max(explanation.mine.share, explanation.theirs.share)
    speaks: tuple[tuple[Kind, bool], ...] = (
        ("purpose", _mass(explanation.names) >= bounds.name_mass or (len(texts) >= bounds.text_terms and _mass(texts) >= bounds.text_mass)),
        ("data", len(explanation.fields) >= bounds.fields and share >= bounds.fields_share),
        ("behaviour", len(explanation.operations) > explanation.echoes or len(explanation.operations) >= bounds.operations),
        ("masters", bool(explanation.masters)),
    )
    return tuple(kind for kind, yes in speaks if yes)


def _mass(terms: Iterable[SharedTerm]) -> float:
    return sum(term.weight for term in terms)


def judge_pair(probability: float, explanation: Explanation, bounds: Bounds = BOUNDS) -> Verdict | None:
    """Give the verdict on a pair, None where nothing worth saying is common.

    Source: rules in order; the first that fits holds.
    """
    kinds = find_kinds(explanation, bounds)
    two = len(kinds) > 1
    keeps_the_same = (
        len(explanation.fields) >= bounds.overlap_fields and max(explanation.mine.share, explanation.theirs.share) >= bounds.overlap_share
    )
    rules: tuple[tuple[Word, bool], ...] = (
        ("duplicate", two and "purpose" in kinds and probability >= bounds.duplicate),
        ("overlap", two and (probability >= bounds.overlap or keeps_the_same)),
        ("not enough evidence", len(kinds) == 1 and probability >= bounds.related and _is_blind(kinds[0], explanation)),
        ("related", bool(kinds) and (probability >= bounds.related or keeps_the_same)),
        ("not enough evidence", probability >= bounds.overlap),
    )
    word = next((word for word, fits in rules if fits), None)
    return None if word is None else Verdict(word, probability, kinds, explanation)


def _is_blind(kind: Kind, explanation: Explanation) -> bool:
    """Say whether the other kinds have nothing to look at, on either side."""
    missing = {part.partition(".")[2] for part in explanation.missing}
    return "fields" in missing if kind == "purpose" else "name" in missing
