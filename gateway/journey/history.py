"""What has become of a journey: its events, folded.

Laws: 1. The same events give the same history, whoever reads them and however often. 2. An event that nobody knows is a defect, never
passed over. 3. A result, once there, stays.
Must not know: where events are kept, what follows from a history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ..values.journeys import Event
from ..values.model import Json

Spot: TypeAlias = "tuple[str, int]"  # a step, and which of its elements
Open: TypeAlias = "Callable[[Event], Json]"  # opens what an event holds sealed


@dataclass(slots=True)
class History:
    """A journey's events, folded.

    Shape: `started` are the writes that were begun, in order, `results` what is known to be done, `failed` the code of what is known not to
    be, `lacking` the codes of the parts that a result is without; `doubts` counts the tries of each write of which nobody knows, `tries`
    those since an operator last looked. `failing` is the code of what ended the way forward; then what was done is undone.
    Units: `since_s` when a wait began, `tried_s` when something was last tried, Unix seconds.
    """

    started: dict[Spot, float] = field(default_factory=dict)
    doubts: dict[Spot, int] = field(default_factory=dict)
    results: dict[Spot, Json] = field(default_factory=dict)
    failed: dict[Spot, str] = field(default_factory=dict)
    lacking: dict[Spot, tuple[str, ...]] = field(default_factory=dict)
    undoing: dict[Spot, float] = field(default_factory=dict)
    undone: dict[Spot, float] = field(default_factory=dict)
    tries: dict[Spot, int] = field(default_factory=dict)
    tried_s: dict[Spot, float] = field(default_factory=dict)
    since_s: dict[str, float] = field(default_factory=dict)
    overdue: set[str] = field(default_factory=set)
    settled_s: dict[Spot, float] = field(default_factory=dict)
    codes: dict[Spot, str] = field(default_factory=dict)  # why the last try failed
    failing: str = ""
    is_cancelled: bool = False
    stuck: str = ""
    has_ended: bool = False
    answer: Json = None

    def take(self, event: Event, document: Json) -> None:
        """Take the next event, and what it holds.

        Faults: KeyError for a kind that is none (a defect of ours).
        """
        _TAKE[event.kind](self, event, document)

    def is_in_doubt(self, spot: Spot) -> bool:
        """Say whether a write may have been done, and nobody knows."""
        return self.doubts.get(spot, 0) > 0 and spot not in self.results and spot not in self.failed

    def is_waiting(self, step: str) -> bool:
        """Say whether a decision is waited for at a step: what the stores list as waiting."""
        is_settled = (step, 0) in self.results or step in self.overdue or bool(self.failing) or self.is_cancelled
        return step in self.since_s and not is_settled


def replay(events: Iterable[Event], open: Open) -> History:
    """Fold events in their order."""
    history = History()
    for event in events:
        history.take(event, open(event) if event.sealed else None)
    return history


def _spot(event: Event) -> Spot:
    return event.step, event.element


def _take_started(history: History, event: Event, _: Json) -> None:
    spot = _spot(event)
    history.started.setdefault(spot, event.at_s)
    history.doubts[spot] = history.doubts.get(spot, 0) + 1


def _take_tried(history: History, event: Event, _: Json) -> None:
    spot = _spot(event)
    history.tries[spot] = history.tries.get(spot, 0) + 1
    history.tried_s[spot] = event.at_s
    history.codes[spot] = event.note


def _take_deferred(history: History, event: Event, document: Json) -> None:
    _take_tried(history, event, document)
    spot = _spot(event)
    if spot in history.doubts and spot not in history.results:
        history.doubts[spot] -= 1


def _take_done(history: History, event: Event, document: Json) -> None:
    if event.note and _spot(event) not in history.results:
        history.lacking[_spot(event)] = tuple(event.note.split())
    history.results.setdefault(_spot(event), document)
    history.settled_s.setdefault(_spot(event), event.at_s)


def _take_failed(history: History, event: Event, _: Json) -> None:
    history.failed[_spot(event)] = history.codes[_spot(event)] = event.note
    history.settled_s[_spot(event)] = event.at_s


def _take_waiting(history: History, event: Event, _: Json) -> None:
    history.since_s[event.step] = event.at_s


def _take_overdue(history: History, event: Event, _: Json) -> None:
    history.overdue.add(event.step)


def _take_failing(history: History, event: Event, _: Json) -> None:
    history.failing = event.note
    history.tries.clear()


def _take_undoing(history: History, event: Event, _: Json) -> None:
    history.undoing.setdefault(_spot(event), event.at_s)


def _take_undone(history: History, event: Event, _: Json) -> None:
    history.undone[_spot(event)] = event.at_s


def _take_stuck(history: History, event: Event, _: Json) -> None:
    history.stuck = history.codes[_spot(event)] = event.note


def _take_cancelled(history: History, event: Event, _: Json) -> None:
    history.is_cancelled = True
    _take_retried(history, event, _)


def _take_retried(history: History, event: Event, _: Json) -> None:
    history.stuck = ""
    history.tries.clear()
    history.tried_s.clear()


def _take_ended(history: History, event: Event, document: Json) -> None:
    history.has_ended = True
    history.answer = document


_TAKE: Mapping[str, Callable[[History, Event, Json], None]] = {
    "started": _take_started,  # a write is about to be sent
    "tried": _take_tried,  # nobody knows what came of a call or an undoing; note: the code
    "deferred": _take_deferred,  # it surely had no effect, and may do better later; note: the code
    "done": _take_done,  # a step's call has answered, or a decision has come; sealed: what it gave; note: the codes of parts that it lacks
    "failed": _take_failed,  # a step's call is known to have had no effect; note: the code
    "waiting": _take_waiting,  # a decision is waited for
    "overdue": _take_overdue,  # it did not come in time
    "failing": _take_failing,  # the journey gives up and takes back what it did; note: the code
    "undoing": _take_undoing,  # the undoing of a write is about to be sent
    "undone": _take_undone,
    "stuck": _take_stuck,  # nothing helps but an operator; note: the code
    "cancelled": _take_cancelled,  # from outside; note: by whom
    "retried": _take_retried,  # from outside; note: by whom
    "ended": _take_ended,  # sealed: the answer, where it is complete
}
KINDS = frozenset(_TAKE)
