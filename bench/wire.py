"""CPU per passthrough exchange of the wire alone: caller, gateway and provider as processes, 32 connections, closed loop.

Usage: python bench/wire.py [asyncio|uvloop] [--profile]
"""

from __future__ import annotations

import asyncio
import cProfile
import multiprocessing
import os
import pstats
import resource
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvloop

sys.path.insert(0, str(Path(__file__).parents[1]))
from gateway.values.asks import CallUpstream, Flow, ReadBody, wait
from gateway.values.model import Bounds, Response, Upstream
from gateway.values.route import Exchange
from gateway.wire.pool import Pools
from gateway.wire.server import DataPlane

CONNECTIONS, CALLS = 32, 40_000
BODY = b'{"x":"' + b"a" * 1016 + b'"}'
GET = (
    b"GET /population/v1/persons/3201 HTTP/1.1\r\nHost: gateway:8080\r\nAuthorization: Bearer abcdefghijklmnop\r\n"
    b"Accept: */*\r\nUser-Agent: bench\r\n\r\n"
)
POST = (
    b"POST /population/v1/persons HTTP/1.1\r\nHost: gateway:8080\r\nAuthorization: Bearer abcdefghijklmnop\r\n"
    b"Content-Type: application/json\r\nUser-Agent: bench\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)
SAID = b"HTTP/1.1 200 OK\r\nServer: lab\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Nobody:
    """Ports and watch that keep nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return _nothing


def _nothing(*_: object) -> None: ...


class Provider(asyncio.Protocol):
    """Answers each whole call with the same bytes."""

    def connection_made(self, transport: Any) -> None:
        self.transport, self.held = transport, b""

    def data_received(self, data: bytes) -> None:
        self.held += data
        end = self.held.find(b"\r\n\r\n") + 4
        if end >= 4 and (self.held[:3] == b"GET" or len(self.held) >= end + len(BODY)):
            self.held = b""
            self.transport.write(SAID)


class Caller(asyncio.Protocol):
    """Sends a call, waits for the answer, sends the next."""

    def __init__(self, raw: bytes, count: list[int], done: asyncio.Event) -> None:
        self.raw, self.count, self.done, self.left = raw, count, done, 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.raw)

    def data_received(self, data: bytes) -> None:
        if not self.left:
            assert data[9:12] == b"200", data
            self.left = data.find(b"\r\n\r\n") + 4 + len(BODY)
        self.left -= len(data)
        if self.left > 0:
            return
        self.left = 0
        self.count[0] -= 1
        if self.count[0] > 0:
            self.transport.write(self.raw)
        else:
            self.done.set()


def provide(sock: socket.socket) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Provider, sock=sock)
        await server.serve_forever()

    uvloop.run(main())


def pass_through(upstream: Upstream) -> Callable[[Exchange], Flow[Response]]:
    def life(exchange: Exchange) -> Flow[Response]:
        request = exchange.request
        body = yield from wait(ReadBody(1 << 20))
        head = b"Content-Type: application/json\r\n"
        reply = yield from wait(CallUpstream(upstream, "read", request.method.encode(), request.path.encode(), head, body or None))
        return Response(reply.status, ((b"content-type", reply.headers[b"content-type"]),), reply.body, "provider")

    return life


def serve(sock: socket.socket, port: int, loop: str, pipe: Any, is_profiled: bool) -> None:
    async def main() -> None:
        upstream = Upstream("lab", 0, "127.0.0.1", port, head=b"Host: lab\r\nAuthorization: Basic abc\r\n")
        nobody: Any = Nobody()
        pools = Pools((upstream,), nobody, asyncio.get_running_loop())
        plane = DataPlane(bounds=Bounds(), life=pass_through(upstream), ports=nobody, watch=nobody, pools=pools, fetch_keys=_nothing)
        await plane.listen([sock], None)
        asyncio.get_running_loop().add_reader(pipe.fileno(), report)
        await asyncio.Event().wait()

    def report() -> None:
        if pipe.recv() == "end":
            if profile is not None:
                profile.disable()
                pstats.Stats(profile).sort_stats("tottime").print_stats(32)
            os._exit(0)
        used = resource.getrusage(resource.RUSAGE_SELF)
        pipe.send((used.ru_utime, used.ru_stime))

    profile = cProfile.Profile() if is_profiled else None
    if profile is not None:
        profile.enable()
    (uvloop.run if loop == "uvloop" else asyncio.run)(main())


async def load(port: int, raw: bytes, calls: int) -> None:
    count, done = [calls], asyncio.Event()
    loop = asyncio.get_running_loop()
    transports = [(await loop.create_connection(lambda: Caller(raw, count, done), "127.0.0.1", port))[0] for _ in range(CONNECTIONS)]
    await done.wait()
    for transport in transports:
        transport.abort()


def measure(loop: str, is_profiled: bool) -> None:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [sock.getsockname()[1] for sock in sockets]
    ours, theirs = multiprocessing.Pipe()
    provider = multiprocessing.Process(target=provide, args=(sockets[0],), daemon=True)
    gateway = multiprocessing.Process(target=serve, args=(sockets[1], ports[0], loop, theirs, is_profiled), daemon=True)
    provider.start()
    gateway.start()
    for name, raw in (("GET", GET), ("POST", POST)):
        uvloop.run(load(ports[1], raw, 2000))
        rounds = []
        for _ in range(1 if is_profiled else 3):
            ours.send("cpu")
            before = ours.recv()
            uvloop.run(load(ports[1], raw, CALLS))
            ours.send("cpu")
            after = ours.recv()
            rounds.append(tuple((b - a) / CALLS * 1e6 for a, b in zip(before, after, strict=True)))
        print(loop, name, "us per exchange:", sorted(f"{sum(r):.1f} (user {r[0]:.1f}, kernel {r[1]:.1f})" for r in rounds))
    ours.send("end")
    gateway.join(10)
    provider.terminate()


if __name__ == "__main__":
    measure(next((a for a in sys.argv[1:] if not a.startswith("-")), "uvloop"), "--profile" in sys.argv)
