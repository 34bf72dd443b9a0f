"""Words: names of fields and texts become concepts, in either language and however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue.overlap.glossary import GlossaryError, Part, decode_part
from gateway.catalogue.overlap.words import Lexicon


def concepts(lexicon: Lexicon, name: str) -> list[str]:
    return [term.concepts[0] for term in lexicon.read_field(name).terms]


@pytest.mark.parametrize("name", ["tanggal_lahir", "TGL_LAHIR", "tglLahir", "tgllahir", "TGL_LHR", "dateOfBirth", "date_of_birth", "dob"])
def test_however_a_field_is_written_it_means_the_same(lexicon: Lexicon, name: str) -> None:
    assert concepts(lexicon, name) == ["date-of-birth"]


@pytest.mark.parametrize(("name", "meant"), [("noTelp", "phone"), ("jns_kelamin", "sex"), ("no_kk", "family-card"), ("kd_pos", "code")])
def test_short_forms_are_expanded_in_names_of_fields(lexicon: Lexicon, name: str, meant: str) -> None:
    assert meant in {concept for term in lexicon.read_field(name).terms for concept in term.concepts}


def test_a_short_form_means_nothing_in_running_text(lexicon: Lexicon) -> None:
    said = {concept for term in lexicon.read_text("kd tgl jml") for concept in term.concepts}
    assert said == {"=kd", "=tgl", "=jml"}


def test_columns_that_any_table_has_are_known_as_such(lexicon: Lexicon) -> None:
    assert all(lexicon.read_field(name).is_housekeeping for name in ("created_at", "updatedAt", "deleted_at", "dibuat_oleh"))
    assert not lexicon.read_field("tanggal_lahir").is_housekeeping


@pytest.mark.parametrize(
    ("indonesian", "english"),
    [
        ("surat izin mengemudi", "driving licence"),
        ("pengelolaan kepegawaian", "personnel administration"),
        ("memetakan tombol", "map buttons"),
    ],
)
def test_both_languages_give_the_same_concepts(lexicon: Lexicon, indonesian: str, english: str) -> None:
    left, right = ({one for term in lexicon.read_text(text) for one in term.concepts} for text in (indonesian, english))
    assert left & right


def test_a_composed_concept_is_known_with_its_parts(lexicon: Lexicon) -> None:
    assert lexicon.find_atoms("letter-date") == {"letter", "date"}


@given(st.text(max_size=40))
def test_any_name_and_any_text_is_read_and_cites_only_what_is_there(lexicon: Lexicon, text: str) -> None:
    assert lexicon.read_field(text).terms
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    for term in lexicon.read_text(text) if text.isascii() else ():
        assert all(word in words for word in term.surface.split())


def test_the_glossary_holds_six_hundred_entries_and_more(parts: list[Part]) -> None:
    assert sum(len(part.concepts) for part in parts if part.kind != "word") >= 600


def test_a_deployment_adds_words_to_a_concept(parts: list[Part]) -> None:
    more = decode_part({"glossary": "zz", "version": "1", "kind": "thing", "concepts": {"date-of-birth": {"short": ["tlhr"]}}})
    assert concepts(Lexicon([*parts, more]), "tlhr") == ["date-of-birth"]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"glossary": "x", "version": "1", "kind": "thing"},
        {"glossary": "x", "version": "1", "kind": "odd", "concepts": {"a": {"id": ["b"]}}},
        {"glossary": "x", "version": "1", "kind": "thing", "concepts": {}},
        {"glossary": "x", "version": "1", "kind": "thing", "concepts": {"a": {"fr": ["b"]}}},
        {"glossary": "x", "version": "1", "kind": "thing", "concepts": {"a": {"id": [False]}}},
    ],
)
def test_a_wrong_part_is_refused_with_its_place(wrong: object) -> None:
    with pytest.raises(GlossaryError, match=r"here\.yaml"):
        decode_part(wrong, "here.yaml")  # type: ignore[arg-type]
