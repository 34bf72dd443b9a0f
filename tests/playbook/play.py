"""A stage for exchanges: a script of asks and answers, verified fakes of the ports, and a plan in small."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from gateway.exchange import serve
from gateway.routing import compile_routes
from gateway.stores.sqlite_state import SqliteState
from gateway.values.asks import CallUpstream, Consult, Flow, ReadBody
from gateway.values.faults import Fault, Refused, refuse
from gateway.values.model import Caller, GatewayOptions, Reply, Request, Response, Upstream
from gateway.values.route import Exchange, Plan, Route

UPSTREAM = Upstream("lab.main", 0, "127.0.0.1", 1)
CALL = CallUpstream(UPSTREAM, "read", b"POST", b"/x", b"", b"{}")
BODY = ReadBody(4096)
CALLER = Caller("clinic", "jwt")


def set_call(x: Exchange) -> None:
    x.call = CALL


def give_reply(x: Exchange) -> None:
    assert x.reply is not None
    x.out = x.reply.body


ROUTE = Route("lab.order", 0, "POST", "/lab/v1/orders", "read", (), UPSTREAM, 4096, 2.0, inward=(set_call,), judge=(give_reply,))


class Desk:
    """A verified fake of the ports: what was counted and which defects were noted."""

    def __init__(self) -> None:
        self.counted: dict[int, float] = {}
        self.defects: list[BaseException] = []

    def count(self, cell: int, by: float = 1.0) -> None:
        self.counted[cell] = self.counted.get(cell, 0.0) + by

    def note_defect(self, exchange: Exchange, error: BaseException) -> None:
        self.defects.append(error)


class Door:
    """Place 2, in small: the header `x-caller` names the caller; `unknown` must be verified by an ask."""

    def __init__(self, verify: Callable[[], Flow[Caller]] | None = None) -> None:
        self.verify = verify

    def recall_caller(self, request: Request, now_s: float) -> Caller | None:
        if b"x-caller" not in request.headers:
            raise refuse("CREDENTIAL_MISSING")
        return None if self.verify else CALLER

    def verify_caller(self, request: Request, now_s: float) -> Flow[Caller]:
        assert self.verify is not None
        return self.verify()


def make_plan(*routes: Route) -> Plan:
    return Plan("0", GatewayOptions(), compile_routes(routes or (ROUTE,)), Door, tuple(routes))


def begin(
    method: str = "POST", path: str = "/lab/v1/orders", *, has_body: bool = True, desk: Desk | None = None, **headers: str
) -> Exchange:
    named = {b"x-caller": b"clinic", b"content-type": b"application/json"}
    named |= {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Exchange(
        Request(method, path, "", {k: v for k, v in named.items() if v}, "peer", has_body=has_body), "e" * 32, 1000.0, desk or Desk()
    )


CONSULT = "a deed over the stores"  # in a script: what is answered next is said, and the deed is not done


def play(x: Exchange, *script: object, plan: Plan | None = None, door: Door | None = None, stores: SqliteState | None = None) -> Response:
    """Hold an exchange to a script: expected ask, answer, expected ask, answer, …; give the response that ends it.

    Deeds are done over `stores` as they come, but where the script says CONSULT.
    """
    flow = serve(plan or make_plan(), door or Door(), x)
    lines = list(script)
    try:
        ask = next(flow)
        while True:
            answer = _answer(ask, lines, stores)
            ask = flow.throw(Refused(answer)) if isinstance(answer, Fault) else flow.send(answer)
    except StopIteration as done:
        assert lines == [], "the exchange ended before its script"
        response: Response = done.value
        assert x.status == response.status
        return response


def _answer(ask: object, lines: list[object], stores: SqliteState | None) -> object:
    if isinstance(ask, Consult) and stores is not None and lines[:1] != [CONSULT]:
        try:
            return stores.consult(ask.deed)
        except Refused as refused:
            return refused.fault
    assert lines.pop(0) == (CONSULT if isinstance(ask, Consult) else ask)
    return lines.pop(0)


def problem(response: Response) -> dict[str, object]:
    assert dict(response.headers)[b"content-type"] == b"application/problem+json"
    members: dict[str, object] = json.loads(response.body)
    assert members["status"] == response.status
    return members


def change(route: Route = ROUTE, **changes: object) -> Plan:
    return make_plan(replace(route, **changes))  # type: ignore[arg-type]


__all__ = [
    "BODY", "CALL", "CALLER", "CONSULT", "ROUTE", "UPSTREAM", "Desk", "Door", "Reply", "begin", "change", "make_plan", "play", "problem",
]  # fmt: skip
