"""Arithmetic of ranges, as Python reckons with integers and doubles.

Laws: 1. The result holds whatever Python gives for numbers of the operands. 2. Whole numbers that a double holds exactly are reckoned
exactly; sums and products of others are rounded as doubles are, which keeps their order. 3. An end that is not known is open.
Must not know: schemas, expressions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from .ranges import Range, exact, fit, make_range, meet_all

EXACT_MAX: Final = (1 << 53) - 1
NUMBER_MAX: Final = 1.7976931348623157e308
RANGES_MAX = 16


def reckon(word: str, ones: Sequence[Range], others: Sequence[Range]) -> tuple[Range, ...]:
    """Give the sums, differences or products of numbers of two sets of ranges."""
    if word == "-":
        word, others = "+", [negate(one) for one in others]
    combine = _add if word == "+" else _multiply
    found = [combine(one, other) for one in ones for other in others]
    return tuple(dict.fromkeys(found)) if len(found) <= RANGES_MAX else (_hull(found),)


def negate(one: Range) -> Range:
    """Give the numbers of a range with the other sign."""
    low, high = (None if end is None else -end for end in (one.high, one.low))
    return Range(low, high, one.high_out, one.low_out, one.step)


def _hull(found: Sequence[Range]) -> Range:
    low = None if any(one.low is None for one in found) else min(one.low for one in found if one.low is not None)
    high = None if any(one.high is None for one in found) else max(one.high for one in found if one.high is not None)
    return Range(low, high, step=1 if all(one.step for one in found) else 0)


def _grain(one: Range) -> int:
    """Give what all numbers of a range are multiples of (0 = not whole numbers)."""
    if one.step and one.low is not None and one.low == one.high:
        return abs(int(one.low))
    return one.step


def _add(one: Range, other: Range) -> Range:
    low = None if one.low is None or other.low is None else _round(one.low, other.low, "+")
    high = None if one.high is None or other.high is None else _round(one.high, other.high, "+")
    is_whole = bool(one.step and other.step)
    return _settle(low, high, math.gcd(_grain(one), _grain(other)) or 1 if is_whole else 0)


def _multiply(one: Range, other: Range) -> Range:
    step = _grain(one) * _grain(other) or 1 if one.step and other.step else 0
    found = [_multiply_ends(left, right) for left in (one.low, one.high) for right in (other.low, other.high)]
    known = [each for each in found if each is not None]
    if len(known) == len(found):
        return _settle(min(known), max(known), step)
    is_positive = all(end is not None and end >= 0 for end in (one.low, other.low))
    return _settle(found[0] if is_positive else None, None, step)


def _multiply_ends(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else _round(left, right, "*")


def _settle(low: Fraction | None, high: Fraction | None, step: int) -> Range:
    """Give a range of whole numbers only as far as doubles hold them exactly."""
    if step and (low is None or high is None or max(abs(low), abs(high)) > EXACT_MAX):
        low = None if low is None or abs(low) > EXACT_MAX else low
        high = None if high is None or abs(high) > EXACT_MAX else high
        step = 1
    return make_range(low, high, step) or Range()


def _round(one: Fraction, other: Fraction, word: str) -> Fraction | None:
    """Give the sum or product of two numbers as Python would; None where it is beyond the doubles."""
    if one.denominator == other.denominator == 1:
        return one + other if word == "+" else one * other
    try:
        found = float(one) + float(other) if word == "+" else float(one) * float(other)
        return exact(found) if math.isfinite(found) else None
    except OverflowError:
        return None


def compare(word: str, ones: Sequence[Range], others: Sequence[Range]) -> frozenset[bool]:
    """Give what a comparison of numbers of two sets of ranges may be."""
    left, right = _hull(ones), _hull(others)
    if word in (">", ">="):
        left, right, word = right, left, word.replace(">", "<")
    ends = (left.low, left.high, right.low, right.high)
    if any(end is not None and abs(end) > EXACT_MAX for end in ends):
        return frozenset({True, False})
    if word in ("==", "!="):
        return _compare_same(word == "==", ones, others)
    is_strict = word == "<"
    if _is_under(left.high, right.low, is_strict):
        return frozenset({True})
    return frozenset({False}) if _is_under(right.high, left.low, not is_strict) else frozenset({True, False})


def _is_under(high: Fraction | None, low: Fraction | None, is_strict: bool) -> bool:
    return high is not None and low is not None and (high < low or (not is_strict and high == low))


def _compare_same(wanted: bool, ones: Sequence[Range], others: Sequence[Range]) -> frozenset[bool]:
    if not meet_all(ones, others):
        return frozenset({not wanted})
    points = {one.low for one in (*ones, *others) if one.low is not None and one.low == one.high}
    is_one = len(points) == 1 and all(one.low == one.high and one.low is not None for one in (*ones, *others))
    return frozenset({wanted}) if is_one and fit(ones, others) else frozenset({True, False})
