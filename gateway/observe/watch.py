"""The watcher of one worker: what the wire and the exchanges tell becomes numbers in cells and lines in the log.

Laws: 1. Nothing here raises, waits, or makes a series. 2. Each exchange is counted once in its outcome, once by its caller, and
written once. 3. An outcome that was not foreseen at load is counted as `_other` and as a defect of ours.
Must not know: sockets, the text forms, who reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import time
from typing import Literal

from ..values.cells import CALLER_GONE_OUTCOME, OTHER_BOUND, OTHER_CALLER, OTHER_OUTCOME, ProcessCells
from ..values.faults import CATALOGUE, Fault
from ..values.meters import FAMILIES
from ..values.model import Upstream
from ..values.route import Exchange, RouteCells
from .cells import Cells
from .log import AccessLog

_DURATION = FAMILIES["http_server_request_duration_seconds"].bounds
_OVERHEAD = FAMILIES["jembatan_overhead_seconds"].bounds
_CLIENT = FAMILIES["http_client_request_duration_seconds"].bounds
_LAG = FAMILIES["jembatan_event_loop_lag_seconds"].bounds
_GONE = Fault(CATALOGUE["CALLER_GONE"])
LAG_EVERY_S = 0.5


class Observer:
    """Implements `Watch` and `Ports` over the cells and the log of one worker."""

    def __init__(self, cells: Cells, known: ProcessCells, log: AccessLog, clock: Callable[[], float] = time) -> None:
        """Write to `cells` at the offsets that `known` and the routes hold; `clock` gives Unix seconds."""
        self._cells = cells
        self._known = known
        self._log = log
        self._clock = clock
        self.count = cells.count

    def exchange_ended(self, exchange: Exchange, how: Literal["sent", "caller_gone"]) -> None:
        """Write metrics and log for an exchange: its last byte is sent, or its connection gone."""
        fault = exchange.fault
        status = exchange.status
        if how == "caller_gone" and fault is None:
            fault, status = _GONE, 499
        overhead_s = exchange.total_s - exchange.upstream_s
        if overhead_s < 0.0:
            overhead_s = 0.0
        cells = self._cells
        route = exchange.route
        if route is None or route.cells is None:
            self._count_refused(fault)
        else:
            series = route.cells
            cells.observe(series.duration, _DURATION, exchange.total_s)
            cells.observe(series.overhead, _OVERHEAD, overhead_s)
            cells.count(self._find_outcome(series, exchange, fault, status))
            caller = exchange.caller
            agency = caller.agency if caller is not None else OTHER_CALLER
            found = series.callers.get(agency)
            cells.count(series.callers[OTHER_CALLER] if found is None else found)
        self._log.write_exchange(exchange, fault, status, overhead_s)

    def request_refused(self, fault: Fault, peer: str) -> None:
        """Note a request that was refused before an exchange began."""
        self._count_refused(fault)
        self._log.write_refused(fault, peer, self._clock())

    def connections_changed(self, by: int) -> None:
        """Note callers' connections opened (+1) or closed (-1)."""
        self._cells.count(self._known.connections, by)

    def connection_refused(self, bound: str) -> None:
        """Note a connection closed for a bound."""
        bounds = self._known.bounds
        self._cells.count(bounds.get(bound, bounds[OTHER_BOUND]))

    def attempt_ended(self, upstream: Upstream, outcome: str, seconds: float) -> None:
        """Note one attempt on an upstream: how it ended and how long it took."""
        known = self._known
        outcomes = known.attempts[upstream.index]
        self._cells.count(outcomes.get(outcome, outcomes["_other"]))
        self._cells.observe(known.upstreams[upstream.index], _CLIENT, seconds)

    def late_answer(self) -> None:
        """Note an answer to an ask that nobody waited for any more."""
        self._cells.count(self._known.late_answers)

    def deed_ended(self, outcome: str, seconds: float) -> None:
        """Note a deed over the stores: how it ended and how long it was waited for."""
        self._cells.count(self._known.deeds[outcome])
        self._cells.observe(self._known.deed_seconds, _CLIENT, seconds)

    def note_defect(self, exchange: Exchange, error: BaseException) -> None:
        """Count a defect of ours and write where it was raised."""
        self._cells.count(self._known.defects)
        route = exchange.route
        self._log.write_defect(error, exchange.id, route.id if route is not None else "", self._clock())

    def note_own_defect(self, error: Exception) -> None:
        """Count a defect of ours that belongs to no exchange that is known, and write where it was raised."""
        self._cells.count(self._known.defects)
        self._log.write_defect(error, "", "", self._clock())

    def keys_fetched(self, issuer: str, outcome: Literal["fetched", "failed"]) -> None:
        """Note a fetch of an issuer's keys."""
        cell = self._known.key_fetches.get((issuer, outcome))
        self._cells.count(self._known.defects if cell is None else cell)

    def observe_lag(self, seconds: float) -> None:
        """Note how late the loop's timer ran."""
        self._cells.observe(self._known.lag, _LAG, max(seconds, 0.0))

    def _count_refused(self, fault: Fault | None) -> None:
        cell = None if fault is None else self._known.refused.get(fault.kind.name)
        self._cells.count(self._known.defects if cell is None else cell)

    def _find_outcome(self, series: RouteCells, exchange: Exchange, fault: Fault | None, status: int) -> int:
        key = (exchange.origin, status, fault.kind.name if fault is not None else "")
        cell = series.outcomes.get(key)
        return self._find_rare_outcome(series, fault) if cell is None else cell

    def _find_rare_outcome(self, series: RouteCells, fault: Fault | None) -> int:
        """Find the counter of an outcome whose status or origin on the wire is not its fault's: a cut stream, a caller gone."""
        kind = fault.kind if fault is not None else None
        cell = None
        if kind is not None:
            origin = "provider" if kind.is_providers_word else "gateway"
            key = CALLER_GONE_OUTCOME if kind.name == "CALLER_GONE" else (origin, kind.status, kind.name)
            cell = series.outcomes.get(key)
        if cell is None:
            self._cells.count(self._known.defects)
            return series.outcomes[OTHER_OUTCOME]
        return cell


def sample_lag(observer: Observer, loop: asyncio.AbstractEventLoop, every_s: float = LAG_EVERY_S) -> None:
    """Begin to measure, again and again, how late a timer of this loop runs."""
    due_s = loop.time() + every_s

    def measure() -> None:
        observer.observe_lag(loop.time() - due_s)
        sample_lag(observer, loop, every_s)

    loop.call_at(due_s, measure)
