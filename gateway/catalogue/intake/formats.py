"""A file by its name and first bytes → its reader.

Laws: a form that is read whole is bounded before it is read; tables and lines are streams without a bound on the file.
Must not know: stores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import BinaryIO

from .ddl import NoParser, draft_ddl
from .delimited import read_delimited
from .documents import read_json, read_yaml
from .draft import Draft, Hints
from .findings import Finding, Place
from .interfaces import draft_wsdl
from .json_lines import LINE_BYTES_MAX, read_line_drafts
from .table import Read, read_table
from .workbook import BadWorkbook, Workbook

WHOLE_BYTES_MAX = 16 << 20
OTHER_SHEETS = (".xls", ".xlsb", ".ods", ".numbers")

Reader = Callable[[str, BinaryIO, Hints], Iterator[Read]]


def read_file(file: str, stream: BinaryIO, hints: Hints) -> Iterator[Read]:
    """Read one file by the form that its name says."""
    ending = PurePath(file).suffix.lower()
    reader = READERS.get(ending)
    if reader is None:
        known = "save it as .xlsx" if ending in OTHER_SHEETS else "known: " + ", ".join(READERS)
        yield Finding("error", Place(file), f'files "{ending}" are not read' if ending else "a file without an ending", known)
        return
    yield from reader(file, stream, hints)


def _read_csv(file: str, stream: BinaryIO, hints: Hints) -> Iterator[Read]:
    if not stream.read(1):
        return iter([Finding("error", Place(file), "an empty file")])
    stream.seek(0)
    return read_table(file, read_delimited(file, stream, hints.encoding), hints)


def _read_workbook(file: str, stream: BinaryIO, hints: Hints) -> Iterator[Read]:
    try:
        workbook = Workbook(file, stream)
    except BadWorkbook as error:
        yield Finding("error", Place(file), str(error), error.hint)
        return
    for sheet in workbook.sheets:
        if sheet.is_hidden:
            yield Finding("remark", Place(file, 0, 0, sheet.name), "a hidden sheet: passed over")
            continue
        yield from read_table(file, workbook.read(sheet), hints, sheet.name, lettered=True)


def _read_lines(file: str, stream: BinaryIO, hints: Hints) -> Iterator[Read]:
    return read_line_drafts(file, iter(lambda: stream.readline(LINE_BYTES_MAX + 1), b""))


def _whole(read: Callable[[str, bytes, Hints], Iterator[Draft | Finding]]) -> Reader:
    def reader(file: str, stream: BinaryIO, hints: Hints) -> Iterator[Read]:
        raw = stream.read(WHOLE_BYTES_MAX + 1)
        if len(raw) > WHOLE_BYTES_MAX:
            yield Finding(
                "error", Place(file), f"more than {WHOLE_BYTES_MAX >> 20} MiB", "split it; tables and JSON lines have no such bound"
            )
        else:
            yield from read(file, raw, hints)

    return reader


def _read_ddl(file: str, raw: bytes, hints: Hints) -> Iterator[Draft | Finding]:
    try:
        text = raw.decode(hints.encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        yield Finding("error", Place(file, line), f"not {hints.encoding or 'utf-8'}: byte 0x{raw[error.start]:02x}", "say --encoding")
        return
    try:
        yield from draft_ddl(Place(file), text, hints)
    except NoParser:
        yield Finding(
            "error", Place(file), "SQL is read with sqlglot, which is not installed", "make extras, or pip install jembatan[catalogue]"
        )


READERS: dict[str, Reader] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".xlsx": _read_workbook,
    ".xlsm": _read_workbook,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
    ".json": _whole(read_json),
    ".yaml": _whole(read_yaml),
    ".yml": _whole(read_yaml),
    ".wsdl": _whole(lambda file, raw, hints: draft_wsdl(Place(file), raw, hints)),
    ".xml": _whole(lambda file, raw, hints: draft_wsdl(Place(file), raw, hints)),
    ".sql": _whole(_read_ddl),
    ".ddl": _whole(_read_ddl),
}
