"""Bytes that others gathered, the same bytes at another server, and the same bytes in any split."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import re
from pathlib import Path
from typing import Any

import httptools
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.values.asks import Flow, ReadBody, wait
from gateway.values.faults import Refused, render_problem
from gateway.values.model import Bounds, Response, Upstream
from gateway.values.route import Exchange

from .rig import Rig, read_call, run_plane
from .test_refusals import CHUNKS, PATHS, REFUSED

CORPUS = Path(__file__).parents[2].parent / "shared/corpora/http-requests.json"
HAS_CORPUS = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of HTTP requests is not beside this checkout")

# A strict parser stops at these because it hands the connection over; we ignore Upgrade (RFC 9110 7.8) and judge what follows.
HANDED_OVER = "Pause on CONNECT/Upgrade"
# A strict parser stops at this with the answer given; so do we: what follows is not read.
AFTER_CLOSE = "Data after `Connection: close`"
# Long beside any stall of a busy machine, and paid once: the cases run side by side.
PATIENCE = Bounds(header_s=1.0, body_s=1.0, idle_s=1.0)
# Where aiohttp's server and ours decide differently, and why.
DIFFERENCES = {
    "only ours refuses": {
        "no Host": "RFC 9112 3.2: 400 for a request without Host; the corpus leaves it out nearly everywhere",
        "HTTP/1.0 with Transfer-Encoding": "RFC 9112 6.1: framing that a 1.0 server between us would read otherwise",
        "not canonical": "the path decides who may do what, so it has one spelling",
        "unknown method": "the operations of a federation use seven methods",
        "TE other than chunked": "we decode no other coding, and pass none on",
        "repeated": "a credential or media type that stands twice is two claims",
        "empty Host": "the name is part of the call",
        "other version, empty lines, HTTP/0.9": "one message form",
    },
    "only aiohttp refuses": {
        "upgrade": "a failed upgrade ends there; we ignore the header",
        "data after close": "it takes the answer back when more bytes came with the last request; we give it, and read no more",
    },
}


def read_corpus() -> list[dict[str, Any]]:
    return json.loads(CORPUS.read_text()) if CORPUS.exists() else []


async def converse(rig: Rig, raw: bytes) -> bytes:
    """Send bytes; give all that comes back until our side ends the connection, as PATIENCE makes it do in every case."""
    peer = await rig.connect()
    peer.send(raw)
    return await peer.read_end()


def statuses(got: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d\d\d) [^\r]*\r\n(?:Date|Content|Server)", got)]


class Heads:
    """What llhttp alone sees in bytes."""

    def __init__(self) -> None:
        self.count = 0

    def on_message_complete(self) -> None:
        self.count += 1


def count_messages(raw: bytes) -> int:
    heads = Heads()
    parser = httptools.HttpRequestParser(heads)
    with contextlib.suppress(httptools.HttpParserError, httptools.HttpParserUpgrade):
        parser.feed_data(raw)
    return heads.count


def provider_with_count(calls: list[bytes]) -> Any:
    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head, body = await read_call(reader)
            calls.append(head)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    return provider


def with_host(raw: bytes) -> bytes:
    """Give every request without Host one, so that what the case is about decides."""
    if re.search(rb"\r\nhost *:", raw, re.I) or b"\r\n" not in raw:
        return raw
    return re.sub(rb"( HTTP/1\.1\r\n)", rb"\1Host: g\r\n", raw)


async def judge(case: dict[str, Any], raw: bytes) -> str:
    """Say what is wrong with our answer to one case, if anything is."""
    calls: list[bytes] = []
    async with run_plane(handler=provider_with_count(calls), bounds=PATIENCE) as rig:
        got = await converse(rig, raw)
    seen = statuses(got)
    if case["parser_error"] == AFTER_CLOSE:
        is_right = len(seen) == 1
    elif case["parser_error"] in (None, HANDED_OVER):
        is_right = True
    else:
        is_right = bool(seen) and (400 <= seen[-1] < 500 or seen[-1] == 501) and b"Connection: close" in got
    is_right = is_right and all(status < 500 or status == 501 for status in seen) and len(calls) <= count_messages(raw)
    return "" if is_right else f"{case['title']}: {seen}, {len(calls)} calls, {got!r}"


@HAS_CORPUS
@pytest.mark.parametrize("repair", [lambda raw: raw, with_host], ids=["as-is", "with-host"])
async def test_what_a_strict_parser_refuses_is_refused_and_none_becomes_two(repair: Any) -> None:
    judged = await asyncio.gather(*(judge(case, repair(base64.b64decode(case["bytes_base64"]))) for case in read_corpus()))
    assert [wrong for wrong in judged if wrong] == []


async def ask_aiohttp(raw: bytes) -> list[int]:
    async def handle(request: web.BaseRequest) -> web.Response:
        return web.Response(body=await request.read())

    runner = web.ServerRunner(web.Server(handle, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    got = b""
    try:
        while piece := await asyncio.wait_for(reader.read(65536), PATIENCE.idle_s):  # it has no deadline of its own for what is begun
            got += piece
    except (TimeoutError, ConnectionError):
        pass
    writer.transport.abort()
    await runner.cleanup()
    return statuses(got)


@HAS_CORPUS
@pytest.mark.filterwarnings("ignore")
async def test_what_aiohttp_refuses_we_refuse() -> None:
    """The differential oracle: we may be stricter (the reasons stand in DIFFERENCES), never laxer."""
    comparable = [case for case in read_corpus() if case["parser_error"] != AFTER_CLOSE]  # DIFFERENCES: only aiohttp refuses
    raws = {case["title"]: with_host(base64.b64decode(case["bytes_base64"])) for case in comparable}
    raws |= {name: raw for name, (raw, _) in REFUSED.items()}
    raws = {name: raw for name, raw in raws.items() if b"pgrade" not in raw}  # DIFFERENCES: only aiohttp refuses

    async def ask_both(name: str, raw: bytes) -> tuple[str, list[int], list[int]]:
        return name, await ask_aiohttp(raw), statuses(await converse(rig, raw))

    async with run_plane(bounds=PATIENCE) as rig:
        asked = await asyncio.gather(*(ask_both(name, raw) for name, raw in raws.items()))
    refused = [(name, theirs, ours) for name, theirs, ours in asked if any(400 <= status < 500 for status in theirs)]
    assert refused
    assert [(name, theirs, ours) for name, theirs, ours in refused if ours and ours[-1] < 400] == []


def reflect(upstream: Upstream) -> Any:
    """A life that answers with what it was given."""

    def life(exchange: Exchange) -> Flow[Response]:
        request = exchange.request
        try:
            body = yield from wait(ReadBody(1 << 20))
        except Refused as refused:
            return Response(refused.fault.kind.status, (), render_problem(refused.fault, ""))
        shown = repr((request.method, request.path, request.query, sorted(request.headers.items()), request.repeated, body))
        return Response(200, (), shown.encode())

    return life


VARYING = re.compile(rb"(Date|Jembatan-Exchange|traceparent|Server-Timing): [^\r]*\r\n|\"exchange\":\"[0-9a-f]*\"|Content-Length: [0-9]+")
MESSAGES = (
    b"GET /a?b=c HTTP/1.1\r\nHost: g\r\nX: 1\r\nx: 2\r\n\r\n",
    b"\r\nPOST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n\r\nhello",
    b'POST /b HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n3;a="\\"b"\r\nabc\r\n0\r\nT: 1\r\n\r\n',
    b"HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    *(raw for raw, _ in REFUSED.values()),
    *(b"GET %b HTTP/1.1\r\nHost: g\r\n\r\n" % path for path in PATHS),
    *(b"POST / HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks for chunks in CHUNKS.values()),
    b"GET /" + b"a" * 190 + b" HTTP/1.1\r\nHost: g\r\n\r\n",
    b"GET /" + b"a" * 400 + b"\x01 HTTP/1.1\r\nHost: g\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: g\r\nX: " + b"a" * 500 + b"\x01\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: g\r\nX: " + b"a" * 390 + b"\r\n\r\n",
)


@given(st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=3), st.lists(st.integers(0, 2000), max_size=6), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_result_does_not_depend_on_how_the_bytes_were_split(messages: list[bytes], cuts: list[int], is_by_byte: bool) -> None:
    raw = b"".join(messages) + b"GET /last HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n"
    at = sorted({0, len(raw), *(cut % len(raw) for cut in cuts)}) if not is_by_byte else list(range(len(raw) + 1))
    pieces = [raw[a:b] for a, b in itertools.pairwise(at)]

    async def talk() -> tuple[bytes, bytes]:
        bounds = Bounds(request_line_bytes_max=200, header_bytes_max=400)
        async with run_plane(reflect, bounds=bounds) as rig:
            whole, split = await rig.connect(), await rig.connect()
            whole.send(raw)
            for piece in pieces:
                split.send(piece)
                await split.writer.drain()
                await asyncio.sleep(0)
            return VARYING.sub(b"", await whole.read_end()), VARYING.sub(b"", await split.read_end())

    one, other = asyncio.run(talk())
    assert one == other


@given(st.binary(max_size=300), st.sampled_from(MESSAGES[:4]), st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_bytes_make_a_traceback_or_a_500(junk: bytes, message: bytes, at: int, until: int) -> None:
    at, until = sorted((at % len(message), until % len(message)))
    raw = message[:at] + junk + message[until:]
    failures: list[dict[str, Any]] = []

    async def talk() -> list[int]:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: failures.append(context))
        async with run_plane(reflect, bounds=Bounds(header_s=0.02, body_s=0.02, idle_s=0.02)) as rig:
            peer = await rig.connect()
            peer.send(raw)
            return statuses(await peer.read_end())

    seen = asyncio.run(talk())
    assert failures == []
    assert all(status < 500 or status == 501 for status in seen)
