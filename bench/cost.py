"""CPU per exchange of the server under test: fresh processes, interleaved with the peer's, in a closed loop."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from statistics import median

from .figures import Ratio, bootstrap_ratio
from .load import PACED_CONNECTIONS, run_load
from .processes import list_descendants, read_core_busy_s, read_cpu_s
from .servers import Server, Site, run_gateway, run_peer

LAUNCHES = 9
WARM_S, MEASURE_S, PACED_S = 1.0, 3.0, 4.0
RUNNERS: dict[str, Callable[[Site], AbstractContextManager[Server]]] = {"nginx": run_peer, "gateway": run_gateway}


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table: who is measured with which call, and against which line."""

    name: str
    runner: str
    call: str
    against: str = ""


CASES = (
    Case("nginx GET", "nginx", "pass-get"),
    Case("nginx POST", "nginx", "pass-post"),
    Case("passthrough GET", "gateway", "pass-get", "nginx GET"),
    Case("passthrough POST", "gateway", "pass-post", "nginx POST"),
    Case("full POST", "gateway", "full-post", "nginx POST"),
    Case("gather 10", "gateway", "gather-10", "passthrough POST"),
    Case("journey 14", "gateway", "journey-14", "passthrough POST"),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One launch. Units: microseconds of CPU per exchange; shares of one core; requests per second."""

    cpu_us: float
    supervisor_us: float
    rate: float
    busy: float  # the server under test
    load_busy: float  # wrk and the upstream together, on the other core
    core_busy: float  # the server's core, whoever used it


@dataclass(slots=True)
class Measured:
    """All launches of a case, and its latency at half load. Units: milliseconds."""

    case: Case
    samples: list[Sample] = field(default_factory=list)
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    paced_rate: float = 0.0
    paced_busy: float = 0.0

    @property
    def cpu_us(self) -> float:
        """Give the median over the launches."""
        return median(sample.cpu_us for sample in self.samples)

    @property
    def shares(self) -> tuple[float, float]:
        """Give the server's share of its core, and the share in which that core worked at all."""
        return median(sample.busy for sample in self.samples), median(sample.core_busy for sample in self.samples)


@contextmanager
def _launched(site: Site, case: Case) -> Iterator[Server]:
    with RUNNERS[case.runner](site) as server:
        run_load(site.other_cores, server.url, site.calls[case.call], WARM_S, site.place, name=case.name.replace(" ", "-"))
        yield server


def measure_once(site: Site, case: Case, others: list[int]) -> Sample:
    """Launch, warm up, and count CPU time over requests; `others` are the processes of the upstream."""
    call = site.calls[case.call]
    with _launched(site, case) as server:
        pids = server.list_serving()
        before, above, beside = read_cpu_s(pids), read_cpu_s([server.supervisor]), _read_beside(others)
        core_busy_s, began_s = read_core_busy_s(site.core), time.monotonic()
        loaded = run_load(site.other_cores, server.url, call, MEASURE_S, site.place, name=case.name.replace(" ", "-"))
        wall_s = time.monotonic() - began_s
        core_busy_s = read_core_busy_s(site.core) - core_busy_s
        cpu_s = read_cpu_s(pids) - before
        above_s = read_cpu_s([server.supervisor]) - above
        beside_s = _read_beside(others) - beside
    if not loaded.requests or not cpu_s:
        raise SystemExit(f"{case.name}: {loaded.requests} requests in {cpu_s:.2f} s of CPU: the machine is too busy to measure on")
    each = 1e6 / loaded.requests
    return Sample(
        cpu_s * each, above_s * each, loaded.requests / loaded.seconds, cpu_s / wall_s, beside_s / wall_s, min(core_busy_s / wall_s, 1.0)
    )


def _read_beside(others: list[int]) -> float:
    """Give the CPU seconds of the upstream and of all ended children of ours (wrk is one)."""
    ended = os.times()
    return read_cpu_s(others) + ended.children_user + ended.children_system


def measure_latency(site: Site, measured: Measured) -> None:
    """Measure p50 and p99 at half load: more connections, each with a random think time, so that half the rate is offered."""
    case = measured.case
    rate = median(sample.rate for sample in measured.samples) / 2
    with _launched(site, case) as server:
        pids = server.list_serving()
        before, began_s = read_cpu_s(pids), time.monotonic()
        loaded = run_load(
            site.other_cores, server.url, site.calls[case.call], PACED_S, site.place, PACED_CONNECTIONS / rate * 1e3, name="paced"
        )
        measured.paced_busy = (read_cpu_s(pids) - before) / (time.monotonic() - began_s)
    measured.p50_ms, measured.p99_ms = loaded.p50_us / 1e3, loaded.p99_us / 1e3
    measured.paced_rate = loaded.requests / loaded.seconds


def measure_cases(site: Site, cases: list[Case], launches: int, say: Callable[[str], None]) -> list[Measured]:
    """Measure each case `launches` times, one launch of each in turn."""
    found = [Measured(case) for case in cases]
    upstream = int((site.place / "upstream" / "nginx.pid").read_text())
    others = [upstream, *list_descendants(upstream)]
    for turn in range(launches):
        for measured in found:
            measured.samples.append(measure_once(site, measured.case, others))
        say(f"launch {turn + 1}/{launches}: " + ", ".join(f"{one.case.name} {one.samples[-1].cpu_us:.1f} µs" for one in found))
    for measured in found:
        measure_latency(site, measured)
    return found


def compare_cases(found: list[Measured]) -> dict[str, Ratio]:
    """Give the ratio of each case to the one that it is measured against."""
    by_name = {one.case.name: one for one in found}
    return {
        one.case.name: bootstrap_ratio(
            [sample.cpu_us for sample in one.samples], [sample.cpu_us for sample in by_name[one.case.against].samples]
        )
        for one in found
        if one.case.against in by_name
    }
