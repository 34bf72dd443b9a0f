"""Clusters gathered: a cluster taken as one entry says more than its members do, so that clusters which do the same find one another.

Holds: a cluster as an entry (the words and columns that its members share), and the clusters that a second search over these gives.
Laws: 1. Every member of a cluster stays with it. 2. Nothing is coined: names, functions and columns are its members' own.
Must not know: how the search is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from ..entry import App, Field
from .cluster import Cluster
from .plan import MergePlan

SHARE_MIN = 0.1  # of the members, that a column must have to speak for the cluster
Find = Callable[[Mapping[str, App]], Iterable[Cluster]]


def describe_cluster(plan: MergePlan) -> App:
    """Give a cluster as an entry. Shape: each cluster has an owner of its own, since owners say nothing of what is done."""
    need = max(2.0, SHARE_MIN * len(plan.members))
    columns = {field.names[0][0]: field.types[0][0] if field.types else "" for field in plan.canonical.fields if field.support >= need}
    said = Counter(member.app.function for member in plan.members if member.app.function)
    function = min(said, key=lambda text: (-said[text], text)) if said else plan.label.id
    fields = tuple(Field(name, type) for name, type in columns.items())
    return App(f"cluster.{plan.cluster.id}", f"cluster.{plan.cluster.id}", plan.label, function=function, sector=plan.sector, fields=fields)


def gather_clusters(plans: Sequence[MergePlan], apps: Mapping[str, App], find: Find) -> list[Cluster]:
    """Search again over clusters and the entries that stand alone; give the clusters with all their members."""
    described = {entry.id: entry for entry in map(describe_cluster, plans)}
    homes = dict(zip(described, (plan.cluster.apps for plan in plans), strict=True))
    inside = set(chain.from_iterable(homes.values()))
    alone = {name: app for name, app in apps.items() if name not in inside}
    groups = [group.apps for group in find(described | alone)]
    left = set(described).difference(*groups)
    made = [_unfold(group, homes) for group in (*groups, *((name,) for name in sorted(left)))]
    return sorted(made, key=lambda one: (-len(one.apps), one.id))


def _unfold(group: Sequence[str], homes: Mapping[str, tuple[str, ...]]) -> Cluster:
    members = sorted(chain.from_iterable(homes.get(name, (name,)) for name in group))
    return Cluster(members[0], tuple(members))
