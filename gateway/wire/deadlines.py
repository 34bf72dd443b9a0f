"""Deadlines: a coarse wheel of timers, and the one loop timer that turns it.

Laws: 1. A timer fires at most one tick late and never early. 2. Moving a deadline later, or off, is one attribute write; a
connection of many requests costs one insertion per deadline, not per request. 3. The wheel is pure: time is an argument.
Must not know: what a deadline means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf
from time import monotonic

TICK_S = 0.02
_NOWHERE = 1 << 62


class Timer:
    """One deadline that is set again and again; `expire` is called when it passes. Units: due_s as the wheel's clock."""

    __slots__ = ("due_s", "expire", "place")

    def __init__(self, expire: Callable[[], None]) -> None:
        self.due_s = inf
        self.place = _NOWHERE
        self.expire = expire

    def retire(self) -> None:
        """Never fire again, and let go of whoever is told: the wheel may hold this timer for long."""
        self.due_s = inf
        self.expire = _tell_nobody


def _tell_nobody() -> None:
    """Stand where the owner of a retired timer stood."""


class Wheel:
    """The timers by the tick in which they are to be looked at."""

    __slots__ = ("_places", "_tick_s", "_turned")

    def __init__(self, now_s: float, tick_s: float = TICK_S) -> None:
        self._tick_s = tick_s
        self._turned = int(now_s / tick_s)
        self._places: dict[int, list[Timer]] = {}

    def set_timer(self, timer: Timer, due_s: float) -> None:
        """Set when a timer is due, from wherever it stood."""
        timer.due_s = due_s
        place = int(due_s / self._tick_s) + 1
        if place < timer.place:
            self._put(timer, place)

    def take_due(self, now_s: float) -> list[Timer]:
        """Take the timers that are due now, each once."""
        until = int(now_s / self._tick_s)
        due: list[Timer] = []
        if until <= self._turned:
            return due
        if until - self._turned > len(self._places):
            passed = sorted(place for place in self._places if place <= until)
        else:
            passed = [place for place in range(self._turned + 1, until + 1) if place in self._places]
        self._turned = until
        for place in passed:
            for timer in self._places.pop(place):
                self._look(timer, place, now_s, due)
        return due

    def _look(self, timer: Timer, place: int, now_s: float, due: list[Timer]) -> None:
        if timer.place != place:  # it was placed earlier meanwhile
            return
        timer.place = _NOWHERE
        if timer.due_s <= now_s:
            timer.due_s = inf
            due.append(timer)
        elif timer.due_s != inf:
            self._put(timer, int(timer.due_s / self._tick_s) + 1)

    def _put(self, timer: Timer, place: int) -> None:
        place = max(place, self._turned + 1)
        timer.place = place
        bucket = self._places.get(place)
        if bucket is None:
            self._places[place] = [timer]
        else:
            bucket.append(timer)


class Clock:
    """A worker's wheel and the loop timer that turns it."""

    __slots__ = ("_handle", "_loop", "wheel")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.wheel = Wheel(monotonic())
        self._handle = loop.call_later(TICK_S, self._turn)

    def close(self) -> None:
        """Turn no more."""
        self._handle.cancel()

    def _turn(self) -> None:
        self._handle = self._loop.call_later(TICK_S, self._turn)
        for timer in self.wheel.take_due(monotonic()):
            try:
                timer.expire()
            except Exception as error:  # a defect in one must not take the others' deadlines away
                self._loop.call_exception_handler({"message": "a deadline's expiry failed", "exception": error})
