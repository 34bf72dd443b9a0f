"""Cases in memory: the verified fake beside the SQLite store.

Laws: the port's. Must not know: files.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..catalogue.gate.deeds import PEOPLE, Deed, Event
from ..catalogue.gate.port import Stale


class MemoryCases:
    """Events in a list."""

    __slots__ = ("_events",)

    def __init__(self) -> None:
        self._events: list[Event] = []

    def append(self, case: str, seen: int, who: str, role: str, when: datetime, deed: Deed) -> Event:
        """Add one event.

        Faults: Stale.
        """
        if sum(one.case == case for one in self._events) != seen:
            raise Stale(case)
        event = Event(len(self._events) + 1, case, seen + 1, who, role, when, deed)
        self._events.append(event)
        return event

    def events(self, case: str = "", after: int = 0) -> Iterator[Event]:
        """Give events in their order."""
        return iter([one for one in self._events[after:] if case in ("", one.case)])

    def cases(self) -> tuple[str, ...]:
        """Give the ids of all cases in order."""
        return tuple(sorted({one.case for one in self._events} - {PEOPLE}))
