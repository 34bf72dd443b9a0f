"""Abstract values: what may stand at one place of a document.

Holds: Value (one part a JSON type), objects by field, arrays by element, and how two values are joined.
Laws: 1. A value never holds less than what may stand there. 2. What a schema asks for and this domain cannot say is a fact, a word that
is compared by its text only. 3. Alternatives are at most 64.
Must not know: schemas, mappings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeAlias

from gateway.values.model import Json

from ..problems import is_same
from .ranges import EVERY_NUMBER, Range, exact, meet_all, point
from .texts import ANY, Language, list_join, meet, of_words

ALTERNATIVES_MAX = 64
Facts: TypeAlias = frozenset[str]
NO_FACTS: Facts = frozenset()


class TooLarge(Exception):
    """A budget is spent: what is asked is not known."""


class Later:
    """A value that is made when it is first asked for; recursive schemas give rings of these."""

    __slots__ = ("_make", "_value")

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make: Callable[[], Value] | None = make
        self._value: Value | None = None

    def get(self) -> Value:
        """Give the value."""
        if self._value is None:
            assert self._make is not None
            self._value = self._make()
            self._make = None
        return self._value


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of an object."""

    value: Later
    is_required: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """One alternative of objects. Shape: `rest` is what stands in fields of other names; None = there are none."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    rest: Later | None = None
    facts: Facts = NO_FACTS


Where: TypeAlias = tuple[tuple[tuple[str, ...], Json], ...]  # constants at places of an element


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """How many elements have these constants. Shape: `fact` is how the schema says it; `most` None = as many as one likes."""

    where: Where
    least: int
    most: int | None
    fact: str


def implies(where: Where, other: Where) -> bool:
    """Whether what has the constants of the one has those of the other."""
    return all(any(path == at and is_same(value, own) for at, own in where) for path, value in other)


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """One alternative of arrays. Shape: `most` None = as many as one likes."""

    item: Later
    least: int = 0
    most: int | None = None
    facts: Facts = NO_FACTS
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What may stand at a place, by JSON type; what is empty may not.

    Shape: `text` None = no string. `plain_facts` are of null and booleans. `origin` tells which schemas this was read from: of two
    values of one origin each holds exactly what those schemas allow.
    """

    null: bool = False
    booleans: frozenset[bool] = frozenset()
    text: Language | None = None
    numbers: tuple[Range, ...] = ()
    objects: tuple[Object, ...] = ()
    arrays: tuple[Array, ...] = ()
    text_facts: Facts = NO_FACTS
    number_facts: Facts = NO_FACTS
    plain_facts: Facts = NO_FACTS
    origin: object = None

    @property
    def has_plain(self) -> bool:
        """Whether null or a boolean may stand here."""
        return self.null or bool(self.booleans)

    @property
    def is_never(self) -> bool:
        """Whether nothing may stand here, as far as can be seen without looking inside."""
        return not (self.null or self.booleans or self.text is not None or self.numbers or self.objects or self.arrays)


NEVER = Value()
NULL = Value(null=True)
LATER_NEVER = Later(lambda: NEVER)


LATER_ANYTHING = Later(lambda: _give_anything())
ANYTHING: Value = Value(
    True, frozenset({True, False}), ANY, (EVERY_NUMBER,), (Object({}, LATER_ANYTHING),), (Array(LATER_ANYTHING),), origin=frozenset()
)  # a ring: what is inside of anything is the same anything


def _give_anything() -> Value:
    return ANYTHING


def know(value: Value) -> Later:
    """Give a value that is known already as one that comes later."""
    return Later(lambda: value)


def text_of(language: Language | None) -> Value:
    """Give the value of the strings of a language."""
    return Value(text=language if language is not None and not language.is_empty() else None)


def value_of(document: Json) -> Value:
    """Give the value that is one JSON document."""
    if document is None:
        return NULL
    if isinstance(document, bool):
        return Value(booleans=frozenset({document}))
    if isinstance(document, str):
        return Value(text=of_words((document,)))
    if isinstance(document, int | float):
        return Value(numbers=(point(exact(document)),))
    if isinstance(document, list):
        item = know(join_values([value_of(inner) for inner in document]))
        facts = frozenset({f"exactly {document!r}"}) if document else NO_FACTS
        return Value(arrays=(Array(item, len(document), len(document), facts),))
    return Value(objects=(Object({name: Field(know(value_of(inner)), True) for name, inner in document.items()}),))


def join_values(values: Iterable[Value], *, keeps_facts: bool = False) -> Value:
    """Give what holds everything of several values.

    Shape: facts that only some of them hold are lost (a source), or kept where `keeps_facts` (a target asks for each of them).
    Faults: TooLarge.
    """
    given = [value for value in values if not value.is_never]
    return _join(given, keeps_facts) if len(given) > 1 else [*given, NEVER][0]


def _join(given: list[Value], keeps_facts: bool) -> Value:
    unite: Callable[..., Facts] = frozenset.union if keeps_facts else frozenset.intersection
    texts = [value.text for value in given if value.text is not None]
    numbers = tuple(dict.fromkeys(chain.from_iterable(value.numbers for value in given)))
    joined = Value(
        null=any(value.null for value in given),
        booleans=frozenset[bool]().union(*(value.booleans for value in given)),
        text=list_join(texts) if texts else None,
        numbers=numbers,
        objects=tuple(chain.from_iterable(value.objects for value in given)),
        arrays=tuple(chain.from_iterable(value.arrays for value in given)),
        text_facts=_unite(unite, given, "text", "text_facts"),
        number_facts=_unite(unite, given, "numbers", "number_facts"),
        plain_facts=_unite(unite, given, "has_plain", "plain_facts"),
    )
    if max(len(joined.objects), len(joined.arrays), len(numbers) // 4) > ALTERNATIVES_MAX:
        raise TooLarge("more than 64 alternatives")
    return joined


def _unite(unite: Callable[..., Facts], given: list[Value], part: str, facts: str) -> Facts:
    """Give the facts of one part of several values, of those that have the part."""
    found = [getattr(value, facts) for value in given if getattr(value, part)]
    return unite(*found) if found else NO_FACTS


def without_null(value: Value) -> Value:
    """Give a value less null."""
    return replace(value, null=False, origin=None) if value.null else value


def without_text(value: Value) -> Value:
    """Give a value less its strings."""
    return replace(value, text=None, text_facts=NO_FACTS, origin=None)


def is_structure(value: Value) -> bool:
    """Whether a value holds objects and lists only."""
    return not (value.null or value.booleans or value.text is not None or value.numbers)


def meet_scalars(one: Value, other: Value) -> Value:
    """Give what is in both of two values, as far as scalars go; objects and lists stay those of the first."""
    text = meet(one.text, other.text) if one.text is not None and other.text is not None else None
    return Value(
        null=one.null and other.null,
        booleans=one.booleans & other.booleans,
        text=None if text is None or text.is_empty() else text,
        numbers=meet_all(one.numbers, other.numbers),
        objects=one.objects if other.objects else (),
        arrays=one.arrays if other.arrays else (),
        text_facts=one.text_facts | other.text_facts,
        number_facts=one.number_facts | other.number_facts,
        plain_facts=one.plain_facts | other.plain_facts,
    )
