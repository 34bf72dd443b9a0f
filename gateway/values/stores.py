"""The durable stores as a port: what a deed over them sees.

Laws, held by one contract test over every adapter: 1. Deeds are done one at a time, each whole or, where it raises, not at all. 2. What a
deed did is there at the next deed of any process, and after a crash, once it is answered. 3. A deed is short, and waits for nothing.
Must not know: where things are kept, who asks.
"""

from __future__ import annotations

from typing import Protocol

from .consents import Consents
from .journeys import Journeys
from .kept import KeptAnswers
from .sealed import Sealed


class StoreFailed(Exception):
    """The stores cannot be used now: the disk, a lock, a file that is not ours. Whether the deed was done is not known."""


class Stores(Protocol):
    """What a deed is done over. Units: `now_s` is the deed's own time, Unix seconds."""

    @property
    def now_s(self) -> float:
        """Give the time at which the deed is done."""

    @property
    def keys(self) -> KeptAnswers:
        """Give the answers that are kept by idempotency key."""

    @property
    def journeys(self) -> Journeys:
        """Give the journeys that write."""

    @property
    def consents(self) -> Consents:
        """Give the consents of citizens."""

    @property
    def sealed(self) -> Sealed:
        """Give what hangs on which key."""
