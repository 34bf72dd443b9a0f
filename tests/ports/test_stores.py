"""One contract over the durable stores, in a file and in memory. All data are synthetic."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.stores.sqlite_state import SqliteState
from gateway.values.faults import Refused, refuse
from gateway.values.kept import Claim, Claimed
from gateway.values.stores import StoreFailed, Stores


class Hand:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def tell(self) -> float:
        return self.now_s


HAND = Hand()


@pytest.fixture(params=("file", "memory"))
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteState]:
    HAND.now_s = 1000.0
    path = tmp_path / "deep" / "state.db" if request.param == "file" else ":memory:"
    with SqliteState(path, HAND.tell) as made:
        yield made


def claim(name: str = "n", caller: str = "bkn", digest: bytes = b"d", most: int = 100) -> Callable[[Stores], Claimed]:
    return lambda stores: stores.keys.claim(Claim(name, caller, digest, 10.0, 100.0, most))


# -- deeds


def test_a_deed_gives_what_it_gives_and_knows_its_time(state: SqliteState) -> None:
    assert state.consult(lambda stores: stores.now_s + 1) == 1001.0


@pytest.mark.parametrize("error", [refuse("CONFLICT"), ValueError("planted"), sqlite3.IntegrityError("planted")])
def test_a_deed_that_raises_has_changed_nothing_and_the_others_are_done(state: SqliteState, error: Exception) -> None:
    def claim_and_fail(stores: Stores) -> None:
        claim("b")(stores)
        raise error

    found = state.consult_all([claim("a"), claim_and_fail, claim("c")])
    assert [found[0], found[2]] == [Claimed("ours", 1), Claimed("ours", 1)] and found[1] is error
    assert state.consult(claim("b")).turn == 1
    assert state.consult(claim("a")).standing == "running"


def test_a_refusal_comes_back_as_it_was_raised(state: SqliteState) -> None:
    def deny(stores: Stores) -> None:
        raise refuse("CONFLICT")

    with pytest.raises(Refused, match="CONFLICT"):
        state.consult(deny)


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), sqlite3.DatabaseError("database disk image is malformed")])
def test_where_the_file_fails_none_of_the_deeds_is_done(state: SqliteState, error: sqlite3.Error) -> None:
    def break_file(stores: Stores) -> None:
        raise error

    with pytest.raises(StoreFailed):
        state.consult_all([claim("a"), break_file])
    assert state.consult(claim("a")) == Claimed("ours", 1)


def test_a_mistake_of_one_deed_is_not_the_files(state: SqliteState) -> None:
    def err(stores: Stores) -> None:
        raise sqlite3.IntegrityError("UNIQUE constraint failed")

    done, failed = state.consult_all([claim("a"), err])
    assert (done, type(failed)) == (Claimed("ours", 1), sqlite3.IntegrityError)


def test_a_damaged_page_is_the_stores_failure_and_no_defect_of_a_deed(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with SqliteState(path) as state:
        state.consult_all([claim(str(number)) for number in range(200)])
        begin = state._db.execute("SELECT max(rootpage) * page_size FROM sqlite_schema, pragma_page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(b"\xff" * (path.stat().st_size - begin))
    with SqliteState(path) as state, pytest.raises(StoreFailed, match="malformed"):
        state.consult_all([claim(str(number)) for number in range(200)])


# -- answers by key


def test_one_of_all_who_claim_a_name_gets_it_and_the_others_are_told_how_long(state: SqliteState) -> None:
    assert state.consult(claim()) == Claimed("ours", 1)
    HAND.now_s += 4
    assert state.consult(claim()) == Claimed("running", left_s=6.0)


def test_what_is_kept_is_given_to_the_same_call_and_to_no_other(state: SqliteState) -> None:
    turn = state.consult(claim()).turn
    assert state.consult(lambda stores: stores.keys.keep("n", turn, b"answer"))
    assert state.consult(claim()) == Claimed("kept", answer=b"answer")
    assert state.consult(claim(digest=b"e")).standing == "other"
    assert state.consult(claim("m")) == Claimed("ours", 1)


def test_what_is_kept_is_gone_when_its_time_is_over(state: SqliteState) -> None:
    state.consult(claim())
    state.consult(lambda stores: stores.keys.keep("n", 1, b"answer"))
    HAND.now_s += 100
    assert state.consult(claim(digest=b"e")) == Claimed("ours", 1)


def test_a_claim_whose_lease_has_ended_is_given_again_and_said_to_be_a_repeat(state: SqliteState) -> None:
    state.consult(claim())
    HAND.now_s += 10
    assert state.consult(claim()) == Claimed("ours", 2, is_repeat=True)
    assert state.consult(claim()).standing == "running"


def test_a_turn_that_comes_late_changes_nothing(state: SqliteState) -> None:
    state.consult(claim())
    HAND.now_s += 10
    state.consult(claim())
    assert not end(state, "doubt", 1) and not end(state, "free", 1)
    assert not state.consult(lambda stores: stores.keys.keep("n", 1, b"late"))
    assert state.consult(lambda stores: stores.keys.keep("n", 2, b"right"))
    assert not state.consult(lambda stores: stores.keys.keep("n", 2, b"twice"))
    assert state.consult(claim()).answer == b"right"


def test_what_nobody_knows_is_given_again_at_once(state: SqliteState) -> None:
    state.consult(claim())
    assert state.consult(lambda stores: stores.keys.doubt("n", 1))
    assert state.consult(claim(digest=b"e")).standing == "other"
    assert state.consult(claim()) == Claimed("ours", 2, is_repeat=True)


def test_a_first_turn_that_did_nothing_gives_the_name_back_a_repeat_leaves_it_in_doubt(state: SqliteState) -> None:
    state.consult(claim())
    assert state.consult(lambda stores: stores.keys.free("n", 1))
    assert state.consult(claim(digest=b"e")) == Claimed("ours", 1)
    state.consult(lambda stores: stores.keys.doubt("n", 1))
    state.consult(claim(digest=b"e"))
    assert state.consult(lambda stores: stores.keys.free("n", 2))
    assert state.consult(claim(digest=b"e")) == Claimed("ours", 3, is_repeat=True)


def test_nobody_has_more_names_than_the_bound_and_one_has_no_other_pay(state: SqliteState) -> None:
    for name in "ab":
        assert state.consult(claim(name, most=2)).standing == "ours"
    assert state.consult(claim("c", most=2)).standing == "full"
    assert state.consult(claim("a", most=2)).standing == "running"
    assert state.consult(claim("c", "taspen", most=2)).standing == "ours"
    HAND.now_s += 100
    assert state.consult(claim("d", most=2)).standing == "ours"


def test_a_sweep_takes_what_is_over_and_no_more_than_it_may(state: SqliteState) -> None:
    for name in "abc":
        state.consult(claim(name))
    HAND.now_s += 50
    state.consult(claim("d"))
    assert state.consult(lambda stores: stores.keys.sweep(10)) == 0
    HAND.now_s += 50
    assert [state.consult(lambda stores: stores.keys.sweep(2)) for _ in range(3)] == [2, 1, 0]
    assert state.consult(claim("d")).is_repeat


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["claim", "keep", "doubt", "free", "wait"]), st.integers(0, 3)), max_size=30))
def test_whatever_happens_no_two_turns_hold_a_name_at_one_time(events: list[tuple[str, int]]) -> None:
    """And what was kept once is what everyone gets until its time is over."""
    hand = Hand()
    with SqliteState(tell_time=hand.tell) as stores:
        turns = 0
        kept: tuple[bytes, float] | None = None
        lease = until = 0.0
        for what, number in events:
            if what == "wait":
                hand.now_s += number * 4
            elif what == "claim":
                got = stores.consult(claim())
                is_kept = kept is not None and hand.now_s < kept[1]
                assert (got.standing == "kept") == is_kept
                if got.standing == "ours":
                    assert hand.now_s >= lease
                    turns, lease = got.turn, hand.now_s + 10
                    kept, until = None, hand.now_s + 100
            elif what == "keep":
                if end(stores, "keep", number + turns - 1, b"%d" % number):
                    assert number == 1 and kept is None
                    kept, lease = (b"%d" % number, until), 0.0
            elif end(stores, what, turns):
                lease = 0.0


def end(state: SqliteState, how: str, turn: int, *answer: bytes) -> bool:
    return state.consult(lambda stores: bool(getattr(stores.keys, how)("n", turn, *answer)))


# -- the file


def test_the_file_is_its_owners_only_and_what_it_holds_outlives_its_being_open(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with SqliteState(path, HAND.tell) as state:
        state.consult(claim())
        assert path.stat().st_mode & 0o077 == 0
        assert all(each.stat().st_mode & 0o077 == 0 for each in tmp_path.iterdir())
    with SqliteState(path, HAND.tell) as state:
        assert state.consult(claim()).standing == "running"


def test_two_processes_share_the_file_and_one_of_them_gets_the_name(tmp_path: Path) -> None:
    with SqliteState(tmp_path / "s", HAND.tell) as one, SqliteState(tmp_path / "s", HAND.tell) as other:
        assert [one.consult(claim()).standing, other.consult(claim()).standing] == ["ours", "running"]


def test_a_file_that_is_taken_away_fails_the_stores_until_it_is_back(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with SqliteState(path) as state:
        state.consult(claim())
        path.rename(tmp_path / "away")
        with pytest.raises(StoreFailed, match="gone"):
            state.consult(claim("b"))
    with pytest.raises(StoreFailed):
        SqliteState(path, may_make=False)
    assert not path.exists()
    (tmp_path / "away").rename(path)
    with SqliteState(path, may_make=False) as again:
        assert again.consult(claim()).standing == "running"
        assert again.consult(claim("b")).standing == "ours"


def test_a_file_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, but long enough to be one " * 40)
    foreign = sqlite3.connect(tmp_path / "foreign")
    foreign.execute("CREATE TABLE t (x)")
    foreign.close()
    for name in ("text", "foreign"):
        with pytest.raises(StoreFailed):
            SqliteState(tmp_path / name)


def test_who_only_looks_sees_what_is_there_while_another_writes_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with SqliteState(path, HAND.tell) as writer, SqliteState(path, HAND.tell, ("mark",), may_write=False) as looking:
        writer.consult(claim())
        writer._db.execute("BEGIN IMMEDIATE")
        assert looking.consult(lambda stores: stores.sealed.tally()) == [], "a key that is looked with is not written down"
        with pytest.raises(StoreFailed, match="readonly"):
            looking.consult(claim("b"))
        writer._db.execute("ROLLBACK")
        assert writer.consult(claim("b")).standing == "ours"


@pytest.mark.parametrize(("version", "said"), [(1, "an earlier version"), (99, "a later version")])
def test_who_only_looks_does_not_bring_a_file_to_another_version(tmp_path: Path, version: int, said: str) -> None:
    path = tmp_path / "state.db"
    SqliteState(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {version}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreFailed, match=said):
        SqliteState(path, may_write=False)
    assert path.read_bytes() == before


def test_who_only_looks_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed):
        SqliteState(tmp_path / "state.db", may_write=False)
    assert list(tmp_path.iterdir()) == []
