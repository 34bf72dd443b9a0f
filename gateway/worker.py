"""One worker: serves one plan on the sockets of its slot until it is told to end.

Laws: 1. A worker serves one plan for life. 2. It ends when told (SIGTERM, or its control channel), and when whoever started it
is gone: it stops accepting, finishes what runs, within a bound. 3. It never writes a metric that its plan's layout does not hold.
Must not know: other workers, how plans are compiled, who scrapes.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvloop

from .channel import Channel
from .exchange import serve
from .observe.cells import Cells
from .observe.log import AccessLog, LineWriter, open_log
from .observe.watch import Observer, sample_lag
from .stores.sqlite_state import SqliteState
from .values.asks import CallUpstream
from .values.cells import register_process_cells
from .values.model import Listener
from .values.route import Plan
from .wire.attempt import Answered, Attempt
from .wire.deeds import Deeds
from .wire.ids import Names
from .wire.journeys import Journeys
from .wire.keys import KeyFetcher
from .wire.pool import Pools
from .wire.server import DataPlane
from .wire.together import Means

_GC_GENERATIONS = (50_000, 20, 100)
_TLS_POLL_S = 5.0
_TURNS = 4


@dataclass(slots=True)
class Bench:
    """What a worker is given: its slot, its listening sockets, its cells, its control channel, where the log goes, its state's folder."""

    slot: int
    sockets: Sequence[socket.socket]
    cells: Cells
    control: Channel
    log_fd: int | None = 1
    state: Path = Path(".jembatan")


class Stop:
    """How a worker is told to end: first to drain, then to hasten."""

    def __init__(self) -> None:
        """Begin untold."""
        self.drain = asyncio.Event()
        self.hasten = asyncio.Event()

    def tell(self) -> None:
        """Ask to drain; asked again, to hasten."""
        if self.drain.is_set():
            self.hasten.set()
        self.drain.set()


def run_worker(plan: Plan, bench: Bench) -> int:
    """Serve until told to end; give the exit status: 0 where everything that ran was finished, 3 where the bound cut it."""
    make_loop = uvloop.new_event_loop if plan.gateway.loop == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=make_loop) as runner:
        return runner.run(_run(plan, bench))


async def _run(plan: Plan, bench: Bench) -> int:
    loop = asyncio.get_running_loop()
    stop = Stop()
    _hear_signals(loop, stop)
    loop.add_reader(bench.control.fileno(), _hear_control, loop, bench.control, stop)
    known = register_process_cells(plan.layout, plan.upstreams, plan.issuers)
    writer, log = _open_access_log(plan, bench, loop, partial(bench.cells.count, known.log_lines_dropped))
    observer = Observer(bench.cells, known, log)
    sample_lag(observer, loop)
    keys = KeyFetcher(observer.keys_fetched)
    pools = Pools(plan.upstreams, observer, loop)
    deeds = Deeds(find_stores(plan, bench.state), pools.clock.wheel, observer.deed_ended, observer.note_own_defect)
    journeys = _make_journeys(pools, keys, deeds, observer)
    plane = DataPlane(
        bounds=plan.gateway.bounds,
        life=partial(serve, plan, plan.make_identify(observer)),
        ports=observer,
        watch=observer,
        pools=pools,
        fetch_keys=keys.start_fetch,
        consult=deeds.start,
        follow=journeys.follow,
    )
    await plane.listen(bench.sockets, plan.gateway.data_plane.tls)
    _tune_collector()
    journeys.open(plan.make_runner, observer, has_gauges=bench.slot == 0)
    watcher = loop.create_task(watch_certificate(plane.reload_tls, plan.gateway.data_plane))
    bench.control.send({"event": "ready"})
    await stop.drain.wait()
    await _stop_accepting(plane, loop, bench.sockets)
    with suppress(OSError):
        bench.control.send({"event": "draining"})
    is_whole = await _wait_drained(plane, journeys, stop, plan.gateway.bounds.drain_s)
    watcher.cancel()
    plane.close()
    pools.close()
    deeds.close()
    await keys.close()
    if writer is not None:
        writer.close()
    return 0 if is_whole else 3


