"""One contract over the store of consents, in a file and in memory. All data are synthetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.stores.sqlite_state import SqliteState
from gateway.values.consents import STATES, Consent, Offer, Sought, State
from gateway.values.stores import Stores

OFFER = Offer(b"siti", "portal", "own-data", "a.b nik\na.b name", "digest", 2000.0, "portal", "x1")
MOST = 5


@pytest.fixture(params=("file", "memory"))
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteState]:
    with SqliteState(tmp_path / "state.db" if request.param == "file" else ":memory:", lambda: 1000.0) as made:
        yield made


def give(state: SqliteState, offer: Offer = OFFER) -> Consent | None:
    return state.consult(lambda stores: stores.consents.give(offer, MOST))


def find(state: SqliteState, subject: bytes = b"siti", agency: str = "portal", purpose: str = "own-data") -> Consent | None:
    return state.consult(lambda stores: stores.consents.find(subject, agency, purpose))


def withdraw(state: SqliteState, number: int, subject: bytes = b"siti", agency: str = "") -> Consent | None:
    return state.consult(lambda stores: stores.consents.withdraw(subject, agency, number, "other", "x2"))


def test_what_was_given_is_found_by_its_citizen_agency_and_purpose_alone(state: SqliteState) -> None:
    given_now = give(state)
    assert given_now == Consent(1, OFFER, 1000.0) == find(state)
    assert [find(state, b"asep"), find(state, agency="taspen"), find(state, purpose="other")] == [None, None, None]


def test_a_withdrawn_consent_says_when_by_whom_and_where_and_ends_once(state: SqliteState) -> None:
    give(state)
    ended = Consent(1, OFFER, 1000.0, 1000.0, "withdrawn", "other", "x2")
    assert withdraw(state, 1) == ended == find(state)
    assert state.consult(lambda stores: stores.consents.withdraw(b"siti", "", 1, "late", "x9")) == ended


def test_nobody_ends_anothers_consent_nor_one_of_another_agency_where_it_may_not(state: SqliteState) -> None:
    give(state)
    assert withdraw(state, 1, b"asep") is None
    assert withdraw(state, 1, agency="taspen") is None
    assert withdraw(state, 2) is None
    assert find(state) == Consent(1, OFFER, 1000.0)


def test_a_new_consent_ends_the_one_that_stood(state: SqliteState) -> None:
    give(state)
    wider = replace(OFFER, fields="a.b nik\na.b name\na.b birth", exchange="x3")
    assert give(state, wider) == Consent(2, wider, 1000.0) == find(state)
    listed = state.consult(lambda stores: stores.consents.list(b"siti", "", 10))
    assert [(each.number, each.ended, each.ended_exchange) for each in listed] == [(2, "", ""), (1, "renewed", "x3")]


def test_a_list_shows_what_stands_before_all_that_has_ended(state: SqliteState) -> None:
    give(state)
    for _ in range(3):
        give(state, replace(OFFER, agency="taspen"))
    listed = state.consult(lambda stores: stores.consents.list(b"siti", "", 2))
    assert [(each.number, each.ended) for each in listed] == [(4, ""), (1, "")]


def test_a_list_is_the_citizens_own_the_newest_first_and_no_longer_than_asked(state: SqliteState) -> None:
    give(state)
    give(state, replace(OFFER, agency="taspen"))
    give(state, replace(OFFER, subject=b"asep"))

    def listed(agency: str, most: int) -> list[int]:
        return [each.number for each in state.consult(lambda stores: stores.consents.list(b"siti", agency, most))]

    assert (listed("", 10), listed("portal", 10), listed("", 1)) == ([2, 1], [1], [2])


def test_a_citizen_gives_one_agency_no_more_than_the_bound_and_nobody_else_pays_for_it(state: SqliteState) -> None:
    for _ in range(MOST):
        assert give(state) is not None
    assert give(state) is None
    assert find(state) is not None, "what stood stands"
    assert give(state, replace(OFFER, subject=b"asep")) is not None
    assert give(state, replace(OFFER, agency="taspen")) is not None


EVENTS = st.lists(st.tuples(st.sampled_from(["give", "withdraw"]), st.sampled_from(["p", "q"]), st.integers(1, 4)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_whatever_happens_at_most_one_stands_and_a_withdrawn_one_never_stands_again(events: list[tuple[str, str, int]]) -> None:
    model: dict[int, tuple[str, str]] = {}  # number → purpose, state
    with SqliteState(tell_time=lambda: 1.0) as state:
        for what, purpose, number in events:
            deed: Callable[[Stores], Consent | None]
            if what == "give":
                model |= {each: (its, "renewed") for each, (its, standing) in model.items() if (its, standing) == (purpose, "")}
                model[len(model) + 1] = (purpose, "")
                offer = replace(OFFER, purpose=purpose)
                deed = lambda stores, offer=offer: stores.consents.give(offer, 99)  # noqa: E731
            else:
                if model.get(number, ("", "gone"))[1] == "":
                    model[number] = (model[number][0], "withdrawn")
                deed = lambda stores, number=number: stores.consents.withdraw(b"siti", "", number, "x", "x")  # noqa: E731
            state.consult(deed)
            kept = state.consult(lambda stores: stores.consents.list(b"siti", "", 99))
            assert {each.number: (each.offer.purpose, each.ended) for each in kept} == model


# -- an auditor


def search(state: SqliteState, sought: Sought, most: int = 99, after: Consent | None = None) -> list[Consent]:
    return list(state.consult(lambda stores: stores.consents.search(sought, most, after)))


def test_an_auditor_picks_a_consent_by_the_start_of_its_citizens_digest_and_its_number(state: SqliteState) -> None:
    kept = give(state, replace(OFFER, subject=b"\xff" * 32))
    give(state, replace(OFFER, subject=b"\xff" * 9 + b"\xfe" * 23))
    assert state.consult(lambda stores: stores.consents.pick(b"\xff" * 10, 1)) == kept
    assert state.consult(lambda stores: stores.consents.pick(b"\xff" * 10, 2)) is None
    assert state.consult(lambda stores: stores.consents.pick(b"\x00" * 10, 1)) is None


GIVEN = st.tuples(*(st.sampled_from(each) for each in ((b"siti", b"asep"), ("portal", "taspen"), ("p", "q"), (0.0, 10.0, 90.0))))
HISTORY = st.lists(st.tuples(GIVEN, st.booleans(), st.sampled_from((0.0, 5.0, 20.0))), max_size=12)
SOUGHT = st.builds(
    Sought,
    st.sampled_from((0.0, 5.0, 10.0, 30.0, inf)),
    st.sampled_from(((), (b"siti",), (b"asep", b"other"))),
    st.sampled_from(("", "portal")),
    st.sampled_from(("", "q")),
    st.lists(st.sampled_from(STATES), min_size=1, unique=True),
    st.sampled_from((-inf, 5.0, 20.0)),
    st.sampled_from((20.0, inf)),
)


def is_sought(each: Consent, sought: Sought) -> bool:
    offer = each.offer
    wanted: list[State] = [*sought.states]
    return (
        (not sought.subjects or offer.subject in sought.subjects)
        and sought.agency in ("", offer.agency)
        and sought.purpose in ("", offer.purpose)
        and sought.since_s <= each.given_s < sought.until_s
        and each.state_at(sought.at_s) in wanted
    )


@settings(max_examples=100, deadline=None)
@given(HISTORY, SOUGHT, st.integers(1, 4))
def test_an_auditor_finds_what_is_sought_and_nothing_else_page_by_page(
    history: list[tuple[tuple[bytes, str, str, float], bool, float]], sought: Sought, most: int
) -> None:
    now_s = [0.0]
    with SqliteState(tell_time=lambda: now_s[0]) as state:
        for (subject, agency, purpose, lasts_s), is_ended, pause_s in history:
            kept = give(state, replace(OFFER, subject=subject, agency=agency, purpose=purpose, until_s=now_s[0] + lasts_s))
            now_s[0] += pause_s
            if is_ended and kept is not None:
                withdraw(state, kept.number, subject)
        everything = search(state, Sought(inf))
        assert len({(each.offer.subject, each.number) for each in everything}) == len(everything) == min(len(history), len(everything))
        assert [each.given_s for each in everything] == sorted(each.given_s for each in everything)
        found: list[Consent] = []
        while page := search(state, sought, most, found[-1] if found else None):
            assert len(page) <= most
            found += page
        assert found == [each for each in everything if is_sought(each, sought)]


def test_what_was_given_under_a_key_that_was_given_up_is_still_seen(tmp_path: Path) -> None:
    for mark in "ab":
        with SqliteState(tmp_path / "state.db", lambda: 1000.0, (mark,)) as state:
            state.consult(lambda stores: stores.sealed.give_up("a"))
            give(state, replace(OFFER, subject=mark.encode()))
    with SqliteState(tmp_path / "state.db", lambda: 1000.0, may_write=False) as state:
        assert [(each.offer.subject, each.key) for each in search(state, Sought(inf))] == [(b"a", "a"), (b"b", "b")]
        assert state.consult(lambda stores: stores.consents.list_keys()) == ["a", "b"]
