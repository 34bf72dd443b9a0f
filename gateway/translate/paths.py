"""Paths, and the schemas that they are resolved against.

Holds: `a."b.c".d` → segments; a Shape, which sees one place of a JSON Schema through `$ref`, `allOf` and alternatives; its leaves.
Laws: 1. A path that resolves leads only through objects. 2. Leaves are finite: a recursive place is a leaf. 3. What a schema does not say,
a shape does not promise (no type = every type, not required).
Must not know: mappings, operators, files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json

Segments: TypeAlias = tuple[str, ...]
Types: TypeAlias = frozenset[str]

ITEM = "\0"  # the segment that means "each element of"; no property has this name
SCALARS: Types = frozenset({"string", "integer", "number", "boolean"})
EVERY: Types = SCALARS | {"null", "object", "array"}
ALTERNATIVES = ("anyOf", "oneOf")
REFERENCES_MAX = 100

_SEGMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^."\[\]\s]+)')


def split_path(text: str) -> Segments:
    """Split `a.b` or `a."b.c"` into segments.

    Faults: ValueError where it is no path.
    """
    segments: list[str] = []
    at = 0
    while True:
        found = _SEGMENT.match(text, at)
        if found is None:
            raise ValueError("a path is names joined by dots; a name that holds a dot or a space is quoted")
        quoted, bare = found.groups()
        name = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
        if not name or ITEM in name:
            raise ValueError("a path holds no empty name")
        segments.append(name)
        at = found.end()
        if at == len(text):
            return tuple(segments)
        if text[at] != ".":
            raise ValueError("a path is names joined by dots")
        at += 1


def show_path(path: Segments) -> str:
    """Write segments as a user would: `a."b.c"`, elements as `[]`."""
    out = ""
    for segment in path:
        if segment == ITEM:
            out += "[]"
            continue
        is_bare = re.fullmatch(r'[^."\[\]\s\\]+', segment) is not None
        out += ("." if out else "") + (segment if is_bare else '"' + segment.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return out


@dataclass(frozen=True, slots=True)
class _Part:
    """One schema object that holds here, and the document that its local references mean."""

    node: Mapping[str, Json]
    root: Json


@dataclass(frozen=True, slots=True)
class Shape:
    """One place of a schema: all that holds there (`parts`), and sets of alternatives of which one holds (`unions`)."""

    parts: tuple[_Part, ...]
    unions: tuple[tuple[Shape, ...], ...]
    schemas: Mapping[str, Json]

    @property
    def types(self) -> Types:
        """The JSON types that a value may have here; `number` never without `integer`."""
        types = EVERY
        for part in self.parts:
            types = _meet(types, _types_of(part.node))
        for union in self.unions:
            types = _meet(types, frozenset[str]().union(*(branch.types for branch in union)))
        return types

    @property
    def names(self) -> tuple[str, ...]:
        """The properties that the schema knows here."""
        names: dict[str, None] = {}
        for part in self.parts:
            names.update(dict.fromkeys(part.node.get("properties") or ()))
        for union in self.unions:
            for branch in union:
                names.update(dict.fromkeys(branch.names))
        return tuple(names)

    @property
    def required(self) -> frozenset[str]:
        """The properties that an object here always has."""
        required: set[str] = set()
        for part in self.parts:
            required.update(part.node.get("required") or ())
        for union in self.unions:
            required.update(frozenset.intersection(*(branch.required for branch in union)))
        return frozenset(required)

    def child(self, name: str) -> Shape | None:
        """Give the shape of a property; None where the schema does not know it."""
        nodes = [(part.node["properties"][name], part.root) for part in self.parts if name in (part.node.get("properties") or ())]
        unions = tuple(tuple(found for branch in union if (found := branch.child(name)) is not None) for union in self.unions)
        return self._gather(nodes, tuple(union for union in unions if union))

    @property
    def item(self) -> Shape | None:
        """The shape of an array's elements; None where nothing is said of them."""
        nodes = [(part.node["items"], part.root) for part in self.parts if isinstance(part.node.get("items"), dict)]
        unions = tuple(tuple(branch.item for branch in union if branch.item is not None) for union in self.unions)
        return self._gather(nodes, tuple(union for union in unions if union))

    def _gather(self, nodes: list[tuple[Json, Json]], unions: tuple[tuple[Shape, ...], ...]) -> Shape | None:
        if not nodes and not unions:
            return None
        shapes = [read_shape(node, self.schemas, root) for node, root in nodes]
        parts = tuple(part for shape in shapes for part in shape.parts)
        return _prune(Shape(parts, unions + tuple(union for shape in shapes for union in shape.unions), self.schemas))

    @property
    def key(self) -> frozenset[int]:
        """What tells this place from others, so that recursion is seen: the schema objects that name something inside."""
        own = frozenset(id(part.node) for part in self.parts if "properties" in part.node or "items" in part.node)
        return own.union(*(branch.key for union in self.unions for branch in union))

    @property
    def is_structured(self) -> bool:
        """Whether there are named places inside: an object with properties, or an array of such."""
        return self._is_structured(8)

    def _is_structured(self, depth: int) -> bool:
        if self.names:
            return True
        item = self.item if "array" in self.types else None
        return depth > 0 and item is not None and item._is_structured(depth - 1)


