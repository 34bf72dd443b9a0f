"""SQL DDL → the tables and columns of an application.

Laws: 1. Only CREATE TABLE is read: rows in a dump (personal data) are passed over unread. 2. A statement that is not understood is a
finding with its line; the tables beside it are kept.
Must not know: databases.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from ...values.model import Json
from .draft import Draft, Hints
from .findings import Finding, Place
from .interfaces import FIELDS_MAX, name_app

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

STATEMENT_CHARS_MAX = 1 << 17
TABLES_MAX = 2_000
DIALECTS = ("postgres", "mysql", "tsql", "oracle", "sqlite", "")
_SKIP = (
    re.compile(  # what may hold a semicolon, and the semicolon itself; what is not closed runs to the end, so that nothing is read twice
        r"""--[^\n]*+|/\*.*?(?:\*/|\Z)|'(?>[^'\\]|''|\\.)*+(?:'|\Z)|"[^"]*+(?:"|\Z)|`[^`]*+(?:`|\Z)|\$(\w*+)\$.*?(?:\$\1\$|\Z)|;""",
        re.DOTALL,
    )
)
_CREATE = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+|LOCAL\s+)?(?:TEMP(?:ORARY)?\s+|UNLOGGED\s+)?TABLE\b(?!\s+\S+\s+AS\b)", re.IGNORECASE
)
_COMMENTS = re.compile(r"(?:\s++|--[^\n]*+(?:\n|\Z)|/\*.*?(?:\*/|\Z))*+", re.DOTALL)
_COPY = re.compile(r"COPY\s[^;]*FROM\s+STDIN", re.IGNORECASE)
_COPY_ENDS = re.compile(r"^\\\.$", re.MULTILINE)


class NoParser(ImportError):
    """The library that reads DDL is not installed."""


def draft_ddl(place: Place, text: str, hints: Hints) -> Iterator[Draft | Finding]:
    """Draft the fields of the tables of a script.

    Faults: NoParser.
    """
    rows: list[dict[str, Json]] = []
    tables = 0
    for line, statement in split_statements(text):
        tables += 1
        made = _read_one(Place(place.file, line), statement, tables)
        if isinstance(made, Finding):
            yield made
        else:
            rows += made
    if not rows:
        yield Finding("error", place, "no CREATE TABLE with columns stands in it")
        return
    named = name_app(place, PurePath(place.file).stem, hints)
    if isinstance(named, Finding):
        yield named
        return
    unique = {(str(row["group"]), str(row["name"])): row for row in rows}
    if len(unique) > FIELDS_MAX:
        yield Finding("warning", place, f"more than {FIELDS_MAX:,} columns: the rest is left out")
    yield Finding("remark", place, f"{len(unique)} columns of {tables} tables")
    fields = list(unique.values())[:FIELDS_MAX]
    yield Draft(place, {**named, "interfaces": [{"ddl": place.file[:4_000]}], "fields": fields}, joins=True)


def _read_one(place: Place, statement: str, number: int) -> list[dict[str, Json]] | Finding:
    if number > TABLES_MAX or len(statement) > STATEMENT_CHARS_MAX:
        return Finding("error", place, f"more than {TABLES_MAX:,} tables, or a statement of more than {STATEMENT_CHARS_MAX:,} characters")
    columns = read_table_columns(statement)
    if columns is None:
        return Finding("error", place, "a CREATE TABLE that is not understood", "the tables beside it are kept")
    return [{"name": name, "group": table, **({"type": kind} if kind else {})} for table, name, kind in columns]


def split_statements(text: str) -> Iterator[tuple[int, str]]:
    """Give each CREATE TABLE of a script with the line that it begins on."""
    start = place = counted = 0
    line = 1
    while place < len(text):
        found = _SKIP.search(text, place)
        place = found.end() if found is not None else len(text)
        if found is not None and found.group() != ";":
            continue
        begins = _COMMENTS.match(text, start).end()  # type: ignore[union-attr]  # it matches the empty text
        line, counted = line + text.count("\n", counted, begins), begins
        if _CREATE.match(text, begins):
            yield line, text[begins:place].removesuffix(";")
        elif _COPY.match(text, begins):
            ends = _COPY_ENDS.search(text, place)
            place = ends.end() if ends is not None else len(text)
        start = place


def read_table_columns(statement: str) -> list[tuple[str, str, str]] | None:
    """Give (table, column, type) of a CREATE TABLE; None where no dialect understands it.

    Faults: NoParser.
    """
    try:
        import sqlglot
        from sqlglot.errors import SqlglotError
    except ImportError as error:
        raise NoParser("sqlglot") from error
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its warnings quote the statement, which is the agency's
    for dialect in DIALECTS:
        try:
            made = _columns_in(sqlglot.parse_one(statement, read=dialect or None), dialect)
        except (SqlglotError, RecursionError):
            continue
        if made:
            return made
    return None


def _columns_in(made: Expr, dialect: str) -> list[tuple[str, str, str]]:
    from sqlglot import exp

    if not isinstance(made, exp.Create) or not isinstance(made.this, exp.Schema):
        return []
    table = made.this.this.name[:200]
    columns = [each for each in made.this.expressions if isinstance(each, exp.ColumnDef) and each.name]
    kinds = [each.args["kind"].sql(dialect=dialect or None).lower() if each.args.get("kind") else "" for each in columns]
    return [(table, each.name[:200], kind[:100]) for each, kind in zip(columns, kinds, strict=True)]
