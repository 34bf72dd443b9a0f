"""Fields in no schema: found, dropped, refused.

Laws: 1. A document without such fields comes back as it is, not copied, after a walk that makes nothing. 2. What is dropped is
counted; a value that has unknown fields inside an unknown field counts once. 3. The given document is never changed.
Must not know: which of `drop`, `keep` and `refuse` a route chose, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import jsonschema_rs

from gateway.values.faults import FINDINGS_MAX, Finding
from gateway.values.model import Json

from .check import make_validator
from .pointers import join_pointer
from .registry import Registry
from .shape import Place, allow, compile_shape

DropUnknown: TypeAlias = Callable[[Json], tuple[Json, int]]
FindUnknown: TypeAlias = Callable[[Json], tuple[Finding, ...]]


def compile_drop(registry: Registry, name: str) -> DropUnknown:
    """Compile what gives a document without its unknown fields, and how many were dropped.

    Faults: KeyError for an unknown name.
    """
    place = compile_shape(registry, name)
    if place is None:
        return lambda document: (document, 0)
    is_known = compile_known(place)

    def drop_unknown(document: Json) -> tuple[Json, int]:
        return (document, 0) if is_known(document) else _drop(place, document)

    return drop_unknown


def compile_refuse(registry: Registry, name: str, part: str = "body") -> FindUnknown:
    """Compile what gives one finding (keyword `unknown`) a field that is in no schema; at most 20, in the order of the document.

    Faults: KeyError for an unknown name.
    """
    place = compile_shape(registry, name)
    if place is None:
        return lambda document: ()
    is_known = compile_known(place)

    def find_unknown(document: Json) -> tuple[Finding, ...]:
        if is_known(document):
            return ()
        pointers = (pointer for pointer, _ in zip(_find(place, document, ""), range(FINDINGS_MAX), strict=False))
        return tuple(Finding(pointer, "unknown", "is in no schema", part) for pointer in pointers)

    return find_unknown


def compile_known(place: Place) -> Callable[[Json], bool]:
    """Compile what tells whether every field of a document is known: it runs on every call.

    Shape: a validator that knows names only, where names are all that the shape asks for; our own walk where patterns decide.
    """
    names = list_closed(place)
    if names is None:
        return lambda document: _is_known(place, document)
    validator: jsonschema_rs.Validator = make_validator({"$ref": "#/$defs/0", "$defs": names})
    return validator.is_valid


def list_closed(place: Place) -> dict[str, Json] | None:
    """Give a shape as the definitions of a JSON Schema, `0` the first; None where a place is open, so that its names are no list."""
    numbers = {id(place): "0"}
    waiting, known = [place], dict[str, Json]()

    def refer(inner: Place | None) -> Json:
        if inner is None:
            return True
        if id(inner) not in numbers:
            numbers[id(inner)] = str(len(numbers))
            waiting.append(inner)
        return {"$ref": f"#/$defs/{numbers[id(inner)]}"}

    while waiting:
        one = waiting.pop()
        here: dict[str, Json] = {"items": refer(one.rest)}
        if one.first:
            here["prefixItems"] = [refer(inner) for inner in one.first]
        if not one.is_open:
            inside = dict(one.inner)
            here |= {"additionalProperties": False, "properties": {name: refer(inside.get(name)) for name in one.names}}
        elif one.spread is not allow:
            return None
        known[numbers[id(one)]] = here
    return known


def _is_known(place: Place, value: Json) -> bool:
    """Tell whether every field is known, making nothing."""
    if type(value) is dict:
        if place.is_open:
            return all(_is_field_known(place.spread(name), child) for name, child in value.items())
        if not value.keys() <= place.names:
            return False
        for name, inner in place.inner:
            child = value.get(name)
            if child is not None and not _is_known(inner, child):
                return False
        return True
    return type(value) is not list or _are_items_known(place, value)


def _are_items_known(place: Place, items: list[Json]) -> bool:
    if place.first:
        return all(inner is None or _is_known(inner, child) for inner, child in zip(_places(place, items), items, strict=True))
    rest = place.rest
    return rest is None or all(_is_known(rest, child) for child in items)


def _is_field_known(inner: Place | bool, child: Json) -> bool:
    return _is_known(inner, child) if isinstance(inner, Place) else inner


def _places(place: Place, value: list[Json]) -> Iterator[Place | None]:
    for index in range(len(value)):
        yield place.first[index] if index < len(place.first) else place.rest


def _drop(place: Place, value: Json) -> tuple[Json, int]:
    """Give a value without unknown fields, copied only along the way to one."""
    if isinstance(value, dict):
        return _drop_open(place, value) if place.is_open else _drop_closed(place, value)
    if not isinstance(value, list) or (place.rest is None and not place.first):
        return value, 0
    items, dropped = value, 0
    for index, (inner, child) in enumerate(zip(_places(place, value), value, strict=True)):
        left, more = _drop(inner, child) if inner is not None else (child, 0)
        if more:
            items = list(value) if items is value else items
            items[index] = left
            dropped += more
    return items, dropped


def _drop_closed(place: Place, value: dict[str, Json]) -> tuple[Json, int]:
    names = place.names
    kept = value if value.keys() <= names else {name: child for name, child in value.items() if name in names}
    dropped = len(value) - len(kept)
    for name, inner in place.inner:
        child = value.get(name)
        left, more = _drop(inner, child) if child is not None else (child, 0)
        if more:
            kept = dict(value) if kept is value else kept
            kept[name] = left
            dropped += more
    return kept, dropped


def _drop_open(place: Place, value: dict[str, Json]) -> tuple[Json, int]:
    kept: dict[str, Json] = {}
    dropped = 0
    for name, child in value.items():
        inner = place.spread(name)
        if inner is False:
            dropped += 1
            continue
        kept[name], more = _drop(inner, child) if isinstance(inner, Place) else (child, 0)
        dropped += more
    return (kept if dropped else value), dropped


def _find(place: Place, value: Json, pointer: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, child in value.items():
            inner = place.spread(name)
            if inner is False:
                yield join_pointer(pointer, name)
            elif isinstance(inner, Place):
                yield from _find(inner, child, join_pointer(pointer, name))
    elif isinstance(value, list):
        for index, (item_place, child) in enumerate(zip(_places(place, value), value, strict=True)):
            if item_place is not None:
                yield from _find(item_place, child, f"{pointer}/{index}")
