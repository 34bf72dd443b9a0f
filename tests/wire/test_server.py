"""The caller's side: messages in, answers out, in order."""

from __future__ import annotations

# ruff: noqa: ASYNC110 (what is waited for has no event to wait on)
import asyncio
import contextlib
import gc
from typing import Any

import pytest

from gateway.values.asks import FetchKeys, Flow, ReadBody, wait
from gateway.values.faults import Refused
from gateway.values.model import Bounds, Response, Upstream
from gateway.values.route import Exchange, Route
from gateway.wire import serving
from gateway.wire.connection import Connection

from .rig import pass_through, read_call, run_plane

GET = b"GET /a/b?c=1 HTTP/1.1\r\nHost: gateway\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: g\r\n"


def answer_at_once(upstream: Upstream) -> Any:
    def life(exchange: Exchange) -> Flow[Response]:
        return Response(200, ((b"x-path", exchange.request.path.encode()),), b"hi")
        yield  # a generator that asks for nothing

    return life


def with_deadline(upstream: Upstream, deadline_s: float) -> Any:
    inner = pass_through(upstream)
    route = Route("r", 0, "GET", "/", "read", (), upstream, 100, deadline_s)

    def life(exchange: Exchange) -> Flow[Response]:
        exchange.route = route
        return (yield from inner(exchange))

    return life


async def test_a_call_is_passed_and_answered() -> None:
    async with run_plane() as rig:
        answer = await rig.ask(GET)
        assert (answer.status, answer.body) == (200, b"GET /a/b?c=1|")
        await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        exchange, how = rig.desk.ended[0]
        assert (how, exchange.status, exchange.origin, exchange.bytes_out) == ("sent", 200, "provider", 13)
        assert 0 < exchange.upstream_s <= exchange.total_s
        assert rig.desk.attempts == ["answered"]


async def test_a_body_that_comes_too_slowly_is_counted_by_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "BODY_GRACE_S", 0.05)
    async with run_plane() as rig:
        answer = await rig.ask(POST + b"Content-Length: 9\r\n\r\nx")
        assert (answer.status, rig.desk.bounds) == (408, ["body_rate"])


async def test_a_connection_that_is_gone_is_held_by_nobody() -> None:
    """Not by the wheel either, where its idle deadline still stands: else a flood of short connections fills the memory."""
    async with run_plane(answer_at_once) as rig:
        for _ in range(20):
            assert (await rig.ask(GET)).status == 200
        await rig.desk.until(lambda: rig.desk.open == 0 and len(rig.desk.ended) == 20)
        await asyncio.sleep(0)
        gc.collect()
        assert not [one for one in gc.get_objects() if isinstance(one, Connection) and one._house is rig.plane]


async def test_every_response_carries_its_names() -> None:
    async with run_plane(answer_at_once) as rig:
        answer = await rig.ask(GET)
        exchange = rig.desk.ended[0][0]
        assert answer.headers[b"jembatan-exchange"].decode() == exchange.id
        assert answer.headers[b"jembatan-origin"] == b"gateway"
        assert answer.headers[b"traceparent"] == exchange.traceparent
        assert answer.headers[b"server-timing"].startswith(b"gateway;dur=")
        assert answer.headers[b"date"].endswith(b"GMT")


async def test_a_trace_is_passed_on_with_a_span_of_ours() -> None:
    heads: list[bytes] = []

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await read_call(reader))[0])
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    trace = b"4bf92f3577b34da6a3ce929d0e0e4736"
    async with run_plane(handler=provider) as rig:
        answer = await rig.ask(GET[:-2] + b"traceparent: 00-" + trace + b"-00f067aa0ba902b7-01\r\n\r\n")
        line = next(line for line in heads[0].split(b"\r\n") if line.startswith(b"traceparent: "))
        assert line.split(b"-")[1] == trace
        assert line.split(b"-")[2] != b"00f067aa0ba902b7"
        assert answer.headers[b"traceparent"] == line.partition(b": ")[2]


@pytest.mark.parametrize(
    "raw",
    [
        POST + b"Content-Length: 5\r\n\r\nhello",
        POST + b'Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a="b"\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n',
        POST + b"Transfer-Encoding: CHUNKED\r\n\r\n05\r\nhello\r\n000\r\n\r\n",
    ],
)
async def test_a_body_is_passed_whole_and_its_connection_kept(raw: bytes) -> None:
    async with run_plane() as rig:
        peer = await rig.connect()
        for _ in range(3):
            peer.send(raw)
            answer = await peer.read()
            assert (answer.status, answer.body) == (200, b"POST /a|hello")
        await peer.close()


