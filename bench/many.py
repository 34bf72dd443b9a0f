"""Many into one in wall time: ten asked together against the slowest of them, fourteen steps against their critical path.

The providers answer after a stated time. What they took is measured by asking them without the gateway, in turns with the calls through it,
on connections that are kept; so what is left is the gateway's own: its loop, its timers, ten or fourteen calls.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from .inside import Found
from .load import Call
from .processes import run_pinned, take_port, wait_listening
from .servers import open_site, run_gateway

TURNS = 40
SLOWEST_MS = 110
CRITICAL_MS = (40, 50, 45, 30)  # a3, b3, c2, d1 of bench.fourteen
DIRECT = {ms: Call("GET", f"/tunda/{ms}/x", ()) for ms in {SLOWEST_MS, *CRITICAL_MS}}


def measure_many() -> Found:
    """Measure both; give milliseconds and ratios."""
    with tempfile.TemporaryDirectory(prefix="jembatan-bench-") as name, open_site(Path(name)) as site:
        port, log = take_port(), site.place / "slow.log"
        with run_pinned(site.other_cores, [sys.executable, "-m", "bench.slow", str(port)], log) as slow:
            wait_listening(port, slow, log)
            with run_gateway(replace(site, slow=port)) as server:
                return _measure(server.url, f"http://127.0.0.1:{port}", site.calls)


def _measure(gateway: str, provider: str, calls: Mapping[str, Call]) -> Found:
    ours, theirs = (http.client.HTTPConnection(urlsplit(url).netloc, timeout=10) for url in (gateway, provider))
    spent: dict[str | int, list[float]] = {}
    for turn in range(TURNS + 2):
        for connection, chosen in ((ours, {"gather-10": calls["gather-10"], "journey-14": calls["journey-14"]}), (theirs, DIRECT)):
            for name, call in chosen.items():
                took = _time(connection, call)
                if turn >= 2:  # connections are made and paths are warm by then
                    spent.setdefault(name, []).append(took)
    ms = {name: median(each) for name, each in spent.items()}
    critical = sum(ms[each] for each in CRITICAL_MS)
    return {
        "calls": TURNS,
        "gather_ms": round(ms["gather-10"], 2), "slowest_ms": round(ms[SLOWEST_MS], 2),
        "gather_over_slowest": round(ms["gather-10"] / ms[SLOWEST_MS], 3),
        "journey_ms": round(ms["journey-14"], 2), "critical_path_ms": round(critical, 2),
        "journey_over_critical_path": round(ms["journey-14"] / critical, 3),
    }  # fmt: skip


def _time(connection: http.client.HTTPConnection, call: Call) -> float:
    """Give the milliseconds of one call.

    Faults: SystemExit where it is not answered as it should be.
    """
    began = time.perf_counter()
    connection.request(call.method, call.path, call.body or None, dict(call.headers))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{call.path} was answered with {answer.status}: {body[:200]!r}")
    return (time.perf_counter() - began) * 1e3
