"""The pools: for each upstream its open connections, the calls that wait for one, and the bounds on both.

Laws: 1. At most `connections_max` connections are open or opening; twice as many calls may wait, no more. 2. The connection used
last is used first, so that the rest can grow idle and close. 3. An idle connection is looked at before a call is written to it: what
it said unasked would be taken for the answer. 4. A call waits for a connection no longer than `connect_s`. 5. Of a family each address
has a pool, as long as it has anything to hold; all of them together have the family's bound.
Must not know: exchanges, what is called.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from ..values.asks import CallUpstream
from ..values.faults import fault
from ..values.model import TlsOptions, Upstream
from ..values.route import Watch
from .attempt import Answered, Attempt, Upload
from .crowd import Crowd
from .deadlines import Clock, Timer
from .tls import make_upstream_context, name_server
from .upstream import UpstreamConnection

WAITING_PER_CONNECTION = 2
_SWEEP_S = 1.0


@dataclass(frozen=True, slots=True)
class Share:
    """What a pool shares with others: its family's bound (None = no family), who forgets it when it is empty, contexts of TLS."""

    crowd: Crowd | None
    on_empty: Callable[[Pool], None]
    find_context: Callable[[TlsOptions], ssl.SSLContext]


class Pool:
    """The connections to one upstream."""

    __slots__ = (
        "_clock", "_crowd", "_find_context", "_idle", "_is_closed", "_loop", "_on_empty", "_open", "_sweep", "_tasks", "_upstream",
        "_waiting", "_watch",
    )  # fmt: skip

    def __init__(self, upstream: Upstream, watch: Watch, loop: asyncio.AbstractEventLoop, clock: Clock, share: Share) -> None:
        self._upstream = upstream
        self._crowd = share.crowd
        self._on_empty = share.on_empty
        self._find_context = share.find_context
        self._watch = watch
        self._loop = loop
        self._clock = clock
        self._idle: list[UpstreamConnection] = []
        self._waiting: deque[Attempt] = deque()
        self._open: set[object] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self._sweep = Timer(self._sweep_idle)

    def send(self, attempt: Attempt) -> None:
        """Carry an attempt as soon as a connection is free."""
        connection = self._take_idle()
        if connection is not None:
            connection.carry(attempt)
        elif self._may_open():
            self._connect(attempt)
        elif len(self._waiting) >= self._upstream.connections_max * WAITING_PER_CONNECTION:
            self._prune_waiting()
            if len(self._waiting) >= self._upstream.connections_max * WAITING_PER_CONNECTION:
                attempt.finish(fault("OVERLOADED", reason=f"upstream {self._upstream.id}: waiting"))
                return
            self._wait(attempt)
        else:
            self._wait(attempt)

    @property
    def place(self) -> str:
        """Give the address whose connections these are, of a family's backend."""
        return self._upstream.place

    @property
    def is_busy(self) -> bool:
        """Say whether a connection is open or opening."""
        return bool(self._open) or bool(self._tasks)

    def close(self) -> None:
        """Close what is open and cancel what is opening; nothing is kept from now on."""
        self._is_closed = True
        for busy in list(self._open):
            if isinstance(busy, UpstreamConnection):
                busy.abort("cancelled")
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        for task in self._tasks:
            task.cancel()

    # -- Owner

    def release(self, connection: UpstreamConnection) -> None:
        if self._is_closed or not connection.is_usable or (self._waiting and connection.has_input()):
            connection.close()
            return
        while self._waiting:
            attempt = self._waiting.popleft()
            if not attempt.is_done:
                self._stop_waiting(attempt)
                connection.carry(attempt)
                return
        if self._crowd is not None and not self._may_rest(connection, self._crowd):
            return
        self._idle.append(connection)
        if self._sweep.place > 1 << 60:  # it stands nowhere on the wheel
            self._clock.wheel.set_timer(self._sweep, monotonic() + _SWEEP_S)

    def forget(self, connection: UpstreamConnection) -> None:
        if connection in self._idle:
            self._idle.remove(connection)
        self._leave(connection)
        self.serve_waiting()

    def resend(self, attempt: Attempt) -> None:
        self._connect(attempt)

    def note(self, outcome: str, seconds: float) -> None:
        self._watch.attempt_ended(self._upstream, outcome, seconds)

    # -- Member of a crowd

    def give_way(self) -> bool:
        """Close one idle connection, the one idle longest; say whether there was one."""
        if not self._idle:
            return False
        connection = self._idle.pop(0)
        connection.close()
        self._leave(connection)
        return True

    def serve_waiting(self) -> None:
        """Open connections for calls that wait, as far as there is room."""
        while self._waiting and self._may_open():
            attempt = self._waiting.popleft()
            self._stop_waiting(attempt)
            if not attempt.is_done:
                self._connect(attempt)
        self._queue()

    # -- connections

    @property
    def _has_room(self) -> bool:
        return len(self._open) < self._upstream.connections_max

    def _may_open(self) -> bool:
        return self._has_room and (self._crowd is None or self._crowd.make_room())

    def _queue(self) -> None:
        """Wait for a place of the family's; a pool that is full itself waits for its own connections."""
        if self._waiting and self._crowd is not None and self._has_room:
            self._crowd.wait(self)

    def _enter(self, holder: object) -> None:
        self._open.add(holder)
        if self._crowd is not None:
            self._crowd.enter()

    def _leave(self, holder: object) -> None:
        """Give a place back; a family's pool that has nothing left is forgotten."""
        if holder not in self._open:
            return
        self._open.discard(holder)
        if self._crowd is None:
            return
        if not self._open and not self._waiting:
            self._crowd.quit(self)
            self._on_empty(self)
        self._crowd.leave()

    def _may_rest(self, connection: UpstreamConnection, crowd: Crowd) -> bool:
        """Say whether a connection may stay idle: not where another pool of the family waits for its place."""
        if not crowd.is_wanted:
            crowd.rest(self)
            return True
        connection.close()
        self._leave(connection)
        return False

    def _take_idle(self) -> UpstreamConnection | None:
        oldest_s = monotonic() - self._upstream.idle_s
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable and connection.idle_since_s > oldest_s and not connection.has_input():
                return connection
            connection.close()
        return None

    def _connect(self, attempt: Attempt) -> None:
        self._enter(attempt)  # its place, until the connection stands
        attempt.timer = Timer(lambda: self._give_up(attempt))
        self._clock.wheel.set_timer(attempt.timer, monotonic() + self._upstream.connect_s)
        task = self._loop.create_task(self._open_connection(attempt))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open_connection(self, attempt: Attempt) -> None:
        upstream = self._upstream
        connection = UpstreamConnection(upstream, self, self._clock.wheel)
        try:
            context = None if upstream.tls is None else self._find_context(upstream.tls)
            async with asyncio.timeout(upstream.connect_s):
                await self._loop.create_connection(
                    lambda: connection,
                    upstream.host,
                    upstream.port,
                    ssl=context,
                    server_hostname=name_server(upstream) if upstream.tls is not None else None,
                )
        except (OSError, TimeoutError, ValueError, UnicodeError, asyncio.CancelledError) as error:
            self._leave(attempt)
            self._stop_waiting(attempt)
            if not attempt.is_done:
                self.note("unreachable", monotonic() - attempt.began_s)
                attempt.fail("PROVIDER_UNREACHABLE", type(error).__name__)
            self.serve_waiting()
            return
        self._open.discard(attempt)
        self._open.add(connection)  # in the same place
        self._stop_waiting(attempt)
        if attempt.is_done:
            connection.idle_since_s = monotonic()
            self.release(connection)
        else:
            connection.carry(attempt)

    def _give_up(self, attempt: Attempt) -> None:
        if attempt.is_done or attempt.carrier is not None:
            return
        if attempt in self._open:
            self.note("unreachable", monotonic() - attempt.began_s)
            attempt.fail("PROVIDER_UNREACHABLE", "no connection within the deadline")
        else:
            attempt.finish(fault("OVERLOADED", reason=f"upstream {self._upstream.id}: connections"))

    # -- waiting

    def _wait(self, attempt: Attempt) -> None:
        attempt.timer = Timer(lambda: self._give_up(attempt))
        self._clock.wheel.set_timer(attempt.timer, monotonic() + self._upstream.connect_s)
        self._waiting.append(attempt)
        self._queue()

    def _stop_waiting(self, attempt: Attempt) -> None:
        timer, attempt.timer = attempt.timer, None
        if timer is not None:
            timer.due_s = float("inf")

    def _prune_waiting(self) -> None:
        self._waiting = deque(attempt for attempt in self._waiting if not attempt.is_done)

    def _sweep_idle(self) -> None:
        oldest_s = monotonic() - self._upstream.idle_s
        stale = [connection for connection in self._idle if connection.idle_since_s <= oldest_s]
        self._idle = [connection for connection in self._idle if connection.idle_since_s > oldest_s]
        for connection in stale:
            connection.close()
        if self._idle:
            self._clock.wheel.set_timer(self._sweep, monotonic() + _SWEEP_S)


