"""What is measured in process: a match over many routes, a scrape, and the check of a large federation."""

from __future__ import annotations

import gc
import os
import random
import sys
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gateway.observe.cells import Cells, open_block
from gateway.observe.exposition import Exposition
from gateway.observe.tally import LayoutView, Tally
from gateway.plan.federation import read_federation
from gateway.plan.load import read_and_build
from gateway.routing import compile_routes
from gateway.values.cells import register_process_cells
from gateway.values.faults import Refused
from gateway.values.model import Upstream
from gateway.values.route import Match, Route

from .generate import list_paths, make_call, write_federation

ROUTES = (10, 1_000, 27_000)
PATHS = 1_000_000
CHUNK = 100_000
SEED = 27
Found = dict[str, object]
Matcher = Callable[[str, str], Match]


class CountingDict(dict[Any, Any]):
    """A table that counts how often it is read."""

    reads = 0

    def get(self, key: Any, default: Any = None) -> Any:
        CountingDict.reads += 1
        return super().get(key, default)

    def __getitem__(self, key: Any) -> Any:
        CountingDict.reads += 1
        return super().__getitem__(key)


def make_matcher(routes: int) -> Matcher:
    """Compile as many routes as that."""
    upstream = Upstream("none", 0, "127.0.0.1", 1)
    return compile_routes(
        Route(f"r{n}", n, method, path, "read", (), upstream, 0, 0.0) for n, (method, path) in enumerate(list_paths(routes))
    )


def draw_routes(routes: int, count: int, seed: int) -> array[int]:
    """Draw routes at random, the four shapes alike."""
    draw = random.Random(seed)
    return array("I", [draw.randrange(routes // 4) * 4 + n % 4 for n in range(count)])


def time_matches(match: Matcher | None, drawn: array[int]) -> float:
    """Give the CPU seconds of calling and matching these routes; without a matcher, of making the calls alone.

    Each path is made here, new, as the wire makes one: a text whose hash is not known yet and that lies in the nearest cache. In each
    hundred, five paths have no route and two a wrong method.
    """
    began = time.process_time()
    for place, number in enumerate(drawn):
        method, path = make_call(number)
        case = place % 100
        if case < 2:
            method = "DELETE"
        elif case < 7:
            path += "/none/such"
        if match is None:
            continue
        try:  # noqa: SIM105 - suppress() would be measured too
            match(method, path)
        except Refused:
            pass
    return time.process_time() - began


def count_reads(routes: int, drawn: array[int]) -> float:
    """Give the table reads of a match, all tables replaced by counting ones, as the mean over calls that are found."""
    match = make_matcher(routes)
    for cell in match.__closure__ or ():
        cell.cell_contents = _counting(cell.cell_contents)
    CountingDict.reads = 0
    for number in drawn:
        match(*make_call(number))
    return CountingDict.reads / len(drawn)


def _counting(held: Any) -> Any:
    """Give what a matcher holds with every table in it replaced by one that counts; what holds no table stays as it is."""
    if isinstance(held, dict):
        return CountingDict({key: _counting(value) for key, value in held.items()})
    if isinstance(held, tuple):
        return tuple(_counting(each) for each in held)
    return held


def measure_match() -> Found:
    """Match a million seeded paths over tables of three sizes, in turns; count the table reads in a pass of its own."""
    matchers = {routes: make_matcher(routes) for routes in ROUTES}
    spent = dict.fromkeys(ROUTES, 0.0)
    gc.collect()
    gc.freeze()
    for turn in range(PATHS // CHUNK):
        for routes, match in matchers.items():
            drawn = draw_routes(routes, CHUNK, SEED + turn)
            spent[routes] += time_matches(match, drawn) - time_matches(None, drawn)
    gc.unfreeze()
    # The routes of a table come in four shapes; the tables are compared over calls of each shape alike.
    reads = {routes: [count_reads(routes, array("I", range(shape, routes, 4))[:1000]) for shape in range(4)] for routes in ROUTES}
    us = {routes: spent[routes] / PATHS * 1e6 for routes in ROUTES}
    return {
        "paths": PATHS,
        "us": {str(routes): round(us[routes], 3) for routes in ROUTES},
        "ratio_1000": round(us[1_000] / us[10], 3),
        "ratio_27000": round(us[27_000] / us[10], 3),
        "table_reads": {str(routes): reads[routes] for routes in ROUTES},
    }


def measure_scrape(routes: int = 1_000) -> Found:
    """Scrape the supervisor's tally of a plan with that many routes: the first time, and every time after."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "federation"
        write_federation(place, routes, routes // 10)
        plan = read_and_build([place])[1].plan
    if plan is None:
        raise SystemExit("the generated federation does not compile")
    register_process_cells(plan.layout, plan.upstreams, plan.issuers)
    fd = open_block(plan.layout.size)
    cells = Cells(fd)
    os.close(fd)
    tally = Tally()
    tally.adopt(1, LayoutView(tuple(plan.layout.series), plan.layout.size), cells)
    exposition = Exposition(tally, lambda: ())
    spent = []
    text = b""
    for _ in range(6):
        began = time.process_time()
        text = exposition.render()
        spent.append(time.process_time() - began)
    return {
        "routes": routes, "series": len(plan.layout.series), "text_bytes": len(text), "first_cpu_s": round(spent[0], 3),
        "next_cpu_s": round(sorted(spent[1:])[2], 3),
    }  # fmt: skip


def measure_check(routes: int = 5_000, schemas: int = 500) -> Found:
    """Check a large federation with the real command, cold and again, and read it with and without the cache."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "federation"
        write_federation(place, routes, schemas)
        cold = run_check(place)
        again = run_check(place)
        cache = Path(name) / "cache"
        read_cold_s, read_warm_s = _time_reading(place, cache), _time_reading(place, cache)
    return {
        "routes": routes, "schemas": schemas, "cold_cpu_s": cold[0], "cold_peak_mb": cold[1],
        "again_cpu_s": again[0], "again_peak_mb": again[1],
        "is_cached": again[0] < cold[0] / 2, "read_cold_cpu_s": read_cold_s, "read_from_cache_cpu_s": read_warm_s,
    }  # fmt: skip


def run_check(place: Path) -> tuple[float, float]:
    """Give the CPU seconds and the peak memory (MB) of one run of `jembatan check`.

    Faults: SystemExit where it finds something.
    """
    command = str(Path(sys.executable).parent / "jembatan")
    child = os.posix_spawn(
        command, [command, "check", str(place)], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    )
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit("check refuses the generated federation")
    return round(used.ru_utime + used.ru_stime, 2), round(used.ru_maxrss / 1024, 1)


def _time_reading(place: Path, cache: Path) -> float:
    began = time.process_time()
    read_federation([place], cache)
    return round(time.process_time() - began, 2)
