"""What is allowed: each deed with its checks, as a table.

Laws: 1. Nothing is done that a check refuses, and a refusal says why and what would be right. 2. Nobody decides what they opened
themselves, and an owner answers for its own agency only. 3. While answers may
still come, and in a moratorium for building, the head decides.
4. Overrides are named by the machine, not by whoever decides.
Must not know: stores, screenings' inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from ...plan.days import find_day
from .case import Case, find_phase
from .deeds import ON_PROPOSALS, ON_REQUESTS, Answered, Decided, Deed, Proposed, Requested, Screened, Withdrawn
from .people import Act, Person
from .rules import Rules

Why: TypeAlias = Literal["role", "agency", "phase", "content"]
REASON_CHARS = (3, 2_000)
RUPIAH_MAX = 10**15
ITEMS_MAX = 200


class Denied(Exception):
    """It is not allowed. Shape: `why` of which kind, the text for a person."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why = why


@dataclass(frozen=True, slots=True)
class Ask:
    """A deed that somebody wants to do."""

    case: Case | None
    deed: Deed
    by: Person
    when: datetime
    rules: Rules

    @property
    def day(self) -> date:
        """Give the day in Jakarta, by which terms run."""
        return find_day(self.when)


def check_deed(ask: Ask) -> Deed:
    """Give the deed as it is to be written: with what the machine knows of it.

    Faults: Denied.
    """
    for check in _CHECKS.get(type(ask.deed), (_refuse,)):
        check(ask)
    return _complete(ask)


def _refuse(ask: Ask) -> None:
    raise Denied("content", "no deed of a case")


def _needs(act: Act) -> Callable[[Ask], None]:
    def check(ask: Ask) -> None:
        if not ask.by.may(act):
            raise Denied("role", f"{ask.by.id} is {ask.by.role} and may not {act}")

    return check


def _is_new(ask: Ask) -> None:
    if ask.case is not None:
        raise Denied("phase", "the case is open already")


def _is_open(ask: Ask) -> None:
    if ask.case is None:
        raise Denied("phase", "there is no such case")
    if ask.case.withdrawn:
        raise Denied("phase", f"{ask.case.id} was withdrawn")


def _is_own_agency(ask: Ask) -> None:
    agency = ask.deed.agency if isinstance(ask.deed, Proposed | Requested | Answered) else ""
    if ask.by.agency != agency:
        raise Denied("agency", f"{ask.by.id} is of {ask.by.agency} and does not speak for {agency}")


def _has_reason(ask: Ask) -> None:
    text = ask.deed.reason if isinstance(ask.deed, Answered | Decided | Withdrawn) else ""
    text = ask.deed.purpose if isinstance(ask.deed, Requested) else text
    if not REASON_CHARS[0] <= len(text.strip()) <= REASON_CHARS[1]:
        raise Denied("content", f"a reason has {REASON_CHARS[0]} to {REASON_CHARS[1]:,} characters")


def _is_own_app(ask: Ask) -> None:
    assert isinstance(ask.deed, Proposed)
    if ask.deed.app.get("owner") != ask.deed.agency:
        raise Denied("agency", f"{ask.deed.app.get('app')} is of {ask.deed.app.get('owner')}; {ask.deed.agency} proposes its own")


def _has_budget(ask: Ask) -> None:
    assert isinstance(ask.deed, Proposed)
    if ask.deed.budget_rupiah is not None and not 0 <= ask.deed.budget_rupiah <= RUPIAH_MAX:
        raise Denied("content", f"a budget is 0 to {RUPIAH_MAX:,} Rupiah")


def _asks_another(ask: Ask) -> None:
    assert isinstance(ask.deed, Requested)
    if ask.deed.provider == ask.deed.agency:
        raise Denied("content", "an agency asks another one for data, not itself")
    if not ask.deed.subject or len(ask.deed.fields) > ITEMS_MAX or len(ask.deed.legal_basis) > ITEMS_MAX:
        raise Denied("content", f"a request names an application or operation, and at most {ITEMS_MAX} fields")


def _can_be_screened(ask: Ask) -> None:
    assert ask.case is not None
    if not isinstance(ask.case.subject, Proposed):
        raise Denied("phase", f"{ask.case.id} is a request for data: nothing is screened")
    if ask.by.role == "proposer" and ask.by.agency != ask.case.subject.agency:
        raise Denied("agency", f"{ask.by.id} is of {ask.by.agency} and does not speak for {ask.case.subject.agency}")
    if ask.case.round is not None and ask.case.round.ruling is None:
        raise Denied("phase", f"{ask.case.id} waits for a decision on its last screening")


def _was_asked(ask: Ask) -> None:
    assert ask.case is not None and isinstance(ask.deed, Answered)
    last = ask.case.round
    if last is None or ask.deed.agency not in last.asked:
        raise Denied("agency", f"{ask.deed.agency} was not asked in {ask.case.id}")
    if last.ruling is not None:
        raise Denied("phase", f"{ask.case.id} is decided")
    if ask.deed.agency in last.answers:
        raise Denied("phase", f"{ask.deed.agency} has answered already")
    stances = ON_REQUESTS if isinstance(ask.case.subject, Requested) else ON_PROPOSALS
    if ask.deed.stance not in stances:
        raise Denied("content", f"an answer here is one of {', '.join(stances)}")


def _is_ones_own(ask: Ask) -> None:
    assert ask.case is not None
    if ask.by.id != ask.case.opened.who:
        raise Denied("role", f"{ask.case.id} was opened by {ask.case.opened.who}")
    if ask.case.round is not None and ask.case.round.ruling is not None:
        raise Denied("phase", f"{ask.case.id} is decided")


