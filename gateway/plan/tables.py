"""`table:` documents, read: each row of a CSV file with typed cells.

Laws: 1. Nothing is guessed: every line has every column, every cell is of its type, an empty cell is absent and must be allowed to be.
2. Whatever is wrong is said with file, line, row and column. 3. Of the rows of one key no two hold at one time.
Must not know: families, routes.
Source: RFC 4180; a cell holds no line break here, so that a row is a line.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path as File

from ..schema.types import ParamType, parse_type
from ..traffic.tables import find_overlap, measure
from ..values.faults import Refused
from ..values.model import Json
from ..values.problem import Problem, suggest_name
from ..values.route import Row
from .addresses import is_path, parse_address
from .days import begin_of, end_of
from .decode import Document
from .diagnose import Related
from .federation import Federation
from .marks import Mark, Source
from .notes import Notes
from .shelf import Shelf

ROWS_MAX = 200_000
OPEN_MAX = 64  # ranges over one value that are compared
SHOWN_MAX = 20  # of one kind of mistake in one file
_KEY_TYPES = ("string", "integer")
_UNUSED = "the table is not used"
_MISSING = object()
_DIVIDERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class _WrongCell(Exception):
    """Says which cell is wrong and what belongs there; never leaves this room."""

    def __init__(self, column: str, wanted: str) -> None:
        super().__init__(wanted)
        self.column, self.wanted = column, wanted


@dataclass(slots=True)
class Column:
    """One column: its place in a line, its type, and what reads its cells."""

    name: str
    place: int
    type: ParamType
    read: Callable[[str], Json]
    known: dict[str, Json] = field(default_factory=dict)  # texts that were read before


@dataclass(slots=True)
class Table:
    """A table as read.

    Shape: `rows` in the order of the file, `lines` their lines, `keys` the values of their key column. `schema` describes the cells of a
    row as JSON Schema.
    """

    document: Document
    source: Source
    columns: Mapping[str, Column]
    schema: Json
    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    keys: list[Json] = field(default_factory=list)

    def mark_cell(self, row: Row, column: str = "") -> Mark:
        """Give the place of a cell; of the whole line without a column."""
        return mark_cell(self.source, self.lines[row.index], self.columns[column].place if column else -1)


def mark_cell(source: Source, number: int, place: int) -> Mark:
    """Give the place of a cell of a line; of the whole line where place is -1."""
    line = source.line(number)
    if place < 0:
        return Mark(source.file, number, 1, max(len(line), 1))
    begin, is_quoted, seen = 0, False, 0
    for at, sign in enumerate(line + ","):
        is_quoted ^= sign == '"'
        if sign == "," and not is_quoted:
            if seen == place:
                return Mark(source.file, number, begin + 1, max(at - begin, 1))
            seen, begin = seen + 1, at + 1
    return Mark(source.file, number, max(len(line), 1), 1)


def read_tables(federation: Federation, shelf: Shelf, notes: Notes) -> dict[str, Table]:
    """Read every table; what is wrong is noted, and such a table is left out."""
    found = {}
    agencies = federation.of("agency").keys()
    for name, document in federation.of("table").items():
        file = str(File(document.source.file).parent / document.value["file"])
        source = federation.sources.get(file)
        is_unread = source is None or any(each.mark.file == file for each in federation.diagnostics)
        types = _read_types(document, shelf, agencies, notes)
        if source is None or is_unread or types is None:
            continue
        table = _read_table(document, source, types, agencies, notes)
        if table is not None and not notes.is_wrong(document):
            found[name] = table
    return found


def _read_types(document: Document, shelf: Shelf, agencies: Collection[str], notes: Notes) -> dict[str, ParamType] | None:
    types: dict[str, ParamType] = {}
    for name, text in document.value["columns"].items():
        parsed = parse_type(text, shelf.registry, shelf.codelists, agencies, ("columns", name))
        if isinstance(parsed, Problem):
            notes.note_problems(document, (), (parsed,), _UNUSED)
        else:
            types[name] = parsed
    for role in ("key", "upto"):
        _check_key(document, role, types, notes)
    for name in ("since", "until"):
        if name in types and types[name].name != "date":
            notes.note(document, ("columns", name), "JB-TBL-005", f"`{name}` says when a row holds and is a date", "date, or optional date")
    return None if notes.is_wrong(document) else types


def _check_key(document: Document, role: str, types: Mapping[str, ParamType], notes: Notes) -> None:
    name = document.value.get(role)
    if name is None:
        return
    kind = types.get(name)
    if kind is None and name not in document.value["columns"]:
        notes.note(document, (role,), "JB-TBL-004", f'there is no column "{name}"', suggest_name(name, document.value["columns"]), _UNUSED)
    elif kind is not None and (kind.is_optional or kind.kind not in _KEY_TYPES):
        notes.note(document, (role,), "JB-TBL-004", "a key is a text or a whole number, in every row", "take `optional` out", _UNUSED)
    elif kind is not None and role == "upto" and kind.kind != types[document.value["key"]].kind:
        notes.note(document, (role,), "JB-TBL-004", "the two ends of a range are of one type", "", _UNUSED)


def _read_table(
    document: Document, source: Source, types: Mapping[str, ParamType], agencies: Collection[str], notes: Notes
) -> Table | None:
    lines = source.text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    columns = _read_head(document, source, lines[0] if lines else "", types, agencies, notes)
    if columns is None:
        return None
    if len(lines) > ROWS_MAX + 1:
        notes.note_mark(document, Mark(source.file, ROWS_MAX + 2, 1, 1), "JB-TBL-002", f"more than {ROWS_MAX:,} rows", "split the table")
        return None
    table = Table(document, source, columns, _describe(types))
    wrong = 0
    for number, line in enumerate(lines[1:], 2):
        wrong += _read_line(table, number, line, notes, is_told=wrong < SHOWN_MAX)
    if wrong > SHOWN_MAX:
        message = f"{wrong - SHOWN_MAX} more lines of this table are wrong"
        notes.note_mark(document, Mark(source.file), "JB-TBL-002", message, "mend the first ones")
    if len(lines) < 2:
        message, mark = "no row stands below the first line", Mark(source.file, 1, 1, max(len(lines[0]), 1))
        notes.note_mark(document, mark, "JB-TBL-002", message, "write one, or take the table out", "nobody would be found in it")
    if not wrong:
        _check_keys(table, notes)
    return table


def _describe(types: Mapping[str, ParamType]) -> Json:
    required = [name for name, kind in types.items() if not kind.is_optional]
    return {
        "type": "object",
        "properties": {name: {"type": "string"} if kind.name == "url" else kind.document for name, kind in types.items()},
        "required": required,
    }


def _read_head(
    document: Document, source: Source, line: str, types: Mapping[str, ParamType], agencies: Collection[str], notes: Notes
) -> dict[str, Column] | None:
    """Read the first line: the declared columns, each once, in any order."""
    names = _split(line) or []
    if len(names) < 2 <= len(types):
        _note_no_head(document, source, line, types, notes)
        return None
    for place, name in enumerate(names):
        mark = mark_cell(source, 1, place)
        if name not in types:
            hint = suggest_name(name.strip().lower(), types) or "declare it under columns:"
            notes.note_mark(document, mark, "JB-TBL-001", f'line 1: the column "{name[:60]}" is not declared', hint, _UNUSED)
        elif name in names[:place]:
            notes.note_mark(document, mark, "JB-TBL-001", f'line 1: the column "{name}" stands twice', "take one out", _UNUSED)
    for name in types:
        if name not in names:
            mark = Mark(source.file, 1, 1, max(len(line), 1))
            message = f'line 1: the declared column "{name}" is not there'
            notes.note_mark(document, mark, "JB-TBL-001", message, "add it, or take it out of columns:", _UNUSED)
    if notes.is_wrong(document):
        return None
    return {name: Column(name, names.index(name), types[name], _make_reader(name, types[name], agencies)) for name in types}


def _note_no_head(document: Document, source: Source, line: str, types: Iterable[str], notes: Notes) -> None:
    """Note a first line that is none: nothing, a remark, or cells that something else than commas divides."""
    sign = next((sign for sign in _DIVIDERS if sign in line), "")
    message = f"line 1: its cells are divided by {_DIVIDERS[sign]}" if sign else "line 1: it does not name the columns"
    hint = "save it with commas between cells" if sign else ",".join(types)
    notes.note_mark(document, Mark(source.file, 1, 1, max(len(line), 1)), "JB-TBL-001", message, hint, _UNUSED)


def _make_reader(column: str, kind: ParamType, agencies: Collection[str]) -> Callable[[str], Json]:
    """Make what reads a cell of a type; raises _WrongCell."""

    def read_url(text: str) -> Json:
        if not is_path(text) and parse_address(text) is None:
            raise _WrongCell(column, "http(s)://host[:port][/base], or a /path below the family's url")
        return text

    def read_agency(text: str) -> Json:
        if text not in agencies:
            raise _WrongCell(column, suggest_name(text, agencies) or "the id of a declared agency")
        return text

    def read(text: str) -> Json:
        try:
            return kind.decode(text)
        except Refused as refused:
            findings = refused.fault.findings
            raise _WrongCell(column, f"{kind.name}: {findings[0].detail}" if findings else kind.name) from refused

    return {"url": read_url, "agency": read_agency}.get(kind.name, read)


def _split(line: str) -> list[str] | None:
    """Give the cells of a line; None where its quotes do not fit."""
    if '"' not in line:
        return line.split(",")
    try:
        found = list(csv.reader([line], strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None


def _read_line(table: Table, number: int, line: str, notes: Notes, *, is_told: bool) -> bool:
    """Read one line; say whether it is wrong."""
    parts = _split(line)
    if parts is None or len(parts) != len(table.columns):
        if is_told:
            _note_line(table, number, line, parts, notes)
        return True
    cells: dict[str, Json] = {}
    try:
        for column in table.columns.values():
            if (value := _read_cell(column, parts[column.place])) is not _MISSING:
                cells[column.name] = value
        row = _make_row(table, cells)
    except _WrongCell as wrong:
        if is_told:
            _note_cell(table, number, parts, wrong, notes)
        return True
    table.rows.append(row)
    table.lines.append(number)
    table.keys.append(cells[table.document.value["key"]])
    return False


def _note_line(table: Table, number: int, line: str, parts: list[str] | None, notes: Notes) -> None:
    """Note a line that has not its cells: empty, of wrong quotes, or with too few or many."""
    if not line.strip():
        has, hint = "it is empty", "take it out"
    elif parts is None:
        has, hint = "its quotes do not fit", 'quotes stand around a whole cell, "" for one inside it; no line break stands in a cell'
    else:
        count = f"{len(parts)} cell{'s' * (len(parts) != 1)}"
        has, hint = f"it has {count}, the first line {len(table.columns)}", "a cell that holds a comma stands in quotes"
    notes.note_mark(table.document, mark_cell(table.source, number, -1), "JB-TBL-002", f"line {number}: {has}", hint, _UNUSED)


def _make_row(table: Table, cells: dict[str, Json]) -> Row:
    since_s = begin_of(cells["since"]) if "since" in cells else -inf
    until_s = end_of(cells["until"]) if "until" in cells else inf
    if since_s >= until_s:
        raise _WrongCell("until", "a day that is not before since")
    return Row(str(cells[table.document.value["key"]]), cells, None, len(table.rows), since_s, until_s)


def _read_cell(column: Column, text: str) -> Json:
    value = column.known.get(text, _MISSING)
    if value is not _MISSING:
        return value
    if text == "":
        if column.type.is_optional:
            return _MISSING
        raise _WrongCell(column.name, "nothing stands here; write the value, or make the column optional")
    if text != text.strip():
        raise _WrongCell(column.name, "no blanks around a value")
    if not text.isprintable():
        sign = next(one for one in text if not one.isprintable())
        raise _WrongCell(column.name, f"no sign that nobody sees (U+{ord(sign):04X})")
    value = column.known[text] = column.read(text)
    return value


def _note_cell(table: Table, number: int, parts: Sequence[str], wrong: _WrongCell, notes: Notes) -> None:
    key = parts[table.columns[table.document.value["key"]].place][:60]
    message = f'line {number}, row "{key}": the cell of {wrong.column} is not right'
    mark = mark_cell(table.source, number, table.columns[wrong.column].place)
    notes.note_mark(table.document, mark, "JB-TBL-003", message, wrong.wanted, _UNUSED)


def _check_keys(table: Table, notes: Notes) -> None:
    """Hold law 3, and that a range ends where it says."""
    upto = table.document.value.get("upto")
    if upto is not None:
        _check_ranges(table, upto, notes)
        return
    known: dict[Json, list[Row]] = {}
    for key, row in zip(table.keys, table.rows, strict=True):
        known.setdefault(key, []).append(row)
    name = table.document.value["key"]
    twice = (pair for rows in known.values() if len(rows) > 1 and (pair := find_overlap(rows)) is not None)
    _note_pairs(table, twice, name, "stands twice at one time", notes)


def _check_ranges(table: Table, upto: str, notes: Notes) -> None:
    bad = [row for key, row in zip(table.keys, table.rows, strict=True) if not _is_range(key, row.cells[upto])]
    for row in bad[:SHOWN_MAX]:
        message = f'line {table.lines[row.index]}, row "{row.key}": {upto} is before {table.document.value["key"]}, or of another length'
        notes.note_mark(
            table.document, table.mark_cell(row, upto), "JB-TBL-006", message, "both ends are as long, the last not before the first"
        )
    if not bad:
        _note_pairs(table, _find_crossing(table, upto), upto, "holds values of another range at one time", notes)


def _is_range(low: Json, high: Json) -> bool:
    return measure(low) == measure(high) and bool(low <= high)


def _find_crossing(table: Table, upto: str) -> Iterator[tuple[Row, Row]]:
    """Give pairs of ranges that hold a value in common at one time."""
    ordered = sorted(zip(table.keys, table.rows, strict=True), key=lambda each: (measure(each[0]), each[0]))
    open_rows: list[Row] = []
    for key, row in ordered:
        if len(open_rows) > OPEN_MAX:
            return  # refused where it is indexed
        place = measure(key), key
        open_rows = [one for one in open_rows if (measure(one.cells[upto]), one.cells[upto]) >= place]
        yield from ((one, row) for one in open_rows if find_overlap((one, row)) is not None)
        open_rows.append(row)


def _note_pairs(table: Table, pairs: Iterator[tuple[Row, Row]], column: str, what: str, notes: Notes) -> None:
    for told, (one, other) in enumerate(pairs):
        if told >= SHOWN_MAX:
            return
        first, second = sorted((one, other), key=lambda row: row.index)
        message = f'line {table.lines[second.index]}, row "{second.key}": {column} {what}'
        related = (Related("the other row", table.mark_cell(first, column)),)
        hint = "rows of one key follow one another by since and until"
        notes.note_mark(
            table.document, table.mark_cell(second, column), "JB-TBL-004", message, hint, "which one holds would be chance", related
        )
