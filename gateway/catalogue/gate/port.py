"""The store of cases as a port: what its adapters promise.

Laws, held by one contract test over every adapter: 1. Events are only ever added, numbered from 1 without a gap over all cases and within
each. 2. An event is added where the writer has seen all before it in its case, else it is refused (Stale) and nothing is written.
3. What was added is there at the next question, and after a crash.
Must not know: what events mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from .deeds import Deed, Event


class Stale(Exception):
    """Somebody else was faster: the case has other events than the writer saw."""


class CaseStore(Protocol):
    """Where the events of cases are kept."""

    def append(self, case: str, seen: int, who: str, role: str, when: datetime, deed: Deed) -> Event:
        """Add one event to a case of which the writer saw `seen` events.

        Faults: Stale.
        """

    def events(self, case: str = "", after: int = 0) -> Iterator[Event]:
        """Give events in their order, of one case or all, later than a number."""

    def cases(self) -> tuple[str, ...]:
        """Give the ids of all cases in order."""
