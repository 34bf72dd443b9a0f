"""Code lists: closed vocabularies, and an agency's codes for them.

Laws: 1. A canonical list is closed and each code is a string. 2. An agency's list maps each of its codes to one canonical
code; where many map to one, `preferred` says which is written back. 3. A code that has ended (`until`) is read and never
written. 4. A code that is in no list is refused, unless `else` says otherwise.
Must not know: which field holds a code; files (the text of a CSV is given).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .registry import NAME

KEYS: Final = frozenset({"codelist", "title", "source", "to", "codes", "file", "else", "preferred", "valid"})
_COLUMNS: Final = {"canonical": ("code", "id", "en"), "agency": ("code", "to")}
_OPTIONAL_COLUMNS: Final = ("since", "until")


@dataclass(frozen=True, slots=True)
class Code:
    """One code: for a canonical list its titles, for an agency's its canonical counterpart; dates as YYYY-MM-DD, "" = open."""

    code: str
    to: str = ""
    title_en: str = ""
    title_id: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed vocabulary.

    Shape: a canonical list has `to == ""`; an agency's names the canonical list that it translates to. `otherwise` is
    `reject`, `keep` or the canonical CODE that an unknown code becomes. `to_canonical` maps agency code → canonical,
    `to_agency` canonical → agency code (many-to-one: the preferred one, or the one that has not ended; a canonical code without a
    counterpart is not there).
    For a canonical list both are the identity. `is_injective`: no two codes have the same counterpart.
    """

    name: str
    codes: Mapping[str, Code]
    to: str = ""
    to_canonical: Mapping[str, str] = field(default_factory=dict)
    to_agency: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = "reject"
    source: str = ""
    since: str = ""
    until: str = ""
    is_injective: bool = True


def parse_codelist(
    document: Mapping[str, Json], csv_text: str | None = None, canonical: Mapping[str, CodeList] | None = None
) -> tuple[CodeList | None, tuple[Problem, ...]]:
    """Read a `codelist:` document, its kind key included; `csv_text` is the text of its `file:`.

    Shape: `canonical` holds the canonical lists by name; without it, targets are not looked up. No list where there are problems.
    """
    name = document.get("codelist")
    problems = [*_lint_keys(document, name), *_lint_origin(document, csv_text)]
    is_agency = "to" in document
    codes, found = _read_codes(document, csv_text, is_agency)
    problems += found
    since, until, found = _read_validity(document)
    problems += found
    target = (canonical or {}).get(str(document.get("to", ""))) if is_agency else None
    if is_agency and canonical is not None:
        problems += _lint_targets(document, codes, target, canonical)
    preferred = document.get("preferred", {})
    if not isinstance(preferred, dict):
        problems.append(Problem(("preferred",), "JB-COD-005", "`preferred` maps a canonical code to one of this list", ""))
        preferred = {}
    problems += _lint_preferred(document, preferred, codes)
    if problems:
        return None, tuple(problems)
    to_canonical = {code: one.to if is_agency else code for code, one in codes.items()}
    to_agency = {to: code for code, to in reversed(to_canonical.items()) if not codes[code].until} | preferred
    made = CodeList(
        name=str(name),
        codes=MappingProxyType(codes),
        to=str(document.get("to", "")),
        to_canonical=MappingProxyType(to_canonical),
        to_agency=MappingProxyType(to_agency),
        otherwise=str(document.get("else", "reject")),
        source=str(document.get("source", "")),
        since=since,
        until=until,
        is_injective=len(to_agency) == len(to_canonical),
    )
    return made, ()


def make_schema(codelist: CodeList) -> dict[str, Json]:
    """Give the JSON Schema of a list's codes."""
    return {"type": "string", "enum": list(codelist.codes)}


