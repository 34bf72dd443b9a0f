"""The provider's side: strict reading, pools, deadlines, broken peers."""

from __future__ import annotations

# ruff: noqa: ASYNC110 (what is waited for has no event to wait on)
import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
import trustme

from gateway.values.asks import CallUpstream
from gateway.values.faults import Fault
from gateway.values.model import Effect, Reply, TlsOptions, Upstream
from gateway.wire.pool import Pools

from .rig import Desk, Handler, echo, pass_through, provide, read_call, run_plane

GET = b"GET /x HTTP/1.1\r\nHost: g\r\n\r\n"
POST = b"POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n\r\nhi"
OK = b"HTTP/1.1 200 OK\r\n"


def say(raw: bytes, then_close: bool = False) -> Handler:
    """Give a provider that answers every call with these bytes."""

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_call(reader)
            writer.write(raw)
            if then_close:
                await writer.drain()
                return

    return provider


ANSWERS: dict[str, tuple[bytes, bool, int, bytes]] = {
    # bytes, closes after, status to the caller, body or code
    "by length": (OK + b"Content-Length: 2\r\n\r\nok", False, 200, b"ok"),
    "by chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x\r\nk\r\n0\r\nT: 1\r\n\r\n", False, 200, b"ok"),
    "until close": (OK + b"\r\nok", True, 200, b"ok"),
    "until close in HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\nok", True, 200, b"ok"),
    "no reason phrase": (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", False, 200, b"ok"),
    "204 with a length": (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", False, 204, b""),
    "304 with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", False, 304, b""),
    "1xx before": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok",
        False,
        200,
        b"ok",
    ),
    "redirect": (b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", False, 302, b""),
    "surplus bytes": (OK + b"Content-Length: 2\r\n\r\nokSURPLUS", False, 200, b"ok"),
    "101": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "1xx flood": (b"HTTP/1.1 100 Continue\r\n\r\n" * 100, False, 502, b"PROVIDER_PROTOCOL"),
    "garbage": (b"\x00\x01\x02\x03 garbage\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "HTTP/2.0": (b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "status 099": (b"HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "status 600": (b"HTTP/1.1 600 x\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "control in the reason": (b"HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "CL and TE": (OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "two CL": (OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", False, 502, b"PROVIDER_PROTOCOL"),
    "CL with plus": (OK + b"Content-Length: +2\r\n\r\nok", False, 502, b"PROVIDER_PROTOCOL"),
    "TE gzip": (OK + b"Transfer-Encoding: gzip\r\n\r\nok", True, 502, b"PROVIDER_PROTOCOL"),
    "TE in HTTP/1.0": (b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "bad chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "obs-fold": (OK + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "bare LF": (OK + b"X: a\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "bare CR": (OK + b"X: a\rb\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "space before colon": (OK + b"X : a\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "NUL": (OK + b"X: a\0\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "two Content-Types": (OK + b"Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "header too large": (OK + b"X: " + b"a" * 40_000 + b"\r\nContent-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "too many headers": (OK + b"X: a\r\n" * 200 + b"Content-Length: 0\r\n\r\n", False, 502, b"PROVIDER_PROTOCOL"),
    "too large by length": (OK + b"Content-Length: 2000000\r\n\r\n", False, 502, b"PROVIDER_TOO_LARGE"),
    "too large by chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n1E8480\r\n" + b"x" * 2_000_000, False, 502, b"PROVIDER_TOO_LARGE"),
    "too large until close": (OK + b"\r\n" + b"x" * 2_000_000, True, 502, b"PROVIDER_TOO_LARGE"),
    "half a head": (OK + b"Conte", True, 502, b"PROVIDER_TRUNCATED"),
    "half a body": (OK + b"Content-Length: 20\r\n\r\nhalf", True, 502, b"PROVIDER_TRUNCATED"),
    "half a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nha", True, 502, b"PROVIDER_TRUNCATED"),
    "no last chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", True, 502, b"PROVIDER_TRUNCATED"),
    "nothing": (b"", True, 502, b"PROVIDER_TRUNCATED"),
    "only 1xx": (b"HTTP/1.1 100 Continue\r\n\r\n", True, 502, b"PROVIDER_TRUNCATED"),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("raw", [GET, POST], ids=["read", "write"])
async def test_what_a_provider_says_is_read_strictly(name: str, raw: bytes) -> None:
    said, closes, status, expected = ANSWERS[name]
    async with run_plane(handler=say(said, closes)) as rig:
        for _ in range(2):
            answer = await rig.ask(raw)
            assert answer.status == status
            assert expected in answer.body


@pytest.mark.parametrize("name", ["by length", "by chunks", "1xx before", "half a body", "bad chunk"])
async def test_the_answer_does_not_depend_on_how_it_was_split(name: str) -> None:
    said, _, status, expected = ANSWERS[name]
    cut = [1]

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        writer.write(said[: cut[0]])
        await writer.drain()
        await asyncio.sleep(0)
        writer.write(said[cut[0] :])
        await writer.drain()

    async with run_plane(handler=provider) as rig:
        peer = await rig.connect()
        for cut[0] in range(1, len(said), 7):
            peer.send(POST)
            answer = await peer.read()
            assert (answer.status, expected in answer.body) == (status, True)


async def test_a_head_from_a_provider_that_lets_head_have_a_length_is_read() -> None:
    async with run_plane(handler=say(OK + b"Content-Length: 500\r\n\r\n")) as rig:
        peer = await rig.connect()
        for _ in range(2):
            peer.send(b"HEAD /x HTTP/1.1\r\nHost: g\r\n\r\n")
            assert (await peer.read("HEAD")).status == 200
        assert rig.desk.attempts == ["answered"] * 2


async def count_connections(said: bytes, expected: int, *, calls: int = 3, then_close: bool = False) -> None:
    opened = 0
    inner = say(said, then_close)

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        await inner(reader, writer)

    async with run_plane(handler=provider) as rig:
        peer = await rig.connect()
        for _ in range(calls):
            peer.send(POST)
            assert (await peer.read()).status == 200
        assert opened == expected


async def test_a_connection_is_used_again() -> None:
    await count_connections(OK + b"Content-Length: 2\r\n\r\nok", 1)


@pytest.mark.parametrize(
    "said",
    [
        OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        OK + b"Content-Length: 2\r\n\r\nokX",
    ],
    ids=["close", "HTTP/1.0", "surplus"],
)
async def test_a_connection_that_said_too_much_or_close_is_not_used_again(said: bytes) -> None:
    await count_connections(said, 3)


async def test_bytes_before_a_call_poison_the_connection() -> None:
    opened = 0
    spoke = asyncio.Event()

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        await read_call(reader)
        writer.write(OK + b"Content-Length: 2\r\n\r\nok")
        await writer.drain()
        await spoke.wait()
        writer.write(OK + b"Content-Length: 4\r\n\r\nEVIL")
        await reader.read()

    async with run_plane(handler=provider) as rig:
        peer = await rig.connect()
        for _ in range(3):
            peer.send(POST)
            assert (await peer.read()).body == b"ok"
            spoke.set()
            await asyncio.sleep(0)
        assert opened == 3


@pytest.mark.parametrize(("raw", "status", "calls"), [(GET, 200, 3), (POST, 502, 2)], ids=["read", "write"])
async def test_a_stale_connection_is_retried_for_a_read_only(raw: bytes, status: int, calls: int) -> None:
    seen: list[bytes] = []
    opened = 0

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        first = opened == 1
        while True:
            seen.append((await read_call(reader))[0])
            if first and len(seen) > 1:
                writer.transport.abort()
                return
            writer.write(OK + b"Content-Length: 2\r\n\r\nok")

    async with run_plane(handler=provider) as rig:
        peer = await rig.connect()
        peer.send(raw)
        assert (await peer.read()).status == 200
        peer.send(raw)
        assert (await peer.read()).status == status
        assert len(seen) == calls


@pytest.mark.parametrize("effect", ["read", "write"])
async def test_what_a_provider_said_after_its_answer_is_nobody_elses_answer(effect: Effect) -> None:
    """The surplus is in the kernel, unread, when the next call looks for a connection."""
    loop = asyncio.get_running_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(8)
    upstream = Upstream("lab", 0, "127.0.0.1", listener.getsockname()[1], connections_max=2)
    pools = Pools((upstream,), Desk(), loop)
    call = CallUpstream(upstream, effect, b"GET", b"/x", b"Host: p\r\n", None)
    got: asyncio.Queue[Reply | Fault] = asyncio.Queue()
    provider: list[socket.socket] = []

    def take_first(answer: Reply | Fault) -> None:
        provider[0].sendall(OK + b"Content-Length: 6\r\n\r\npoison")
        pools.send(call, b"", got.put_nowait)
        got.put_nowait(answer)

    def answer_one(body: bytes) -> None:
        provider.append(listener.accept()[0])
        provider[-1].recv(4096)
        provider[-1].sendall(OK + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    pools.send(call, b"", take_first)
    try:
        await asyncio.to_thread(answer_one, b"one")
        first = await asyncio.wait_for(got.get(), 8)
        answering = asyncio.create_task(asyncio.to_thread(answer_one, b"two"))
        second = await asyncio.wait_for(got.get(), 8)
        assert [reply.body for reply in (first, second) if isinstance(reply, Reply)] == [b"one", b"two"]
        await answering
    finally:
        pools.close()
        listener.close()
        for end in provider:
            end.close()


async def test_a_read_is_sent_again_at_most_once() -> None:
    seen: list[int] = []

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        seen.append(1)
        if len(seen) == 1:
            writer.write(OK + b"Content-Length: 2\r\n\r\nok")
            await read_call(reader)
            seen.append(1)
        writer.transport.abort()

    async with run_plane(handler=provider) as rig:
        peer = await rig.connect()
        peer.send(GET)
        assert (await peer.read()).status == 200
        peer.send(GET)
        assert (await peer.read()).status == 502
        assert len(seen) == 3


async def test_nobody_listening_is_unreachable() -> None:
    upstream = Upstream("lab", 0, "127.0.0.1", 1)
    async with run_plane(upstream=upstream) as rig:
        answer = await rig.ask(GET)
        assert (answer.status, b"PROVIDER_UNREACHABLE" in answer.body) == (502, True)
        assert rig.desk.attempts == ["unreachable"]


async def test_a_name_that_is_none_is_unreachable() -> None:
    upstream = Upstream("lab", 0, "nobody.invalid", 80, connect_s=5)
    async with run_plane(upstream=upstream) as rig:
        assert b"PROVIDER_UNREACHABLE" in (await rig.ask(GET)).body


async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_call(reader)
    await reader.read()


@pytest.mark.parametrize("said", [b"", OK + b"Content-Le", OK + b"Content-Length: 9\r\n\r\nx"], ids=["nothing", "head", "body"])
async def test_a_provider_that_stalls_is_timed_out(said: bytes) -> None:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        writer.write(said)
        await reader.read()

    async with run_plane(handler=provider, upstream=Upstream("lab", 0, "127.0.0.1", 0, answer_s=0.05)) as rig:
        answer = await rig.ask(GET)
        assert (answer.status, b"PROVIDER_TIMEOUT" in answer.body) == (504, True)
        assert rig.desk.attempts == ["timeout"]


async def send(pools: Pools, upstream: Upstream, effect: Any = "read", method: bytes = b"GET") -> Reply | Fault:
    got: asyncio.Future[Reply | Fault] = asyncio.get_running_loop().create_future()
    pools.send(CallUpstream(upstream, effect, method, b"/", b"", None), b"", got.set_result)
    return await got


async def with_pools(handler: Handler, check: Callable[[Pools, Upstream, Desk], Any], **options: Any) -> None:
    async with provide(handler) as port:
        upstream = Upstream("lab", 0, "127.0.0.1", port, **options)
        desk = Desk()
        pools = Pools((upstream,), desk, asyncio.get_running_loop())
        try:
            await check(pools, upstream, desk)
        finally:
            pools.close()
            while pools.is_busy:
                await asyncio.sleep(0)


async def test_connections_and_waiting_calls_are_bounded() -> None:
    most = 0
    now = 0

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        try:
            await echo(reader, writer)
        finally:
            now -= 1

    async def check(pools: Pools, upstream: Upstream, desk: Desk) -> None:
        answers = await asyncio.gather(*(send(pools, upstream) for _ in range(20)))
        kinds = [answer.kind.name if isinstance(answer, Fault) else answer.status for answer in answers]
        assert kinds == [200] * 9 + ["OVERLOADED"] * 11
        assert most == 3

    await with_pools(provider, check, connections_max=3, connect_s=5.0)


async def with_family(
    count: int, most: int, check: Callable[[Pools, list[Upstream]], Any], behave: Handler = echo, **options: Any
) -> list[int]:
    """Run a check over a family of some servers; give the most connections that were open at one time, and all that were made."""
    now, counts = 0, [0, 0]

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now
        now += 1
        counts[:] = [max(counts[0], now), counts[1] + 1]
        try:
            await behave(reader, writer)
        finally:
            now -= 1

    async with AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(provide(provider)) for _ in range(count)]
        family = Upstream("lab", 0, "", 0, place="lab", family_connections_max=most, **options)
        rows = [replace(family, host="127.0.0.1", port=port, place=f"lab http://127.0.0.1:{port}") for port in ports]
        pools = Pools((family,), Desk(), asyncio.get_running_loop())
        try:
            await check(pools, rows)
        finally:
            pools.close()
            while pools.is_busy:
                await asyncio.sleep(0)
    return counts


async def test_each_address_of_a_family_has_connections_of_its_own_and_all_have_one_bound() -> None:
    async def check(pools: Pools, rows: list[Upstream]) -> None:
        answers = await asyncio.gather(*(send(pools, row) for row in rows * 6))
        assert [answer.status for answer in answers if isinstance(answer, Reply)] == [200] * 30
        for row in rows:
            assert isinstance(await send(pools, row), Reply)

    most, made = await with_family(5, 3, check, connections_max=8, connect_s=10.0)
    assert most <= 4  # one may be closing while the next opens
    assert made >= 5


@pytest.mark.parametrize("most", [1, 2, 3, 64])
async def test_an_address_that_ends_each_connection_answers_all_who_wait_whichever_bound_they_wait_for(most: int) -> None:
    async def check(pools: Pools, rows: list[Upstream]) -> None:
        answers = await asyncio.gather(*(send(pools, row) for row in rows * 4))
        assert [answer.status for answer in answers if isinstance(answer, Reply)] == [200] * 8

    closing = say(OK + b"Connection: close\r\nContent-Length: 0\r\n\r\n", then_close=True)
    await with_family(2, most, check, closing, connections_max=2, connect_s=10.0)


async def test_the_connection_of_an_address_is_used_again_while_the_bound_allows() -> None:
    async def check(pools: Pools, rows: list[Upstream]) -> None:
        for _ in range(4):
            for row in rows:
                assert isinstance(await send(pools, row), Reply)

    assert await with_family(3, 3, check, connect_s=10.0) == [3, 3]


async def test_a_call_waits_for_a_connection_no_longer_than_its_bound() -> None:
    async def check(pools: Pools, upstream: Upstream, desk: Desk) -> None:
        first = asyncio.ensure_future(send(pools, upstream))
        await asyncio.sleep(0)  # it is sent before the second
        second = await send(pools, upstream)
        assert isinstance(second, Fault)
        assert second.kind.name == "OVERLOADED"
        first.cancel()
        await asyncio.sleep(0)

    await with_pools(hold, check, connections_max=1, connect_s=0.05)


async def test_the_connection_used_last_is_used_first_and_idle_ones_close() -> None:
    ports: list[int] = []

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_call(reader)
            ports.append(writer.get_extra_info("peername")[1])
            writer.write(OK + b"Content-Length: 0\r\n\r\n")

    async def check(pools: Pools, upstream: Upstream, desk: Desk) -> None:
        await asyncio.gather(*(send(pools, upstream) for _ in range(3)))
        ports.clear()
        for _ in range(5):
            await send(pools, upstream)
        assert len(set(ports)) == 1
        async with asyncio.timeout(8):
            while pools.is_busy:  # the sweep closes what is idle
                await asyncio.sleep(0.02)

    await with_pools(provider, check, idle_s=0.05)


async def test_hop_by_hop_fields_and_those_that_connection_names_are_dropped() -> None:
    said = OK + b"Connection: keep-alive, X-Own\r\nX-Own: 1\r\nKeep-Alive: timeout=5\r\nX-Seen: a\r\nX-SEEN: b\r\nContent-Length: 0\r\n\r\n"

    async def check(pools: Pools, upstream: Upstream, desk: Desk) -> None:
        reply = await send(pools, upstream)
        assert isinstance(reply, Reply)
        assert reply.headers == {b"x-seen": b"a, b"}

    await with_pools(say(said), check)


@pytest.mark.parametrize(
    ("target", "head"), [(b"/a b", b""), (b"/a\r\nX: 1", b""), (b"/\xff", b""), (b"/", b"X: 1\nY: 2\r\n"), (b"/", b"X: 1")]
)
async def test_a_call_that_could_be_two_is_never_written(target: bytes, head: bytes) -> None:
    async def check(pools: Pools, upstream: Upstream, desk: Desk) -> None:
        got: asyncio.Future[Reply | Fault] = asyncio.get_running_loop().create_future()
        pools.send(CallUpstream(upstream, "read", b"GET", target, head, None), b"", got.set_result)
        answer = await got
        assert isinstance(answer, Fault)
        assert answer.kind.name == "INTERNAL"

    await with_pools(echo, check)


async def test_a_cancelled_call_is_never_answered_and_its_connection_not_used_again() -> None:
    async def check(pools: Pools, upstream: Upstream, desk: Desk) -> None:
        answers: list[object] = []
        cancel = pools.send(CallUpstream(upstream, "read", b"GET", b"/", b"", None), b"", answers.append)
        while not cancel.is_sent:
            await asyncio.sleep(0)
        cancel.cancel()
        await desk.until(lambda: desk.attempts == ["cancelled"])
        while pools.is_busy:
            await asyncio.sleep(0)
        assert answers == []

    await with_pools(hold, check)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


async def test_tls_to_an_upstream_checks_its_name_and_ca(authority: trustme.CA, tmp_path: Any) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("lab.example").configure_cert(context)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    ca, own = tmp_path / "ca.pem", tmp_path / "own.pem"
    authority.cert_pem.write_to_path(str(ca))
    authority.issue_cert("gateway.example").private_key_and_cert_chain_pem.write_to_path(str(own))
    other = trustme.CA()
    other_ca = tmp_path / "other.pem"
    other.cert_pem.write_to_path(str(other_ca))
    cases = {
        TlsOptions(str(ca), str(own), "", "lab.example"): 200,
        TlsOptions(str(ca), str(own), "", "evil.example"): "PROVIDER_UNREACHABLE",
        TlsOptions(str(other_ca), str(own), "", "lab.example"): "PROVIDER_UNREACHABLE",
    }
    async with provide(echo, ssl=context) as port:
        for options, expected in cases.items():
            upstream = Upstream("lab", 0, "127.0.0.1", port, tls=options, connect_s=5.0)
            pools = Pools((upstream,), Desk(), asyncio.get_running_loop())
            answer = await send(pools, upstream)
            assert (answer.kind.name if isinstance(answer, Fault) else answer.status) == expected
            pools.close()
            while pools.is_busy:
                await asyncio.sleep(0)


async def test_no_two_callers_answers_are_ever_crossed() -> None:
    calls = 0

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        while True:
            head, _ = await read_call(reader)
            calls += 1
            path = head.split(b" ")[1]
            answer = OK + b"Content-Length: %d\r\n\r\n%b" % (len(path), path)
            match calls % 11:
                case 3:
                    writer.transport.abort()
                    return
                case 5:
                    writer.write(answer[:-2])
                    return
                case 7:
                    writer.write(answer + b"SURPLUS")
                case 9:
                    await asyncio.sleep(0.001)
                    writer.write(answer)
                case _:
                    writer.write(answer)

    async with run_plane(pass_through, provider) as rig:

        async def call(n: int) -> int:
            peer = await rig.connect()
            paths = [b"/%d/%d" % (n, m) for m in range(20)]
            peer.send(b"".join(b"GET %b HTTP/1.1\r\nHost: g\r\n\r\n" % path for path in paths))
            right = 0
            for path in paths:
                answer = await peer.read()
                assert answer.status == 502 or answer.body == path
                right += answer.status == 200
            return right

        assert sum(await asyncio.gather(*(call(n) for n in range(20)))) > 200
