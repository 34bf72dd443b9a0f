"""Texts and names of fields, read as concepts of the glossary.

Holds: how a name is cut (camel, snake, compounds run together), how a word finds its root in either language, how words become concepts.
Laws: 1. A word is what the glossary knows it as; only an unknown word is stripped of affixes, and only down to a known one. 2. The longest
phrase wins. 3. Short forms (`tgl`, `no`, `kd`) mean something in names of fields; in running text only from four letters on. 4. Each term
keeps the words that it was read from, so that a citation is never invented.
Must not know: applications, weights.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .glossary import Kind, Part, order_parts

ALTERNATIVES_MAX = 3
PHRASE_MAX = 6
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_TOKEN = re.compile(r"[a-z0-9]+")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "this",
        "to",
        "with",
        "your",
        "you",
        "are",
        "can",
        "all",
        "also",
        "not",
        "has",
        "have",
        "which",
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "untuk",
        "pada",
        "dengan",
        "oleh",
        "atau",
        "adalah",
        "ini",
        "itu",
        "dalam",
        "agar",
        "serta",
        "sebagai",
        "dapat",
        "akan",
        "anda",
        "tidak",
        "juga",
        "secara",
        "bagi",
        "para",
    ]
)
_FIELD_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "is",
        "has",
        "of",
        "on",
        "the",
        "dan",
        "di",
        "ke",
        "yang",
        "untuk",
        "pada",
        "fg",
        "flag",
        "tbl",
        "tb",
        "mst",
        "m",
        "t",
        "f",
        "str",
        "int",
        "val2",
    ]
)
_SUFFIXES = ("nya", "kan", "lah", "kah", "pun", "an", "i", "ku", "mu")
_PREFIXES = (
    ("meng", ("", "k")), ("meny", ("s",)), ("mem", ("", "p")), ("men", ("", "t")), ("me", ("",)),
    ("peng", ("", "k")), ("peny", ("s",)), ("pem", ("", "p")), ("pen", ("", "t")), ("per", ("",)), ("pe", ("",)),
    ("ber", ("",)), ("be", ("",)), ("ter", ("",)), ("di", ("",)), ("ke", ("",)), ("se", ("",)),
)  # fmt: skip
_ENGLISH = (
    ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("es", ""), ("es", "e"), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"),
    ("er", ""), ("er", "e"), ("ers", ""), ("or", "e"), ("ation", "e"), ("ization", "ize"), ("ly", ""), ("al", ""), ("ment", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a text. Shape: `concepts` are what it may mean, the likeliest first, or `=word` for one that is unknown."""

    concepts: tuple[str, ...]
    surface: str
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A field's name, read. Shape: `key` is the name in small letters without signs; `heads` are the attributes among the `atoms`."""

    name: str
    key: str
    words: tuple[str, ...]
    terms: tuple[Term, ...]
    atoms: frozenset[str]
    heads: frozenset[str]
    grams: frozenset[str]
    is_housekeeping: bool


