"""How one group of programmers writes the columns of an application: language, spelling, prefix, declared types, mistakes.

Must not know: what the application is called or who owns it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .chance import Chance
from .tables import Concept

_STYLES = ("snake", "snake", "snake", "snake", "upper", "camel", "camel", "compact", "pascal")
_LANGUAGES = ("indonesian", "indonesian", "indonesian", "short", "short", "english", "mixed", "mixed")
_ENGLISH_TYPES = {"char": "string", "varchar": "string", "text": "string", "int": "integer", "decimal": "number", "boolean": "boolean"}
_LOOSE = {"date": "varchar(10)", "datetime": "varchar(20)", "int": "varchar(10)", "char(1)": "varchar(12)"}


@dataclass(frozen=True, slots=True)
class Hand:
    """A programmer's habits. Shape: `prefix` stands before most columns, "" where none; `is_typed` as databases or as JSON Schema say."""

    style: str
    language: str
    prefix: str
    is_database: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One column and what it means."""

    name: str
    type: str
    concept: str


def draw_hand(chance: Chance, resource: str) -> Hand:
    """Give the habits of whoever wrote an application."""
    language = chance.pick(_LANGUAGES)
    prefix = re.sub(r"[^a-z]", "", resource)[: chance.between(3, 4)] if chance.roll(0.12) else ""
    return Hand(chance.pick(_STYLES), language, prefix, chance.roll(0.7))


def write_column(chance: Chance, hand: Hand, concept: Concept) -> Column:
    """Give a column as this hand writes it."""
    language = hand.language if hand.language != "mixed" else chance.pick(("indonesian", "short", "english"))
    words = chance.pick(getattr(concept, language))
    if chance.roll(0.03):
        words = _shorten(words)
    if hand.prefix and chance.roll(0.8):
        words = f"{hand.prefix}_{words}"
    return Column(_spell(words, hand.style), _declare(chance, hand, concept), concept.id)


def write_columns(chance: Chance, hand: Hand, concepts: list[Concept]) -> list[Column]:
    """Give a table's columns; no name stands twice."""
    found: dict[str, Column] = {}
    for concept in concepts:
        column = write_column(chance, hand, concept)
        found.setdefault(column.name.lower(), column)
    return list(found.values())


def _declare(chance: Chance, hand: Hand, concept: Concept) -> str:
    if hand.is_database:
        return _LOOSE.get(concept.type, concept.type) if chance.roll(0.06) else concept.type
    return _ENGLISH_TYPES.get(concept.type.partition("(")[0], "string")


def _shorten(words: str) -> str:
    return "_".join(word[0] + re.sub("[aeiou]", "", word[1:]) if len(word) > 3 else word for word in words.split("_"))


def _spell(words: str, style: str) -> str:
    parts = words.split("_")
    if style == "camel":
        return parts[0] + "".join(part.capitalize() for part in parts[1:])
    if style == "pascal":
        return "".join(part.capitalize() for part in parts)
    if style == "compact":
        return "".join(parts)
    return words.upper() if style == "upper" else words
