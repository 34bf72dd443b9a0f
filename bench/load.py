"""The load: wrk, a closed loop over a number of connections; paced by think times where latency is asked for."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from .figures import read_load
from .processes import find_program

CONNECTIONS = 32
PACED_CONNECTIONS = 128
_DONE = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("bench requests=%d seconds=%.6f errors=%d p50_us=%d p99_us=%d\\n", summary.requests, summary.duration / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that is sent again and again."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run of the load did. Units: seconds, microseconds."""

    requests: int
    seconds: float
    p50_us: float
    p99_us: float


def write_script(call: Call, think_ms: float = 0.0) -> str:
    """Write the wrk script of a call; `think_ms` is the mean of the pause before each request of a connection."""
    lines = [f"wrk.method = {_quote(call.method)}", *(f"wrk.headers[{_quote(name)}] = {_quote(value)}" for name, value in call.headers)]
    if call.body:
        lines.append(f"wrk.body = {_quote(call.body)}")
    if think_ms:
        lines.append(f"math.randomseed(7)\nfunction delay() return math.random(0, {max(1, round(2 * think_ms))}) end")
    return "\n".join(lines) + _DONE


def _quote(text: str) -> str:
    """Write a Lua string: whatever is not plain ASCII as the numbers of its bytes."""
    return '"' + "".join(chr(each) if 32 <= each < 127 and each not in b'"\\' else f"\\{each:03d}" for each in text.encode()) + '"'


def run_load(cores: str, url: str, call: Call, seconds: float, place: Path, think_ms: float = 0.0, *, name: str = "call") -> Loaded:
    """Send a call to a server for some seconds.

    Faults: SystemExit where a single answer was not 2xx or a socket failed: a figure over errors is none.
    """
    script = place / f"{name}.lua"
    script.write_text(write_script(call, think_ms))
    connections = PACED_CONNECTIONS if think_ms else CONNECTIONS
    command = [
        "taskset",
        "-c",
        cores,
        find_program("wrk"),
        "-t1",
        f"-c{connections}",
        f"-d{seconds:g}s",
        "-s",
        str(script),
        url + call.path,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"wrk: {done.stderr or done.stdout}")
    found = read_load(done.stdout)
    if found["errors"]:
        raise SystemExit(f"{name}: {found['errors']:.0f} errors beside {found['requests']:.0f} requests: a figure over errors is none")
    return Loaded(int(found["requests"]), found["seconds"], found["p50_us"], found["p99_us"])
