"""Which fields a schema speaks of, at each place of a document.

Holds: the compiled shape, a graph of `Place`s, that `unknown` walks.
Laws: 1. All schemas that may apply to a place count together: through `$ref`, `allOf`, `anyOf`, `oneOf`, `if`, `then`,
`else` and `dependentSchemas`, whichever of them the document matches. 2. `additionalProperties` or `unevaluatedProperties`
that is not false makes every field known. 3. A place of which no schema says that it is an object, or what its fields are, is
free: whatever stands there is known. Likewise for the items of arrays. 4. A recursive schema gives a finite graph.
Must not know: what is done with an unknown field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from gateway.values.model import Json

from .check import make_validator
from .registry import Registry

Part: TypeAlias = tuple[str, Json]  # a schema, and the name of the document that it stands in
Parts: TypeAlias = tuple[Part, ...]

_IN_PLACE: Final = ("if", "then", "else")
_IN_PLACE_LISTS: Final = ("allOf", "anyOf", "oneOf")
_OF_OBJECTS: Final = ("properties", "patternProperties", "additionalProperties", "unevaluatedProperties")
_OF_ARRAYS: Final = ("prefixItems", "items", "unevaluatedItems", "contains")


class Place:
    """What may stand at one place.

    Shape: where not `is_open`, `names` are all the fields that are known, and `inner` those whose own fields are to be looked
    at. `spread(name)` gives the place of any field: True = known and free, False = unknown. `first` are the places of the
    first items, `rest` that of the others; None = free.
    """

    __slots__ = ("first", "inner", "is_open", "names", "patterns", "rest", "spread")

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self.is_open = True
        self.inner: tuple[tuple[str, Place], ...] = ()
        self.patterns: tuple[Callable[[str], bool], ...] = ()
        self.spread: Callable[[str], Place | bool] = allow
        self.first: tuple[Place | None, ...] = ()
        self.rest: Place | None = None


def allow(name: str) -> bool:
    """Know every field: what a place does that no schema speaks of as an object."""
    return True


class _Compiler:
    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.places: dict[frozenset[tuple[str, int]], Place | None] = {}
        self.matches: dict[str, Callable[[str], bool]] = {}

    def make_place(self, parts: list[Part]) -> Place | None:
        """Give the place of schemas that apply together; None where it is free."""
        whole = self.spread_parts(parts)
        key = frozenset((name, id(schema)) for name, schema in whole)
        if key in self.places:
            return self.places[key]
        objects = [part for part in whole if _speaks(part[1], "object", _OF_OBJECTS)]
        arrays = [part for part in whole if _speaks(part[1], "array", _OF_ARRAYS)]
        if not objects and not arrays:
            self.places[key] = None
            return None
        place = self.places[key] = Place()
        if objects:
            self.fill_fields(place, objects)
        if arrays:
            self.fill_items(place, arrays)
        return place

    def spread_parts(self, parts: list[Part]) -> list[Part]:
        """Follow everything that applies in place; a schema counts once."""
        seen: set[tuple[str, int]] = set()
        whole: list[Part] = []
        queue = list(parts)
        while queue:
            name, schema = queue.pop()
            if not isinstance(schema, dict) or (name, id(schema)) in seen:
                continue
            seen.add((name, id(schema)))
            whole.append((name, schema))
            if "$ref" in schema:
                queue.append(self.registry.resolve(name, schema["$ref"]))
            queue += [(name, child) for child in _in_place(schema)]
        return whole

    def fill_fields(self, place: Place, objects: list[Part]) -> None:
        names = frozenset(name for _, schema in objects for name in schema.get("properties", ()))
        patterns = {text: self.match(text) for _, schema in objects for text in schema.get("patternProperties", ())}
        is_rest_known = any(_is_open(schema) for _, schema in objects)
        kept: dict[tuple[str, ...], Place | bool] = {}

        def place_of(name: str) -> Place | bool:
            matched = tuple(text for text, is_match in patterns.items() if is_match(name))
            if name in names:
                return self.make_place(_parts_of_field(objects, name, matched)) or True
            if not matched and not is_rest_known:
                return False
            if matched not in kept:
                kept[matched] = self.make_place(_parts_of_field(objects, name, matched)) or True
            return kept[matched]

        known = {name: place_of(name) for name in sorted(names)}
        place.names = names
        place.is_open = bool(patterns) or is_rest_known
        place.inner = tuple((name, inner) for name, inner in known.items() if isinstance(inner, Place))
        place.spread = lambda name: known[name] if name in known else place_of(name)

    def fill_items(self, place: Place, arrays: list[Part]) -> None:
        longest = max(len(schema.get("prefixItems", ())) for _, schema in arrays)
        place.first = tuple(self.make_place(_parts_of_item(arrays, index)) for index in range(longest))
        place.rest = self.make_place(_parts_of_item(arrays, longest))

    def match(self, text: str) -> Callable[[str], bool]:
        if text not in self.matches:
            self.matches[text] = make_validator({"pattern": text}).is_valid
        return self.matches[text]


def compile_shape(registry: Registry, name: str) -> Place | None:
    """Compile the shape of a schema; None where it is free.

    Faults: KeyError for an unknown name or reference.
    """
    return _Compiler(registry).make_place([(name, registry.documents[name])])


def _speaks(schema: dict[str, Json], kind: str, words: tuple[str, ...]) -> bool:
    types = schema.get("type", ())
    return any(word in schema for word in words) or (kind == types if isinstance(types, str) else kind in types)


def _is_open(schema: dict[str, Json]) -> bool:
    return schema.get("additionalProperties", False) is not False or schema.get("unevaluatedProperties", False) is not False


def _in_place(schema: dict[str, Json]) -> Iterator[Json]:
    for word in _IN_PLACE:
        if word in schema:
            yield schema[word]
    for word in _IN_PLACE_LISTS:
        yield from schema.get(word, ())
    yield from schema.get("dependentSchemas", {}).values()


def _parts_of_field(objects: list[Part], name: str, matched: tuple[str, ...]) -> list[Part]:
    parts: list[Part] = []
    for document, schema in objects:
        children = [schema["properties"][name]] if name in schema.get("properties", ()) else []
        children += [child for text, child in schema.get("patternProperties", {}).items() if text in matched]
        if not children and "additionalProperties" in schema:
            children.append(schema["additionalProperties"])
        if "unevaluatedProperties" in schema:
            children.append(schema["unevaluatedProperties"])
        parts += [(document, child) for child in children]
    return parts


def _parts_of_item(arrays: list[Part], index: int) -> list[Part]:
    parts: list[Part] = []
    for document, schema in arrays:
        first = schema.get("prefixItems", ())
        children = [first[index]] if index < len(first) else [schema["items"]] if "items" in schema else []
        children += [schema[word] for word in ("contains", "unevaluatedItems") if word in schema]
        parts += [(document, child) for child in children]
    return parts
