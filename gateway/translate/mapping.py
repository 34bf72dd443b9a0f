"""The mapping language: from decoded YAML to typed forms, with all that is wrong in it.

Holds: the table of field forms (a path, `from`, `join`, `const`, `each`, nested; `mapping_forms` the others), `drop` and `lack`.
Laws: 1. The order of fields never matters. 2. A word of the language that comes later is told from a misspelling.
Must not know: schemas, code lists, directions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .forms import Body, Const, Drop, Each, Form, Join, Lack, Move, Picked
from .mapping_forms import (
    CODE_FORM,
    CODE_KEY,
    judge_seams,
    parse_derive,
    parse_move,
    parse_only,
    parse_pick,
    parse_split,
    parse_switch,
    read_path,
)
from .paths import Segments
from .problems import is_json

CODE_REASON, CODE_TWICE = "JB-KEY-002", "JB-MAP-020"
NESTING_MAX = 16
EACH_MAX = 6
WHOLE = "."  # the document or element that the fields stand in

KEYS = ("mapping", "from", "to", "title", "params", "fields", "drop", "lack")
_SCOPE = frozenset({"fields", "drop", "lack"})
FORMS: Mapping[str, frozenset[str]] = {
    "from": frozenset({"from", "via", "absent", "only"}),
    "join": frozenset({"join", "widths", "sep", "via", "only"}),
    "const": frozenset({"const"}),
    "each": frozenset({"each", "key", "via", "only"}) | _SCOPE,
    "split": frozenset({"split", "into", "widths", "sep", "via", "only"}),
    "switch": frozenset({"switch", "cases", "only"}),
    "pick": frozenset({"pick", "where", "value", "arity", "only"}) | _SCOPE,
    "derive": frozenset({"derive"}),
}
DROP_KINDS = ("sensitive", "redundant", "unused", "unsupported")


def parse_mapping(document: Json) -> tuple[Body, list[Problem]]:
    """Read the fields, drops and lacks of a mapping."""
    problems: list[Problem] = []
    unknown = [key for key in document if key not in KEYS]
    problems += [Problem((key,), CODE_KEY, f'unknown key "{key}"', suggest_name(str(key), KEYS), True) for key in unknown]
    return parse_body(document, (), problems), problems


def parse_body(document: Json, at: Path, problems: list[Problem], may_be_bare: bool = False) -> Body:
    """Read one scope: the whole mapping, the body of an `each` or `pick`, or a case (which `may_be_bare` of fields)."""
    forms: list[Form] = []
    fields = document.get("fields")
    if at.count("fields") > EACH_MAX:
        problems.append(Problem(at, CODE_FORM, f"`each` stands in `each` more than {EACH_MAX} deep"))
    elif isinstance(fields, dict) and fields:
        _parse_table(fields, (*at, "fields"), (), forms, problems)
    elif fields is not None or not may_be_bare:
        problems.append(Problem((*at, "fields") if fields is not None else at, CODE_FORM, "`fields` is a table canonical: agency"))
    forms.sort(key=lambda form: form.canonical)
    forms = [form for form in forms if form.canonical or _is_whole(form, problems)]
    for one, other in pairwise(forms):
        if one.canonical == other.canonical:
            problems.append(Problem(max(one.at, other.at, key=str), CODE_TWICE, "this canonical field is claimed twice", "claim it once"))
    return Body(at, tuple(forms), _parse_drops(document, at, problems), _parse_lacks(document, at, problems))


def _is_whole(form: Form, problems: list[Problem]) -> bool:
    """Whether what is written to the whole has fields of its own; a problem where not."""
    if isinstance(form, Picked) and all(inner.canonical for inner in form.body.fields):
        return True
    hint = "the fields of the element are written as if they stood here"
    problems.append(Problem(form.at, CODE_FORM, f'"{WHOLE}" takes {{pick, where, fields}}', hint))
    return False


def _parse_table(table: Json, at: Path, prefix: Segments, forms: list[Form], problems: list[Problem]) -> None:
    for key, value in table.items():
        path = () if key == WHOLE else read_path(key, (*at, key), problems)
        if path is None:
            continue
        here, canonical = (*at, key), prefix + path
        if isinstance(value, dict) and value and not any(word in value for word in FORMS):
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
    return _PARSERS[word](canonical, value, at, problems)


def _judge_words(value: Json, at: Path) -> Problem | None:
    """Give a problem where there is more than one form."""
    words = [word for word in FORMS if word in value]
    return Problem(at, CODE_FORM, f"`{words[0]}` and `{words[1]}` do not go together", "take one of them") if len(words) > 1 else None


def _parse_join(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    sources, widths, sep = value["join"], value.get("widths"), value.get("sep")
    if not isinstance(sources, list) or len(sources) < 2:
        problems.append(Problem((*at, "join"), CODE_FORM, "`join` is a list of two or more paths"))
        return None
    paths = [read_path(source, (*at, "join", index), problems) for index, source in enumerate(sources)]
    if problem := judge_seams("join", widths, sep, len(sources), at):
        problems.append(problem)
        return None
    only = parse_only(value, at, problems)
    found = tuple(path for path in paths if path is not None)
    return Join(at, canonical, found, tuple(widths or ()), sep or "", value.get("via"), only) if len(found) == len(paths) else None


def _parse_const(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    if not is_json(value["const"]):
        problems.append(Problem((*at, "const"), CODE_FORM, "a constant is a JSON value", "quote it"))
        return None
    return Const(at, canonical, value["const"])


def _parse_each(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    agency = read_path(value["each"], (*at, "each"), problems)
    key = read_path(value["key"], (*at, "key"), problems) if "key" in value else ()
    only = parse_only(value, at, problems)
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


def _parse_switch(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    return parse_switch(canonical, value, at, problems, parse_body)


def _parse_pick(canonical: Segments, value: Json, at: Path, problems: list[Problem]) -> Form | None:
    return parse_pick(canonical, value, at, problems, parse_body)


_PARSERS: Mapping[str, Callable[[Segments, Json, Path, list[Problem]], Form | None]] = {
    "from": parse_move,
    "join": _parse_join,
    "const": _parse_const,
    "each": _parse_each,
    "split": parse_split,
    "switch": _parse_switch,
    "pick": _parse_pick,
    "derive": parse_derive,
}
