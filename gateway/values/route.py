"""A route, compiled, and the exchange that runs on it.

Laws: 1. A `Route` is frozen. 2. An `Exchange` is the one mutable value: only the life of an exchange and its steps write to it.
Must not know: how a step does its work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal, Protocol, TypeAlias

from .asks import CallUpstream, Flow
from .faults import Fault
from .meters import Layout
from .model import Caller, Effect, Expiry, GatewayOptions, Json, Origin, Reply, Request, Upstream
from .page import Page, Turning

Step: TypeAlias = "Callable[[Exchange], None]"
Before: TypeAlias = "tuple[Callable[[Exchange], CallUpstream], Step]"  # what is asked, and what its reply is taken for
Supply: TypeAlias = "Callable[[Exchange], Flow[None]]"  # places 5 to 7 where not one provider alone answers
Once: TypeAlias = "Callable[[Exchange, Flow[None]], Flow[None]]"  # runs places 5 to 7, or gives what came of them before
Match: TypeAlias = "tuple[Route, tuple[str, ...]]"

JSON_HEADERS = ((b"content-type", b"application/json"),)  # of an answer that is ours to write


class Places(Protocol):
    """Places 5 to 7 over one provider: what is known before, how it is asked, how its answer is judged."""

    @property
    def before(self) -> tuple[Before, ...]:
        """Give what is asked before, and what its replies are taken for."""

    @property
    def inward(self) -> tuple[Step, ...]:
        """Give the steps that write the provider's call; the last one sets exchange.call."""

    @property
    def judge(self) -> tuple[Step, ...]:
        """Give the steps from the provider's reply to the canonical answer."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One of several providers of an operation: an upstream, or a family of them, with its places 5 to 7.

    Shape: `deadline_s` bounds this one's part where it is asked together with others; 0 = that of all together. `turning` is there where
    its list is walked by whoever asks it, not by the caller's cursor.
    """

    upstream: Upstream
    inward: tuple[Step, ...]
    judge: tuple[Step, ...]
    before: tuple[Before, ...] = ()
    deadline_s: float = 0.0
    turning: Turning | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One operation, compiled: whatever could be decided at load has been. The numbers are the places of an exchange.

    Shape: `parameters` names the path's `{params}` in order. `cells` holds the offsets of this route's series.
    """

    id: str
    index: int
    method: str
    path: str
    effect: Effect
    parameters: tuple[str, ...]
    upstream: Upstream
    body_bytes_max: int
    deadline_s: float
    media_types: tuple[bytes, ...] = (b"application/json",)  # taken; () = no body is taken
    answer_media_type: bytes = b"application/json"  # given; b"" = the provider's own
    is_streamed: bool = False
    permit: tuple[Step, ...] = ()  # 3
    read: tuple[Step, ...] = ()  # 4, after the body is whole
    consent: Supply | None = None  # 4, where a purpose of this operation rests on the citizen's consent
    before: tuple[Before, ...] = ()  # 5, what a write needs to know of what is there
    inward: tuple[Step, ...] = ()  # 5; the last one sets exchange.call
    judge: tuple[Step, ...] = ()  # 7
    supply: Supply | None = None  # 5 to 7, instead of before, inward and judge, where not one provider alone answers
    once: Once | None = None  # around 5 to 7, where what came of a write is kept and given again
    withhold: tuple[Step, ...] = ()  # 8
    witness: tuple[Step, ...] = ()  # 9
    answer_status: int = 200
    owner: str = ""
    service: str = ""
    cells: RouteCells | None = None
    where: str = ""  # file:line of its document, for explain


@dataclass(frozen=True, slots=True)
class RouteCells:
    """Where a route's series stand in the cells; `outcomes[(origin, status, fault)]` is the counter of that outcome."""

    duration: int
    overhead: int
    outcomes: Mapping[tuple[str, int, str], int] = field(default_factory=dict)
    callers: Mapping[str, int] = field(default_factory=dict)  # agency → jembatan_caller_requests_total; "_other" is there


class Identify(Protocol):
    """Place 2: credential → caller. Holds state (verdicts, keys), so a worker makes its own from the plan."""

    def recall_caller(self, request: Request, now_s: float) -> Caller | None:
        """Give the caller of a credential that was verified before; None where it must be verified.

        Faults: CREDENTIAL_MISSING, and a bad verdict that was kept.
        """

    def verify_caller(self, request: Request, now_s: float) -> Flow[Caller]:
        """Verify a credential that was not seen before; may ask FetchKeys."""


class Ports(Protocol):
    """What the outside world offers an exchange and what answers at once."""

    def count(self, cell: int, by: float = 1.0) -> None:
        """Add to one counter."""

    def note_defect(self, exchange: Exchange, error: BaseException) -> None:
        """Keep what an operator needs to mend a defect of ours."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its key, its typed cells by column, and the backend that stands in it (None where it names none).

    Shape: `index` is its place in the table. Units: it holds from `since_s` until before `until_s`, Unix seconds.
    """

    key: str
    cells: Mapping[str, Json]
    upstream: Upstream | None = None
    index: int = 0
    since_s: float = -inf
    until_s: float = inf


