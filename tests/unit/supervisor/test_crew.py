"""The crew where the machine refuses: a slot is tried until it has a worker, and nothing is left open."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import cast

import pytest

from gateway.observe.tally import LayoutView
from gateway.supervisor import crew as room
from gateway.supervisor import slots
from gateway.supervisor.crew import Crew
from gateway.supervisor.generation import Generation, Worker
from gateway.supervisor.office import SupervisorOffice
from gateway.supervisor.options import Address, PlanFacts

FACTS = PlanFacts("abc", Address("127.0.0.1", 1), Address("127.0.0.1", 2), 1, 1.0, 30.0, LayoutView((), 0), (), (), (), 0)


def make_crew() -> tuple[Crew, slots.Slot, Generation]:
    office = SupervisorOffice()
    slot = slots.Slot(0, socket.socket())
    office.slots.append(slot)
    crew = Crew(office, 1.0, lambda: None)
    generation = crew.current = crew.make_generation(1)
    generation.is_alive, generation.facts = True, FACTS
    return crew, slot, generation


async def test_a_slot_whose_worker_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_BACKOFF_S", (0.0,))
    crew, slot, _ = make_crew()
    worker = cast(Worker, object())
    outcomes: list[object] = [OSError(24, "Too many open files"), OSError(12, "no memory"), worker]

    async def start(slot: slots.Slot, generation: Generation) -> Worker:
        outcome = outcomes.pop(0)
        if isinstance(outcome, OSError):
            raise outcome
        return cast(Worker, outcome)

    monkeypatch.setattr(crew, "_start_ready", start)
    async with asyncio.timeout(8):
        await crew._fill(slot)
    assert (slot.worker, outcomes) == (worker, [])
    slot.listener.close()


async def test_a_start_that_fails_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    crew, slot, generation = make_crew()
    opened: list[int] = []

    def open_block(size: int) -> int:
        opened.append(os.open("/dev/null", os.O_RDONLY))
        return opened[0]

    def refuse() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(room, "open_block", open_block)
    monkeypatch.setattr(room, "make_channels", refuse)
    with pytest.raises(OSError, match="Too many"):
        crew._start(slot, generation)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])
    slot.listener.close()


async def test_a_worker_that_has_just_ended_is_killed_without_complaint() -> None:
    _, slot, generation = make_crew()
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()
    worker = Worker(1, 0, generation, None, 0.0)  # type: ignore[arg-type]
    worker.pid = process.pid
    worker.kill()
    slot.listener.close()
