"""Clusters: the same whatever the order, no chains, each entry in one."""

from __future__ import annotations

import random

from gateway.catalogue.entry import App
from gateway.catalogue.overlap.clusters import find_clusters
from gateway.catalogue.overlap.index import Index, build_index
from gateway.catalogue.overlap.page import draw_cluster, write_page
from gateway.catalogue.overlap.pairs import PairModel
from gateway.catalogue.overlap.words import Lexicon


def test_the_order_of_registration_changes_nothing(index: Index, model: PairModel, apps: list[App], lexicon: Lexicon) -> None:
    shuffled = list(apps)
    random.Random(4).shuffle(shuffled)
    later = build_index(shuffled[:400], lexicon)
    for app in shuffled[400:]:
        later.put(app)
    assert find_clusters(later, model) == find_clusters(index, model)


def test_asked_again_the_answer_is_the_same_and_the_index_is_unharmed(index: Index, model: PairModel) -> None:
    assert find_clusters(index, model) == find_clusters(index, model)
    row = index.make_row(index.apps[0])
    assert sorted(row.columns) == sorted(index.rows[0].columns)


def test_an_entry_stands_in_one_cluster(index: Index, model: PairModel) -> None:
    members = [one for cluster in find_clusters(index, model) for one in cluster.members]
    assert len(members) > 50
    assert len(members) == len(set(members))


def test_an_entry_that_is_taken_out_stands_in_none(index: Index, model: PairModel) -> None:
    gone = find_clusters(index, model)[0].members[0]
    index.take(gone)
    assert all(gone not in cluster.members for cluster in find_clusters(index, model))


def test_the_page_escapes_what_owners_wrote_and_loads_nothing(index: Index, model: PairModel, apps: list[App]) -> None:
    clusters = find_clusters(index, model)
    known = {app.id: app for app in apps}
    page = write_page("<script>x</script>", clusters[:2], known)
    assert "<script" not in page
    assert page.count("<svg") == 2
    assert "href=" not in page
    assert "src=" not in page
    assert draw_cluster(clusters[0]) == draw_cluster(clusters[0])
