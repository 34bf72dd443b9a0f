"""Letters, counts, recommendations, and decisions as YAML. All data are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml

from gateway.catalogue.entry import App, Decision, Field, Text
from gateway.catalogue.gate.decisions import count_avoided, count_requests, find_ruled, with_decision
from gateway.catalogue.gate.deeds import Answered, Decided, NoDeed, read_deed
from gateway.catalogue.gate.evidence import complete_screening, find_dependants, make_screened, narrow_for_integrator, recommend
from gateway.catalogue.gate.letter import Undecided, fingerprint, show_evidence, write_letter
from gateway.catalogue.gate.letter_texts import OVERRIDES, TEXTS, Language
from gateway.catalogue.gate.rules import RulesError, decode_rules
from gateway.catalogue.gate.writing import Unwritable, put_decisions
from gateway.catalogue.paper import Paper, write_html

from .people import (
    ANI,
    BUDI,
    BUILD,
    CITRA,
    DEWI,
    EVIDENCE,
    LATER,
    NOON,
    PROPOSED,
    REQUESTED,
    REUSE,
    RULES,
    SAME,
    SCREENED,
    STOPPED,
    make_desk,
    screened_case,
)

APP = App("karawang.pegawai", "karawang", Text("Pegawai"), lifecycle="proposed")
DECIDED = replace(APP, decided=Decision("reuse", "citra (K-2026-0001)", 'it is there: "SIASN"', "2027-03-02"))


def test_a_letter_says_number_decision_money_evidence_and_answers_in_both_languages() -> None:
    desk = make_desk()
    id = screened_case(desk)
    desk.act(BUDI, id, SAME, NOON)
    case = desk.act(CITRA, id, REUSE, NOON)
    spoken = {"id": ("GUNAKAN YANG ADA", "Rp 450.000.000", "duplikat", "Tanda tangan"), "en": ("REUSE", "Rp 450,000,000")}
    for language, words in spoken.items():
        page = write_html(write_letter(case, desk.store.events(id), language))  # type: ignore[arg-type]
        assert f'lang="{language}"' in page
        for word in (*words, "K-2026-0001/1", "bkn.siasn", "nip = nip_baru", SAME.reason, "population.person.lookup", "citra"):
            assert word in page, word
        assert fingerprint(desk.store.events(id), 1) in page


def test_a_letter_stays_the_same_when_the_case_goes_on_and_changes_with_its_events() -> None:
    desk = make_desk()
    id = screened_case(desk)
    first = desk.act(DEWI, id, BUILD, NOON)
    letter = write_letter(first, desk.store.events(id), "en")
    desk.act(ANI, id, replace(make_screened(APP, EVIDENCE, "going-live")), LATER)
    later = desk.act(DEWI, id, REUSE, LATER)
    assert write_letter(later, desk.store.events(id), "en", 1) == letter
    assert write_letter(later, desk.store.events(id), "en").title.endswith("/2")
    events = list(desk.store.events(id))
    assert fingerprint([replace(events[0], who="someone"), *events[1:]], 1) != fingerprint(events, 1)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "id",
            ("rekomendasi GUNAKAN YANG ADA; penghentian pembangunan sejak 2026-01-01", "2026-03-20 (terlambat)", "nama usulan", "kepala"),
        ),
        ("en", ("the recommendation REUSE; the moratorium since 2026-01-01", "2026-03-20 (late)", "name of the proposal", "head")),
    ],
)
def test_a_letter_says_what_it_goes_against_and_who_was_late_in_its_own_language(language: Language, words: tuple[str, ...]) -> None:
    desk = make_desk(replace(RULES, moratoria=(STOPPED,)))
    evidence = {**EVIDENCE, "matches": [{**EVIDENCE["matches"][0], "missing": ["mine.name"]}]}
    id = desk.open_case(ANI, PROPOSED, NOON).id
    desk.act(ANI, id, replace(SCREENED, evidence=evidence), NOON)
    desk.act(BUDI, id, SAME, LATER)
    case = desk.act(DEWI, id, BUILD, LATER)
    page = write_html(write_letter(case, desk.store.events(id), language))
    assert [word for word in words if word not in page] == []
    assert "mine.name" not in page


def test_an_answer_after_midnight_in_jakarta_is_late_in_the_letter_and_in_the_law() -> None:
    desk = make_desk()
    id = screened_case(desk)
    due = NOON + timedelta(days=RULES.answer_days)
    desk.act(BUDI, id, SAME, due.replace(hour=17))  # UTC: the first minute of the next day there
    case = desk.act(CITRA, id, REUSE, due.replace(hour=18))
    page = write_html(write_letter(case, desk.store.events(id), "id"))
    assert f"{(due + timedelta(days=1)).date()} (terlambat)" in page


def test_all_that_a_decision_can_go_against_is_said_in_indonesian() -> None:
    desk = make_desk(replace(RULES, moratoria=(STOPPED,)))
    early, asked = screened_case(desk), desk.open_case(ANI, REQUESTED, NOON).id
    desk.act(BUDI, asked, Answered("bkn", "refused", "no legal basis"), NOON)
    cases = (desk.act(DEWI, early, BUILD, NOON), desk.act(DEWI, asked, Decided("connect", "it must", ""), NOON))
    texts = [text for case in cases for text in (case.rounds[-1].ruling or pytest.fail()).deed.overrides]
    assert len(texts) == len(OVERRIDES)
    pages = [write_html(write_letter(case, desk.store.events(case.id), "id")) for case in cases]
    assert [text for text in texts if any(text in page for page in pages)] == []


def test_what_a_later_decision_changes_is_counted_once() -> None:
    desk = make_desk()
    id = screened_case(desk)
    assert count_avoided(desk.act(DEWI, id, REUSE, NOON)) == 450_000_000
    desk.act(ANI, id, replace(make_screened(APP, EVIDENCE, "going-live")), LATER)
    assert count_avoided(desk.find_case(id) or pytest.fail()) == 450_000_000
    assert count_avoided(desk.act(DEWI, id, BUILD, LATER)) == 0


def test_no_decision_no_letter() -> None:
    desk = make_desk()
    case = desk.find_case(screened_case(desk))
    assert case is not None
    with pytest.raises(Undecided):
        write_letter(case, desk.store.events(case.id), "id")


def test_what_owners_wrote_is_escaped() -> None:
    desk = make_desk()
    id = screened_case(desk)
    desk.act(BUDI, id, Answered("bkn", "differs", "<script>alert(1)</script>"), NOON)
    case = desk.act(CITRA, id, REUSE, NOON)
    page = write_html(write_letter(case, desk.store.events(id), "id"))
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_every_text_has_both_languages() -> None:
    assert [key for key, pair in TEXTS.items() if len(pair) != 2 or not all(pair)] == []


@pytest.mark.parametrize(
    ("change", "moment", "outcome"),
    [
        ({}, "building", "reuse"), ({"strongest": "overlap"}, "building", "extend"), ({"strongest": "related"}, "building", "connect"),
        ({"strongest": "", "supplied": []}, "building", "build"), ({"dependants": ["x.y"]}, "retiring", "connect"),
        ({"dependants": ["x.y"]}, "building", "reuse"),
    ],
)  # fmt: skip
def test_the_recommendation_follows_from_the_evidence(change: dict[str, object], moment: str, outcome: str) -> None:
    assert recommend({**EVIDENCE, **change}, moment) == outcome  # type: ignore[arg-type]


def test_owners_of_strong_matches_are_asked_but_not_the_proposer_itself_and_a_replacement_is_named() -> None:
    match = EVIDENCE["matches"][0]  # type: ignore[index]
    own = {**match, "app": "karawang.simpeg", "owner": "karawang", "lifecycle": "live"}  # type: ignore[dict-item]
    weak = {**match, "app": "x.y", "owner": "x", "verdict": "related"}  # type: ignore[dict-item]
    deed = make_screened(APP, {**EVIDENCE, "matches": [match, own, weak]}, "building")
    assert list(deed.asked) == ["bkn"]
    assert deed.evidence["replaces"] == ["karawang.simpeg"]


def test_before_its_data_change_the_fields_that_come_and_go_are_evidence_and_stand_in_the_letter() -> None:
    held = replace(APP, fields=(Field("nip"), Field("agama")))
    deed = make_screened(replace(held, fields=(Field("nip"), Field("golongan_darah"))), EVIDENCE, "data-change", held=held)
    assert (deed.evidence["adds"], deed.evidence["drops"]) == (["golongan_darah"], ["agama"])
    assert "adds" not in make_screened(held, EVIDENCE, "data-change", held=held).evidence
    desk = make_desk()
    id = screened_case(desk)
    desk.act(DEWI, id, BUILD, NOON)
    desk.act(ANI, id, deed, NOON)
    case = desk.act(DEWI, id, BUILD, NOON)
    page = write_html(write_letter(case, desk.store.events(id), "en"))
    assert "golongan_darah" in page and "Fields that it would keep from then on" in page


def test_who_copies_fields_depends_on_it() -> None:
    other = App("bkn.x", "bkn", Text("X"), fields=(Field("nip", source="karawang.pegawai"),))
    assert find_dependants(APP, [APP, other, replace(other, id="bkn.y", fields=(Field("nip"),))]) == ("bkn.x",)


def test_what_a_proposal_does_not_say_is_told_with_the_result_for_little_is_found_by_a_name_alone() -> None:
    nothing = {"strongest": "", "matches": [], "supplied": [], "extend": [], "masters": []}
    rows = complete_screening(APP, nothing)
    assert (rows["recommended"], rows["unsaid"]) == ("build", ["description", "function", "fields"])
    page = write_html(Paper("t", "en", tuple(show_evidence(rows, "en"))))
    assert "does not say what it is for, its function, which data it would keep" in page
    assert make_screened(APP, nothing, "building").evidence["unsaid"] == rows["unsaid"]
    assert narrow_for_integrator(rows)["unsaid"] == rows["unsaid"]
    whole = replace(APP, description=Text("uraian"), function="kepegawaian", fields=(Field("nip"),))
    assert complete_screening(whole, nothing)["unsaid"] == [] and "unsaid" not in make_screened(whole, nothing, "building").evidence


def test_who_is_told_no_matches_is_not_told_that_there_are_none_and_what_an_existing_one_lacks_is_named() -> None:
    narrowed = write_html(Paper("t", "en", tuple(show_evidence(narrow_for_integrator(EVIDENCE), "en"))))
    assert "No application like it" not in narrowed and "population.person.lookup" in narrowed
    extended = {**EVIDENCE, "extend": [{"app": "bkn.siasn", "lacks": ["pangkat", "golongan"]}, {"app": "x.y", "lacks": []}]}
    page = write_html(Paper("t", "en", tuple(show_evidence(extended, "en"))))
    assert "pangkat, golongan" in page and "x.y" not in page


def test_an_integrator_is_told_nothing_of_others() -> None:
    told = str(narrow_for_integrator(EVIDENCE))
    assert "bkn" not in told and "SIASN" not in told and "nip_baru" not in told and "population.person.lookup" in told


def test_requests_are_counted_per_agency_with_refusals_their_reason_and_age() -> None:
    desk = make_desk()
    refused, granted, waiting, overruled = (desk.open_case(ANI, REQUESTED, NOON).id for _ in range(4))
    for id in (refused, overruled):
        desk.act(BUDI, id, Answered("bkn", "refused", "no basis"), LATER)
    desk.act(CITRA, overruled, Decided("connect", "it has one", ""), LATER)
    desk.act(BUDI, granted, Answered("bkn", "granted", "yes"), NOON)
    (counted,) = count_requests(desk.list_cases(), date(2026, 3, 22))
    assert (counted.agency, counted.granted, counted.waiting, counted.overdue, counted.oldest_days) == ("bkn", 1, 1, 1, 20)
    assert {(no.case, no.reason, no.days, no.overruled) for no in counted.refusals} == {
        (refused, "no basis", 18, False), (overruled, "no basis", 18, True),
    }  # fmt: skip
    (before,) = count_requests(desk.list_cases(), date(2026, 3, 12))
    assert (before.waiting, before.overdue, before.unanswered) == (1, 0, 0)
    desk.act(CITRA, waiting, Decided("connect", "it never answered", ""), LATER)
    (after,) = count_requests(desk.list_cases(), date(2026, 3, 22))
    assert (after.waiting, after.overdue, after.unanswered) == (0, 0, 1)


def test_a_decision_stands_in_its_entry_and_settling_again_changes_nothing() -> None:
    desk = make_desk()
    desk.act(DEWI, screened_case(desk), BUILD, NOON)
    case, ruling = find_ruled(desk.list_cases())["karawang.pegawai"]
    settled = with_decision(APP, case, ruling)
    assert settled.lifecycle == "recommended" and settled.decided is not None and settled.decided.outcome == "build"
    assert with_decision(settled, case, ruling) == settled


@pytest.mark.parametrize(
    "text",
    [
        "", "app: karawang.pegawai # mine\ntitle: {id: P}\nowner: karawang\n",
        "app: karawang.pegawai\nfields:\n  - {name: a}\n  - name: b\n# a comment\n---\napp: other.x\n",
        "app: karawang.pegawai\ndecided:\n  outcome: build\n  by: x\n  reason: y\n# after\nowner: karawang\n",
        "app: karawang.pegawai\nowner: |\n  karawang\n",
        "app: karawang.pegawai\nowner: karawang",
    ],
)  # fmt: skip
def test_a_decision_is_put_into_its_document_once_and_all_else_stays(text: str) -> None:
    done, changed = put_decisions(text, {APP.id: DECIDED})
    assert changed == 1
    documents = list(yaml.safe_load_all(done))
    (mine,) = [one for one in documents if one["app"] == APP.id]
    assert mine["decided"]["reason"] == 'it is there: "SIASN"' and str(mine["decided"]["until"]) == "2027-03-02"
    before = [one for one in yaml.safe_load_all(text) if one]
    assert [{**one, "decided": 0} for one in documents if text] == [{**one, "decided": 0} for one in before]
    assert [line for line in text.splitlines() if "#" in line] == [line for line in done.splitlines() if "#" in line]
    assert put_decisions(done, {APP.id: DECIDED}) == (done, 0)


@pytest.mark.parametrize("text", ["{app: karawang.pegawai}", "app: [", "app: karawang.pegawai\n\tx: 1"])
def test_where_no_decision_can_be_put_nothing_is_written(text: str) -> None:
    with pytest.raises(Unwritable):
        put_decisions(text, {APP.id: DECIDED})


GOOD = {"answer_days": 14, "access_days": 10, "decision_days": 365, "decision_days_max": 700, "moratoria": []}


@pytest.mark.parametrize(
    "change",
    [
        {"answer_days": 0}, {"answer_days": "14"}, {"access_days": True}, {"decision_days": 900}, {"colour": 1}, {"moratoria": {}},
        {"moratoria": [{"from": "x", "title": {"id": "a", "en": "b"}}]}, {"moratoria": [{"from": "2026-01-01"}]},
        {"moratoria": [{"from": "2026-01-02", "until": "2026-01-01", "title": {"id": "a", "en": "b"}}]}, {"moratoria": ["x"]},
    ],
)  # fmt: skip
def test_rules_that_are_not_in_order_are_refused(change: dict[str, object]) -> None:
    assert decode_rules(GOOD).answer_days == 14
    with pytest.raises(RulesError):
        decode_rules({**GOOD, **change})


@pytest.mark.parametrize(("kind", "rows"), [("nothing", {}), ("withdrawn", {}), ("withdrawn", {"reason": "x", "more": 1})])
def test_what_is_no_deed_is_not_read(kind: str, rows: dict[str, object]) -> None:
    with pytest.raises(NoDeed):
        read_deed(kind, rows)


def test_an_app_that_a_text_without_a_last_line_end_does_not_hold_is_added_behind_it() -> None:
    done, changed = put_decisions("app: other.x\nowner: x", {APP.id: DECIDED})
    assert changed == 1 and [one["app"] for one in yaml.safe_load_all(done)] == ["other.x", APP.id]
