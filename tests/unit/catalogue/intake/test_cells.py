# ruff: noqa: E501 - tables
"""Cells and headings as agencies write them."""

from __future__ import annotations

import pytest

from gateway.catalogue.intake.cells import CONVERTERS, Wrong, convert_cell, guard_cell, make_slug, unguard_cell
from gateway.catalogue.intake.headings import HEADINGS, IGNORED, find_key, read_headings


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("450000000", 450_000_000), ("450000000.0", 450_000_000), ("Rp 1.250.000,00", 1_250_000), ("Rp1.000.000.000,-", 10**9),
        ("1,250,000", 1_250_000), ("1.250", 1_250), ("1 250 000", 1_250_000), ("2,5 miliar", 2_500_000_000), ("Rp. 500 juta", 500_000_000),
        ("1.2 billion", 1_200_000_000), ("12.345 pengguna", 12_345), ("IDR 7", 7), ("0", 0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written_in_indonesia_or_in_english(text: str, number: int) -> None:
    assert convert_cell("users", text) == number


@pytest.mark.parametrize(
    ("text", "rupiah"),
    [
        ("1.234.567,89", 1_234_568),
        ("1,234,567.49", 1_234_567),
        ("1234567.89", 1_234_568),
        ("Rp 45.000.000,00", 45_000_000),
        ("1.234.567,5", 1_234_568),
    ],
)
def test_cents_of_an_amount_are_rounded_and_no_other_number_is(text: str, rupiah: int) -> None:
    assert convert_cell("cost.rupiah", text) == rupiah
    assert isinstance(convert_cell("users", text), int) == text.endswith(",00")


@pytest.mark.parametrize("text", ["12,34", "1.5", "999,99", "0,5"])
def test_a_small_amount_with_a_fraction_is_refused_for_it_may_be_of_millions(text: str) -> None:
    assert isinstance(convert_cell("cost.rupiah", text), Wrong)


@pytest.mark.parametrize("text", ["2026-01-31", "2026-01-31T00:00:00", "31/01/2026", "1-1-2026", "31.01.2026"])
def test_the_year_of_a_day_is_its_year_and_a_number_of_days_is_none(text: str) -> None:
    assert convert_cell("cost.year", text) == 2026
    assert "kept as a number" in convert_cell("cost.year", "46023").hint  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["banyak", "1.25", "1.2.3", "-5", "5 M", "1,250 juta", "1e999", "9" * 30, "½", "٣", "12 12", "Rp"])
def test_a_number_that_is_none_or_that_two_readers_read_differently_is_refused(text: str) -> None:
    assert isinstance(convert_cell("cost.rupiah", text), Wrong)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("lifecycle", "Tidak Aktif", "retired"), ("lifecycle", "Dalam  pengembangan", "building"), ("class", "Aplikasi Umum", "shared"),
        ("cost.year", "2024.0", 2024), ("owner", "Dinas Kesehatan Kab. Sleman", "dinas-kesehatan-kab-sleman"), ("app", "Karawang/SIMPEG", "karawang.simpeg"),
        ("legal_basis", "UU 24/2013, Permendagri 102/2019", ["UU 24/2013", "Permendagri 102/2019"]), ("inputs", "- a\n- b", ["a", "b"]),
        ("outputs", "a, b; c", ["a, b", "c"]), ("inputs", '["a; b"]', ["a; b"]), ("title.id", "  SIMPEG ", "SIMPEG"), ("decided.until", "2027-01-31", "2027-01-31"),
        ("fields", "warga.nik:char(16)<dukcapil.siak", [{"name": "nik", "group": "warga", "type": "char(16)", "source": "dukcapil.siak"}]),
        ("fields", "nik, gaji:decimal(10,2)", [{"name": "nik"}, {"name": "gaji", "type": "decimal(10,2)"}]),
    ],
)  # fmt: skip
def test_a_cell_gives_its_value(key: str, text: str, value: object) -> None:
    assert convert_cell(key, text) == value


