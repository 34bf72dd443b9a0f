"""The contract of what the durable stores keep under which key, as several processes see it over one file. All data are synthetic."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.stores.sqlite_state import VERSION, SqliteState
from gateway.values.consents import Consent, Offer
from gateway.values.faults import Refused
from gateway.values.journeys import Begun, Event, Kept
from gateway.values.kept import Claim, Claimed
from gateway.values.sealed import Hanging
from gateway.values.stores import StoreFailed, Stores

T = TypeVar("T")
NOW_S = [1000.0]
OFFER = Offer(b"siti-b", "portal", "own-data", "lookup name", "shown", 5000.0, "portal", "x1")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[..., SqliteState]]:
    """Open the file as a process that knows these keys, the one in use first."""
    NOW_S[0] = 1000.0
    opened: list[SqliteState] = []

    def open_as(*marks: str, before: str = "") -> SqliteState:
        opened.append(SqliteState(tmp_path / "state.db", lambda: NOW_S[0], marks, before))
        return opened[-1]

    yield open_as
    for each in opened:
        each.close()


def do(state: SqliteState, deed: Callable[[Stores], T]) -> T:
    return state.consult(deed)


def claim(state: SqliteState, name: str, *others: str) -> Claimed:
    named = tuple((other, f"digest {other}".encode()) for other in others)
    return do(state, lambda stores: stores.keys.claim(Claim(name, "bkn", f"digest {name}".encode(), 10.0, 100.0, 9, named)))


def begin(state: SqliteState, id: str = "j") -> Kept | None:
    begun = Begun(id, "lab.promotion", "office", "", "promotion", b"d", b"s", NOW_S[0], NOW_S[0] + 500)
    return do(state, lambda stores: stores.journeys.begin(begun, 9))


def take(state: SqliteState) -> Kept | None:
    return do(state, lambda stores: stores.journeys.take(("lab.promotion",), 10.0))


def give(state: SqliteState, offer: Offer = OFFER, *others: bytes) -> Consent | None:
    return do(state, lambda stores: stores.consents.give(offer, 9, others))


def refused(state: SqliteState, deed: Callable[[SqliteState], object]) -> bool:
    with pytest.raises(Refused) as caught:
        deed(state)
    return caught.value.fault.kind.name == "STORE_KEY_UNKNOWN"


def tally(state: SqliteState) -> list[Hanging]:
    return list(do(state, lambda stores: stores.sealed.tally()))


# -- what stands under another key's name


def test_what_stands_under_another_name_is_found_there_and_stays_there(place: Callable[..., SqliteState]) -> None:
    old, new = place("a"), place("b", "a")
    assert claim(old, "a/k") == Claimed("ours", 1)
    assert claim(new, "b/k", "a/k") == Claimed("running", left_s=10.0, name="a/k")
    do(old, lambda stores: stores.keys.doubt("a/k", 1))
    assert claim(new, "b/k", "a/k") == Claimed("ours", 2, is_repeat=True, name="a/k")
    do(new, lambda stores: stores.keys.keep("a/k", 2, b"answer"))
    assert claim(new, "b/k", "a/k") == Claimed("kept", answer=b"answer", name="a/k")
    assert claim(new, "b/new", "a/new") == Claimed("ours", 1)
    assert claim(new, "b/new", "a/new") == Claimed("running", left_s=10.0)


def test_one_name_under_every_key_is_told_apart_by_the_digests_of_all(place: Callable[..., SqliteState]) -> None:
    state = place("b", "a")
    first = Claim("n", "bkn", b"by a", 10.0, 100.0, 9)
    do(state, lambda stores: stores.keys.claim(first))
    again = replace(first, digest=b"by b", others=(("n", b"by a"),))
    assert do(state, lambda stores: stores.keys.claim(again)).standing == "running"
    assert do(state, lambda stores: stores.keys.claim(replace(again, others=(("n", b"c"),)))).standing == "other"


def test_a_name_of_before_whose_time_is_over_does_not_hold_the_new_one(place: Callable[..., SqliteState]) -> None:
    state = place("b", "a")
    claim(state, "a/k")
    NOW_S[0] += 100
    assert claim(state, "b/k", "a/k") == Claimed("ours", 1)


def test_a_consent_of_before_is_found_renewed_and_withdrawn_and_numbers_go_on(place: Callable[..., SqliteState]) -> None:
    old, new = place("a"), place("b", "a")
    give(old, replace(OFFER, subject=b"siti-a"))
    found = do(new, lambda stores: stores.consents.find(b"siti-b", "portal", "own-data", (b"siti-a",)))
    assert found is not None and (found.number, found.ended) == (1, "")
    second = give(new, OFFER, b"siti-a")
    assert second is not None and second.number == 2
    listed = do(new, lambda stores: stores.consents.list(b"siti-b", "", 9, (b"siti-a",)))
    assert [(each.number, each.ended) for each in listed] == [(2, ""), (1, "renewed")]
    other = give(new, replace(OFFER, subject=b"siti-a", purpose="other"), b"siti-b")
    assert other is not None and other.number == 3
    gone = do(new, lambda stores: stores.consents.withdraw(b"siti-b", "", 3, "portal", "x9", (b"siti-a",)))
    assert gone is not None and (gone.offer.purpose, gone.ended) == ("other", "withdrawn")


# -- side by side


def test_who_does_not_know_the_key_of_what_is_kept_begins_nothing_that_could_be_there(place: Callable[..., SqliteState]) -> None:
    old, new = place("a"), place("b", "a")
    for part in (lambda state: claim(state, "n"), begin, give):
        part(old)  # nothing is kept under the new key yet
    assert claim(new, "b/k", "a/k").standing == "ours"
    assert refused(old, lambda state: claim(state, "a/k")) and begin(old, "other") is not None, "journeys are another part"
    begin(new, "j-b")
    assert refused(old, lambda state: begin(state, "j-a"))
    assert begin(old, "other") is not None, "what is there is found"
    give(new, replace(OFFER, subject=b"asep-b"), b"asep-a")
    assert refused(old, lambda state: do(state, lambda stores: stores.consents.find(b"asep-a", "portal", "own-data")))
    assert refused(old, give)


def test_a_journey_is_run_by_whoever_knows_its_key_only(place: Callable[..., SqliteState]) -> None:
    old, new = place("a"), place("b", "a")
    begin(new)
    assert take(old) is None
    assert take(new) is not None
    unmarked = place()
    NOW_S[0] += 10
    assert take(unmarked) is not None, "an operator's command is held to no key"


# -- when a key may be dropped


def test_what_hangs_on_a_key_is_counted_until_it_is_over(place: Callable[..., SqliteState]) -> None:
    state = place("a")
    claim(state, "n")
    begin(state)
    give(state)
    NOW_S[0] += 1
    new = place("b", "a")
    begin(new, "k")
    assert tally(new) == [Hanging("a", 1, 1, 1), Hanging("b", 0, 1, 0)]
    NOW_S[0] += 100
    assert tally(new)[0] == Hanging("a", 0, 1, 1)
    taken = do(new, lambda stores: stores.journeys.take(("lab.promotion",), 10.0, "j"))
    assert taken is not None
    do(new, lambda stores: stores.journeys.hand_back("j", taken.fence, 0, "complete", 0.0))
    assert tally(new)[0] == Hanging("a", 0, 1, 1), "its Idempotency-Key still finds it"
    NOW_S[0] += 60
    do(new, lambda stores: stores.journeys.sweep("lab.promotion", 50.0, 9))
    do(new, lambda stores: stores.consents.withdraw(OFFER.subject, "", 1, "portal", "x"))
    assert tally(new)[0] == Hanging("a", 0, 0, 0)
    assert claim(place("b"), "m").standing == "ours" and give(place("b")) is not None


def test_what_hangs_on_a_dropped_key_goes_on_once_the_key_is_there_again(place: Callable[..., SqliteState]) -> None:
    begin(place("a"))
    dropped = place("b")
    assert take(dropped) is None and refused(dropped, lambda state: begin(state, "k"))
    assert take(place("b", "a")) is not None


def test_what_is_given_up_holds_nothing_back_and_its_journeys_want_an_operator(place: Callable[..., SqliteState]) -> None:
    old = place("a")
    begin(old)
    give(old)
    new = place("b")
    assert do(new, lambda stores: stores.sealed.give_up("a")) and not do(new, lambda stores: stores.sealed.give_up("a"))
    assert begin(new, "k") is not None and give(new, replace(OFFER, subject=b"siti-c")) is not None
    kept = do(new, lambda stores: stores.journeys.find("j"))
    assert kept is not None and kept.state == "failed"
    assert [(each.kind, each.note) for each in kept.events] == [("stuck", "JOURNEY_UNREADABLE")]
    assert [each.mark for each in tally(new)] == ["b"]
    again = place("b", "a")
    do(again, lambda stores: stores.journeys.add("j", 1, Event("retried", note="operator")))
    assert take(again) is not None, "a key that was found again"


# -- files


def test_a_file_from_before_there_were_marks_opens_and_hangs_on_the_key_of_then(place: Callable[..., SqliteState], tmp_path: Path) -> None:
    state = place()
    claim(state, "n")
    begin(state)
    give(state)
    state.close()
    db = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    for index in ("kept_by_key", "journeys_by_key", "consent_by_key"):
        db.execute(f"DROP INDEX {index}")
    db.execute("DROP TRIGGER consent_keeps_its_key")
    for table in ("kept", "journeys", "consent"):
        db.execute(f"ALTER TABLE {table} DROP COLUMN key")
    db.execute("DROP TABLE store_keys")
    db.execute("PRAGMA user_version = 1")
    db.close()
    assert claim(place("a", before="a"), "n").standing == "running"
    assert begin(place("b", "a", before="a")) is not None
    assert tally(place("b", "a", before="a")) == [Hanging("a", 1, 1, 1), Hanging("b", 0, 0, 0)]
    assert refused(place("b", before="b"), give)


def test_a_file_of_a_later_version_is_refused(place: Callable[..., SqliteState], tmp_path: Path) -> None:
    place("a").close()
    db = sqlite3.connect(tmp_path / "state.db")
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(StoreFailed, match="later version"):
        place("a")


def test_under_which_key_a_consent_was_given_is_evidence(place: Callable[..., SqliteState]) -> None:
    state = place("a")
    give(state)
    with pytest.raises(sqlite3.IntegrityError, match="evidence"):
        state._db.execute("UPDATE consent SET key = 'b'")
