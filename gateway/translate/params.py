"""Parameters of a mapping: what a use gives to it once, so that one family's mapping serves many instances.

Holds: filling a mapping's document with values. A parameter stands as an operator's argument (`zone: param.zone`), or as the source of a
field (`zone: param.zone`, which is then a constant).
Laws: 1. An instance is a mapping like any other: compiled, proved and shown on its own. 2. Equal values make one instance: whoever has
many (the rows of a table) makes one for each distinct tuple. 3. The instance's name holds the values, so they are no secrets.
Must not know: types, routes, tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

ROOT = "param."
_AS_WRITTEN = ("via", "const", "where", "from", "drop", "lack")
CODE_UNKNOWN, CODE_UNUSED, CODE_FORM = "JB-MAP-040", "JB-MAP-041", "JB-MAP-001"


def name_instance(name: str, values: Mapping[str, Json]) -> str:
    """Give the name of a mapping filled with values: `simpus/visit(zone=Asia/Jayapura)`."""
    if not values:
        return name
    return name + "(" + ",".join(f"{key}={_show(values[key])}" for key in sorted(values)) + ")"


def family_of(name: str) -> str:
    """Give the mapping's own name, as metrics and callers see it."""
    return name.partition("(")[0]


def _show(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def fill_params(document: Mapping[str, Json], values: Mapping[str, Json]) -> dict[str, Json]:
    """Give a mapping's document with every parameter replaced by its value."""
    name = name_instance(str(document.get("mapping", "")), values)
    rest = {key: value for key, value in document.items() if key not in ("params", "fields")}
    return {**rest, "mapping": name, "fields": _fill_fields(document.get("fields"), {ROOT + key: value for key, value in values.items()})}


def _fill_fields(value: Json, values: Mapping[str, Json]) -> Json:
    """Fill a table of fields, or a form: a reference that is a field's whole source is a constant."""
    if isinstance(value, str):
        return {"const": values[value]} if value in values else value
    if not isinstance(value, dict):
        return value
    if value.get("from") in values and value.keys() <= {"from", "absent"}:
        return {"const": values[value["from"]]}
    filled = {key: _fill_fields(inner, values) for key, inner in value.items() if key not in _AS_WRITTEN}
    return {**value, **filled, **({"via": _fill_arguments(value["via"], values)} if "via" in value else {})}


def _fill_arguments(value: Json, values: Mapping[str, Json]) -> Json:
    if isinstance(value, str):
        return values.get(value, value)
    if isinstance(value, list):
        return [_fill_arguments(inner, values) for inner in value]
    return {key: _fill_arguments(inner, values) for key, inner in value.items()} if isinstance(value, dict) else value


def judge_params(document: Mapping[str, Json]) -> list[Problem]:
    """Give a problem for every parameter that is used and not declared, or declared and not used."""
    declared = document.get("params") or {}
    uses = list(_list_uses(document.get("fields"), ("fields",)))
    problems = [
        Problem(
            path,
            CODE_UNKNOWN,
            f'the mapping has no parameter "{name}"',
            suggest_name(name, declared) or f"declare it: params: {{{name}: …}}",
        )
        for name, path in uses
        if name not in declared
    ]
    used = {name for name, _ in uses}
    problems += [
        Problem(("params", name), CODE_UNUSED, f'nothing uses the parameter "{name}"', f"param.{name} in a `via`, or take it out", True)
        for name in declared
        if name not in used
    ]
    return problems


def _list_uses(value: Json, at: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(value, str):
        if value.startswith(ROOT):
            yield value[len(ROOT) :], at
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("const", "where"):
                yield from _list_uses(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _list_uses(inner, (*at, index))
