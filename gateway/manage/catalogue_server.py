"""The listener of the catalogue: screenings for programs, pages for people; one process of its own, apart from the gateway.

Laws: 1. Who shows no token sees the sign-in page and nothing else; an integrator sees the form of a draft and how alike it is. 2. No page
holds a secret or a script, and none loads anything from elsewhere: the policy says so to the browser. 3. A page shows what stands in the
stores at that moment. 4. Every error is one page or one problem, without a traceback.
Must not know: which stores, how screenings come about.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Protocol

import orjson
from aiohttp import web

from ..catalogue.entry import App
from ..catalogue.form import Malformed, write_app
from ..catalogue.gate.case import Case
from ..catalogue.gate.decisions import settle
from ..catalogue.gate.deeds import MOMENTS, Decided, Moment, Proposed, Rows
from ..catalogue.gate.desk import Desk
from ..catalogue.gate.evidence import find_dependants, find_replaced, make_screened, narrow_for_integrator, recommend
from ..catalogue.gate.laws import Denied
from ..catalogue.gate.letter import Undecided, write_letter
from ..catalogue.gate.letter_texts import LANGUAGES, Language
from ..catalogue.gate.people import Person
from ..catalogue.gate.port import Stale
from ..catalogue.paper import Paper, write_html, write_pdf
from ..catalogue.port import CatalogueStore
from .catalogue_forms import read_act, read_body, read_draft, read_request, read_rupiah
from .catalogue_markup import Field, Frame, warn, write_form
from .catalogue_pages import list_cases, show_app, show_case, show_request_form, show_screen_form, show_screening, show_search
from .catalogue_sessions import Clock, Sessions, is_from_our_page
from .catalogue_texts import say

_LOG = logging.getLogger("jembatan.catalogue")
_BODY_BYTES_MAX = 256 << 10
_HEAD_BYTES_MAX = 8190
_FOUND_MAX = 50
_OPEN_PATHS = ("/livez", "/style.css", "/login")
_POLICY = "default-src 'none'; style-src {style}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Server": "jembatan",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ASKER = web.RequestKey("asker", Person)


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
    clock: Clock
    is_secure: bool = False


class CatalogueServer:
    """One listener over one counter."""

    def __init__(self, counter: Counter) -> None:
        """Make the pages; nothing listens yet."""
        self._counter = counter
        self._sessions = Sessions(counter.desk, counter.clock, counter.is_secure)
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
            "/cases/{id}/letter.pdf": self._letter_pdf,
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

    async def stop(self) -> None:
        """Close the listener and its connections."""
        if self._runner is not None:
            await self._runner.cleanup()

    # --- around every page

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await self._admit(request, handler)
        except web.HTTPException as error:
            response = _fail(request, error.status, error.reason)
        except Malformed as error:
            response = _fail(request, 422, str(error), error.pointer)
        except (Denied, Stale) as error:
            status = 409 if isinstance(error, Stale) or error.why == "phase" else 422 if error.why == "content" else 403
            response = _fail(request, status, str(error))
        except Exception as error:
            _LOG.error("defect on %s: %s", request.match_info.route.resource, type(error).__name__)
            response = _fail(request, 500, "A defect of the catalogue")
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", _POLICY.format(style="'self'"))
        return response

    async def _admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method == "POST" and not is_from_our_page(request):
            raise web.HTTPForbidden(reason="Not from a page of this catalogue")
        asker = self._sessions.find_asker(request)
        if asker is not None:
            request[ASKER] = asker
        elif request.path not in _OPEN_PATHS:
            if request.method == "GET" and "Authorization" not in request.headers:
                return _go("/login")
            return _fail(request, 401, "A token is needed", headers={"WWW-Authenticate": "Bearer"})
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

    async def _give_style(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._style, content_type="text/css", headers={"Cache-Control": "max-age=3600"})

    # --- who asks

    async def _login(self, request: web.Request, wrong: bool = False) -> web.Response:
        language = _language(request)
        alert = warn(say("wrong", language), say("token.wrong", language)) if wrong else ""
        form = write_form("/login", [Field("token", say("token", language), kind="password", is_needed=True)], say("sign.in", language))
        return _page(request, say("sign.in", language), alert + form, 401 if wrong else 200)

    async def _sign_in(self, request: web.Request) -> web.Response:
        response = _go("/")
        if not self._sessions.begin(response, (await _form(request)).get("token", "").strip()):
            return await self._login(request, wrong=True)
        return response

    async def _sign_out(self, request: web.Request) -> web.Response:
        response = _go("/login")
        self._sessions.end(request, response)
        return response

    # --- entries

    async def _search(self, request: web.Request) -> web.Response:
        if not request[ASKER].may("see"):
            return _go("/screenings")
        language, query = _language(request), request.query.get("q", "")[:200]
        found = self._counter.store.search(query, limit=_FOUND_MAX) if query.strip() else None
        return _page(request, say("search", language), show_search(query, found, language))

    async def _app(self, request: web.Request) -> web.Response:
        self._needs(request)
        app = self._counter.store.get(request.match_info["id"])
        if app is None:
            raise web.HTTPNotFound
        cases = [case for case in self._counter.desk.list_cases() if case.app == app.id]
        language = _language(request)
        body = show_app(app, cases, language) + show_request_form(app, request[ASKER], language)
        return _page(request, app.title.id or app.title.en, body)

    # --- screenings

    async def _screen_form(self, request: web.Request) -> web.Response:
        language = _language(request)
        return _page(request, say("screen", language), show_screen_form({}, language))

    async def _screen(self, request: web.Request) -> web.Response:
        held, language, person = await _form(request), _language(request), request[ASKER]
        try:
            app = read_draft(held, person.agency)
            read_rupiah(held.get("budget", ""))
        except Malformed as error:
            return _page(request, say("screen", language), show_screen_form(held, language, str(error)), 422)
        return _page(request, say("result", language), show_screening(held, self._screen_for(person, app), person, language))

    async def _screen_json(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        rows = self._screen_for(request[ASKER], read_body(await request.read()))
        return web.Response(body=orjson.dumps(rows), content_type="application/json")

    def _screen_for(self, person: Person, app: App) -> Rows:
        """Screen a draft, and tell as much as the person may know."""
        rows = {**self._counter.screens.screen(app), "dependants": []}
        if not person.may("see"):
            return narrow_for_integrator(rows)
        return {**rows, "replaces": list(find_replaced(app, rows["matches"])), "recommended": recommend(rows, "building")}

    # --- cases

    async def _open_case(self, request: web.Request) -> web.Response:
        held, person, counter = await _form(request), request[ASKER], self._counter
        app, budget = read_draft(held, person.agency), read_rupiah(held.get("budget", ""))
        known = counter.store.get(app.id)
        if known is not None and known.owner != app.owner:
            raise Denied("content", f"{app.id} stands in the catalogue as an application of {known.owner}")
        case = counter.desk.open_case(person, Proposed(person.agency, write_app(app), budget), counter.clock())
        if known is None:
            counter.store.put(replace(app, lifecycle="proposed"), person.id, counter.clock(), f"proposed in {case.id}")
        self._screen_case(person, case, app, "building")
        return _go(f"/cases/{case.id}")

    async def _request(self, request: web.Request) -> web.Response:
        held, person, counter = await _form(request), self._needs(request), self._counter
        app = counter.store.get(held.get("subject", ""))
        if app is None:
            raise Malformed("/subject", "no such application")
        case = counter.desk.open_case(person, read_request(held, person.agency, app.owner), counter.clock())
        return _go(f"/cases/{case.id}")

    def _screen_case(self, person: Person, case: Case, app: App, moment: Moment) -> None:
        counter = self._counter
        dependants = find_dependants(app, counter.store.entries()) if moment == "retiring" else ()
        counter.desk.act(person, case.id, make_screened(app, counter.screens.screen(app), moment, dependants), counter.clock())

    async def _rescreen(self, request: web.Request) -> web.Response:
        held, case = await _form(request), self._find_case(request)
        moment = next((one for one in MOMENTS if one == held.get("moment")), None)
        app = self._counter.store.get(case.app)
        if moment is None or app is None:
            raise Malformed("/moment", "one of " + ", ".join(MOMENTS))
        self._screen_case(request[ASKER], case, app, moment)
        return _go(f"/cases/{case.id}")

    def _find_case(self, request: web.Request) -> Case:
        self._needs(request)
        case = self._counter.desk.find_case(request.match_info["id"])
        if case is None:
            raise web.HTTPNotFound
        return case

    async def _cases(self, request: web.Request) -> web.Response:
        self._needs(request)
        language, counter = _language(request), self._counter
        return _page(request, say("cases", language), list_cases(counter.desk.list_cases(), counter.clock().date(), language))

    async def _case(self, request: web.Request) -> web.Response:
        case, counter, language = self._find_case(request), self._counter, _language(request)
        events = counter.desk.store.events(case.id)
        body = show_case(case, events, request[ASKER], counter.clock().date(), language)
        return _page(request, f"{say('case', language)} {case.id}", body)

    async def _act(self, request: web.Request) -> web.Response:
        held, case, person, counter = await _form(request), self._find_case(request), request[ASKER], self._counter
        deed = read_act(request.match_info["act"], held, person.agency)
        for app in deed.apps if isinstance(deed, Decided) and isinstance(case.subject, Proposed) else ():
            if counter.store.get(app) is None:
                raise Malformed("/apps", f"no app {app} stands in the catalogue")
        counter.desk.act(person, case.id, deed, counter.clock())
        if isinstance(deed, Decided):
            settle(counter.store, counter.desk.list_cases())
        return _go(f"/cases/{case.id}")

    # --- letters

    async def _letter(self, request: web.Request) -> web.Response:
        page = write_html(self._write_letter(request))
        style = page.partition("<style>")[2].partition("</style>")[0].encode()
        hashed = "'sha256-" + base64.b64encode(hashlib.sha256(style).digest()).decode() + "'"
        headers = {"Content-Security-Policy": _POLICY.format(style=hashed)}
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def _letter_pdf(self, request: web.Request) -> web.Response:
        paper = self._write_letter(request)
        try:
            body = await asyncio.to_thread(write_pdf, paper)
        except ImportError:
            raise web.HTTPNotImplemented(reason="No PDF: the extra jembatan[documents] is not installed") from None
        return web.Response(body=body, content_type="application/pdf")

    def _write_letter(self, request: web.Request) -> Paper:
        case = self._find_case(request)
        chosen = next((one for one in LANGUAGES if one == request.query.get("letter")), _language(request))
        number = request.query.get("round", "")
        try:
            events = self._counter.desk.store.events(case.id)
            return write_letter(case, events, chosen, int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0)
        except Undecided:
            raise web.HTTPNotFound from None


def _language(request: web.Request) -> Language:
    for said in (request.query.get("lang"), request.cookies.get("lang"), request.headers.get("Accept-Language", "")[:2]):
        for one in LANGUAGES:
            if said == one:
                return one
    return LANGUAGES[0]


async def _form(request: web.Request) -> Mapping[str, str]:
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    held = await request.post()
    return {name: value.replace("\r\n", "\n") for name, value in held.items() if isinstance(value, str)}


def _page(request: web.Request, title: str, body: str, status: int = 200) -> web.Response:
    asker = request.get(ASKER)
    here = request.rel_url.without_query_params("lang").path_qs if request.method == "GET" else "/"
    frame = Frame(_language(request), asker.id if asker else "", here, asker is None or asker.may("see"))
    return web.Response(text=frame.write(title, body), status=status, content_type="text/html")


def _go(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _fail(request: web.Request, status: int, text: str, at: str = "", headers: Mapping[str, str] | None = None) -> web.Response:
    """Give an error as a page to a browser, as a problem to a program."""
    language = _language(request)
    if "text/html" in request.headers.get("Accept", ""):
        said = say("not.there", language) if status == 404 else text
        return _page(request, say("wrong", language), warn(str(status), said), status)
    problem = {"type": "about:blank", "title": text, "status": status, **({"pointer": at} if at else {})}
    return web.Response(body=orjson.dumps(problem), status=status, content_type="application/problem+json", headers=headers)
