"""The mapping language: from decoded YAML to typed forms, with all that is wrong in it.

Holds: the field forms (a path, `from`, `join`, `const`, `each`, nested), `drop` and `lack`.
Laws: 1. The order of fields never matters. 2. A word of the language that comes later is told from a misspelling.
Must not know: schemas, code lists, directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .paths import Segments, split_path
from .problems import is_json, say_not_yet

CODE_FORM, CODE_KEY, CODE_PATH, CODE_REASON = "JB-MAP-001", "JB-KEY-001", "JB-KEY-008", "JB-KEY-002"
CODE_TWICE = "JB-MAP-020"
NESTING_MAX = 16
EACH_MAX = 6

Only = Literal["", "to_canonical", "to_agency"]


@dataclass(frozen=True, slots=True)
class Move:
    """One agency field ⇄ one canonical field, through operators. Shape: `via` as written, None without."""

    at: Path
    canonical: Segments
    agency: Segments
    via: Json = None
    only: Only = ""
    is_absence_refused: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """Several agency fields ⇄ one canonical text. Shape: fixed `widths`, or a separator `sep`."""

    at: Path
    canonical: Segments
    agency: tuple[Segments, ...]
    widths: tuple[int, ...] = ()
    sep: str = ""
    via: Json = None
    only: Only = ""


@dataclass(frozen=True, slots=True)
class Const:
    """A canonical field that always has this value."""

    at: Path
    canonical: Segments
    value: Json


@dataclass(frozen=True, slots=True)
class Each:
    """An array ⇄ an array, element by element. Shape: `body` for objects, `via` for plain values; `key` tells elements apart."""

    at: Path
    canonical: Segments
    agency: Segments
    body: Body | None
    via: Json = None
    key: Segments = ()
    only: Only = ""


Form: TypeAlias = "Move | Join | Const | Each"


@dataclass(frozen=True, slots=True)
class Drop:
    """An agency field that is left behind on purpose; `const` is what the agency gets there."""

    at: Path
    path: Segments
    kind: str
    reason: str
    const: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """A canonical field that this agency does not have."""

    at: Path
    path: Segments
    reason: str


@dataclass(frozen=True, slots=True)
class Body:
    """The fields of one scope (a document or an element), sorted by canonical path; drops and lacks."""

    at: Path
    fields: tuple[Form, ...]
    drops: tuple[Drop, ...] = ()
    lacks: tuple[Lack, ...] = ()


KEYS = ("mapping", "from", "to", "title", "fields", "drop", "lack")
LATER_KEYS = ("params", "assume")
_SCOPE = frozenset({"fields", "drop", "lack"})
FORMS: Mapping[str, frozenset[str]] = {
    "from": frozenset({"from", "via", "absent", "only"}),
    "join": frozenset({"join", "widths", "sep", "via", "only"}),
    "const": frozenset({"const"}),
    "each": frozenset({"each", "key", "via", "only"}) | _SCOPE,
}
LATER_FORMS = ("pick", "switch", "derive", "split", "assume")
ONLY: tuple[Only, ...] = ("to_canonical", "to_agency")
DROP_KINDS = ("sensitive", "redundant", "unused", "unsupported")


def parse_mapping(document: Json) -> tuple[Body, list[Problem]]:
    """Read the fields, drops and lacks of a mapping."""
    problems: list[Problem] = []
    for key in document:
        if key in LATER_KEYS:
            problems.append(say_not_yet((key,), f"`{key}` of a mapping"))
        elif key not in KEYS:
            problems.append(Problem((key,), CODE_KEY, f'unknown key "{key}"', suggest_name(str(key), KEYS), True))
    return parse_body(document, (), problems), problems


def parse_body(document: Json, at: Path, problems: list[Problem]) -> Body:
    """Read one scope: the whole mapping, or the body of an `each`."""
    forms: list[Form] = []
    fields = document.get("fields")
    if at.count("fields") > EACH_MAX:
        problems.append(Problem(at, CODE_FORM, f"`each` stands in `each` more than {EACH_MAX} deep"))
    elif isinstance(fields, dict) and fields:
        _parse_table(fields, (*at, "fields"), (), forms, problems)
    else:
        problems.append(Problem((*at, "fields") if fields is not None else at, CODE_FORM, "`fields` is a table canonical: agency"))
    forms.sort(key=lambda form: form.canonical)
    for one, other in pairwise(forms):
        if one.canonical == other.canonical:
            problems.append(Problem(max(one.at, other.at, key=str), CODE_TWICE, "this canonical field is claimed twice", "claim it once"))
    return Body(at, tuple(forms), _parse_drops(document, at, problems), _parse_lacks(document, at, problems))


def _parse_table(table: Json, at: Path, prefix: Segments, forms: list[Form], problems: list[Problem]) -> None:
    for key, value in table.items():
        path = read_path(key, (*at, key), problems)
        if path is None:
            continue
        here, canonical = (*at, key), prefix + path
        if isinstance(value, dict) and value and not any(word in value for word in (*FORMS, *LATER_FORMS)):
            if len(canonical) > NESTING_MAX:
                problems.append(Problem(here, CODE_FORM, "nested too deeply"))
            else:
                _parse_table(value, here, canonical, forms, problems)
            continue
        form = _parse_form(canonical, value, here, problems)
        if form is not None:
            forms.append(form)


def _parse_form(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    if isinstance(value, str):
        agency = read_path(value, at, problems)
        return None if agency is None else Move(at, canonical, agency)
    if not isinstance(value, dict) or not value:
        hint = "quote it" if isinstance(value, int | float | bool) else "canonical: AGENCY_FIELD, or {const: …}"
        problems.append(Problem(at, CODE_FORM, "a field's source is a path or one of the forms " + ", ".join(FORMS), hint))
        return None
    if problem := _judge_words(value, at):
        problems.append(problem)
        return None
    word = next(word for word in FORMS if word in value)
    beside = sorted(FORMS[word] - {word})
    for key in sorted(value.keys() - FORMS[word], key=str):
        hint = suggest_name(str(key), beside) or f"beside `{word}`: {', '.join(beside) or 'nothing'}"
        problems.append(Problem((*at, key), CODE_KEY, f'unknown key "{key}" of `{word}`', hint))
    return {"from": _parse_move, "join": _parse_join, "const": _parse_const, "each": _parse_each}[word](canonical, value, at, problems)


def _judge_words(value: Json, at: Path) -> Problem | None:
    """Give a problem where a form is of a later version, or where there is more than one."""
    later = [word for word in LATER_FORMS if word in value]
    if later:
        return say_not_yet((*at, later[0]), f"`{later[0]}`")
    words = [word for word in FORMS if word in value]
    return Problem(at, CODE_FORM, f"`{words[0]}` and `{words[1]}` do not go together", "take one of them") if len(words) > 1 else None


def _parse_only(value: Json, at: Path, problems: list[Problem]) -> Only:
    only = value.get("only", "")
    for known in ONLY:
        if only == known:
            return known
    if "only" in value:
        problems.append(Problem((*at, "only"), CODE_FORM, "`only` is to_canonical or to_agency", suggest_name(str(only), ONLY)))
    return ""


def _parse_move(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    agency = read_path(value["from"], (*at, "from"), problems)
    absent = value.get("absent", "omit")
    if absent not in ("omit", "error"):
        problems.append(Problem((*at, "absent"), CODE_FORM, "`absent` is omit or error", suggest_name(str(absent), ("omit", "error"))))
    only = _parse_only(value, at, problems)
    return None if agency is None else Move(at, canonical, agency, value.get("via"), only, absent == "error")


def _parse_join(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    sources, widths, sep = value["join"], value.get("widths"), value.get("sep")
    if not isinstance(sources, list) or len(sources) < 2:
        problems.append(Problem((*at, "join"), CODE_FORM, "`join` is a list of two or more paths"))
        return None
    paths = [read_path(source, (*at, "join", index), problems) for index, source in enumerate(sources)]
    if problem := _judge_seams(widths, sep, len(sources), at):
        problems.append(problem)
        return None
    only = _parse_only(value, at, problems)
    found = tuple(path for path in paths if path is not None)
    return Join(at, canonical, found, tuple(widths or ()), sep or "", value.get("via"), only) if len(found) == len(paths) else None


def _judge_seams(widths: Json, sep: Json, count: int, at: Path) -> Problem | None:
    if (widths is None) == (sep is None):
        return Problem(at, CODE_FORM, "`join` needs either `widths` or `sep`", "widths: [2, 2, 2, 4]")
    if widths is not None:
        is_right = _are_widths(widths, count)
        return None if is_right else Problem((*at, "widths"), CODE_FORM, f"`widths` is a list of {count} whole numbers from 1")
    is_right = isinstance(sep, str) and sep != ""
    return None if is_right else Problem((*at, "sep"), CODE_FORM, "`sep` is a text that is not empty", "quote it")


def _are_widths(widths: Json, count: int) -> bool:
    return isinstance(widths, list) and len(widths) == count and all(type(width) is int and 1 <= width <= 1000 for width in widths)


def _parse_const(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    if not is_json(value["const"]):
        problems.append(Problem((*at, "const"), CODE_FORM, "a constant is a JSON value", "quote it"))
        return None
    return Const(at, canonical, value["const"])


def _parse_each(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    agency = read_path(value["each"], (*at, "each"), problems)
    key = read_path(value["key"], (*at, "key"), problems) if "key" in value else ()
    only = _parse_only(value, at, problems)
    if ("fields" in value) == ("via" in value):
        problems.append(Problem(at, CODE_FORM, "`each` needs either `fields` (elements are objects) or `via` (plain values)"))
        return None
    body = parse_body(value, at, problems) if "fields" in value else None
    return None if agency is None else Each(at, canonical, agency, body, value.get("via"), key or (), only)


def _parse_drops(document: Json, at: Path, problems: list[Problem]) -> tuple[Drop, ...]:
    drops: list[Drop] = []
    for key, value, here, path in _read_claims(document, "drop", at, problems):
        given = value if isinstance(value, dict) else {}
        unknown = [word for word in given if word not in ("class", "reason", "const")]
        problems.extend(Problem((*here, word), CODE_KEY, f'unknown key "{word}" of a drop', "class, reason, const") for word in unknown)
        kind, reason = given.get("class"), given.get("reason")
        if kind not in DROP_KINDS or not isinstance(reason, str) or not reason:
            hint = f"{key}: {{class: sensitive, reason: …}}; classes: {', '.join(DROP_KINDS)}"
            problems.append(Problem(here, CODE_REASON, "a drop says its class and its reason", hint))
            continue
        if "const" in given and not is_json(given["const"]):
            problems.append(Problem((*here, "const"), CODE_FORM, "a constant is a JSON value", "quote it"))
        drops.append(Drop(here, path, kind, reason, (given["const"],) if "const" in given else ()))
    return tuple(drops)


def _parse_lacks(document: Json, at: Path, problems: list[Problem]) -> tuple[Lack, ...]:
    lacks: list[Lack] = []
    for key, value, here, path in _read_claims(document, "lack", at, problems):
        if not isinstance(value, str) or not value:
            problems.append(Problem(here, CODE_REASON, "a lack says its reason", f"{key}: held by …"))
            continue
        lacks.append(Lack(here, path, value))
    return tuple(lacks)


def _read_claims(document: Json, word: str, at: Path, problems: list[Problem]) -> list[tuple[str, Json, Path, Segments]]:
    table = document.get(word)
    if table is None:
        return []
    if not isinstance(table, dict):
        problems.append(Problem((*at, word), CODE_FORM, f"`{word}` is a table of paths"))
        return []
    rows = [(key, value, (*at, word, key), read_path(key, (*at, word, key), problems)) for key, value in table.items()]
    return [(key, value, here, path) for key, value, here, path in rows if path is not None]


def read_path(text: Json, at: Path, problems: list[Problem]) -> Segments | None:
    """Read a path that a user wrote; None, and a problem, where it is none."""
    if not isinstance(text, str):
        problems.append(Problem(at, CODE_PATH, "a path is a text", "quote it"))
        return None
    if text.startswith("param."):
        problems.append(say_not_yet(at, "a parameter of a mapping"))
        return None
    try:
        return split_path(text)
    except ValueError as error:
        problems.append(Problem(at, CODE_PATH, f'"{text}" is no path: {error}', 'a."b.c".d'))
        return None
