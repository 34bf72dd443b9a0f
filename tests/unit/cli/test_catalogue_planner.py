"""Clusters follow registrations: beside the listener, now and then; a failure keeps the old ones, and is counted. All are made up."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.catalogue.entry import App
from gateway.catalogue.merging.plan import MergePlan
from gateway.cli.catalogue_planner import Done, Planner, Reckon, Told
from gateway.manage.catalogue_meters import Meters
from gateway.manage.catalogue_plans import Since
from gateway.stores.memory_catalogue import MemoryCatalogue
from tests.unit.catalogue.merging.fixed import MEMBERS, FixedPlans

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Relates:
    def relate(self, ids: object) -> tuple[tuple[str, str, float], ...]:
        return ()


def one_plan() -> MergePlan:
    reckoned = FixedPlans().reckoned()
    assert reckoned is not None
    return reckoned.plans[0]


def find_one(arguments: argparse.Namespace) -> Iterator[Told]:
    yield one_plan()
    yield Done(arguments.seen, NOON)


def fail(arguments: argparse.Namespace) -> Iterator[Told]:
    yield one_plan()
    raise KeyError("a name that nobody is told")


def die(arguments: argparse.Namespace) -> Iterator[Told]:
    yield one_plan()
    os._exit(3)


def make(reckon: Reckon = find_one, **more: object) -> tuple[Planner, MemoryCatalogue, Meters]:
    store, meters = MemoryCatalogue(), Meters()
    store.put_all(MEMBERS, "t", NOON, "made up")
    arguments = argparse.Namespace(**{"clusters": None, "clusters_every": 15.0, "assume": [], "seen": store.last(), **more})
    return Planner(arguments, store, Relates(), meters, reckon), store, meters


def outcomes(meters: Meters) -> dict[str, float]:
    found = re.findall(r'^jembatan_catalogue_reckonings_total\{outcome="(\w+)"\} (\S+)', meters.render().decode(), re.MULTILINE)
    return {name: float(number) for name, number in found}


def test_what_a_process_of_its_own_reckons_is_shown_whole() -> None:
    planner, _, meters = make()
    assert planner.reckoned() is None and planner.since() == Since()
    planner.reckon()
    reckoned = planner.reckoned()
    assert reckoned is not None and reckoned.plans == (one_plan(),) and reckoned.found == NOON
    assert reckoned.homes[MEMBERS[0].id] == "bkn.siasn"
    assert outcomes(meters) == {"found": 1, "failed": 0}


@pytest.mark.parametrize("wrong", [fail, die])
def test_a_reckoning_that_fails_keeps_what_was_there_and_is_counted(wrong: Reckon, caplog: pytest.LogCaptureFixture) -> None:
    planner, _, meters = make()
    planner.reckon()
    before = planner.reckoned()
    planner._reckon = wrong
    planner.reckon()
    assert planner.reckoned() is before and before is not None
    assert outcomes(meters) == {"found": 1, "failed": 1}
    assert "were not reckoned" in caplog.text and "nobody is told" not in caplog.text


def test_it_is_due_when_the_catalogue_changed_and_the_last_one_is_old_enough() -> None:
    planner, store, _ = make()
    assert planner.is_due(0.0)
    assert not planner.is_due(1.0)  # one has begun, whatever became of it
    planner.reckon()
    assert not planner.is_due(10_000.0)  # nothing has changed
    store.put(replace(MEMBERS[0], users=1), "t", NOON, "counted")
    assert not planner.is_due(899.0)
    assert planner.is_due(900.0)
    assert not planner.is_due(1_000.0)


def test_one_that_failed_is_tried_again_once_it_is_old_enough_though_nothing_changed() -> None:
    planner, _, _ = make(fail)
    assert planner.is_due(0.0)
    planner.reckon()
    assert not planner.is_due(899.0)
    assert planner.is_due(900.0)


def test_what_was_registered_and_changed_since_is_counted_in_entries_until_the_next_one() -> None:
    planner, store, _ = make()
    planner.reckon()
    assert planner.since() == Since(0, 0)
    for users in (1, 2):
        store.put(replace(MEMBERS[0], users=users), "t", NOON, "counted")
        store.put(App("bkn.new", "bkn", MEMBERS[0].title, users=users), "t", NOON, "registered, then counted")
    assert planner.since() == Since(1, 1)
    assert planner.since() == Since(1, 1)
    planner._arguments.seen = store.last()
    planner.reckon()
    assert planner.since() == Since(0, 0)


def test_clusters_of_a_file_are_read_anew_when_the_file_changes_and_not_when_entries_do(tmp_path: Path) -> None:
    path = tmp_path / "clusters.jsonl"
    path.write_text('{"cluster": "a", "apps": []}\n')
    planner, store, _ = make(clusters=path)
    assert planner.is_due(0.0)
    planner.reckon()
    store.put(replace(MEMBERS[0], users=1), "t", NOON, "counted")
    assert not planner.is_due(10_000.0)
    os.utime(path, ns=(1, 1))
    assert planner.is_due(10_000.0)


def test_what_is_being_reckoned_ends_with_the_listener_and_is_no_failure() -> None:
    planner, _, meters = make()
    planner.stop()
    planner.reckon()
    assert planner.reckoned() is None and outcomes(meters) == {"found": 0, "failed": 0}
