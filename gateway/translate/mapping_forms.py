"""Reading single forms of the mapping language: `from`, `split`, `switch`, `pick`, `derive`, and what several of them share.

Must not know: schemas, code lists, directions.
"""

from __future__ import annotations

from typing import Protocol

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .forms import Body, CaseForm, Choice, Derived, Form, Move, Only, Picked, Split
from .paths import Segments, split_path
from .problems import is_json

CODE_FORM, CODE_KEY, CODE_PATH = "JB-MAP-001", "JB-KEY-001", "JB-KEY-008"
ONLY: tuple[Only, ...] = ("to_canonical", "to_agency")
CASES_MAX = 64
_CASE_KEYS = ("is", "fields", "drop", "lack")


class ParseBody(Protocol):
    """Reads the fields, drops and lacks of a scope."""

    def __call__(self, document: Json, at: Path, problems: list[Problem], may_be_bare: bool = False) -> Body:
        """Read them."""


def read_path(text: Json, at: Path, problems: list[Problem]) -> Segments | None:
    """Read a path that a user wrote; None, and a problem, where it is none."""
    if not isinstance(text, str):
        problems.append(Problem(at, CODE_PATH, "a path is a text", "quote it"))
        return None
    if text.startswith("param."):
        problems.append(
            Problem(at, CODE_PATH, f"{text} cannot stand here", "a parameter is a field's whole source, or an operator's argument")
        )
        return None
    try:
        return split_path(text)
    except ValueError as error:
        problems.append(Problem(at, CODE_PATH, f'"{text}" is no path: {error}', 'a."b.c".d'))
        return None


def parse_only(value: Json, at: Path, problems: list[Problem]) -> Only:
    """Read `only:`."""
    only = value.get("only", "")
    for known in ONLY:
        if only == known:
            return known
    if "only" in value:
        problems.append(Problem((*at, "only"), CODE_FORM, "`only` is to_canonical or to_agency", suggest_name(str(only), ONLY)))
    return ""


