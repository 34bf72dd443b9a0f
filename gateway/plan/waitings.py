"""The list of the decisions that wait, compiled: `waits_for: {list}` and what `shows: {list}` says of each.

Laws: 1. Its path is one of the decision's own service, without a parameter: it is of all journeys. 2. Who may decide is known before
anybody has: what the decision itself says is not asked. 3. What it shows is part of the file.
Must not know: how a page is found.
"""

from __future__ import annotations

from dataclasses import replace

from ..journey.lasting import Lasting
from ..journey.waiting import Awaiting, Cursors, Extract
from ..policy.cursors import Keys, bind_cursor, open_state, seal_state
from ..translate.bind import BoundRequest
from ..translate.condition import Condition
from ..values.journeys import Waiting
from ..values.model import Json
from ..values.problem import suggest_name
from ..values.route import Exchange, Route
from .journey_steps import Sketch

CODE_LIST = "JB-JRN-012"


def check_list(sketch: Sketch, name: str, step: Json) -> None:
    """Hold the list of a decision to its form."""
    waits, at = step["waits_for"], ("steps", name, "waits_for", "list")
    path = waits.get("list") or ""
    if "{" in path:
        sketch.note(at, CODE_LIST, "the list is of all journeys: its path has no parameters", "…/decisions")
    elif path and path.split("/")[:3] != waits["path"].split("/")[:3]:
        service = "/".join(waits["path"].split("/")[:3])
        sketch.note(at, CODE_LIST, "the list is no operation of the decision's service", f"{service}/…/decisions")
    _check_extract(sketch, name, step.get("shows") or {}, bool(path))


def _check_extract(sketch: Sketch, name: str, shows: Json, has_list: bool) -> None:
    """Hold what the list shows of a file to a list and a file that are there."""
    at = ("steps", name, "shows", "list")
    if shows.get("list") and not has_list:
        sketch.note(at, CODE_LIST, "no list shows it: the decision has none", "waits_for: {list: PATH}, or take it out")
    for index, each in enumerate(shows.get("list") or ()):
        if each not in shows["fields"]:
            sketch.note((*at, index), CODE_LIST, f"the file has no {each}", suggest_name(each, shows["fields"]) or "a field of `fields`")


def build_list(sketch: Sketch, lasting: Lasting, step: str, head: Route, when: Condition | None, file: BoundRequest | None) -> Route | None:
    """Fill the route of a list; None where something is wrong, which is noted."""
    value, keys = sketch.document.value["steps"][step], sketch.ground.cursors
    if keys is None:
        sketch.note(
            ("steps", step, "waits_for", "list"), "JB-SEC-012", "cursors are sealed, and the gateway has no key for them",
            "gateway: … cursors: {key: ${env:CURSOR_KEY}}",
        )  # fmt: skip
        return None
    reads = {path[0] for path in when.reads} if when is not None else set()
    if "body" in reads:
        message = "who may decide hangs on the decision, so nobody can be told what waits for them"
        sketch.note(("steps", step, "waits_for", "when"), CODE_LIST, message, "say it without `body.`, or take `list` out")
        return None
    supply = Awaiting(
        lasting, step, value["waits_for"]["path"], _make_cursors(keys, head.id),
        sketch.ground.layout.add_series("jembatan_list_elements_total", head.id),
        None if when is None else when.holds, _make_extract(value.get("shows") or {}, file), "steps" in reads,
    )  # fmt: skip
    return replace(head, supply=supply)


def _make_extract(shows: Json, file: BoundRequest | None) -> Extract | None:
    """Give what the list shows of a file; None where that is nothing."""
    fields = tuple(tuple(each.split(".")) for each in shows.get("list") or ())
    return Extract(file.write, fields) if fields and file is not None and file.write is not None else None


def _make_cursors(keys: Keys, operation: str) -> Cursors:
    def open_place(x: Exchange) -> Waiting | None:
        after = x.query.get("after")
        return None if after is None else Waiting(*open_state(keys, after, bind_cursor(x, operation, ""), x.began_s))

    def seal_place(x: Exchange, last: Waiting) -> str:
        text = seal_state(keys, [last.since_s, last.journey], bind_cursor(x, operation, ""), x.id, x.began_s)
        assert text is not None, "an id is never longer than a cursor"
        return text

    return Cursors(open_place, seal_place)
