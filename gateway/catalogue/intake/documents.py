"""YAML and JSON files → drafts: `app:` documents, lists of entries, and descriptions of interfaces, told apart by what stands in them.

Laws: YAML is read as a federation's is, strictly and bounded. Must not know: tables.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import yaml

from ...plan.decode import decode_document
from ...plan.diagnose import Diagnostic
from ...plan.read import QUOTED, Tree, make_source, read_trees
from ...values.model import Json
from ..form import Malformed, read_app
from .draft import Draft, Hints
from .findings import Finding, Place
from .interfaces import draft_json_schema, draft_openapi

NODES_MAX = 500_000


def read_yaml(file: str, raw: bytes, hints: Hints) -> Iterator[Draft | Finding]:
    """Read the documents of a YAML file."""
    source, found = make_source(file, raw)
    yield from map(_translate, found)
    if found:
        return
    for tree, mistakes in read_trees(source):
        yield from map(_translate, mistakes)
        if tree is None or mistakes:
            continue
        words = {key.value for key, _ in tree.root.value} if isinstance(tree.root, yaml.MappingNode) else set()
        if words & {"openapi", "swagger", "$schema", "properties", "$defs"}:
            yield from _read_description(Place(file, tree.first + 1), _plain(tree.root), hints)
        else:
            yield from _read_app(tree)


def _read_app(tree: Tree) -> Iterator[Draft | Finding]:
    document, mistakes = decode_document(tree)
    yield from map(_translate, mistakes)
    if document is None or mistakes:
        return
    place = Place(document.mark.file, document.mark.line, 0, document.id)
    if document.kind != "app":
        yield Finding("remark", place, f"a document of the kind {document.kind}: passed over")
        return
    rows = {key: value for key, value in document.value.items() if value is not None}
    yield check_draft(Draft(place, rows))


def check_draft(draft: Draft) -> Draft | Finding:
    """Give a draft back where an entry can be made of it alone, else what is wrong."""
    try:
        read_app(draft.rows)
    except Malformed as wrong:
        place = draft.place
        return Finding("error", Place(place.file, place.line, place.row, wrong.pointer), wrong.detail)
    return draft


def _translate(diagnostic: Diagnostic) -> Finding:
    place = Place(diagnostic.mark.file, diagnostic.mark.line, 0, f"column {diagnostic.mark.column}")
    return Finding("error" if diagnostic.severity == "error" else "warning", place, diagnostic.message, diagnostic.hint)


def _plain(root: yaml.Node) -> Json:
    """Give a tree as JSON in which every scalar is a text; what is shared is made once, so that nothing multiplies."""
    made: dict[int, Json] = {}

    def build(node: yaml.Node) -> Json:
        if id(node) not in made:
            if isinstance(node, yaml.MappingNode):
                made[id(node)] = {str(key.value): build(value) for key, value in node.value}
            elif isinstance(node, yaml.SequenceNode):
                made[id(node)] = [build(each) for each in node.value]
            else:
                made[id(node)] = None if node.value in ("", "null", "~") and node.tag != QUOTED else node.value
        return made[id(node)]

    return build(root)


def read_json(file: str, raw: bytes, hints: Hints) -> Iterator[Draft | Finding]:
    """Read a JSON file."""
    try:
        value = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        yield Finding("error", Place(file, error.lineno), f"no JSON: {error.msg}")
        return
    rows = value.get("apps") if isinstance(value, dict) and "apps" in value else value
    if isinstance(rows, list):
        for number, each in enumerate(rows, 1):
            yield (
                check_draft(Draft(Place(file, 0, number), each))
                if isinstance(each, dict)
                else Finding("error", Place(file, 0, number), "an entry is an object")
            )
    elif isinstance(rows, dict) and "app" in rows:
        yield check_draft(Draft(Place(file), rows))
    else:
        yield from _read_description(Place(file), value, hints)


def _read_description(place: Place, value: Json, hints: Hints) -> Iterator[Draft | Finding]:
    if isinstance(value, dict) and ("openapi" in value or "swagger" in value):
        yield from draft_openapi(place, value, hints)
    elif isinstance(value, dict) and value.keys() & {"$schema", "properties", "$defs"}:
        yield from draft_json_schema(place, value, hints)
    else:
        yield Finding("error", place, "neither entries nor an OpenAPI or JSON Schema description", "a list of entries, or {apps: […]}")
