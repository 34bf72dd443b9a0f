"""One contract over every adapter of the store of cases. All data are synthetic."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.catalogue.gate.deeds import PEOPLE, Answered, Decided, Deed, Joined, Left, Proposed, Requested, Screened, Withdrawn
from gateway.catalogue.gate.port import CaseStore, Stale
from gateway.stores.memory_cases import MemoryCases
from gateway.stores.sqlite_cases import SqliteCases, WrongCases

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAKERS: dict[str, Callable[[], CaseStore]] = {"memory": MemoryCases, "sqlite": lambda: SqliteCases(":memory:")}
DEEDS: list[Deed] = [
    Proposed("karawang", {"app": "karawang.x", "title": {"id": "X"}}, 5),
    Requested("karawang", "bkn", "bkn.siasn", ("nip",), "payroll", ("UU 20/2023",), "2026-03-12"),
    Screened("building", {"matches": [], "strongest": ""}, "build", {"bkn": "2026-03-16"}),
    Answered("bkn", "extend", "it has most of it"),
    Decided("extend", "it has most of it", "2027-03-02", ("bkn.siasn",), 4, ("recommendation: build",)),
    Withdrawn("no longer wanted"),
    Joined("ani", "karawang", "proposer", "00", "2027-01-01"),
    Left("ani", "moved on"),
]  # fmt: skip


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest) -> CaseStore:
    return MAKERS[request.param]()


def test_what_was_added_is_there_at_the_next_question(store: CaseStore) -> None:
    for at, deed in enumerate(DEEDS):
        event = store.append("K-2026-0001", at, "ani", "proposer", NOON, deed)
        assert (event.number, event.place, event.deed) == (at + 1, at + 1, deed)
    assert [event.deed for event in store.events("K-2026-0001")] == DEEDS
    assert {(event.who, event.role, event.when) for event in store.events()} == {("ani", "proposer", NOON)}


def test_numbers_run_over_all_cases_and_places_within_each(store: CaseStore) -> None:
    for case, seen in (("b", 0), ("a", 0), ("b", 1), (PEOPLE, 0)):
        store.append(case, seen, "ani", "proposer", NOON, DEEDS[0])
    assert [(event.number, event.case, event.place) for event in store.events()] == [
        (1, "b", 1), (2, "a", 1), (3, "b", 2), (4, PEOPLE, 1),
    ]  # fmt: skip
    assert [event.number for event in store.events("b", after=1)] == [3]
    assert store.cases() == ("a", "b")


@pytest.mark.parametrize("seen", [0, 2, 9])
def test_who_has_not_seen_all_is_refused_and_nothing_is_written(store: CaseStore, seen: int) -> None:
    store.append("a", 0, "ani", "proposer", NOON, DEEDS[0])
    with pytest.raises(Stale):
        store.append("a", seen, "budi", "reviewer", NOON, DEEDS[5])
    assert len(list(store.events())) == 1


def test_a_file_keeps_its_events_and_refuses_to_change_or_lose_one(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    with SqliteCases(path) as first, SqliteCases(path) as second:
        first.append("a", 0, "ani", "proposer", NOON, DEEDS[0])
        with pytest.raises(Stale):
            second.append("a", 0, "budi", "proposer", NOON, DEEDS[0])
    db = sqlite3.connect(path)
    for sql in ("UPDATE events SET who = 'x'", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            db.execute(sql)
    db.close()
    with SqliteCases(path) as again:
        assert [event.deed for event in again.events()] == [DEEDS[0]]


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(b"no database, and long enough to be looked at " * 30)
    with pytest.raises(WrongCases):
        SqliteCases(path)
    assert path.read_bytes().startswith(b"no database")
