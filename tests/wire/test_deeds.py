"""Deeds over the stores, from exchanges on real sockets: in their own thread, done whoever leaves, shed and late within bounds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gateway.values.asks import Consult, Flow, wait
from gateway.values.faults import Refused, refuse
from gateway.values.model import Response, Upstream
from gateway.values.route import Exchange
from gateway.values.stores import StoreFailed, Stores
from gateway.wire import deeds as deeds_module
from gateway.wire.deadlines import Timer
from gateway.wire.deeds import Deeds

from .rig import run_plane

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


class Room:
    """Stores that do a deed by calling it, and fail as often as they are told."""

    def __init__(self, fails: int = 0) -> None:
        self.fails, self.opened, self.closed = fails, 0, 0
        self.threads: set[str] = set()

    def open(self) -> Room:
        self.opened += 1
        return self

    def close(self) -> None:
        self.closed += 1

    def consult_all(self, asked: Sequence[Callable[[Any], object]]) -> list[object]:
        self.threads.add(threading.current_thread().name)
        if self.fails:
            self.fails -= 1
            raise StoreFailed("planted")
        return [self.do(deed) for deed in asked]

    @staticmethod
    def do(deed: Callable[[Any], object]) -> object:
        try:
            return deed(None)
        except Exception as error:
            return error


class Line:
    """A wheel that the test turns."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def set_timer(self, timer: Timer, due_s: float) -> None:
        self.timers.append(timer)


class Stage:
    """Deeds over a room, and what was told of them."""

    def __init__(self, room: Room | None) -> None:
        self.wheel: Any = Line()
        self.told: list[str] = []
        self.defects: list[Exception] = []
        self.deeds = Deeds(None if room is None else room.open, self.wheel, lambda how, _: self.told.append(how), self.defects.append)

    async def do(self, deed: Callable[[Stores], object]) -> object:
        got: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.deeds.start(Consult(deed), got.set_result)
        async with asyncio.timeout(8):
            return await got


def name_of(got: object) -> str:
    return got.kind.name  # type: ignore[attr-defined,no-any-return]


async def test_a_deed_is_done_in_a_thread_of_its_own_and_its_answer_comes_in_the_loop() -> None:
    room = Room()
    stage = Stage(room)
    assert [await stage.do(lambda _: threading.current_thread().name), await stage.do(lambda _: 2)] == ["stores", 2]
    assert (room.opened, room.threads, stage.told) == (1, {"stores"}, ["done", "done"])
    stage.deeds.close()
    assert room.closed == 1


async def test_stores_that_failed_are_opened_anew_for_the_next_deed() -> None:
    room = Room(fails=1)
    stage = Stage(room)
    assert name_of(await stage.do(lambda _: 1)) == "STORE_UNAVAILABLE"
    assert await stage.do(lambda _: 1) == 1
    assert (room.opened, room.closed, stage.told) == (2, 1, ["failed", "done"])
    stage.deeds.close()


async def test_what_a_deed_refuses_is_the_answer_and_what_it_breaks_is_a_defect_of_ours() -> None:
    stage = Stage(Room())

    def deny(_: object) -> None:
        raise refuse("CONFLICT")

    def fail(_: object) -> None:
        raise KeyError("planted")

    assert [name_of(await stage.do(deny)), name_of(await stage.do(fail))] == ["CONFLICT", "INTERNAL"]
    assert stage.told == ["refused", "failed"]
    assert [type(each) for each in stage.defects] == [KeyError]
    stage.deeds.close()


async def test_without_stores_a_deed_is_shed() -> None:
    stage = Stage(None)
    assert name_of(await stage.do(lambda _: 1)) == "STORE_UNAVAILABLE"
    assert stage.told == ["shed"]


async def test_what_takes_too_long_is_answered_and_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deeds_module, "WAITING_MAX", 2)
    stage = Stage(Room())
    gate = threading.Event()
    answers: list[object] = []
    second: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    stage.deeds.start(Consult(lambda _: gate.wait(8)), answers.append)
    stage.deeds.start(Consult(lambda _: "second"), second.set_result)
    stage.deeds.start(Consult(lambda _: "third"), answers.append)
    assert [name_of(answer) for answer in answers] == ["STORE_UNAVAILABLE"]  # the third
    stage.wheel.timers[0].expire()
    assert [name_of(answer) for answer in answers] == ["STORE_UNAVAILABLE"] * 2
    gate.set()
    async with asyncio.timeout(8):
        assert await second == "second"
    assert await stage.do(lambda _: "fourth") == "fourth"
    assert (len(answers), stage.told) == (2, ["shed", "late", "done", "done"])
    stage.deeds.close()


async def test_closing_lets_what_was_taken_be_done() -> None:
    stage = Stage(Room())
    done: list[int] = []
    for number in range(200):
        stage.deeds.start(Consult(lambda _, n=number: done.append(n)), lambda _: None)
    stage.deeds.close()
    assert done == list(range(200))


# -- over a caller's connection


def life_of(begun: asyncio.Event, ended: list[object]) -> Callable[[Upstream], Any]:
    def make(upstream: Upstream) -> Callable[[Exchange], Flow[Response]]:
        def life(exchange: Exchange) -> Flow[Response]:
            begun.set()
            try:
                ended.append((yield from wait(Consult(lambda _: "kept"))))
                ended.append((yield from wait(Consult(lambda _: "again"))))
            except Refused as refused:
                ended.append(refused.fault.kind.name)
            return Response(200, (), b"x")

        return life

    return make


async def test_an_exchange_waits_for_a_deed_and_goes_on_with_its_answer() -> None:
    ended: list[object] = []
    stage = Stage(Room())
    async with run_plane(life_of(asyncio.Event(), ended), consult=stage.deeds.start) as rig:
        assert (await rig.ask(GET)).body == b"x"
    assert ended == ["kept", "again"]
    stage.deeds.close()


async def test_without_stores_an_exchange_is_told_so() -> None:
    ended: list[object] = []
    async with run_plane(life_of(asyncio.Event(), ended)) as rig:
        await rig.ask(GET)
    assert ended == ["STORE_UNAVAILABLE"]


async def test_a_caller_who_leaves_changes_nothing_of_a_deed_nor_of_the_next() -> None:
    """What a write did is kept, whoever has left."""
    begun, ended = asyncio.Event(), list[object]()
    waiting: list[Callable[[object], None]] = []
    async with run_plane(life_of(begun, ended), consult=lambda ask, answer: waiting.append(answer)) as rig:
        peer = await rig.connect()
        peer.send(GET)
        await begun.wait()
        await peer.close()
        await rig.desk.until(lambda: rig.desk.open == 0)
        waiting[0]("kept")
        waiting[1]("again")
        assert ended == ["kept", "again"]
