"""Pages of screenings and cases: the form of a proposal, what was found, a case to its letter; screenings for programs.

Laws: 1. An integrator learns how alike a draft is, and nothing of others' entries. 2. A deed is done by the laws of the gate, or refused by
them; pages decide nothing. Must not know: stores, how screenings come about.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import orjson
from aiohttp import web

from ..catalogue.entry import App
from ..catalogue.form import Malformed, write_app
from ..catalogue.gate.case import Case
from ..catalogue.gate.decisions import count_requests, settle
from ..catalogue.gate.deeds import MOMENTS, Decided, Deed, Proposed, Requested, Rows
from ..catalogue.gate.evidence import complete_screening, find_dependants, make_screened, narrow_for_integrator
from ..catalogue.gate.laws import Denied
from ..catalogue.gate.letter import Undecided, write_letter
from ..catalogue.gate.letter_texts import LANGUAGES
from ..catalogue.gate.people import Person
from ..catalogue.paper import Paper, write_html, write_pdf
from ..plan.days import find_day
from .catalogue_answers import ASKER, find_language, give_page, give_paper, go_to, read_form
from .catalogue_counter import Counter, Pages, find_seer
from .catalogue_forms import add_fields, read_act, read_body, read_draft, read_request, read_rupiah
from .catalogue_pages import list_cases, show_case, show_screen_form, show_screening
from .catalogue_plans import show_requests
from .catalogue_refusals import say_refusal
from .catalogue_texts import say


class Casework:
    """The pages of screenings and cases, over one counter."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def gets(self) -> Pages:
        """Give the pages that are read."""
        return {
            "/screenings": self._screen_form, "/cases": self._cases, "/cases/{id}": self._case, "/cases/{id}/letter": self._letter,
            "/cases/{id}/letter.pdf": self._letter_pdf,
        }  # fmt: skip

    def posts(self) -> Pages:
        """Give the pages that do something."""
        return {
            "/screenings": self._screen, "/catalogue/screenings": self._screen_json, "/cases": self._open_case, "/requests": self._request,
            "/cases/{id}/screen": self._rescreen, "/cases/{id}/{act:answer|decide|withdraw}": self._act,
        }  # fmt: skip

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
            return give_page(
                request, say("screen", language), show_screen_form(held, language, say_refusal(error.detail, language, error.pointer)), 422
            )
        rows = await self._screen_for(person, app)
        return give_page(request, say("result", language), show_screening(held, rows, person, language))

    async def _screen_json(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        rows = await self._screen_for(request[ASKER], read_body(await request.read()))
        return web.Response(body=orjson.dumps(rows), content_type="application/json")

    async def _screen_for(self, person: Person, app: App) -> Rows:
        """Screen a draft, and tell as much as the person may know."""
        rows = complete_screening(app, await self._counter.screen(app))
        return rows if person.may("see") else narrow_for_integrator(rows)

    def _do(self, person: Person, case: Case, deed: Deed) -> None:
        self._counter.desk.act(person, case.id, deed, self._counter.clock())
        self._counter.meters.count_deed(deed)

    def _open(self, person: Person, deed: Proposed | Requested) -> Case:
        case = self._counter.desk.open_case(person, deed, self._counter.clock())
        self._counter.meters.count_deed(deed)
        return case

    async def _open_case(self, request: web.Request) -> web.Response:
        held, person, counter = await read_form(request), request[ASKER], self._counter
        app, budget = read_draft(held, person.agency), read_rupiah(held.get("budget", ""))
        known = counter.store.get(app.id)
        if known is not None and known.owner != app.owner:
            raise Denied("content", f"{app.id} stands in the catalogue as an application of {known.owner}")
        deed = Proposed(person.agency, write_app(app), budget)
        counter.desk.check_opening(person, deed, counter.clock())
        screening = await counter.screen(app)  # before anything is written: a case without its screening helps nobody
        if known is None:  # before the case: there is none whose application is not in the catalogue
            counter.store.put(replace(app, lifecycle="proposed"), person.id, counter.clock(), "proposed in a case")
        case = self._open(person, deed)
        self._do(person, case, make_screened(app, screening, "building"))
        return go_to(f"/cases/{case.id}")

    async def _request(self, request: web.Request) -> web.Response:
        held, person, counter = await read_form(request), find_seer(request), self._counter
        app = counter.store.get(held.get("subject", ""))
        if app is None:
            raise Malformed("/subject", "no such application")
        case = self._open(person, read_request(held, person.agency, app.owner))
        return go_to(f"/cases/{case.id}")

    async def _rescreen(self, request: web.Request) -> web.Response:
        held, case = await read_form(request), self._find_case(request)
        moment = next((one for one in MOMENTS if one == held.get("moment")), None)
        counter, entry = self._counter, self._counter.store.get(case.app)
        if moment is None or entry is None:
            raise Malformed("/moment", "one of " + ", ".join(MOMENTS))
        app = add_fields(entry, held.get("fields", ""))
        screening = await counter.screen(app)
        dependants = find_dependants(app, counter.store.entries()) if moment == "retiring" else ()
        self._do(request[ASKER], case, make_screened(app, screening, moment, dependants, entry))
        return go_to(f"/cases/{case.id}")

    def _find_case(self, request: web.Request) -> Case:
        find_seer(request)
        case = self._counter.desk.find_case(request.match_info["id"])
        if case is None:
            raise web.HTTPNotFound
        return case

    async def _cases(self, request: web.Request) -> web.Response:
        find_seer(request)
        language, day, cases = find_language(request), find_day(self._counter.clock()), self._counter.desk.list_cases()
        body = list_cases(cases, day, language) + show_requests(count_requests(cases, day), language)
        return give_page(request, say("cases", language), body)

    async def _case(self, request: web.Request) -> web.Response:
        case, counter, language = self._find_case(request), self._counter, find_language(request)
        events = counter.desk.store.events(case.id)
        body = show_case(case, events, request[ASKER], find_day(counter.clock()), language)
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
        asked = request.query.get("round", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
        if asked and not number:
            raise web.HTTPNotFound
        try:
            events = self._counter.desk.store.events(case.id)
            return write_letter(case, events, chosen, number)
        except Undecided:
            raise web.HTTPNotFound from None
