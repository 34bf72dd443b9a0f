"""Runs the supervisor: first plan, rolling reloads, restarts, the end.

Must not know: how a plan is compiled, what a worker does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from time import time

from ..manage.server import Management
from .crew import Crew
from .generation import PlanNotCompiled
from .office import SupervisorOffice
from .options import PlanFacts, Ready, SupervisorOptions
from .slots import close_slots, open_slots
from .watchdog import watch_pulses
from .watching import digest_folders, watch_folders

_MARGIN_S = 5.0  # what a worker gets beyond its own bound before it is killed
_ELSEWHERE = "end what listens there, or name another: --listen HOST:PORT, --management HOST:PORT (port 0: a free one)"
_RETRY_S = (0.1, 1.0, 5.0, 15.0, 30.0)

EXIT_FINE, EXIT_REFUSED, EXIT_INTERNAL = 0, 1, 4


async def run_supervisor(options: SupervisorOptions, on_ready: Callable[[Ready], None]) -> int:
    """Serve until SIGTERM or SIGINT; call `on_ready` once everything answers; give the exit status.

    Shape: 0 ended as told; 1 the first plan was refused (its diagnostics are on standard error); 4 it could not be started.
    """
    supervisor = Supervisor(options)
    try:
        return await supervisor.run(on_ready)
    finally:
        await supervisor.close()


class Supervisor:
    """One running gateway."""

    def __init__(self, options: SupervisorOptions) -> None:
        """Begin with nothing open."""
        self._options = options
        self._office = SupervisorOffice()
        self._management = Management(self._office)
        self._crew = Crew(self._office, options.start_s, self._miss_generation)
        self._first: PlanFacts | None = None
        self._wanted = asyncio.Event()
        self._stop = asyncio.Event()
        self._hasten = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._retries = 0
        self._log_fd: int | None = None

    async def run(self, on_ready: Callable[[Ready], None]) -> int:
        """Start, serve, end."""
        self._hear_signals()
        self._log_fd = _open_access_log(self._options.access_log)
        starting = asyncio.ensure_future(self._start(on_ready))
        stopping = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
        if starting.done() and starting.result() != EXIT_FINE:
            stopping.cancel()
            return starting.result()
        await stopping
        starting.cancel()
        await asyncio.wait((starting,))
        await self._end()
        return EXIT_FINE

    async def close(self) -> None:
        """Leave nothing behind, whatever happened."""
        await self._cancel_tasks()
        await self._crew.end_all()
        close_slots(self._office.slots)
        await self._management.stop()
        if self._log_fd is not None and self._log_fd > 2:
            os.close(self._log_fd)

    async def _start(self, on_ready: Callable[[Ready], None]) -> int:
        folders, is_watching = self._options.folders, self._options.is_watching
        seen = await asyncio.to_thread(digest_folders, folders) if is_watching else b""
        if await self._reload() != "served":
            return EXIT_REFUSED if self._first is None else EXIT_INTERNAL
        facts = self._first
        assert facts is not None
        self._office.has_started = True
        self._begin(self._keep_reloading())
        self._begin(watch_pulses(self._office, self._options.still_s))
        if is_watching:
            self._begin(watch_folders(folders, seen, self._wanted.set))
        port = self._office.slots[0].listener.getsockname()[1]
        pids = tuple(slot.worker.pid for slot in self._office.slots if slot.worker is not None)
        on_ready(Ready(facts.data_plane.show_url(port), facts.management.show_url(self._management.port), facts.hash, pids))
        return EXIT_FINE

    async def _keep_reloading(self) -> None:
        while True:
            await self._wanted.wait()
            await self._crew.wait_room()
            self._wanted.clear()
            await self._reload()
            if self._crew.current is None or not self._crew.current.is_alive:
                self._miss_generation()
            elif self._office.books.is_last_reload_served:
                self._retries = 0

    def _miss_generation(self) -> None:
        """The current nursery is gone: compile again, soon, and ever less soon."""
        if self._stop.is_set():
            return
        delay_s = _RETRY_S[min(self._retries, len(_RETRY_S) - 1)]
        self._retries += 1
        asyncio.get_running_loop().call_later(delay_s, self._wanted.set)

    async def _reload(self) -> str:
        books = self._office.books
        began_s = time()
        books.generation += 1
        generation = self._crew.make_generation(books.generation)
        outcome = "failed"
        try:
            served = self._office.facts or self._first
            facts = await generation.compile(self._options, self._log_fd, "" if served is None else served.store)
            await self._open(facts)
            outcome = "served" if await self._crew.roll(generation) else "failed"
            if self._crew.current is generation:
                self._office.facts = facts
                books.last_served_s = time()
                if outcome == "failed":  # some slots took it and one did not: not the plan's fault, so try again
                    self._miss_generation()
        except PlanNotCompiled as error:
            outcome = "refused"
            _say(f"the plan is refused; {'the old one keeps serving' if self._first else 'nothing starts'}\n{error}")
        except OSError as error:
            _say(f"cannot listen: {error.strerror or type(error).__name__}; {_ELSEWHERE}")
        finally:
            self._crew.drop_if_idle(generation)
        books.reloads[outcome] += 1
        books.is_last_reload_served = outcome == "served"
        books.last_reload_took_s = time() - began_s
        return outcome

    async def _open(self, facts: PlanFacts) -> None:
        """Open what the first plan names; a later plan that names other addresses takes them at the next start."""
        if self._first is None:
            self._first = facts
            self._office.slots.extend(open_slots(facts.data_plane, facts.workers))
            await self._open_management(facts.management.host, facts.management.port)
            return
        first = self._first
        for what, old, new in (
            ("listen", (first.data_plane.host, first.data_plane.port), (facts.data_plane.host, facts.data_plane.port)),
            ("management", first.management, facts.management),
            ("workers", first.workers, facts.workers),
        ):
            if old != new:
                _say(f"`{what}` of the gateway has changed: that takes a restart; until then it stays as it is")

    async def _open_management(self, host: str, port: int) -> None:
        try:
            await self._management.start(host, port)
        except OSError as error:  # asyncio's own text tells it in words that no other refusal has
            raise OSError(error.errno, f"{host}:{port}: {os.strerror(error.errno or 0)}") from error

    async def _end(self) -> None:
        """Unready at once; accept for the grace; finish what runs within the bound."""
        self._office.is_draining = True
        facts = self._office.facts or self._first
        if facts is not None:
            await self._wait_hastened(facts.grace_s)
            self._hasten.clear()  # it ended the grace; another one ends the drain
        await self._cancel_tasks()
        drained = asyncio.ensure_future(self._crew.drain_all())
        hastened = asyncio.ensure_future(self._hasten.wait())
        bound_s = (facts.drain_s if facts is not None else 0.0) + _MARGIN_S
        await asyncio.wait((drained, hastened), timeout=bound_s, return_when=asyncio.FIRST_COMPLETED)
        hastened.cancel()
        drained.cancel()

    async def _wait_hastened(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hasten.wait()

    def _hear_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._hear_stop)
        loop.add_signal_handler(signal.SIGHUP, self._wanted.set)

    def _hear_stop(self) -> None:
        if self._stop.is_set():
            self._hasten.set()
        self._office.is_draining = True
        self._crew.is_ending = True
        self._stop.set()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _cancel_tasks(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


def _open_access_log(where: str) -> int | None:
    if not where:
        return None
    return 1 if where == "-" else os.open(where, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)


def _say(text: str) -> None:
    sys.stderr.write(f"jembatan: {text}\n")
    sys.stderr.flush()
