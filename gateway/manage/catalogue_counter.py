"""What the catalogue's pages stand over, and what all of them ask of it: who may see, which entry, how alike something is.

Law: every screening is counted, whichever page asked for it. Must not know: addresses, HTML.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from aiohttp import web

from ..catalogue.entry import App
from ..catalogue.gate.deeds import Rows
from ..catalogue.gate.desk import Desk
from ..catalogue.gate.people import Person
from ..catalogue.merging.progress import Tally, Target, Week
from ..catalogue.port import CatalogueStore
from ..plan.days import find_day
from .catalogue_answers import ASKER
from .catalogue_meters import Meters
from .catalogue_plans import Plans
from .catalogue_sessions import Clock

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
Pages: TypeAlias = dict[str, Handler]


class Screens(Protocol):
    """What screens proposals."""

    def screen(self, app: App, limit: int = 10) -> Rows:
        """Give what is like a proposal, as JSON."""

    async def catch_up(self) -> None:
        """Take in what was written to the catalogue since."""


@dataclass(frozen=True, slots=True)
class Counter:
    """What the pages stand over. Shape: `is_secure` where TLS ends before this listener; `tally` follows the store."""

    store: CatalogueStore
    desk: Desk
    screens: Screens
    plans: Plans
    clock: Clock
    is_secure: bool = False
    meters: Meters = field(default_factory=Meters)
    targets: tuple[Target, ...] = ()
    tally: Tally = field(default_factory=Tally)

    def count_weeks(self, weeks: int) -> list[Week]:
        """Give the last weeks; only what came since the last question is read."""
        for event in self.store.events(after=self.tally.seen):
            self.tally.add(event, event.number)
        return self.tally.count_weeks(find_day(self.clock()), weeks)

    async def screen(self, app: App, limit: int = 10) -> Rows:
        """Give what is like an entry among all that are written by now, and count the question."""
        begun = time.perf_counter()
        await self.screens.catch_up()
        rows = self.screens.screen(app, limit)
        self.meters.count_screening(str(rows["strongest"]), time.perf_counter() - begun)
        return rows

    def find_app(self, request: web.Request) -> App:
        """Give the entry that an address names.

        Faults: HTTPNotFound.
        """
        app = self.store.get(request.match_info["id"])
        if app is None:
            raise web.HTTPNotFound
        return app


def find_seer(request: web.Request) -> Person:
    """Give who asks, who must be somebody that may see entries and cases.

    Faults: HTTPForbidden.
    """
    person = request[ASKER]
    if not person.may("see"):
        raise web.HTTPForbidden(reason="An integrator sees no entry and no case")
    return person