@pytest.mark.parametrize("text", ["", " ", "-", "N/A", "tidak ada", "null"])
@pytest.mark.parametrize("key", CONVERTERS)
def test_a_cell_that_says_nothing_gives_nothing(key: str, text: str) -> None:
    assert convert_cell(key, text) is None


@pytest.mark.parametrize("key", CONVERTERS)
def test_a_formula_is_no_value(key: str) -> None:
    assert isinstance(convert_cell(key, "=1+1"), Wrong)


@pytest.mark.parametrize(
    ("key", "text"),
    [("lifecycle", "hidup"), ("class", "besar"), ("cost.year", "24"), ("decided.until", "31/12/2027"), ("app", "123"), ("fields", ":char")],
)
def test_a_cell_of_none_of_the_known_words_is_refused_with_what_would_do(key: str, text: str) -> None:
    made = convert_cell(key, text)
    assert isinstance(made, Wrong)
    assert made.hint


@pytest.mark.parametrize("text", ["=1", "+62 21", "-x", "@a", " =1", "\t=1", "'=1", "''=1", "＝1"])
def test_what_a_spreadsheet_would_compute_is_kept_a_text_and_comes_back(text: str) -> None:
    assert guard_cell(text).startswith("'")
    assert unguard_cell(guard_cell(text)) == text


@pytest.mark.parametrize("text", ["", "a=b", "Jum'at", "'60-an", "x"])
def test_other_texts_leave_as_they_are(text: str) -> None:
    assert guard_cell(text) == text
    assert unguard_cell(text) == text


def test_an_id_is_made_of_any_letters() -> None:
    assert make_slug("Sistem Informasi Café & Réstoran (v2)") == "sistem-informasi-cafe-restoran-v2"
    assert make_slug("٣ … 中") == ""
    assert len(make_slug("x" * 500)) == 49
    assert make_slug("x" * 60 + " Sleman") != make_slug("x" * 60 + " Bantul")


# --- headings


def test_every_key_of_a_column_has_a_converter_and_its_own_name_is_a_heading() -> None:
    assert set(CONVERTERS) == set(HEADINGS) - {IGNORED}
    assert {key: find_key(key) for key in CONVERTERS} == {key: (key, "exact") for key in CONVERTERS}


def test_a_heading_means_one_key() -> None:
    headings = [heading for group in HEADINGS.values() for heading in group]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    ("heading", "key", "sure"),
    [
        ("Nama Aplikasi", "title.id", "exact"), ("NAMA  APLIKASI*", "title.id", "exact"), ("Biaya (Rp)", "cost.rupiah", "exact"),
        ("Application Name", "title.en", "exact"), ("Dsar hukum", "legal_basis", "guess"), ("Warna", "", "exact"), ("No.", IGNORED, "exact"),
    ],
)  # fmt: skip
def test_a_heading_is_known_in_both_languages_or_said_to_be_a_guess_or_nothing(heading: str, key: str, sure: str) -> None:
    assert find_key(heading) == (key, sure)


@pytest.mark.parametrize(
    ("register", "keys"),
    [
        (  # the table of a city's register
            "nama_aplikasi fungsi_aplikasi jenis_aplikasi produsen informasi_terkait_input informasi_terkait_output dasar_hukum",
            "title.id function class owner inputs outputs legal_basis",
        ),
        ("name purpose owner stored_data legislations topics status", "title.en description.en owner masters legal_basis sector lifecycle"),
    ],
)
def test_the_columns_of_registers_that_exist_are_understood(register: str, keys: str) -> None:
    assert [find_key(heading) for heading in register.split()] == [(key, "exact") for key in keys.split()]


def test_what_a_person_says_of_a_heading_goes_before_what_is_known() -> None:
    columns = read_headings({1: "Nama", 2: "Warna", 3: "OPD"}, {"warna": "sector", "OPD": ""})
    assert [(column.key, column.sure) for column in columns] == [("title.id", "exact"), ("sector", "said"), ("", "said")]


def test_a_key_is_taken_once_and_the_other_column_says_so() -> None:
    first, second = read_headings({1: "Instansi", 2: "OPD"}, {})
    assert (first.key, second.key) == ("owner", "")
    assert "Instansi" in second.why