def _can_be_decided(ask: Ask) -> None:
    assert ask.case is not None and isinstance(ask.deed, Decided)
    phase = find_phase(ask.case, ask.day)
    if ask.by.id == ask.case.opened.who:
        raise Denied("role", "nobody decides what they opened themselves")
    if phase == "answering" and not ask.by.may("decide early"):
        last = ask.case.round
        waits = ", ".join(f"{one} until {last.asked[one]}" for one in last.waits_for()) if last else ""
        raise Denied("phase", f"answers may still come ({waits}); before that the head decides")
    allowed = ("answering", "ready", "granted", "refused") if isinstance(ask.case.subject, Requested) else ("answering", "ready")
    if phase not in allowed:
        raise Denied("phase", f"{ask.case.id} is {phase}: it is decided after a screening, once a round")


def _is_decision(ask: Ask) -> None:
    assert ask.case is not None and isinstance(ask.deed, Decided)
    deed, is_request = ask.deed, isinstance(ask.case.subject, Requested)
    mistakes = (
        (is_request and deed.outcome != "connect", "a request for data is decided by `connect`: the data are to be given"),
        (not is_request and deed.outcome != "build" and not deed.apps, f"{deed.outcome} names the application that is meant"),
        (deed.outcome == "build" and bool(deed.apps), "build names no application"),
    )
    for is_wrong, text in mistakes:
        if is_wrong:
            raise Denied("content", text)


def _is_bounded(ask: Ask) -> None:
    assert ask.case is not None and isinstance(ask.deed, Decided)
    budget = ask.case.subject.budget_rupiah if isinstance(ask.case.subject, Proposed) else None
    if ask.deed.avoided_rupiah is not None and not 0 <= ask.deed.avoided_rupiah <= (budget or 0):
        raise Denied("content", "the money avoided is at most the budget proposed")
    if ask.deed.until and not _is_day_within(ask.deed.until, ask):
        raise Denied("content", f"a decision holds to a day from today on, at most {ask.rules.decision_days_max} days")


def _is_day_within(text: str, ask: Ask) -> bool:
    try:
        return ask.day <= date.fromisoformat(text) <= ask.day + timedelta(days=ask.rules.decision_days_max)
    except ValueError:
        return False


def _keeps_moratorium(ask: Ask) -> None:
    assert isinstance(ask.deed, Decided)
    holds = ask.rules.find_moratorium(ask.day) if _would_build(ask) else None
    if holds is not None and not ask.by.may("build in a moratorium"):
        until = f" until {holds.until}" if holds.until else ""
        raise Denied("role", f"building is stopped since {holds.begins}{until} ({holds.title.en}): only the head may allow it")


def _would_build(ask: Ask) -> bool:
    """Say whether a decision lets something be built: at every moment but the last."""
    last = ask.case.round if ask.case else None
    retires = last is not None and last.screened is not None and last.screened.moment == "retiring"
    return isinstance(ask.deed, Decided) and ask.deed.outcome == "build" and not retires


_CHECKS: dict[type[Deed], tuple[Callable[[Ask], None], ...]] = {
    Proposed: (_is_new, _needs("open"), _is_own_agency, _is_own_app, _has_budget),
    Requested: (_is_new, _needs("open"), _is_own_agency, _has_reason, _asks_another),
    Screened: (_is_open, _needs("screen"), _can_be_screened),
    Answered: (_is_open, _needs("answer"), _is_own_agency, _has_reason, _was_asked),
    Decided: (_is_open, _needs("decide"), _has_reason, _can_be_decided, _is_decision, _is_bounded, _keeps_moratorium),
    Withdrawn: (_is_open, _needs("withdraw"), _has_reason, _is_ones_own),
}


def _complete(ask: Ask) -> Deed:
    """Fill in what follows from rules and case: terms, the last day, the money avoided, what is overridden."""
    deed = ask.deed
    if isinstance(deed, Requested):
        return replace(deed, due=(ask.day + timedelta(days=ask.rules.access_days)).isoformat())
    if isinstance(deed, Screened):
        due = (ask.day + timedelta(days=ask.rules.answer_days)).isoformat()
        return replace(deed, asked=dict.fromkeys(deed.asked, due))
    if isinstance(deed, Decided):
        until = deed.until or (ask.day + timedelta(days=ask.rules.decision_days)).isoformat()
        return replace(deed, until=until, avoided_rupiah=_avoid(ask, deed), overrides=_override(ask, deed))
    return deed


def _avoid(ask: Ask, deed: Decided) -> int | None:
    """Give the money avoided: what was said, else the whole budget where something is reused, nothing where it is built."""
    budget = ask.case.subject.budget_rupiah if ask.case and isinstance(ask.case.subject, Proposed) else None
    if deed.avoided_rupiah is not None or budget is None:
        return deed.avoided_rupiah
    return {"reuse": budget, "build": 0}.get(deed.outcome)


def _override(ask: Ask, deed: Decided) -> tuple[str, ...]:
    assert ask.case is not None
    last = ask.case.round
    found = []
    if last is not None and last.screened is not None and last.screened.recommended != deed.outcome:
        found.append(f"recommendation: {last.screened.recommended}")
    if last is not None and find_phase(ask.case, ask.day) == "answering":
        found.append("answers not awaited: " + ", ".join(last.waits_for()))
    if last is not None and any(one.deed.stance == "refused" for one in last.answers.values()):
        found.append("refusal of " + ", ".join(last.answers))
    moratorium = ask.rules.find_moratorium(ask.day) if _would_build(ask) else None
    if moratorium is not None:
        found.append(f"moratorium since {moratorium.begins}")
    return tuple(found)