def _lint_keys(document: Mapping[str, Json], name: Json) -> Iterator[Problem]:
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        yield Problem(("codelist",), "JB-KEY-008", "a code list has a name like sex@1", "write NAME@MAJOR")
    for key in document:
        if key not in KEYS:
            yield Problem((key,), "JB-KEY-001", f'unknown key "{key}"', suggest_name(str(key), KEYS))
    if "to" in document and (not isinstance(document["to"], str) or NAME.fullmatch(document["to"]) is None):
        yield Problem(("to",), "JB-KEY-008", "`to` names a canonical code list", "write NAME@MAJOR")
    for key in ("else", "preferred"):
        if key in document and "to" not in document:
            yield Problem((key,), "JB-COD-003", f"`{key}` belongs to an agency's list", "add `to:`, the canonical list", True)


def _lint_origin(document: Mapping[str, Json], csv_text: str | None) -> Iterator[Problem]:
    if ("codes" in document) == ("file" in document):
        yield Problem((), "JB-KEY-009", "a code list has either `codes:` or `file:`", "write one of them")
    elif "file" in document and csv_text is None:
        yield Problem(("file",), "JB-SYN-014", "the file is not there", "put it beside this document")


def _read_codes(document: Mapping[str, Json], csv_text: str | None, is_agency: bool) -> tuple[dict[str, Code], list[Problem]]:
    if "codes" not in document:
        return _read_csv(csv_text or "", is_agency) if csv_text is not None else ({}, [])
    table = document["codes"]
    if not isinstance(table, dict) or not table:
        return {}, [Problem(("codes",), "JB-COD-004", "`codes` is a mapping and not empty", "")]
    codes: dict[str, Code] = {}
    problems: list[Problem] = []
    for code, value in table.items():
        made = _read_code(code, value, is_agency)
        if isinstance(made, Code):
            codes[made.code] = made
        else:
            problems.append(Problem(("codes", code), "JB-COD-004", *made))
    return codes, problems


def _read_code(code: Json, value: Json, is_agency: bool) -> Code | tuple[str, str]:
    """Read one line of `codes:`, or say what is wrong with it and how to mend it."""
    if not isinstance(code, str) or not code:
        return f"the code {code!r} is not a string", "quote it"
    if is_agency:
        return Code(code, to=value) if isinstance(value, str) else ("the counterpart is not a string", "quote it")
    titles = value if isinstance(value, dict) else {}
    if set(titles) != {"id", "en"} or not all(isinstance(title, str) and title for title in titles.values()):
        return "a canonical code has a title in `id` and `en`", "write {id: …, en: …}"
    return Code(code, title_en=titles["en"], title_id=titles["id"])


def _read_csv(text: str, is_agency: bool) -> tuple[dict[str, Code], list[Problem]]:
    wanted = _COLUMNS["agency" if is_agency else "canonical"]
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    codes: dict[str, Code] = {}
    problems: list[Problem] = []
    try:
        header = next(rows, [])
        if set(header) - {*wanted, *_OPTIONAL_COLUMNS} or not set(wanted) <= set(header) or len(set(header)) != len(header):
            return {}, [Problem(("file",), "JB-COD-004", f"the columns are {', '.join(wanted)} (since, until)", "mend the first line")]
        for row in rows:
            if row:
                problems += _add_row(codes, header, row, rows.line_num)
    except csv.Error as error:
        problems.append(Problem(("file", rows.line_num), "JB-COD-004", f"line {rows.line_num} is no CSV", str(error)))
    if not codes and not problems:
        problems.append(Problem(("file",), "JB-COD-004", "the file has no codes", ""))
    return codes, problems


