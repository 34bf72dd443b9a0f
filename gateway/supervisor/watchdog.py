"""The watchdog: a worker whose loop stands still is ended, so that its slot is served again.

Law: a worker is judged by what it counts in shared memory (its loop's lag is measured twice a second), never by being asked: the one who
cannot answer is the one who is looked for.
Must not know: why it stands still, how it is replaced.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from time import monotonic

from .generation import Worker
from .office import SupervisorOffice

PULSE = "jembatan_event_loop_lag_seconds"
_LOOKS = 4  # in the time after which a still worker is ended


class Pulses:
    """When each worker's pulse was last seen to move. Pure: time is an argument."""

    def __init__(self, still_s: float) -> None:
        self._still_s = still_s
        self._seen: dict[int, tuple[float, float]] = {}  # serial → pulse, since when it is that

    def find_still(self, pulses: Iterable[tuple[int, float]], now_s: float) -> list[int]:
        """Take each worker's pulse; give the serials of those that stand still for too long."""
        before, self._seen = self._seen, {}
        still = []
        for serial, pulse in pulses:
            last = before.get(serial)
            since_s = now_s if last is None or last[0] != pulse else last[1]
            self._seen[serial] = (pulse, since_s)
            if now_s - since_s >= self._still_s:
                still.append(serial)
        return still


async def watch_pulses(office: SupervisorOffice, still_s: float) -> None:
    """End every worker that serves and stands still for longer than `still_s`; runs until it is cancelled."""
    pulses = Pulses(still_s)
    while True:
        await asyncio.sleep(still_s / _LOOKS)
        serving: dict[int, Worker] = {worker.serial: worker for worker in office.workers if worker.state == "ready"}
        taken = [(serial, office.tally.count_observations(serial, PULSE)) for serial in serving]
        for serial in pulses.find_still(taken, monotonic()):
            worker = serving[serial]
            sys.stderr.write(f"jembatan: worker {worker.pid} of slot {worker.slot} stands still for {still_s:g} s and is ended\n")
            worker.kill()
