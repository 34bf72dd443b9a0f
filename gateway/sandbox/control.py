"""The sandbox's own control path: plan mishaps, count calls. No agency has such a thing."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from aiohttp import web

from .desk import Desk
from .fields import Fields, find_wrong, one_of, whole
from .mishaps import KINDS, Mishap, Mishaps


def make_control_application(desks: Iterable[Desk], mishaps: Mishaps) -> web.Application:
    """Make the application of `POST` and `DELETE /_sandbox/faults` and `GET /_sandbox/calls`."""
    known = {desk.agency.id: desk for desk in desks}
    form = Fields(
        {"agency": one_of(*known), "kind": one_of(*KINDS)},
        {"count": whole(1, 1_000_000), "seconds": lambda value: isinstance(value, int | float) and 0 <= value <= 600},
    )

    async def plan_mishap(request: web.Request) -> web.Response:
        if request.content_type != "application/json":  # what a strange page in a browser cannot send unasked
            return web.json_response({"wrong": ["Content-Type"]}, status=415)
        try:
            wanted = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            return web.json_response({"wrong": ["."]}, status=400)
        wrong = find_wrong(form, wanted)
        if wrong:
            return web.json_response({"wrong": wrong, "agencies": sorted(known), "kinds": KINDS}, status=422)
        mishap = Mishap(wanted["kind"], wanted.get("count", 1), float(wanted.get("seconds", 0)))
        mishaps.add(wanted["agency"], mishap)
        return web.json_response({"planned": wanted}, status=201)

    async def forget_mishaps(request: web.Request) -> web.Response:
        mishaps.clear()
        return web.Response(status=204)

    async def count_calls(request: web.Request) -> web.Response:
        return web.json_response({name: {"calls": desk.calls, "endpoints": desk.by_endpoint} for name, desk in known.items()})

    application = web.Application()
    application.router.add_post("/_sandbox/faults", plan_mishap)
    application.router.add_delete("/_sandbox/faults", forget_mishaps)
    application.router.add_get("/_sandbox/calls", count_calls)
    return application
