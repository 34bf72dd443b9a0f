"""The management listener: health, metrics and the plan, for operators and their machines.

Laws: 1. Ready never depends on an upstream. 2. What is shown holds no secret and no personal data. 3. Every error is one
`application/problem+json`; a defect is one log line without a traceback. 4. Heads and bodies are bounded, and every
page answers at once, so that pages cannot pile up.
Must not know: workers, processes, the data plane; it asks an `Office`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import orjson
from aiohttp import web

from ..values.model import Json

_LOG = logging.getLogger("jembatan.manage")
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_HEAD_BYTES_MAX = 8190
_BODY_BYTES_MAX = 64 << 10
_IDLE_S = 75.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that readiness depends on."""

    name: str
    is_ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How the gateway is: started once, ready now, and the checks that say why not."""

    has_started: bool
    checks: tuple[Check, ...]

    @property
    def is_ready(self) -> bool:
        """Say whether every check holds."""
        return all(check.is_ok for check in self.checks)


class Office(Protocol):
    """What the management listener shows; each answers at once."""

    def status(self) -> Status:
        """Give the state of the gateway."""

    def scrape(self) -> bytes:
        """Give the metrics in the Prometheus text form."""

    def plan(self) -> Json:
        """Give what may be shown of the plan that is served."""


class Management:
    """One listener over one office."""

    def __init__(self, office: Office) -> None:
        """Make the pages; nothing listens yet."""
        self._office = office
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; the port that was taken stands in `port` then.

        Faults: OSError where the address cannot be had.
        """
        app = web.Application(middlewares=[self._guard], client_max_size=_BODY_BYTES_MAX)
        pages = {
            "/livez": self._livez,
            "/readyz": self._readyz,
            "/startupz": self._startupz,
            "/metrics": self._metrics,
            "/plan": self._plan,
        }
        app.add_routes([web.get(path, page) for path, page in pages.items()])
        app.on_response_prepare.append(_hide_server)
        runner = web.AppRunner(
            app,
            access_log=None,
            logger=_LOG,
            handle_signals=False,
            keepalive_timeout=_IDLE_S,
            max_line_size=_HEAD_BYTES_MAX,
            max_field_size=_HEAD_BYTES_MAX,
            shutdown_timeout=1.0,
        )
        await runner.setup()
        site = web.TCPSite(runner, host, port, backlog=128, reuse_address=True)
        await site.start()
        self._runner = runner
        self.port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Close the listener and its connections."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _livez(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def _readyz(self, request: web.Request) -> web.Response:
        status = self._office.status()
        shown: dict[str, Json] = {"status": "ready" if status.is_ready else "not ready"}
        if "verbose" in request.query:
            shown["checks"] = [{"name": c.name, "ok": c.is_ok, "detail": c.detail} for c in status.checks]
        return _show(shown, 200 if status.is_ready else 503)

    async def _startupz(self, _request: web.Request) -> web.Response:
        has_started = self._office.status().has_started
        return _show({"status": "started" if has_started else "starting"}, 200 if has_started else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._office.scrape(), headers={"content-type": _METRICS_TYPE, "cache-control": "no-store"})

    async def _plan(self, _request: web.Request) -> web.Response:
        return _show(self._office.plan(), 200)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn whatever goes wrong into one problem."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            allow = error.headers.get("Allow", "")
            return _problem(error.status, error.reason, {"allow": allow} if allow else {})
        except Exception as error:
            _LOG.error("defect on %s: %s", request.match_info.route.resource, type(error).__name__)
            return _problem(500, "A defect of the gateway")


async def _hide_server(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "jembatan"


def _show(document: Json, status: int) -> web.Response:
    return web.Response(
        body=orjson.dumps(document), status=status, headers={"content-type": "application/json", "cache-control": "no-store"}
    )


def _problem(status: int, title: str, headers: dict[str, str] | None = None) -> web.Response:
    body = orjson.dumps({"type": "about:blank", "title": title, "status": status})
    return web.Response(
        body=body, status=status, headers={"content-type": "application/problem+json", "cache-control": "no-store", **(headers or {})}
    )
