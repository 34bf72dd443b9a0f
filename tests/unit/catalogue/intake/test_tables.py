"""CSV as spreadsheets and people write it: the good rows come in, the others are named with line, row and cell."""

from __future__ import annotations

import pytest

from gateway.catalogue.intake import delimited, table
from gateway.catalogue.intake.draft import Hints
from tests.unit.catalogue.intake.reading import read

HEAD = "id,Nama Aplikasi,OPD,Biaya\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_whatever_wrote_it(separator: str, encoding: str, end: str) -> None:
    text = separator.join(["Nama", "OPD"]) + end + separator.join(["Kafé", "Dinas A"]) + end
    made = read("x.csv", text.encode(encoding))
    assert (made.ids, made.errors) == (["dinas-a.kafe"], [])
    assert made.drafts[0].rows["title"] == {"id": "Kafé"}


def test_a_line_that_names_its_separator_is_no_row() -> None:
    assert read("x.csv", b"sep=;\r\nNama;OPD\r\nA, B;C\r\n").drafts[0].rows["title"] == {"id": "A, B"}


def test_titles_above_the_headings_are_passed_over_and_headings_in_between_too() -> None:
    raw = "DAFTAR APLIKASI\n,,\nper 2026,,\nNo,Nama,OPD\n1,A,B\nNo,Nama,OPD\n2,C,D\n"
    assert read("x.csv", raw.encode()).ids == ["b.a", "d.c"]


def test_a_cell_may_hold_lines_and_separators() -> None:
    made = read("x.csv", (HEAD + 'a.b,"Satu,\n""dua""",A,5\na.c,Tiga,A,6\n').encode())
    assert made.drafts[0].rows["title"] == {"id": 'Satu,\n"dua"'}
    assert (made.drafts[0].place.line, made.drafts[1].place.line) == (2, 4)


def test_a_wrong_cell_refuses_its_row_with_line_row_and_cell() -> None:
    made = read("x.csv", (HEAD + "a.a,A,A,banyak\na.b,B,A,7\n").encode())
    assert made.ids == ["a.b"]
    assert made.errors[0].startswith('error: x.csv:2 (row 1, "Biaya"): no number: "banyak"')


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    assert len(read("x.csv", b"id,Nama,OPD,Biaya,Status,Tahun\na.a,A,A,banyak,hidup,24\n").errors) == 3


def test_a_quote_that_is_never_closed_refuses_its_own_line_only() -> None:
    made = read("x.csv", (HEAD + 'a.a,"A,A,1\n' + "".join(f"a.r{n},R,A,1\n" for n in range(300))).encode())
    assert len(made.ids) == 300
    assert made.errors == ['error: x.csv:2: a quote that is never closed; inside quotes a quote is written twice: ""']


def test_a_line_in_another_encoding_is_refused_alone_and_the_likely_one_is_named() -> None:
    raw = HEAD.encode() + b"a.a,Kaf\xe9,A,1\na.b,B,A,1\n"
    made = read("x.csv", raw)
    assert made.ids == ["a.b"]
    assert "not utf-8: byte 0xe9" in made.errors[0]
    assert "--encoding windows-1252 would read 'é'" in made.errors[0]
    assert read("x.csv", raw, Hints(encoding="windows-1252")).drafts[0].rows["title"] == {"id": "Kafé"}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", ""),
        (b"\n\n", ""),
        (b"Warna,Rasa\nmerah,manis\n", "no row of headings is understood"),
        (b"\x00\x01\x02" * 100, "holds zero bytes"),
        ("\ufeffNama".encode("utf-16-le") + b"\x00", "not utf-16"),
        (b"Nama\nA\n", "no owner"),
        (b"id,OPD\na.b,\n,A\n", "no name of an application"),
        (b"Nama,OPD\n" + b"\xe4\xb8\xad,A\n", "no id can be made"),
        (b"Nama,OPD\n\x07,A\n", "a control character (U+0007)"),
        (b"Nama,OPD\n" + b"x," * 600 + b"\n", "more than 500 columns"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_a_reason(raw: bytes, said: str) -> None:
    made = read("x.csv", raw)
    assert [draft for draft in made.drafts if draft.rows.get("title")] == []
    assert any(said in error for error in made.errors) or not said


def test_a_line_without_an_end_ends_the_reading_and_what_came_before_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LINE_CHARS_MAX", 100)
    made = read("x.csv", (HEAD + "a.a,A,A,1\n" + "x" * 1000 + "\na.b,B,A,1\n").encode())
    assert made.ids == ["a.a"]
    assert "a line of more than 100 characters" in made.errors[0]


def test_more_rows_than_the_bound_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "ROWS_MAX", 2)
    made = read("x.csv", (HEAD + "a.a,A,A,1\na.b,B,A,1\na.c,C,A,1\na.d,D,A,1\n").encode())
    assert (made.ids, len(made.errors)) == (["a.a", "a.b"], 1)


def test_what_the_file_does_not_say_of_the_owner_may_be_told() -> None:
    assert read("x.csv", b"Nama\nSIMPEG\n", Hints(owner="karawang")).ids == ["karawang.simpeg"]


def test_a_column_that_is_not_understood_is_reported() -> None:
    (found,) = read("x.csv", b"Nama,OPD,Warna\nA,B,merah\n").columns
    assert [(column.heading, column.key) for column in found.columns] == [("Nama", "title.id"), ("OPD", "owner"), ("Warna", "")]


def test_cells_that_are_empty_are_absent() -> None:
    assert read("x.csv", (HEAD + "a.a,A,A,-\n").encode()).drafts[0].rows == {"app": "a.a", "title": {"id": "A"}, "owner": "a"}


def test_an_empty_table_and_another_programs_spreadsheet_say_what_they_are() -> None:
    assert read("x.csv", b"").errors == ["error: x.csv: an empty file"]
    assert "save it as .xlsx" in read("x.ods", b"PK").errors[0] and "save it as .xlsx" in read("x.xls", b"").errors[0]
