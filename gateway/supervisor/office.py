"""What the supervisor shows of itself: its state, its own figures, the plan without secrets.

Law: everything here is read from memory, at once.
Must not know: how any of it comes about.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..manage.server import Check, Status
from ..observe.exposition import Exposition, Figure
from ..observe.tally import Tally
from ..values.model import Json
from .generation import Worker
from .options import PlanFacts
from .slots import Slot

RELOAD_OUTCOMES = ("served", "refused", "failed")
_TICKS_HZ, _PAGE_BYTES = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
WORKER_STATES = ("starting", "ready", "draining")


@dataclass(slots=True)
class Books:
    """What the supervisor counts and remembers."""

    reloads: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    restarts: int = 0
    nursery_deaths: int = 0
    is_last_reload_served: bool = False
    last_served_s: float = 0.0  # Unix seconds
    last_reload_took_s: float = 0.0
    generation: int = 0


class SupervisorOffice:
    """Implements `Office` over the supervisor's books."""

    def __init__(self) -> None:
        """Begin with nothing served."""
        self.books = Books()
        self.tally = Tally()
        self.slots: list[Slot] = []
        self.workers: set[Worker] = set()
        self.facts: PlanFacts | None = None
        self.has_started = False
        self.is_draining = False
        self._exposition = Exposition(self.tally, self.figures)

    def status(self) -> Status:
        """Give the state: ready where every slot has a worker that serves a plan, and nothing drains."""
        checks = [Check("plan", self.facts is not None, self.facts.hash if self.facts else "no plan was compiled yet")]
        for slot in self.slots:
            worker = slot.worker
            is_ok = worker is not None and worker.state == "ready"
            checks.append(Check(f"slot {slot.index}", is_ok, f"pid {worker.pid}" if worker and is_ok else "no worker serves it"))
        checks.append(Check("draining", not self.is_draining, "told to end" if self.is_draining else ""))
        return Status(self.has_started, tuple(checks))

    def scrape(self) -> bytes:
        """Give the metrics in the Prometheus text form."""
        return self._exposition.render()

    def plan(self) -> Json:
        """Give what may be shown of the plan."""
        facts, books = self.facts, self.books
        if facts is None:
            return {"hash": None}
        return {
            "hash": facts.hash,
            "generation": books.generation,
            "served_since_s": books.last_served_s,
            "is_sandbox": facts.is_sandbox,
            "weakenings": facts.weakenings,
            "series": len(facts.view.series),
            "upstreams": list(facts.upstreams),
            "routes": list(facts.routes),
            "expiries": [{"what": e.what, "id": e.id, "until_s": e.until_s} for e in facts.expiries],
            "workers": [
                {"slot": w.slot, "pid": w.pid, "state": w.state, "generation": w.generation.number}
                for w in sorted(self.workers, key=lambda w: w.serial)
            ],
        }

    def figures(self) -> Iterable[Figure]:
        """Give the supervisor's own families of metrics."""
        books, facts = self.books, self.facts
        yield Figure("jembatan_ready", "gauge", "1 where the gateway is ready.", samples=_one(self.status().is_ready))
        states = Counter(worker.state for worker in self.workers)
        yield Figure("jembatan_workers", "gauge", "Workers by state.", ("state",), tuple(((s,), states[s]) for s in WORKER_STATES))
        yield Figure("jembatan_worker_slots", "gauge", "Slots that a worker should serve.", samples=_one(len(self.slots)))
        yield Figure(
            "jembatan_worker_restarts_total", "counter", "Workers started for one that died unasked.", samples=_one(books.restarts)
        )
        yield Figure(
            "jembatan_nursery_deaths_total", "counter", "Compiling processes that died unasked.", samples=_one(books.nursery_deaths)
        )
        reloads = tuple(((outcome,), float(books.reloads[outcome])) for outcome in RELOAD_OUTCOMES)
        yield Figure("jembatan_reloads_total", "counter", "Plans compiled to be served, the first one included.", ("outcome",), reloads)
        yield Figure("jembatan_last_reload_served", "gauge", "1 where the last plan is served.", samples=_one(books.is_last_reload_served))
        took = "How long the last compiling and rolling took."
        yield Figure("jembatan_last_reload_duration_seconds", "gauge", took, samples=_one(books.last_reload_took_s))
        since = "When the plan that is served came, in Unix seconds."
        yield Figure("jembatan_plan_served_timestamp_seconds", "gauge", since, samples=_one(books.last_served_s))
        yield from _show_use(self.slots)
        if facts is not None:
            yield from _show_plan(facts)


def _show_use(slots: list[Slot]) -> Iterable[Figure]:
    """Show what the worker that serves each slot has used; it begins at zero with each worker."""
    found = [(slot.index, read_use(slot.worker.pid)) for slot in slots if slot.worker is not None]
    used = [((str(index),), use) for index, use in found if use is not None]
    help_cpu = "CPU time of the worker that serves a slot, since it began."
    help_resident = "Resident memory of the worker that serves a slot."
    yield Figure("jembatan_worker_cpu_seconds", "gauge", help_cpu, ("slot",), tuple((labels, use[0]) for labels, use in used))
    yield Figure("jembatan_worker_resident_bytes", "gauge", help_resident, ("slot",), tuple((labels, use[1]) for labels, use in used))


def read_use(pid: int) -> tuple[float, float] | None:
    """Give a process's CPU seconds and resident bytes, from the kernel's memory; None where it is gone.

    Source: proc(5), fields 14, 15 and 24 of stat.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / _TICKS_HZ, float(int(fields[21]) * _PAGE_BYTES)


def _show_plan(facts: PlanFacts) -> Iterable[Figure]:
    yield Figure("jembatan_plan_info", "gauge", "The plan that is served.", ("hash",), (((facts.hash,), 1.0),))
    yield Figure("jembatan_plan_routes", "gauge", "Routes of the plan.", samples=_one(len(facts.routes)))
    yield Figure("jembatan_plan_series", "gauge", "Series of the plan.", samples=_one(len(facts.view.series)))
    yield Figure("jembatan_plan_weakenings", "gauge", "Laws that the plan weakens.", samples=_one(facts.weakenings))
    soonest: dict[tuple[str, str], float] = {}
    for expiry in facts.expiries:
        key = (expiry.what, expiry.id)
        soonest[key] = min(expiry.until_s, soonest.get(key, expiry.until_s))
    help_text = "When a grant, a weakening, an assumption or a certificate ends, in Unix seconds."
    yield Figure("jembatan_expires_timestamp_seconds", "gauge", help_text, ("what", "id"), tuple(soonest.items()))


def _one(value: float) -> tuple[tuple[tuple[str, ...], float], ...]:
    return (((), float(value)),)
