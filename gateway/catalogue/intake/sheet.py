"""The XML inside a workbook, as a stream: rows of a sheet, shared texts, names of sheets.

Laws: 1. No tree is made: held are a row, a text, a list of names, each bounded. 2. A document type is refused, so there are no entities.
3. A formula gives its last value; an error is no value.
Must not know: archives, headings. Source: ISO/IEC 29500-1, 18.3 (worksheets), 18.4 (shared strings).
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final, Generic, NamedTuple, Protocol, TypeVar
from xml.parsers import expat

from .table import Cell, Line

TEXTS_MAX: Final = 2_000_000
TEXT_CHARS_MAX: Final = 64 << 20
NAMES_MAX: Final = 10_000
COLUMNS_MAX: Final = 500
CELL_CHARS_MAX: Final = 32_768
_PIECE: Final = 1 << 16
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SPACE = " "


class TooMuch(ValueError):
    """A part holds more than is read; the text says what."""


class DocumentType(ValueError):
    """A part has a document type."""


BROKEN = (  # what a damaged archive makes the libraries raise; all of it means: this part cannot be read
    expat.ExpatError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, ValueError, LookupError, OverflowError,
    NotImplementedError, RuntimeError, EOFError,
)  # fmt: skip
_Made = TypeVar("_Made")


class Reader(Protocol, Generic[_Made]):
    """What takes the events of a part and gives what it made of them."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element; its local name."""

    def end(self, name: str) -> None:
        """Take its end."""

    def data(self, text: str) -> None:
        """Take text."""

    def take(self) -> list[_Made]:
        """Give what was made since."""


def walk_xml(stream: IO[bytes], reader: Reader[_Made]) -> Iterator[_Made]:
    """Send the events of an XML stream to a reader; give what it makes, piece by piece.

    Faults: those of BROKEN, TooMuch.
    """
    parser = expat.ParserCreate(namespace_separator=_SPACE)
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: reader.start(name.rpartition(_SPACE)[2], attributes)
    parser.EndElementHandler = lambda name: reader.end(name.rpartition(_SPACE)[2])
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = _refuse
    while piece := stream.read(_PIECE):
        parser.Parse(piece, False)
        yield from reader.take()
    parser.Parse(b"", True)
    yield from reader.take()


def _refuse(*_: object) -> None:
    raise DocumentType


class NamesReader:
    """Keeps the attributes of the elements of one name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Keep it where it has the name."""
        if name == self.name:
            if len(self.found) >= NAMES_MAX:
                raise TooMuch(f"more than {NAMES_MAX:,} of {name}")
            self.found.append(attributes)

    def end(self, name: str) -> None:
        """Do nothing."""

    def data(self, text: str) -> None:
        """Do nothing."""

    def take(self) -> list[str]:
        """Give nothing."""
        return []


class TextsReader:
    """Gives the shared texts; what is said of a text's pronunciation is none of it."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.parts: list[str] = []
        self.count = self.chars = self.spoken = 0
        self.is_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an item, or a run of it."""
        if name == "si":
            self.parts = []
        self.spoken += name == "rPh"
        self.is_text = name == "t" and not self.spoken

    def end(self, name: str) -> None:
        """End an item."""
        self.is_text = False
        self.spoken -= name == "rPh"
        if name == "si":
            self.count += 1
            self.made.append("".join(self.parts))
            if self.count > TEXTS_MAX:
                raise TooMuch(f"more than {TEXTS_MAX:,} texts")

    def data(self, text: str) -> None:
        """Take a run."""
        if self.is_text:
            self.chars += len(text)
            if self.chars > TEXT_CHARS_MAX:
                raise TooMuch(f"texts of more than {TEXT_CHARS_MAX:,} characters")
            self.parts.append(text)

    def take(self) -> list[str]:
        """Give the texts since."""
        made, self.made = self.made, []
        return made


class SheetReader:
    """Gives the rows of a sheet."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.made: list[Line] = []
        self.cells: dict[int, Cell] = {}
        self.last = self.place = self.spoken = 0
        self.kind = ""
        self.is_formula = self.is_text = False
        self.parts: list[str] = []
        self.chars = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell, or a part of one."""
        if name == "c":
            named = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.place = place_of(named[1]) if named is not None else self.place + 1
            self.kind, self.is_formula, self.parts, self.chars = attributes.get("t", "n"), False, [], 0
        elif name == "row":
            self.last = _whole(attributes.get("r", "")) or self.last + 1
            self.cells, self.place = {}, 0
        elif name == "f":
            self.is_formula = True
        self.spoken += name == "rPh"
        self.is_text = name == "v" or (name == "t" and not self.spoken)

    def end(self, name: str) -> None:
        """End a cell or a row."""
        self.is_text = False
        self.spoken -= name == "rPh"
        if name == "c" and self.place <= COLUMNS_MAX:
            cell = self._cell("".join(self.parts))
            if cell is not None:
                self.cells[self.place] = cell
        elif name == "row":
            self.made.append(Line(self.last, self.cells))

    def data(self, text: str) -> None:
        """Take a piece of a cell's value; what is beyond the bound is not kept."""
        if self.is_text and self.chars <= CELL_CHARS_MAX:
            self.chars += len(text)
            self.parts.append(text)

    def take(self) -> list[Line]:
        """Give the rows since."""
        made, self.made = self.made, []
        return made

    def _cell(self, value: str) -> Cell | None:
        if self.kind == "e":
            return Cell("", self.is_formula, f"the cell holds an error ({value[:12]})")
        if self.chars > CELL_CHARS_MAX:
            return Cell("", self.is_formula, f"longer than {CELL_CHARS_MAX:,} characters")
        text = self._text(value)
        if self.is_formula and not text:
            return Cell("", True, "a formula without a value: the workbook was never computed")
        return Cell(text, self.is_formula) if text.strip() else None

    def _text(self, value: str) -> str:
        if self.kind == "s":
            index = _whole(value)
            return self.texts[index] if index is not None and index < len(self.texts) else ""
        return _number_text(value) if self.kind == "n" else value


class Span(NamedTuple):
    """Cells that are merged over rows, in one column: that of the first of them."""

    first: int
    last: int
    place: int


def read_span(reference: str) -> Span | None:
    """Read the reference of merged cells: C3:D9."""
    ends = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return Span(int(ends[0][2]), int(ends[1][2]), place_of(ends[0][1]))


def place_of(letters: str) -> int:
    """Give the number of a column: A → 1, AA → 27."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _number_text(text: str) -> str:
    """Give a number without what a spreadsheet adds to it: 1.25E6 and 1250000.0 are 1250000."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 10**15 else text
