"""Several calls at once over real sockets: side by side, cancelled with their caller, ended by the deadline."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from gateway.values.asks import Branch, CallUpstream, Flow, Together, wait
from gateway.values.faults import Fault, Refused
from gateway.values.model import Effect, Response, Upstream
from gateway.values.route import Exchange, Route

from .rig import read_call, run_plane

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


def ask(upstream: Upstream, name: str, effect: Effect = "read") -> Flow[object]:
    reply = yield from wait(CallUpstream(upstream, effect, b"GET", b"/" + name.encode(), b"Host: p\r\n", None))
    return reply.body.decode()


def gather(
    names: str, *, width: int = 8, good: int = 0, deadline_s: float = 0.0, within_s: float = 9.0, effect: Effect = "read"
) -> Callable[[Upstream], Any]:
    """Give a life that asks the provider once a name, together."""

    def life_of(upstream: Upstream) -> Callable[[Exchange], Flow[Response]]:
        route = Route("r", 0, "GET", "/", "read", (), upstream, 100, deadline_s)

        def life(exchange: Exchange) -> Flow[Response]:
            exchange.route = route
            branches = [Branch(ask(upstream, name, effect), within_s) for name in names]
            try:
                got = yield from wait(Together(branches, width, good))
            except Refused as refused:
                return Response(refused.fault.kind.status, (), refused.fault.kind.name.encode())
            told = [each.kind.name if isinstance(each, Fault) else str(each) for each in got]
            return Response(200, (), " ".join(told).encode())

        return life

    return life_of


class Meeting:
    """A provider that answers none before `count` calls are there at once; `silent` names it never answers."""

    def __init__(self, count: int, silent: str = "") -> None:
        self.count, self.silent, self.there = count, silent, 0
        self.full = asyncio.Event()
        self.cut = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head, _ = await read_call(reader)
                name = head.split(b" ")[1][1:]
                self.there += 1
                if self.there >= self.count:
                    self.full.set()
                await self.full.wait()
                if name.decode() in self.silent:
                    await reader.read()
                    self.cut += 1
                    return
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name)


async def test_calls_are_under_way_at_the_same_time_and_answered_in_order() -> None:
    async with run_plane(gather("abc"), Meeting(3)) as rig:
        answer = await rig.ask(GET)
        assert (answer.status, answer.body) == (200, b"a b c")
        assert rig.desk.attempts == ["answered"] * 3


async def test_what_is_not_needed_any_more_is_cancelled_upstream() -> None:
    meeting = Meeting(2, silent="a")
    async with run_plane(gather("ab", good=1), meeting) as rig:
        answer = await rig.ask(GET)
        assert answer.body == b"None b"
        assert sorted(rig.desk.attempts) == ["answered", "cancelled"]


async def test_one_that_is_slow_costs_its_own_part() -> None:
    async with run_plane(gather("ab", within_s=0.05), Meeting(2, silent="b")) as rig:
        answer = await rig.ask(GET)
        assert answer.body == b"a PROVIDER_TIMEOUT"


async def test_the_deadline_of_the_exchange_ends_all_of_them() -> None:
    async with run_plane(gather("ab", deadline_s=0.05), Meeting(2, silent="ab")) as rig:
        answer = await rig.ask(GET)
        assert (answer.status, answer.body) == (504, b"PROVIDER_TIMEOUT")
        assert rig.desk.attempts == ["cancelled", "cancelled"]


@pytest.mark.parametrize("effect", ["read", "write"])
async def test_a_caller_who_leaves_cancels_the_reads_and_lets_the_writes_run(effect: Effect) -> None:
    gate, began = asyncio.Event(), asyncio.Event()

    async def provider(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_call(reader)
        began.set()
        if effect == "write":
            await gate.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        with contextlib.suppress(ConnectionError):
            await reader.read()

    async with run_plane(gather("a", effect=effect), provider) as rig:
        peer = await rig.connect()
        peer.send(GET)
        await began.wait()
        await peer.close()
        if effect == "write":
            await rig.desk.until(lambda: rig.desk.open == 0)
            assert rig.desk.ended == []
            gate.set()
        await rig.desk.until(lambda: len(rig.desk.ended) == 1)
        assert rig.desk.attempts == ["cancelled" if effect == "read" else "answered"]
        assert rig.desk.ended[0][1] == "caller_gone"
