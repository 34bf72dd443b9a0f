"""The access log: one JSON line for each exchange, each refused request and each defect of ours.

Laws: 1. No personal data: no path, no query, no payload, no header, no user; the peer's address only where a request was
refused. 2. Writing never waits: what cannot be written is kept within a bound, then dropped and counted. 3. A line is whole or
not there: lines of several workers never mix. 4. Every text is escaped by the JSON encoder.
Must not know: what the lines are read with. The fields stand in docs/reference/log.md.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import orjson

from ..values.faults import Fault
from ..values.route import Exchange

FLUSH_BYTES = 64 << 10
FLUSH_S = 0.05
PENDING_BYTES_MAX = 1 << 20
PIPE_BYTES_MAX = 4096  # PIPE_BUF: a shorter write into a pipe is never mixed with another's

Schedule = Callable[[float, Callable[[], None]], object]  # loop.call_later
Outcome = Literal["answered", "refused", "failed"]
_APPEND_NEWLINE = orjson.OPT_APPEND_NEWLINE


def open_log(fd: int) -> int:
    """Open what `fd` is open on once more, for appending without blocking; a copy of `fd` where that cannot be done.

    The new description has flags of its own, so that whoever shares `fd` (a terminal, the parent) keeps theirs.
    """
    with suppress(OSError):
        return os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_APPEND | os.O_CLOEXEC)
    return os.dup(fd)


class LineWriter:
    """Whole lines, written in blocks by size or time, without waiting."""

    __slots__ = ("_bytes", "_drop", "_fd", "_is_due", "_lines", "_piece_bytes", "_schedule")

    def __init__(self, fd: int, schedule: Schedule, drop: Callable[[int], None]) -> None:
        """Write to `fd`, which should not block; `drop` is told how many lines were lost."""
        self._fd = fd
        self._schedule = schedule
        self._drop = drop
        self._lines: list[bytes] = []
        self._bytes = 0
        self._is_due = False
        self._piece_bytes = FLUSH_BYTES if stat.S_ISREG(os.fstat(fd).st_mode) else PIPE_BYTES_MAX

    def write(self, line: bytes) -> None:
        """Take one line, its newline included."""
        self._lines.append(line)
        self._bytes += len(line)
        if not self._is_due:
            self._is_due = True
            self._schedule(FLUSH_S, self._flush_due)
        if self._bytes >= FLUSH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what has come as far as the reader takes it, and keep or drop the rest."""
        lines, self._lines, self._bytes = self._lines, [], 0
        done = 0
        try:
            for start, end in cut_pieces(lines, self._piece_bytes):
                piece = b"".join(lines[start:end])
                written = os.write(self._fd, piece)
                done = end
                if written < len(piece):
                    lines[end - 1] = piece[written:]
                    done = end - 1
                    break
        except BlockingIOError:
            pass
        except OSError:
            self._drop(len(lines) - done)
            return
        self._keep(lines[done:])

    def close(self) -> None:
        """Write what can be written and close."""
        self.flush()
        if self._lines:
            self._drop(len(self._lines))
        os.close(self._fd)

    def _flush_due(self) -> None:
        self._is_due = False
        self.flush()
        if self._lines and not self._is_due:
            self._is_due = True
            self._schedule(FLUSH_S, self._flush_due)

    def _keep(self, rest: list[bytes]) -> None:
        size = sum(map(len, rest))
        if size > PENDING_BYTES_MAX:
            self._drop(len(rest))
            return
        self._lines = rest
        self._bytes = size


def cut_pieces(lines: list[bytes], bytes_max: int) -> list[tuple[int, int]]:
    """Cut lines into runs of whole lines of at most `bytes_max`; a longer line is a run by itself."""
    pieces = []
    start = size = 0
    for place, line in enumerate(lines):
        if size + len(line) > bytes_max and place > start:
            pieces.append((start, place))
            start, size = place, 0
        size += len(line)
    if start < len(lines):
        pieces.append((start, len(lines)))
    return pieces


def judge_outcome(fault: Fault | None) -> Outcome:
    """Say how an exchange ended: answered, refused (the caller's fault), or failed; a caller who left is a failure."""
    if fault is None:
        return "answered"
    return "refused" if fault.kind.whose == "caller" and fault.kind.name != "CALLER_GONE" else "failed"


class AccessLog:
    """Writes the lines; `plan` (its hash) and `worker` (its slot) stand in each."""

    __slots__ = ("_plan", "_worker", "_write")

    def __init__(self, write: Callable[[bytes], None], plan: str, worker: int) -> None:
        """Write each line by `write`."""
        self._write = write
        self._plan = plan[:12]
        self._worker = worker

    def write_exchange(self, x: Exchange, fault: Fault | None, status: int, overhead_s: float) -> None:
        """Write the line of an exchange that has ended."""
        route, caller = x.route, x.caller
        line: dict[str, str | int | float] = {
            "event": "exchange",
            "time": x.began_s + x.total_s,
            "exchange": x.id,
            "trace": x.traceparent[3:35].decode("latin-1"),
            "plan": self._plan,
            "worker": self._worker,
            "route": route.id if route is not None else "",
            "method": x.request.method,
            "caller": caller.agency if caller is not None else "",
            "purpose": x.purpose,
            "outcome": "answered",
            "origin": x.origin,
            "status": status,
            "total_s": x.total_s,
            "upstream_s": x.upstream_s,
            "overhead_s": overhead_s,
            "bytes_in": x.bytes_in,
            "bytes_out": x.bytes_out,
        }
        if fault is not None:
            _add_fault(line, fault, x.request.peer)
        self._write(orjson.dumps(line, option=_APPEND_NEWLINE))

    def write_refused(self, fault: Fault, peer: str, now_s: float) -> None:
        """Write the line of a request that was refused before an exchange began."""
        line: dict[str, str | int | float] = {"event": "refused", "time": now_s, "plan": self._plan, "worker": self._worker}
        line["status"] = fault.kind.status
        _add_fault(line, fault, peer)
        self._write(orjson.dumps(line, option=_APPEND_NEWLINE))

    def write_defect(self, error: BaseException, exchange: str, route: str, now_s: float) -> None:
        """Write the line of a defect of ours: the type of the error and where it was raised, never its values."""
        line = {"event": "defect", "time": now_s, "plan": self._plan, "worker": self._worker, "exchange": exchange, "route": route}
        line["error"] = type(error).__name__
        line["raised_at"] = locate(error)
        self._write(orjson.dumps(line, option=_APPEND_NEWLINE))


def _add_fault(line: dict[str, str | int | float], fault: Fault, peer: str) -> None:
    outcome = judge_outcome(fault)
    line["outcome"] = outcome
    line["fault"] = fault.kind.name
    line["whose"] = fault.kind.whose
    if fault.reason:
        line["reason"] = fault.reason
    if outcome == "refused":
        line["peer"] = peer


def locate(error: BaseException) -> str:
    """Give the places that an error went through in our own code, innermost last: `module:line function`."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "?")
        places.append(f"{module}:{trace.tb_lineno} {trace.tb_frame.f_code.co_name}")
        trace = trace.tb_next
    return " > ".join(places[-6:])
