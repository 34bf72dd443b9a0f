"""Pages of planning: what to merge, one cluster, what overlaps with an entry, progress towards the targets.

Law: what is not reckoned yet is said to be so; nothing here waits for it. Must not know: stores, how plans come about.
"""

from __future__ import annotations

from aiohttp import web

from ..catalogue.merging.page import name_plan
from ..plan.days import find_day
from .catalogue_answers import find_language, give_page
from .catalogue_counter import Counter, Pages, find_seer
from .catalogue_plans import Reckoned, show_cluster, show_overlap, show_plans
from .catalogue_progress import WEEKS, show_progress
from .catalogue_texts import say

OVERLAPS = 20


class Planning:
    """The pages of planning, over one counter."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def gets(self) -> Pages:
        """Give the pages that are read."""
        return {
            "/plan": self._plan, "/clusters/{id}": self._cluster, "/apps/{id}/overlap": self._overlap, "/progress": self._progress,
        }  # fmt: skip

    def _reckoned(self, request: web.Request) -> Reckoned:
        reckoned = self._counter.plans.reckoned()
        if reckoned is None:
            raise web.HTTPServiceUnavailable(reason=say("reckoning", find_language(request)))
        return reckoned

    async def _plan(self, request: web.Request) -> web.Response:
        find_seer(request)
        language, asked, plans = find_language(request), request.query, self._counter.plans
        reckoned = self._reckoned(request)
        body = show_plans(reckoned, plans.since(), asked.get("sector", "")[:100], asked.get("agency", "").strip()[:100], language)
        return give_page(request, say("plan", language), body)

    async def _cluster(self, request: web.Request) -> web.Response:
        find_seer(request)
        reckoned, language, plans = self._reckoned(request), find_language(request), self._counter.plans
        plan = reckoned.find(request.match_info["id"])
        if plan is None:
            raise web.HTTPNotFound
        return give_page(request, name_plan(plan), show_cluster(plan, plans.relate, reckoned, plans.since(), language))

    async def _overlap(self, request: web.Request) -> web.Response:
        find_seer(request)
        counter, language = self._counter, find_language(request)
        app, reckoned = counter.find_app(request), counter.plans.reckoned()
        home = reckoned.homes.get(app.id, "") if reckoned is not None else ""
        title = f"{say('overlaps', language)}: {app.title.id or app.title.en}"
        return give_page(request, title, show_overlap(app, await counter.screen(app, OVERLAPS), home, language))

    async def _progress(self, request: web.Request) -> web.Response:
        find_seer(request)
        counter, language = self._counter, find_language(request)
        asked = request.query.get("weeks", "")
        number = next((one for one in WEEKS if str(one) == asked), WEEKS[0])
        owner, day = request.query.get("agency", "").strip()[:100], find_day(counter.clock())
        body = show_progress(counter.count_weeks(number), counter.targets, owner, day, language)
        return give_page(request, say("progress", language), body)