async def test_pipelined_calls_are_answered_in_order() -> None:
    async with run_plane() as rig:
        peer = await rig.connect()
        raws = [
            b"POST /%d HTTP/1.1\r\nHost: g\r\nContent-Length: 1\r\n\r\nx" % n if n % 3 else b"GET /%d HTTP/1.1\r\nHost: g\r\n\r\n" % n
            for n in range(60)
        ]
        peer.send(b"".join(raws))
        for n in range(60):
            assert (await peer.read()).body == (b"POST /%d|x" % n if n % 3 else b"GET /%d|" % n)
        await peer.close()


async def test_pipelined_calls_answered_at_once_let_others_have_their_turn() -> None:
    async with run_plane(answer_at_once, bounds=Bounds(pipelined_max=4)) as rig:
        peer = await rig.connect()
        peer.send(GET * 1000)
        for _ in range(1000):
            assert (await peer.read()).body == b"hi"
        await peer.close()


async def test_what_follows_a_call_is_not_parsed_before_its_turn() -> None:
    asked: list[bytes] = []
    gate = asyncio.Event()

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await read_call(reader))[0])
        await gate.wait()
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    async with run_plane(handler=provider) as rig:
        peer = await rig.connect()
        peer.send(GET + b"GARBAGE\r\n\r\n")
        await rig.desk.until(lambda: rig.desk.open == 1)
        while not asked:
            await asyncio.sleep(0)
        assert rig.desk.refused == []
        gate.set()
        assert (await peer.read()).status == 204
        assert (await peer.read()).status == 501
        assert await peer.read_end() == b""


