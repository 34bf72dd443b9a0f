"""An exchange without a network: the same engine as `serve`, a stated caller, and a provider that answers what it is told.

Laws: 1. Everything but the wire and the credential is the real thing. 2. An ask that nobody answers ends the rehearsal loudly.
Must not know: examples, output.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from ..exchange import serve
from ..stores.sqlite_state import SqliteState
from ..values.asks import CallUpstream, Consult, FetchKeys, Flow, ReadBody, Relay, Relayed, Together
from ..values.faults import Fault, Refused, fault, refuse
from ..values.model import Caller, Reply, Request, Response
from ..values.route import Exchange, Identify, Plan

Provide = Callable[[CallUpstream], "Reply | Fault"]


@dataclass(slots=True)
class Told:
    """Ports that remember: what was counted, which defects were noted."""

    defects: list[str] = field(default_factory=list)

    def count(self, cell: int, by: float = 1.0) -> None:
        """Let it go: a rehearsal has no metrics."""

    def note_defect(self, exchange: Exchange, error: BaseException) -> None:
        """Keep the traceback."""
        self.defects.append("".join(traceback.format_exception(error)))


@dataclass(frozen=True, slots=True)
class StatedCaller:
    """Place 2 of a rehearsal: whoever is stated calls; nobody stated has no credential."""

    agency: str | None
    subject: str = ""  # the citizen who has signed in at its portal

    def recall_caller(self, request: Request, now_s: float) -> Caller | None:
        """Give who is stated.

        Faults: CREDENTIAL_MISSING.
        """
        if self.agency is None:
            raise refuse("CREDENTIAL_MISSING")
        return Caller(self.agency, "jwt", subject=self.subject)

    def verify_caller(self, request: Request, now_s: float) -> Flow[Caller]:
        """Never asked: what is stated is known."""
        raise AssertionError("a stated caller needs no verification")
        yield


@dataclass(slots=True)
class Rehearsed:
    """How it ended. Shape: `calls` are the upstream calls in order."""

    response: Response
    exchange: Exchange
    calls: list[CallUpstream]
    defects: list[str]


def rehearse(plan: Plan, identify: Identify, request: Request, body: bytes, provide: Provide, began_s: float) -> Rehearsed:
    """Run one exchange to its response. Units: began_s Unix seconds."""
    told = Told()
    x = Exchange(request, secrets.token_hex(16), began_s, told)
    flow = serve(plan, identify, x)
    calls: list[CallUpstream] = []
    answer: object = None
    with SqliteState(tell_time=lambda: began_s) as stores:
        try:
            while True:
                ask = flow.throw(Refused(answer)) if isinstance(answer, Fault) else flow.send(answer)
                answer = _answer(ask, x, body, calls, provide, stores)
        except StopIteration as done:
            response = done.value
            assert isinstance(response, Response)
            return Rehearsed(response, x, calls, told.defects)


def _answer(ask: object, x: Exchange, body: bytes, calls: list[CallUpstream], provide: Provide, stores: SqliteState) -> object:
    if isinstance(ask, Consult):
        return _consult(ask, stores)
    if isinstance(ask, ReadBody):
        return body if len(body) <= ask.bytes_max else fault("BODY_TOO_LARGE")
    if isinstance(ask, CallUpstream):
        calls.append(ask)
        return provide(ask)
    if isinstance(ask, Relay):
        assert x.reply is not None
        ask.response.body = x.reply.body
        return Relayed(len(x.reply.body), "whole")
    if isinstance(ask, Together):
        return _answer_together(ask, lambda asked: _answer(asked, x, body, calls, provide, stores))
    if isinstance(ask, FetchKeys):
        return fault("KEYS_UNAVAILABLE")
    raise AssertionError(f"nobody answers {type(ask).__name__}")


def _consult(ask: Consult[object], stores: SqliteState) -> object:
    try:
        return stores.consult(ask.deed)
    except Refused as refused:
        return refused.fault


def _answer_together(ask: Together, answer_one: Callable[[object], object]) -> tuple[object, ...]:
    """Run the branches one after the other until enough are good; what was not needed is None."""
    branches = list(ask.branches)
    results: list[object] = []
    good = 0
    while len(results) < len(branches):
        result = _run_branch(branches[len(results)].flow, answer_one)
        results.append(result)
        good += not isinstance(result, Fault)
        more = () if ask.then is None else ask.then(len(results) - 1, result)
        if more is None or (ask.good and good >= ask.good):
            break
        branches += more
    return (*results, *[None] * (len(branches) - len(results)))


def _run_branch(flow: Flow[object], answer_one: Callable[[object], object]) -> object:
    answer: object = None
    try:
        while True:
            asked = flow.throw(Refused(answer)) if isinstance(answer, Fault) else flow.send(answer)
            answer = answer_one(asked)
    except StopIteration as done:
        return done.value
    except Refused as refused:
        return refused.fault
