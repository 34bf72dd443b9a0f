"""Workbooks: what openpyxl writes is read alike, and what is hostile is refused before it is unpacked."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.catalogue.intake import workbook
from gateway.catalogue.intake.findings import Finding
from gateway.catalogue.intake.table import Line, letters_of
from gateway.catalogue.intake.workbook import Workbook
from tests.unit.catalogue.intake.reading import read

HEAD = ("id", "Nama Aplikasi", "OPD", "Biaya")
SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def make(*sheets: tuple[str, list[tuple[object, ...]]]) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return share(out.getvalue())


def share(raw: bytes) -> bytes:
    """Put the texts of all cells into the shared texts, as other programs write them."""
    texts: list[bytes] = []

    def keep(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return found[1] + b't="s"><v>%d</v></c>' % (len(texts) - 1)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(rb'(<c [^>]*)t="inlineStr"><is>(.*?)</is></c>', keep, text, flags=re.DOTALL)
            new.writestr(name, text.replace(b"</Types>", SHARED + b"</Types>") if name == "[Content_Types].xml" else text)
        items = b"".join(b"<si>" + text + b"</si>" for text in texts)
        new.writestr("xl/sharedStrings.xml", b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + items + b"</sst>")
    return out.getvalue()


def change(raw: bytes, part: str, text: bytes) -> bytes:
    """Put another part in the place of one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return out.getvalue()


cells = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=12)
)


@given(st.lists(st.lists(cells, max_size=6), max_size=6))
@settings(max_examples=40, deadline=None)
def test_the_cells_are_those_that_another_reader_sees(rows: list[list[object]]) -> None:
    rows = [["'" + each if isinstance(each, str) and each.startswith("=") else each for each in row] for row in rows]
    raw = make(("Daftar", [tuple(row) for row in rows]))
    oracle = openpyxl.load_workbook(io.BytesIO(raw), read_only=True)["Daftar"]
    theirs = {
        (cell.row, cell.column): str(int(cell.value)) if isinstance(cell.value, bool) else str(cell.value)
        for row in oracle.iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    }
    book = Workbook("x.xlsx", io.BytesIO(raw))
    lines = [line for line in book.read(book.sheets[0]) if isinstance(line, Line)]
    assert {(line.line, place): cell.text for line in lines for place, cell in line.cells.items()} == theirs


def test_a_wrong_cell_is_named_by_sheet_and_letters_and_the_good_rows_are_kept() -> None:
    made = read("x.xlsx", make(("Daftar", [("DAFTAR APLIKASI",), (), HEAD, ("a.a", "A", "A", "banyak"), ("a.b", "B", "A", 4.5e8)])))
    assert made.ids == ["a.b"]
    assert made.drafts[0].rows["cost"] == {"rupiah": 450_000_000}
    assert made.errors[0].startswith('error: x.xlsx:4 (row 1, Daftar, D4 "Biaya"): no number: "banyak"')


def test_every_sheet_that_is_visible_is_read() -> None:
    made = read("x.xlsx", make(("Satu", [HEAD, ("a.a", "A", "A", 1)]), ("Dua", [HEAD, ("a.b", "B", "A", 1)]), ("Catatan", [("hal",)])))
    assert made.ids == ["a.a", "a.b"]
    assert [each.part for each in made.columns] == ["Satu", "Dua"]
    assert "Catatan" in made.errors[0]


def test_a_hidden_sheet_is_passed_over_and_said() -> None:
    book = openpyxl.load_workbook(io.BytesIO(make(("Satu", [HEAD]), ("Dua", [HEAD, ("a.b", "B", "A", 1)]))))
    book["Dua"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    made = read("x.xlsx", out.getvalue())
    assert made.ids == []
    assert "hidden" in made.findings[-1].message


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c r="D2"><f>1+1</f><v>7</v></c>', ""),
        ('<c r="D2"><f>1+1</f></c>', "a formula without a value"),
        ('<c r="D2" t="e"><v>#REF!</v></c>', "the cell holds an error (#REF!)"),
        ('<c r="D2" t="str"><f>HYPERLINK()</f><v>=evil()</v></c>', "a formula stands where a value belongs"),
        ('<c r="D2" t="s"><v>999999</v></c>', ""),
        (f'<c r="D2" t="inlineStr"><is><t>{"9" * 40_000}</t></is></c>', "longer than"),
    ],
)
def test_a_formula_gives_its_last_value_and_what_has_none_is_refused(cell: str, said: str) -> None:
    head = "".join(f'<c r="{letters_of(place)}1" t="inlineStr"><is><t>{text}</t></is></c>' for place, text in enumerate(HEAD, 1))
    row = "".join(f'<c r="{letters_of(place)}2" t="inlineStr"><is><t>a.a</t></is></c>' for place in (1, 2, 3))
    text = SHEET.format(f'<row r="1">{head}</row><row r="2">{row}{cell}</row>')
    made = read("x.xlsx", change(make(("Daftar", [HEAD])), "xl/worksheets/sheet1.xml", text.encode()))
    assert any(said in error for error in made.errors) if said else (made.ids, made.errors) == (["a.a"], [])
    if "<v>7</v>" in cell:
        assert made.drafts[0].rows["cost"] == {"rupiah": 7}
        assert "its last value was taken" in made.findings[-1].message


