"""The lineage of a canonical field: every agency field that feeds it, through whatever canonical schema it stands in.

Laws: 1. A field of a schema that others refer to is found at each place where they do. 2. A place above or below the one asked for
counts too: what feeds a whole feeds its parts.
Must not know: payloads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ..plan.decode import Document
from ..plan.shelf import Shelf
from ..translate.compile import Compiled
from ..translate.paths import ITEM, Segments, show_path
from ..translate.report import Coverage, Row
from ..values.model import Json
from ..values.problem import Path
from .frame import FINE, UsageError, print_rows

DEPTH_MAX = 12
_COLUMNS = ("canonical", "agency", "mapping", "to_canonical", "to_agency", "where")
_BRANCHES = ("allOf", "anyOf", "oneOf")


def print_lineage(rows: list[dict[str, Json]], form: str) -> int:
    """Print the rows of a lineage."""
    shown = [{**row, "agency": ", ".join(row["agency"]) or "(constant)"} for row in rows]
    print_rows(shown if form == "text" else rows, form, _COLUMNS)
    return FINE


def list_lineage(shelf: Shelf, covered: list[tuple[Compiled, Coverage]], field: str) -> list[dict[str, Json]]:
    """Give a row for every mapping's field at or below a canonical place, or around it.

    Faults: UsageError where no canonical schema has that place.
    """
    documents = shelf.registry.documents
    begins = sorted({mapping.canonical_schema for mapping, _ in covered})
    wanted = {name: list(_find_places(documents, name, field)) for name in begins}
    if not any(wanted.values()):
        raise UsageError(f"{field} begins with no canonical schema of a mapping; there are {', '.join(begins)}")
    found: list[dict[str, Json]] = []
    for mapping, coverage in covered:
        for row in coverage.rows:
            if any(_is_related(_bare(row.canonical), place) for place in wanted[mapping.canonical_schema]):
                canonical = f"{mapping.canonical_schema.partition('@')[0]}.{row.canonical}"
                shown = show_row(row, shelf.mapping_documents[mapping.id])
                found.append({**shown, "canonical": canonical, "mapping": mapping.id, "from": mapping.agency_schema})
    if not found:
        raise UsageError(f"no mapping has a field {field}")
    return found


def _find_places(documents: Mapping[str, Json], name: str, field: str) -> Iterator[str]:
    """Give where a field stands in documents of a schema: in its own, or in one that it refers to."""
    for inside, path in _list_schemas(documents, name):
        for start in (inside + ".", inside.partition("@")[0] + "."):
            if field.startswith(start):
                shown = _bare(show_path(path))
                yield ".".join(part for part in (shown, _bare(field.removeprefix(start))) if part)
                break


def _list_schemas(documents: Mapping[str, Json], name: str) -> Iterator[tuple[str, Segments]]:
    """Give every named schema that a document of this one consists of, and the place of each."""
    queue: list[_Here] = [(name, {"$ref": name}, (), frozenset())]
    while queue:
        root, node, path, above = queue.pop()
        if not isinstance(node, dict) or len(path) > DEPTH_MAX:
            continue
        target = str(node.get("$ref", ""))
        if target in documents and target not in above:
            yield target, path
        queue += _enter(documents, root, target, path, above)
        queue += [(root, inner, (*path, *segment), above) for segment, inner in _list_inner(node)]


def _list_inner(node: Mapping[str, Json]) -> Iterator[tuple[Segments, Json]]:
    """Give the schemas inside one, each with the segments that lead to it."""
    yield from (((key,), inner) for key, inner in (node.get("properties") or {}).items())
    yield from (((), inner) for word in _BRANCHES for inner in node.get(word) or ())
    yield ((ITEM,), node.get("items"))


_Here: TypeAlias = "tuple[str, Json, Segments, frozenset[str]]"  # document's name, schema, place, references that led here


def _enter(documents: Mapping[str, Json], root: str, target: str, path: Segments, above: frozenset[str]) -> list[_Here]:
    """Give what a reference leads to; nothing where it has led here before."""
    if target in documents and target not in above:
        return [(target, documents[target], path, above | {target})]
    if target.startswith("#/") and target + root not in above:
        return [(root, _follow(documents[root], target), path, above | {target + root})]
    return []


def _follow(document: Json, reference: str) -> Json:
    for segment in reference[2:].split("/"):
        key = segment.replace("~1", "/").replace("~0", "~")
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _bare(path: str) -> str:
    return path.replace("[]", "")


def _is_related(row: str, path: str) -> bool:
    return row == path or row.startswith(path + ".") or path.startswith(row + ".")


def locate_row(document: Document, row: Row) -> str:
    """Give file and line of a field."""
    return locate(document, row.at)


def locate(document: Document, path: Path) -> str:
    """Give file and line of a place of a document."""
    mark = document.key_mark_at(path)
    return f"{mark.file}:{mark.line}"


def show_row(row: Row, document: Document) -> dict[str, Json]:
    """Give a field as reports show it."""
    return {
        "canonical": row.canonical,
        "agency": list(row.agency),
        "to_canonical": row.to_canonical,
        "to_agency": row.to_agency,
        "where": locate_row(document, row),
    }