def read_shape(node: Json, schemas: Mapping[str, Json], root: Json = None) -> Shape:
    """Give the shape of a schema; `root` is the document that its local references mean (itself by default).

    Faults: KeyError for a reference to nothing, ValueError for one that leads in a circle.
    """
    parts: list[_Part] = []
    unions: list[tuple[Shape, ...]] = []
    todo = [(node, node if root is None else root)]
    budget = REFERENCES_MAX
    while todo:
        budget -= 1
        if budget < 0:
            raise ValueError("references lead in a circle")
        here, top = todo.pop(0)
        if not isinstance(here, dict):
            continue
        parts.append(_Part(here, top))
        if isinstance(here.get("$ref"), str):
            todo.append(_follow(here["$ref"], top, schemas))
        todo += [(inner, top) for inner in here.get("allOf") or ()]
        unions += [tuple(read_shape(branch, schemas, top) for branch in here[word]) for word in ALTERNATIVES if here.get(word)]
    return Shape(tuple(parts), tuple(unions), schemas)


def _follow(reference: str, root: Json, schemas: Mapping[str, Json]) -> tuple[Json, Json]:
    name, _, pointer = reference.partition("#")
    top = schemas[name] if name else root
    node = top
    for segment in pointer.split("/")[1:]:
        word = segment.replace("~1", "/").replace("~0", "~")
        node = node[int(word)] if isinstance(node, list) else node[word]
    return node, top


def _types_of(node: Mapping[str, Json]) -> Types:
    said = node.get("type")
    types = EVERY if said is None else frozenset([said] if isinstance(said, str) else said)
    if "const" in node:
        types = _meet(types, frozenset({type_of(node["const"])}))
    if isinstance(node.get("enum"), list):
        types = _meet(types, frozenset(type_of(value) for value in node["enum"]))
    return types


def _meet(left: Types, right: Types) -> Types:
    return _widen(left) & _widen(right)


def _widen(types: Types) -> Types:
    return types | {"integer"} if "number" in types else types  # every integer is a number