def test_rows_and_cells_without_references_follow_one_another() -> None:
    rows = '<row><c t="inlineStr"><is><t>Nama</t></is></c><c t="inlineStr"><is><t>OPD</t></is></c></row>' + (
        '<row><c t="inlineStr"><is><r><t>Ka</t></r><rPh><t>dibaca</t></rPh><r><t>fe</t></r></is></c>'
        '<c t="inlineStr"><is><t>A</t></is></c></row>'
    )
    made = read("x.xlsx", change(make(("Daftar", [HEAD])), "xl/worksheets/sheet1.xml", SHEET.format(rows).encode()))
    assert (made.ids, made.drafts[0].place.line) == (["a.kafe"], 2)


# --- hostile


def bomb(size: int) -> bytes:
    return change(make(("Daftar", [HEAD])), "xl/worksheets/sheet1.xml", SHEET.format(" " * size).encode())


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = bomb(8 << 20)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    made = read("x.xlsx", raw)
    assert "a zip bomb" in made.errors[0]


def test_a_part_that_says_less_than_it_unpacks_to_gives_no_more_than_it_says() -> None:
    raw = bytearray(bomb(1 << 16))
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"xl/worksheets/sheet1.xml"))
    raw[at + 24 : at + 28] = (100).to_bytes(4, "little")  # the table of contents now says 100 bytes
    made = read("x.xlsx", bytes(raw))
    assert made.ids == []
    assert "broken" in made.errors[0]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row", "the sheet is broken behind this row"),
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>', "DocumentType"),
        ("xl/workbook.xml", b"nothing", "a broken workbook"),
        ("xl/_rels/workbook.xml.rels", b"", "a broken workbook"),
        ("xl/sharedStrings.xml", b"<sst><si><t>x", "a broken workbook"),
    ],
)
def test_a_broken_part_is_said_and_nothing_is_expanded(name: str, text: bytes, said: str) -> None:
    made = read("x.xlsx", change(make(("Daftar", [HEAD, ("a.a", "A", "A", 1)])), name, text))
    assert made.ids == []
    assert said in made.errors[0]


def test_rows_before_a_broken_place_are_kept() -> None:
    row = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("Nama", "OPD"))
    text = SHEET.format(f"<row>{row}</row><row>{row.replace('Nama', 'A')}</row>").replace("</sheetData>", "<<")
    made = read("x.xlsx", change(make(("Daftar", [HEAD])), "xl/worksheets/sheet1.xml", text.encode()))
    assert made.ids == ["opd.a"]
    assert len(made.errors) == 1


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "an old .xls, or a workbook behind a password"),
        (b"Nama,OPD\n", "no workbook"),
        (b"", "no workbook"),
        (b"PK\x05\x06" + b"\0" * 18, "xl/workbook.xml is missing"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(raw: bytes, said: str) -> None:
    assert said in read("x.xlsx", raw).errors[0]


def test_a_workbook_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "PARTS_MAX", 3)
    assert "more than 3 parts" in read("x.xlsx", make(("Daftar", [HEAD]))).errors[0]


def test_shared_texts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.catalogue.intake import sheet

    monkeypatch.setattr(sheet, "TEXT_CHARS_MAX", 10)
    assert "texts of more than 10 characters" in read("x.xlsx", make(("Daftar", [HEAD]))).errors[0]


def test_a_reading_never_raises_whatever_is_changed() -> None:
    raw = make(("Daftar", [HEAD, ("a.a", "A", "A", 1)]))
    for at in range(0, len(raw), 7):
        made = read("x.xlsx", raw[:at] + bytes([raw[at] ^ 0x5A]) + raw[at + 1 :])
        assert all(isinstance(each, Finding) for each in made.findings)


def merged(*spans: str, head: tuple[object, ...] = HEAD, rows: tuple[tuple[object, ...], ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    for row in (head, *rows):
        sheet.append(row)
    for span in spans:
        sheet.merge_cells(span)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_is_merged_over_rows_stands_in_each_of_them_and_nothing_beyond() -> None:
    rows = (("a.one", "Satu", "dinas-a", 1), ("a.two", "Dua", None, 2), ("a.three", "Tiga", None, 3), ("a.four", "Empat", "dinas-b", 4))
    found = read("x.xlsx", merged("C2:C3", "A7:D7", rows=rows))
    assert [(draft.rows["app"], draft.rows.get("owner")) for draft in found.drafts] == [
        ("a.one", "dinas-a"), ("a.two", "dinas-a"), ("a.three", None), ("a.four", "dinas-b"),
    ]  # fmt: skip


def test_a_heading_of_two_rows_gives_no_entry_of_its_own() -> None:
    rows = ((None, None, None, "2026"), ("a.one", "Satu", "dinas-a", 1))
    found = read("x.xlsx", merged("A1:A2", "B1:B2", "C1:C2", rows=rows))
    assert [draft.rows["app"] for draft in found.drafts] == ["a.one"]
