"""Several flows side by side: the driver of `Together`.

Laws: 1. At most `width` branches run at a time; they start in their order. 2. Each branch has one result: what it returned, the fault
that ended it, or None where it was not needed. 3. What only reads is cancelled; a write that was sent runs to its end. 4. The answer
comes when no branch runs any more, once.
Must not know: sockets, exchanges, what a branch decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from time import monotonic
from typing import Protocol, TypeAlias

from ..values.asks import Ask, Branch, CallUpstream, Consult, FetchKeys, Together
from ..values.faults import CATALOGUE, Fault, Refused, fault
from ..values.model import Reply
from .attempt import Answered, Attempt
from .deadlines import Timer
from .run import Answer, Run

Result: TypeAlias = "object | Fault | None"

_UNNEEDED = fault("CALLER_GONE", reason="enough have answered")
_LATE = fault("PROVIDER_TIMEOUT", reason="deadline of its part")
_INTERNAL = Fault(CATALOGUE["INTERNAL"])


class Wheel(Protocol):
    """What calls a timer when it is due."""

    def set_timer(self, timer: Timer, due_s: float) -> None:
        """Put the timer on the wheel."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a bundle performs asks with; `start` begins an attempt that its owner already holds."""

    make: Callable[[CallUpstream, Answered], Attempt]
    start: Callable[[Attempt], None]
    fetch_keys: Callable[[FetchKeys, Answer], None]
    consult: Callable[[Consult[object], Answer], None]
    note_defect: Callable[[Exception], None]
    late: Callable[[], None]
    wheel: Wheel


class Bundle:
    """One `Together`, from its first branch to its answer."""

    __slots__ = (
        "_answer", "_ask", "_branches", "_good", "_is_enough", "_is_filling", "_means", "_members", "_next", "_results",
        "_running", "_verdict",
    )  # fmt: skip

    def __init__(self, ask: Together, means: Means, answer: Answer) -> None:
        self._ask = ask
        self._means = means
        self._answer: Answer | None = answer
        self._branches = list(ask.branches)
        self._results: list[Result] = [None] * len(ask.branches)
        self._members: dict[int, _Member] = {}
        self._next = 0
        self._running = 0
        self._good = 0
        self._verdict: Fault | None = None  # thrown in from outside: the answer, once no branch runs
        self._is_filling = False
        self._is_enough = False

    def start(self) -> None:
        """Run the first branches, as many as the width allows."""
        self._fill()

    def interrupt(self, what: Fault, is_over: bool) -> None:
        """Throw a fault in at every branch that waits and start no more; unless all is over, a write that was sent goes on."""
        if self._verdict is None:
            self._verdict = what
        self._next = len(self._results)
        for member in list(self._members.values()):
            member.interrupt(what, is_over)
        self._finish()

    def _fill(self) -> None:
        if self._is_filling:
            return  # a branch that ended at once is followed by the loop below, not by a deeper one
        self._is_filling = True
        while self._next < len(self._branches) and self._running < self._ask.width:
            index, self._next = self._next, self._next + 1
            self._running += 1
            member = self._members[index] = _Member(self._branches[index], self._means, partial(self._ended, index))
            member.start()
        self._is_filling = False
        self._finish()

    def _ended(self, index: int, result: Result) -> None:
        self._members.pop(index, None)
        self._running -= 1
        is_good = not isinstance(result, Fault)
        self._results[index] = result if is_good or not self._is_enough else None
        self._good += is_good
        if (is_good and self._good == self._ask.good) or not self._add_more(index, result):
            self._let_go()
        self._fill()

    def _add_more(self, index: int, result: Result) -> bool:
        """Add what follows from a result; say whether the rest is still wanted."""
        if self._ask.then is None or self._is_enough or self._verdict is not None:
            return True
        try:
            more = self._ask.then(index, result)
        except Exception as error:
            self._means.note_defect(error)
            self._verdict = _INTERNAL
            return False
        if more is None:
            return False
        self._branches += more
        self._results += [None] * len(more)
        return True

    def _let_go(self) -> None:
        self._is_enough = True
        self._next = len(self._results)
        for member in list(self._members.values()):
            member.interrupt(_UNNEEDED, False)

    def _finish(self) -> None:
        if self._running or self._is_filling or self._next < len(self._results):
            return
        answer, self._answer = self._answer, None
        if answer is not None:
            answer(tuple(self._results) if self._verdict is None else self._verdict)


class _Member:
    """One branch: its flow, and what it waits for."""

    __slots__ = ("_attempt", "_bundle", "_done", "_is_consulting", "_is_over", "_means", "_run", "_stopped", "_timer", "_within_s")

    def __init__(self, branch: Branch, means: Means, done: Callable[[Result], None]) -> None:
        self._means = means
        self._done: Callable[[Result], None] = done
        self._within_s = branch.within_s
        self._timer: Timer | None = None
        self._attempt: Attempt | None = None
        self._bundle: Bundle | None = None
        self._stopped: Fault | None = None
        self._is_over = False
        self._is_consulting = False
        self._run: Run[Result] = Run(branch.flow, self._perform, self._replied, self._failed, means.late)

    def start(self) -> None:
        """Run the branch to where it waits."""
        if self._within_s != inf:
            self._timer = Timer(partial(self.interrupt, _LATE, True))
            self._means.wheel.set_timer(self._timer, monotonic() + self._within_s)
        self._run.start()

    def interrupt(self, what: Fault, is_over: bool) -> None:
        """Throw a fault in where the branch waits; a write that was sent goes on unless all is over."""
        self._stopped = self._stopped or what
        self._is_over |= is_over
        attempt, bundle = self._attempt, self._bundle
        if bundle is not None:
            bundle.interrupt(what, is_over)
            return
        if self._is_consulting:
            return  # a deed is done once begun; what the branch asks next is answered with the fault
        if attempt is not None:
            if not is_over and attempt.is_sent and attempt.call.effect != "read":
                return
            self._attempt = None
            attempt.cancel()
        self._run.interrupt(what)

    def _perform(self, ask: Ask[object], answer: Answer) -> None:
        is_write = isinstance(ask, CallUpstream) and ask.effect != "read"
        if isinstance(ask, Consult):
            self._is_consulting = True
            self._means.consult(ask, partial(self._consulted, answer))
        elif self._stopped is not None and (self._is_over or not is_write):
            answer(self._stopped)
        elif isinstance(ask, CallUpstream):
            attempt = self._attempt = self._means.make(ask, partial(self._called, answer))
            self._means.start(attempt)
        elif isinstance(ask, Together):
            bundle = self._bundle = Bundle(ask, self._means, partial(self._together, answer))
            bundle.start()
        elif isinstance(ask, FetchKeys):
            self._means.fetch_keys(ask, answer)
        else:
            raise TypeError(f"a branch cannot wait for {type(ask).__name__}")

    def _called(self, answer: Answer, got: Reply | Fault) -> None:
        self._attempt = None
        answer(got)

    def _consulted(self, answer: Answer, got: object) -> None:
        self._is_consulting = False
        answer(got)

    def _together(self, answer: Answer, got: object) -> None:
        self._bundle = None
        answer(got)

    def _failed(self, error: Exception) -> Result:
        if isinstance(error, Refused):
            return error.fault
        self._means.note_defect(error)
        return _INTERNAL

    def _replied(self, result: Result) -> None:
        if self._timer is not None:
            self._timer.retire()
        if self._attempt is not None:  # a defect while it waited
            self._attempt.cancel()
        self._attempt = None
        del self._run  # it refers to us
        self._done(result)
