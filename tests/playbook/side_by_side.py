"""A driver of flows that run together: which of those that wait is answered next is the test's choice, and so is when time is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.values.asks import Ask, CallUpstream, Flow, Together
from gateway.values.faults import Fault, Refused, fault
from gateway.values.model import Reply

Answer = Callable[[CallUpstream], "Reply | Fault"]
LATE = fault("PROVIDER_TIMEOUT", reason="all together")


class Stage:
    """Runs a flow to its end.

    Shape: `choose` gives which of so many waiting branches is answered next; after `ends` of them, time is over for those that are bounded
    by a branch around them; None = it never is. `widest` is how many waited at once.
    """

    def __init__(self, answer: Answer, choose: Callable[[int], int] = lambda count: 0, ends: int | None = None) -> None:
        self.answer, self.choose, self.ends = answer, choose, ends
        self.widest = 0
        self.calls: list[CallUpstream] = []

    def run(self, flow: Flow[Any]) -> Any:
        """Give what the flow returns; Refused passes."""
        said: object = None
        while True:
            try:
                ask = flow.throw(Refused(said)) if isinstance(said, Fault) else flow.send(said)
            except StopIteration as done:
                return done.value
            said = self._say(ask, is_bounded=False)

    def _say(self, ask: Ask[Any], *, is_bounded: bool) -> object:
        if isinstance(ask, Together):
            return _Bundle(self, ask, is_bounded).run()
        assert isinstance(ask, CallUpstream)
        self.calls.append(ask)
        return self.answer(ask)


class _Bundle:
    def __init__(self, stage: Stage, ask: Together, is_bounded: bool) -> None:
        self.stage, self.ask, self.is_bounded = stage, ask, is_bounded
        self.branches = list(ask.branches)
        self.results: list[object] = [None] * len(self.branches)
        self.waiting: list[tuple[int, Flow[object], Ask[Any]]] = []
        self.next = self.ended = 0
        self.is_over = False

    def run(self) -> object:
        while True:
            while not self.is_over and self.next < len(self.branches) and len(self.waiting) < self.ask.width:
                self.next += 1
                self._advance(self.next - 1, self.branches[self.next - 1].flow, None)
            self.stage.widest = max(self.stage.widest, len(self.waiting))
            if self.is_over or not self.waiting:
                return tuple(self.results)
            if self.is_bounded and self.stage.ends is not None and self.ended >= self.stage.ends:
                return LATE
            number, flow, ask = self.waiting.pop(self.stage.choose(len(self.waiting)))
            self._advance(number, flow, self.stage._say(ask, is_bounded=len(self.branches) == 1))

    def _advance(self, number: int, flow: Flow[object], said: object) -> None:
        try:
            ask = flow.throw(Refused(said)) if isinstance(said, Fault) else flow.send(said)
        except StopIteration as done:
            self._end(number, done.value)
        except Refused as refused:
            self._end(number, refused.fault)
        else:
            self.waiting.append((number, flow, ask))

    def _end(self, number: int, result: object) -> None:
        self.results[number] = result
        self.ended += 1
        if self.ask.then is not None and self.ask.then(number, result) is None:
            self.is_over = True
