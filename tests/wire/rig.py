"""What the tests of the wire stand on: a desk that plays ports and watch, a life that passes calls through, raw peers."""

from __future__ import annotations

# ruff: noqa: ASYNC110 (what is waited for has no event to wait on)
import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.values.asks import CallUpstream, FetchKeys, Flow, ReadBody, Relay, wait
from gateway.values.faults import Fault, Refused, fault, render_problem
from gateway.values.model import Bounds, Effect, Response, ServerTls, Upstream
from gateway.values.route import Exchange
from gateway.wire.pool import Pools
from gateway.wire.server import DataPlane, refuse_deed

USUAL = Bounds()
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Desk:
    """Plays ports and watch, and keeps what it is told."""

    def __init__(self) -> None:
        self.ended: list[tuple[Exchange, str]] = []
        self.refused: list[Fault] = []
        self.bounds: list[str] = []
        self.attempts: list[str] = []
        self.defects: list[BaseException] = []
        self.late = 0
        self.deeds: list[str] = []
        self.open = 0
        self.seen: list[tuple[str, str, str]] = []
        self.changed = asyncio.Event()

    def count(self, cell: int, by: float = 1.0) -> None: ...

    def note_defect(self, exchange: Exchange, error: BaseException) -> None:
        self.defects.append(error)

    def exchange_ended(self, exchange: Exchange, how: str) -> None:
        self.ended.append((exchange, how))
        self.changed.set()

    def request_refused(self, what: Fault, peer: str) -> None:
        self.refused.append(what)
        self.changed.set()

    def connections_changed(self, by: int) -> None:
        self.open += by
        self.changed.set()

    def connection_refused(self, bound: str) -> None:
        self.bounds.append(bound)
        self.changed.set()

    def attempt_ended(self, upstream: Upstream, outcome: str, seconds: float) -> None:
        self.attempts.append(outcome)
        self.changed.set()

    def late_answer(self) -> None:
        self.late += 1

    def deed_ended(self, outcome: str, seconds: float) -> None:
        self.deeds.append(outcome)
        self.changed.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something that this desk was told makes it hold."""
        async with asyncio.timeout(8):
            while not holds():
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Rig:
    """A data plane before a provider."""

    port: int
    desk: Desk
    plane: DataPlane
    upstream: Upstream
    peers: list[Peer] = field(default_factory=list)

    async def connect(self, **options: Any) -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, **options)
        self.peers.append(Peer(reader, writer))
        return self.peers[-1]

    async def ask(self, raw: bytes) -> Answer:
        peer = await self.connect()
        peer.send(raw)
        answer = await peer.read()
        await peer.close()
        return answer


@dataclass
class Answer:
    """A response as a caller read it."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes
    head: bytes = b""


class Peer:
    """A caller with raw bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, raw: bytes) -> None:
        self.writer.write(raw)

    async def read(self, method: str = "GET") -> Answer:
        async with asyncio.timeout(8):
            return await read_answer(self.reader, method)

    async def read_end(self) -> bytes:
        """Read until the connection ends; a reset ends it too."""
        async with asyncio.timeout(8):
            got = b""
            try:
                while piece := await self.reader.read(65536):
                    got += piece
            except ConnectionError:
                pass
            return got

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


async def read_answer(reader: asyncio.StreamReader, method: str = "GET") -> Answer:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head[:-4].split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    status = int(lines[0].split(b" ")[1])
    if status < 200 or method == "HEAD" or status in (204, 304):
        return Answer(status, headers, b"", head)
    if b"transfer-encoding" in headers:
        return Answer(status, headers, await read_chunks(reader), head)
    if b"content-length" not in headers:
        return Answer(status, headers, await reader.read(), head)
    return Answer(status, headers, await reader.readexactly(int(headers[b"content-length"])), head)


async def read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n"))[:-2], 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return body


async def read_call(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Read one call as a provider: its head, its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    low = head.lower()
    if b"\r\ntransfer-encoding: chunked" in low:
        return head, await read_chunks(reader)
    if b"\r\ncontent-length:" in low:
        size = int(low.split(b"\r\ncontent-length:")[1].split(b"\r\n")[0])
        return head, await reader.readexactly(size)
    return head, b""


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A provider that answers each call with its method, its target and its body."""
    while True:
        try:
            head, body = await read_call(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            break
        line = head.split(b"\r\n")[0].rsplit(b" ", 1)[0]
        answer = line + b"|" + body
        shown = b"" if line.startswith(b"HEAD") else answer
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), shown))
    writer.close()


def pass_through(upstream: Upstream, effect: Effect | None = None, is_streamed: bool = False) -> Callable[[Exchange], Flow[Response]]:
    """Give a life that passes every call to one upstream."""

    def flow(exchange: Exchange) -> Flow[Response]:
        request = exchange.request
        body: bytes | None = None
        if not is_streamed:
            body = yield from wait(ReadBody(1 << 20))
        target = request.path + ("?" + request.query if request.query else "")
        does: Effect = effect or ("read" if request.method in ("GET", "HEAD") else "write")
        head = b"Host: provider\r\n"
        call = CallUpstream(upstream, does, request.method.encode(), target.encode(), head, body or None, is_streamed)
        reply = yield from wait(call)
        exchange.reply = reply
        kept = tuple(pair for pair in reply.headers.items() if pair[0] in (b"content-type", b"x-seen"))
        response = Response(reply.status, kept, reply.body, "provider", streams=is_streamed)
        if is_streamed:
            yield from wait(Relay(response))
        return response

    def life(exchange: Exchange) -> Flow[Response]:
        try:
            return (yield from flow(exchange))
        except Refused as refused:
            exchange.fault = refused.fault
            problem = render_problem(refused.fault, exchange.id)
            return Response(refused.fault.kind.status, ((b"content-type", b"application/problem+json"),), problem)

    return life


def fetch_nothing(ask: FetchKeys, answer: Callable[[object], None]) -> None:
    answer(fault("KEYS_UNAVAILABLE"))


def listen() -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    return sock


@asynccontextmanager
async def provide(handler: Handler, **options: Any) -> AsyncIterator[int]:
    """Run a provider by a handler; give its port."""

    running: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def run_plane(
    life: Callable[[Upstream], Callable[[Exchange], Flow[Response]]] = pass_through,
    handler: Handler = echo,
    bounds: Bounds = USUAL,
    tls: ServerTls | None = None,
    fetch_keys: Any = fetch_nothing,
    upstream: Upstream | None = None,
    consult: Any = refuse_deed,
) -> AsyncIterator[Rig]:
    """Run a data plane before a provider, on the running loop."""
    async with provide(handler) as provider_port:
        known = replace(upstream, port=upstream.port or provider_port) if upstream else Upstream("lab", 0, "127.0.0.1", provider_port)
        desk = Desk()
        pools = Pools((known,), desk, asyncio.get_running_loop())
        plane = DataPlane(bounds=bounds, life=life(known), ports=desk, watch=desk, pools=pools, fetch_keys=fetch_keys, consult=consult)
        sock = listen()
        await plane.listen([sock], tls)
        try:
            rig = Rig(sock.getsockname()[1], desk, plane, known)
            yield rig
        finally:
            for peer in rig.peers:
                peer.writer.transport.abort()
            plane.close()
            pools.close()
            async with asyncio.timeout(5):
                await plane.wait_drained()
                while pools.is_busy:
                    await asyncio.sleep(0)
        assert desk.defects == [] or desk.defects[0].args == ("planted",)


def once_at_every_byte(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    for at in range(1, len(raw)):
        yield raw[:at], raw[at:]
