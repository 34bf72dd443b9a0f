"""One contract over the journeys that the durable stores keep, in a file and in memory. All data are synthetic."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.stores.sqlite_state import SqliteState
from gateway.values.journeys import ENDS, Begun, Event, Kept, Tally, Waiting
from gateway.values.stores import StoreFailed, Stores

T = TypeVar("T")
NOW_S = [1000.0]
FIRST = Waiting(0.0, "")


@pytest.fixture(params=("file", "memory"))
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteState]:
    NOW_S[0] = 1000.0
    with SqliteState(tmp_path / "state.db" if request.param == "file" else ":memory:", lambda: NOW_S[0]) as made:
        yield made


def begun(id: str = "a", operation: str = "lab.promotion", digest: bytes = b"d") -> Begun:
    return Begun(id, operation, "office", "budi", "promotion", digest, b"sealed", NOW_S[0], NOW_S[0] + 500)


def do(state: SqliteState, deed: Callable[[Stores], T]) -> T:
    return state.consult(deed)


def begin(state: SqliteState, what: Begun | None = None, most: int = 9) -> Kept | None:
    return do(state, lambda stores: stores.journeys.begin(what or begun(), most))


def take(state: SqliteState, id: str = "", lease_s: float = 10.0) -> Kept | None:
    return do(state, lambda stores: stores.journeys.take(("lab.promotion",), lease_s, id))


def append(state: SqliteState, fence: int, seen: int, kind: str = "done", is_strict: bool = False) -> int:
    return do(state, lambda stores: stores.journeys.append("a", fence, seen, Event(kind), 10.0, is_strict))


def hand_back(state: SqliteState, fence: int, seen: int, word: str, wake_s: float = inf) -> bool:
    return do(state, lambda stores: stores.journeys.hand_back("a", fence, seen, word, wake_s))  # type: ignore[arg-type]


def test_a_journey_is_begun_once_and_again_it_is_the_one_that_is_there(state: SqliteState) -> None:
    first = begin(state)
    assert first is not None and (first.state, first.wake_s, first.fence) == ("running", 1000.0, 0)
    again = begin(state, begun(digest=b"other"))
    assert again is not None and again.begun == first.begun


def test_no_more_are_begun_than_may_be_under_way(state: SqliteState) -> None:
    assert begin(state, begun("a"), 1) is not None
    assert begin(state, begun("b"), 1) is None
    assert begin(state, begun("a"), 1) is not None
    assert begin(state, begun("c", "lab.other"), 1) is not None
    take(state, "a")
    hand_back(state, 1, 0, "complete")
    assert begin(state, begun("b"), 1) is not None


def test_a_journey_is_one_runners_until_its_lease_ends_and_each_lease_has_a_higher_fence(state: SqliteState) -> None:
    begin(state)
    first = take(state)
    assert first is not None and first.fence == 1
    assert take(state) is None
    NOW_S[0] += 10.0
    second = take(state)
    assert second is not None and second.fence == 2
    assert append(state, 1, 0) == 0
    assert not hand_back(state, 1, 0, "complete")
    kept = do(state, lambda stores: stores.journeys.find("a"))
    assert kept is not None and (kept.events, kept.fence, kept.state) == ((), 2, "running")


def test_events_have_their_places_and_times_and_lengthen_the_lease(state: SqliteState) -> None:
    begin(state)
    take(state)
    NOW_S[0] += 9.0
    event = Event("done", "seat", 3, "CODE", b"sealed")
    assert do(state, lambda stores: stores.journeys.append("a", 1, 0, event, 10.0)) == 1
    NOW_S[0] += 9.0
    assert take(state) is None
    assert append(state, 1, 1) == 2
    kept = do(state, lambda stores: stores.journeys.find("a"))
    assert kept is not None
    assert kept.events == (Event("done", "seat", 3, "CODE", b"sealed", 1009.0), Event("done", at_s=1018.0))


def test_who_has_not_seen_what_came_from_outside_is_told_where_it_matters(state: SqliteState) -> None:
    begin(state)
    take(state)
    assert do(state, lambda stores: stores.journeys.add("a", 0, Event("cancelled")))
    assert not do(state, lambda stores: stores.journeys.add("a", 0, Event("cancelled")))
    assert append(state, 1, 0, is_strict=True) == 0
    assert append(state, 1, 0) == 2
    assert hand_back(state, 1, 1, "waiting")
    kept = take(state)
    assert kept is not None and len(kept.events) == 2


def test_it_is_due_when_it_says_and_at_once_when_something_comes(state: SqliteState) -> None:
    begin(state)
    take(state)
    hand_back(state, 1, 0, "waiting", 2000.0)
    assert take(state) is None and take(state, "a") is None
    NOW_S[0] = 2000.0
    assert take(state) is not None
    hand_back(state, 2, 0, "failed")
    NOW_S[0] = 9000.0
    assert take(state) is None
    do(state, lambda stores: stores.journeys.add("a", 0, Event("retried")))
    assert take(state) is not None


@pytest.mark.parametrize("word", ENDS)
def test_what_has_ended_is_never_due_and_takes_no_event(state: SqliteState, word: str) -> None:
    begin(state)
    take(state)
    assert hand_back(state, 1, 0, word, 0.0)
    assert append(state, 1, 0) == 0
    assert not do(state, lambda stores: stores.journeys.add("a", 0, Event("cancelled")))
    assert take(state) is None and take(state, "a") is None
    assert not hand_back(state, 1, 0, "running", 0.0)


def test_what_ended_long_ago_is_forgotten_with_its_events_and_nothing_else(state: SqliteState) -> None:
    begin(state)
    begin(state, begun("b"))
    take(state, "a")
    append(state, 1, 0)
    hand_back(state, 1, 1, "complete")
    assert do(state, lambda stores: stores.journeys.sweep("lab.promotion", 100.0, 9)) == 0
    NOW_S[0] += 101.0
    assert do(state, lambda stores: stores.journeys.sweep("lab.other", 100.0, 9)) == 0
    assert do(state, lambda stores: stores.journeys.sweep("lab.promotion", 100.0, 9)) == 1
    assert do(state, lambda stores: (stores.journeys.find("a"), stores.journeys.find("b") is not None)) == (None, True)
    assert state._db.execute("SELECT count(*) FROM journey_events").fetchone() == (0,)


def test_they_are_listed_by_state_the_oldest_first_and_counted(state: SqliteState) -> None:
    for id in "ba":
        begin(state, begun(id))
        NOW_S[0] += 1.0
    begin(state, begun("c", "lab.other"))
    take(state, "a")
    hand_back(state, 1, 0, "failed")
    names = do(state, lambda stores: [kept.begun.id for kept in stores.journeys.list(("running", "failed"), 9)])
    assert names == ["b", "a", "c"]
    assert do(state, lambda stores: [kept.begun.id for kept in stores.journeys.list(("running",), 1, "lab.other")]) == ["c"]
    assert do(state, lambda stores: list(stores.journeys.tally())) == [
        Tally("lab.other", "running", 1, 1002.0), Tally("lab.promotion", "failed", 1, 1000.0), Tally("lab.promotion", "running", 1, 1000.0),
    ]  # fmt: skip
    do(state, lambda stores: stores.journeys.add("a", 0, Event("retried")))
    take(state, "a")
    hand_back(state, 2, 1, "complete")
    assert [(each.operation, each.count) for each in do(state, lambda stores: stores.journeys.tally())] == [
        ("lab.other", 1), ("lab.promotion", 1),
    ]  # fmt: skip


def test_an_event_is_never_changed(state: SqliteState) -> None:
    begin(state)
    take(state)
    append(state, 1, 0)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        state._db.execute("UPDATE journey_events SET kind = 'undone'")


def test_where_the_disk_fails_nothing_of_it_is_kept(state: SqliteState) -> None:
    begin(state)
    take(state)

    def break_disk(stores: Stores) -> None:
        stores.journeys.append("a", 1, 0, Event("done"), 10.0)
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(StoreFailed):
        do(state, break_disk)
    assert append(state, 1, 0, is_strict=True) == 1


# -- what waits


def wait(state: SqliteState, id: str, *kinds: tuple[str, str], operation: str = "lab.promotion") -> None:
    """Begin a journey and add these events, each a kind and a step, a second apart."""
    begin(state, begun(id, operation))
    for seen, (kind, step) in enumerate(kinds):
        NOW_S[0] += 1.0
        assert do(state, lambda stores, kind=kind, step=step, seen=seen: stores.journeys.add(id, seen, Event(kind, step)))  # type: ignore[misc]


def waiting(state: SqliteState, step: str = "decision", after: Waiting = FIRST, most: int = 9) -> list[tuple[float, str]]:
    found = do(state, lambda stores: stores.journeys.list_waiting("lab.promotion", step, after, most))
    return [(each.since_s, each.journey) for each in found]


def test_what_waits_at_a_step_is_listed_who_waits_longest_first_and_counted(state: SqliteState) -> None:
    wait(state, "b", ("done", "seat"), ("waiting", "decision"))
    wait(state, "a", ("waiting", "decision"), ("waiting", "receipt"))
    wait(state, "c", ("waiting", "decision"), operation="lab.other")
    wait(state, "d", ("done", "seat"))
    assert waiting(state) == [(1002.0, "b"), (1003.0, "a")]
    assert waiting(state, most=1) == [(1002.0, "b")]
    assert waiting(state, after=Waiting(1002.0, "b")) == [(1003.0, "a")]
    assert waiting(state, "receipt") == [(1004.0, "a")]
    assert do(state, lambda stores: stores.journeys.tally_waiting()) == [
        ("lab.other", "decision", 1), ("lab.promotion", "decision", 2), ("lab.promotion", "receipt", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([("done", "decision")], ["receipt"]),
        ([("overdue", "receipt")], ["decision"]),
        ([("failing", "")], []),
        ([("cancelled", "")], []),
        ([("done", "seat"), ("stuck", "seat"), ("retried", "")], ["decision", "receipt"]),
        ([("cancelled", ""), ("waiting", "decision")], []),
        ([("done", "decision"), ("waiting", "decision")], ["receipt"]),
    ],
)
def test_what_was_decided_is_overdue_or_given_up_waits_no_more(state: SqliteState, events: list[tuple[str, str]], left: list[str]) -> None:
    wait(state, "a", ("waiting", "decision"), ("waiting", "receipt"), *events)
    assert [step for step in ("decision", "receipt") if waiting(state, step)] == left
    assert [row[1] for row in do(state, lambda stores: stores.journeys.tally_waiting())] == left


def test_what_has_ended_waits_for_nothing(state: SqliteState) -> None:
    wait(state, "a", ("waiting", "decision"))
    take(state, "a")
    assert hand_back(state, 1, 1, "compensated")
    assert waiting(state) == [] and do(state, lambda stores: stores.journeys.tally_waiting()) == []


def test_a_decision_and_what_the_list_says_of_it_are_kept_together_or_not_at_all(state: SqliteState) -> None:
    wait(state, "a", ("waiting", "decision"))

    def fail(stores: Stores) -> None:
        assert stores.journeys.add("a", 1, Event("done", "decision"))
        assert stores.journeys.list_waiting("lab.promotion", "decision", FIRST, 9) == []
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(StoreFailed):
        do(state, fail)
    assert waiting(state) == [(1001.0, "a")]


def test_a_page_of_what_waits_is_found_by_an_index_and_not_sorted(state: SqliteState) -> None:
    told: list[str] = []
    state._db.set_trace_callback(told.append)
    waiting(state)
    state._db.set_trace_callback(None)
    (asked,) = [each for each in told if "journey_waits" in each]
    plan = [row[3] for row in state._db.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert len(plan) == 1 and "USING COVERING INDEX journey_waits_longest (operation=? AND step=? AND (since_s,journey)>(?,?))" in plan[0]


def test_a_file_of_the_former_form_is_opened_and_what_waits_in_it_is_found(tmp_path: Path) -> None:
    NOW_S[0] = 1000.0
    path = tmp_path / "state.db"
    with SqliteState(path, lambda: NOW_S[0]) as state:
        wait(state, "a", ("waiting", "decision"))
        wait(state, "b", ("waiting", "decision"), ("done", "decision"))
        wait(state, "c", ("waiting", "decision"), ("cancelled", ""))
        for kind, name in list(state._db.execute("SELECT type, name FROM sqlite_schema WHERE sql LIKE '%journey_waits%'")):
            if kind == "trigger":
                state._db.execute(f"DROP TRIGGER {name}")
        state._db.execute("DROP TABLE journey_waits")
        state._db.execute("DROP TABLE journey_waits_of")
        wait(state, "d", ("waiting", "decision"))  # by the former program
    with SqliteState(path, lambda: NOW_S[0]) as state:
        assert [id for _, id in waiting(state)] == ["a", "d"]
        assert do(state, lambda stores: stores.journeys.tally_waiting()) == [("lab.promotion", "decision", 2)]
    with SqliteState(path, lambda: NOW_S[0]) as state:
        assert [id for _, id in waiting(state)] == ["a", "d"]
