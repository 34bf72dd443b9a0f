"""Chance that is the same everywhere: whatever is drawn comes from the raw stream of a seeded generator, one a subject.

Must not know: what is drawn.
"""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TypeVar

_T = TypeVar("_T")


class Chance:
    """Draws for one subject; two subjects never share a stream, so that one more of the first does not change the second."""

    __slots__ = ("_next",)

    def __init__(self, *subject: object) -> None:
        self._next = random.Random("/".join(map(str, subject))).random  # noqa: S311 - synthetic data

    def roll(self, share: float) -> bool:
        """Say yes in this share of the cases."""
        return self._next() < share

    def pick(self, things: Sequence[_T]) -> _T:
        """Give one of them, all alike."""
        return things[int(self._next() * len(things))]

    def weigh(self, things: Sequence[_T], weights: Iterable[float]) -> _T:
        """Give one of them by weight."""
        sums = list(accumulate(weights))
        return things[min(bisect(sums, self._next() * sums[-1]), len(things) - 1)]

    def take(self, things: Sequence[_T], number: int) -> list[_T]:
        """Give some of them, none twice, in their order."""
        ranked = sorted(range(len(things)), key=lambda _: self._next())
        return [things[place] for place in sorted(ranked[:number])]

    def between(self, low: int, high: int) -> int:
        """Give a whole number, both ends included."""
        return low + int(self._next() * (high - low + 1))

    def spread(self, median: float, width: float) -> float:
        """Give a positive figure, half of them below the median, with a long tail."""
        normal = math.sqrt(-2 * math.log(1 - self._next())) * math.cos(2 * math.pi * self._next())
        return median * math.exp(width * normal)
