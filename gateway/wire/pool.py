"""The pools: for each upstream its open connections, the calls that wait for one, and the bounds on both.

Laws: 1. At most `connections_max` connections are open or opening; twice as many calls may wait, no more. 2. The connection used
last is used first, so that the rest can grow idle and close. 3. An idle connection is looked at before a call is written to it: what
it said unasked would be taken for the answer. 4. A call waits for a connection no longer than `connect_s`.
Must not know: exchanges, what is called.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Sequence
from time import monotonic

from ..values.asks import CallUpstream
from ..values.faults import fault
from ..values.model import Upstream
from ..values.route import Watch
from .attempt import Answered, Attempt, Upload
from .deadlines import Clock, Timer
from .tls import make_upstream_context, name_server
from .upstream import UpstreamConnection

WAITING_PER_CONNECTION = 2
_SWEEP_S = 1.0


class Pool:
    """The connections to one upstream."""

    __slots__ = ("_clock", "_context", "_idle", "_is_closed", "_loop", "_open", "_sweep", "_tasks", "_upstream", "_waiting", "_watch")

    def __init__(self, upstream: Upstream, watch: Watch, loop: asyncio.AbstractEventLoop, clock: Clock) -> None:
        self._upstream = upstream
        self._watch = watch
        self._loop = loop
        self._clock = clock
        self._context: ssl.SSLContext | None = None
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
        elif len(self._open) < self._upstream.connections_max:
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
        self._idle.append(connection)
        if self._sweep.place > 1 << 60:  # it stands nowhere on the wheel
            self._clock.wheel.set_timer(self._sweep, monotonic() + _SWEEP_S)

    def forget(self, connection: UpstreamConnection) -> None:
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._serve_waiting()

    def resend(self, attempt: Attempt) -> None:
        self._connect(attempt)

    def note(self, outcome: str, seconds: float) -> None:
        self._watch.attempt_ended(self._upstream, outcome, seconds)

    # -- connections

    def _take_idle(self) -> UpstreamConnection | None:
        oldest_s = monotonic() - self._upstream.idle_s
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable and connection.idle_since_s > oldest_s and not connection.has_input():
                return connection
            connection.close()
        return None

    def _connect(self, attempt: Attempt) -> None:
        self._open.add(attempt)  # its place, until the connection stands
        attempt.timer = Timer(lambda: self._give_up(attempt))
        self._clock.wheel.set_timer(attempt.timer, monotonic() + self._upstream.connect_s)
        task = self._loop.create_task(self._open_connection(attempt))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open_connection(self, attempt: Attempt) -> None:
        upstream = self._upstream
        connection = UpstreamConnection(upstream, self, self._clock.wheel)
        try:
            if upstream.tls is not None and self._context is None:
                self._context = make_upstream_context(upstream.tls)
            async with asyncio.timeout(upstream.connect_s):
                await self._loop.create_connection(
                    lambda: connection,
                    upstream.host,
                    upstream.port,
                    ssl=self._context,
                    server_hostname=name_server(upstream) if upstream.tls is not None else None,
                )
        except (OSError, TimeoutError, ValueError, UnicodeError, asyncio.CancelledError) as error:
            self._open.discard(attempt)
            self._stop_waiting(attempt)
            if not attempt.is_done:
                self.note("unreachable", monotonic() - attempt.began_s)
                attempt.fail("PROVIDER_UNREACHABLE", type(error).__name__)
            self._serve_waiting()
            return
        self._open.discard(attempt)
        self._open.add(connection)
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

    def _stop_waiting(self, attempt: Attempt) -> None:
        timer, attempt.timer = attempt.timer, None
        if timer is not None:
            timer.due_s = float("inf")

    def _prune_waiting(self) -> None:
        self._waiting = deque(attempt for attempt in self._waiting if not attempt.is_done)

    def _serve_waiting(self) -> None:
        while self._waiting and len(self._open) < self._upstream.connections_max:
            attempt = self._waiting.popleft()
            self._stop_waiting(attempt)
            if not attempt.is_done:
                self._connect(attempt)

    def _sweep_idle(self) -> None:
        oldest_s = monotonic() - self._upstream.idle_s
        stale = [connection for connection in self._idle if connection.idle_since_s <= oldest_s]
        self._idle = [connection for connection in self._idle if connection.idle_since_s > oldest_s]
        for connection in stale:
            connection.close()
        if self._idle:
            self._clock.wheel.set_timer(self._sweep, monotonic() + _SWEEP_S)


class Pools:
    """A worker's pools, one an upstream, made when first called."""

    __slots__ = ("_loop", "_pools", "_upstreams", "_watch", "clock")

    def __init__(self, upstreams: Sequence[Upstream], watch: Watch, loop: asyncio.AbstractEventLoop) -> None:
        self._upstreams = {upstream.id: upstream for upstream in upstreams}
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
        call = attempt.call
        pool = self._pools.get(call.upstream.id)
        if pool is None:
            pool = self._pools[call.upstream.id] = Pool(call.upstream, self._watch, self._loop, self.clock)
        pool.send(attempt)

    @property
    def is_busy(self) -> bool:
        """Say whether a connection is open or opening."""
        return any(pool.is_busy for pool in self._pools.values())

    def close(self) -> None:
        """Close every pool and stop the clock."""
        for pool in self._pools.values():
            pool.close()
        self.clock.close()
