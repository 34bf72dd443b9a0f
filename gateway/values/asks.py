"""Where an exchange may wait: the asks, each with the type of its answer.

Laws: an ask is answered once, with a value of its type or with a Fault that is thrown in at the ask; the asks are few and
closed; a new one is added here and in every driver's contract test.
Must not know: who answers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, Literal, TypeAlias, TypeVar, cast

from .faults import Fault
from .model import Effect, Reply, Response, Upstream
from .stores import Stores

A_co = TypeVar("A_co", covariant=True)
A = TypeVar("A")
D = TypeVar("D")
T = TypeVar("T")


class Ask(Generic[A_co]):
    """Something an exchange waits for; A_co is the type of its answer."""

    __slots__ = ()


@dataclass(slots=True)
class ReadBody(Ask[bytes]):
    """The caller's body, whole, within its bound. Sends `100 Continue` where the caller waits for it.

    Faults: BODY_TOO_LARGE, REQUEST_TIMEOUT, MALFORMED_REQUEST, CALLER_GONE.
    """

    bytes_max: int


@dataclass(slots=True)
class CallUpstream(Ask[Reply]):
    """One logical call; attempts, pools and the deadlines of the upstream are the driver's.

    Shape: `target` is the request target in origin form; `head` the block of header lines of this call, each ended by
    CRLF, without `upstream.head` and without framing, which the driver adds. Where `is_streamed`, the caller's body is piped
    as it comes and the answer is the reply's head only, to be followed by a Relay.
    Faults: PROVIDER_TIMEOUT, PROVIDER_UNREACHABLE, PROVIDER_TRUNCATED, PROVIDER_PROTOCOL, PROVIDER_TOO_LARGE, OVERLOADED, CALLER_GONE.
    """

    upstream: Upstream
    effect: Effect
    method: bytes
    target: bytes
    head: bytes
    body: bytes | None
    is_streamed: bool = False


@dataclass(frozen=True, slots=True)
class Relayed:
    """How a relayed body ended: bytes sent to the caller, and whether all of it came."""

    body_bytes: int
    ended: Literal["whole", "truncated", "caller_gone"]


@dataclass(slots=True)
class Relay(Ask[Relayed]):
    """Send this response's head and stream the upstream's body after it, in constant memory."""

    response: Response


@dataclass(frozen=True, slots=True)
class FetchKeys(Ask[bytes]):
    """The issuer's JWKS document, fetched anew (the driver joins equal fetches and bounds them).

    Faults: KEYS_UNAVAILABLE.
    """

    issuer: str
    url: str


@dataclass(slots=True)
class Consult(Ask[D]):
    """A deed done over the durable stores, in their own thread, one at a time; the answer is what the deed gives.

    Shape: a deed that raises `Refused` is answered with its fault and has changed nothing. It is done once begun, whoever leaves meanwhile
    and whatever deadline passes; how long it may take is the driver's.
    Faults: STORE_UNAVAILABLE (nobody knows then whether it was done).
    """

    deed: Callable[[Stores], D]


@dataclass(frozen=True, slots=True)
class Follow(Ask[bool]):
    """A journey, run by whoever runs journeys here, until it can go no further now or this caller waits no longer; False where nobody could
    wait that long here.

    Shape: it is woken at once, also where nobody waits. Units: `within_s` seconds.
    Faults: CALLER_GONE; the journey goes on.
    """

    journey: str
    within_s: float


Flow: TypeAlias = Generator[Ask[object], object, T]


@dataclass(slots=True)
class Branch:
    """One of several flows that run together. Units: `within_s` seconds from its start; then PROVIDER_TIMEOUT is thrown in."""

    flow: Flow[object]
    within_s: float = inf


@dataclass(slots=True)
class Together(Ask[tuple[object | Fault | None, ...]]):
    """Run branches side by side: at most `width` at a time, in their order, until `good` of them have given a result.

    Shape: the answer holds, for each branch in order, its result, the fault that ended it, or None where it was not started or was
    cancelled because enough had come. `good` = 0 waits for all of them. A branch may itself wait for anything that an exchange may
    but ReadBody and Relay. What only reads is cancelled; a write that was sent runs to its end before the answer is given.
    `then` is told each branch's number and result as it ends, and gives the branches to be added behind the last one; None = no
    more is needed, as if enough were good.
    Faults: none of its own; CALLER_GONE and the exchange's deadline are thrown in at each branch that waits, and then here.
    """

    branches: Sequence[Branch]
    width: int
    good: int = 0
    then: Callable[[int, object | Fault], Sequence[Branch] | None] | None = None


def wait(ask: Ask[A]) -> Flow[A]:
    """Wait for an ask's answer: the only place that yields."""
    return cast(A, (yield ask))
