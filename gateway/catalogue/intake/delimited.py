"""CSV → rows of cells: encodings, separators and quotes as spreadsheets write them.

Laws: 1. Held are a line and, inside quotes, a few lines more, never the file. 2. A quote that is never closed refuses its own line, not
the lines behind it. 3. A line that is not in the encoding is refused alone. 4. A line without an end ends the reading.
Must not know: headings. Source: RFC 4180.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from .findings import Finding, Place
from .table import Cell, Line

LINE_CHARS_MAX = 1 << 20
RECORD_LINES_MAX = 100
RECORD_CHARS_MAX = 1 << 17
COLUMNS_MAX = 500
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "iso-8859-1")
_SEPARATORS = ",;\t|"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LOST = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")
_SNIFF = 1 << 14


def read_delimited(file: str, stream: BinaryIO, encoding: str = "") -> Iterator[Line | Finding]:
    """Give the rows of a CSV.

    Shape: `encoding` one of ENCODINGS as a person said it, "" = by the byte order mark, else UTF-8.
    """
    head = stream.read(_SNIFF)
    stream.seek(0)
    chosen = encoding or next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    if b"\0" in head and not chosen.startswith("utf-16"):
        yield Finding("error", Place(file), "no text: it holds zero bytes", "save it as CSV in UTF-8")
        return
    lossy = "strict" if chosen.startswith("utf-16") else "surrogateescape"
    text = io.TextIOWrapper(stream, encoding=chosen, errors=lossy, newline="")
    try:
        yield from _Records(file, text, chosen).read()
    except UnicodeDecodeError as error:
        yield Finding("error", Place(file), f"not {chosen}: {error.reason}; what comes behind is not read", "say --encoding")
    finally:
        text.detach()


class _Records:
    """Puts lines together to records."""

    __slots__ = ("encoding", "file", "line", "separator", "text", "waiting")

    def __init__(self, file: str, text: io.TextIOWrapper, encoding: str) -> None:
        self.file, self.text, self.encoding = file, text, encoding
        self.waiting: deque[str] = deque()
        self.line = 0
        self.separator = ","

    def read(self) -> Iterator[Line | Finding]:
        """Give record after record."""
        is_first = True
        while line := self._next():
            self.line += 1
            if len(line) >= LINE_CHARS_MAX:
                yield Finding(
                    "error", Place(self.file, self.line), f"a line of more than {LINE_CHARS_MAX:,} characters", "the rest is not read"
                )
                return
            if is_first and (said := re.fullmatch(r"sep=(.)\s*", line.removeprefix("\ufeff"), re.IGNORECASE)):
                self.separator, is_first = said[1], False
                continue
            if is_first and self.separator == "," and line.strip():
                self.separator, is_first = _guess_separator(line), False
            made = self._record(line)
            if made is not None:
                yield made

    def _next(self) -> str:
        return self.waiting.popleft() if self.waiting else self.text.readline(LINE_CHARS_MAX)

    def _record(self, line: str) -> Line | Finding | None:
        """Read one record that begins with a line; lines that it does not need wait."""
        if not line.strip():
            return None
        first, lines = self.line, [line]
        while True:
            try:
                values = next(csv.reader(lines, delimiter=self.separator, strict=True))
                break
            except (csv.Error, StopIteration) as error:
                more = self._next() if "unexpected end" in str(error) and len(lines) < RECORD_LINES_MAX else ""
                if not more or sum(map(len, lines)) > RECORD_CHARS_MAX:
                    self.waiting.extendleft(reversed([*lines[1:], *([more] if more else [])]))
                    why = "a quote that is never closed" if "unexpected end" in str(error) else str(error)
                    return Finding("error", Place(self.file, first), why, 'inside quotes a quote is written twice: ""')
                lines.append(more)
        self.line += len(lines) - 1
        return self._check(first, values)

    def _check(self, line: int, values: list[str]) -> Line | Finding:
        if len(values) > COLUMNS_MAX:
            return Finding("error", Place(self.file, line), f"more than {COLUMNS_MAX} columns")
        for place, value in enumerate(values, 1):
            if found := _LOST.search(value):
                byte = bytes([ord(found.group()) - 0xDC00])
                hint = f"--encoding windows-1252 would read {byte.decode('cp1252', 'replace')!r}"
                return Finding("error", Place(self.file, line, 0, f"column {place}"), f"not {self.encoding}: byte 0x{byte.hex()}", hint)
            if found := _CONTROL.search(value):
                return Finding("error", Place(self.file, line, 0, f"column {place}"), f"a control character (U+{ord(found.group()):04X})")
        return Line(line, {place: Cell(value) for place, value in enumerate(values, 1) if value.strip()})


def _guess_separator(line: str) -> str:
    outside = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=outside.count)
