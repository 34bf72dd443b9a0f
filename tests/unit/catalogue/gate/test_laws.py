"""What is allowed in a case, and what a case says of itself. All data are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.catalogue.gate.case import find_phase
from gateway.catalogue.gate.deeds import Answered, Decided, Deed, Joined, Left, Withdrawn
from gateway.catalogue.gate.laws import Denied
from gateway.catalogue.gate.people import Person, digest_token

from .people import (
    ANI,
    BUDI,
    BUILD,
    CITRA,
    DEWI,
    EKO,
    LATER,
    NOON,
    PROPOSED,
    PT,
    REQUESTED,
    REUSE,
    RULES,
    SAME,
    SCREENED,
    STOPPED,
    make_desk,
    screened_case,
)  # fmt: skip


def test_a_case_goes_from_proposal_to_decision() -> None:
    desk = make_desk()
    case = desk.open_case(ANI, PROPOSED, NOON)
    assert (case.id, find_phase(case, NOON.date())) == ("K-2026-0001", "proposed")
    case = desk.act(ANI, case.id, SCREENED, NOON)
    assert case.round is not None and case.round.asked == {"bkn": "2026-03-16"}
    assert find_phase(case, date(2026, 3, 16)) == "answering"
    assert find_phase(case, date(2026, 3, 17)) == "ready"
    assert case.round.late(date(2026, 3, 17)) == ("bkn",)
    case = desk.act(BUDI, case.id, SAME, NOON)
    assert find_phase(case, NOON.date()) == "ready"
    case = desk.act(CITRA, case.id, REUSE, NOON)
    assert case.round is not None and case.round.ruling is not None
    ruling = case.round.ruling
    assert (ruling.deed.until, ruling.deed.avoided_rupiah, ruling.deed.overrides) == ("2027-03-02", 450_000_000, ())
    assert (ruling.stamp.who, ruling.stamp.role, ruling.stamp.when) == ("citra", "reviewer", NOON)
    assert (find_phase(case, date(2027, 3, 2)), find_phase(case, date(2027, 3, 3))) == ("decided", "ended")


@pytest.mark.parametrize(
    ("by", "deed"),
    [
        (ANI, SAME), (ANI, REUSE), (BUDI, REUSE), (EKO, SAME), (EKO, SCREENED), (PT, SAME), (CITRA, SAME),
        (replace(BUDI, agency="karawang"), SAME), (replace(CITRA, id="ani"), REUSE), (CITRA, REUSE),
        (BUDI, Answered("karawang", "same", "for another")), (replace(ANI, id="ari"), Withdrawn("not mine")), (ANI, SCREENED),
        (BUDI, Answered("bkn", "granted", "no request")), (BUDI, Answered("bkn", "same", " ")),
        (BUDI, Answered("bkn", "same", "x" * 2_001)),
        (DEWI, Decided("reuse", "of nothing", "")), (DEWI, Decided("build", "of what is there", "", ("bkn.siasn",))),
        (DEWI, replace(REUSE, avoided_rupiah=450_000_001)), (DEWI, replace(REUSE, until="2026-03-01")),
        (DEWI, replace(REUSE, until="2030-01-01")), (DEWI, replace(REUSE, until="soon")), (DEWI, Joined("x", "y", "head", "00")),
        (DEWI, Left("ani", "x")),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_and_leaves_no_event(by: Person, deed: Deed) -> None:
    desk = make_desk()
    id = screened_case(desk)
    with pytest.raises(Denied):
        desk.act(by, id, deed, NOON)
    assert len(list(desk.store.events())) == 2


@pytest.mark.parametrize("by", [BUDI, CITRA, DEWI, EKO, PT, replace(ANI, agency="bkn")])
def test_only_a_proposer_opens_a_case_and_for_its_own_agency(by: Person) -> None:
    desk = make_desk()
    for deed in (PROPOSED, REQUESTED):
        with pytest.raises(Denied):
            desk.open_case(by, deed, NOON)
    assert desk.list_cases() == []


def test_a_case_is_of_the_year_that_it_is_in_jakarta() -> None:
    desk = make_desk()
    before, after = (datetime(2026, 12, 31, hour, tzinfo=UTC) for hour in (16, 17))
    assert [desk.open_case(ANI, PROPOSED, when).id for when in (before, after, after)] == ["K-2026-0001", "K-2027-0001", "K-2027-0002"]


def test_while_answers_may_come_only_the_head_decides_and_it_is_said() -> None:
    desk = make_desk()
    id = screened_case(desk)
    with pytest.raises(Denied, match="bkn until 2026-03-16"):
        desk.act(CITRA, id, REUSE, NOON)
    case = desk.act(DEWI, id, BUILD, NOON)
    assert case.round is not None and case.round.ruling is not None
    assert case.round.ruling.deed.overrides == ("recommendation: reuse", "answers not awaited: bkn")
    assert case.round.ruling.deed.avoided_rupiah == 0


def test_after_the_term_the_reviewer_decides_without_the_answer() -> None:
    desk = make_desk()
    case = desk.act(CITRA, screened_case(desk), REUSE, LATER)
    assert case.round is not None and case.round.ruling is not None and case.round.ruling.deed.overrides == ()


def test_in_a_moratorium_building_is_for_the_head_and_after_it_for_the_reviewer() -> None:
    desk = make_desk(replace(RULES, moratoria=(STOPPED,)))
    id = screened_case(desk)
    with pytest.raises(Denied, match="since 2026-01-01 until 2026-12-31"):
        desk.act(CITRA, id, BUILD, LATER)
    assert desk.act(CITRA, id, BUILD, LATER.replace(year=2027)).round is not None
    other = screened_case(desk)
    case = desk.act(DEWI, other, BUILD, LATER)
    assert case.round is not None and case.round.ruling is not None
    assert "moratorium since 2026-01-01" in case.round.ruling.deed.overrides


def test_keeping_what_was_to_be_retired_is_no_building() -> None:
    desk = make_desk(replace(RULES, moratoria=(STOPPED,)))
    id = desk.open_case(ANI, PROPOSED, NOON).id
    desk.act(ANI, id, replace(SCREENED, moment="retiring"), NOON)
    assert desk.act(CITRA, id, BUILD, LATER).round is not None


def test_each_moment_is_a_round_with_its_own_decision() -> None:
    desk = make_desk()
    id = screened_case(desk)
    desk.act(CITRA, id, BUILD, LATER)
    case = desk.act(ANI, id, replace(SCREENED, moment="going-live"), LATER)
    assert find_phase(case, LATER.date()) == "answering"
    case = desk.act(DEWI, id, REUSE, LATER)
    assert [one.screened.moment for one in case.rounds if one.screened] == ["building", "going-live"]
    assert [one.ruling.deed.outcome for one in case.rounds if one.ruling] == ["build", "reuse"]
    with pytest.raises(Denied, match="once a round"):
        desk.act(DEWI, id, BUILD, LATER)


def test_a_request_for_data_is_granted_or_refused_by_who_has_them_and_a_refusal_can_be_overruled() -> None:
    desk = make_desk()
    id = desk.open_case(ANI, REQUESTED, NOON).id
    case = desk.find_case(id)
    assert case is not None and case.round is not None and case.round.asked == {"bkn": "2026-03-12"}
    for deed in (SAME, Answered("bkn", "refused", "")):
        with pytest.raises(Denied):
            desk.act(BUDI, id, deed, NOON)
    with pytest.raises(Denied):
        desk.act(ANI, id, SCREENED, NOON)
    case = desk.act(BUDI, id, Answered("bkn", "refused", "no legal basis is named"), NOON)
    assert find_phase(case, NOON.date()) == "refused"
    with pytest.raises(Denied):
        desk.act(CITRA, id, BUILD, NOON)
    case = desk.act(CITRA, id, Decided("connect", "the law of 2023 is enough", ""), NOON)
    assert case.round is not None and case.round.ruling is not None
    assert case.round.ruling.deed.overrides == ("refusal of bkn",)


def test_what_is_withdrawn_stays_withdrawn() -> None:
    desk = make_desk()
    id = screened_case(desk)
    desk.act(ANI, id, Withdrawn("we reuse SIASN"), NOON)
    for by, deed in ((ANI, SCREENED), (BUDI, SAME), (DEWI, REUSE)):
        with pytest.raises(Denied, match="withdrawn"):
            desk.act(by, id, deed, NOON)


def test_a_token_is_its_persons_until_it_ends_or_is_taken_back() -> None:
    desk = make_desk()
    desk.admit("root", Joined("ani", "karawang", "proposer", digest_token("secret-1"), "2026-03-02"), NOON)
    found = desk.recognise("secret-1", NOON)
    assert found is not None and (found.id, found.agency, found.role) == ("ani", "karawang", "proposer")
    assert desk.recognise("secret-2", NOON) is desk.recognise("", NOON) is desk.recognise("secret-1", LATER) is None
    desk.admit("root", Joined("ani", "karawang", "reader", digest_token("secret-2")), NOON)
    assert desk.recognise("secret-1", NOON) is None
    desk.dismiss("root", Left("ani", "moved"), NOON)
    assert desk.recognise("secret-2", NOON) is None
    assert "secret" not in str(list(desk.store.events()))


@pytest.mark.parametrize("deed", [Joined("a", "b", "king", "0"), Joined("A B", "b", "head", "0"), Joined("a", "b", "head", "0", "soon")])
def test_who_cannot_be_is_not_admitted(deed: Joined) -> None:
    desk = make_desk()
    with pytest.raises(Denied):
        desk.admit("root", deed, NOON)
    with pytest.raises(Denied):
        desk.dismiss("root", Left("nobody", "x"), NOON)


def test_nobody_decides_what_they_opened_whatever_role_they_have_got_since() -> None:
    desk = make_desk()
    id = screened_case(desk)
    with pytest.raises(Denied, match="opened themselves"):
        desk.act(replace(CITRA, id="ani"), id, REUSE, LATER)
    assert desk.act(CITRA, id, REUSE, LATER).round is not None


def test_an_agency_proposes_its_own_applications_only() -> None:
    desk = make_desk()
    with pytest.raises(Denied, match="proposes its own"):
        desk.open_case(ANI, replace(PROPOSED, app={**PROPOSED.app, "owner": "bkn"}), NOON)


def test_on_a_case_that_is_not_there_nothing_is_done() -> None:
    desk = make_desk()
    for id in ("K-2026-0001", "people", ""):
        with pytest.raises(Denied, match="no case"):
            desk.act(DEWI, id, BUILD, NOON)
    assert list(desk.store.events()) == []
