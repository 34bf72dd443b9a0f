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
FRAMES_MAX = 4096
_LINE_END = b"\n"


def open_log(fd: int) -> int:
    """Open what `fd` is open on once more, for appending without blocking; a copy of `fd` where that cannot be done.

    The new description has flags of its own, so that whoever shares `fd` (a terminal, the parent) keeps theirs.
    """
    with suppress(OSError):
        return os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_APPEND | os.O_CLOEXEC)
    return os.dup(fd)


class LineWriter:
    """Whole lines, written in blocks by size or time, without waiting."""

    __slots__ = ("_bytes", "_drop", "_fd", "_is_due", "_is_torn", "_lines", "_piece_bytes", "_schedule")

    def __init__(self, fd: int, schedule: Schedule, drop: Callable[[int], None]) -> None:
        """Write to `fd`, which should not block; `drop` is told how many lines were lost."""
        self._fd = fd
        self._schedule = schedule
        self._drop = drop
        self._lines: list[bytes] = []
        self._bytes = 0
        self._is_due = False
        self._is_torn = False  # the last bytes written end no line
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
                self._is_torn = piece[written - 1 : written] != b"\n"
                if written < len(piece):
                    lines[end - 1] = piece[written:]
                    done = end - 1
                    break
        except BlockingIOError:
            pass
        except OSError:
            self._lose(lines[done:])
            return
        self._keep(lines[done:])

    def close(self) -> None:
        """Write what can be written and close."""
        self.flush()
        self._lose(self._lines)
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
            self._lose(rest)
            return
        self._lines = rest
        self._bytes = size

    def _lose(self, lines: list[bytes]) -> None:
        """Drop lines; where half of one was written its end is still owed, so that the next line stands by itself."""
        count = sum(line is not _LINE_END for line in lines)
        if count:
            self._drop(count)
        self._lines = [_LINE_END] if self._is_torn else []
        self._bytes = len(self._lines)


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

    __slots__ = ("_frames", "_where", "_write")

    def __init__(self, write: Callable[[bytes], None], plan: str, worker: int) -> None:
        """Write each line by `write`."""
        self._write = write
        self._where = f'"plan":{_quote(plan[:12])},"worker":{worker}'
        self._frames: dict[tuple[str, str, str, str, str, int, str], str] = {}

    def write_exchange(self, x: Exchange, fault: Fault | None, status: int, overhead_s: float) -> None:
        """Write the line of an exchange that has ended."""
        route, caller = x.route, x.caller
        key = (
            route.id if route is not None else "",
            x.request.method,
            caller.agency if caller is not None else "",
            x.purpose,
            x.origin,
            status,
            fault.kind.name if fault is not None else "",
        )
        frame = self._frames.get(key) or self._make_frame(key, fault)
        trace = x.traceparent[3:35]
        line = (
            f'{{"event":"exchange","time_ms":{int((x.began_s + x.total_s) * 1e3)},"exchange":"{x.id}",'
            f'"trace":"{trace.decode() if trace.isalnum() else ""}",{frame},"total_us":{int(x.total_s * 1e6)},'
            f'"upstream_us":{int(x.upstream_s * 1e6)},"overhead_us":{int(overhead_s * 1e6)},'
            f'"bytes_in":{x.bytes_in},"bytes_out":{x.bytes_out}'
        )
        end = "}\n" if fault is None else _write_end(fault, x.request.peer)
        self._write((line + end).encode())

    def write_refused(self, fault: Fault, peer: str, now_s: float) -> None:
        """Write the line of a request that was refused before an exchange began."""
        line = f'{{"event":"refused","time_ms":{int(now_s * 1e3)},{self._where},"status":{fault.kind.status},{_write_fault(fault)}'
        self._write((line + _write_end(fault, peer)).encode())

    def write_defect(self, error: BaseException, exchange: str, route: str, now_s: float) -> None:
        """Write the line of a defect of ours: the type of the error and where it was raised, never its values."""
        line = (
            f'{{"event":"defect","time_ms":{int(now_s * 1e3)},"exchange":{_quote(exchange)},{self._where},'
            f'"route":{_quote(route)},"error":{_quote(type(error).__name__)},"raised_at":{_quote(locate(error))}}}\n'
        )
        self._write(line.encode())

    def _make_frame(self, key: tuple[str, str, str, str, str, int, str], fault: Fault | None) -> str:
        """Write what exchanges have in common, and remember it within a bound."""
        route, method, caller, purpose, origin, status, _ = key
        frame = (
            f'{self._where},"route":{_quote(route)},"method":{_quote(method)},"caller":{_quote(caller)},'
            f'"purpose":{_quote(purpose)},"origin":{_quote(origin)},"status":{status},{_write_fault(fault)}'
        )
        if len(self._frames) >= FRAMES_MAX:
            self._frames.clear()
        self._frames[key] = frame
        return frame


def _quote(text: str) -> str:
    try:
        return orjson.dumps(text).decode()
    except orjson.JSONEncodeError:
        return '""'  # a lone surrogate is no text


def _write_fault(fault: Fault | None) -> str:
    if fault is None:
        return '"outcome":"answered","fault":"","whose":""'
    return f'"outcome":"{judge_outcome(fault)}","fault":{_quote(fault.kind.name)},"whose":"{fault.kind.whose}"'


def _write_end(fault: Fault, peer: str) -> str:
    reason = f',"reason":{_quote(fault.reason)}' if fault.reason else ""
    return f'{reason},"peer":{_quote(peer)}}}\n' if judge_outcome(fault) == "refused" else reason + "}\n"


def locate(error: BaseException) -> str:
    """Give the places that an error went through in our own code, innermost last: `module:line function`."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "?")
        places.append(f"{module}:{trace.tb_lineno} {trace.tb_frame.f_code.co_name}")
        trace = trace.tb_next
    return " > ".join(places[-6:])