def parse_move(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Move | None:
    """Read `{from, via, absent, only}`."""
    agency = read_path(value["from"], (*at, "from"), problems)
    absent = value.get("absent", "omit")
    if absent not in ("omit", "error"):
        problems.append(Problem((*at, "absent"), CODE_FORM, "`absent` is omit or error", suggest_name(str(absent), ("omit", "error"))))
    only = parse_only(value, at, problems)
    return None if agency is None else Move(at, canonical, agency, value.get("via"), only, absent == "error")


def judge_seams(word: str, widths: Json, sep: Json, count: int, at: Path) -> Problem | None:
    """Give a problem unless there is either `widths`, one for each part, or `sep`."""
    if (widths is None) == (sep is None):
        return Problem(at, CODE_FORM, f"`{word}` needs either `widths` or `sep`", "widths: [2, 2, 2, 4]")
    if widths is not None:
        is_right = _are_widths(widths, count)
        return None if is_right else Problem((*at, "widths"), CODE_FORM, f"`widths` is a list of {count} whole numbers from 1")
    is_right = isinstance(sep, str) and sep != ""
    return None if is_right else Problem((*at, "sep"), CODE_FORM, "`sep` is a text that is not empty", "quote it")


def _are_widths(widths: Json, count: int) -> bool:
    return isinstance(widths, list) and len(widths) == count and all(type(width) is int and 1 <= width <= 1000 for width in widths)


def parse_split(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    """Read `{split, into, widths | sep, via, only}`."""
    agency, into = read_path(value["split"], (*at, "split"), problems), value.get("into")
    if not isinstance(into, list) or len(into) < 2:
        problems.append(Problem((*at, "into") if into is not None else at, CODE_FORM, "`into` is a list of two or more paths"))
        return None
    paths = [read_path(one, (*at, "into", index), problems) for index, one in enumerate(into)]
    if problem := judge_seams("split", value.get("widths"), value.get("sep"), len(into), at):
        problems.append(problem)
        return None
    only = parse_only(value, at, problems)
    found = tuple(path for path in paths if path is not None)
    if agency is None or len(found) < len(paths):
        return None
    return Split(at, canonical, found, agency, tuple(value.get("widths") or ()), value.get("sep") or "", value.get("via"), only)


def parse_switch(canonical: Segments, value: Json, at: Path, problems: list[Problem], parse_body: ParseBody) -> Form | None:
    """Read `{switch, cases, only}`."""
    agency, cases = read_path(value["switch"], (*at, "switch"), problems), value.get("cases")
    if not isinstance(cases, dict) or not 1 <= len(cases) <= CASES_MAX:
        problems.append(Problem(at, CODE_FORM, "`cases` is a table of the agency's tag: {is, fields, drop, lack}", "cases: {A: {is: a}}"))
        return None
    read = [_parse_case(key, case, (*at, "cases", key), problems, parse_body) for key, case in cases.items()]
    only = parse_only(value, at, problems)
    found = tuple(case for case in read if case is not None)
    return Choice(at, canonical, agency, found, only) if agency is not None and len(found) == len(read) else None


def _parse_case(key: Json, case: Json, at: Path, problems: list[Problem], parse_body: ParseBody) -> CaseForm | None:
    if not isinstance(key, str):
        problems.append(Problem(at, CODE_FORM, "a case's tag is a text", "quote it", True))
        return None
    given = {"is": case} if isinstance(case, str) else case
    if not isinstance(given, dict) or not is_json(given.get("is", key)) or isinstance(given.get("is", key), dict | list):
        problems.append(Problem(at, CODE_FORM, "a case is the canonical tag, or {is, fields, drop, lack}", "quote it"))
        return None
    problems.extend(
        Problem((*at, word), CODE_KEY, f'unknown key "{word}" of a case', suggest_name(str(word), _CASE_KEYS))
        for word in sorted(given.keys() - set(_CASE_KEYS), key=str)
    )
    return CaseForm(at, key, given.get("is", key), parse_body(given, at, problems, may_be_bare=True))


def parse_pick(canonical: Segments, value: Json, at: Path, problems: list[Problem], parse_body: ParseBody) -> Form | None:
    """Read `{pick, where, value | fields, arity, only}`."""
    agency, arity = read_path(value["pick"], (*at, "pick"), problems), value.get("arity", "one")
    if arity not in ("one", "first"):
        problems.append(Problem((*at, "arity"), CODE_FORM, "`arity` is one or first", suggest_name(str(arity), ("one", "first"))))
    if ("fields" in value) == ("value" in value):
        problems.append(Problem(at, CODE_FORM, "`pick` needs either `value` (one field of the element) or `fields`"))
        return None
    where = _parse_where(value.get("where"), at, problems)
    body = _parse_picked(value, at, problems, parse_body)
    only = parse_only(value, at, problems)
    if agency is None or where is None or body is None:
        return None
    return Picked(at, canonical, agency, where, body, arity == "first", only)


def _parse_where(where: Json, at: Path, problems: list[Problem]) -> tuple[tuple[Segments, Json], ...] | None:
    if not isinstance(where, dict) or not where:
        here = (*at, "where") if where is not None else at
        problems.append(Problem(here, CODE_FORM, "`where` is a table field: constant", "where: {JENIS: EMAIL}"))
        return None
    read = [(read_path(key, (*at, "where", key), problems), value) for key, value in where.items()]
    for (path, value), key in zip(read, where, strict=True):
        if path is not None and (not is_json(value) or isinstance(value, dict | list) or value is None):
            problems.append(Problem((*at, "where", key), CODE_FORM, "a text, a number or a boolean is wanted", "quote it"))
            return None
    found = tuple((path, value) for path, value in read if path is not None)
    return found if len(found) == len(read) else None


def _parse_picked(value: Json, at: Path, problems: list[Problem], parse_body: ParseBody) -> Body | None:
    if "fields" in value:
        return parse_body(value, at, problems)
    given, here = value["value"], (*at, "value")
    rest = parse_body({**value, "fields": None}, at, problems, may_be_bare=True)
    if isinstance(given, str):
        path = read_path(given, here, problems)
        return None if path is None else Body(at, (Move(here, (), path),), rest.drops, rest.lacks)
    if not isinstance(given, dict) or "from" not in given or given.keys() - {"from", "via", "absent"}:
        problems.append(Problem(here, CODE_FORM, "a path is wanted, or {from, via, absent}", "value: NILAI"))
        return None
    move = parse_move((), given, here, problems)
    return None if move is None else Body(at, (move,), rest.drops, rest.lacks)


def parse_derive(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    """Read `{derive}`; the text is read when its fields are known."""
    text = value["derive"]
    if not isinstance(text, str) or not text.strip():
        problems.append(Problem((*at, "derive"), CODE_FORM, "`derive` is an expression in a text", "quote it"))
        return None
    return Derived(at, canonical, text)
