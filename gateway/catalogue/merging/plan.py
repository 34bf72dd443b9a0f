"""The plan of merging: one for every cluster, in the order in which they are worth it.

Laws: as the room's. Must not know: how it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..entry import App, Field, Text
from .assumptions import DEFAULT, Assumptions
from .cluster import Align, Cluster, choose_pairs
from .columns import Canonical, bring_together
from .label import label_cluster
from .value import PLANNED, RUNNING, Candidate, Citizen, Member, Savings, choose_record, judge_members, reckon_citizen, reckon_savings

SUPPLIED_MIN = 3  # fields
CANDIDATE = "candidate"  # the id of a cluster's candidate where it is compared like an entry


@dataclass(frozen=True, slots=True)
class Supply:
    """What a canonical service already gives.

    Shape: `gives` an entry whose fields are those of its answer, `asks` one of those that it must be asked with.
    """

    operation: str
    gives: App
    asks: App


@dataclass(frozen=True, slots=True)
class Around:
    """What a plan is made with besides the cluster.

    Shape: `align_surely` gives only pairs that mean the same, not those that look alike; `regional` owner → whether it is one of a
    region, not of the state, where that is known.
    """

    align: Align
    align_surely: Align
    assumptions: Assumptions = DEFAULT
    supplies: tuple[Supply, ...] = ()
    regional: Mapping[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """A live application that another of the same owner is to replace: new head, new app. Shape: `is_stated` by the owner itself."""

    owner: str
    old: str
    new: str
    is_stated: bool
    rupiah: int | None


@dataclass(frozen=True, slots=True)
class MergePlan:
    """One cluster as one service. Shape: `members` in the order of migration; `records` candidates, best first."""

    cluster: Cluster
    label: Text
    sector: str
    members: tuple[Member, ...]
    canonical: Canonical
    records: tuple[Candidate, ...]
    savings: Savings
    citizen: Citizen
    successions: tuple[Succession, ...]

    @property
    def owners(self) -> tuple[str, ...]:
        """Give who owns a member."""
        return tuple(sorted({member.app.owner for member in self.members}))

    @property
    def users(self) -> int:
        """Give the users of the members that say how many."""
        return sum(member.app.users or 0 for member in self.members)

    @property
    def worth(self) -> int:
        """Give what merging is worth over three years: saved and avoided, less what it costs once. Units: Rupiah."""
        return 3 * self.savings.yearly_saved + self.savings.avoided_new - self.savings.once


def plan_merge(cluster: Cluster, apps: Mapping[str, App], around: Around) -> MergePlan:
    """Plan one cluster."""
    members = [apps[name] for name in sorted(cluster.apps) if name in apps]
    compared = [(one, other, around.align(one, other)) for one, other in choose_pairs(members)]
    canonical = bring_together(members, compared)
    judged = judge_members(members, canonical, around.assumptions)
    records = choose_record(judged, around.regional or {})
    savings = reckon_savings(judged, records[0].app.id if records else "", around.assumptions)
    citizen = reckon_citizen(members, canonical, find_supplied(canonical, around), around.assumptions)
    sector = _commonest_sector(members)
    return MergePlan(cluster, label_cluster(members), sector, judged, canonical, records, savings, citizen, find_successions(members))


def rank_plans(plans: Iterable[MergePlan]) -> list[MergePlan]:
    """Give the plans, the most worthwhile first."""
    return sorted(plans, key=lambda plan: (-plan.worth, plan.cluster.id))


def find_supplied(canonical: Canonical, around: Around) -> dict[str, tuple[str, str]]:
    """Give the canonical fields that services of the federation already supply: field → (operation, its field).

    A service supplies only those who keep what it is asked with. The one that supplies most comes first; one that supplies a field or two
    is no source but a coincidence of names.
    """
    candidate = candidate_entry(canonical)
    asked = (supply for supply in around.supplies if _can_ask(candidate, supply, around))
    offered = [(supply.operation, list(around.align_surely(candidate, supply.gives))) for supply in asked]
    found: dict[str, tuple[str, str]] = {}
    for operation, pairs in sorted(offered, key=lambda offer: (-len(offer[1]), offer[0])):
        new = [(mine, theirs) for mine, theirs in pairs if mine not in found]
        if len(new) >= SUPPLIED_MIN:
            found |= {mine: (operation, theirs) for mine, theirs in new}
    return found


def _can_ask(candidate: App, supply: Supply, around: Around) -> bool:
    return bool(supply.asks.fields) and len(around.align_surely(candidate, supply.asks)) == len(supply.asks.fields)


def candidate_entry(canonical: Canonical) -> App:
    """Give the candidate as an entry, so that it can be compared like one."""
    fields = tuple(Field(field.name, field.types[0][0] if field.types else "") for field in canonical.fields)
    return App(CANDIDATE, CANDIDATE, Text(CANDIDATE), fields=fields)


def find_successions(members: Sequence[App]) -> tuple[Succession, ...]:
    """Find the live applications that the same owner is about to replace by another of the same cluster.

    Where an owner has several live ones and does not say which is replaced, nobody can tell.
    """
    by_owner: dict[str, list[App]] = {}
    for app in members:
        by_owner.setdefault(app.owner, []).append(app)
    found = []
    for owned in (by_owner[owner] for owner in sorted(by_owner)):
        old = [app for app in owned if app.lifecycle in RUNNING]
        new = [app for app in owned if app.lifecycle in PLANNED]
        found += [_succeed(before, after) for after in new for before in _replaced(old, after)]
    return tuple(found)


def _replaced(old: Sequence[App], new: App) -> list[App]:
    stated = [app for app in old if app.successor == new.id]
    return stated or (list(old) if len(old) == 1 else [])


def _succeed(old: App, new: App) -> Succession:
    return Succession(old.owner, old.id, new.id, old.successor == new.id, new.cost_rupiah)


def _commonest_sector(members: Sequence[App]) -> str:
    said = [app.sector for app in members if app.sector]
    return min(set(said), key=lambda sector: (-said.count(sector), sector)) if said else ""
