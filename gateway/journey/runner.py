"""Who runs journeys that write: takes the one that is due under a lease, and runs it; and now and then looks how the stores stand.

Laws: 1. One journey is run by one runner at a time. 2. A journey that cannot be read, or run, is set aside for an operator, never lost
and never tried for ever. 3. What has not ended is counted, also where this plan knows nothing of it.
Must not know: when to look, how many at a time, stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from ..policy.seals import NotSealed
from ..values.asks import Consult, Flow, wait
from ..values.journeys import Event, Kept, State, Tally
from ..values.route import Ports, Ran
from ..values.sealed import PARTS, UNKNOWN, Hanging, Part
from ..values.stores import Stores
from .course import Course, Setting
from .lasting import OTHER, Lasting

_UNREADABLE, _DEFECT = "JOURNEY_UNREADABLE", "INTERNAL"
_SWEPT_MAX = 100  # at a time


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs the journeys of a plan, one flow a journey.

    Shape: `lastings` by operation; `is_leaving` says that no more is to be begun. `told` is what the gauges show, by cell; None = another
    runner keeps them. `hanging` are the cells of what hangs on each key of the stores, by mark and part; `others` those of journeys that
    this plan does not know, by state.
    """

    lastings: Mapping[str, Lasting]
    ports: Ports
    is_leaving: Callable[[], bool]
    told: dict[int, float] | None = None
    hanging: Mapping[tuple[str, Part], int] = field(default_factory=dict)
    others: Mapping[State, int] = field(default_factory=dict)

    def run_next(self, id: str = "") -> Flow[Ran]:
        """Take the journey that has been due for longest, or the one named, and run it to where it waits.

        Shape: the one named that somebody else runs, or that is due later, goes on and was not run.
        Faults: STORE_UNAVAILABLE.
        """
        if not self.lastings:
            return Ran()
        operations = tuple(self.lastings)
        lease_s = max(lasting.lease_s for lasting in self.lastings.values())

        def take(stores: Stores) -> tuple[Kept | None, bool, float]:
            kept = stores.journeys.take(operations, lease_s, id)
            return kept, kept is None and _goes_on(stores, id), stores.now_s

        kept, goes_on, now_s = yield from wait(Consult(take))
        if kept is None:
            return Ran(goes_on=goes_on)
        lasting = self.lastings[kept.begun.operation]
        if kept.fence > 1:
            self.ports.count(lasting.cells["resumed"])
        try:
            course = Course(lasting, kept, Setting(self.ports, now_s, self.is_leaving))
        except NotSealed:
            yield from wait(Consult(lambda stores: _set_aside(stores, kept, _UNREADABLE)))
            return Ran(kept.begun.id)
        try:
            state = yield from course.run()
        except Exception:
            yield from wait(Consult(lambda stores: _set_aside(stores, kept, _DEFECT)))
            self.ports.count(lasting.cells["stuck"])
            raise  # whoever drives us notes it
        return Ran(kept.begun.id, goes_on=state == "running")

    def sweep(self) -> Flow[None]:
        """Forget what ended long ago, and count what has not ended, and what hangs on which key.

        Faults: STORE_UNAVAILABLE.
        """
        told = self.told
        if told is None:
            return
        kept_s = {lasting.id: lasting.bounds.keep_s for lasting in self.lastings.values()}
        counted = yield from wait(Consult(lambda stores: _sweep(stores, kept_s)))
        figures = dict.fromkeys(told, 0.0) | self._show(counted)
        for cell, figure in figures.items():
            self.ports.count(cell, figure - told.get(cell, 0.0))
        told.update(figures)

    def _show(self, counted: _Counted) -> dict[int, float]:
        """Give what the gauges show, by cell."""
        figures: dict[int, float] = {}
        for each in counted.open:
            lasting = self.lastings.get(each.operation)
            if lasting is None:
                other = self.others[each.state]
                figures[other] = figures.get(other, 0.0) + each.count
            else:
                oldest = lasting.gauges["oldest"]
                figures[lasting.gauges[each.state]] = float(each.count)
                figures[oldest] = max(figures.get(oldest, 0.0), counted.now_s - each.oldest_s)
        for operation, step, count in counted.waiting:
            if operation in self.lastings:
                cells = self.lastings[operation].waiting
                cell = cells.get(step, cells[OTHER])
                figures[cell] = figures.get(cell, 0.0) + count
        for key in counted.hanging:
            for part, count in zip(PARTS, key.counts, strict=True):
                cell = self.hanging.get((key.mark, part), self.hanging[UNKNOWN, part])
                figures[cell] = figures.get(cell, 0.0) + count
        return figures


@dataclass(frozen=True, slots=True)
class _Counted:
    """What there is: of what has not ended, of what waits (operation, step, how many), of what hangs on each key. Units: Unix seconds."""

    open: Sequence[Tally]
    waiting: Sequence[tuple[str, str, int]]
    hanging: Sequence[Hanging]
    now_s: float


def _sweep(stores: Stores, kept_s: Mapping[str, float]) -> _Counted:
    for operation, seconds in kept_s.items():
        stores.journeys.sweep(operation, seconds, _SWEPT_MAX)
    return _Counted(stores.journeys.tally(), stores.journeys.tally_waiting(), stores.sealed.tally(), stores.now_s)


def _goes_on(stores: Stores, id: str) -> bool:
    """Say whether a journey that could not be taken is run by somebody else, or soon."""
    found = stores.journeys.find(id) if id else None
    return found is not None and found.state == "running"


def _set_aside(stores: Stores, kept: Kept, code: str) -> bool:
    id, seen = kept.begun.id, len(kept.events)
    place = stores.journeys.append(id, kept.fence, seen, Event("stuck", note=code), 0.0)
    return stores.journeys.hand_back(id, kept.fence, place, "failed", inf)
