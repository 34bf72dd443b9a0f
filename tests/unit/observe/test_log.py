"""The writer of lines: whole lines or none, never waiting, within its bound; what is lost is counted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis.strategies as st
import orjson
import pytest
from hypothesis import given

from gateway.observe.log import FLUSH_BYTES, FRAMES_MAX, PENDING_BYTES_MAX, PIPE_BYTES_MAX, AccessLog, LineWriter, cut_pieces, open_log
from gateway.values.faults import fault
from gateway.values.model import Request
from gateway.values.route import Exchange, Ports


class Timer:
    """A loop's call_later that waits to be told."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def call_later(self, delay_s: float, call: Callable[[], None]) -> None:
        self.due.append(call)

    def fire(self) -> None:
        due, self.due = self.due, []
        for call in due:
            call()


class Lost:
    def __init__(self) -> None:
        self.lines = 0

    def drop(self, lines: int) -> None:
        self.lines += lines


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    yield reader, writer
    os.close(reader)
    os.close(writer)


def read(fd: int) -> bytes:
    found = b""
    while True:
        try:
            piece = os.read(fd, 1 << 20)
        except BlockingIOError:
            return found
        if not piece:
            return found
        found += piece


@given(st.lists(st.binary(min_size=1, max_size=30), max_size=40), st.integers(1, 64))
def test_pieces_are_all_lines_in_order_and_small(lines: list[bytes], bytes_max: int) -> None:
    pieces = cut_pieces(lines, bytes_max)
    assert [line for start, end in pieces for line in lines[start:end]] == lines
    assert all(sum(map(len, lines[a:b])) <= bytes_max or b - a == 1 for a, b in pieces)


def test_lines_wait_for_the_timer_or_for_enough_of_them(tmp_path: Path) -> None:
    path = tmp_path / "log"
    timer, lost = Timer(), Lost()
    writer = LineWriter(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), timer.call_later, lost.drop)
    writer.write(b"one\n")
    assert path.read_bytes() == b""
    timer.fire()
    assert path.read_bytes() == b"one\n"
    assert timer.due == [], "nothing to write, no timer"
    writer.write(b"x" * FLUSH_BYTES + b"\n")
    assert path.stat().st_size == 4 + FLUSH_BYTES + 1
    writer.close()
    assert lost.lines == 0


def test_a_full_pipe_is_not_waited_for_and_nothing_is_lost_within_the_bound(pipe: tuple[int, int]) -> None:
    reader, given_fd = pipe
    timer, lost = Timer(), Lost()
    writer = LineWriter(open_log(given_fd), timer.call_later, lost.drop)
    assert os.get_blocking(given_fd), "who shares the pipe keeps its own flags"
    lines = [b"%05d %s\n" % (n, b"x" * 100) for n in range(3000)]
    for line in lines:
        writer.write(line)
    found = b""
    for _ in range(20):
        found += read(reader)
        timer.fire()
    assert found.splitlines(keepends=True) == lines
    assert lost.lines == 0
    writer.close()


def test_beyond_the_bound_lines_are_dropped_and_counted_never_torn(pipe: tuple[int, int]) -> None:
    reader, given_fd = pipe
    timer, lost = Timer(), Lost()
    writer = LineWriter(open_log(given_fd), timer.call_later, lost.drop)
    line = b"x" * (PIPE_BYTES_MAX - 1) + b"\n"
    count = 3 * PENDING_BYTES_MAX // len(line)
    for _ in range(count):
        writer.write(line)
    found = b""
    for _ in range(600):
        found += read(reader)
        timer.fire()
    found += read(reader)
    assert lost.lines > 0
    assert found == line * (count - lost.lines)
    writer.close()


def test_a_reader_who_left_costs_lines_not_the_loop() -> None:
    reader, given_fd = os.pipe()
    timer, lost = Timer(), Lost()
    writer = LineWriter(open_log(given_fd), timer.call_later, lost.drop)
    os.close(reader)
    writer.write(b"one\n")
    timer.fire()
    writer.write(b"two\n")
    writer.close()
    os.close(given_fd)
    assert lost.lines == 2


def test_a_line_cut_by_a_full_disk_is_ended_before_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk takes half of a line, then nothing for a while, then all again: one line is lost, no other is touched."""
    timer, lost = Timer(), Lost()
    path = tmp_path / "log"
    writer = LineWriter(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), timer.call_later, lost.drop)
    room, write = [7, 0, 0, 100, 100], os.write

    def write_what_fits(fd: int, data: bytes) -> int:
        left = room.pop(0)
        if not left:
            raise OSError(28, "No space left on device")
        return write(fd, data[:left])

    monkeypatch.setattr(os, "write", write_what_fits)
    writer.write(b"one\n")
    writer.write(b"second\n")
    timer.fire()
    assert path.read_bytes() == b"one\nsec"
    for _ in range(2):
        timer.fire()
    assert lost.lines == 1
    writer.write(b"third\n")
    timer.fire()
    monkeypatch.undo()
    writer.close()
    assert path.read_bytes() == b"one\nsec\nthird\n"
    assert lost.lines == 1


class NoPorts:
    def count(self, cell: int, by: float = 1.0) -> None: ...

    def note_defect(self, exchange: Exchange, error: BaseException) -> None: ...


@given(st.text(), st.text(), st.binary(max_size=60))
def test_any_text_makes_one_line_of_json(purpose: str, method: str, traceparent: bytes) -> None:
    lines: list[bytes] = []
    ports: Ports = NoPorts()
    x = Exchange(Request(method, "/", "", {}, "192.0.2.7"), "e" * 32, 1.0, ports, traceparent)
    x.purpose = purpose
    AccessLog(lines.append, "hash", 0).write_exchange(x, fault("NO_ROUTE", reason=purpose), 404, 0.0)
    assert lines[0].count(b"\n") == 1
    line = orjson.loads(lines[0])
    assert (line["method"], line["purpose"]) == (method, purpose)


def test_what_is_remembered_of_lines_is_bounded() -> None:
    log = AccessLog(lambda _line: None, "hash", 0)
    x = Exchange(Request("GET", "/", "", {}, "192.0.2.7"), "e" * 32, 1.0, NoPorts())
    for number in range(FRAMES_MAX + 10):
        x.purpose = str(number)
        log.write_exchange(x, None, 200, 0.0)
    assert len(log._frames) <= FRAMES_MAX
