"""The listener of the catalogue: screenings for programs, pages for people; one process of its own, apart from the gateway.

Laws: 1. Who shows no token sees the sign-in page and nothing else; an integrator sees the form of a draft and how alike it is. 2. No page
holds a secret or a script, and none loads anything from elsewhere: the policy says so to the browser. 3. A page shows what stands in the
stores at that moment. 4. Every error is one page or one problem, without a traceback.
Must not know: which stores, how screenings come about.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from html import escape
from importlib.resources import files

from aiohttp import web

from ..catalogue.form import Malformed
from ..catalogue.gate.decisions import count_requests
from ..catalogue.gate.laws import Denied
from ..catalogue.gate.letter_texts import LANGUAGES
from ..catalogue.gate.port import Stale
from ..catalogue.port import Busy
from ..plan.days import find_day
from .catalogue_answers import ASKER, bind, find_language, give_error, give_page, go_to, read_form
from .catalogue_casework import Casework
from .catalogue_counter import Counter, Handler, Pages, find_seer
from .catalogue_markup import Field, link, warn, write_form
from .catalogue_pages import NARROWED, show_app, show_request_form, show_search
from .catalogue_planning import Planning
from .catalogue_sessions import Sessions, is_from_our_page
from .catalogue_texts import say

OTHER = "_other"
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LOG = logging.getLogger("jembatan.catalogue")
_BODY_BYTES_MAX = 256 << 10
_HEAD_BYTES_MAX = 8190
_FOUND_MAX = 50
_OPEN_PATHS = ("/livez", "/style.css", "/login")
_LOOK_S = 60.0  # how often the stores are looked at for the gauges


class CatalogueServer:
    """One listener over one counter."""

    def __init__(self, counter: Counter) -> None:
        """Make the pages; nothing listens yet."""
        self._counter = counter
        self._sessions = Sessions(counter.desk, counter.clock, counter.is_secure)
        self._looking: asyncio.Task[None] | None = None
        self._style = (files("gateway.manage") / "catalogue.css").read_bytes()
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; the port that was taken stands in `port` then.

        Faults: OSError where the address cannot be had.
        """
        app = web.Application(middlewares=[self._guard], client_max_size=_BODY_BYTES_MAX)
        casework, planning = Casework(self._counter), Planning(self._counter)
        gets: Pages = {
            "/livez": self._live, "/style.css": self._give_style, "/login": self._login, "/": self._search, "/apps/{id}": self._app,
            "/metrics": self._metrics, **casework.gets(), **planning.gets(),
        }  # fmt: skip
        posts: Pages = {"/login": self._sign_in, "/logout": self._sign_out, **casework.posts()}
        app.add_routes([web.get(path, page) for path, page in gets.items()] + [web.post(path, page) for path, page in posts.items()])
        runner = web.AppRunner(
            app, access_log=None, logger=_LOG, handle_signals=False, max_line_size=_HEAD_BYTES_MAX, max_field_size=_HEAD_BYTES_MAX,
            shutdown_timeout=1.0,
        )  # fmt: skip
        await runner.setup()
        await web.TCPSite(runner, host, port, backlog=128, reuse_address=True).start()
        self._runner = runner
        self.port = int(runner.addresses[0][1])
        self._counter.meters.name_pages([*(one.canonical for one in app.router.resources()), OTHER])
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
            response = give_error(request, 422, error.detail, error.pointer)
        except Busy:
            said = "The catalogue's file is in use by another program: try again in a moment"
            response = give_error(request, 503, said, headers={"Retry-After": "5"})
        except Stale:
            response = give_error(request, 409, "somebody else was faster; load the page again")
        except Denied as error:
            response = give_error(request, 409 if error.why == "phase" else 422 if error.why == "content" else 403, str(error))
        except Exception as error:
            _LOG.error("defect on %s: %s", request.match_info.route.resource, type(error).__name__)
            response = give_error(request, 500, "A defect of the catalogue")
        bind(response)
        self._counter.meters.count_answer(find_page(request), response.status)
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

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def _metrics(self, request: web.Request) -> web.Response:
        find_seer(request)
        return web.Response(body=self._counter.meters.render(), headers={"Content-Type": _METRICS_TYPE})

    async def _look_often(self) -> None:
        """Look at the stores now and then, so that a scrape need not; one that cannot be read now is looked at again."""
        while True:
            try:
                self._look()
            except Exception as error:
                _LOG.error("the stores cannot be looked at: %s", type(error).__name__)
            await asyncio.sleep(_LOOK_S)

    def _look(self) -> None:
        counter, day = self._counter, find_day(self._counter.clock())
        cases, since = counter.desk.list_cases(), counter.plans.since()
        counter.meters.look(counter.store.last(), cases, count_requests(cases, day), day)
        counter.meters.look_behind(since.registered, since.changed)

    async def _give_style(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._style, content_type="text/css", headers={"Cache-Control": "max-age=3600"})

    # --- who asks

    async def _login(self, request: web.Request, wrong: bool = False) -> web.Response:
        language = find_language(request)
        alert = warn(say("wrong", language), say("token.wrong", language)) if wrong else ""
        form = write_form("/login", [Field("token", say("token", language), kind="password", is_needed=True)], say("sign.in", language))
        hint = f"<p>{escape(say('token.from', language))}</p>"
        return give_page(request, say("sign.in", language), alert + hint + form, 401 if wrong else 200)

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
        find_seer(request)
        app = self._counter.find_app(request)
        cases = [case for case in self._counter.desk.list_cases() if case.app == app.id]
        language = find_language(request)
        more = f"<p>{link(f'/apps/{app.id}/overlap', say('overlaps', language))}</p>"
        body = show_app(app, cases, language) + more + show_request_form(app, request[ASKER], language)
        return give_page(request, app.title.id or app.title.en, body)


def find_page(request: web.Request) -> str:
    """Give which page was asked for, as its address is declared."""
    resource = request.match_info.route.resource
    return OTHER if resource is None else resource.canonical
