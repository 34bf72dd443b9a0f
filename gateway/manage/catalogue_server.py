"""The listener of the catalogue: screenings for programs, pages for people; one process of its own, apart from the gateway.

Laws: 1. Who shows no token sees the sign-in page and nothing else; an integrator sees the form of a draft and how alike it is. 2. No page
holds a secret or a script, and none loads anything from elsewhere: the policy says so to the browser. 3. A page shows what stands in the
stores at that moment. 4. Every error is one page or one problem, without a traceback.
Must not know: which stores, how screenings come about.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Protocol

import orjson
from aiohttp import web

from ..catalogue.entry import App
from ..catalogue.form import Malformed, write_app
from ..catalogue.gate.case import Case
from ..catalogue.gate.decisions import count_requests, settle
from ..catalogue.gate.deeds import MOMENTS, Decided, Deed, Moment, Proposed, Requested, Rows
from ..catalogue.gate.desk import Desk
from ..catalogue.gate.evidence import find_dependants, find_replaced, make_screened, narrow_for_integrator, recommend
from ..catalogue.gate.laws import Denied
from ..catalogue.gate.letter import Undecided, write_letter
from ..catalogue.gate.letter_texts import LANGUAGES
from ..catalogue.gate.people import Person
from ..catalogue.gate.port import Stale
from ..catalogue.merging.page import name_plan
from ..catalogue.paper import Paper, write_html, write_pdf
from ..catalogue.port import CatalogueStore
from .catalogue_answers import ASKER, bind, find_language, give_error, give_page, give_paper, go_to, read_form
from .catalogue_forms import add_fields, read_act, read_body, read_draft, read_request, read_rupiah
from .catalogue_markup import Field, link, warn, write_form
from .catalogue_meters import Meters
from .catalogue_pages import NARROWED, list_cases, show_app, show_case, show_request_form, show_screen_form, show_screening, show_search
from .catalogue_plans import Plans, Reckoned, show_cluster, show_overlap, show_plans, show_requests
from .catalogue_sessions import Clock, Sessions, is_from_our_page
from .catalogue_texts import say

OTHER = "_other"
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LOG = logging.getLogger("jembatan.catalogue")
_BODY_BYTES_MAX = 256 << 10
_HEAD_BYTES_MAX = 8190
_FOUND_MAX = 50
OVERLAPS = 20
_OPEN_PATHS = ("/livez", "/style.css", "/login")
_LOOK_S = 60.0  # how often the stores are looked at for the gauges

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Screens(Protocol):
    """What screens proposals."""

    def screen(self, app: App, limit: int = 10) -> Rows:
        """Give what is like a proposal, as JSON."""


@dataclass(frozen=True, slots=True)
class Counter:
    """What the pages stand over. Shape: `is_secure` where TLS ends before this listener."""

    store: CatalogueStore
    desk: Desk
    screens: Screens
    plans: Plans
    clock: Clock
    is_secure: bool = False


class CatalogueServer:
    """One listener over one counter."""

    def __init__(self, counter: Counter) -> None:
        """Make the pages; nothing listens yet."""
        self._counter = counter
        self._sessions = Sessions(counter.desk, counter.clock, counter.is_secure)
        self._meters = Meters()
        self._looking: asyncio.Task[None] | None = None
        self._style = (files("gateway.manage") / "catalogue.css").read_bytes()
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; the port that was taken stands in `port` then.

        Faults: OSError where the address cannot be had.
        """
        app = web.Application(middlewares=[self._guard], client_max_size=_BODY_BYTES_MAX)
        gets: dict[str, Handler] = {
            "/livez": self._live, "/style.css": self._give_style, "/login": self._login, "/": self._search, "/apps/{id}": self._app,
            "/screenings": self._screen_form, "/cases": self._cases, "/cases/{id}": self._case, "/cases/{id}/letter": self._letter,
            "/cases/{id}/letter.pdf": self._letter_pdf, "/plan": self._plan, "/clusters/{id}": self._cluster,
            "/apps/{id}/overlap": self._overlap, "/metrics": self._metrics,
        }  # fmt: skip
        posts: dict[str, Handler] = {
            "/login": self._sign_in, "/logout": self._sign_out, "/screenings": self._screen, "/catalogue/screenings": self._screen_json,
            "/cases": self._open_case,
            "/requests": self._request, "/cases/{id}/screen": self._rescreen, "/cases/{id}/{act:answer|decide|withdraw}": self._act,
        }  # fmt: skip
        app.add_routes([web.get(path, page) for path, page in gets.items()] + [web.post(path, page) for path, page in posts.items()])
        runner = web.AppRunner(
            app, access_log=None, logger=_LOG, handle_signals=False, max_line_size=_HEAD_BYTES_MAX, max_field_size=_HEAD_BYTES_MAX,
            shutdown_timeout=1.0,
        )  # fmt: skip
        await runner.setup()
        await web.TCPSite(runner, host, port, backlog=128, reuse_address=True).start()
        self._runner = runner
        self.port = int(runner.addresses[0][1])
        self._meters.name_pages([*(one.canonical for one in app.router.resources()), OTHER])
        self._looking = asyncio.create_task(self._look_often())

    async def stop(self) -> None:
        """Close the listener and its connections."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        if self._runner is not None:
            await self._runner.cleanup()

    # --- around every page

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await self._admit(request, handler)
        except web.HTTPException as error:
            response = give_error(request, error.status, error.reason)
        except Malformed as error:
            response = give_error(request, 422, str(error), error.pointer)
        except (Denied, Stale) as error:
            status = 409 if isinstance(error, Stale) or error.why == "phase" else 422 if error.why == "content" else 403
            response = give_error(request, status, str(error))
        except Exception as error:
            _LOG.error("defect on %s: %s", request.match_info.route.resource, type(error).__name__)
            response = give_error(request, 500, "A defect of the catalogue")
        bind(response)
        self._meters.count_answer(find_page(request), response.status)
        return response

    async def _admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method == "POST" and not is_from_our_page(request):
            raise web.HTTPForbidden(reason="Not from a page of this catalogue")
        asker = self._sessions.find_asker(request)
        if asker is not None:
            request[ASKER] = asker
        elif request.path not in _OPEN_PATHS:
            if request.method == "GET" and "Authorization" not in request.headers:
                return go_to("/login")
            return give_error(request, 401, "A token is needed", headers={"WWW-Authenticate": "Bearer"})
        response = await handler(request)
        chosen = request.query.get("lang", "")
        if chosen in LANGUAGES:
            response.set_cookie("lang", chosen, samesite="Strict", secure=self._counter.is_secure, path="/")
        return response

    def _needs(self, request: web.Request) -> Person:
        person = request[ASKER]
        if not person.may("see"):
            raise web.HTTPForbidden(reason="An integrator sees no entry and no case")
        return person

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def _metrics(self, request: web.Request) -> web.Response:
        self._needs(request)
        return web.Response(body=self._meters.render(), headers={"Content-Type": _METRICS_TYPE})

    async def _look_often(self) -> None:
        """Look at the stores now and then, so that a scrape need not."""
        while True:
            counter, day = self._counter, self._counter.clock().date()
            cases = counter.desk.list_cases()
            self._meters.look(counter.store.last(), cases, count_requests(cases, day), day)
            await asyncio.sleep(_LOOK_S)

    async def _give_style(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._style, content_type="text/css", headers={"Cache-Control": "max-age=3600"})

    # --- who asks

    async def _login(self, request: web.Request, wrong: bool = False) -> web.Response:
        language = find_language(request)
        alert = warn(say("wrong", language), say("token.wrong", language)) if wrong else ""
        form = write_form("/login", [Field("token", say("token", language), kind="password", is_needed=True)], say("sign.in", language))
        return give_page(request, say("sign.in", language), alert + form, 401 if wrong else 200)

    async def _sign_in(self, request: web.Request) -> web.Response:
        response = go_to("/")
        if not self._sessions.begin(response, (await read_form(request)).get("token", "").strip()):
            return await self._login(request, wrong=True)
        return response

    async def _sign_out(self, request: web.Request) -> web.Response:
        response = go_to("/login")
        self._sessions.end(request, response)
        return response

    # --- entries

    async def _search(self, request: web.Request) -> web.Response:
        if not request[ASKER].may("see"):
            return go_to("/screenings")
        language, query = find_language(request), request.query.get("q", "")[:200]
        facets = {name: value[:200] for name in NARROWED if (value := request.query.get(name, ""))}
        found = self._counter.store.search(query, facets, limit=_FOUND_MAX) if query.strip() or facets else None
        return give_page(request, say("search", language), show_search(query, facets, found, language))

    async def _app(self, request: web.Request) -> web.Response:
        self._needs(request)
        app = self._find_app(request)
        cases = [case for case in self._counter.desk.list_cases() if case.app == app.id]
        language = find_language(request)
        more = f"<p>{link(f'/apps/{app.id}/overlap', say('overlaps', language))}</p>"
        body = show_app(app, cases, language) + more + show_request_form(app, request[ASKER], language)
        return give_page(request, app.title.id or app.title.en, body)

    def _find_app(self, request: web.Request) -> App:
        app = self._counter.store.get(request.match_info["id"])
        if app is None:
            raise web.HTTPNotFound
        return app

    # --- screenings

    async def _screen_form(self, request: web.Request) -> web.Response:
        language = find_language(request)
        return give_page(request, say("screen", language), show_screen_form({}, language))

    async def _screen(self, request: web.Request) -> web.Response:
        held, language, person = await read_form(request), find_language(request), request[ASKER]
        try:
            app = read_draft(held, person.agency)
            read_rupiah(held.get("budget", ""))
        except Malformed as error:
            return give_page(request, say("screen", language), show_screen_form(held, language, str(error)), 422)
        return give_page(request, say("result", language), show_screening(held, self._screen_for(person, app), person, language))

    async def _screen_json(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        rows = self._screen_for(request[ASKER], read_body(await request.read()))
        return web.Response(body=orjson.dumps(rows), content_type="application/json")

    def _screen_for(self, person: Person, app: App) -> Rows:
        """Screen a draft, and tell as much as the person may know."""
        rows = {**self._screen_app(app), "dependants": []}
        if not person.may("see"):
            return narrow_for_integrator(rows)
        return {**rows, "replaces": list(find_replaced(app, rows["matches"])), "recommended": recommend(rows, "building")}

    def _screen_app(self, app: App, limit: int = 10) -> Rows:
        begun = time.perf_counter()
        rows = self._counter.screens.screen(app, limit)
        self._meters.count_screening(str(rows["strongest"]), time.perf_counter() - begun)
        return rows

    # --- what overlaps, what to merge

    def _reckoned(self, request: web.Request) -> Reckoned:
        reckoned = self._counter.plans.reckoned()
        if reckoned is None:
            raise web.HTTPServiceUnavailable(reason=say("reckoning", find_language(request)))
        return reckoned

    async def _plan(self, request: web.Request) -> web.Response:
        self._needs(request)
        language, asked = find_language(request), request.query
        body = show_plans(self._reckoned(request), asked.get("sector", "")[:100], asked.get("agency", "").strip()[:100], language)
        return give_page(request, say("plan", language), body)

    async def _cluster(self, request: web.Request) -> web.Response:
        self._needs(request)
        reckoned, language = self._reckoned(request), find_language(request)
        plan = reckoned.find(request.match_info["id"])
        if plan is None:
            raise web.HTTPNotFound
        return give_page(request, name_plan(plan), show_cluster(plan, self._counter.plans.relate, reckoned, language))

    async def _overlap(self, request: web.Request) -> web.Response:
        self._needs(request)
        app, language, reckoned = self._find_app(request), find_language(request), self._counter.plans.reckoned()
        home = reckoned.homes.get(app.id, "") if reckoned is not None else ""
        title = f"{say('overlaps', language)}: {app.title.id or app.title.en}"
        return give_page(request, title, show_overlap(app, self._screen_app(app, OVERLAPS), home, language))

    # --- cases

    def _do(self, person: Person, case: Case, deed: Deed) -> None:
        self._counter.desk.act(person, case.id, deed, self._counter.clock())
        self._meters.count_deed(deed)

    def _open(self, person: Person, deed: Proposed | Requested) -> Case:
        case = self._counter.desk.open_case(person, deed, self._counter.clock())
        self._meters.count_deed(deed)
        return case

    async def _open_case(self, request: web.Request) -> web.Response:
        held, person, counter = await read_form(request), request[ASKER], self._counter
        app, budget = read_draft(held, person.agency), read_rupiah(held.get("budget", ""))
        known = counter.store.get(app.id)
        if known is not None and known.owner != app.owner:
            raise Denied("content", f"{app.id} stands in the catalogue as an application of {known.owner}")
        case = self._open(person, Proposed(person.agency, write_app(app), budget))
        if known is None:
            counter.store.put(replace(app, lifecycle="proposed"), person.id, counter.clock(), f"proposed in {case.id}")
        self._screen_case(person, case, app, "building")
        return go_to(f"/cases/{case.id}")

    async def _request(self, request: web.Request) -> web.Response:
        held, person, counter = await read_form(request), self._needs(request), self._counter
        app = counter.store.get(held.get("subject", ""))
        if app is None:
            raise Malformed("/subject", "no such application")
        case = self._open(person, read_request(held, person.agency, app.owner))
        return go_to(f"/cases/{case.id}")

    def _screen_case(self, person: Person, case: Case, app: App, moment: Moment, held: App | None = None) -> None:
        counter = self._counter
        dependants = find_dependants(app, counter.store.entries()) if moment == "retiring" else ()
        self._do(person, case, make_screened(app, self._screen_app(app), moment, dependants, held))

    async def _rescreen(self, request: web.Request) -> web.Response:
        held, case = await read_form(request), self._find_case(request)
        moment = next((one for one in MOMENTS if one == held.get("moment")), None)
        app = self._counter.store.get(case.app)
        if moment is None or app is None:
            raise Malformed("/moment", "one of " + ", ".join(MOMENTS))
        self._screen_case(request[ASKER], case, add_fields(app, held.get("fields", "")), moment, app)
        return go_to(f"/cases/{case.id}")

    def _find_case(self, request: web.Request) -> Case:
        self._needs(request)
        case = self._counter.desk.find_case(request.match_info["id"])
        if case is None:
            raise web.HTTPNotFound
        return case

    async def _cases(self, request: web.Request) -> web.Response:
        self._needs(request)
        language, day, cases = find_language(request), self._counter.clock().date(), self._counter.desk.list_cases()
        body = list_cases(cases, day, language) + show_requests(count_requests(cases, day), language)
        return give_page(request, say("cases", language), body)

    async def _case(self, request: web.Request) -> web.Response:
        case, counter, language = self._find_case(request), self._counter, find_language(request)
        events = counter.desk.store.events(case.id)
        body = show_case(case, events, request[ASKER], counter.clock().date(), language)
        return give_page(request, f"{say('case', language)} {case.id}", body)

    async def _act(self, request: web.Request) -> web.Response:
        held, case, person, counter = await read_form(request), self._find_case(request), request[ASKER], self._counter
        deed = read_act(request.match_info["act"], held, person.agency)
        for app in deed.apps if isinstance(deed, Decided) and isinstance(case.subject, Proposed) else ():
            if counter.store.get(app) is None:
                raise Malformed("/apps", f"no app {app} stands in the catalogue")
        self._do(person, case, deed)
        if isinstance(deed, Decided):
            settle(counter.store, counter.desk.list_cases())
        return go_to(f"/cases/{case.id}")

    # --- letters

    async def _letter(self, request: web.Request) -> web.Response:
        return give_paper(write_html(self._write_letter(request)))

    async def _letter_pdf(self, request: web.Request) -> web.Response:
        paper = self._write_letter(request)
        try:
            body = await asyncio.to_thread(write_pdf, paper)
        except ImportError:
            raise web.HTTPNotImplemented(reason="No PDF: the extra jembatan[documents] is not installed") from None
        return web.Response(body=body, content_type="application/pdf")

    def _write_letter(self, request: web.Request) -> Paper:
        case = self._find_case(request)
        chosen = next((one for one in LANGUAGES if one == request.query.get("letter")), find_language(request))
        number = request.query.get("round", "")
        try:
            events = self._counter.desk.store.events(case.id)
            return write_letter(case, events, chosen, int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0)
        except Undecided:
            raise web.HTTPNotFound from None


def find_page(request: web.Request) -> str:
    """Give which page was asked for, as its address is declared."""
    resource = request.match_info.route.resource
    return OTHER if resource is None else resource.canonical
