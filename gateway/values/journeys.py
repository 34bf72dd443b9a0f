"""Journeys that write, as they are kept: what was begun, and every event since, in order.

Laws, held by one contract test over every adapter: 1. A journey is begun once; begun again under its id it is the one that is there.
2. Events are only added; each has its place. 3. Who runs a journey holds its lease; each lease has a higher fence, and what comes with an
older one is refused and changes nothing. 4. An event from outside (a decision, a cancellation) makes the journey due, whoever holds it.
5. What has ended is never due, takes no event, and is swept once it was kept long enough. 6. Which journeys wait at a step follows
from the events (`WAIT_BEGINS`, `WAIT_ENDS`, `WAITS_END`) at every deed, and is found without looking at any that do not.
Must not know: what the sealed bytes hold, what a step is, who runs journeys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal, Protocol, TypeAlias

State: TypeAlias = Literal["running", "waiting", "complete", "compensated", "failed", "cancelled"]
ENDS: tuple[State, ...] = ("complete", "compensated", "cancelled")
OPEN: tuple[State, ...] = ("running", "waiting", "failed")  # failed = an operator is wanted
STATES: tuple[State, ...] = (*OPEN, *ENDS)

# what an event's kind says of decisions that are waited for: at its step one is, or is no more; or at no step any more
WAIT_BEGINS, WAIT_ENDS, WAITS_END = "waiting", ("done", "overdue"), ("failing", "cancelled")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a journey.

    Shape: `kind` is one of those that `gateway.journey.history` knows; `step` and `element` say of which step and which of its elements;
    `note` is a word that may be shown (the code of a fault, who did it), `sealed` what may not. Units: at_s Unix seconds.
    """

    kind: str
    step: str = ""
    element: int = 0
    note: str = ""
    sealed: bytes = b""
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Begun:
    """A journey as it was begun.

    Shape: `id` cannot be guessed; `user` is a keyed name of who began it; `digest` is that of the call; `sealed` holds the call itself
    and who made it. Units: Unix seconds; `due_s` is when it
    must have ended.
    """

    id: str
    operation: str
    agency: str
    user: str
    purpose: str
    digest: bytes
    sealed: bytes
    begun_s: float
    due_s: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A journey and what has happened to it.

    Shape: `events` in order. Units: it is due at `wake_s` (inf = never by itself), and nobody else's before `lease_s`, Unix seconds.
    """

    begun: Begun
    state: State = "running"
    wake_s: float = 0.0
    lease_s: float = 0.0
    fence: int = 0
    ended_s: float = inf
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many journeys of an operation are in a state, and when its oldest that has not ended was begun. Units: Unix seconds."""

    operation: str
    state: State
    count: int
    oldest_s: float


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A journey that waits for a decision, in the order of those that do. Units: since_s Unix seconds."""

    since_s: float
    journey: str


class Journeys(Protocol):
    """Journeys, kept. What is done is done at the time of the deed. Units: seconds; `lease_s` from then on."""

    def begin(self, begun: Begun, open_max: int) -> Kept | None:
        """Keep a journey and give it, or the one that is there under its id; None where too many of its operation have not ended.

        Faults: STORE_KEY_UNKNOWN where journeys are kept whose key is not known: it could be one of them.
        """

    def find(self, id: str) -> Kept | None:
        """Give a journey with its events."""

    def take(self, operations: Sequence[str], lease_s: float, id: str = "") -> Kept | None:
        """Lease the journey that has been due for longest, or the one named if it is due; None where there is none whose key is known."""

    def append(self, id: str, fence: int, seen: int, event: Event, lease_s: float, is_strict: bool = False) -> int:
        """Add an event of who holds the lease, and lengthen it; give the event's place, 0 where another holds it.

        Shape: `is_strict` refuses it too where there are more events than the `seen` ones.
        """

    def add(self, id: str, seen: int, event: Event) -> bool:
        """Add an event from outside and make the journey due; say whether it was: it has not ended and only `seen` events were there."""

    def hand_back(self, id: str, fence: int, seen: int, state: State, wake_s: float) -> bool:
        """Let go of a lease; say whether it was held.

        Shape: the journey is due at `wake_s`, or at once, and running, where more than the `seen` events are there.
        """

    def list(self, states: Sequence[State], most: int, operation: str = "") -> Sequence[Kept]:
        """Give journeys in these states without their events, the oldest first."""

    def tally(self) -> Sequence[Tally]:
        """Count the journeys that have not ended, by operation and state."""

    def list_waiting(self, operation: str, step: str, after: Waiting, most: int) -> Sequence[Waiting]:
        """Give the journeys that wait at a step and stand behind `after`, the one that waits longest first.

        Faults: STORE_KEY_UNKNOWN where journeys are kept whose key is not known: they would be left out.
        """

    def tally_waiting(self) -> Sequence[tuple[str, str, int]]:
        """Count the journeys that wait, by operation and step."""

    def sweep(self, operation: str, kept_s: float, most: int) -> int:
        """Forget journeys that ended longer ago than this, at most so many; give how many."""
