"""Screening: what it says is there, is counted right, and hangs on what is cited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.catalogue.entry import App, Field, Interface, Text
from gateway.catalogue.overlap import index as index_room
from gateway.catalogue.overlap.align import read_meanings
from gateway.catalogue.overlap.explain import without_evidence
from gateway.catalogue.overlap.index import Index, build_index
from gateway.catalogue.overlap.pairs import PairModel
from gateway.catalogue.overlap.screen import find_matches, find_supplied, read_supply, screen
from gateway.catalogue.overlap.verdict import WORDS
from gateway.catalogue.overlap.words import Lexicon

STRONG = {"duplicate", "overlap"}
FIELDS = tuple(map(Field, ("nip", "nama_lengkap", "tgl_mulai", "tgl_selesai", "alasan", "jenis_cuti", "atasan_langsung")))
LEAVE = App(
    id="kab-a.cuti", owner="kab-a", title=Text(id="e-Cuti Pegawai"), description=Text(id="pengajuan cuti pegawai"), fields=FIELDS,
    masters=("data cuti",),
)  # fmt: skip
TWIN = App(
    id="kota-b.leave", owner="kota-b", title=Text(en="Employee leave"), description=Text(en="leave requests of employees"),
    fields=tuple(map(Field, ("employee_id", "full_name", "start_date", "end_date", "reason", "leave_type"))), masters=("leave data",),
)  # fmt: skip


def test_an_application_in_the_other_language_is_found_with_its_reasons(apps: list[App], lexicon: Lexicon, model: PairModel) -> None:
    first = screen(build_index([*apps, TWIN], lexicon), model, LEAVE).matches[0]
    assert (first.app.id, first.verdict.word) == ("kota-b.leave", "duplicate")
    assert set(first.verdict.kinds) >= {"purpose", "data"}
    cited = {(pair.mine.name, pair.theirs.name) for pair in first.verdict.explanation.fields}
    assert cited >= {("nip", "employee_id"), ("tgl_mulai", "start_date"), ("alasan", "reason")}


def test_what_is_cited_is_there_and_coverage_counts_it(index: Index, model: PairModel, apps: list[App]) -> None:
    for app in apps[::25]:
        for match in find_matches(index, model, app):
            why = match.verdict.explanation
            assert all(pair.mine in app.fields and pair.theirs in match.app.fields for pair in why.fields)
            assert why.mine.cited == len(why.fields) == why.theirs.cited
            housekeeping = sum(index.lexicon.read_field(field.name).is_housekeeping for field in app.fields)
            assert why.mine.fields == len(app.fields) - housekeeping - len(index.read_side(app).envelope)
            offered = {name for one in match.app.interfaces for name in one.operations}
            assert all(theirs in offered for _, theirs in why.operations)


def test_without_what_is_cited_the_verdict_is_weaker(index: Index, model: PairModel, apps: list[App]) -> None:
    strong = weaker = 0
    for app in apps[::10]:
        for match in find_matches(index, model, app)[:3]:
            if match.verdict.word in STRONG:
                left = replace(without_evidence(app, match.verdict.explanation), id="?")
                again = {one.app.id: one.verdict.word for one in find_matches(index, model, left, 50)}
                strong += 1
                weaker += WORDS.index(again.get(match.app.id, WORDS[0])) < WORDS.index(match.verdict.word)
    assert strong > 20
    assert weaker >= 0.9 * strong


def test_a_strong_verdict_has_two_kinds_of_evidence(index: Index, model: PairModel, apps: list[App]) -> None:
    for app in apps[::20]:
        for match in find_matches(index, model, app):
            if match.verdict.word in STRONG:
                assert len(match.verdict.kinds) >= 2


def test_without_a_name_nothing_is_called_a_duplicate(index: Index, model: PairModel, apps: list[App]) -> None:
    for app in apps[::10]:
        nameless = replace(app, id="?", title=Text(), description=Text(), function="")
        assert "duplicate" not in {match.verdict.word for match in find_matches(index, model, nameless)}


def test_generic_names_alone_are_no_evidence(lexicon: Lexicon, model: PairModel) -> None:
    one, other = (App(id=f"o{n}.x", owner=f"o{n}", title=Text(id="Sistem Informasi Layanan Online")) for n in (1, 2))
    assert all(match.verdict.word not in STRONG for match in find_matches(build_index([other], lexicon), model, one))


def test_an_operation_that_says_what_the_names_say_is_no_second_kind_of_evidence(lexicon: Lexicon, model: PairModel) -> None:
    def make(owner: str, *operations: str) -> App:
        offered = (Interface("openapi", operations=operations),)
        return App(f"{owner}.x", owner, Text(id="Perpustakaan"), fields=(Field("status"),), interfaces=offered)

    for operations, kinds in (
        (("GET /perpustakaan",), {"purpose"}),
        (("GET /perpustakaan", "POST /denda"), {"purpose", "behaviour"}),
        (("GET /perpustakaan", "POST /perpustakaan", "DELETE /perpustakaan"), {"purpose", "behaviour"}),
    ):
        (match,) = find_matches(build_index([make("o1", *operations)], lexicon), model, make("o2", *operations))
        assert set(match.verdict.kinds) == kinds


def test_an_entry_is_seen_by_the_next_question_and_one_taken_out_is_not(index: Index, model: PairModel) -> None:
    index.put(TWIN)
    assert screen(index, model, LEAVE).reuse[0] == "kota-b.leave"
    index.take(TWIN.id)
    assert "kota-b.leave" not in {match.app.id for match in screen(index, model, LEAVE).matches}


def test_however_many_came_since_few_stand_outside_the_postings_and_all_are_found(
    apps: list[App], lexicon: Lexicon, model: PairModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_room, "FRESH_MAX", 20)
    later = build_index(apps[:300], lexicon)
    for app in [*apps[300:], *apps[:40], TWIN]:  # some are changes: their old rows go
        later.put(app)
    assert screen(later, model, LEAVE).reuse[0] == "kota-b.leave"
    assert len(later.rows) - later.built.shape[0] <= 20
    assert sorted(later.places) == sorted(app.id for app in [*apps, TWIN])
    assert len(later.rows) - len(later.gone) == len(apps) + 1
    assert all(later.apps[place].id == id for id, place in later.places.items())


def test_an_entry_never_matches_itself(index: Index, model: PairModel, apps: list[App]) -> None:
    assert all(app.id not in {match.app.id for match in find_matches(index, model, app)} for app in apps[::30])


def test_what_services_supply_need_not_be_asked_for_again(index: Index, model: PairModel) -> None:
    supplies = (read_supply("civil-service.employee.lookup", ("full_name", "employee_number"), (), index.lexicon),)
    found = screen(index, model, LEAVE, supplies).supplied
    assert {(one.field.name, one.pair.theirs.name) for one in found} == {("nip", "employee_number"), ("nama_lengkap", "full_name")}
    copied = replace(LEAVE, fields=tuple(replace(field, source="bkn.siasn") for field in LEAVE.fields))
    assert screen(index, model, copied, supplies).supplied == ()


def test_a_service_supplies_who_keeps_what_it_is_asked_with_and_the_one_that_gives_most_comes_first(lexicon: Lexicon) -> None:
    forms = [
        read_supply(*one, lexicon)
        for one in (
            ("agency.officer.lookup", ("full_name", "birth_date", "reason"), ("meter_number",)),
            ("business.owner.lookup", ("full_name", "employee_number"), ("employee_number",)),
            ("civil-service.employee.lookup", ("full_name", "reason", "employee_number"), ("employee_number",)),
        )
    ]
    found = find_supplied(read_meanings(LEAVE.fields, lexicon), forms)
    assert {(one.field.name, one.operation) for one in found} == {
        ("nama_lengkap", "civil-service.employee.lookup"), ("alasan", "civil-service.employee.lookup"),
    }  # fmt: skip


def test_two_masters_of_one_thing_are_named_in_either_language(index: Index, model: PairModel) -> None:
    index.put(TWIN)
    assert [(one.master, one.app) for one in screen(index, model, LEAVE).clashes] == [("data cuti", "kota-b.leave")]


def test_what_is_lacking_to_serve_is_named(index: Index, model: PairModel) -> None:
    index.put(TWIN)
    assert screen(index, model, LEAVE).extend[0].fields == ("atasan_langsung",)


def test_an_envelope_that_many_unlike_services_share_is_no_evidence(lexicon: Lexicon, model: PairModel) -> None:
    envelope = tuple(map(Field, ("txnId", "consentId", "dataConsumer", "dataProvider", "permission", "signature")))
    names = (
        "Kelahiran",
        "Pajak",
        "Banjir",
        "Perpustakaan",
        "Beasiswa",
        "Pelabuhan",
        "Halal",
        "Pensiun",
        "Irigasi",
        "Museum",
        "Kurikulum",
        "Radio",
    )
    apps = [
        App(id=f"a{at}.x", owner=f"a{at}", title=Text(id=name), fields=(*envelope, Field(f"nomor_{name}")),
            interfaces=(Interface("openapi", operations=("POST /data",)),))
        for at, name in enumerate(names)
    ]  # fmt: skip
    index = build_index(apps, lexicon)
    assert {"txnid", "consentid"} <= index.envelopes[0].keys
    for match in find_matches(index, model, replace(apps[0], id="?")):
        assert match.app.id == "a0.x" or match.verdict.word not in STRONG


def test_screening_an_empty_catalogue_or_an_empty_proposal_finds_nothing(lexicon: Lexicon, model: PairModel, index: Index) -> None:
    empty = App(id="?", owner="", title=Text())
    assert screen(build_index([], lexicon), model, LEAVE).matches == ()
    assert all(match.verdict.word not in STRONG for match in screen(index, model, empty).matches)


def test_in_a_catalogue_of_two_what_is_the_same_is_called_so(lexicon: Lexicon, model: PairModel) -> None:
    assert screen(build_index([LEAVE, TWIN], lexicon), model, LEAVE).strongest == "duplicate"
