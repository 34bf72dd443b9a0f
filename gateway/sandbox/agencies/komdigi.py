"""Komdigi's echo: gives back the very bytes that it gets. For trying out a connection, and for measuring."""

from __future__ import annotations

from aiohttp import web

from gateway.sandbox.desk import Agency, Answer, Endpoint, Reason
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {
    "credential": 401,
    "media_type": 415,
    "not_json": 400,
    "fields": 400,
    "busy": 503,
    "no_such_path": 404,
    "method": 405,
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"error": reason}, _REFUSALS[reason])


async def _echo(request: web.Request) -> web.StreamResponse:
    return web.Response(body=await request.read(), content_type=request.content_type)


async def _pong(request: web.Request) -> web.StreamResponse:
    return web.json_response({"pong": True})


def open_komdigi(seeds: dict[str, Json]) -> Agency:
    """Open the echo; it keeps nothing."""
    return Agency("komdigi", "ECHO", "bearer", (Endpoint("POST", "/echo", stream=_echo), Endpoint("GET", "/ping", stream=_pong)), _refuse)