async def test_expect_is_answered_when_the_body_is_read() -> None:
    async with run_plane() as rig:
        peer = await rig.connect()
        peer.send(POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert (await peer.read()).status == 100
        peer.send(b"hello")
        assert (await peer.read()).body == b"POST /a|hello"
        await peer.close()


async def test_expect_is_not_answered_where_the_call_is_refused_before() -> None:
    async with run_plane(answer_at_once) as rig:
        peer = await rig.connect()
        peer.send(POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        answer = await peer.read()
        assert (answer.status, answer.headers[b"connection"]) == (200, b"close")
        assert await peer.read_end() == b""


async def test_expect_is_not_answered_where_the_body_is_there() -> None:
    async with run_plane() as rig:
        answer = await rig.ask(POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
        assert answer.body == b"POST /a|hello"


async def test_head_has_the_length_and_no_body() -> None:
    async with run_plane(answer_at_once) as rig:
        peer = await rig.connect()
        peer.send(b"HEAD /x HTTP/1.1\r\nHost: g\r\n\r\n" + GET)
        answer = await peer.read("HEAD")
        assert (answer.status, answer.headers[b"content-length"]) == (200, b"2")
        assert (await peer.read()).body == b"hi"
        await peer.close()


async def test_head_is_passed_to_the_provider() -> None:
    async with run_plane() as rig:
        peer = await rig.connect()
        for _ in range(2):
            peer.send(b"HEAD /x HTTP/1.1\r\nHost: g\r\n\r\n")
            assert (await peer.read("HEAD")).status == 200
        peer.send(GET)
        assert (await peer.read()).body == b"GET /a/b?c=1|"
        await peer.close()


@pytest.mark.parametrize(
    ("head", "is_kept"),
    [
        (b"GET / HTTP/1.1\r\nHost: g\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: g\r\nConnection: x, Close\r\n", False),
        (b"GET / HTTP/1.0\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: g\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n", True),
        (b"GET http://G:80/ HTTP/1.1\r\nHost: g:80\r\n", True),
    ],
)
async def test_a_connection_is_kept_as_its_caller_wants(head: bytes, is_kept: bool) -> None:
    async with run_plane(answer_at_once) as rig:
        peer = await rig.connect()
        peer.send(head + b"\r\n")
        answer = await peer.read()
        assert (answer.status, answer.body) == (200, b"hi")
        assert (answer.headers.get(b"connection") != b"close") is is_kept
        if is_kept:
            peer.send(GET)
            assert (await peer.read()).status == 200
        else:
            assert await peer.read_end() == b""
        await peer.close()


async def test_one_empty_line_before_a_request_is_skipped() -> None:
    async with run_plane(answer_at_once) as rig:
        peer = await rig.connect()
        peer.send(b"\r\n" + GET + b"\r\n" + GET)
        assert [(await peer.read()).status for _ in range(2)] == [200, 200]
        await peer.close()


async def test_repeated_headers_are_joined_and_named() -> None:
    async with run_plane(answer_at_once) as rig:
        await rig.ask(GET[:-2] + b"Accept: a/b\r\nX-Empty:\r\nACCEPT:\t c/d \r\n\r\n")
        request = rig.desk.ended[0][0].request
        assert request.headers[b"accept"] == b"a/b, c/d"
        assert request.headers[b"x-empty"] == b""
        assert request.repeated == (b"accept",)


async def test_escapes_of_a_path_are_upper_case() -> None:
    async with run_plane(answer_at_once) as rig:
        answer = await rig.ask(b"GET /a%c3%a9/%20 HTTP/1.1\r\nHost: g\r\n\r\n")
        assert answer.headers[b"x-path"] == b"/a%C3%A9/%20"


async def test_a_body_over_its_bound_is_refused_and_the_answer_arrives() -> None:
    async with run_plane() as rig:
        for framing in (b"Content-Length: 3000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n2DC6C0\r\n"):
            peer = await rig.connect()
            peer.send(POST + framing + b"x" * 3_000_000)
            answer = await peer.read()
            assert (answer.status, answer.headers[b"connection"]) == (413, b"close")
            await peer.close()
        assert rig.desk.attempts == []


async def test_a_body_refused_unread_within_one_read_closes() -> None:
    async with run_plane(answer_at_once) as rig:
        peer = await rig.connect()
        peer.send(POST + b"Content-Length: 10\r\n\r\nhello")
        answer = await peer.read()
        assert answer.headers[b"connection"] == b"close"
        assert await peer.read_end() == b""


async def test_requests_per_connection_are_bounded() -> None:
    async with run_plane(answer_at_once, bounds=Bounds(requests_per_connection_max=2)) as rig:
        peer = await rig.connect()
        peer.send(GET * 3)
        assert b"connection" not in (await peer.read()).headers
        assert (await peer.read()).headers[b"connection"] == b"close"
        assert await peer.read_end() == b""
        assert rig.desk.bounds == ["requests"]


@pytest.mark.parametrize(("bounds", "name"), [(Bounds(connections_max=1), "connections"), (Bounds(connections_per_peer_max=1), "per_peer")])
async def test_connections_are_bounded(bounds: Bounds, name: str) -> None:
    async with run_plane(answer_at_once, bounds=bounds) as rig:
        first = await rig.connect()
        first.send(GET)
        assert (await first.read()).status == 200
        second = await rig.connect()
        assert await second.read_end() == b""
        assert rig.desk.bounds == [name]
        await first.close()
        await rig.desk.until(lambda: rig.desk.open == 0)
        assert (await rig.ask(GET)).status == 200


@pytest.mark.parametrize(
    ("bounds", "raw", "status", "name"),
    [
        (Bounds(header_s=0.05), b"GET / HT", 408, ["header_deadline"]),
        (Bounds(idle_s=0.05), b"", None, ["idle"]),
        (Bounds(body_s=0.05), POST + b"Content-Length: 9\r\n\r\nx", 408, ["body_deadline"]),
    ],
)
async def test_a_caller_that_stalls_is_let_go(bounds: Bounds, raw: bytes, status: int | None, name: list[str]) -> None:
    async with run_plane(bounds=bounds) as rig:
        peer = await rig.connect()
        peer.send(raw)
        if status is not None:
            assert (await peer.read()).status == status
        assert await peer.read_end() == b""
        assert rig.desk.bounds == name


async def test_a_caller_that_does_not_read_is_let_go() -> None:
    def large(upstream: Upstream) -> Any:
        def life(exchange: Exchange) -> Flow[Response]:
            return Response(200, (), b"x" * 50_000_000)
            yield

        return life

    async with run_plane(large, bounds=Bounds(write_s=0.1)) as rig:
        peer = await rig.connect()
        peer.send(GET * 5)
        await rig.desk.until(lambda: rig.desk.bounds == ["write_deadline"])
        await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        assert rig.desk.ended[0][1] == "caller_gone"
        peer.writer.transport.abort()


async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_call(reader)
    await reader.read()


async def test_the_deadline_of_a_route_is_thrown_in_at_the_call() -> None:
    async with run_plane(lambda upstream: with_deadline(upstream, 0.05), hold) as rig:
        answer = await rig.ask(GET)
        assert (answer.status, b"PROVIDER_TIMEOUT" in answer.body) == (504, True)
        assert rig.desk.attempts == ["cancelled"]


async def test_the_deadline_of_a_route_is_thrown_in_at_the_body() -> None:
    async with run_plane(lambda upstream: with_deadline(upstream, 0.05)) as rig:
        answer = await rig.ask(POST + b"Content-Length: 9\r\n\r\n")
        assert (answer.status, b"REQUEST_TIMEOUT" in answer.body) == (408, True)


async def test_the_deadline_of_a_route_is_thrown_in_at_the_keys_and_their_late_answer_is_dropped() -> None:
    asked: list[Any] = []

    def life_of(upstream: Upstream) -> Any:
        route = Route("r", 0, "GET", "/", "read", (), upstream, 100, 0.05)

        def life(exchange: Exchange) -> Flow[Response]:
            exchange.route = route
            try:
                yield from wait(FetchKeys("i", "http://i"))
            except Refused as refused:
                return Response(refused.fault.kind.status, (), refused.fault.kind.name.encode())
            return Response(200)

        return life

    async with run_plane(life_of, fetch_keys=lambda ask, answer: asked.append(answer)) as rig:
        answer = await rig.ask(GET)
        assert (answer.status, answer.body) == (503, b"KEYS_UNAVAILABLE")
        asked[0](b"{}")
        assert rig.desk.late == 1


@pytest.mark.parametrize("effect", ["read", "write"])
async def test_a_caller_who_leaves_cancels_a_read_and_lets_a_write_run(effect: Any) -> None:
    began, gate, cut = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        began.set()
        if effect == "read":
            with contextlib.suppress(ConnectionError):
                await reader.read()
            cut.set()
            return
        await gate.wait()
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")
        await reader.read()

    async with run_plane(lambda upstream: pass_through(upstream, effect), provider) as rig:
        peer = await rig.connect()
        peer.send(GET)
        await began.wait()
        await peer.close()
        if effect == "read":
            await rig.desk.until(lambda: len(rig.desk.ended) == 1)
            await cut.wait()
        else:
            await rig.desk.until(lambda: rig.desk.open == 0)
            assert rig.desk.ended == []
            gate.set()
            await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        exchange, how = rig.desk.ended[0]
        assert how == "caller_gone"
        assert exchange.status == (499 if effect == "read" else 201)
        assert rig.desk.attempts == ["cancelled" if effect == "read" else "answered"]


async def test_a_caller_who_leaves_in_a_body_ends_its_exchange() -> None:
    async with run_plane() as rig:
        peer = await rig.connect()
        peer.send(POST + b"Content-Length: 9\r\n\r\nx")
        await rig.desk.until(lambda: rig.desk.open == 1)
        await peer.close()
        await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        assert rig.desk.ended[0][1] == "caller_gone"
        assert rig.desk.attempts == []


async def test_a_defect_of_ours_is_answered_with_500_and_kept() -> None:
    def life_of(upstream: Upstream) -> Any:
        def life(exchange: Exchange) -> Flow[Response]:
            yield from wait(ReadBody(9))
            raise RuntimeError("planted")

        return life

    async with run_plane(life_of) as rig:
        answer = await rig.ask(GET)
        assert (answer.status, b"planted" in answer.body) == (500, False)
        assert len(rig.desk.defects) == 1


async def test_a_header_value_that_ends_its_line_never_leaves() -> None:
    def life_of(upstream: Upstream) -> Any:
        def life(exchange: Exchange) -> Flow[Response]:
            return Response(200, ((b"x", b"a\r\nSet-Cookie: b"),))
            yield

        return life

    async with run_plane(life_of) as rig:
        answer = await rig.ask(GET)
        assert (answer.status, b"set-cookie" in answer.headers) == (500, False)
        rig.desk.defects.clear()


async def test_a_drain_answers_what_was_sent_and_then_closes() -> None:
    async with run_plane(answer_at_once) as rig:
        idle = await rig.connect()
        idle.send(GET)
        assert (await idle.read()).status == 200
        rig.plane.start_drain()
        with pytest.raises(ConnectionError):
            await rig.connect()
        idle.send(GET)
        answer = await idle.read()
        assert (answer.status, answer.headers[b"connection"]) == (200, b"close")
        assert await idle.read_end() == b""
        await idle.close()
        await rig.plane.wait_drained()
        assert rig.desk.open == 0


async def test_a_drain_ends_at_its_deadline() -> None:
    async with run_plane(answer_at_once, bounds=Bounds(drain_s=0.05)) as rig:
        idle = await rig.connect()
        await rig.desk.until(lambda: rig.desk.open == 1)
        rig.plane.start_drain()
        await rig.plane.wait_drained()
        assert await idle.read_end() == b""
