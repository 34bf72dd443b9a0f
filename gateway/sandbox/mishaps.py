"""What can go wrong at an agency, on demand: slowness, errors, cut connections, garbage, another shape, refusal as busy, and an answer that
is lost after the deed was done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

from aiohttp import web

Kind = Literal["latency", "error", "cut", "garbage", "wrong_shape", "busy", "lost"]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(slots=True)
class Mishap:
    """One plan: what befalls an agency's next `left` calls. Units: seconds, for latency."""

    kind: Kind
    left: int = 1
    seconds: float = 0.0

    async def befall(self, request: web.Request, handler: Handler) -> web.StreamResponse | None:
        """Spoil one call: give what is answered instead, or None where the call goes on."""
        if self.kind == "lost":
            await handler(request)
            return await _cut(self, request)
        return await _DEEDS[self.kind](self, request)


async def _delay(mishap: Mishap, request: web.Request) -> None:
    await asyncio.sleep(mishap.seconds)


async def _fail(mishap: Mishap, request: web.Request) -> web.StreamResponse:
    return web.Response(status=500, text="<h1>Kesalahan internal (simulasi)</h1>", content_type="text/html")


async def _be_busy(mishap: Mishap, request: web.Request) -> web.StreamResponse:
    """Refuse as busy, where whoever is asked has no words of its own for it."""
    return web.Response(status=503, text="sibuk (simulasi)")


async def _cut(mishap: Mishap, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"status"')
    if request.transport is not None:
        request.transport.close()
    return response


async def _babble(mishap: Mishap, request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"}{ bukan json (simulasi)", content_type="application/json")


async def _reshape(mishap: Mishap, request: web.Request) -> web.StreamResponse:
    return web.Response(body=b'{"pemeliharaan":["simulasi"]}', content_type="application/json")


_DEEDS: dict[Kind, Callable[[Mishap, web.Request], Awaitable[web.StreamResponse | None]]] = {
    "latency": _delay,
    "error": _fail,
    "cut": _cut,
    "garbage": _babble,
    "busy": _be_busy,
    "wrong_shape": _reshape,
}


@dataclass(slots=True)
class Mishaps:
    """The plans of all agencies, by agency."""

    plans: dict[str, list[Mishap]] = field(default_factory=dict)

    def add(self, agency: str, mishap: Mishap) -> None:
        """Plan a mishap after those that are planned already."""
        self.plans.setdefault(agency, []).append(mishap)

    def take(self, agency: str) -> Mishap | None:
        """Take what befalls this call, if anything."""
        plans = self.plans.get(agency)
        if not plans:
            return None
        plans[0].left -= 1
        return plans.pop(0) if plans[0].left < 1 else plans[0]

    def clear(self) -> None:
        """Forget every plan."""
        self.plans.clear()
