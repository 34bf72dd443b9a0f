"""The front desk that every simulated agency has: it listens, asks for the credential, and refuses what is not in order.

Laws: 1. The desk only finds out that something is wrong; the agency says so in its own dialect. 2. Every call is counted,
also the refused ones. 3. A planned mishap befalls calls whose credential was right, oldest plan first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeAlias

import orjson
from aiohttp import web

from gateway.values.model import Json

from .credentials import Credential, Style
from .effects import DID, Effects
from .fields import NONE, Fields, find_wrong
from .mishaps import Mishaps

Reason = Literal["credential", "media_type", "not_json", "fields", "no_such_path", "method", "busy"]
Handler: TypeAlias = "Callable[[web.Request], Awaitable[web.StreamResponse]]"
_GONE = 499  # nobody reads it


@dataclass(frozen=True, slots=True)
class Call:
    """What reaches an agency's own code, after the desk found it in order."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agency says: a JSON document, a status, and headers of its own; `did` what it has done in the world, "" = nothing."""

    body: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    did: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of an agency's table. `body` None = none is taken; `stream` takes the place of all checks but the credential."""

    method: str
    path: str
    answer: Callable[[Call], Answer] | None = None
    params: Fields = NONE
    query: Fields = NONE
    body: Fields | None = None
    stream: Handler | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """A simulated agency: its table, its style of credentials, and how it says no.

    Shape: `prefix` begins the names of the environment variables that tell its address and credential: `SIAK_URL`,
    then `SIAK_USER` and `SIAK_PASSWORD` (basic), `SIAK_TOKEN` (bearer) or `SIAK_KEY` (api_key); ws_security tells
    names as basic does, and the agency looks at them itself.
    """

    id: str
    prefix: str
    style: Style
    endpoints: tuple[Endpoint, ...]
    refuse: Callable[[Reason, tuple[str, ...]], Answer]
    header: str = ""
    base: str = ""
    on_credential: Callable[[Mapping[str, str]], None] | None = None  # where the agency itself must know what was told


@dataclass(slots=True)
class Desk:
    """An agency that listens: its credential of this start, and how often it was called."""

    agency: Agency
    credential: Credential
    mishaps: Mishaps
    effects: Effects = field(default_factory=Effects)
    calls: int = 0
    by_endpoint: dict[str, int] = field(default_factory=dict)

    def make_application(self) -> web.Application:
        """Make the aiohttp application that serves the agency's table."""
        if self.agency.on_credential is not None:
            self.agency.on_credential(self.credential.secrets)
        application = web.Application(middlewares=[self._watch], client_max_size=4 << 20)
        for endpoint in self.agency.endpoints:
            application.router.add_route(endpoint.method, self.agency.base + endpoint.path, self._open(endpoint))
        return application

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.calls += 1
        if not self.credential.is_shown(request.headers):
            return self._refuse("credential")
        mishap = self.mishaps.take(self.agency.id)
        if mishap is not None:
            if mishap.kind == "busy":
                return self._refuse("busy")
            spoiled = await mishap.befall(request, partial(self._serve, handler))
            if spoiled is not None:
                return spoiled
        return await self._serve(handler, request)

    async def _serve(self, handler: Handler, request: web.Request) -> web.StreamResponse:
        try:
            return await self.effects.watch(self.agency.id, request, handler)
        except web.HTTPNotFound:
            return self._refuse("no_such_path")
        except web.HTTPMethodNotAllowed:
            return self._refuse("method")

    def _open(self, endpoint: Endpoint) -> Handler:
        name = f"{endpoint.method} {endpoint.path}"
        self.by_endpoint[name] = 0

        async def serve(request: web.Request) -> web.StreamResponse:
            self.by_endpoint[name] += 1
            if endpoint.stream is not None:
                return await endpoint.stream(request)
            assert endpoint.answer is not None
            wrong, body = await self._read_body(endpoint, request)
            if wrong is not None:
                return self._refuse(wrong)
            query, params = dict(request.query), dict(request.match_info)
            faults = find_wrong(endpoint.params, params) + find_wrong(endpoint.query, query)
            if len(request.query) != len(query):
                faults.append("query")
            if endpoint.body is not None:
                faults += find_wrong(endpoint.body, body)
            if faults:
                return self._refuse("fields", *faults)
            return _render(endpoint.answer(Call(params, query, body)))

        return serve

    async def _read_body(self, endpoint: Endpoint, request: web.Request) -> tuple[Reason | None, Json]:
        raw = await request.read()
        if endpoint.body is None:
            return ("fields" if raw else None), None
        if request.content_type != "application/json":
            return "media_type", None
        try:
            return None, orjson.loads(raw)
        except orjson.JSONDecodeError:
            return "not_json", None

    def _refuse(self, reason: Reason, *fields: str) -> web.Response:
        return _render(self.agency.refuse(reason, fields))


def _render(answer: Answer) -> web.Response:
    headers = {"Content-Type": "application/json", **answer.headers}
    response = web.Response(body=orjson.dumps(answer.body), status=answer.status, headers=headers)
    response[DID] = answer.did
    return response


@web.middleware
async def let_go(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Have nothing more to say to a caller who has gone in the middle: that is no defect of an agency."""
    try:
        return await handler(request)
    except ConnectionError:
        return web.Response(status=_GONE)


async def open_port(application: web.Application) -> tuple[web.AppRunner, int]:
    """Serve an application on a free port of the loopback; give its runner, to be cleaned up, and the port."""
    application.middlewares.insert(0, let_go)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port: int = runner.addresses[0][1]
    return runner, port
