"""`upstream: … per: TABLE`: a family, one backend a row.

Laws: 1. Of a table with families, each row belongs to exactly one. 2. What holds for a plain upstream holds for each row: its address can
be called, it is protected or the family says that it is not, its credential resolves. 3. All backends of a family are one upstream to
metrics and bounds.
Must not know: routes, sockets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from ..values.model import Json, TlsOptions, Upstream, UsernameToken
from ..values.problem import suggest_name
from ..values.route import Row
from .addresses import Address, is_path, parse_address
from .decode import Document
from .federation import Federation
from .notes import Notes
from .secrets import Secrets, Unresolved
from .tables import SHOWN_MAX, Column, Table
from .unresolved import note_unresolved
from .upstreams import (
    UNPROTECTED,
    is_credential_wrong,
    is_header_text,
    judge_protection,
    list_by_row,
    make_upstream,
    read_tls,
    read_token,
    write_credential,
    write_head,
)

CONNECTIONS_MAX = 256
_NOT_BUILT = "the family has no backends, so routes over it are refused"


@dataclass(slots=True)
class Family:
    """A family, compiled but for its rows.

    Shape: `base` is what rows whose url is a path stand below; `lines` the credential that all rows share, None where each has its own.
    """

    document: Document
    upstream: Upstream
    table: Table
    base: Address | None
    tls: TlsOptions
    is_address_known: bool
    lines: list[tuple[str, str]] | None
    faults: int = 0


def build_family(document: Document, index: int, table: Table, secrets: Secrets, notes: Notes) -> Family | None:
    """Compile what all backends of a family have in common; None where something is wrong, which is then noted."""
    _check_columns(document, table, notes)
    for path in list_by_row(document.value.get("auth")):
        _check_secret(document, table, path, notes)
    if notes.is_wrong(document):
        return None
    try:
        return _resolve_family(document, index, table, secrets, notes)
    except Unresolved:
        note_unresolved(document, secrets, notes)
        return None


def _resolve_family(document: Document, index: int, table: Table, secrets: Secrets, notes: Notes) -> Family | None:
    value = document.value
    url, auth = value.get("url"), value.get("auth", "none")
    base = None if url is None else parse_address(secrets.resolve(url, "url"))
    tls, token = read_tls(value, secrets), read_token(value, secrets)
    lines = None if list_by_row(auth) else write_credential(auth, secrets.resolve)
    if url is not None and base is None:
        notes.note(document, ("url",), "JB-SEC-005", "this is no address that can be called", "http(s)://host[:port][/base]")
        return None
    if is_credential_wrong(document, lines or [], token, notes):
        return None
    return Family(document, _make_family(document, index, token), table, base, tls, url is None or secrets.knows(url), lines)


def _make_family(document: Document, index: int, token: UsernameToken | None) -> Upstream:
    bound = (document.value.get("limits") or {}).get("family", CONNECTIONS_MAX)
    return replace(make_upstream(document, index, token), place=document.id, family_connections_max=bound)


def _check_columns(document: Document, table: Table, notes: Notes) -> None:
    """Note a family that its table cannot feed."""
    value, columns = document.value, table.columns
    for name, text in (value["per"].get("where") or {}).items():
        _check_where(document, table, name, text, notes)
    if not _has(columns, "url", "url"):
        hint = "columns: {url: url}"
        notes.note(document, ("per", "table"), "JB-FAM-002", "the table has no column `url` of type url", hint, _NOT_BUILT)
    if "owner" not in value and not _has(columns, "owner", "agency"):
        hint = "columns: {owner: agency}, or `owner:` here"
        notes.note(document, ("per", "table"), "JB-FAM-002", "nothing says whose the backends are", hint, _NOT_BUILT)


def _has(columns: Mapping[str, Column], name: str, kind: str) -> bool:
    found = columns.get(name)
    return found is not None and found.type.name == kind and not found.type.is_optional


def _check_where(document: Document, table: Table, name: str, text: str, notes: Notes) -> None:
    at = ("per", "where", name)
    if name not in table.columns:
        hint = suggest_name(name, table.columns)
        notes.note(document, at, "JB-FAM-002", f'the table has no column "{name}"', hint, _NOT_BUILT, on_key=True)
        return
    held = {str(row.cells[name]) for row in table.rows if name in row.cells}
    if text not in held:
        notes.note(document, at, "JB-FAM-002", f'no row has "{text}" in {name}', suggest_name(text, sorted(held)), _NOT_BUILT)


def _check_secret(document: Document, table: Table, path: tuple[str | int, ...], notes: Notes) -> None:
    kind, name = path
    given = document.value["auth"][kind][name]["name"]
    at = ("auth", *path, "name")
    root, _, column = given.partition(".")
    found = table.columns.get(column)
    if kind == "ws_security":
        notes.note(
            document, ("auth", *path), "JB-YET-001", "a secret a row in a SOAP header is known and not served yet", "one for the family"
        )
    elif root != "row" or found is None:
        hint = suggest_name(column, table.columns) or "row.COLUMN"
        notes.note(document, at, "JB-FAM-003", "the name of a row's secret stands in one of its columns", hint)
    elif found.type.is_optional or found.type.kind != "string":
        notes.note(document, at, "JB-FAM-003", f"{column} is no text in every row", "a column that every row has")


def assign_rows(families: Mapping[str, Family], federation: Federation, secrets: Secrets, notes: Notes) -> None:
    """Give each row of each table the backend that its family makes of it, and hold law 1."""
    by_table: dict[str, list[Family]] = {}
    for family in families.values():
        by_table.setdefault(family.table.document.id, []).append(family)
    named = [document.value["per"]["table"] for document in federation.of("upstream").values() if document.value.get("per")]
    for name, members in by_table.items():
        if len(members) == named.count(name):  # else one of them is wrong, and its rows would seem to belong to none
            _assign_table(members[0].table, members, secrets, notes)


def _assign_table(table: Table, members: list[Family], secrets: Secrets, notes: Notes) -> None:
    columns = sorted({name for family in members for name in _where_of(family)})
    known: dict[tuple[str, ...], list[Family]] = {}
    lost: dict[tuple[str, ...], list[Row]] = {}
    for row in table.rows:
        values = tuple(str(row.cells.get(name, "")) for name in columns)
        if values not in known:
            told = dict(zip(columns, values, strict=True))
            known[values] = [family for family in members if _where_of(family).items() <= told.items()]
        if len(known[values]) == 1:
            table.rows[row.index] = replace(row, upstream=_build_row(known[values][0], row, secrets, notes))
        else:
            lost.setdefault(values, []).append(row)
    for values, rows in list(lost.items())[:SHOWN_MAX]:
        _note_lost(table, columns, values, rows, known[values], notes)


def _where_of(family: Family) -> dict[str, str]:
    return family.document.value["per"].get("where") or {}


def _note_lost(table: Table, columns: list[str], values: tuple[str, ...], rows: list[Row], found: list[Family], notes: Notes) -> None:
    shown = ", ".join(f'{name} "{value}"' for name, value in zip(columns, values, strict=True)) or "every row"
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    which = "no family" if not found else "more than one family: " + ", ".join(family.document.id for family in found)
    message = f'line {table.lines[rows[0].index]}, row "{rows[0].key}": {count} with {shown} in {which}'
    hint = "families cover each row exactly once: per: {table: …, where: {…}}"
    column = columns[0] if columns else ""
    notes.note_mark(table.document, table.mark_cell(rows[0], column), "JB-FAM-001", message, hint, "nobody could say who is asked")


def _build_row(family: Family, row: Row, secrets: Secrets, notes: Notes) -> Upstream | None:
    """Make the backend of a row; None where something is wrong, which is noted at its cells."""
    url = row.cells["url"]
    address = _find_address(family, url)
    if address is None:
        if is_path(url):
            _note_row(
                family,
                row,
                "url",
                "JB-FAM-002",
                "its url is a path, and the family has no `url:`",
                "http(s)://…, or url: of the family",
                notes,
            )
        return None
    scheme = address.scheme if family.is_address_known or not is_path(url) else "https"
    what = judge_protection(family.document, scheme, address)
    if what:
        _note_row(family, row, "url", UNPROTECTED[0], what, UNPROTECTED[1], notes)
        return None
    lines = family.lines if family.lines is not None else _write_own(family, row, secrets, notes)
    if lines is None:
        return None
    return replace(
        family.upstream,
        host=address.host,
        port=address.port,
        base=address.base,
        head=write_head(address, lines),
        tls=family.tls if address.scheme == "https" else None,
        place=f"{family.upstream.id} {address.scheme}://{address.host}:{address.port}",
    )


def _write_own(family: Family, row: Row, secrets: Secrets, notes: Notes) -> list[tuple[str, str]] | None:
    """Write the credential of one row; None where there is none that a header can carry, which is noted."""
    try:
        lines = write_credential(family.document.value.get("auth", "none"), partial(_resolve, secrets, row))
    except Unresolved as missing:
        _note_row(family, row, _name_of_secret(family), "JB-SEC-004", f"a reference cannot be resolved: {missing}", "put it there", notes)
        return None
    if not all(is_header_text(text) for _, text in lines):
        _note_row(family, row, _name_of_secret(family), "JB-SEC-006", "its credential holds characters that no header can carry", "", notes)
        return None
    return lines


def _name_of_secret(family: Family) -> str:
    """Give the column that names the secrets of rows."""
    auth = family.document.value["auth"]
    kind, name = list_by_row(auth)[0]
    return str(auth[kind][name]["name"]).partition(".")[2]


def _find_address(family: Family, url: str) -> Address | None:
    """Give the address of a row: its own, or below the family's."""
    if not is_path(url):
        return parse_address(url)
    return None if family.base is None else replace(family.base, base=family.base.base + url)


def _resolve(secrets: Secrets, row: Row, secret: Json) -> str:
    if isinstance(secret, dict):
        return secrets.resolve_row(secret["secret_dir"], row.cells[secret["name"].partition(".")[2]])
    return secrets.resolve(secret)


def _note_row(family: Family, row: Row, column: str, code: str, message: str, hint: str, notes: Notes) -> None:
    """Note what is wrong with one row of a family; the first ones only."""
    family.faults += 1
    if family.faults > SHOWN_MAX:
        return
    table = family.table
    told = f'line {table.lines[row.index]}, row "{row.key}": {message}'
    notes.note_mark(family.document, table.mark_cell(row, column), code, told, hint, _NOT_BUILT)
