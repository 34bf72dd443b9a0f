"""A journey's steps, each as soon as what it needs is there; independent ones together.

Laws: 1. A step runs once. It is done, skipped (its condition does not hold, or what it must read is not there) or failed. 2. What fails
ends the journey where the step is required; the rest is cancelled. 3. A part that is missing is said in the answer,
never left out in silence.
Must not know: how a step's call is made, how the answer is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TypeAlias

from ..values.asks import Branch, Flow, Together, wait
from ..values.faults import CATALOGUE, Fault, Refused
from ..values.model import Json
from ..values.route import Exchange, Gathered
from ..values.told import write_told
from .fallback import Fallback, call_or_fall_back
from .inner import Inner, call_inner

Condition = Callable[[Exchange], bool]
Call: TypeAlias = "Callable[[Step, Exchange, int], Flow[object]]"  # a step, the exchange that it is bound to, which element


class Standing:
    """What a step gives that has come to no end: `PARKED` may go on later, `PASSED` never will and is as if it had been skipped."""

    __slots__ = ()


PARKED, PASSED = Standing(), Standing()


@dataclass(frozen=True, slots=True)
class Each:
    """A step over a list: `over` gives its elements; at most `most` of them, `width` at a time; one that is not found may be left out."""

    over: Callable[[Exchange], Sequence[Json]]
    most: int
    width: int
    is_absent_omitted: bool = False

    def is_omitted(self, fault: Fault) -> bool:
        """Say whether an element whose call ended so is left out."""
        return self.is_absent_omitted and fault.kind.name == "SUBJECT_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Shape: `inner` None = it calls nothing and waits for a decision. `needs` are the steps that must be settled before it, `reads` those of
    them that must have been done. `cells` counts its ends by outcome: done, skipped, failed. Units: `within_s` seconds.
    """

    name: str
    inner: Inner | None
    needs: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    when: Condition | None = None
    must: tuple[tuple[Condition, Fault], ...] = ()
    each: Each | None = None
    is_required: bool = True
    fallback: Fallback | None = None
    within_s: float = inf
    cells: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey, compiled: places 5 to 7 of its operation.

    Shape: `steps` in an order in which each stands behind what it needs; `answer` makes `x.answer` from what they gave; `cells` counts
    complete, partial, failed. `is_partial` says that a part may be missing.
    """

    id: str
    steps: tuple[Step, ...]
    width: int
    answer: Callable[[Exchange, Sequence[Json]], None]
    cells: dict[str, int]
    is_partial: bool = False

    def __call__(self, x: Exchange) -> Flow[None]:
        """Run the steps and make the answer.

        Faults: what ended the first step that the journey cannot do without; TOO_FEW_ANSWERS where one lacks a part and none may.
        """
        lacking: list[Json] = []
        x.told, x.gathered = {}, Gathered(lacking)  # the steps add to both
        state = Progress(self.steps, x, call_step)
        first = state.start_ready()
        if first:
            yield from wait(Together(first, self.width, 0, state.take))
        fault = state.ended_by or (None if x.steps else next(iter(state.failed.values()), None))  # of nothing no answer is made
        if fault is None and lacking and not self.is_partial:
            fault = Fault(CATALOGUE["TOO_FEW_ANSWERS"], reason=f"step {lacking[0]['step']}")
        if fault is not None:
            x.ports.count(self.cells["failed"])
            raise Refused(fault)
        missing = [*(describe_missing(name, fault) for name, fault in state.failed.items()), *lacking]
        x.ports.count(self.cells["partial" if missing else "complete"])
        self.answer(x, missing)
        write_told(x)


def describe_missing(step: str, fault: Fault) -> Json:
    """Give a part that is missing as it stands in the answer: which step, why, whether asking again helps."""
    return {"step": step, "code": fault.kind.name, "status": fault.kind.status, "retry": fault.kind.retry}


class Progress:
    """What became of each step of one run.

    Shape: `is_patient` lets what runs come to its end where a fault ends the journey; else it is cancelled.
    """

    __slots__ = ("_call", "_is_patient", "_open", "_running", "_x", "ended_by", "failed", "parked", "skipped")

    def __init__(self, steps: Sequence[Step], x: Exchange, call: Call, is_patient: bool = False) -> None:
        self._call = call
        self._is_patient = is_patient
        self._x = x
        self._open = {step.name: step for step in steps}  # not started, in their order
        self._running: list[Step] = []  # by the number of their branch
        self.skipped: set[str] = set()
        self.parked: set[str] = set()
        self.failed: dict[str, Fault] = {}
        self.ended_by: Fault | None = None
        x.steps = {}

    def start_ready(self) -> list[Branch]:
        """Give the branches of the steps that can run now; what can never run is skipped, and so is what hangs on it."""
        ready: list[Branch] = []
        is_moving = True
        while is_moving and self.ended_by is None:
            is_moving = False
            for step in [step for step in self._open.values() if self._is_settled(step.needs)]:
                del self._open[step.name]
                is_moving = True
                if self._is_wanted(step):
                    self._running.append(step)
                    ready.append(Branch(_run_step(step, self._x, self._call, self._is_patient), step.within_s))
                else:
                    self._skip(step)
        return ready

    def _skip(self, step: Step) -> None:
        """Leave a step out; where that is for want of one that failed, it is missing for the same reason."""
        self._count(step, "skipped")
        cause = next((self.failed[name] for name in sorted(step.reads) if name in self.failed), None)
        if cause is None:
            self.skipped.add(step.name)
        else:
            self._fail(step, cause)

    def take(self, index: int, result: object | Fault) -> list[Branch] | None:
        """Settle the step whose branch has ended; give what can run now, None where nothing is needed any more."""
        step = self._running[index]
        if isinstance(result, Fault):
            self._count(step, "failed")
            self._fail(step, result)
        elif result is PARKED:
            self.parked.add(step.name)
        elif result is PASSED:
            self._skip(step)
        else:
            self._x.steps[step.name] = result
            self._settle(step)
        more = self.start_ready()
        return None if self.ended_by is not None and not self._is_patient else more

    def _settle(self, step: Step) -> None:
        for holds, fault in step.must:
            if not holds(self._x):
                self._count(step, "refused")
                self.ended_by = self.ended_by or fault
                return
        self._count(step, "done")

    def _fail(self, step: Step, fault: Fault) -> None:
        if step.is_required or fault.kind.name in _FATAL:
            self.ended_by = self.ended_by or fault
        else:
            self.failed[step.name] = fault

    def _is_settled(self, names: frozenset[str]) -> bool:
        return all(name in self._x.steps or name in self.skipped or name in self.failed for name in names)

    def _is_wanted(self, step: Step) -> bool:
        if any(name not in self._x.steps for name in step.reads):
            return False
        return step.when is None or step.when(self._x)

    def _count(self, step: Step, outcome: str) -> None:
        if step.cells is not None:
            self._x.ports.count(step.cells[outcome])


_FATAL = frozenset(("CALLER_GONE", "INTERNAL"))


def call_step(step: Step, x: Exchange, _: int) -> Flow[object]:
    """Call a step's operation, and keep nothing."""
    assert step.inner is not None, "only a journey that lasts waits for a decision"
    return call_inner(step.inner, x) if step.fallback is None else call_or_fall_back(step.inner, step.fallback, x)


def _run_step(step: Step, x: Exchange, call: Call, is_patient: bool) -> Flow[object]:
    if step.each is None:
        return call(step, x, 0)
    return _run_each(step, step.each, x, call, is_patient)


def _run_each(step: Step, each: Each, x: Exchange, call: Call, is_patient: bool) -> Flow[object]:
    """Run a step once an element; the first fault is the step's."""
    elements = each.over(x)
    if len(elements) > each.most:
        raise Refused(Fault(CATALOGUE["STEP_TOO_WIDE"], reason=step.name))
    branches = [Branch(call(step, replace(x, item=element), place)) for place, element in enumerate(elements)]
    if not branches:
        return []

    def is_fatal(result: object | Fault) -> bool:
        return isinstance(result, Fault) and not each.is_omitted(result)

    results = yield from wait(Together(branches, each.width, 0, lambda _, result: None if is_fatal(result) and not is_patient else ()))
    for result in results:
        if isinstance(result, Fault) and is_fatal(result):
            raise Refused(result)
    return PARKED if PARKED in results else [result for result in results if not isinstance(result, Fault)]
