"""Mappings with `params`, as routes use them: `{use: X, zone: row.zone}` is X, compiled once for each set of values.

Laws: 1. What runs is a plain mapping: what holds for one, proofs included, holds for each. 2. Equal values give the same mapping, whoever
uses it. 3. How many there are is bounded.
Must not know: how a mapping is compiled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..schema.types import ParamType, parse_type
from ..translate.compile import compile_mapping
from ..translate.params import specialise_mapping
from ..values.model import Json
from ..values.problem import Path, Problem, suggest_name
from .decode import Document
from .notes import Notes
from .shelf import Shelf

CODE = "JB-MAP-094"
_PLACES: tuple[tuple[str, ...], ...] = (("provider", "request"), ("provider", "response"), ("old", "request"))


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a mapping with parameters: where it stands, and the source of each value."""

    at: Path
    mapping: str
    sources: Mapping[str, Json]


def list_uses(document: Document) -> list[Use]:
    """Give the uses of a route with one provider."""
    found = []
    for place in _PLACES:
        block = document.value
        for step in place:
            block = (block or {}).get(step) or {}
        given = block.get("mapping")
        if isinstance(given, dict):
            found.append(Use((*place, "mapping"), given["use"], {name: source for name, source in given.items() if name != "use"}))
    return found


def list_columns(uses: list[Use]) -> tuple[str, ...]:
    """Give the columns of the row that the uses take values from."""
    return tuple(sorted({column for use in uses for source in use.sources.values() if (column := column_of(source))}))


def column_of(source: Json) -> str:
    """Give the column that a source names; "" where it is no column."""
    return source.removeprefix("row.") if isinstance(source, str) and source.startswith("row.") else ""


def fill_uses(document: Document, uses: list[Use], cells: Mapping[str, Json], shelf: Shelf, notes: Notes) -> Document | None:
    """Give a route with each use replaced by the name of the plain mapping that it means; None where something is wrong, which is noted."""
    value = document.value
    for use in uses:
        name = _specialise(document, use, cells, shelf, notes)
        if name is None:
            return None
        value = _put(value, use.at, name)
    return replace(document, value=value) if uses else document


def _put(value: Json, path: Path, new: Json) -> Json:
    return new if not path else {**value, path[0]: _put(value[path[0]], path[1:], new)}


def _specialise(document: Document, use: Use, cells: Mapping[str, Json], shelf: Shelf, notes: Notes) -> str | None:
    source = shelf.mapping_documents.get(use.mapping)
    if source is None:
        return None
    problems = list(_check_use(use, source, cells))
    values: dict[str, Json] = {}
    if not problems:
        values, problems = _read_values(use, source, cells, shelf)
    if notes.note_problems(document, use.at, problems, "the route has no provider, so it is refused"):
        return None
    told = ",".join(f"{name}={values[name]}" for name in sorted(values))
    name = f"{use.mapping}[{told}]" if values else use.mapping
    if name not in shelf.mapping_documents:
        _compile(name, source, values, shelf, notes)
    return name if name in shelf.mappings else None


def _check_use(use: Use, source: Document, cells: Mapping[str, Json]) -> Iterator[Problem]:
    declared = source.value.get("params") or {}
    for name in declared:
        if name not in use.sources:
            yield Problem((), CODE, f"{use.mapping} takes {name}, and nothing gives it", f"{name}: row.{name}")
    for name, given in use.sources.items():
        if name not in declared:
            yield Problem((name,), CODE, f"{use.mapping} takes no {name}", suggest_name(name, declared), True)
        else:
            yield from _check_source(name, given, cells)


def _check_source(name: str, given: Json, cells: Mapping[str, Json]) -> Iterator[Problem]:
    column = column_of(given)
    if column and column not in cells:
        hint = suggest_name(column, cells) or "a column of the table that every row has"
        yield Problem((name,), CODE, f'no row with a column "{column}" stands here', hint)
    elif not column and not (isinstance(given, dict) and "const" in given):
        yield Problem((name,), CODE, "a parameter is known when the plan is made", "row.COLUMN, or {const: …}")


def _read_values(use: Use, source: Document, cells: Mapping[str, Json], shelf: Shelf) -> tuple[dict[str, Json], list[Problem]]:
    values: dict[str, Json] = {}
    problems: list[Problem] = []
    for name, text in (source.value.get("params") or {}).items():
        kind = parse_type(text, shelf.registry, shelf.codelists, None, ())
        given = use.sources[name]
        values[name] = cells[column_of(given)] if column_of(given) else given["const"]
        if isinstance(kind, ParamType) and not kind.schema.is_valid(values[name]):
            problems.append(Problem((name,), CODE, f"{values[name]!r} is no {kind.name}, which {use.mapping} takes"))
    return values, problems


def _compile(name: str, source: Document, values: Mapping[str, Json], shelf: Shelf, notes: Notes) -> None:
    """Compile a mapping with values under a name of its own; what is wrong is noted at the mapping."""
    filled, problems = specialise_mapping(source.value, values)
    document = replace(source, value={**filled, "mapping": name})
    shelf.mapping_documents[name] = document
    if notes.note_problems(source, (), problems, "the mapping is not compiled"):
        return
    if shelf.find_schema(str(filled["from"])) is None or shelf.find_schema(str(filled["to"])) is None:
        return
    compiled = compile_mapping(document.value, shelf.library)
    if not notes.note_problems(source, (), compiled.problems, "the mapping is not compiled"):
        shelf.mappings[name] = compiled


def check_parameters(shelf: Shelf, routes: Iterable[Document], notes: Notes) -> None:
    """Say which mappings with parameters nobody uses: without values they cannot be checked."""
    used = {name for route in routes for name in _list_used(route.value)}
    for name, document in list(shelf.mapping_documents.items()):
        declared = document.value.get("params") or {}
        for given, text in declared.items():
            kind = parse_type(text, shelf.registry, shelf.codelists, None, ("params", given))
            if isinstance(kind, Problem):
                notes.note_problems(document, (), (kind,))
        if declared and name not in used and not notes.is_wrong(document):
            message, hint = f"no route uses {name}, so it is not checked", "mapping: {use: …, NAME: row.COLUMN}"
            notes.note(document, ("params",), CODE, message, hint, severity="warning")


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
