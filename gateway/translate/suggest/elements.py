"""Elements of lists that a constant tells apart, as if each were a field: what a mapping picks.

Holds: two kinds of lists: of names and values (each name a field), and of one element (its fields are the document's).
Must not know: scores, canonical fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.values.model import Json

from ..paths import ITEM, Place, Segments, Shape, find_place, list_leaves


@dataclass(frozen=True, slots=True)
class Picked:
    """Where a field stands in a list. Shape: `value` is its path in the element; `is_whole` = the element's fields are the document's."""

    array: Segments
    where: tuple[str, Json]
    value: Segments
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Element:
    """One field of a list's element: the path that it would have as a field, its shape, and how it is picked."""

    path: Segments
    shape: Shape
    picked: Picked


def list_elements(place: Shape | None, array: Segments) -> tuple[Element, ...]:
    """Give the fields of a list that is to be picked from; none where it is no such list."""
    item = place.item if place is not None else None
    if place is None or item is None or "object" not in item.types:
        return ()
    return tuple(_list_named(item, array)) or (tuple(_list_whole(item, array)) if _is_of_one(place) else ())


def _list_named(item: Shape, array: Segments) -> Iterator[Element]:
    """Give the fields of a list of names and values: alternatives that have a constant and one other property."""
    if len(item.unions) != 1 or len(item.names) != 2:
        return
    for key, value in (item.names, item.names[::-1]):
        branches = [(_read_constant(branch, key), branch.child(value)) for branch in item.unions[0]]
        named = [(name, shape) for name, shape in branches if isinstance(name, str) and name and shape is not None]
        if len(named) == len(branches):
            yield from (Element((*array, name), shape, Picked(array, (key, name), (value,), False)) for name, shape in named)
            return


def _is_of_one(place: Shape) -> bool:
    said = [part.node for part in place.parts]
    return any(node.get("minItems") == 1 for node in said) and any(node.get("maxItems") == 1 for node in said)


def _list_whole(item: Shape, array: Segments) -> Iterator[Element]:
    key = next((name for name in item.names if isinstance(_read_constant(item, name), str)), None)
    if key is None:
        return
    for path in list_leaves(item):
        found = find_place(item, path) if ITEM not in path else None
        if path != (key,) and isinstance(found, Place):
            yield Element((*array, *path), found.shape, Picked(array, (key, _read_constant(item, key)), path, True))


def _read_constant(shape: Shape, name: str) -> Json:
    child = shape.child(name)
    for part in child.parts if child is not None else ():
        if "const" in part.node:
            return part.node["const"]
        if isinstance(part.node.get("enum"), list) and len(part.node["enum"]) == 1:
            return part.node["enum"][0]
    return None
