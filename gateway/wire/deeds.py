"""Deeds over the durable stores: done in a thread of their own, so that the loop never waits for a disk.

Laws: 1. The thread begins with the first deed; what came together is done together. 2. A deed that was taken is done, whoever leaves; what
takes too long is answered STORE_UNAVAILABLE and its end let go. 3. What waits is bounded; over it deeds are shed. 4. Stores that failed are
opened anew for the next deed. 5. Closing lets what was taken be done.
Must not know: what a deed does, where things are kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Protocol, TypeAlias

from ..values.asks import Consult
from ..values.faults import CATALOGUE, Fault, Refused, fault
from ..values.stores import StoreFailed, Stores
from .deadlines import Timer, Wheel

WITHIN_S = 5.0
WAITING_MAX = 1024
_TOGETHER_MAX = 64
_INTERNAL = Fault(CATALOGUE["INTERNAL"])

Deed: TypeAlias = Callable[[Stores], object]
Answer: TypeAlias = Callable[[object], None]


class Room(Protocol):
    """The stores, opened by the thread that uses them."""

    def consult_all(self, deeds: Sequence[Deed]) -> list[object]:
        """Do deeds; give for each what it gave or the exception that it ended with.

        Faults: StoreFailed.
        """

    def close(self) -> None:
        """Let go of them."""


class Deeds:
    """Answers `Consult`."""

    __slots__ = ("_loop", "_note", "_note_defect", "_open", "_queue", "_thread", "_waiting", "_wheel")

    def __init__(
        self,
        open_stores: Callable[[], Room] | None,
        wheel: Wheel,
        note: Callable[[str, float], None],
        note_defect: Callable[[Exception], None],
    ) -> None:
        """Tell `note` how each deed ended and how long it was waited for; None = there are no stores."""
        self._open = open_stores
        self._wheel = wheel
        self._note = note
        self._note_defect = note_defect
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._waiting = 0

    def start(self, ask: Consult[object], answer: Answer) -> None:
        """Begin a deed; `answer` is told once, in the loop."""
        if self._open is None or self._waiting >= WAITING_MAX:
            self._note("shed", 0.0)
            answer(fault("STORE_UNAVAILABLE", reason="no stores" if self._open is None else "too many deeds wait"))
            return
        if self._thread is None:
            self._thread = Thread(target=_work, args=(self._open, self._queue, self._tell), name="stores", daemon=True)
            self._thread.start()
        self._waiting += 1
        job = _Job(ask.deed, answer, monotonic())
        job.timer.expire = partial(self._expire, job)
        self._wheel.set_timer(job.timer, job.began_s + WITHIN_S)
        self._queue.put(job)

    def close(self, within_s: float = WITHIN_S) -> None:
        """Let what was taken be done, and end."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(within_s)

    def _tell(self, jobs: Sequence[_Job], found: Sequence[object]) -> None:
        """Come back from the thread into the loop."""
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._deliver, jobs, found)

    def _deliver(self, jobs: Sequence[_Job], found: Sequence[object]) -> None:
        for job, what in zip(jobs, found, strict=True):
            self._waiting -= 1
            answer, job.answer = job.answer, None
            job.timer.retire()
            if answer is not None:
                outcome, given = self._judge(what)
                self._note(outcome, monotonic() - job.began_s)
                answer(given)

    def _judge(self, what: object) -> tuple[str, object]:
        if not isinstance(what, Exception):
            return "done", what
        if isinstance(what, Refused):
            return "refused", what.fault
        if isinstance(what, StoreFailed):
            return "failed", fault("STORE_UNAVAILABLE", reason=f"the store failed: {what}")
        self._note_defect(what)
        return "failed", _INTERNAL

    def _expire(self, job: _Job) -> None:
        answer, job.answer = job.answer, None
        if answer is not None:
            self._note("late", monotonic() - job.began_s)
            answer(fault("STORE_UNAVAILABLE", reason="late"))


class _Job:
    """One deed that waits or is done."""

    __slots__ = ("answer", "began_s", "deed", "timer")

    def __init__(self, deed: Deed, answer: Answer, began_s: float) -> None:
        self.deed = deed
        self.answer: Answer | None = answer
        self.began_s = began_s
        self.timer = Timer(lambda: None)


def _work(
    open_stores: Callable[[], Room], queue: SimpleQueue[_Job | None], tell: Callable[[Sequence[_Job], Sequence[object]], None]
) -> None:
    """Do deeds until told to end."""
    room: Room | None = None
    while (first := queue.get()) is not None:
        jobs, is_last = _take_more(queue, first)
        try:
            room = room or open_stores()
            found = room.consult_all([job.deed for job in jobs])
        except Exception as error:
            found = [error] * len(jobs)
            if room is not None:
                room.close()
            room = None
        tell(jobs, found)
        if is_last:
            break
    if room is not None:
        room.close()


def _take_more(queue: SimpleQueue[_Job | None], first: _Job) -> tuple[list[_Job], bool]:
    """Take what waits behind the first, up to what is done together; say whether the end was among it."""
    jobs = [first]
    with suppress(Empty):
        while len(jobs) < _TOGETHER_MAX:
            job = queue.get_nowait()
            if job is None:
                return jobs, True
            jobs.append(job)
    return jobs, False
