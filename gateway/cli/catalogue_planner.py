"""The clusters and plans that the catalogue's pages show: reckoned in a process of its own, anew when entries came.

Laws: 1. What is reckoned is handed over whole: a page sees all of it or nothing. 2. A reckoning that fails keeps what was there, is said
and counted. 3. One begins when the catalogue changed and the last one, whatever became of it, began long enough ago; never two at once.
Must not know: pages.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Protocol

from ..catalogue.entry import App
from ..catalogue.merging.cluster import Cluster
from ..catalogue.merging.plan import MergePlan, plan_merge, rank_plans
from ..catalogue.port import CatalogueStore
from ..manage.catalogue_meters import Meters
from ..manage.catalogue_plans import Reckoned, Since
from .catalogue_judge import load_judge
from .catalogue_merging import load_around, load_clusters, read_assumptions
from .catalogue_shelf import open_store
from .frame import UsageError

_LOG = logging.getLogger("jembatan.catalogue")
_LOOK_S = 30.0  # how often the catalogue is looked at
_TOOK_S_MAX = 3600.0


class Relates(Protocol):
    """What compares entries."""

    def relate(self, ids: Sequence[str]) -> tuple[tuple[str, str, float], ...]:
        """Give the likely pairs among some entries."""


@dataclass(frozen=True, slots=True)
class Done:
    """The last thing that a reckoning tells. Shape: `seen` the last event that it holds."""

    seen: int
    found: datetime


class Failed(RuntimeError):
    """A reckoning came to nothing."""


Told = MergePlan | Done | Failed
Reckon = Callable[[argparse.Namespace], Iterator[Told]]


def reckon_plans(arguments: argparse.Namespace) -> Iterator[Told]:
    """Find the clusters of a catalogue and make their plans, the most worthwhile first; `Done` at the end.

    Faults: UsageError.
    """
    with open_store(arguments) as store:
        seen, found = store.last(), datetime.now(UTC)
        apps = {app.id: app for app in store.entries()}
    if arguments.clusters:
        clusters = load_clusters(arguments.clusters, apps)
        found = datetime.fromtimestamp(arguments.clusters.stat().st_mtime, UTC)
    else:
        clusters = _search(arguments, apps)
    around = load_around(arguments)
    yield from rank_plans(plan_merge(one, apps, around) for one in clusters)
    yield Done(seen, found)


def _search(arguments: argparse.Namespace, apps: dict[str, App]) -> list[Cluster]:
    judge = load_judge(arguments, apps.values())
    from ..catalogue.overlap.clusters import find_clusters

    return [Cluster(one.id, one.members) for one in find_clusters(*judge)]


def _tell(reckon: Reckon, arguments: argparse.Namespace, line: Connection) -> None:
    """Reckon, in the process of its own, and tell the listener."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the listener ends this process
    with suppress(OSError):
        os.nice(10)
    try:
        for one in reckon(arguments):
            line.send(one)
    except BrokenPipeError:
        return
    except UsageError as error:
        line.send(Failed(str(error)))
    except Exception as error:
        line.send(Failed(type(error).__name__))


class Planner:
    """What to merge, as it was when it was last reckoned."""

    def __init__(
        self, arguments: argparse.Namespace, store: CatalogueStore, relates: Relates, meters: Meters, reckon: Reckon = reckon_plans
    ) -> None:
        """Look at what plans are made with; nothing is reckoned yet.

        Faults: UsageError.
        """
        self._arguments, self._store, self._relates, self._meters, self._reckon = arguments, store, relates, meters, reckon
        self._assumptions = read_assumptions(arguments)
        if arguments.clusters:
            load_clusters(arguments.clusters, {})
        self._every_s = arguments.clusters_every * 60.0
        self._reckoned: Reckoned | None = None
        self._tried: tuple[float, tuple[int, int]] | None = None
        self._since, self._looked = (set[str](), set[str]()), 0
        self._process: BaseProcess | None = None
        self._is_over = False

    # --- for the pages

    def reckoned(self) -> Reckoned | None:
        """Give them, None while they are still reckoned."""
        return self._reckoned

    def relate(self, ids: Sequence[str]) -> tuple[tuple[str, str, float], ...]:
        """Give the likely pairs among some entries."""
        return self._relates.relate(ids)

    def since(self) -> Since:
        """Give what came after them; only what came since the last question is read."""
        if self._reckoned is None:
            return Since()
        registered, changed = self._since
        for event in self._store.events(after=self._looked):
            self._looked = event.number
            if "app" in event.change:  # the first event of an entry holds all of it
                registered.add(event.app)
            elif event.app not in registered:
                changed.add(event.app)
        return Since(len(registered), len(changed))

    # --- beside them

    async def follow(self) -> None:
        """Reckon whenever it is due, until cancelled."""
        while True:
            try:
                if self.is_due(time.monotonic()):
                    await asyncio.to_thread(self.reckon)
            except Exception as error:
                _LOG.error("the catalogue cannot be followed: %s", type(error).__name__)
            await asyncio.sleep(_LOOK_S)

    def is_due(self, now: float) -> bool:
        """Say whether to reckon now, and remember when it was said so. Units: seconds of a steady clock."""
        state = self._look()
        if self._tried is not None:
            began, was = self._tried
            if (self._reckoned is not None and state == was) or now - began < self._every_s:
                return False
        self._tried = now, state
        return True

    def _look(self) -> tuple[int, int]:
        """Give what the clusters depend on: the entries, or the file that names them."""
        if self._arguments.clusters:
            return 0, self._arguments.clusters.stat().st_mtime_ns
        return self._store.last(), 0

    def reckon(self) -> None:
        """Reckon in a process of its own; a failure keeps what was there."""
        begun = time.perf_counter()
        try:
            plans, done = self._listen()
        except (Failed, OSError, EOFError) as error:
            if not self._is_over:
                _LOG.error("clusters and plans were not reckoned: %s", str(error) or type(error).__name__)
                self._meters.count_reckoning(time.perf_counter() - begun, None)
            return
        homes = {member.app.id: plan.cluster.id for plan in plans for member in plan.members}
        self._since, self._looked = (set(), set()), done.seen
        self._reckoned = Reckoned(plans, homes, self._assumptions, done.found, done.seen)
        self._meters.count_reckoning(time.perf_counter() - begun, done.found)
        gc.freeze()  # so many values that stay need not be looked through again and again while pages wait

    def _listen(self) -> tuple[tuple[MergePlan, ...], Done]:
        context = multiprocessing.get_context("spawn")
        ear, line = context.Pipe(duplex=False)
        process = context.Process(target=_tell, args=(self._reckon, self._arguments, line), name="catalogue-plans", daemon=True)
        process.start()
        line.close()
        self._process = process
        until, plans = time.monotonic() + _TOOK_S_MAX, []
        try:
            while not self._is_over and ear.poll(max(0.0, until - time.monotonic())):
                told = ear.recv()
                if isinstance(told, MergePlan):
                    plans.append(told)
                elif isinstance(told, Done):
                    return tuple(plans), told
                else:
                    raise told
            raise Failed("it was ended" if self._is_over else "it took too long")
        finally:
            ear.close()
            _end(process)

    def stop(self) -> None:
        """End what is being reckoned."""
        self._is_over = True
        if self._process is not None and self._process.is_alive():
            self._process.terminate()


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(10)
    if process.is_alive():
        process.kill()
        process.join()
