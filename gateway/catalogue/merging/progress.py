"""Targets with dates, and what became of them: applications live, merged and retired per agency, week by week, from the store's events.

Laws: 1. The state of a week is the fold of the events up to its end. 2. A target is met, on its way, late or missed; which one follows from
the events and the day that is given, never from the clock.
Must not know: where events are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from ...plan.days import find_day
from ...values.model import Json

State: TypeAlias = Literal["met", "on its way", "late", "missed"]
_State: TypeAlias = tuple[str, str]
COUNTED = ("live", "merged", "retired")


class Change(Protocol):
    """One change of one entry, as the store's port gives it."""

    @property
    def app(self) -> str:
        """Give the entry's id."""

    @property
    def when(self) -> datetime:
        """Give when."""

    @property
    def change(self) -> Mapping[str, Json]:
        """Give what changed."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an agency (or everybody, "") is to reach. Shape: at most `live` applications, at least `gone` merged or retired, `by` a day."""

    owner: str
    by: date
    live: int | None = None
    gone: int | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """The state at the end of a week. Shape: `monday` its first day; `counts` owner → lifecycle → entries."""

    monday: date
    counts: Mapping[str, Mapping[str, int]]

    def count(self, owner: str, lifecycle: str) -> int:
        """Count entries of an owner, of everybody where none is named."""
        if owner:
            return self.counts.get(owner, {}).get(lifecycle, 0)
        return sum(each.get(lifecycle, 0) for each in self.counts.values())


@dataclass(frozen=True, slots=True)
class Reached:
    """A target and where it stands. Shape: `live`, `gone` now; `needed` the value that an even pace would have reached by now."""

    target: Target
    state: State
    live: int
    gone: int
    needed: float


class Tally:
    """Applications by owner and lifecycle, week by week, as events come in; `seen` is the number of the last of them."""

    __slots__ = ("_changes", "_states", "seen")

    def __init__(self) -> None:
        self.seen = 0
        self._states: dict[str, _State] = {}
        self._changes: dict[date, Counter[_State]] = {}

    def add(self, event: Change, number: int = 0) -> None:
        """Take one event, after all that came before it."""
        self.seen = number
        before = self._states.get(event.app, ("", ""))
        after = (event.change.get("owner", before[0]), event.change.get("lifecycle", before[1]))
        if after == before:
            return
        self._states[event.app] = after
        day = find_day(event.when)
        counts = self._changes.setdefault(day - timedelta(days=day.weekday()), Counter())
        counts[after] += 1
        counts[before] -= 1

    def count_weeks(self, until: date, weeks: int) -> list[Week]:
        """Give the last weeks up to a day, the oldest first."""
        last = until - timedelta(days=until.weekday())
        totals: Counter[_State] = Counter()
        pending = sorted(self._changes)
        found: list[Week] = []
        for monday in (last - timedelta(weeks=back) for back in reversed(range(weeks))):
            while pending and pending[0] <= monday:
                totals.update(self._changes[pending.pop(0)])
            found.append(Week(monday, _arrange(totals)))
        return found


def count_weeks(events: Iterable[Change], until: date, weeks: int) -> list[Week]:
    """Give the last weeks up to a day, the oldest first."""
    tally = Tally()
    for event in sorted(events, key=lambda event: event.when):
        tally.add(event)
    return tally.count_weeks(until, weeks)


def _arrange(totals: Mapping[_State, int]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for (owner, lifecycle), number in totals.items():
        if number > 0:  # below it stands only what was nobody's before it was registered
            counts.setdefault(owner, {})[lifecycle] = number
    return counts


def list_owners(weeks: Sequence[Week]) -> list[str]:
    """Give the agencies of some weeks: those with most live applications in the last one first."""
    owners = {owner for week in weeks for owner in week.counts}
    return sorted(owners, key=lambda owner: (-weeks[-1].count(owner, "live"), owner))


def judge_target(target: Target, weeks: Sequence[Week], today: date) -> Reached:
    """Say where a target stands, measured by an even pace from the first week shown to its day."""
    first, last = weeks[0], weeks[-1]
    live, gone = last.count(target.owner, "live"), _gone(last, target.owner)
    if target.live is not None:
        start, now, goal, is_met = first.count(target.owner, "live"), live, target.live, live <= target.live
    else:
        start, now, goal = _gone(first, target.owner), gone, target.gone or 0
        is_met = now >= goal
    span = max(1, (target.by - first.monday).days)
    needed = start + (goal - start) * min(1.0, max(0, (today - first.monday).days) / span)
    if is_met:
        return Reached(target, "met", live, gone, needed)
    if today > target.by:
        return Reached(target, "missed", live, gone, needed)
    is_late = now > needed if target.live is not None else now < needed
    return Reached(target, "late" if is_late else "on its way", live, gone, needed)


def _gone(week: Week, owner: str) -> int:
    return week.count(owner, "merged") + week.count(owner, "retired")


def read_targets(document: Json) -> list[Target]:
    """Read targets: `targets: [{owner, by, live | gone}]`; without `owner`, of everybody.

    Faults: ValueError names the place.
    """
    rows = document.get("targets") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise ValueError("a file of targets holds `targets:`, a list")
    return [_read_target(place, row) for place, row in enumerate(rows, 1)]


def _read_target(place: int, row: Json) -> Target:
    if not isinstance(row, dict) or not set(row) <= {"owner", "by", "live", "gone"} or ("live" in row) == ("gone" in row):
        raise ValueError(f"target {place}: owner, by, and either live (at most) or gone (at least)")
    by = row.get("by")
    try:
        day = by if isinstance(by, date) else date.fromisoformat(str(by))
    except ValueError as error:
        raise ValueError(f"target {place}: by: a day, YYYY-MM-DD") from error
    if any(not isinstance(row.get(key, 0), int) for key in ("live", "gone")):
        raise ValueError(f"target {place}: live and gone are whole numbers")
    return Target(str(row.get("owner", "")), day, row.get("live"), row.get("gone"))
