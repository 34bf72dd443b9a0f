"""Numbers as ranges: an interval of exact rationals, whole multiples of a step in it or all numbers of it.

Laws: 1. Bounds are exact. 2. 1 and 1.0 are one number, as in JSON Schema. 3. A range of whole numbers has closed bounds that are
multiples of its step.
Must not know: schemas.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

POINTS_MAX = 64


@dataclass(frozen=True, slots=True)
class Range:
    """An interval (None = open end; `…_out`: the bound itself is outside). Shape: `step` n ≥ 1 = multiples of n, 0 = every number."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_out: bool = False
    high_out: bool = False
    step: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether no number is in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_out or self.high_out))


EVERY_NUMBER = Range()
EVERY_INTEGER = Range(step=1)


def make_range(low: Fraction | None, high: Fraction | None, step: int = 0, low_out: bool = False, high_out: bool = False) -> Range | None:
    """Make a range with bounds that law 3 asks for; None where it is empty."""
    if step:
        if low is not None:
            least = math.ceil(low / step) + (1 if low_out and low % step == 0 else 0)
            low, low_out = Fraction(least * step), False
        if high is not None:
            most = math.floor(high / step) - (1 if high_out and high % step == 0 else 0)
            high, high_out = Fraction(most * step), False
    made = Range(low, high, low_out and low is not None, high_out and high is not None, step)
    return None if made.is_empty else made


def point(value: Fraction) -> Range:
    """Give the range of one number."""
    return Range(value, value, step=1 if value.denominator == 1 else 0)


def exact(value: int | float) -> Fraction:
    """Give the rational that a JSON number was written as."""
    return Fraction(value) if isinstance(value, int) else Fraction(Decimal(repr(value)))


def show_number(value: Fraction) -> int | float:
    """Give a rational as a JSON number."""
    return int(value) if value.denominator == 1 else float(value)


def meet_ranges(one: Range, other: Range) -> Range | None:
    """Give what is in both; None where nothing is."""
    low, low_out = _tighter((one.low, one.low_out), (other.low, other.low_out), 1)
    high, high_out = _tighter((one.high, one.high_out), (other.high, other.high_out), -1)
    step = math.lcm(one.step, other.step) if one.step and other.step else one.step or other.step
    return make_range(low, high, step, low_out, high_out)


def _tighter(one: tuple[Fraction | None, bool], other: tuple[Fraction | None, bool], sign: int) -> tuple[Fraction | None, bool]:
    if one[0] is None or other[0] is None:
        return other if one[0] is None else one
    if one[0] == other[0]:
        return one[0], one[1] or other[1]
    return one if (one[0] - other[0]) * sign > 0 else other


def meet_all(ones: Sequence[Range], others: Sequence[Range]) -> tuple[Range, ...]:
    """Give what is in some of both."""
    return tuple(met for one in ones for other in others if (met := meet_ranges(one, other)) is not None)


def has_number(ranges: Sequence[Range], value: Fraction) -> bool:
    """Whether a number is in one of the ranges."""
    return any(_is_within(point(value), one) for one in ranges)


def find_number_outside(ones: Sequence[Range], others: Sequence[Range]) -> Fraction | None:
    """Give a number of the first ranges that is in none of the others; None where there is none, or none was found.

    Shape: see `fit`: that none was found is no proof.
    """
    for one in ones:
        for value in tempt(one, others):
            if not has_number(others, value):
                return value
    return None


def fit(ones: Sequence[Range], others: Sequence[Range]) -> bool:
    """Whether every number of the first ranges is in one of the others (False where it is not known)."""
    return all(_fits(one, others) for one in ones)


def _fits(one: Range, others: Sequence[Range]) -> bool:
    if any(_is_within(one, other) for other in others):
        return True
    points = list_points(one)
    return points is not None and all(has_number(others, value) for value in points)


def list_points(one: Range, most: int = POINTS_MAX) -> list[Fraction] | None:
    """Give all numbers of a range; None where they are more than so many."""
    if one.low is None or one.high is None:
        return None
    if one.low == one.high:
        return [one.low]
    if not one.step or (one.high - one.low) / one.step >= most:
        return None
    count = int((one.high - one.low) / one.step) + 1
    return [one.low + index * one.step for index in range(count)]


def _is_within(one: Range, other: Range) -> bool:
    is_above = _is_inside((one.low, one.low_out), (other.low, other.low_out), 1)
    if not is_above or not _is_inside((one.high, one.high_out), (other.high, other.high_out), -1):
        return False
    if not other.step:
        return True
    if one.low is not None and one.low == one.high:
        return one.low % other.step == 0
    return bool(one.step) and one.step % other.step == 0


def _is_inside(one: tuple[Fraction | None, bool], other: tuple[Fraction | None, bool], sign: int) -> bool:
    """Whether a bound is no farther out than another (`sign` 1 for lower bounds, -1 for upper ones)."""
    if other[0] is None or one[0] is None:
        return other[0] is None
    return one[0] * sign > other[0] * sign or (one[0] == other[0] and (one[1] or not other[1]))


def tempt(one: Range, others: Sequence[Range] = ()) -> Iterator[Fraction]:
    """Give numbers of a range that are likely to be outside of others, the plain ones first."""
    step = Fraction(one.step or 1)
    guesses = [Fraction(0), step, -step, *_list_edges((one, *others), step)]
    if one.step:
        guesses = [Fraction(math.floor(guess / one.step) * one.step) for guess in guesses]
    else:
        guesses += [guess + Fraction(sign, parts) for parts in (2, 1000) for sign in (1, -1) for guess in list(guesses)]
    guesses += [step * 10**20, -step * 10**20]
    yield from (guess for guess in guesses if _is_within(point(guess), one))


def _list_edges(ranges: Sequence[Range], step: Fraction) -> Iterator[Fraction]:
    for one in ranges:
        for bound in (one.low, one.high):
            if bound is not None:
                yield from (bound, bound + step, bound - step)


def least_number(ranges: Sequence[Range]) -> Fraction:
    """Give the plainest number of ranges (they are not empty)."""
    found = [next(tempt(one), None) for one in ranges]
    known = [value for value in found if value is not None]
    if known:
        return min(known, key=lambda value: (value.denominator, abs(value), value < 0))
    one = ranges[0]
    assert one.low is not None and one.high is not None
    return (one.low + one.high) / 2
