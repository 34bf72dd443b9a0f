"""The sandbox's own control path: plan mishaps, count calls, tell what was done. No agency has such a thing."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from aiohttp import web

from .desk import Desk
from .effects import Effects
from .fields import Fields, find_wrong, one_of, whole
from .mishaps import KINDS, Mishap, Mishaps


def make_control_application(desks: Iterable[Desk], halls: Iterable[str], mishaps: Mishaps, effects: Effects) -> web.Application:
    """Make the application of `POST` and `DELETE /_sandbox/faults`, `GET /_sandbox/calls` and `GET /_sandbox/effects`."""
    known = {desk.agency.id: desk for desk in desks}
    all_known = sorted((*known, *halls))
    form = Fields(
        {"agency": one_of(*all_known), "kind": one_of(*KINDS)},
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
            return web.json_response({"wrong": wrong, "agencies": all_known, "kinds": KINDS}, status=422)
        mishap = Mishap(wanted["kind"], wanted.get("count", 1), float(wanted.get("seconds", 0)))
        mishaps.add(wanted["agency"], mishap)
        return web.json_response({"planned": wanted}, status=201)

    async def forget_mishaps(request: web.Request) -> web.Response:
        mishaps.clear()
        return web.Response(status=204)

    async def count_calls(request: web.Request) -> web.Response:
        return web.json_response({name: {"calls": desk.calls, "endpoints": desk.by_endpoint} for name, desk in known.items()})

    async def tell_effects(request: web.Request) -> web.Response:
        return web.json_response(effects.tell())

    application = web.Application()
    application.router.add_post("/_sandbox/faults", plan_mishap)
    application.router.add_delete("/_sandbox/faults", forget_mishaps)
    application.router.add_get("/_sandbox/calls", count_calls)
    application.router.add_get("/_sandbox/effects", tell_effects)
    return application
