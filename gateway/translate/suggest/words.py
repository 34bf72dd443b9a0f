"""Names of fields as bags of concepts.

Holds: a glossary (data), how a name is cut into words, how alike two bags are.
Laws: how letters look alike decides little between `TGL_LHR` and `birth.date`: the glossary decides, and a shortened word is known by its
consonants. A general distance between texts is used only where both words are unknown, so none is installed for it.
Must not know: schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import TypeAlias

from ..paths import ITEM, Segments

WEAK = 0.35
DEPTHS = (1.0, 0.6, 0.4, 0.3)  # how much a name counts by its distance from the end of a path
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_VOWELS = str.maketrans("", "", "aeiou")
_SHORT = 3
_FILLERS = frozenset({"a", "an", "and", "as", "for", "in", "is", "of", "the", "dan", "di", "ke", "yang"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name: what it may mean, and how much it counts."""

    text: str
    concepts: frozenset[str]
    weight: float


Bag: TypeAlias = tuple[Word, ...]


@dataclass(frozen=True)
class Glossary:
    """Words by concept. Shape: `concepts` and `values` map a concept to its words, `weak` are concepts that say little."""

    concepts: Mapping[str, Iterable[str]]
    values: Mapping[str, Iterable[str]] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()

    @cached_property
    def by_word(self) -> Mapping[str, frozenset[str]]:
        """Each word, and each concept as a word, with the concepts that it may mean."""
        found: dict[str, set[str]] = {}
        for concept, words in self.concepts.items():
            for word in (concept, *words):
                found.setdefault(re.sub(r"[^a-z0-9]", "", word.lower()), set()).add(concept)
        return {word: frozenset(concepts) for word, concepts in found.items()}

    @cached_property
    def by_skeleton(self) -> Mapping[str, frozenset[str]]:
        """The same by first letter and consonants, for words that are long enough to be shortened."""
        found: dict[str, set[str]] = {}
        for word, concepts in self.by_word.items():
            if len(word) > _SHORT:
                found.setdefault(_strip_vowels(word), set()).update(concepts)
        return {word: frozenset(concepts) for word, concepts in found.items()}

    def find(self, word: str) -> frozenset[str]:
        """Give what a word may mean: itself where the glossary does not know it."""
        known = self.by_word.get(word)
        if known is None and len(word) >= _SHORT:
            known = self.by_skeleton.get(_strip_vowels(word)) or self._find_beginning(word)
        return known if known is not None else frozenset({"=" + word})

    def _find_beginning(self, word: str) -> frozenset[str] | None:
        """Give what the words mean that begin with this one, where they agree on something."""
        if len(word) <= _SHORT:
            return None
        longer = [concepts for known, concepts in self.by_word.items() if known.startswith(word)]
        shared = frozenset.intersection(*longer) if longer else frozenset()
        return shared or None

    def cut(self, name: str) -> list[str]:
        """Cut a name into words of the glossary, and what is left between them."""
        whole = re.sub(r"[^a-z0-9]", "", name.lower())
        if whole in self.by_word and whole not in self.weak:
            return [whole]
        words = [found.lower() for found in _WORDS.findall(name)]
        return [part for word in words if not word.isdigit() or len(words) == 1 for part in self._split(word)]

    def _split(self, word: str) -> list[str]:
        """Cut a compound into two known words; leave it whole where that is not possible."""
        if word in self.by_word or len(word) < 6:
            return [word]
        for at in range(len(word) - 3, 1, -1):
            if word[:at] in self.by_word and word[at:] in self.by_word:
                return [word[:at], word[at:]]
        return [word]


def _strip_vowels(word: str) -> str:
    return word[0] + word[1:].translate(_VOWELS)


def make_bag(path: Segments, glossary: Glossary) -> Bag:
    """Give the words of a path; those near its end count most, and one that stands twice counts once."""
    bag: list[Word] = []
    seen: set[frozenset[str]] = set()
    names = [segment for segment in path if segment != ITEM]
    for distance, name in enumerate(reversed(names)):
        for word in glossary.cut(name):
            if word in _FILLERS:
                continue
            concepts = glossary.find(word)
            if concepts in seen:
                continue
            seen.add(concepts)
            weight = DEPTHS[min(distance, len(DEPTHS) - 1)] * (WEAK if concepts & glossary.weak else 1.0)
            bag.append(Word(word, concepts, weight))
    return tuple(bag)


def compare_bags(left: Bag, right: Bag) -> tuple[float, list[str]]:
    """Give how alike two bags are, 0 to 1, and the words that met."""
    total = sum(word.weight for word in (*left, *right))
    rest = list(right)
    shared, met = 0.0, []
    for word in sorted(left, key=lambda each: -each.weight):
        best = max(rest, key=lambda other: _likeness(word, other) * other.weight, default=None)
        likeness = 0.0 if best is None else _likeness(word, best)
        if best is not None and likeness:
            rest.remove(best)
            shared += likeness * (word.weight + best.weight)
            met.append(word.text if word.text == best.text else f"{best.text}={word.text}")
    return (shared / total if total else 0.0), met


def _likeness(left: Word, right: Word) -> float:
    if left.concepts & right.concepts:
        return 1.0
    if all(next(iter(word.concepts)).startswith("=") for word in (left, right)):
        ratio = SequenceMatcher(None, left.text, right.text).ratio()
        return ratio if ratio >= 0.8 else 0.0
    return 0.0
