"""Clusters gathered: members stay together, nothing is lost or coined, and the order in which clusters come changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gateway.catalogue.entry import App
from gateway.catalogue.merging.cluster import Cluster
from gateway.catalogue.merging.gather import describe_cluster, gather_clusters
from gateway.catalogue.merging.plan import MergePlan

from .test_plan import make_app, plan

ONE = plan(make_app("a.x"), make_app("b.x"))
OTHER = plan(make_app("c.y"), make_app("d.y"))
APPS = {member.app.id: member.app for made in (ONE, OTHER) for member in made.members} | {"e.z": make_app("e.z"), "f.z": make_app("f.z")}


def name(made: MergePlan, id: str) -> MergePlan:
    cluster = Cluster(id, made.cluster.apps)
    return replace(made, cluster=cluster)


PLANS = [name(ONE, "one"), name(OTHER, "other")]


def test_a_cluster_as_an_entry_says_what_its_members_say() -> None:
    entry = describe_cluster(PLANS[0])
    assert {field.name for field in entry.fields} == {"nik", "nama", "tgl_lahir"}
    assert entry.function == "akta kelahiran"


def test_members_stay_with_their_cluster_and_those_who_stood_alone_may_join() -> None:
    def find(entries: Mapping[str, App]) -> list[Cluster]:
        assert set(entries) == {"cluster.one", "cluster.other", "e.z", "f.z"}
        return [Cluster("k", ("cluster.one", "e.z"))]

    found = gather_clusters(PLANS, APPS, find)
    assert [one.apps for one in found] == [("a.x", "b.x", "e.z"), ("c.y", "d.y")]


def test_the_order_of_clusters_changes_nothing() -> None:
    def find(entries: Mapping[str, App]) -> list[Cluster]:
        return [Cluster("k", tuple(sorted(entries)))]

    assert gather_clusters(PLANS, APPS, find) == gather_clusters(PLANS[::-1], APPS, find)
