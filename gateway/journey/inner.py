"""One operation called from inside a journey: the same places as for a caller from outside, without a socket.

Laws: 1. It is permitted as the journey, under the journey's purpose, never as the journey's caller. 2. What it gives is what the grant
reveals. 3. What the journey sends is checked as any caller's call is. 4. What translations of it left behind, and which of its parts are
missing, is told beside the journey's answer.
Must not know: what the journey makes of the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ..exchange import supply_answer
from ..schema.text import encode_json
from ..values.asks import Branch, Flow, Together, wait
from ..values.faults import CATALOGUE, Fault, Refused
from ..values.model import Caller, Json, Request
from ..values.route import Exchange, Route
from ..values.told import join_told

Written: TypeAlias = "tuple[bytes, bytes, Json]"  # target, head lines, document


@dataclass(frozen=True, slots=True)
class Inner:
    """An operation as a journey calls it.

    Shape: `write` makes the call from the journey's exchange; `slots` are the places of the path's parameters among its segments; `step` is
    the step that calls. Of a list, what the grant reveals is said of its elements.
    """

    route: Route
    caller: Caller
    purpose: bytes
    write: Callable[[Exchange], Written]
    slots: tuple[int, ...] = ()
    step: str = ""
    is_list: bool = False


def call_inner(inner: Inner, outer: Exchange, now_s: float = 0.0, key: str = "", is_repeat: bool = False) -> Flow[Json]:
    """Call an operation with what a journey gives it; give its answer as far as the journey's grant reveals it.

    Shape: `key` names a write to its provider; a repeat under it is the same write. Units: `now_s` Unix seconds, 0 = when the journey's
    exchange began.
    Faults: those of the operation; STEP_REFUSED where it refuses the journey itself.
    """
    x = _make_exchange(inner, outer)
    x.began_s = now_s or outer.began_s
    x.idempotency_key, x.is_repeat = key, is_repeat
    route = inner.route
    try:
        for step in (*route.permit, *route.read):
            step(x)
    except Refused as refused:
        raise Refused(_as_ours(refused.fault)) from refused
    yield from supply_answer(route, x)
    join_told(outer, x.told)
    _pass_missing(inner, x, outer)
    show = x.withhold
    if show is None:
        return x.answer
    return {**x.answer, "items": [show(element) for element in x.answer["items"]]} if inner.is_list else show(x.answer)


def try_inner(inner: Inner, outer: Exchange, within_s: float, now_s: float = 0.0, key: str = "", is_repeat: bool = False) -> Flow[Json]:
    """Call an operation within a time of its own; give its answer, or the fault that ended it. Units: within_s seconds."""
    (result,) = yield from wait(Together((Branch(call_inner(inner, outer, now_s, key, is_repeat), within_s),), 1))
    return result


def _pass_missing(inner: Inner, x: Exchange, outer: Exchange) -> None:
    """Tell the journey of parts that an answer of several providers lacks: what is missing of a step is missing of the journey."""
    if x.gathered is None or outer.gathered is None:
        return
    known = outer.gathered.missing
    for part in x.gathered.missing:
        said = {"step": inner.step, "code": part["code"], "status": part["status"], "retry": part["retry"]}
        if said not in known:
            known.append(said)


def _make_exchange(inner: Inner, outer: Exchange) -> Exchange:
    target, _, document = inner.write(outer)
    path, _, query = target.decode("ascii").partition("?")
    route = inner.route
    request = Request(route.method, path, query, {b"jembatan-purpose": inner.purpose}, outer.request.peer, has_body=document is not None)
    x = Exchange(request, outer.id, outer.began_s, outer.ports, outer.traceparent)
    x.route, x.caller = route, inner.caller
    segments = path.split("/")
    x.parameters = tuple(segments[slot] for slot in inner.slots)
    x.raw = b"" if document is None else encode_json(document)
    return x


def _as_ours(fault: Fault) -> Fault:
    """Give the fault that an inner call's refusal is to the outer caller, who neither made nor can mend that call."""
    return Fault(CATALOGUE["STEP_REFUSED"], reason=fault.kind.name)
