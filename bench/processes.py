"""Processes of a bench: started on loopback, pinned to a core, ended by whoever started them; their CPU time from /proc."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .figures import read_core_ticks, read_cpu_ticks, read_parent

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
START_S = 30.0
END_S = 10.0


def choose_cores() -> tuple[str, str]:
    """Give the core of the server under test and the cores of everything else.

    Faults: SystemExit where there is one core only.
    """
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("the bench needs two cores: one for the server under test, one for the load")
    return str(cores[0]), ",".join(map(str, cores[1:4]))


def find_program(name: str) -> str:
    """Give where a program stands; Debian keeps nginx out of a user's path.

    Faults: SystemExit.
    """
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise SystemExit(f"{name} is missing: run scripts/install-peers")
    return found


def take_port() -> int:
    """Give a port of loopback that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def run_pinned(
    cores: str, command: list[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command on these cores until the block ends; then ask it to end, and see that it does."""
    with log.open("ab") as sink:
        process = subprocess.Popen(
            ["taskset", "-c", cores, *command],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            env={**os.environ, **(environment or {})},
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            for pid in [*list_descendants(process.pid), process.pid]:
                os.kill(pid, signal.SIGKILL)
            process.wait()


def wait_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a port of loopback accepts.

    Faults: SystemExit where the process ends before, or takes too long.
    """
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return
        except OSError:
            wait_a_little(process, log)
    raise SystemExit(f"nothing listens on port {port}")


def wait_file(path: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until a file is there and give its text.

    Faults: SystemExit where the process ends before, or takes too long.
    """
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if path.exists() and path.stat().st_size:
            return path.read_text()
        wait_a_little(process, log)
    raise SystemExit(f"{path.name} was not written in time")


def wait_a_little(process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait a moment for a process that must be alive."""
    if process.poll() is not None:
        raise SystemExit(f"a process ended with {process.returncode} before it was ready:\n{log.read_text()[-2000:]}")
    time.sleep(0.02)


def list_descendants(pid: int) -> list[int]:
    """Give the processes below one, itself not counted."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = read_parent((entry / "stat").read_text())
            except (OSError, ValueError, IndexError):
                continue
    below = {pid}
    while more := {child for child, parent in parents.items() if parent in below and child not in below}:
        below |= more
    return sorted(below - {pid})


def read_cpu_s(pids: list[int]) -> float:
    """Give the CPU seconds that these processes have used so far, all their threads together."""
    total = 0
    for pid in pids:
        try:
            total += read_cpu_ticks(Path(f"/proc/{pid}/stat").read_text())
        except OSError:
            continue
    return total * TICK_S


def read_core_busy_s(core: str) -> float:
    """Give the seconds that a core was not idle since the machine began, whoever used it."""
    return read_core_ticks(Path("/proc/stat").read_text(), core) * TICK_S