class Lexicon:
    """A glossary made ready for reading. It remembers what it has read: a name is analysed once."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.kinds: dict[str, Kind] = {}
        self._long: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._short: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._roots: set[str] = set()
        for part in order_parts(parts):
            for concept, words in part.concepts.items():
                self.kinds.setdefault(concept, part.kind)
                for language, listed in words.items():
                    self._enter(concept, listed, self._short if language == "short" else self._long)
        self._joined = {"".join(words): words for table in (self._short, self._long) for words in table if len("".join(words)) > 3}
        self._skeletons = _index_skeletons(self._roots)
        self._root_of: dict[str, str] = {}
        self._readings: dict[str, Reading] = {}
        self._pieces: dict[str, tuple[str, ...]] = {}
        self._atoms: dict[str, frozenset[str]] = {}

    def _enter(self, concept: str, listed: Sequence[str], table: dict[tuple[str, ...], tuple[str, ...]]) -> None:
        for surface in listed:
            words = tuple(_TOKEN.findall(fold(surface)))
            known = table.get(words, ())
            if words and concept not in known and len(known) < ALTERNATIVES_MAX:
                table[words] = (*known, concept)
            if table is self._long:
                self._roots.update(words)

    def find_root(self, word: str) -> str:
        """Give the known word that this one is a form of, or the word itself, without the plural's s."""
        found = self._root_of.get(word)
        if found is None:
            found = self._root_of[word] = self._strip(word)
        return found

    def _strip(self, word: str) -> str:
        if len(word) < 4 or self._is_word(word):
            return word
        for candidate in _strip_affixes(word):
            if len(candidate) > 2 and candidate in self._roots:
                return candidate
        return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 4 else word

    def find_atoms(self, concept: str) -> frozenset[str]:
        """Give the simple concepts that a composed one is made of: `letter-date` is a `letter` and a `date`."""
        found = self._atoms.get(concept)
        if found is None:
            words = [] if concept.startswith("=") else [word for word in concept.split("-") if word not in _FIELD_STOP]
            known = [self._long.get((self.find_root(word),), ("=" + word,))[0] for word in words]
            found = self._atoms[concept] = frozenset(known if len(known) > 1 else (concept,))
        return found

    def read_text(self, text: str) -> list[Term]:
        """Read a running text: its terms, without the words that carry nothing."""
        raw = _TOKEN.findall(fold(text))
        words = [self.find_root(word) for word in raw]
        found: list[Term] = []
        for begin, end, concepts in self._find_phrases(words, short_from=4):
            if end - begin > 1 or raw[begin] not in _STOP:
                found.append(self._make_term(concepts or ("=" + words[begin],), " ".join(raw[begin:end])))
        return found

    def read_field(self, name: str) -> Reading:
        """Read the name of a field."""
        found = self._readings.get(name)
        if found is None:
            found = self._readings[name] = self._analyse(name)
        return found

    def _analyse(self, name: str) -> Reading:
        pieces = [piece.lower() for piece in _CAMEL.findall(fold(name, keep_case=True))]
        key = "".join(pieces) or name
        words = self._cut_name(key, pieces)
        kept = [word for word in words if not word.isdigit() and word not in _FIELD_STOP] or list(words) or [key]
        terms = _drop_identifier(self._read_words(words, kept)) or (self._make_term(("=" + key,), name),)
        return self._make_reading(name, key, tuple(kept), terms)

    def _cut_name(self, key: str, pieces: Sequence[str]) -> Sequence[str]:
        if key in self._joined:
            return self._joined[key]
        return (key,) if (key,) in self._short else [word for piece in pieces for word in self._cut(piece)]

    def _read_words(self, words: Sequence[str], kept: Sequence[str]) -> list[Term]:
        """Give the terms of a name; a word that carries nothing stays within a phrase only."""
        roots = [self.find_root(word) for word in words]
        found = []
        for begin, end, concepts in self._find_phrases(roots, short_from=1):
            if (concepts and end - begin > 1) or words[begin] in kept:
                found.append(self._make_term(concepts or ("=" + roots[begin],), " ".join(words[begin:end])))
        return found

    def _make_reading(self, name: str, key: str, words: tuple[str, ...], terms: tuple[Term, ...]) -> Reading:
        """Give a reading; any table's column is one of which every term is such."""
        atoms = frozenset(atom for term in terms for concept in term.concepts[:2] for atom in self.find_atoms(concept))
        heads = frozenset(atom for atom in atoms if self.kinds.get(atom) == "attribute")
        edged = f"^{key}$"
        grams = frozenset(edged[at : at + 3] for at in range(len(edged) - 2))
        return Reading(name, key, words, terms, atoms, heads, grams, all(term.kind == "housekeeping" for term in terms))

    def _make_term(self, concepts: tuple[str, ...], surface: str) -> Term:
        return Term(concepts, surface, self.kinds.get(concepts[0]))

    def _find_phrases(self, words: Sequence[str], short_from: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + PHRASE_MAX), at, -1):
                phrase = tuple(words[at:end])
                concepts = self._long.get(phrase, ())
                if (short := self._short.get(phrase)) and len("".join(phrase)) >= short_from:
                    concepts = short + tuple(one for one in concepts if one not in short) if short_from == 1 else concepts or short
                if concepts:
                    break
            yield at, end, concepts[:ALTERNATIVES_MAX]
            at = end

    def _cut(self, piece: str) -> tuple[str, ...]:
        """Cut a compound that is run together, expand one that has lost its vowels; an unknown word stays whole."""
        found = self._pieces.get(piece)
        if found is None:
            found = self._pieces[piece] = self._cut_anew(piece)
        return found

    def _is_word(self, word: str) -> bool:
        return word in self._roots or (word,) in self._short

    def _cut_anew(self, piece: str) -> tuple[str, ...]:
        if len(piece) < 3 or self._is_word(piece) or self.find_root(piece) in self._roots:
            return (piece,)
        if piece in self._joined:
            return self._joined[piece]
        longer = self._skeletons.get(re.sub("[aeiou]", "", piece))
        if longer and longer[0] == piece[0] and _is_within(piece, longer):
            return (longer,)
        return next((cut for parts in (2, 3) if (cut := self._divide(piece, parts))), (piece,))

    def _divide(self, piece: str, parts: int) -> tuple[str, ...] | None:
        if parts == 1:
            return (piece,) if self._is_part(piece) or (len(piece) > 3 and self.find_root(piece) in self._roots) else None
        for at in range(len(piece) - 2, 1, -1):
            rest = self._divide(piece[at:], parts - 1) if self._is_part(piece[:at]) else None
            if rest and max(at, *map(len, rest)) > 3:
                return (piece[:at], *rest)
        return None

    def _is_part(self, word: str) -> bool:
        """Say whether a compound may be cut beside this word: a known one, or a short form."""
        return (len(word) > 3 and word in self._roots) or (len(word) > 1 and (word,) in self._short)


