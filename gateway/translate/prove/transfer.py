"""What an operator makes of an abstract value: the pieces that the operators' own transfers are written with.

Laws: 1. The image holds every value that the operator gives for a value that it takes. 2. A transfer without a reason refuses nothing.
3. Few values are run one by one, by the operator itself: exact, and the same code.
Must not know: mappings, schemas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json

from .domain import ANYTHING, NEVER, Value, join_values, text_of, value_of, without_text
from .ranges import list_points, show_number
from .samples import find_smallest
from .texts import Language, meet, outside

CASES_MAX = 128


@dataclass(frozen=True, slots=True)
class Image:
    """What comes out. Shape: `reason` says why a value may be refused ("" = none is); `misses` are values that are."""

    value: Value
    reason: str = ""
    misses: tuple[Json, ...] = ()


Transfer: TypeAlias = Callable[[Value], Image]
Way: TypeAlias = Callable[[Json], Json]
_MISSES = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)


def image_of_texts(value: Value, domain: Language | None, change: Callable[[Language], Language], reason: str) -> Image:
    """Give the image under a function of strings that takes those of a domain (None = all of them)."""
    others, misses = without_text(value), list[Json]()
    if not others.is_never:
        found = find_smallest(others)
        misses += [] if found is None else [found[0]]
    if value.text is None:
        return Image(NEVER, reason, tuple(misses))
    taken, word = value.text, None
    if domain is not None:
        word = outside(value.text, domain)
        taken = value.text if word is None else meet(value.text, domain)
    if word is not None:
        misses.append(word)
    is_total = others.is_never and word is None
    out = NEVER if taken.is_empty() else text_of(change(taken))
    return Image(out, "" if is_total else reason, tuple(misses))


def image_by_cases(value: Value, run: Way, reason: str) -> Image | None:
    """Give the image of a value that holds few documents, by running each; None where it holds many."""
    documents = list_documents(value)
    if documents is None:
        return None
    made: list[Value] = []
    misses: list[Json] = []
    for document in documents:
        try:
            made.append(value_of(run(document)))
        except _MISSES:
            misses.append(document)
    return Image(_gather(made), reason if misses else "", tuple(misses))


def _gather(values: list[Value]) -> Value:
    unique = {(each.text, each.numbers, each.booleans, each.null): each for each in values}
    return join_values(unique.values())


def list_documents(value: Value, most: int = CASES_MAX) -> list[Json] | None:
    """Give all the documents of a value of scalars; None where there are too many."""
    if value.objects or value.arrays:
        return None
    documents: list[Json] = [None] if value.null else []
    documents += sorted(value.booleans)
    for one in value.numbers:
        points = list_points(one, most)
        if points is None:
            return None
        documents += [show_number(each) for each in points]
    if value.text is not None:
        if value.text.count(most + 1) > most:
            return None
        documents += value.text.words(most)
    return documents if len(documents) <= most else None


def is_whole_number(value: Value) -> bool:
    """Whether a value holds whole numbers and nothing else."""
    has_others = value.null or value.booleans or value.text is not None or value.objects or value.arrays
    return bool(value.numbers) and not has_others and all(one.step for one in value.numbers)


def give_up(reason: str) -> Image:
    """Give the image of which nothing is known."""
    return Image(ANYTHING, reason)
