"""Documents of an abstract value: a smallest one, and others by chance.

Laws: 1. What is drawn lies in the value, its facts apart. 2. The same source of chance draws the same documents.
Must not know: schemas, mappings.
"""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from gateway.values.model import Json

from .domain import Array, Object, Value
from .ranges import Range, has_number, least_number, list_points, show_number
from .texts import draw_text

DEPTH_MAX = 12
WORDS_MAX = 200
NUMBER_MAX = 2**53


def find_smallest(value: Value, depth: int = DEPTH_MAX) -> tuple[Json] | None:
    """Give a small document of a value, in a tuple; None where none was found."""
    if value.text is not None:
        return (value.text.shortest_word(),)
    if value.numbers:
        return (show_number(least_number(value.numbers)),)
    if value.booleans:
        return (min(value.booleans),)
    if value.null:
        return (None,)
    if depth:
        for items in value.arrays:
            found = _smallest_array(items, depth)
            if found is not None:
                return found
        for one in value.objects:
            found = _smallest_object(one, depth)
            if found is not None:
                return found
    return None


def _smallest_array(items: Array, depth: int) -> tuple[Json] | None:
    if not items.least:
        return ([],)
    if items.least > 1_000:
        return None
    found = find_smallest(items.item.get(), depth - 1)
    return None if found is None else ([found[0]] * items.least,)


def _smallest_object(one: Object, depth: int) -> tuple[Json] | None:
    made: dict[str, Json] = {}
    for name, own in one.fields.items():
        if own.is_required:
            found = find_smallest(own.value.get(), depth - 1)
            if found is None:
                return None
            made[name] = found[0]
    return (made,)


def draw(value: Value, chance: Random, depth: int = DEPTH_MAX) -> tuple[Json] | None:
    """Draw a document of a value, in a tuple; None where none was found."""
    kinds = [kind for kind in _DRAWS if getattr(value, kind)]
    chance.shuffle(kinds)
    for kind in kinds:
        found = _DRAWS[kind](value, chance, depth)
        if found is not None:
            return found
    return None


def _draw_text(value: Value, chance: Random, depth: int) -> tuple[Json] | None:
    assert value.text is not None
    return (draw_word(value, chance),)


def draw_word(value: Value, chance: Random) -> Json:
    """Draw a text of a value: a short one, or any."""
    assert value.text is not None
    return draw_text(value.text, chance)


def _draw_number(value: Value, chance: Random, depth: int) -> tuple[Json] | None:
    one = chance.choice(value.numbers)
    points = list_points(one)
    if points is not None:
        return (show_number(chance.choice(points)),)
    return (show_number(_draw_of_range(one, chance)),)


def _draw_of_range(one: Range, chance: Random) -> Fraction:
    low, high = _find_ends(one, chance.choice((10, 1_000, NUMBER_MAX)))
    edge = chance.choice((low, high))
    if chance.random() < 0.2 and has_number((one,), edge):
        return edge
    if one.step:
        start = math.ceil(low / one.step)
        return Fraction(chance.randint(start, max(math.floor(high / one.step), start)) * one.step)
    places = chance.choice((1, 2, 4))
    found = Fraction(round(float(low + (high - low) * Fraction(chance.random())), places)).limit_denominator(10**places)
    return found if has_number((one,), found) else low + (high - low) / 2


def _find_ends(one: Range, span: int) -> tuple[Fraction, Fraction]:
    """Give the bounds of a range, of an open one some way off."""
    if one.low is None:
        high = one.high if one.high is not None else Fraction(span)
        return high - 2 * span, high
    return one.low, one.high if one.high is not None else one.low + span


def _draw_array(value: Value, chance: Random, depth: int) -> tuple[Json] | None:
    items = chance.choice(value.arrays)
    most = items.least + 3 if items.most is None else min(items.most, items.least + 3)
    count = chance.randint(items.least, most) if depth else items.least
    if chance.random() < 0.02 and items.most is not None and items.most < 600:
        count = items.most
    found = [draw(items.item.get(), chance, depth - 1) for _ in range(count)] if depth or not count else [None]
    return None if None in found else ([one[0] for one in found if one is not None],)


def _draw_object(value: Value, chance: Random, depth: int) -> tuple[Json] | None:
    if not depth:
        return None
    one = chance.choice(value.objects)
    odds = chance.choice((0.0, 0.5, 0.5, 1.0))
    made: dict[str, Json] = {}
    for name, own in one.fields.items():
        if not own.is_required and (chance.random() >= odds or depth < DEPTH_MAX // 3):
            continue
        found = draw(own.value.get(), chance, depth - 1)
        if found is not None:
            made[name] = found[0]
        elif own.is_required:
            return None
    return (made,)


def _draw_boolean(value: Value, chance: Random, depth: int) -> tuple[Json] | None:
    return (chance.choice(sorted(value.booleans)),)


def _draw_null(value: Value, chance: Random, depth: int) -> tuple[Json] | None:
    return (None,)


_DRAWS = {
    "null": _draw_null, "booleans": _draw_boolean, "text": _draw_text, "numbers": _draw_number, "objects": _draw_object,
    "arrays": _draw_array,
}  # fmt: skip
