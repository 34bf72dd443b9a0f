"""One run of a journey that writes: from what was kept of it to where it ends, waits, or wants an operator.

Laws: 1. A write is kept as begun before it is sent, and its end after; what was begun and has no end is sent again under the same key.
2. What is known to be done is never asked again. 3. A journey ends complete, or with everything undone that it did; where neither can be
had, it is stuck and says so. 4. Who has lost the lease begins nothing more. 5. Nothing that was sent is cancelled. 6. A defect of ours, or
a plan that is another's than that of what was begun, decides nothing: then it is stuck too.
Must not know: stores, sockets, clocks; where a decision comes from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

from ..traffic.doubt import is_in_doubt, is_passing
from ..values.asks import Branch, Consult, Flow, Together, wait
from ..values.faults import CATALOGUE, Fault, Refused, fault
from ..values.journeys import Event, Kept, State
from ..values.model import Json
from ..values.route import Exchange, Gathered, Ports
from ..values.stores import Stores
from .flow import PARKED, PASSED, Progress, Step, describe_missing
from .history import History, Spot, replay
from .inner import Inner, try_inner
from .lasting import Lasting, Undo, recall_exchange

_CANCELLED, _OVERDUE, _CHANGED, _DEFECT = "JOURNEY_CANCELLED", "JOURNEY_OVERDUE", "JOURNEY_CHANGED", "INTERNAL"


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a run runs. Shape: `is_leaving` says that nothing new is to be begun. Units: `now_s` is when the lease was taken."""

    ports: Ports
    now_s: float
    is_leaving: Callable[[], bool]


