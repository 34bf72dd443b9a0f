"""Descriptions of interfaces (OpenAPI, JSON Schema, WSDL) → what they say of an application: its operations and its fields.

Laws: 1. What is found comes beside what is known of the application. 2. References are followed inside the file only, and bounded.
3. What an application sends and takes is taken for what it keeps, with a remark that says so.
Must not know: files, stores.
Source: OpenAPI 3.1 4.8, Swagger 2.0, JSON Schema 2020-12, WSDL 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ...translate.paths import ITEM, list_leaves, read_shape
from ...translate.problems import Untranslatable
from ...translate.xml.wsdl import read_wsdl
from ...values.model import Json
from .cells import make_slug
from .draft import Draft, Hints
from .findings import Finding, Place

FIELDS_MAX = 2_000
OPERATIONS_MAX = 2_000
DEPTH_MAX = 4
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "query")


def draft_openapi(place: Place, value: dict[str, Json], hints: Hints) -> Iterator[Draft | Finding]:
    """Draft what an OpenAPI or Swagger description says."""
    info = _map(value.get("info"))
    operations = [
        f"{method.upper()} {path}" for path, item in _map(value.get("paths")).items() for method in _map(item) if method in METHODS
    ]
    schemas = _map(_map(value.get("components")).get("schemas")) or _map(value.get("definitions"))
    rows = [row for name, schema in schemas.items() for row in _fields_of(name, schema, value)]
    if not operations and not rows:
        yield Finding("error", place, "no path and no schema stands in it")
        return
    yield from _draft(place, "openapi", str(info.get("title") or ""), str(info.get("description") or ""), operations, rows, hints)


def draft_json_schema(place: Place, value: dict[str, Json], hints: Hints) -> Iterator[Draft | Finding]:
    """Draft what a JSON Schema says."""
    name = str(value.get("title") or PurePath(place.file).stem)
    rows = list(_fields_of(name, value, value))
    for group, schema in (*_map(value.get("$defs")).items(), *_map(value.get("definitions")).items()):
        rows += _fields_of(group, schema, value)
    if not rows:
        yield Finding("error", place, "no property stands in it")
        return
    yield from _draft(place, "json-schema", name, str(value.get("description") or ""), [], rows, hints)


def draft_wsdl(place: Place, raw: bytes, hints: Hints) -> Iterator[Draft | Finding]:
    """Draft what a WSDL says; what it imports is not read."""
    try:
        service = read_wsdl(raw, lambda _: None)
    except Untranslatable as wrong:
        yield Finding("error", place, wrong.findings[0].detail)
        return
    except ValueError as error:
        yield Finding("error", place, str(error), "only one file is read: put what it imports inside")
        return
    yield from (Finding("remark", place, remark) for remark in service.remarks)
    roots = dict.fromkeys(root for one in service.operations for root in (one.asks, one.gives))
    rows = [row for root in roots for row in _leaves_of(root.rpartition("}")[2], service.types.draft(root))]
    operations = [f"{service.namespace}#{one.name}" for one in service.operations]
    yield from _draft(place, "wsdl", PurePath(place.file).stem, "", operations, rows, hints)


def _leaves_of(root: str, schema: Json) -> Iterator[dict[str, Json]]:
    for leaf in list_leaves(read_shape(schema, {})):
        names = [step for step in leaf if step != ITEM]
        if names:
            yield {"name": names[-1][:200], "group": ".".join((root, *names[:-1]))[:200]}


def _fields_of(group: str, schema: Json, top: dict[str, Json], depth: int = 0) -> Iterator[dict[str, Json]]:
    """Give the properties of a schema and of the objects inside it."""
    made = _resolve(schema, top)
    for part in made.get("allOf") or ():
        yield from _fields_of(group, part, top, depth + 1) if depth < DEPTH_MAX else ()
    for name, each in _map(made.get("properties")).items():
        inner = _resolve(each, top)
        inner = _resolve(inner.get("items"), top) if "items" in inner else inner
        if "properties" in inner and "$ref" not in _map(each) and depth < DEPTH_MAX:
            yield from _fields_of(f"{group}.{name}", inner, top, depth + 1)
        else:
            kind = str(inner.get("format") or inner.get("type") or "")[:100]
            yield {"name": name[:200], "group": group[:200], **({"type": kind} if kind else {})}


def _resolve(schema: Json, top: dict[str, Json]) -> dict[str, Json]:
    """Follow references inside the file, at most a few."""
    for _ in range(DEPTH_MAX):
        reference = _map(schema).get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        schema = top
        for step in reference[2:].split("/"):
            schema = _map(schema).get(step.replace("~1", "/").replace("~0", "~"))
    return _map(schema)


def _map(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _draft(
    place: Place, kind: str, title: str, about: str, operations: list[str], rows: list[dict[str, Json]], hints: Hints
) -> Iterator[Draft | Finding]:
    named = name_app(place, title, hints)
    if isinstance(named, Finding):
        yield named
        return
    fields = {(str(row.get("group", "")), str(row["name"])): row for row in reversed(rows)}
    kept = [row for row in rows if fields.pop((str(row.get("group", "")), str(row["name"])), None) is not None]
    if len(kept) > FIELDS_MAX or len(operations) > OPERATIONS_MAX:
        yield Finding("warning", place, f"more than {FIELDS_MAX:,} fields or {OPERATIONS_MAX:,} operations: the rest is left out")
    yield Finding("remark", place, f"{len(kept)} fields are taken for what it keeps; {len(operations)} operations")
    texts: dict[str, Json] = {"description": {"en": " ".join(about.split())[:4_000]}} if about.strip() else {}
    interface: dict[str, Json] = {kind: place.file[:4_000]}
    if operations:
        interface["operations"] = operations[:OPERATIONS_MAX]
    yield Draft(place, {**named, **texts, "interfaces": [interface], "fields": kept[:FIELDS_MAX]}, joins=True)


def name_app(place: Place, title: str, hints: Hints) -> dict[str, Json] | Finding:
    """Say which application a description is of: the one that was told, or one made of owner and title."""
    shown = " ".join(title.split())[:200] or PurePath(place.file).stem
    rows: dict[str, Json] = {"owner": hints.owner} if hints.owner else {}
    if hints.app:
        return {"app": hints.app, **rows, **({} if not hints.owner else {"title": {"en": shown}})}
    if not hints.owner:
        return Finding("error", place, "a description does not say whose it is", "say --app APP, or --owner AGENCY for a new one")
    return {"app": f"{hints.owner}.{make_slug(shown) or 'app'}", **rows, "title": {"en": shown}}
