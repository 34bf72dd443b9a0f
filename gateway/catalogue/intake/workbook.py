"""XLSX → rows of cells, as a stream.

Laws: 1. What a workbook unpacks to is bounded before anything is unpacked; no part is read beyond what its table of contents says.
2. Held are the shared texts (bounded) and a few rows.
Must not know: headings, what stands in a part. Source: ISO/IEC 29500-2 (the archive), 29500-1 18.2 (the workbook).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from .findings import Finding, Place
from .sheet import BROKEN, NamesReader, SheetReader, Span, TextsReader, TooMuch, read_span, walk_xml
from .table import Cell, Line

PARTS_MAX: Final = 2_000
UNPACKED_MAX: Final = 1 << 30
TIMES_MAX: Final = 200  # what a part may unpack to, as a multiple of its size: spreadsheets have 10 to 30
SMALL: Final = 1 << 20  # below it a part may be as dense as it likes
_OLD = b"\xd0\xcf\x11\xe0"


class BadWorkbook(Exception):
    """A file that is no workbook that is read; the text says why, `hint` what to do."""

    def __init__(self, message: str, hint: str = "save it anew as .xlsx, or as CSV in UTF-8") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its part in the archive, whether it is hidden."""

    name: str
    part: str
    is_hidden: bool


class Workbook:
    """A workbook, opened from a stream."""

    __slots__ = ("_archive", "_texts", "file", "sheets")

    def __init__(self, file: str, stream: BinaryIO) -> None:
        """Look through the archive; read the names of the sheets and the shared texts.

        Faults: BadWorkbook.
        """
        self.file = file
        if stream.read(4) == _OLD:
            raise BadWorkbook("an old .xls, or a workbook behind a password")
        stream.seek(0)
        try:
            self._archive = zipfile.ZipFile(stream)
        except BROKEN as error:
            raise BadWorkbook(f"no workbook: {error}") from None
        _check_sizes(self._archive)
        try:
            self.sheets = _list_sheets(self._archive)
            self._texts = _read_texts(self._archive)
        except TooMuch as error:
            raise BadWorkbook(str(error), "split it") from None
        except BROKEN as error:
            raise BadWorkbook(f"a broken workbook: {type(error).__name__}") from None

    def read(self, sheet: Sheet) -> Iterator[Line | Finding]:
        """Give the rows of a sheet; what is broken further down ends it with a finding."""
        reader = SheetReader(self._texts)
        try:
            spans = self._read_spans(sheet)
            with self._archive.open(sheet.part) as part:
                yield from fill_spans(walk_xml(part, reader), spans) if spans else walk_xml(part, reader)
        except TooMuch as error:
            yield Finding("error", Place(self.file, 0, 0, sheet.name), str(error), "split it")
        except BROKEN as error:
            yield from reader.take()
            place = Place(self.file, reader.last, 0, sheet.name)
            yield Finding(
                "error", place, f"the sheet is broken behind this row: {type(error).__name__}", "save it anew; the rest is not read"
            )

    def _read_spans(self, sheet: Sheet) -> list[Span]:
        """Give the merged cells of a sheet that go over several rows; they stand behind its rows."""
        merged = NamesReader("mergeCell")
        try:
            with self._archive.open(sheet.part) as part:
                list(walk_xml(part, merged))
        except TooMuch:
            raise
        except BROKEN:  # said when the rows are read
            return []
        found = (read_span(each.get("ref", "")) for each in merged.found)
        return sorted(span for span in found if span is not None and span.first < span.last)


def fill_spans(lines: Iterator[Line], spans: Sequence[Span]) -> Iterator[Line]:
    """Give rows with the cells that are merged over several of them in each: what an owner stands beside once is all the owner's."""
    waiting = list(reversed(spans))
    open_: list[tuple[Span, Cell | None]] = []
    for line in lines:
        open_ = [(span, cell) for span, cell in open_ if span.last >= line.line]
        for span, cell in open_:
            if cell is not None:
                line.cells.setdefault(span.place, cell)
        while waiting and waiting[-1].first <= line.line:
            span = waiting.pop()
            open_.append((span, line.cells.get(span.place) if span.first == line.line else None))
        yield line


def _check_sizes(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > PARTS_MAX:
        raise BadWorkbook(f"more than {PARTS_MAX:,} parts")
    dense = [part for part in parts if part.file_size > SMALL and part.file_size > TIMES_MAX * max(part.compress_size, 1)]
    if dense or sum(part.file_size for part in parts) > UNPACKED_MAX:
        raise BadWorkbook(f"it would unpack to more than {UNPACKED_MAX >> 20} MiB or {TIMES_MAX} times its size", "a zip bomb, or split it")
    if any(part.flag_bits & 1 for part in parts):
        raise BadWorkbook("its parts are behind a password")


def _list_sheets(archive: zipfile.ZipFile) -> tuple[Sheet, ...]:
    if "xl/workbook.xml" not in archive.namelist():
        raise BadWorkbook("no workbook: xl/workbook.xml is missing")
    relations, sheets = NamesReader("Relationship"), NamesReader("sheet")
    for part, reader in (("xl/_rels/workbook.xml.rels", relations), ("xl/workbook.xml", sheets)):
        with archive.open(part) as stream:
            list(walk_xml(stream, reader))
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations.found}
    found = []
    for each in sheets.found:
        target = targets.get(next((value for name, value in each.items() if name.endswith(" id")), ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part.startswith("xl/worksheets/"):
            found.append(Sheet(each.get("name", "")[:100], part, each.get("state") in ("hidden", "veryHidden")))
    return tuple(found)


def _read_texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    with archive.open("xl/sharedStrings.xml") as part:
        return list(walk_xml(part, TextsReader()))
