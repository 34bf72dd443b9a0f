"""Rows of cells → drafts: the row of headings is found, then each row is read by it.

Laws: 1. A row is a draft or has a finding that names row and cell; a row that says nothing is passed over. 2. An id that is not said is
made of owner and title, the same every time. 3. A formula gives its last value, with a remark; without one it is refused.
Must not know: CSV, workbooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeAlias

from ...values.model import Json
from ..form import ID, ID_CHARS_MAX
from .cells import Wrong, convert_cell, make_slug
from .draft import HOLDERS, Draft, Hints, Understood
from .findings import Finding, Place
from .headings import IGNORED, Column, read_headings

ROWS_MAX = 200_000
NAMES = ("title.id", "title.en", "app")  # what makes a row of headings, and a row of something
HEADINGS_WITHIN = 20  # rows before it: titles, dates, logos


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. Shape: `fault` why it has no value; `is_formula` that the value is the last one computed."""

    text: str
    is_formula: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of cells. Shape: `cells` place (from 1) → cell; `names` whether cells are named by letters (C17) or by their headings."""

    line: int
    cells: dict[int, Cell]


Read: TypeAlias = "Draft | Finding | Understood"


def read_table(file: str, lines: Iterable[Line | Finding], hints: Hints, part: str = "", lettered: bool = False) -> Iterator[Read]:
    """Read the rows of one table.

    Shape: `part` the sheet; `lettered` that cells are named like C17. A finding among the rows is passed on.
    """
    rows = iter(lines)
    top = list(islice(rows, HEADINGS_WITHIN))
    best = _find_headings(top, hints)
    if best is None:
        yield from (each for each in top if isinstance(each, Finding))
        if any(isinstance(each, Line) for each in top):
            yield Finding("error", Place(file, 0, 0, part), "no row of headings is understood", _say_seen(top))
        return
    place, columns = best
    yield Understood(file, tuple(columns), part)
    yield from (each for each in top[:place] if isinstance(each, Finding))
    reader = _Reader(file, columns, hints, part, lettered)
    for number, each in enumerate(chain(top[place + 1 :], rows), 1):
        if number > ROWS_MAX:
            yield Finding("error", Place(file, 0, number, part), f"more than {ROWS_MAX:,} rows", "split the file")
            return
        if isinstance(each, Finding):
            yield each
        elif not _repeats(each, columns):  # headings again, as a printed table repeats them
            yield from reader.read(each, number)


def _repeats(line: Line, columns: list[Column]) -> bool:
    """Say whether a row says the headings again: its name is the heading of the names."""
    names = [column for column in columns if column.key in NAMES]
    return any((cell := line.cells.get(column.place)) is not None and cell.text.strip() == column.heading.strip() for column in names)


def _texts(line: Line) -> dict[int, str]:
    return {place: text for place, cell in line.cells.items() if (text := cell.text.strip())}


def _find_headings(top: list[Line | Finding], hints: Hints) -> tuple[int, list[Column]] | None:
    """Give the first row with the most headings that are understood; a title must be among them."""
    best: tuple[int, int, list[Column]] | None = None
    for place, line in enumerate(top):
        if isinstance(line, Finding):
            continue
        columns = read_headings(_texts(line), hints.headings)
        score = sum(bool(column.key) for column in columns)
        has_name = any(column.key in NAMES for column in columns)
        if has_name and (best is None or score > best[0]):
            best = (score, place, columns)
    return None if best is None else (best[1], best[2])


def _say_seen(top: list[Line | Finding]) -> str:
    lines = (line for line in top if isinstance(line, Line))
    seen = [" ".join(text.split())[:30] for line in islice(lines, 1) for text in _texts(line).values()][:6]
    return "a row with at least a name (Nama Aplikasi, Application) is looked for; seen: " + ", ".join(seen)


class _Reader:
    """Reads the rows of one table by its columns."""

    __slots__ = ("columns", "file", "headings", "hints", "lettered", "part")

    def __init__(self, file: str, columns: list[Column], hints: Hints, part: str, lettered: bool) -> None:
        self.file, self.hints, self.part, self.lettered = file, hints, part, lettered
        self.columns = [column for column in columns if column.key and column.key != IGNORED]
        self.headings = {column.place: column for column in columns}

    def read(self, line: Line, number: int) -> Iterator[Read]:
        """Read one row: its findings, and the draft where none refuses it."""
        values: dict[str, Json] = {}
        found: list[Finding] = []
        for column in self.columns:
            cell = line.cells.get(column.place)
            if cell is not None and (cell.text or cell.fault):
                self._take(column, cell, line, number, values, found)
        if not values and not found:
            return
        if not any(each.weight == "error" for each in found):
            found += self._complete(values, line, number)
        yield from found
        if not any(each.weight == "error" for each in found):
            yield Draft(self._place(line, number), _nest(values))

    def _take(self, column: Column, cell: Cell, line: Line, number: int, values: dict[str, Json], found: list[Finding]) -> None:
        made = Wrong(cell.fault) if cell.fault else convert_cell(column.key, cell.text)
        place = self._place(line, number, column)
        if isinstance(made, Wrong):
            found.append(Finding("error", place, made.message, made.hint))
        elif made is not None:
            values[column.key] = made
            if cell.is_formula:
                found.append(Finding("remark", place, "a formula; its last value was taken"))

    def _place(self, line: Line, number: int, column: Column | None = None) -> Place:
        cell = ""
        if column is not None:
            cell = f'{letters_of(column.place)}{line.line} "{column.heading}"' if self.lettered else f'"{column.heading}"'
        return Place(self.file, line.line, number, ", ".join(filter(None, (self.part, cell))))

    def _complete(self, values: dict[str, Json], line: Line, number: int) -> Iterator[Finding]:
        """Put in the owner and the id where the row does not say them."""
        place = self._place(line, number)
        title = str(values.get("title.id") or values.get("title.en") or "")
        if self.hints.owner:
            values.setdefault("owner", self.hints.owner)
        if not title and "app" not in values:
            yield Finding("error", place, "no name of an application", "a row without one may be a total or a remark")
        elif "app" not in values and "owner" not in values:
            yield Finding("error", place, "no owner", "add a column for it, or say --owner")
        elif "app" not in values:
            made = f"{values['owner']}.{make_slug(title)}"[:ID_CHARS_MAX].rstrip(".-")
            values["app"] = made
            if ID.fullmatch(made) is None or not make_slug(title):
                yield Finding("error", place, f'no id can be made of "{title[:40]}"', "add a column with an id")


def _nest(values: dict[str, Json]) -> dict[str, Json]:
    """Give the values by key of the entry: `title.id` goes into `title`."""
    rows: dict[str, Json] = {}
    for name, value in values.items():
        key, _, part = name.partition(".")
        if key in HOLDERS:
            rows.setdefault(key, {})[part] = value
        elif key == "interfaces":
            rows.setdefault(key, []).append({part: value})
        else:
            rows[key] = value
    return rows


def letters_of(place: int) -> str:
    """Give the letters of a column: 1 → A, 27 → AA."""
    letters = ""
    while place > 0:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