def type_of(value: Json) -> str:
    """Name the JSON type of a value."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def is_meeting(left: Types, right: Types) -> bool:
    """Whether some value has a type of both."""
    return bool(_meet(left, right))


@dataclass(frozen=True, slots=True)
class Place:
    """A path that resolved.

    Shape: `optional` holds every prefix (the path itself included) that need not be there when its parent is; `nullable` every
    prefix (the path itself not) that may be null instead of an object.
    """

    path: Segments
    shape: Shape
    optional: frozenset[Segments] = frozenset()
    nullable: frozenset[Segments] = frozenset()

    @property
    def conditions(self) -> frozenset[Segments]:
        """On what it hangs that something is there: empty = it always is."""
        return self.optional | frozenset((*prefix, ITEM) for prefix in self.nullable)


@dataclass(frozen=True, slots=True)
class Lost:
    """A path that leads nowhere: `known` are the names that would have been there; `why` where it is no misspelling."""

    name: str
    known: tuple[str, ...] = ()
    why: str = ""


def find_place(shape: Shape, path: Segments, *, through_arrays: bool = False) -> Place | Lost:
    """Resolve a path from a shape; `through_arrays` lets it pass into elements (its place then holds ITEM segments)."""
    walked: list[str] = []
    optional: set[Segments] = set()
    nullable: set[Segments] = set()
    for segment in path:
        while through_arrays and "array" in shape.types and shape.item is not None and not shape.names:
            walked.append(ITEM)
            shape = shape.item
        child = shape.child(segment)
        if child is None:
            why = "" if shape.names else "nothing is known inside " + (show_path(tuple(walked)) or "this schema")
            return Lost(segment, shape.names, why)
        if not shape.types <= {"object", "null"}:
            return Lost(segment, (), f"{show_path(tuple(walked)) or 'the schema'} is not typed `object`, so nothing may be read inside")
        if "null" in shape.types:
            nullable.add(tuple(walked))
        walked.append(segment)
        if segment not in shape.required:
            optional.add(tuple(walked))
        shape = child
    return Place(tuple(walked), shape, frozenset(optional), frozenset(nullable))


def list_leaves(shape: Shape, prefix: Segments = (), seen: tuple[frozenset[int], ...] = ()) -> Iterator[Segments]:
    """Give the paths of all leaves; what lies in array elements has an ITEM segment."""
    key = shape.key
    if key in seen or not shape.is_structured:
        yield prefix
        return
    seen = (*seen, key)
    if shape.names:
        for name in shape.names:
            child = shape.child(name)
            if child is not None:
                yield from list_leaves(child, (*prefix, name), seen)
        return
    item = shape.item
    if item is not None:
        yield from list_leaves(item, (*prefix, ITEM), seen)


_KNOWN = "\0known"  # marks a node that says what is known of a tag


def narrow_shape(shape: Shape, path: Segments, value: Json, *, is_there: bool = True) -> Shape:
    """Give the shape where the value at a path is known (and there): of alternatives, only those that may hold it are left."""
    node: Json = {"const": value}
    for segment in reversed(path):
        if segment == ITEM:
            node = {"type": "array", "items": node, _KNOWN: True}
        else:
            node = {"type": "object", "required": [segment] if is_there else [], "properties": {segment: node}, _KNOWN: True}
    return _prune(Shape((*shape.parts, _Part(node, node)), shape.unions, shape.schemas))


def _prune(shape: Shape) -> Shape:
    known = [part.node for part in shape.parts if _KNOWN in part.node]
    if not known:
        return shape
    unions = tuple(tuple(branch for branch in union if all(_is_admitting(branch, node) for node in known)) for union in shape.unions)
    return Shape(shape.parts, unions, shape.schemas)


def _is_admitting(shape: Shape, node: Mapping[str, Json]) -> bool:
    if "const" in node:
        return may_hold(shape, node["const"])
    for name, inner in (node.get("properties") or {}).items():
        child = shape.child(name)
        if child is not None and not _is_admitting(child, inner):
            return False
    return True


def may_hold(shape: Shape, value: Json) -> bool:
    """Whether `const`, `enum` and `type` leave room for a value at a place."""
    for part in shape.parts:
        if not is_meeting(_types_of(part.node), frozenset({type_of(value)})):
            return False
        if "const" in part.node and part.node["const"] != value:
            return False
        if isinstance(part.node.get("enum"), list) and value not in part.node["enum"]:
            return False
    return all(any(may_hold(branch, value) for branch in union) for union in shape.unions)
