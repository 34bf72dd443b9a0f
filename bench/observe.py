"""What seeing costs: CPU of a scrape over many routes, and of one exchange's metrics and log line. Prints, asserts nothing.

Usage: python -m bench.observe [ROUTES] [WORKERS]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time, time

from prometheus_client import CollectorRegistry, generate_latest

from gateway.observe.cells import Cells, open_block
from gateway.observe.exposition import Exposition, TallyCollector
from gateway.observe.log import AccessLog, LineWriter
from gateway.observe.tally import LayoutView, Tally
from gateway.observe.watch import Observer
from gateway.values.cells import register_process_cells, register_route_cells
from gateway.values.faults import CATALOGUE
from gateway.values.meters import Layout
from gateway.values.model import Caller, Request, Upstream
from gateway.values.route import Exchange, Route

OUTCOMES = [("provider", 200, ""), *(("gateway", kind.status, kind.name) for kind in list(CATALOGUE.values())[:24])]
CALLERS = [f"agency-{number}" for number in range(8)]
UPSTREAMS = [Upstream(f"upstream-{number}", number, "127.0.0.1", 1) for number in range(50)]


def make_cells(size: int) -> Cells:
    fd = open_block(size)
    try:
        return Cells(fd)
    finally:
        os.close(fd)


def bench_scrape(routes: int, workers: int) -> None:
    layout = Layout()
    for number in range(routes):
        register_route_cells(layout, f"population/v1/operation-{number}", OUTCOMES, CALLERS)
    register_process_cells(layout, UPSTREAMS, ["issuer"])
    view, tally = LayoutView(tuple(layout.series), layout.size), Tally()
    for worker in range(workers):
        tally.adopt(worker, view, make_cells(layout.size))
    exposition = Exposition(tally, tuple)
    for name in ("first scrape", "second", "third"):
        began = process_time()
        text = exposition.render()
        print(f"{name}: {process_time() - began:.4f} s of CPU, {len(text):,} bytes, {layout.size:,} cells, {workers} workers")
    registry = CollectorRegistry()
    registry.register(TallyCollector(tally))
    began = process_time()
    generate_latest(registry)
    print(f"through prometheus_client: {process_time() - began:.4f} s of CPU")


def bench_exchange(count: int = 200_000) -> None:
    layout = Layout()
    series = register_route_cells(layout, "population/person-lookup", OUTCOMES, ["kemenkes"])
    known = register_process_cells(layout, UPSTREAMS, [])
    with TemporaryDirectory() as folder:
        fd = os.open(Path(folder) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        writer = LineWriter(fd, lambda _delay_s, _call: None, lambda _lines: None)
        observer = Observer(make_cells(layout.size), known, AccessLog(writer.write, "hash" * 16, 0))
        route = Route("population/person-lookup", 0, "POST", "/p", "read", (), UPSTREAMS[0], 0, 5.0, cells=series)
        x = Exchange(Request("POST", "/p", "", {}, "127.0.0.1"), "e" * 32, time(), observer, b"00-%s-%s-01" % (b"a" * 32, b"b" * 16), route)
        x.caller, x.purpose, x.status, x.origin = Caller("kemenkes", "jwt"), "treatment", 200, "provider"
        x.total_s, x.upstream_s, x.bytes_in, x.bytes_out = 0.0123456, 0.0112, 1024, 1033
        for _ in range(3):
            began = process_time()
            for _ in range(count):
                observer.exchange_ended(x, "sent")
            print(f"exchange_ended, metrics and log line to a file: {(process_time() - began) / count * 1e6:.2f} us of CPU")
        writer.close()


if __name__ == "__main__":
    routes, workers = (*map(int, sys.argv[1:]), *(1_000, 4)[len(sys.argv) - 1 :])
    bench_scrape(routes, workers)
    bench_exchange()
