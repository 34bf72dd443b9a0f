"""The canonical side of a route: the types of its call, and the guards that hold documents to their schemas.

Laws: 1. Every name of the path has a type; nothing else has. 2. Our own path and query carry no identifier of a person.
3. `report` and `off` stand only where no mapping follows.
Must not know: providers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..routing import TemplateError, parse_template
from ..schema.types import ParamType, parse_type
from ..translate.bind import CallShape
from ..values.meters import Layout
from ..values.model import Json
from ..values.problem import Problem
from .classes import PERSONAL_FORMATS
from .decode import Document
from .notes import Notes
from .shelf import Shelf
from .steps import CallTypes, Guard

OPAQUE = "opaque"
PAGING_TYPES = {"cursor": "after", "page-size": "size"}  # the one name that each may have, in the query of a list
_COUNTED = ("type", "required", "enum", "format", "pattern", "unknown", "assume", "_other")


@dataclass(frozen=True, slots=True)
class CanonicalCall:
    """A `call:`, compiled. Shape: `body` the name of its schema, `opaque`, or "" where no body is taken; `page` what a list's
    bindings may refer to below `page.`; `has_old` that a mapping puts the body into the provider's old document; `row` and `keys` where
    rows are the providers, and what chooses them.
    """

    method: str
    path: str
    parameters: tuple[str, ...]
    types: CallTypes
    body: str
    page: Json = None
    has_old: bool = False
    row: Json = None
    keys: tuple[tuple[str, ...], ...] = ()

    @property
    def shape(self) -> CallShape:
        """Give what bindings may refer to, as JSON Schemas."""
        body = {"$ref": self.body} if self.body and self.body != OPAQUE else None
        query = {name: kind for name, kind in self.types.query.items() if kind.name not in PAGING_TYPES}
        path, headers = _as_schema(self.types.path), _as_schema(self.types.headers)
        return CallShape(path, _as_schema(query), headers, body, self.body == OPAQUE, self.page, self.has_old, self.row, self.keys)

    @property
    def pages(self) -> frozenset[str]:
        """Give which of `after` and `size` callers of this list may send."""
        return frozenset(name for name, kind in self.types.query.items() if kind.name in PAGING_TYPES)


def _as_schema(types: Mapping[str, ParamType]) -> Json:
    return {
        "type": "object",
        "properties": {name: kind.document for name, kind in types.items()},
        "required": [name for name, kind in types.items() if not kind.is_optional],
    }


def build_call(document: Document, shelf: Shelf, agencies: Mapping[str, Document], notes: Notes) -> CanonicalCall | None:
    """Compile the `call:` of a route; None where something is wrong, which is then noted."""
    call = document.value["call"]
    try:
        template = parse_template(call["path"])
    except TemplateError as error:
        notes.note(document, ("call", "path"), "JB-RTE-001", str(error))
        return None
    parts = {}
    for part, key in (("path", "params"), ("query", "query"), ("headers", "headers")):
        parts[part] = _read_types(document, ("call", key), call.get(key) or {}, shelf, agencies, notes)
    _check_parameters(document, template.parameters, call.get("params") or {}, notes)
    _check_our_address(document, parts, notes)
    _check_our_paging(document, parts, notes)
    body = call.get("body") or ""
    if notes.is_wrong(document) or (body not in ("", OPAQUE) and shelf.find_schema(body) is None):
        return None
    types = CallTypes(parts["path"], parts["query"], parts["headers"], call.get("unknown", "refuse") == "refuse")
    return CanonicalCall(call["method"], call["path"], template.parameters, types, body)


def _read_types(
    document: Document, path: tuple[str, ...], declared: Mapping[str, str], shelf: Shelf, agencies: Mapping[str, Document], notes: Notes
) -> dict[str, ParamType]:
    types = {}
    for name, text in declared.items():
        parsed = parse_type(text, shelf.registry, shelf.codelists, agencies.keys(), (*path, name))
        if isinstance(parsed, Problem):
            notes.note_problems(document, (), (parsed,))
        else:
            types[name] = parsed
    return types


def _check_parameters(document: Document, named: tuple[str, ...], declared: Mapping[str, str], notes: Notes) -> None:
    for name in named:
        if name not in declared:
            notes.note(document, ("call", "path"), "JB-RTE-002", f"the path's {{{name}}} has no type", f"add params: {{{name}: string}}")
    for name in declared:
        if name not in named:
            notes.note(document, ("call", "params", name), "JB-RTE-003", f"the path has no {{{name}}}", "take it out", on_key=True)


def _check_our_address(document: Document, parts: Mapping[str, Mapping[str, ParamType]], notes: Notes) -> None:
    for part, key in (("path", "params"), ("query", "query")):
        for name, kind in parts[part].items():
            if kind.name in PERSONAL_FORMATS:
                notes.note(
                    document, ("call", key, name), "JB-SEC-001", f"{kind.name} identifies a person and may not stand in our {part}",
                    "take it in the body", "it would stand in logs, histories and proxies",
                )  # fmt: skip


def is_list(document: Document) -> bool:
    """Say whether a route answers with a list."""
    answer = document.value["answer"]
    return isinstance(answer, dict) and "list" in answer


def _check_our_paging(document: Document, parts: Mapping[str, Mapping[str, ParamType]], notes: Notes) -> None:
    """Hold a call to the one form in which callers of a list say where they stand."""
    hint = "query: {after: optional cursor, size: optional page-size}"
    for part, key in (("path", "params"), ("query", "query"), ("headers", "headers")):
        for name, kind in parts[part].items():
            is_in_place = part == "query" and PAGING_TYPES.get(kind.name) == name and kind.is_optional and is_list(document)
            if kind.name in PAGING_TYPES and not is_in_place:
                notes.note(document, ("call", key, name), "JB-LST-002", f"{kind.name} has one place: the query of a list", hint)
            elif part == "query" and is_list(document) and name in PAGING_TYPES.values() and kind.name not in PAGING_TYPES:
                notes.note(document, ("call", key, name), "JB-LST-002", f"`{name}` of a list is its paging", hint)


def count_cells(layout: Layout, route_id: str, direction: str, mode: str) -> dict[str, int]:
    """Give the counters of findings on one document of a route, by keyword."""
    return {keyword: layout.add_series("jembatan_findings_total", route_id, direction, mode, keyword) for keyword in _COUNTED}


def make_guard(
    shelf: Shelf, layout: Layout, route_id: str, direction: str, name: str, mode: str = "enforce", unknown: str | None = None
) -> Guard:
    """Make what holds one document of a route to a schema.

    Shape: `unknown` drop | keep | refuse; None where unknown fields cannot come (what we made ourselves).
    """
    cells = count_cells(layout, route_id, direction, mode)
    dropped = layout.add_series("jembatan_unknown_fields_total", route_id, direction)
    return Guard(
        shelf.registry.compile_schema(name),
        mode,
        shelf.find_drop(name) if unknown == "drop" else None,
        shelf.find_refusal(name) if unknown == "refuse" else None,
        cells,
        dropped,
    )
