"""One language and what can be asked of it and done with it (signatures first; bodies follow)."""

from __future__ import annotations

from dataclasses import dataclass, field

STATES_MAX = 5_000


class TooLarge(Exception):
    """A construction grew beyond its budget; nothing is known."""


@dataclass(frozen=True, slots=True)
class Language:
    """A set of words over Unicode code points (surrogates apart). `==` and hash compare the words, not `is_exact`."""

    is_exact: bool = field(default=True, compare=False)  # False: holds every word that it should, and perhaps more

    # Questions
    def accepts(self, word: str) -> bool:
        raise NotImplementedError

    def is_empty(self) -> bool:
        raise NotImplementedError

    def is_finite(self) -> bool:
        raise NotImplementedError

    def contains(self, other: Language) -> bool:
        """Whether every word of `other` is of this language. ValueError where this one is not exact."""
        raise NotImplementedError

    def shortest_word(self) -> str | None:
        """A shortest word, printable signs preferred; None where there is no word."""
        raise NotImplementedError

    def witness_outside(self, other: Language) -> str | None:
        """A shortest word of this language that is not of `other` (which must be exact); None where `other` contains this."""
        raise NotImplementedError

    def words(self, limit: int) -> tuple[str, ...]:
        """The first words, shorter ones first; all of them where there are no more than `limit`."""
        raise NotImplementedError

    def count(self, limit: int) -> int:
        """How many words there are, `limit` where there are as many or more."""
        raise NotImplementedError

    def min_length(self) -> int | None:
        """None where empty."""
        raise NotImplementedError

    def max_length(self) -> int | None:
        """None where unbounded, or empty."""
        raise NotImplementedError

    def fixed_length(self) -> int | None:
        """The one length that all words have; None where there is none."""
        raise NotImplementedError

    def intersects(self, other: Language) -> bool:
        raise NotImplementedError

    # Operations; all raise TooLarge. Complement and difference of what is inexact stay over-approximations (never less).
    def union(self, other: Language) -> Language:
        raise NotImplementedError

    def intersection(self, other: Language) -> Language:
        raise NotImplementedError

    def difference(self, other: Language) -> Language:
        raise NotImplementedError

    def complement(self) -> Language:
        raise NotImplementedError

    def concatenation(self, other: Language) -> Language:
        raise NotImplementedError

    def star(self) -> Language:
        raise NotImplementedError

    def reverse(self) -> Language:
        raise NotImplementedError


# build.py
# class Unreadable(ValueError): the pattern is not of the subset that lint takes (→ UNKNOWN)
# from_pattern(text: str, is_anchored: bool = False, states_max: int = STATES_MAX) -> Language
# from_words(words: Iterable[str]) -> Language
# from_format(name: str) -> Language | None     None: a native format (email, uri, …): no language of ours
# of_lengths(least: int = 0, most: int | None = None) -> Language     code points
# all_strings() -> Language ; nothing() -> Language
#
# slices.py
# take_slice(language, start: int, length: int | None) -> Language     exactly word[start:start+length], for any language
# split_at(language, sep: str, pieces: int) -> tuple[Language, ...]    of the words with exactly pieces-1 separators (word.split(sep)), each piece's own language
# reorder(language, slices: Sequence[tuple[int, int]], literals: Sequence[str]) -> Language | None
#     literals[0] + word[slices[0]] + literals[1] + … + literals[n]; slices are (start, length); None where the words have no one length
#     exact for permutations of slices (dates); inexact where a slice is used twice
#
# images.py
# map_words(language, table: Mapping[str, str]) -> Language     image of the words that the table has; others are left out (check the domain with from_words(table).contains(language))
# strip_prefix(language, prefix) / strip_suffix(language, suffix)     of the words that have it
# to_upper(language) / to_lower(language)      as str.upper / str.lower do, all of Unicode (to_lower may be inexact: Σ)
# trim(language, signs: str, side: "both"|"left"|"right" = "both")      as str.strip(signs)
# collapse(language, blanks: str)     as operator trim with collapse
