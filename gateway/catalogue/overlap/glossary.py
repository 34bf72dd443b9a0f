"""The bilingual glossary, as data: concepts with the words that mean them in Indonesian, in English, and as columns are shortened.

Laws: 1. A part is decoded strictly: an unknown key, kind or empty word is an error that names the place. 2. Parts are joined in the order
of kinds, then of names: the same parts give the same glossary. 3. A deployment adds parts; a concept of the same name gains words.
Must not know: files, applications.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args

from ...values.model import Json

Kind: TypeAlias = Literal["housekeeping", "attribute", "thing", "generic", "word"]
Language: TypeAlias = Literal["id", "en", "short"]

KINDS: tuple[Kind, ...] = get_args(Kind)
LANGUAGES: tuple[Language, ...] = get_args(Language)
_KEYS = {"glossary", "version", "kind", "concepts"}


class GlossaryError(ValueError):
    """A part of the glossary is not in order; the text names the place."""


@dataclass(frozen=True, slots=True)
class Part:
    """One document. Shape: `concepts` maps a concept to its words by language; `kind` says how all of them are read."""

    name: str
    version: str
    kind: Kind
    concepts: Mapping[str, Mapping[Language, tuple[str, ...]]]


def decode_part(document: Json, where: str = "glossary") -> Part:
    """Decode one document of the glossary.

    Faults: `GlossaryError`.
    """
    if not isinstance(document, dict) or set(document) != _KEYS:
        raise GlossaryError(f"{where}: a part of the glossary has the keys {', '.join(sorted(_KEYS))}")
    kind, concepts = document["kind"], document["concepts"]
    if kind not in KINDS:
        raise GlossaryError(f"{where}: kind: {kind!r} is none of {', '.join(KINDS)}")
    if not isinstance(concepts, dict) or not concepts:
        raise GlossaryError(f"{where}: concepts: at least one is needed")
    read = {name: _decode_words(words, f"{where}: concepts.{name}") for name, words in concepts.items()}
    return Part(str(document["glossary"]), str(document["version"]), kind, read)


def _decode_words(words: Json, where: str) -> Mapping[Language, tuple[str, ...]]:
    if not isinstance(words, dict) or not words or not set(words) <= set(LANGUAGES):
        raise GlossaryError(f"{where}: words stand under {', '.join(LANGUAGES)}")
    for language, listed in words.items():
        if not isinstance(listed, list) or not all(isinstance(word, str) and word.strip() for word in listed):
            raise GlossaryError(f"{where}.{language}: a list of words is needed (quote 'no', 'on', 'yes' and numbers)")
    return {cast(Language, language): tuple(cast(list[str], listed)) for language, listed in words.items()}


def order_parts(parts: Iterable[Part]) -> list[Part]:
    """Give the parts in the order in which they are joined: by kind, then by name."""
    return sorted(parts, key=lambda part: (KINDS.index(part.kind), part.name))


def name_versions(parts: Iterable[Part]) -> str:
    """Name what a glossary is made of, for whatever is computed with it: `people 1.0.0, finance 1.0.0`."""
    return ", ".join(f"{part.name} {part.version}" for part in order_parts(parts))
