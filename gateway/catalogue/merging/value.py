"""What merging a cluster costs and gives: effort and value of each member, savings, what a citizen no longer types.

Laws: 1. The order of migration is by value: users × yearly cost × coverage ÷ effort. 2. Where an entry says no users or no cost, its
place in the order is reckoned with the median of those that do, and it says so; sums of money hold known figures only.
Must not know: where the figures come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ..entry import App, Lifecycle
from .assumptions import Assumptions
from .columns import Canonical, CanonicalField, kind_of
from .plan_texts import say
from .words import Language, say_number

RUNNING: tuple[Lifecycle, ...] = ("live", "deprecated")
PLANNED: tuple[Lifecycle, ...] = ("proposed", "recommended", "building")


@dataclass(frozen=True, slots=True)
class Member:
    """One application on its way into the merged service. Units: `effort_days`; `value` Rupiah-users a day, only for the order."""

    app: App
    coverage: float
    mapped: int
    unmapped: tuple[str, ...]
    conflicts: tuple[str, ...]
    effort_days: float
    value: float
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Savings:
    """The money. Units: Rupiah. Shape: `unknown` running members that say no cost."""

    yearly_now: int
    unknown: int
    yearly_saved: int
    avoided_new: int
    once: int

    @property
    def payback_months(self) -> float | None:
        """Give how long it takes until it has paid for itself; None where it never does."""
        if self.yearly_saved <= 0:
            return None
        return max(0.0, 12 * (self.once - self.avoided_new) / self.yearly_saved)


@dataclass(frozen=True, slots=True)
class Citizen:
    """What it does to whoever fills in the forms. Shape: `supplied` canonical field → (operation, its field) that already gives it."""

    fields: int
    supplied: tuple[tuple[str, str, str], ...]
    forms_a_year: int
    hours_a_year: int


def judge_members(members: Sequence[App], canonical: Canonical, assumptions: Assumptions) -> tuple[Member, ...]:
    """Give the members in the order of migration."""
    users = _median([app.users for app in members])
    cost = _median([app.cost_rupiah for app in members if app.lifecycle in RUNNING])
    judged = [_judge(app, canonical, assumptions, users, cost) for app in members]
    return tuple(sorted(judged, key=lambda member: (-member.value, member.app.id)))


def _median(known: Sequence[int | None]) -> float:
    said = [one for one in known if one is not None]
    return median(said) if said else 1.0


def _judge(app: App, canonical: Canonical, assumptions: Assumptions, users: float, cost: float) -> Member:
    home = {name: field for field in canonical.fields for name in field.members.get(app.id, ())}
    unmapped = tuple(field.name for field in app.fields if field.name not in home)
    conflicts = tuple(field.name for field in app.fields if field.name in home and _differs(home[field.name], field.type))
    mapped = len(app.fields) - len(unmapped)
    effort = assumptions.days_a_member + mapped * assumptions.days_a_field + len(unmapped) * assumptions.days_an_unmapped_field
    effort += len(conflicts) * assumptions.days_a_conflict + (0 if app.interfaces else assumptions.days_without_interface)
    coverage = mapped / len(app.fields) if app.fields else 0.0
    has_all = app.users is not None and app.cost_rupiah is not None
    worth = (app.users if app.users is not None else users) * (app.cost_rupiah if app.cost_rupiah is not None else cost)
    return Member(app, coverage, mapped, unmapped, conflicts, effort, worth * coverage / max(effort, 0.1), not has_all)


def _differs(field: CanonicalField, declared: str) -> bool:
    kind = kind_of(declared)
    return bool(kind and field.types and kind != field.types[0][0])


def reckon_savings(members: Sequence[Member], record: str, assumptions: Assumptions) -> Savings:
    """Give the money that merging into the system of record saves, avoids and costs."""
    running = [member.app for member in members if member.app.lifecycle in RUNNING]
    others = [member for member in members if member.app.id != record]
    retired = [member for member in others if member.app.lifecycle in RUNNING]
    spent = sum_costs(member.app for member in retired)
    return Savings(
        yearly_now=sum_costs(running),
        unknown=sum(app.cost_rupiah is None for app in running),
        yearly_saved=int(spent * (assumptions.saved_share - assumptions.growth_share)),
        avoided_new=sum_costs(member.app for member in others if member.app.lifecycle in PLANNED),
        once=int(sum(member.effort_days for member in retired) * assumptions.day_rupiah),
    )


def sum_costs(apps: Iterable[App]) -> int:
    """Give what those cost together that say so."""
    return sum(app.cost_rupiah or 0 for app in apps)


def reckon_citizen(
    members: Sequence[App], canonical: Canonical, supplied: Mapping[str, tuple[str, str]], assumptions: Assumptions
) -> Citizen:
    """Give what citizens no longer type, where services supply fields: as many of them as a member keeps on average."""
    named = tuple((field.name, *supplied[field.name]) for field in canonical.fields if field.name in supplied)
    users = sum(app.users or 0 for app in members if app.lifecycle in RUNNING)
    forms = int(users * assumptions.forms_a_user)
    typed = sum(field.support for field in canonical.fields if field.name in supplied) / max(1, len(members))
    return Citizen(len(canonical.fields), named, forms, int(forms * typed * assumptions.seconds_a_field / 3600))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an application could be the system of record. Shape: `key` of a text, `number` what is counted in it."""

    key: str
    points: float
    number: int = 0


def say_reason(reason: Reason, language: Language) -> str:
    """Give a reason in words."""
    return say(reason.key, language).format(number=say_number(reason.number, language))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application that could be the system of record, with its reasons."""

    app: App
    points: float
    reasons: tuple[Reason, ...]


_POINTS: tuple[tuple[str, float], ...] = (("is live", 3), ("is shared", 2), ("is master", 2), ("has interface", 2), ("is national", 1))
_REGIONS = ("kab-", "kota-", "prov-")


def is_regional(owner: str) -> bool:
    """Say whether an owner is a region's, as its id says it: kab-karawang, kota-bandung, prov-jawa-barat and what stands below them."""
    return owner.startswith(_REGIONS)


def choose_record(members: Sequence[Member], regional: Mapping[str, bool]) -> tuple[Candidate, ...]:
    """Give the candidates for the system of record, best first: a proposal with its reasons, for people to decide.

    Shape: `regional` what is known of owners; of others their id tells.
    """
    most = max((member.app.users or 0 for member in members), default=0)
    wide = max((member.mapped for member in members), default=0)
    ranked = [_stand(member, not regional.get(member.app.owner, is_regional(member.app.owner)), most, wide) for member in members]
    return tuple(sorted(ranked, key=lambda one: (-one.points, one.app.id)))[:3]


def _stand(member: Member, is_national: bool, most: int, wide: int) -> Candidate:
    app = member.app
    holds = (app.lifecycle == "live", app.app_class == "shared", bool(app.masters), bool(app.interfaces), is_national)
    reasons = [Reason(key, points) for (key, points), held in zip(_POINTS, holds, strict=True) if held]
    reasons.append(Reason("columns", round(3 * member.mapped / wide, 2) if wide else 0.0, member.mapped))
    if app.users and most:
        reasons.append(Reason("has users", round(2 * app.users / most, 2), app.users))
    return Candidate(app, round(sum(one.points for one in reasons), 2), tuple(reasons))
