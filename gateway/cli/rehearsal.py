"""An exchange without a network: the same engine as `serve`, a stated caller, and a provider that answers what it is told.

Laws: 1. Everything but the wire and the credential is the real thing. 2. An ask that nobody answers ends the rehearsal loudly.
Must not know: examples, output.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TypeVar

from ..exchange import serve
from ..stores.sqlite_state import SqliteState
from ..values.asks import CallUpstream, Consult, FetchKeys, Flow, Follow, ReadBody, Relay, Relayed, Together
from ..values.faults import Fault, Refused, fault, refuse
from ..values.model import Caller, Reply, Request, Response
from ..values.route import Exchange, Identify, Plan, RunJourneys

T = TypeVar("T")
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


def rehearse(
    plan: Plan, identify: Identify, request: Request, body: bytes, provide: Provide, began_s: float, stores: SqliteState | None = None
) -> Rehearsed:
    """Run one exchange to its response; of a journey that it begins or decides what can be done now. Units: began_s Unix seconds.

    Shape: `stores` outlive this exchange; None = they begin empty.
    """
    told = Told()
    x = Exchange(request, secrets.token_hex(16), began_s, told)
    runner = None if plan.make_runner is None else plan.make_runner(told, lambda: False, False)
    with nullcontext(stores) if stores is not None else SqliteState(tell_time=lambda: began_s) as kept:
        stage = _Stage(body, provide, kept, runner, told, x)
        response = _run_flow(serve(plan, identify, x), stage.answer)
        assert isinstance(response, Response)
        return Rehearsed(response, x, stage.calls, told.defects)


def run_flow(flow: Flow[T], provide: Provide, stores: SqliteState, told: Told | None = None) -> T:
    """Run a flow that belongs to no exchange, over stores and a provider; `told` keeps the defects of its branches.

    Faults: those of the flow.
    """
    stage = _Stage(b"", provide, stores, None, told or Told())
    return _run_flow(flow, stage.answer)


@dataclass(slots=True)
class _Stage:
    """Who answers what an exchange waits for."""

    body: bytes
    provide: Provide
    stores: SqliteState
    runner: RunJourneys | None
    told: Told
    x: Exchange | None = None
    calls: list[CallUpstream] = field(default_factory=list)

    def answer(self, ask: object) -> object:
        """Answer an ask, at once."""
        if isinstance(ask, Consult):
            return _consult(ask, self.stores)
        if isinstance(ask, Follow):
            if self.runner is not None:
                self._run_branch(self.runner.run_next(ask.journey))
            return self.runner is not None
        if isinstance(ask, ReadBody):
            return self.body if len(self.body) <= ask.bytes_max else fault("BODY_TOO_LARGE")
        if isinstance(ask, CallUpstream):
            self.calls.append(ask)
            return self.provide(ask)
        if isinstance(ask, Relay):
            assert self.x is not None and self.x.reply is not None
            ask.response.body = self.x.reply.body
            return Relayed(len(self.x.reply.body), "whole")
        if isinstance(ask, Together):
            return self._answer_together(ask)
        if isinstance(ask, FetchKeys):
            return fault("KEYS_UNAVAILABLE")
        raise AssertionError(f"nobody answers {type(ask).__name__}")

    def _answer_together(self, ask: Together) -> object:
        """Run the branches one after the other until enough are good; what was not needed is None."""
        branches = list(ask.branches)
        results: list[object] = []
        good = 0
        while len(results) < len(branches):
            result = self._run_branch(branches[len(results)].flow)
            results.append(result)
            good += not isinstance(result, Fault)
            try:
                more = () if ask.then is None else ask.then(len(results) - 1, result)
            except Exception as error:
                return self._note_defect(error)
            if more is None or (ask.good and good >= ask.good):
                break
            branches += more
        return (*results, *[None] * (len(branches) - len(results)))

    def _run_branch(self, flow: Flow[object]) -> object:
        try:
            return _run_flow(flow, self.answer)
        except Refused as refused:
            return refused.fault
        except Exception as error:
            return self._note_defect(error)

    def _note_defect(self, error: Exception) -> Fault:
        self.told.defects.append("".join(traceback.format_exception(error)))
        return fault("INTERNAL")


def _consult(ask: Consult[object], stores: SqliteState) -> object:
    try:
        return stores.consult(ask.deed)
    except Refused as refused:
        return refused.fault


def _run_flow(flow: Flow[T], answer_one: Callable[[object], object]) -> T:
    answer: object = None
    try:
        while True:
            asked = flow.throw(Refused(answer)) if isinstance(answer, Fault) else flow.send(answer)
            answer = answer_one(asked)
    except StopIteration as done:
        result: T = done.value
        return result