@dataclass(frozen=True, slots=True)
class Gathered:
    """What stands beside an answer that was gathered: the parts that are missing, and where each element is from.

    Shape: `sources` has a list of sources for each element of a list, one list in all for a document; None = nobody asked for it.
    """

    missing: Json
    sources: Json = None


@dataclass(slots=True)
class Exchange:
    """The life of one call: what each place found out. Only the exchange and its steps write to it.

    Shape: `path`, `query`, `headers` hold the canonical call's typed parts by name as the route declares them; `body` the
    decoded document. `old` is what the provider has before a write, `version` its entity tag. `payload` is the provider's
    document inside its envelope; `answer` the canonical one. `idempotency_key` names a write to whoever does it, and is never the caller's
    own key; `is_repeat` says that an earlier try under this name may have done it.
    Units: `began_s` Unix seconds; `deadline_s` seconds from then.
    """

    request: Request
    id: str
    began_s: float
    ports: Ports
    traceparent: bytes = b""
    route: Route | None = None
    parameters: tuple[str, ...] = ()
    caller: Caller | None = None
    purpose: str = ""
    withhold: Callable[[Json], Json] | None = None  # what the grants of this caller and purpose leave; None = all
    raw: bytes = b""
    path: Json = None
    query: Json = None
    headers: Json = None
    body: Json = None
    page: Page | None = None  # of a list: what this call asks for
    call: CallUpstream | None = None
    reply: Reply | None = None
    old: Json = None
    version: bytes = b""
    payload: Json = None
    answer: Json = None
    row: Row | None = None  # of the table that chose the provider
    steps: Json = None  # of a journey: what its steps have given, by name
    journey: Json = None  # of one that writes: its id and who began it
    item: Json = None  # of a step over a list: the element
    idempotency_key: str = ""
    is_repeat: bool = False
    gathered: Gathered | None = None  # of an answer of several providers
    told: dict[tuple[bytes, bytes], int] | None = None  # what translations left behind: how it is told, and how many places
    out_headers: tuple[tuple[bytes, bytes], ...] = ()
    out: bytes = b""
    fault: Fault | None = None
    status: int = 0
    origin: Origin = "provider"  # who made the answer, unless a place says otherwise; once answered, who made what was sent
    upstream_s: float = 0.0
    total_s: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of a journey: which, "" = none was due; and whether it, or the one that was asked for, goes on soon by itself."""

    id: str = ""
    goes_on: bool = False


class RunJourneys(Protocol):
    """Runs the journeys that write."""

    def run_next(self, id: str = "") -> Flow[Ran]:
        """Take the journey that has been due for longest, or the one named, and run it to where it waits.

        Faults: STORE_UNAVAILABLE.
        """

    def sweep(self) -> Flow[None]:
        """Forget what ended long ago, and count what has not ended."""


MakeRunner: TypeAlias = "Callable[[Ports, Callable[[], bool], bool], RunJourneys]"


@dataclass(frozen=True, slots=True)
class Plan:
    """The compiled, frozen federation that a worker serves; replaced as a whole.

    Shape: `match(method, path)` gives a route and the raw values of its parameters, or raises NO_ROUTE or
    METHOD_NOT_ALLOWED (with `allow`). `make_identify(ports)` gives a worker its own place 2.
    """

    hash: str
    gateway: GatewayOptions
    match: Callable[[str, str], Match]
    make_identify: Callable[[Ports], Identify]
    routes: tuple[Route, ...] = ()
    upstreams: tuple[Upstream, ...] = ()
    layout: Layout = field(default_factory=Layout)
    expiries: tuple[Expiry, ...] = ()
    weakenings: int = 0
    is_sandbox: bool = False
    issuers: tuple[str, ...] = ()  # ids; their key fetches are counted
    make_runner: MakeRunner | None = None  # of ports, whether it leaves, whether it keeps the gauges; None = no journey writes


class Watch(Protocol):
    """What the wire tells the observers; each answers at once and never raises."""

    def exchange_ended(self, exchange: Exchange, how: Literal["sent", "caller_gone"]) -> None:
        """Write metrics and log for an exchange: its last byte is sent, or its connection gone."""

    def request_refused(self, fault: Fault, peer: str) -> None:
        """Note a request that was refused before an exchange began (bad framing, a bound of the head)."""

    def connections_changed(self, by: int) -> None:
        """Note callers' connections opened (+1) or closed (-1)."""

    def connection_refused(self, bound: str) -> None:
        """Note a connection closed for a bound: `connections`, `per_peer`, `header_deadline`, `idle`, …"""

    def attempt_ended(self, upstream: Upstream, outcome: str, seconds: float) -> None:
        """Note one attempt on an upstream: `answered`, `timeout`, `unreachable`, `truncated`, `protocol`, `too_large`, `cancelled`."""

    def late_answer(self) -> None:
        """Note an answer to an ask that nobody waited for any more."""

    def deed_ended(self, outcome: str, seconds: float) -> None:
        """Note a deed over the stores, as its exchange saw it: `done`, `refused`, `failed`, `late`, `shed`."""
