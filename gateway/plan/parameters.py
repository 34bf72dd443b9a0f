"""Uses of mappings with `params` in routes: `{use: X, zone: row.zone}` is X, compiled once for each set of values.

Laws: 1. What runs is a plain mapping: what holds for one, proofs included, holds for each. 2. Equal values give the same mapping, whoever
uses it. 3. A value is known when the plan is made: a constant, or a cell of a row.
Must not know: how a mapping is compiled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..schema.types import ParamType
from ..translate.params import name_instance
from ..values.model import Json
from ..values.problem import Path, Problem, suggest_name
from .decode import Document
from .instances import list_values, show_choices
from .notes import Notes
from .shelf import Shelf

CODE, CODE_UNUSED = "JB-MAP-042", "JB-MAP-094"
_NOT_COMPILED = "the route has no provider, so it is refused"
_PLACES: tuple[tuple[str, ...], ...] = (("provider", "request"), ("provider", "response"), ("old", "request"))


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a mapping with parameters: where it stands, and the source of each value."""

    at: Path
    mapping: str
    sources: Mapping[str, Json]


def list_uses(document: Document, shelf: Shelf) -> list[Use]:
    """Give the uses of a route with one provider; a mapping with parameters that is named without any is one too."""
    found = []
    for place in _PLACES:
        block = document.value
        for step in place:
            block = (block or {}).get(step) or {}
        given = block.get("mapping")
        if isinstance(given, dict):
            found.append(Use((*place, "mapping"), given["use"], {name: source for name, source in given.items() if name != "use"}))
        elif given in shelf.instances.known:
            found.append(Use((*place, "mapping"), given, {}))
    return found


def list_columns(uses: list[Use]) -> tuple[str, ...]:
    """Give the columns of the row that the uses take values from."""
    return tuple(sorted({column for use in uses for source in use.sources.values() if (column := column_of(source))}))


def column_of(source: Json) -> str:
    """Give the column that a source names; "" where it is no column."""
    return source.removeprefix("row.") if isinstance(source, str) and source.startswith("row.") else ""


def fill_uses(document: Document, uses: list[Use], cells: Mapping[str, Json], shelf: Shelf, notes: Notes) -> Document | None:
    """Give a route with each use replaced by the name of the instance that it means; None where something is wrong, which is noted."""
    value = document.value
    for use in uses:
        name = _find_instance(document, use, cells, shelf, notes)
        if name is None:
            return None
        value = _put(value, use.at, name)
    return replace(document, value=value) if uses else document


def _put(value: Json, path: Path, new: Json) -> Json:
    return new if not path else {**value, path[0]: _put(value[path[0]], path[1:], new)}


def _find_instance(document: Document, use: Use, cells: Mapping[str, Json], shelf: Shelf, notes: Notes) -> str | None:
    parametric = shelf.instances.known.get(use.mapping)
    if parametric is None and use.mapping not in shelf.mappings:
        return None  # noted at the mapping
    types = {} if parametric is None else parametric.types
    problems = list(_check_names(use, types))
    values: dict[str, Json] = {}
    for name, kind in types.items():
        problems += _read_value(use, name, kind, cells, values)
    if notes.note_problems(document, use.at, problems, _NOT_COMPILED):
        return None
    if parametric is None:
        return use.mapping
    instance = shelf.instances.find_instance(use.mapping, values)
    if instance is None:
        notes.note(document, use.at, CODE, f"{name_instance(use.mapping, values)} does not compile", "", _NOT_COMPILED)
    return instance


def _check_names(use: Use, types: Mapping[str, ParamType]) -> Iterator[Problem]:
    for name in use.sources:
        if name not in types:
            yield Problem((name,), CODE, f'{use.mapping} has no parameter "{name}"', suggest_name(name, types), True)


def _read_value(use: Use, name: str, kind: ParamType, cells: Mapping[str, Json], values: dict[str, Json]) -> Iterator[Problem]:
    """Put the value of one parameter into `values`, or say why there is none."""
    given = use.sources.get(name)
    column = column_of(given)
    hint = f"{name}: {{const: …}}, or {name}: row.COLUMN"
    if given is None:
        yield Problem((), CODE, f'{use.mapping} is not given its parameter "{name}"', hint)
    elif column and column not in cells:
        near = suggest_name(column, cells) or "a column of the table that every row has"
        yield Problem((name,), CODE, f'no row with a column "{column}" stands here', near)
    elif not column and not (isinstance(given, dict) and "const" in given):
        yield Problem((name,), CODE, f"{given} is known for a call only", hint)
    else:
        values[name] = cells[column] if column else given["const"]
        if not kind.schema.is_valid(values[name]):
            yield Problem((name,), CODE, f"the value of {name} is no {kind.name}", show_choices(kind))


def check_parameters(shelf: Shelf, routes: Iterable[Document], notes: Notes) -> None:
    """Say which mappings with parameters of many values nobody uses: without values they cannot be checked."""
    used = {name for route in routes for name in _list_used(route.value)}
    for name, parametric in shelf.instances.known.items():
        if name not in used and next(list_values(parametric), None) is None and not notes.is_wrong(parametric.document):
            message, hint = f"no route uses {name}, so it is not checked", "mapping: {use: …, NAME: row.COLUMN}"
            notes.note(parametric.document, ("params",), CODE_UNUSED, message, hint, severity="warning")


def _list_used(value: Json) -> Iterator[str]:
    """Give every mapping that is named by a `use:` anywhere in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("use"), str):
            yield value["use"]
        for inner in value.values():
            yield from _list_used(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _list_used(inner)
