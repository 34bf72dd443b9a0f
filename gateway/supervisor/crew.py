"""The crew: the workers in the slots; who starts, who drains, who is replaced.

Laws: 1. A slot's new worker serves before its old one is told to drain. 2. A worker that dies unasked is replaced, ever less
quickly where it keeps dying. 3. What a worker counted is kept when it is gone.
Must not know: why a generation comes, when the end comes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from ..channel import make_channels
from ..observe.cells import Cells, open_block
from .generation import Generation, Worker
from .office import SupervisorOffice
from .slots import Slot

_ATTEMPTS = 3
_DRAINING_MAX = 8  # a slot
_HASTE_S = 1.0
_MARGIN_S = 5.0
_QUIET_STATUSES = (0, 3)  # drained whole; cut by the bound of the drain


class Crew:
    """All workers of all generations."""

    def __init__(self, office: SupervisorOffice, start_s: float, miss_generation: Callable[[], None]) -> None:
        """Keep `office` true; call `miss_generation` where the current nursery is gone."""
        self._office = office
        self._start_s = start_s
        self._miss_generation = miss_generation
        self.current: Generation | None = None
        self.is_ending = False
        self._generations: set[Generation] = set()
        self._leaving: list[Generation] = []  # told to end, not reaped yet
        self._refills: set[asyncio.Task[None]] = set()
        self._serial = 0
        self._gone = asyncio.Event()

    def make_generation(self, number: int) -> Generation:
        """Make a generation that this crew hears."""
        generation = Generation(number, self._hear_nursery_end, self._hear_reaped)
        self._generations.add(generation)
        return generation

    async def roll(self, generation: Generation) -> bool:
        """Put workers of this generation into all slots, one after the other; say whether all took one.

        Where the first slot takes none, nothing has changed.
        """
        for slot in self._office.slots:
            async with slot.lock:
                worker = await self._start_ready(slot, generation)
                if worker is None:
                    return False
                old, slot.worker = slot.worker, worker
                self._make_current(generation)
                if old is not None:
                    self._drain(old)
        return True

    async def wait_room(self) -> None:
        """Wait until so few workers drain that another roll may add to them: reloads in a row cannot pile up processes."""
        while len(draining := [w for w in self._office.workers if w.state == "draining"]) > _DRAINING_MAX * len(self._office.slots):
            ends = [asyncio.ensure_future(worker.ended.wait()) for worker in draining]
            try:
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for end in ends:
                    end.cancel()

    async def drain_all(self) -> None:
        """Drain every worker and wait until all are gone."""
        self.is_ending = True
        await self._cancel_refills()
        for worker in list(self._office.workers):
            worker.tell("drain")
        await self._wait_gone()

    async def end_all(self) -> None:
        """End whatever is left, and wait until it is gone."""
        self.is_ending = True
        await self._cancel_refills()
        for worker in list(self._office.workers):
            worker.tell("hasten")
        with suppress(TimeoutError):
            async with asyncio.timeout(_HASTE_S):
                await self._wait_gone()
        for worker in list(self._office.workers):
            worker.kill()
        await self._wait_gone()
        for generation in (*self._generations, *self._leaving):
            generation.close()
            await generation.wait_ended()

    def drop_if_idle(self, generation: Generation) -> None:
        """Let a nursery end where it is not current and has no worker."""
        if generation is not self.current and not generation.workers:
            generation.close()
            self._generations.discard(generation)
            self._leaving = [each for each in self._leaving if not each.has_ended] + [generation]

    def _make_current(self, generation: Generation) -> None:
        old, self.current = self.current, generation
        if old is not None and old is not generation:
            self.drop_if_idle(old)

    async def _start_ready(self, slot: Slot, generation: Generation) -> Worker | None:
        for _ in range(_ATTEMPTS):
            worker = self._start(slot, generation)
            await asyncio.wait((worker.started,), timeout=self._start_s)
            if worker.started.done() and worker.started.result():
                return worker
            worker.kill()
            if not generation.is_alive:
                break
        return None

    def _start(self, slot: Slot, generation: Generation) -> Worker:
        assert generation.facts is not None
        view = generation.facts.view
        block = open_block(view.size)
        try:
            ours, theirs = make_channels()
        except OSError:
            os.close(block)
            raise
        ours.socket.setblocking(False)
        self._serial += 1
        self._office.books.starts += 1
        worker = Worker(self._serial, slot.index, generation, ours, monotonic())
        try:
            self._office.tally.adopt(worker.serial, view, Cells(block))
            self._office.workers.add(worker)
            generation.workers.add(worker)
            asyncio.get_running_loop().add_reader(ours.fileno(), self._hear_worker, worker)
            generation.fork(slot.index, (theirs.fileno(), block, slot.listener.fileno()))
        finally:
            theirs.close()
            os.close(block)
        return worker

    def _hear_worker(self, worker: Worker) -> None:
        messages, goes_on = worker.control.receive()
        for message, _ in messages:
            if message["event"] == "born":
                worker.pid = message["pid"]
            elif message["event"] == "ready" and not worker.started.done():
                if worker.state == "starting":
                    worker.state = "ready"
                worker.started.set_result(True)
            elif message["event"] == "draining":
                worker.state = "draining"
                self._vacate(worker)
        if not goes_on:
            self._bury(worker)

    def _bury(self, worker: Worker) -> None:
        asyncio.get_running_loop().remove_reader(worker.control.fileno())
        worker.control.close()
        self._office.tally.retire(worker.serial)
        self._office.workers.discard(worker)
        worker.generation.workers.discard(worker)
        worker.ended.set()
        if not worker.started.done():
            worker.started.set_result(False)
        if not self._office.workers:
            self._gone.set()
        self._reap_orphan(worker)
        self.drop_if_idle(worker.generation)
        self._vacate(worker)

    def _vacate(self, worker: Worker) -> None:
        """A worker stops serving its slot, dead or told to drain by another hand: the slot gets a new one."""
        slot = self._office.slots[worker.slot]
        if slot.worker is worker:
            slot.worker = None
            slot.note_death(monotonic() - worker.began_s)
            self._refill(slot)

    def _refill(self, slot: Slot) -> None:
        if self.is_ending:
            return
        self._office.books.restarts += 1
        task = asyncio.ensure_future(self._fill(slot))
        self._refills.add(task)
        task.add_done_callback(self._refills.discard)

    async def _fill(self, slot: Slot) -> None:
        """Put a worker into an empty slot; where the nursery is gone, the next generation's roll does."""
        while True:
            await asyncio.sleep(slot.backoff_s)
            async with slot.lock:
                current = self.current
                if slot.worker is not None or current is None or not current.is_alive:
                    return
                try:
                    slot.worker = await self._start_ready(slot, current)
                except OSError as error:  # out of descriptors or of memory: for now, so the slot is tried again
                    sys.stderr.write(f"jembatan: no worker can be started now: {error.strerror or type(error).__name__}\n")
                if slot.worker is not None:
                    return
            slot.note_death(0.0)

    def _drain(self, worker: Worker) -> None:
        worker.tell("drain")
        facts = worker.generation.facts
        assert facts is not None
        asyncio.get_running_loop().call_later(facts.drain_s + _MARGIN_S, worker.kill)

    def _hear_nursery_end(self, generation: Generation) -> None:
        if generation is self.current and not self.is_ending:
            self._office.books.nursery_deaths += 1
            self._miss_generation()

    def _hear_reaped(self, pid: int, status: int) -> None:
        """A worker was reaped by its nursery; that it is gone is heard on its own channel, so only its status is news."""
        if status not in _QUIET_STATUSES:
            sys.stderr.write(f"jembatan: worker {pid} ended with status {status}\n")

    def _reap_orphan(self, worker: Worker) -> None:
        """Where we are the first process of a container, orphans of a nursery that is gone become our children."""
        if os.getpid() != 1 or worker.generation.is_alive or not worker.pid:
            return

        def reap() -> None:
            with suppress(ChildProcessError):
                os.waitpid(worker.pid, os.WNOHANG)

        asyncio.get_running_loop().call_later(1.0, reap)

    async def _wait_gone(self) -> None:
        while self._office.workers:
            self._gone.clear()
            await self._gone.wait()

    async def _cancel_refills(self) -> None:
        tasks = list(self._refills)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