def _add_row(codes: dict[str, Code], header: list[str], row: list[str], line: int) -> Iterator[Problem]:
    here: Path = ("file", line)
    if len(row) != len(header):
        yield Problem(
            here,
            "JB-COD-004",
            f"line {line} has {len(row)} values for {len(header)} columns",
            "mend the line; a value that holds a comma is quoted",
        )
        return
    cells = dict(zip(header, row, strict=True))
    code = cells["code"]
    if any(not cells[column] for column in header if column not in _OPTIONAL_COLUMNS):
        yield Problem(here, "JB-COD-004", f"line {line} has an empty value", "")
    elif code in codes:
        yield Problem(here, "JB-COD-006", f'line {line} has the code "{code}" again', "a code stands once")
        return
    since, until = cells.get("since", ""), cells.get("until", "")
    yield from _lint_dates(here, since, until)
    codes[code] = Code(code, cells.get("to", ""), cells.get("en", ""), cells.get("id", ""), since, until)


def _read_validity(document: Mapping[str, Json]) -> tuple[str, str, list[Problem]]:
    valid = document.get("valid", {})
    if not isinstance(valid, dict) or set(valid) - {"since", "until"}:
        return "", "", [Problem(("valid",), "JB-COD-007", "`valid` holds `since` and `until`", "")]
    since, until = (str(valid.get(key, "")) for key in ("since", "until"))
    return since, until, list(_lint_dates(("valid",), since, until))


def _lint_dates(here: Path, since: str, until: str) -> Iterator[Problem]:
    wrong = [text for text in (since, until) if text and not _is_date(text)]
    for text in wrong:
        yield Problem(here, "JB-COD-007", f'"{text}" is no date', "write YYYY-MM-DD")
    if not wrong and since and until and since > until:
        yield Problem(here, "JB-COD-007", "it ends before it begins", "put the dates the other way round")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _lint_targets(
    document: Mapping[str, Json], codes: Mapping[str, Code], target: CodeList | None, canonical: Mapping[str, CodeList]
) -> Iterator[Problem]:
    name = str(document["to"])
    if target is None:
        yield Problem(("to",), "JB-REF-003", f'unknown code list "{name}"', suggest_name(name, canonical))
        return
    if target.to:
        yield Problem(("to",), "JB-COD-008", f'"{name}" is not a canonical list', f'write "{target.to}"')
        return
    where = "codes" if "codes" in document else "file"
    for code, one in codes.items():
        if one.to not in target.codes:
            yield Problem((where, code), "JB-COD-009", f'"{one.to}" is no code of {name}', suggest_name(one.to, target.codes))
    otherwise = document.get("else", "reject")
    if otherwise not in ("reject", "keep") and otherwise not in target.codes:
        hint = suggest_name(str(otherwise), ("reject", "keep", *target.codes)) or f"reject, keep or a code of {name}"
        yield Problem(("else",), "JB-COD-009", f'"{otherwise}" is no code of {name}', hint)


def _lint_preferred(document: Mapping[str, Json], preferred: Mapping[str, Json], codes: Mapping[str, Code]) -> Iterator[Problem]:
    if "to" not in document:
        return
    where = "codes" if "codes" in document else "file"
    by_target: dict[str, list[str]] = {}
    for code, one in codes.items():
        by_target.setdefault(one.to, []).append(code)
    yield from _lint_preferences(preferred, by_target, codes)
    for to, many in by_target.items():
        lasting = [code for code in many if not codes[code].until]
        if len(lasting) > 1 and to not in preferred:
            yield Problem(
                (where, lasting[-1]),
                "JB-COD-010",
                f'{", ".join(lasting)} all mean "{to}"',
                f'say which is written back: preferred: {{{to}: "…"}}',
            )


def _lint_preferences(preferred: Mapping[str, Json], by_target: Mapping[str, list[str]], codes: Mapping[str, Code]) -> Iterator[Problem]:
    for to, code in preferred.items():
        if not isinstance(code, str) or code not in by_target.get(str(to), ()):
            hint = suggest_name(str(code), by_target.get(str(to), ())) or "name one of the codes that have this counterpart"
            yield Problem(("preferred", to), "JB-COD-005", f'"{code}" is no code of this list for "{to}"', hint)
        elif codes[code].until:
            yield Problem(("preferred", to), "JB-COD-005", f'"{code}" has ended ({codes[code].until}): it is read, never written', "")