class Course:
    """One run, under one lease."""

    __slots__ = (
        "_has_lost", "_history", "_is_behind", "_is_ending", "_is_waiting", "_kept", "_lasting", "_now_s", "_seen", "_setting",
        "_wake_s", "_x",
    )  # fmt: skip

    def __init__(self, lasting: Lasting, kept: Kept, setting: Setting) -> None:
        """Begin where the events end.

        Faults: NotSealed.
        """
        lasting = lasting.with_key_of(kept)
        self._lasting = lasting
        self._kept = kept
        self._setting = setting
        self._now_s = setting.now_s
        self._history: History = replay(kept.events, lasting.opener(kept.begun.id))
        self._x: Exchange = recall_exchange(lasting, kept, setting.ports)
        self._seen = len(kept.events)
        self._wake_s = inf
        self._has_lost = False  # the lease, or the stores
        self._is_behind = False  # somebody else has added an event
        self._is_ending = False  # nothing more is begun on the way forward
        self._is_waiting = False  # for a decision

    def run(self) -> Flow[State]:
        """Run to where nothing more can be done now; give the state in which the journey was left.

        Faults: none is raised; what cannot be kept ends the run, and whoever takes the lease next goes on.
        """
        history = self._history
        if history.has_ended or history.stuck:
            return (yield from self._let_go())
        if (lost := self._find_lost()) is not None:
            yield from self._keep("stuck", lost, note=_CHANGED)
        elif not history.failing and (reason := self._find_end()):
            yield from self._keep("failing", note=reason)
        if not history.failing and not history.stuck:
            yield from self._go_forward()
        if history.failing and not history.stuck and not self._has_lost:
            yield from self._go_back()
        return (yield from self._let_go())

    # -- what holds a run

    @property
    def _is_held(self) -> bool:
        return self._has_lost or self._is_behind or bool(self._history.stuck) or self._setting.is_leaving()

    def _find_lost(self) -> Spot | None:
        """Give a step that the plan no longer knows: a write, which may have to be undone, or a decision that is waited for."""
        lasting, history = self._lasting, self._history
        writes = [spot for spot in history.started if lasting.find_step(spot[0]) is None]
        waited = [(name, 0) for name in history.since_s if history.is_waiting(name) and name not in lasting.waits]
        return next(iter((*writes, *waited)), None)

    def _find_end(self) -> str:
        """Give why the journey may not go on: it was cancelled, or its time is over; never once the final write has begun."""
        history, final = self._history, self._lasting.final
        if any(name == final for name, _ in history.started):
            return ""
        if history.is_cancelled:
            return _CANCELLED
        return _OVERDUE if self._now_s >= self._kept.begun.due_s else ""

    def _keep(self, kind: str, spot: Spot = ("", 0), note: str = "", document: Json = None, is_strict: bool = False) -> Flow[bool]:
        """Keep an event; say whether it is kept, so that what follows from it may be done."""
        id, fence = self._kept.begun.id, self._kept.fence
        sealed = b"" if document is None else self._lasting.close(id, kind, *spot, document)
        event = Event(kind, *spot, note, sealed)

        def append(stores: Stores) -> tuple[int, float]:
            place = stores.journeys.append(id, fence, self._seen, event, self._lasting.lease_s, is_strict)
            if place == self._seen + 1:
                self._seen = place  # deeds are done one at a time, so that our own events never look like another's
            elif place:
                self._is_behind = True
            return place, stores.now_s

        try:
            place, self._now_s = yield from wait(Consult(append))
        except Refused:
            place = 0
        if not place:
            self._has_lost = True
            return False
        self._history.take(replace(event, at_s=self._now_s), document)
        self._count_step(kind, spot)
        return True

    def _count_step(self, kind: str, spot: Spot) -> None:
        cell = self._lasting.steps.get((spot[0], kind))
        if cell is not None:
            self._x.ports.count(cell)

    # -- forward

    def _go_forward(self) -> Flow[None]:
        lasting, x = self._lasting, self._x
        progress = Progress(lasting.journey.steps, x, self._call_forward, is_patient=True)

        def take(index: int, result: object | Fault) -> list[Branch] | None:
            more = progress.take(index, result)
            self._is_ending = progress.ended_by is not None
            return more

        first = progress.start_ready()
        if first:
            yield from wait(Together(first, lasting.journey.width, 0, take))
        if self._has_lost or self._is_behind or self._history.stuck:
            return
        ended_by = progress.ended_by or (None if x.steps or progress.parked else next(iter(progress.failed.values()), None))
        if ended_by is not None:
            code = ended_by.kind.name
            yield from self._keep("stuck" if code == _DEFECT else "failing", note=code)
        elif not progress.parked:
            yield from self._answer(progress)

    def _answer(self, progress: Progress) -> Flow[None]:
        missing = [describe_missing(name, why) for name, why in progress.failed.items()]
        lacking = {(name, code): None for (name, _), codes in self._history.lacking.items() for code in codes}  # as often as it is so, once
        missing += [describe_missing(name, self._lasting.make_fault(code)) for name, code in lacking]
        try:
            self._lasting.journey.answer(self._x, missing)
        except Refused as refused:  # the answer breaks its own promise: what was written may still be taken back
            is_final = self._lasting.final in self._x.steps
            yield from self._keep("stuck" if is_final else "failing", note=refused.fault.kind.name)
            return
        if (yield from self._keep("ended", document=self._x.answer)):
            self._count("partial" if missing else "complete")

    def _call_forward(self, step: Step, x: Exchange, element: int) -> Flow[object]:
        return self._call(step, x, element, lambda: self._is_held or self._is_ending)

    def _call(self, step: Step, x: Exchange, element: int, is_held: Callable[[], bool]) -> Flow[object]:
        """Give what a step's call gives: what is kept of it, or its answer now."""
        history, spot = self._history, (step.name, element)
        if spot in history.results:
            return history.results[spot]
        if spot in history.failed:
            raise Refused(self._lasting.make_fault(history.failed[spot], f"step {step.name}"))
        if is_held() or self._is_early(spot):
            return PARKED
        if step.inner is None:
            return (yield from self._await_decision(step))
        is_repeat = history.is_in_doubt(spot)
        if is_write(step) and not (yield from self._keep("started", spot, is_strict=True)):
            return PARKED
        return (yield from self._send(step, step.inner, x, spot, is_repeat))

    def _send(self, step: Step, inner: Inner, x: Exchange, spot: Spot, is_repeat: bool) -> Flow[object]:
        """Make a step's call, and keep how it ended; where no part may be missing, an answer that lacks one has failed."""
        x = replace(x, gathered=Gathered([]))
        result = yield from self._ask(inner, x, step.within_s, (*self._name(spot), "do"), is_repeat)
        lacking = [] if x.gathered is None else [part["code"] for part in x.gathered.missing]
        if lacking and not self._lasting.journey.is_partial:
            result = Fault(CATALOGUE["TOO_FEW_ANSWERS"], reason=f"step {step.name}")
        if isinstance(result, Fault):
            return (yield from self._judge(step, spot, result))
        return result if (yield from self._keep("done", spot, " ".join(lacking), result)) else PARKED

    def _name(self, spot: Spot) -> tuple[str, ...]:
        return "journey step", self._kept.begun.id, spot[0], str(spot[1])

    def _ask(self, inner: Inner, x: Exchange, within_s: float, name: tuple[str, ...], is_repeat: bool) -> Flow[object]:
        """Give a call's answer or its fault; what is kept of it is done outside its deadline."""
        key = self._lasting.seal.name(*name) if inner.route.effect != "read" else ""
        return (yield from try_inner(inner, x, within_s, self._now_s, key, is_repeat))

    def _judge(self, step: Step, spot: Spot, why: Fault) -> Flow[object]:
        """Judge a call that failed: it is tried again, known not to be done, or nobody knows.

        Faults: the call's, where it is known not to be done.
        """
        code, has_doubt = why.kind.name, is_write(step) and is_in_doubt(why)
        if code == _DEFECT:
            yield from self._keep("stuck", spot, note=code)
        elif (has_doubt or is_passing(why)) and self._has_tries(spot):
            yield from self._keep("tried" if has_doubt else "deferred", spot, note=code)
            self._is_early(spot)
        elif has_doubt:
            yield from self._keep("stuck", spot, note=code)
        elif (yield from self._keep("failed", spot, note=code)):
            self._is_ending |= step.is_required and not (step.each is not None and step.each.is_omitted(why))
            raise Refused(why)
        return PARKED

    def _has_tries(self, spot: Spot) -> bool:
        return self._history.tries.get(spot, 0) + 1 < self._lasting.bounds.tries

    def _is_early(self, spot: Spot) -> bool:
        """Say whether it is too early to try again; then the run wakes when it is time."""
        tries = self._history.tries.get(spot, 0)
        if not tries:
            return False
        due_s = self._history.tried_s[spot] + self._lasting.backoff_s(tries)
        if due_s > self._now_s:
            self._wake_s = min(self._wake_s, due_s)
            return True
        return False

    def _await_decision(self, step: Step) -> Flow[object]:
        """Wait for a decision that has not come yet.

        Faults: DECISION_OVERDUE.
        """
        history, waits = self._history, self._lasting.waits[step.name]
        if step.name not in history.overdue:
            if step.name not in history.since_s and not (yield from self._keep("waiting", (step.name, 0))):
                return PARKED
            due_s = history.since_s[step.name] + waits.within_s
            if due_s > self._now_s:
                self._wake_s = min(self._wake_s, due_s)
                self._is_waiting = True
                return PARKED
            if not (yield from self._keep("overdue", (step.name, 0), is_strict=True)):
                return PARKED
        if waits.otherwise == "continue":
            return PASSED
        raise Refused(fault(_CANCELLED if waits.otherwise == "cancel" else "DECISION_OVERDUE", reason=f"step {step.name}"))

    # -- back

    def _go_back(self) -> Flow[None]:
        """Learn what came of the writes that are in doubt, then undo what was done, the last one first."""
        history = self._history
        recall_steps(self._lasting, history, self._x)
        for spot in [spot for spot in history.started if history.is_in_doubt(spot)]:
            if not (yield from self._settle(spot)):
                return
        for spot in [spot for spot in reversed(history.results) if spot in history.started and spot not in history.undone]:
            if not (yield from self._undo(spot)):
                return
        if (yield from self._keep("ended", note=history.failing)):
            self._count("cancelled" if history.failing == _CANCELLED else "compensated")

    def _settle(self, spot: Spot) -> Flow[bool]:
        step = self._lasting.find_step(spot[0])
        assert step is not None, "a run whose steps have changed is stuck before"
        try:
            result = yield from self._call(step, self._bind(step, spot), spot[1], lambda: self._is_held)
        except Refused:
            return True
        return result is not PARKED

    def _bind(self, step: Step, spot: Spot) -> Exchange:
        """Give the exchange that the bindings of one element read."""
        return self._x if step.each is None else replace(self._x, item=step.each.over(self._x)[spot[1]])

    def _undo(self, spot: Spot) -> Flow[bool]:
        """Undo one write; say whether it is undone."""
        step, undo = self._lasting.find_step(spot[0]), self._lasting.undos.get(spot[0])
        if step is None or undo is None:  # it was final when it was sent, and is no more
            yield from self._keep("stuck", spot, note=_CHANGED)
            return False
        is_repeat = spot in self._history.undoing
        if self._is_held or self._is_early(spot) or not (yield from self._keep("undoing", spot)):
            return False
        result = yield from self._ask_undo(step, undo, spot, is_repeat)
        if not isinstance(result, Fault):
            return (yield from self._keep("undone", spot))
        is_worth = (is_in_doubt(result) or is_passing(result)) and self._has_tries(spot)
        yield from self._keep("tried" if is_worth else "stuck", spot, note=result.kind.name)
        self._is_early(spot)
        return False

    def _ask_undo(self, step: Step, undo: Undo, spot: Spot, is_repeat: bool) -> Flow[object]:
        """Call what undoes a write; its bindings read what the write gave below its own step."""
        x = self._bind(step, spot)
        x = replace(x, steps={**x.steps, step.name: self._history.results[spot]})
        return (yield from self._ask(undo.inner, x, undo.within_s, (*self._name(spot), "undo"), is_repeat))

    # -- the end of a run

    def _let_go(self) -> Flow[State]:
        history, id, fence = self._history, self._kept.begun.id, self._kept.fence
        state = self._find_state()
        due_s = self._kept.begun.due_s
        wake_s = inf if history.stuck else min(self._wake_s, due_s if due_s > self._now_s else inf)
        if (self._has_lost or self._setting.is_leaving()) and not history.stuck:
            wake_s = 0.0

        def hand_back(stores: Stores) -> bool:
            return stores.journeys.hand_back(id, fence, self._seen, state, wake_s)

        try:
            is_ours = yield from wait(Consult(hand_back))
        except Refused:
            is_ours = False
        if not is_ours:
            self._count("fenced")
        elif state == "failed":
            self._count("stuck")
        return state

    def _find_state(self) -> State:
        history = self._history
        if history.has_ended:
            return "complete" if not history.failing else "cancelled" if history.failing == _CANCELLED else "compensated"
        if history.stuck:
            return "failed"
        return "waiting" if self._is_waiting and not history.failing else "running"

    def _count(self, outcome: str) -> None:
        cell = self._lasting.cells.get(outcome)
        if cell is not None:
            self._x.ports.count(cell)


def is_write(step: Step) -> bool:
    """Say whether a step changes the world."""
    return step.inner is not None and step.inner.route.effect != "read"


def recall_steps(lasting: Lasting, history: History, x: Exchange) -> None:
    """Put what is known of each step below `steps.`: of one over a list what its elements gave, in their order."""
    x.steps = {}
    for step in lasting.journey.steps:
        found = sorted((spot[1], result) for spot, result in history.results.items() if spot[0] == step.name)
        if step.each is not None and found:
            x.steps[step.name] = [result for _, result in found]
        elif found:
            x.steps[step.name] = found[0][1]