def fold(text: str, keep_case: bool = False) -> str:
    """Write a text in plain letters, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() if not text.isascii() else text
    return plain if keep_case else plain.lower()


def _strip_affixes(word: str) -> Iterator[str]:
    """Give what a word may be a form of, the lightest change first."""
    for suffix, instead in _ENGLISH:
        if word.endswith(suffix) and len(word) - len(suffix) > 2:
            stem = word[: -len(suffix)] + instead
            yield stem
            if not instead and len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]
    for middle in (word, *(word[: -len(suffix)] for suffix in _SUFFIXES if word.endswith(suffix) and len(word) - len(suffix) > 2)):
        yield middle
        yield from _strip_prefix(middle)


def _strip_prefix(word: str) -> Iterator[str]:
    for prefix, begins in _PREFIXES:
        rest = word.removeprefix(prefix)
        if 2 < len(rest) < len(word):
            yield from (begin + rest for begin in begins)
            yield rest.removeprefix("per")


def _is_within(short: str, long: str) -> bool:
    """Say whether the letters of one word stand in another in this order."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def _index_skeletons(roots: Iterable[str]) -> dict[str, str]:
    """Give the known words by their consonants, where only one has them."""
    found: dict[str, set[str]] = {}
    for root in roots:
        skeleton = re.sub("[aeiou]", "", root)
        if len(root) > 3 and len(skeleton) > 2:
            found.setdefault(skeleton, set()).add(root)
    return {skeleton: next(iter(words)) for skeleton, words in found.items() if len(words) == 1}


def _drop_identifier(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Leave out `id` beside something else: `kategori_id` says which category, as `kategori` does."""
    others = [term for term in terms if "identifier" not in term.concepts]
    return tuple(others or terms)
