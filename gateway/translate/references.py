"""The typed references of bindings: `body.patient.nik`, `query.after`, `caller.agency`, `purpose`.

Laws: the roots are closed; each has a type, and an expression that reads it from an exchange.
Must not know: what is bound to a reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .library import Library
from .mapping_forms import read_path
from .paths import Lost, Place, Segments, Shape, find_place, read_shape, show_path
from .problems import say_not_yet

CODE_REFERENCE, CODE_ROOT = "JB-BND-001", "JB-REF-002"
ROOTS = ("path", "query", "header", "body", "caller", "purpose", "exchange", "page", "row", "steps", "item", "journey")
LATER_ROOTS = ("param",)
CALL_ROOTS = ("path", "query", "header", "body")  # those whose leaves must be claimed

# where a root is read from an exchange `d`, and whether it is surely there
EXPRESSIONS: Mapping[Segments, tuple[str, bool]] = {
    ("path",): ("d.path", True),
    ("query",): ("d.query", True),
    ("header",): ("d.headers", True),
    ("body",): ("d.body", True),
    ("purpose",): ("d.purpose", True),
    ("caller", "agency"): ("d.caller.agency", True),
    ("caller", "user"): ("(d.caller.user or ABSENT)", False),
    ("steps",): ("d.steps", True),
    ("item",): ("d.item", True),
    ("journey",): ("d.journey", True),
    ("exchange", "id"): ("d.id", True),
    ("exchange", "time"): ("write_time(d.began_s)", True),
    ("row",): ("d.row.cells", True),
    ("page", "number"): ("d.page.number", True),
    ("page", "offset"): ("d.page.offset", True),
    ("page", "size"): ("d.page.size", True),
    ("page", "cursor"): ("(ABSENT if d.page.cursor is None else d.page.cursor)", False),
}
OWN: Mapping[str, Json] = {
    "purpose": {"type": "string", "pattern": r"^[a-z][a-z0-9.-]*$"},
    "caller": {
        "type": "object",
        "required": ["agency"],
        "properties": {"agency": {"type": "string", "pattern": r"^[a-z][a-z0-9.-]*$"}, "user": {"type": "string", "minLength": 1}},
    },
    "exchange": {
        "type": "object",
        "required": ["id", "time"],
        "properties": {"id": {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "time": {"type": "string", "format": "date-time"}},
    },
}
ORIGIN: Json = {
    "type": "object",
    "required": ["id", "caller"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "caller": OWN["caller"]},
}
_BLAMED = {"purpose": ("Jembatan-Purpose",), "caller": ("Authorization",), "page": ("after",)}  # of other roots nothing of the caller's


@dataclass(frozen=True, slots=True)
class CallShape:
    """The types of a canonical call.

    Shape: `path`, `query` and `headers` are JSON Schemas of objects by declared name (`properties`, `required`); `body` a JSON Schema
    (a `$ref` will do), None without a body; `is_opaque` = bytes that nobody reads. `page` describes what stands below
    `page.` in a call of a list, `row` below `row.` where rows are the providers; `keys` are the references that chose them. Where it
    `has_old`, a mapping puts the body into the provider's old document. `steps`, `item` and `journey` describe what a journey's bindings
    may refer to below these roots.
    """

    path: Json = field(default_factory=dict)
    query: Json = field(default_factory=dict)
    headers: Json = field(default_factory=dict)
    body: Json = None
    is_opaque: bool = False
    page: Json = None
    has_old: bool = False
    row: Json = None
    keys: tuple[Segments, ...] = ()
    steps: Json = None
    item: Json = None
    journey: Json = None


def write_time(seconds: float) -> str:
    """Write Unix seconds as an RFC 3339 date-time in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def describe_call(call: CallShape, roots: frozenset[str] = frozenset(ROOTS)) -> Json:
    """Give the schema of a call as one document, with one property for each of these roots that it has."""
    parts = {"path": call.path, "query": call.query, "header": call.headers}
    properties: dict[str, Json] = {**OWN, **{name: {"type": "object", **part} for name, part in parts.items() if part}}
    own = (("page", call.page), ("row", call.row), ("steps", call.steps), ("item", call.item), ("journey", call.journey))
    properties |= {name: part for name, part in own if part is not None}
    if call.is_opaque:
        properties["body"] = {}
    elif call.body is not None:
        properties["body"] = call.body
    properties = {name: part for name, part in properties.items() if name in roots}
    return {"type": "object", "required": list(properties), "properties": properties}


def read_call(call: CallShape, library: Library) -> Shape:
    """Give the shape of a call as one document."""
    return read_shape(describe_call(call), library.schemas)


def locate(path: Segments) -> tuple[str, Segments]:
    """Give the part of the call that a reference stands in, and the path in that part."""
    root = path[0]
    return (root, path[1:]) if root in CALL_ROOTS else ("query" if root == "page" else "header", _BLAMED.get(root, ()))


_DECLARED = {"query": "query", "header": "headers", "path": "params"}  # root → part of `call:`


def _suggest_place(path: Segments, lost: Lost) -> str:
    """Say what may be meant by a reference that leads nowhere, or where it would be declared."""
    if path[0] == "body" and lost.name == "body":
        return "call: {body: NAME@MAJOR}"
    if not lost.known and path[0] in _DECLARED:
        return f"declare it in the operation: call: {{{_DECLARED[path[0]]}: {{{lost.name}: TYPE}}}}"
    return suggest_name(lost.name, lost.known) or (f"known there: {', '.join(sorted(lost.known)[:8])}" if lost.known else "")


def find_reference(text: Json, shape: Shape, at: Path, problems: list[Problem]) -> Place | None:
    """Resolve a reference; None, and a problem, where it leads nowhere."""
    if isinstance(text, str) and text.partition(".")[0] in LATER_ROOTS:
        problems.append(say_not_yet(at, f"the root `{text.partition('.')[0]}.`"))
        return None
    path = read_path(text, at, problems)
    if path is None:
        return None
    if path[0] not in ROOTS:
        hint = suggest_name(path[0], ROOTS) or f"roots: {', '.join(ROOTS)}; a fixed value is {{const: …}}"
        problems.append(Problem(at, CODE_ROOT, f'a reference begins with a root, and "{path[0]}" is none', hint))
        return None
    found = find_place(shape, path)
    if isinstance(found, Lost):
        why = f"the call has no {path[0]}" if found.name == path[0] else found.why or f'unknown name "{found.name}"'
        problems.append(Problem(at, CODE_REFERENCE, f"{show_path(path)} leads nowhere: {why}", _suggest_place(path, found)))
        return None
    return found
