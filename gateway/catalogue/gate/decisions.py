"""From cases to the catalogue: a decision stands in its entry, and counts of requests per agency.

Laws: 1. An entry's decision is the last one on it; settling again changes nothing. 2. An age is counted in days from opening to answer, or
to today where there is none. Must not know: stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ...plan.days import find_day
from ..entry import App, Decision
from ..port import CatalogueStore
from .case import Case, Ruling, find_phase
from .deeds import Requested


def find_ruled(cases: Iterable[Case]) -> dict[str, tuple[Case, Ruling]]:
    """Give the last decision on each proposed application."""
    found: dict[str, tuple[Case, Ruling]] = {}
    for case in cases:
        for one in case.rounds:
            known = found.get(case.app)
            if one.ruling is None or isinstance(case.subject, Requested):
                continue
            if known is None or known[1].stamp.when <= one.ruling.stamp.when:
                found[case.app] = (case, one.ruling)
    return found


def with_decision(app: App, case: Case, ruling: Ruling) -> App:
    """Give an entry with what was decided of it; one that may be built is recommended from then on."""
    deed = ruling.deed
    named = f" {', '.join(deed.apps)}" if deed.apps else ""
    decided = Decision(deed.outcome, f"{ruling.stamp.who} ({case.id})", f"{deed.outcome}{named}: {deed.reason}", deed.until)
    lifecycle = "recommended" if app.lifecycle == "proposed" and deed.outcome == "build" else app.lifecycle
    return replace(app, decided=decided, lifecycle=lifecycle)


def settle(store: CatalogueStore, cases: Iterable[Case]) -> int:
    """Write into the entries what was decided of them; count what changed."""
    changed = 0
    for id, (case, ruling) in sorted(find_ruled(cases).items()):
        app = store.get(id)
        if app is not None:
            stamp = (ruling.stamp.who, ruling.stamp.when, f"decision in {case.id}")
            changed += store.put(with_decision(app, case, ruling), *stamp) is not None
    return changed


def count_avoided(case: Case) -> int:
    """Give the money that a case avoided: by its last decision, for a later one takes the place of an earlier one. Units: Rupiah."""
    rulings = [one.ruling.deed for one in case.rounds if one.ruling is not None]
    return (rulings[-1].avoided_rupiah or 0) if rulings else 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was refused. Units: days from asking to answering."""

    case: str
    asked_by: str
    subject: str
    reason: str
    days: int
    overruled: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """How an agency answers those who ask it for data. Shape: `unanswered` decided by the review, for it never answered. Units: days."""

    agency: str
    granted: int
    waiting: int
    overdue: int
    unanswered: int
    oldest_days: int
    refusals: tuple[Refusal, ...]


def count_requests(cases: Iterable[Case], day: date) -> tuple[Asked, ...]:
    """Count requests for data by the agency that was asked."""
    by_agency: dict[str, list[Case]] = {}
    for case in cases:
        if isinstance(case.subject, Requested) and not case.withdrawn:
            by_agency.setdefault(case.subject.provider, []).append(case)
    return tuple(_count(agency, by_agency[agency], day) for agency in sorted(by_agency))


def _count(agency: str, cases: Sequence[Case], day: date) -> Asked:
    refusals, granted, waiting, overdue, unanswered, oldest = [], 0, 0, 0, 0, 0
    for case in cases:
        last = case.rounds[-1]
        answer = last.answers.get(agency)
        if answer is None:
            is_open = last.ruling is None
            waiting += is_open
            overdue += is_open and bool(last.late(day))
            unanswered += not is_open
            oldest = max(oldest, (day - find_day(case.opened.when)).days if is_open else 0)
        elif answer.deed.stance == "refused":
            refusals.append(
                Refusal(
                    case.id, case.opened.who, case.app, answer.deed.reason, (answer.stamp.when - case.opened.when).days,
                    find_phase(case, day) in ("decided", "ended"),
                )
            )  # fmt: skip
        else:
            granted += 1
    return Asked(agency, granted, waiting, overdue, unanswered, oldest, tuple(refusals))
