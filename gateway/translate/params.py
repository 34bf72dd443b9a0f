"""A mapping with `params`, given values: a plain mapping, to be compiled and proved like any other.

Laws: 1. What `param.NAME` stands for is known before a mapping is compiled: in the arguments of operators and in constants. 2. Every
parameter that is used is declared, and the other way round.
Must not know: where values come from.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

CODE_PARAM = "JB-MAP-093"
_ROOT = "param."


def specialise_mapping(document: Json, values: Mapping[str, Json]) -> tuple[Json, list[Problem]]:
    """Give a mapping with its parameters filled in, and without `params`; problems point into the document as it is.

    Shape: `values` holds a value for each declared parameter.
    """
    problems: list[Problem] = []
    used: set[str] = set()
    fields = _fill(document.get("fields"), ("fields",), values, used, problems, is_argument=False)
    declared = document.get("params") or {}
    problems += [
        Problem(("params", name), CODE_PARAM, f"no operator takes param.{name}", "take it out, or use it", True)
        for name in declared
        if name not in used
    ]
    return {**{key: value for key, value in document.items() if key != "params"}, "fields": fields}, problems


def _fill(value: Json, at: Path, values: Mapping[str, Json], used: set[str], problems: list[Problem], *, is_argument: bool) -> Json:
    if isinstance(value, dict):
        return {
            key: _fill(inner, (*at, key), values, used, problems, is_argument=is_argument or key in ("via", "const"))
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_fill(inner, (*at, place), values, used, problems, is_argument=is_argument) for place, inner in enumerate(value)]
    if not is_argument or not isinstance(value, str) or not value.startswith(_ROOT):
        return value
    name = value.removeprefix(_ROOT)
    if name not in values:
        problems.append(Problem(at, CODE_PARAM, f'the mapping has no parameter "{name}"', suggest_name(name, values) or "params: {…}"))
        return value
    used.add(name)
    return values[name]
