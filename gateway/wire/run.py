"""The driver of a flow, by callbacks: no task, no loop.

Laws: 1. An ask is answered once; later answers are dropped and counted. 2. An answer at once does not deepen the stack.
3. `interrupt` throws a fault in at the ask that waits. 4. A defect of ours ends the run with what `fail` makes of it.
Must not know: sockets, clocks, what an ask means.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeAlias, TypeVar, cast

from ..values.asks import Ask, Flow
from ..values.faults import Fault, Refused

T = TypeVar("T")
Answer: TypeAlias = Callable[[object], None]
Perform: TypeAlias = Callable[[Ask[object], Answer], None]


class Run(Generic[T]):
    """Drive one flow: `perform` starts each ask and answers it, at once or later, with a value or a Fault."""

    __slots__ = ("_answers", "_fail", "_flow", "_is_running", "_late", "_perform", "_reply", "_serial", "_waiting")

    def __init__(
        self, flow: Flow[T], perform: Perform, reply: Callable[[T], None], fail: Callable[[Exception], T], late: Callable[[], None]
    ) -> None:
        self._flow = flow
        self._perform = perform
        self._reply = reply
        self._fail = fail
        self._late = late
        self._serial = 0
        self._waiting = 0  # the serial number of the ask that waits; 0 = none
        self._answers: list[object] = []
        self._is_running = False

    def start(self) -> None:
        """Run the flow to its first ask that is not answered at once."""
        self._advance(None)

    def interrupt(self, fault: Fault) -> bool:
        """Throw a fault (deadline, caller gone) in at the ask that waits; say whether one waited."""
        if not self._waiting:
            return False
        self._take(self._waiting, fault)
        return True

    def _take(self, serial: int, answer: object) -> None:
        if serial != self._waiting:
            self._late()
            return
        self._waiting = 0
        if self._is_running:
            self._answers.append(answer)
        else:
            self._advance(answer)

    def _advance(self, answer: object) -> None:
        self._is_running = True
        flow = self._flow
        while True:
            try:
                ask = flow.throw(Refused(answer)) if isinstance(answer, Fault) else flow.send(answer)
                self._serial += 1
                self._waiting = self._serial
                self._perform(ask, partial(self._take, self._serial))
            except StopIteration as done:
                reply = cast(T, done.value)
                break
            except Exception as error:  # law 4
                self._waiting = 0
                reply = self._fail(error)
                break
            if not self._answers:
                self._is_running = False
                return
            answer = self._answers.pop()
        self._reply(reply)