def find_stores(plan: Plan, state: Path, *, may_make: bool = False) -> Callable[[], SqliteState] | None:
    """Give what opens the stores of a plan below the folder of the gateway's state; None where it has none."""
    stores = plan.gateway.stores
    if stores is None:
        return None
    return partial(SqliteState, state / stores.path, marks=stores.marks, before=stores.before, may_make=may_make)


async def _stop_accepting(plane: DataPlane, loop: asyncio.AbstractEventLoop, sockets: Sequence[socket.socket]) -> None:
    """Stop accepting so that no connection that was accepted is lost between the kernel and the data plane.

    asyncio makes a connection's transport some turns after its accept, and drops it where the server was closed meanwhile; so
    first nothing more is accepted, then what was accepted is made, then the server closes. uvloop tells of a connection a turn later.
    """
    for listener in sockets:
        loop.remove_reader(listener.fileno())
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    plane.start_drain()
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _make_journeys(pools: Pools, keys: KeyFetcher, deeds: Deeds, observer: Observer) -> Journeys:
    """Give what runs journeys beside the callers' exchanges, by the same means as they."""

    names = Names()

    def make(call: CallUpstream, answered: Answered) -> Attempt:
        return Attempt(call, names.make_traceparent(None), answered, None)

    means = Means(
        make, pools.start, keys.start_fetch, deeds.start, observer.note_own_defect, observer.late_answer, pools.clock.wheel
    )  # fmt: skip
    return Journeys(means)


async def _wait_drained(plane: DataPlane, journeys: Journeys, stop: Stop, drain_s: float) -> bool:
    """Wait for the last exchange and journey, the bound, or a second call to end; say whether it was the first."""
    drained = asyncio.ensure_future(asyncio.wait((asyncio.ensure_future(plane.wait_drained()), asyncio.ensure_future(journeys.leave()))))
    hastened = asyncio.ensure_future(stop.hasten.wait())
    await asyncio.wait((drained, hastened), timeout=drain_s, return_when=asyncio.FIRST_COMPLETED)
    is_whole = drained.done()
    for task in (drained, hastened):
        task.cancel()
    return is_whole


def _open_access_log(
    plan: Plan, bench: Bench, loop: asyncio.AbstractEventLoop, drop: Callable[[float], None]
) -> tuple[LineWriter | None, AccessLog]:
    if bench.log_fd is None:
        return None, AccessLog(lambda _line: None, plan.hash, bench.slot)
    writer = LineWriter(open_log(bench.log_fd), loop.call_later, drop)
    return writer, AccessLog(writer.write, plan.hash, bench.slot)


def _hear_signals(loop: asyncio.AbstractEventLoop, stop: Stop) -> None:
    """SIGTERM drains. What a terminal sends to the whole group is the supervisor's to judge."""
    loop.add_signal_handler(signal.SIGTERM, stop.tell)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _hear_control(loop: asyncio.AbstractEventLoop, control: Channel, stop: Stop) -> None:
    messages, goes_on = control.receive()
    for message, _ in messages:
        if message.get("do") == "drain":
            stop.drain.set()
        elif message.get("do") == "hasten":
            stop.drain.set()
            stop.hasten.set()
    if not goes_on:
        loop.remove_reader(control.fileno())
        stop.drain.set()


def _tune_collector() -> None:
    """Keep what was loaded out of the collector's sight, and let it run seldom: exchanges make no cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_GENERATIONS)
    gc.enable()


async def watch_certificate(reload_tls: Callable[[], None], listener: Listener, poll_s: float = _TLS_POLL_S) -> None:
    """Have the certificate loaded again whenever its files have changed; what cannot be loaded yet is tried again."""
    if listener.tls is None:
        return
    files = (listener.tls.cert_file, listener.tls.key_file)
    seen = _read_marks(files)
    while True:
        await asyncio.sleep(poll_s)
        marks = _read_marks(files)
        if marks == seen or marks is None:
            continue
        try:
            reload_tls()
            seen = marks
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError: half-written files are read again
            sys.stderr.write(f"jembatan: the certificate could not be loaded again: {type(error).__name__}\n")


def _read_marks(files: Sequence[str]) -> tuple[tuple[int, int, int], ...] | None:
    with suppress(OSError):
        found = [Path(file).stat() for file in files]
        return tuple((mark.st_mtime_ns, mark.st_size, mark.st_ino) for mark in found)
    return None
