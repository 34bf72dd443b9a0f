"""JSON Schema 2020-12 as data: which keywords there are, and where schemas stand inside a schema.

Laws: every walk over a schema goes through `iter_subschemas` or `map_subschemas`, so that a `$ref` inside `const`, `enum`,
`default` or `examples` is never taken for a reference.
Source: JSON Schema 2020-12, core and validation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

from gateway.values.model import Json
from gateway.values.problem import Path

Holds = Literal["value", "schema", "list", "map"]

_ROWS: Final[dict[Holds, str]] = {
    "schema": "additionalProperties unevaluatedProperties unevaluatedItems items contains propertyNames not if then else contentSchema",
    "list": "allOf anyOf oneOf prefixItems",
    "map": "properties patternProperties $defs dependentSchemas",
    "value": "$schema $id $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $ref type enum const multipleOf maximum exclusiveMaximum"
    " minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxContains minContains maxProperties"
    " minProperties required dependentRequired format contentEncoding contentMediaType title description default deprecated readOnly"
    " writeOnly examples",
}
KEYWORDS: Final[dict[str, Holds]] = {word: holds for holds, words in _ROWS.items() for word in words.split()}
TYPES: Final = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})


def iter_subschemas(schema: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Give every schema inside a schema, itself first, each with its path."""
    stack = [(path, schema)]
    while stack:
        here, one = stack.pop()
        yield here, one
        if not isinstance(one, dict):
            continue
        for word, value in one.items():
            stack += [((*here, word, *inner), child) for inner, child in _children(KEYWORDS.get(word, "value"), value)]


def _children(holds: Holds, value: Json) -> list[tuple[Path, Json]]:
    if holds == "schema" and isinstance(value, dict | bool):
        return [((), value)]
    if holds == "list" and isinstance(value, list):
        return [((index,), child) for index, child in enumerate(value)]
    if holds == "map" and isinstance(value, dict):
        return [((name,), child) for name, child in value.items()]
    return []


def map_subschemas(schema: Json, change: Callable[[dict[str, Json]], dict[str, Json]]) -> Json:
    """Give a copy of a schema in which every object schema was changed, the inner ones first; what was given stays as it is."""
    if not isinstance(schema, dict):
        return schema
    copy: dict[str, Json] = {}
    for word, value in schema.items():
        holds = KEYWORDS.get(word, "value")
        if holds == "schema":
            value = map_subschemas(value, change)
        elif holds == "list" and isinstance(value, list):
            value = [map_subschemas(child, change) for child in value]
        elif holds == "map" and isinstance(value, dict):
            value = {name: map_subschemas(child, change) for name, child in value.items()}
        copy[word] = value
    return change(copy)


def resolve_pointer(schema: Json, fragment: str) -> Json:
    """Give what a JSON Pointer in a document points to.

    Faults: KeyError where it points to nothing.
    Source: RFC 6901 4.
    """
    here = schema
    for step in fragment.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict):
            here = here[name]
        elif isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        else:
            raise KeyError(fragment)
    return here
