"""A case: what its events add up to.

Laws: 1. `fold` never refuses: what happened, happened. 2. Rounds stand in the order of their screenings; answers and decisions belong
to the round in which they came. 3. A phase is a function of case and day. Must not know: what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from .deeds import Answered, Decided, Event, Joined, Left, Proposed, Requested, Screened, Withdrawn
from .people import ROLES, Person, Role

Phase: TypeAlias = Literal["proposed", "answering", "ready", "decided", "ended", "granted", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did it, in which role, when."""

    who: str
    role: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came."""

    deed: Answered
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision as it came."""

    deed: Decided
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Round:
    """One asking: what was found, who was asked until when, who answered, what was decided. `screened` None in a request."""

    stamp: Stamp
    asked: Mapping[str, str]
    screened: Screened | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    ruling: Ruling | None = None

    def waits_for(self) -> tuple[str, ...]:
        """Give who was asked and has not answered."""
        return tuple(agency for agency in self.asked if agency not in self.answers)

    def late(self, day: date) -> tuple[str, ...]:
        """Give who was asked, has not answered, and whose term is over."""
        return tuple(agency for agency in self.waits_for() if date.fromisoformat(self.asked[agency]) < day)


@dataclass(frozen=True, slots=True)
class Case:
    """A case. Shape: `subject` what it is about; `events` how many it has."""

    id: str
    opened: Stamp
    subject: Proposed | Requested
    rounds: tuple[Round, ...] = ()
    withdrawn: str = ""
    events: int = 1

    @property
    def app(self) -> str:
        """Give the id of the application that it is about."""
        return str(self.subject.app["app"]) if isinstance(self.subject, Proposed) else self.subject.subject

    @property
    def round(self) -> Round | None:
        """Give the round that runs, or ran last."""
        return self.rounds[-1] if self.rounds else None


_Change: TypeAlias = Callable[[Round], Round]


def fold(events: Iterable[Event]) -> Case | None:
    """Give the case that events add up to, None where there are none."""
    case: Case | None = None
    for event in events:
        case = take(case, event)
    return case


def take(case: Case | None, event: Event) -> Case | None:
    """Give the case after one more event."""
    stamp = Stamp(event.who, event.role, event.when)
    deed = event.deed
    if case is None:
        return _open(event.case, stamp, deed) if isinstance(deed, Proposed | Requested) else None
    case = replace(case, events=case.events + 1)
    match deed:
        case Screened():
            return replace(case, rounds=(*case.rounds, Round(stamp, deed.asked, deed)))
        case Answered():
            return _with_round(case, lambda last: replace(last, answers={**last.answers, deed.agency: Answer(deed, stamp)}))
        case Decided():
            return _with_round(case, lambda last: replace(last, ruling=Ruling(deed, stamp)))
        case Withdrawn():
            return replace(case, withdrawn=deed.reason)
    return case


def _open(id: str, stamp: Stamp, deed: Proposed | Requested) -> Case:
    asked = (Round(stamp, {deed.provider: deed.due}),) if isinstance(deed, Requested) else ()
    return Case(id, stamp, deed, asked)


def _with_round(case: Case, change: _Change) -> Case:
    return replace(case, rounds=(*case.rounds[:-1], change(case.rounds[-1]))) if case.rounds else case


def find_phase(case: Case, day: date) -> Phase:
    """Say where a case stands on a day."""
    last = case.round
    if case.withdrawn:
        return "withdrawn"
    if last is None:
        return "proposed"
    if last.ruling is not None:
        return "ended" if date.fromisoformat(last.ruling.deed.until) < day else "decided"
    if isinstance(case.subject, Requested) and last.answers:
        return "granted" if all(one.deed.stance == "granted" for one in last.answers.values()) else "refused"
    return "answering" if set(last.waits_for()) - set(last.late(day)) else "ready"


def fold_people(events: Iterable[Event]) -> tuple[Person, ...]:
    """Give who takes part, after the events of the case that holds them."""
    found: dict[str, Person] = {}
    for event in events:
        match event.deed:
            case Joined(person=id) as deed:
                role: Role = next((one for one in ROLES if one == deed.role), "reader")
                found[id] = Person(id, deed.agency, role, deed.digest, deed.until)
            case Left(person=id):
                found.pop(id, None)
    return tuple(found[id] for id in sorted(found))