class Pools:
    """A worker's pools, one an upstream (of a family one an address), made when first called."""

    __slots__ = ("_contexts", "_crowds", "_loop", "_pools", "_watch", "clock")

    def __init__(self, upstreams: Sequence[Upstream], watch: Watch, loop: asyncio.AbstractEventLoop) -> None:
        self._crowds = {upstream.id: Crowd(upstream.family_connections_max) for upstream in upstreams if upstream.place}
        self._contexts: dict[TlsOptions, ssl.SSLContext] = {}
        self._watch = watch
        self._loop = loop
        self._pools: dict[str, Pool] = {}
        self.clock = Clock(loop)

    def send(self, call: CallUpstream, traceparent: bytes, answer: Answered, upload: Upload | None = None) -> Attempt:
        """Send one call; `answer` is called once, at once or later. What comes back cancels it."""
        attempt = Attempt(call, traceparent, answer, upload)
        self.start(attempt)
        return attempt

    def start(self, attempt: Attempt) -> None:
        """Send an attempt that its owner already holds."""
        upstream = attempt.call.upstream
        pool = self._pools.get(upstream.place or upstream.id)
        if pool is None:
            share = Share(self._crowds.get(upstream.id), self._forget, self._find_context)
            pool = self._pools[upstream.place or upstream.id] = Pool(upstream, self._watch, self._loop, self.clock, share)
        pool.send(attempt)

    def _forget(self, pool: Pool) -> None:
        if self._pools.get(pool.place) is pool:
            del self._pools[pool.place]

    def _find_context(self, tls: TlsOptions) -> ssl.SSLContext:
        """Give the context of some options, made once: a family of thousands has one."""
        found = self._contexts.get(tls)
        if found is None:
            found = self._contexts[tls] = make_upstream_context(tls)
        return found

    @property
    def is_busy(self) -> bool:
        """Say whether a connection is open or opening."""
        return any(pool.is_busy for pool in self._pools.values())

    def close(self) -> None:
        """Close every pool and stop the clock."""
        for pool in self._pools.values():
            pool.close()
        self.clock.close()
