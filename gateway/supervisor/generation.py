"""A generation: one nursery, the plan that it compiled, and the workers forked from it, as the supervisor sees them.

Laws: 1. The end of a channel is the end of its process. 2. A generation that is not current ends when its last worker has.
Must not know: slots, reloads, signals.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from ..channel import Channel, make_channels
from ..values.model import Json
from .options import PlanFacts, SupervisorOptions, read_facts

_ROOT = str(Path(__file__).resolve().parents[2])


class PlanNotCompiled(Exception):
    """Carries why there is no plan: the rendered diagnostics, or what became of the nursery."""


class Worker:
    """One worker: its control channel, and what it was last heard to be."""

    def __init__(self, serial: int, slot: int, generation: Generation, control: Channel, began_s: float) -> None:
        """Begin as starting; nothing was heard yet."""
        self.serial = serial
        self.slot = slot
        self.generation = generation
        self.control = control
        self.began_s = began_s
        self.pid = 0
        self.state = "starting"  # starting | ready | draining
        self.started: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.ended = asyncio.Event()

    def tell(self, what: str) -> None:
        """Tell it to `drain` or to `hasten`; one that is gone does not hear."""
        self.state = "draining"
        try:
            self.control.send({"do": what})
        except OSError:
            return

    def kill(self) -> None:
        """End it at once, if it lives."""
        if self.pid and not self.ended.is_set():
            with suppress(ProcessLookupError):  # it has just ended, and its channel tells so next
                os.kill(self.pid, 9)


class Generation:
    """One nursery and its plan."""

    def __init__(self, number: int, hear_end: Callable[[Generation], None], hear_death: Callable[[int, int], None]) -> None:
        """Call `hear_end` when the nursery is gone, `hear_death` with the pid and exit status of a worker that it reaped."""
        self.number = number
        self.workers: set[Worker] = set()
        self.is_alive = False
        self.facts: PlanFacts | None = None
        self._hear_end = hear_end
        self._hear_death = hear_death
        self._channel: Channel | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._told: asyncio.Future[dict[str, Json]] | None = None

    async def compile(self, options: SupervisorOptions, log_fd: int | None, store: str = "") -> PlanFacts:
        """Start the nursery and wait for its plan; `store` is the path of the stores that are in use, which are not begun anew.

        Faults: PlanNotCompiled; the nursery has ended then.
        """
        self._told = asyncio.get_running_loop().create_future()
        try:
            await self._start(options, log_fd, store)
            async with asyncio.timeout(options.compile_s):
                told = await self._told
        except TimeoutError:
            self.close(is_hasty=True)
            raise PlanNotCompiled(f"compiling took more than {options.compile_s:g} s") from None
        except BaseException:
            self.close(is_hasty=True)
            raise
        if told["event"] != "compiled":
            self.close()
            raise PlanNotCompiled(str(told.get("text", "")))
        self.facts = read_facts(told, options)
        return self.facts

    def fork(self, slot: int, fds: Sequence[int]) -> None:
        """Ask for a worker; where the nursery is gone the worker's channel ends, which is heard like a death."""
        if self._channel is None:
            return
        try:
            self._channel.send({"do": "fork", "slot": slot}, fds)
        except OSError:
            return

    def close(self, is_hasty: bool = False) -> None:
        """Let the nursery end; its workers go on."""
        if self._channel is not None:
            asyncio.get_running_loop().remove_reader(self._channel.fileno())
            self._channel.close()
            self._channel = None
        self.is_alive = False
        if is_hasty and self._process is not None and self._process.returncode is None:
            self._process.kill()

    @property
    def has_ended(self) -> bool:
        """Say whether the nursery is gone and reaped."""
        return self._process is None or self._process.returncode is not None

    async def wait_ended(self) -> None:
        """Wait until the nursery is gone and reaped."""
        if self._process is not None:
            await self._process.wait()

    async def _start(self, options: SupervisorOptions, log_fd: int | None, store: str) -> None:
        ours, theirs = make_channels()
        fd = theirs.fileno()
        command = ["-m", "gateway.nursery", "--channel", str(fd), "--loader", options.loader]
        command += ["--log-fd", str(-1 if log_fd is None else log_fd), "--state", str(options.state)]
        command += ["--store", store, "--", *map(str, options.folders)]
        paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(fd,) if log_fd is None or log_fd <= 2 else (fd, log_fd),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )
        finally:
            theirs.close()
            self._channel = ours
            ours.socket.setblocking(False)
            self.is_alive = True
            asyncio.get_running_loop().add_reader(ours.fileno(), self._hear)

    def _hear(self) -> None:
        assert self._channel is not None and self._told is not None
        messages, goes_on = self._channel.receive()
        for message, _ in messages:
            if message["event"] == "died":
                self._hear_death(message["pid"], message["status"])
            elif not self._told.done():
                self._told.set_result(message)
        if not goes_on:
            if not self._told.done():
                self._told.set_result({"event": "ended", "text": "the compiling process ended without a plan"})
            self.close()
            self._hear_end(self)
