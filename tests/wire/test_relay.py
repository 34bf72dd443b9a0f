"""Streamed bodies: both directions, slow peers, early answers, constant memory."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path
from typing import Any

import pytest

from gateway.values.model import Bounds, Upstream
from gateway.values.route import Exchange, Route

from .rig import pass_through, read_call, run_plane

OK = b"HTTP/1.1 200 OK\r\n"
GET = b"GET /x HTTP/1.1\r\nHost: g\r\n\r\n"
MIB = 1 << 20


def stream(upstream: Upstream) -> Any:
    """A life that streams, on a route that takes bodies of two GiB."""
    inner = pass_through(upstream, is_streamed=True)
    route = Route("s", 0, "POST", "/", "write", (), upstream, 2 << 30, 5.0, is_streamed=True)

    def life(exchange: Exchange) -> Any:
        exchange.route = route
        return inner(exchange)

    return life


@pytest.mark.parametrize(
    "framing",
    [b"Content-Length: 5\r\n\r\nhello", b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"],
    ids=["length", "chunks"],
)
async def test_a_body_is_piped_and_the_answer_relayed(framing: bytes) -> None:
    async with run_plane(stream) as rig:
        peer = await rig.connect()
        for _ in range(3):
            peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\n" + framing)
            answer = await peer.read()
            assert (answer.status, answer.body) == (200, b"POST /x|hello")
        await rig.desk.until(lambda: len(rig.desk.ended) == 3)
        assert [how for _, how in rig.desk.ended] == ["sent"] * 3
        assert rig.desk.ended[0][0].bytes_out == 13


async def test_a_streamed_call_without_a_body_is_relayed() -> None:
    async with run_plane(stream) as rig:
        peer = await rig.connect()
        for _ in range(3):
            peer.send(GET)
            assert (await peer.read()).body == b"GET /x|"


async def test_expect_is_answered_when_the_upload_begins() -> None:
    async with run_plane(stream) as rig:
        peer = await rig.connect()
        peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert (await peer.read()).status == 100
        peer.send(b"hi")
        assert (await peer.read()).body == b"POST /x|hi"


@pytest.mark.parametrize(
    ("said", "closes", "body"),
    [
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", False, b"hello"),
        (OK + b"\r\nhello", True, b"hello"),
        (OK + b"Content-Length: 0\r\n\r\n", False, b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", False, b""),
    ],
    ids=["chunks", "until close", "empty", "204"],
)
async def test_an_answer_is_relayed_however_it_was_framed(said: bytes, closes: bool, body: bytes) -> None:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_call(reader)
            writer.write(said)
            if closes:
                await writer.drain()
                return

    async with run_plane(stream, provider) as rig:
        peer = await rig.connect()
        for _ in range(2):
            peer.send(GET)
            assert (await peer.read()).body == body
        old = await rig.connect()
        old.send(b"GET /x HTTP/1.0\r\n\r\n")
        assert (await old.read()).body == body


async def test_an_answer_cut_short_ends_the_callers_connection_short() -> None:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        await writer.drain()

    async with run_plane(stream, provider) as rig:
        peer = await rig.connect()
        peer.send(GET)
        got = await peer.read_end()
        assert not got.endswith(b"0\r\n\r\n")
        await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        assert rig.desk.attempts == ["truncated"]


async def test_an_upstream_that_answers_before_the_upload_ends_is_relayed_and_the_connection_closed() -> None:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        await writer.drain()
        while await reader.read(65536):
            pass

    async with run_plane(stream, provider) as rig:
        peer = await rig.connect()
        peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 100_000)
        answer = await peer.read()
        assert (answer.status, answer.body, answer.headers[b"connection"]) == (403, b"no", b"close")
        peer.send(b"x" * 100_000)
        assert await peer.read_end() == b""


async def test_a_caller_who_leaves_in_an_upload_cuts_it_upstream() -> None:
    began, cut = asyncio.Event(), asyncio.Event()

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        began.set()
        try:
            while await reader.read(65536):
                pass
        finally:
            cut.set()

    async with run_plane(stream, provider) as rig:
        peer = await rig.connect()
        peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 100_000)
        async with asyncio.timeout(8):
            await began.wait()
            await peer.close()
            await cut.wait()
        await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        assert rig.desk.ended[0][1] == "caller_gone"


async def test_a_caller_who_leaves_in_a_relay_ends_it() -> None:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        writer.write(OK + b"Content-Length: 100000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with run_plane(stream, provider) as rig:
        peer = await rig.connect()
        peer.send(GET)
        await peer.reader.readexactly(200_000)
        peer.writer.transport.abort()
        await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        assert rig.desk.ended[0][1] == "caller_gone"
        assert rig.desk.attempts == ["cancelled"]


async def test_a_stream_that_makes_no_progress_is_let_go() -> None:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        writer.write(OK + b"Content-Length: 100\r\n\r\nhalf")
        await reader.read()

    async with run_plane(stream, provider, upstream=Upstream("lab", 0, "127.0.0.1", 0, idle_s=0.1)) as rig:
        peer = await rig.connect()
        peer.send(GET)
        assert (await peer.read_end()).endswith(b"half")
        assert rig.desk.attempts == ["timeout"]


async def test_an_upload_that_stalls_is_let_go() -> None:
    """It is the caller's fault, also where the upstream's own patience is shorter."""
    async with run_plane(stream, bounds=Bounds(body_s=0.2), upstream=Upstream("lab", 0, "127.0.0.1", 0, idle_s=0.05)) as rig:
        peer = await rig.connect()
        peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: 100\r\n\r\nhalf")
        answer = await peer.read()
        assert (answer.status, b"REQUEST_TIMEOUT" in answer.body) == (408, True)
        assert rig.desk.attempts == ["cancelled"]
        assert rig.desk.bounds == ["body_deadline"]


async def test_an_upstream_that_says_nothing_after_the_upload_is_the_one_that_is_slow() -> None:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        await reader.read()

    async with run_plane(stream, provider, upstream=Upstream("lab", 0, "127.0.0.1", 0, idle_s=0.1)) as rig:
        answer = await rig.ask(b"POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n\r\nwhole")
        assert (answer.status, b"PROVIDER_TIMEOUT" in answer.body) == (504, True)
        assert rig.desk.attempts == ["timeout"]


async def test_an_upstream_that_does_not_read_the_upload_is_the_one_that_is_slow() -> None:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    size = 64 << 20
    async with run_plane(stream, provider, upstream=Upstream("lab", 0, "127.0.0.1", 0, idle_s=0.2)) as rig:
        peer = await rig.connect()
        peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n" % size)
        peer.send(bytes(size))
        answer = await peer.read()
        assert (answer.status, b"PROVIDER_TIMEOUT" in answer.body) == (504, True)
        assert rig.desk.attempts == ["timeout"]


async def test_an_upload_with_bad_chunks_is_refused() -> None:
    async with run_plane(stream) as rig:
        peer = await rig.connect()
        peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n")
        assert (await peer.read()).status == 400
        assert await peer.read_end() == b""


async def test_an_upload_over_its_bound_is_refused() -> None:
    async with run_plane(lambda upstream: pass_through(upstream, is_streamed=True), bounds=Bounds(body_bytes_max=1000)) as rig:
        for framing in (b"Content-Length: 2000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n7D0\r\n"):
            peer = await rig.connect()
            peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\n" + framing + b"x" * 2000)
            assert (await peer.read()).status == 413


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def move(bytes_: int) -> int:
    """Move a body up and down, through a slow reader at both ends; give the growth of memory in bytes."""
    piece = b"x" * 65536

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"POST"):
                left = bytes_
                while left:
                    left -= len(await reader.read(min(left, 65536)))
                writer.write(OK + b"Content-Length: 0\r\n\r\n")
                continue
            writer.write(OK + b"Content-Length: %d\r\n\r\n" % bytes_)
            for _ in range(bytes_ // len(piece)):
                writer.write(piece)
                await writer.drain()

    async with run_plane(stream, provider) as rig:
        before, most = resident_bytes(), 0
        peer = await rig.connect()
        peer.send(b"POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n" % bytes_)
        for n in range(bytes_ // len(piece)):
            peer.send(piece)
            await peer.writer.drain()
            if n % 256 == 0:
                most = max(most, resident_bytes())
        assert (await asyncio.wait_for(peer.reader.readuntil(b"\r\n\r\n"), 60)).startswith(OK[:12])
        peer.send(GET)
        await peer.reader.readuntil(b"\r\n\r\n")
        left = bytes_
        while left:
            left -= len(await peer.reader.read(min(left, 65536)))
            most = max(most, resident_bytes()) if left % (16 * MIB) < 65536 else most
        await rig.desk.until(lambda: len(rig.desk.ended) == 2)
        assert [exchange.status for exchange, _ in rig.desk.ended] == [200, 200]
        assert (rig.desk.ended[0][0].bytes_in, rig.desk.ended[1][0].bytes_out) == (bytes_, bytes_)
        return most - before


async def test_256_mib_move_both_ways_in_constant_memory() -> None:
    assert await move(256 * MIB) < 64 * MIB


@pytest.mark.deep
async def test_a_gib_moves_both_ways_in_constant_memory() -> None:
    assert await move(1024 * MIB) < 64 * MIB


async def test_a_slow_reader_slows_the_upstream() -> None:
    sent = 0

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await read_call(reader)
        writer.write(OK + b"Content-Length: %d\r\n\r\n" % (256 * MIB))
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async with run_plane(stream, provider, bounds=Bounds(write_s=0.3)) as rig:
        peer = await rig.connect()
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        peer.send(GET)
        await rig.desk.until(lambda: rig.desk.bounds == ["write_deadline"])
        assert sent < 64 * MIB
