"""The schemas of one federation by name: `person@1`, `dukcapil/warga@1`.

Laws: 1. A schema refers to its own parts (`#/$defs/…`) or to a schema of this registry by name, and to nothing else. 2. The
documents never change after the registry was made; a schema is compiled once.
Must not know: files, routes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import jsonschema_rs

from gateway.values.model import Json

from .check import Schema, make_validator, refuse_retrieval
from .formats import FORMATS
from .text import EXACT_INTEGER_MAX
from .vocabulary import iter_subschemas, map_subschemas, resolve_pointer

NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*@[1-9][0-9]*")
_URN = "urn:jembatan:schema:"
_OUR_KEYS = ("schema", "version")  # of the document's top, not of JSON Schema
_INTEGER_WORDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const")


class Registry:
    """All schemas of a federation.

    Shape: `documents` maps a name to its JSON Schema; the top keys `schema` and `version` are ours and are left out of it.
    """

    documents: Mapping[str, Json]

    def __init__(self, documents: Mapping[str, Json]) -> None:
        self.documents = {name: strip_own_keys(document) for name, document in documents.items()}
        self._compiled: dict[str, Schema] = {}
        self._big: dict[str, bool] = {name: declares_big_integers(document) for name, document in self.documents.items()}
        self._resources: tuple[jsonschema_rs.Registry, jsonschema_rs.Registry] | None = None

    def compile_schema(self, name: str) -> Schema:
        """Compile one schema (the same name gives the same value).

        Faults: KeyError for an unknown name; ValueError where a document of the registry is no schema or refers to what is not
        there: `lint_schema` says what and where.
        """
        known = self._compiled.get(name)
        if known is None:
            if name not in self.documents:
                raise KeyError(name)
            try:
                fast, make_plain = self._make_validators(name)
            except (ValueError, jsonschema_rs.ReferencingError) as error:
                raise ValueError(f"{name} does not compile") from error
            big = any(self._big[one] for one in self.list_reached(name))
            known = self._compiled[name] = Schema(name, fast, big, make_plain)
        return known

    def make_check(self, document: Json) -> Callable[[Json], bool]:
        """Give the check of a schema without a name, which may refer to those that have one."""
        return make_validator(map_subschemas(document, _make_absolute), self._all_resources()[0]).is_valid

    def _make_validators(self, name: str) -> tuple[jsonschema_rs.Validator, Callable[[], jsonschema_rs.Validator] | None]:
        """Make the fast validator, and give what makes the one that tells all: None where no format of ours is reached and they are one."""
        slow, quick = self._all_resources()
        has_ours = any(_names_our_format(self.documents[one]) for one in self.list_reached(name))
        document = {"$ref": _URN + name}
        return make_validator(document, quick if has_ours else slow), (lambda: make_validator(document, slow)) if has_ours else None

    def resolve(self, name: str, reference: str) -> tuple[str, Json]:
        """Give the name of the schema that a `$ref` within schema `name` points into, and what it points to.

        Faults: KeyError where there is nothing.
        """
        if reference.startswith("#"):
            return name, resolve_pointer(self.documents[name], reference[1:])
        return reference, self.documents[reference]

    def list_reached(self, name: str) -> tuple[str, ...]:
        """Give the names of all schemas that one refers to, over any number of steps, itself first.

        Faults: KeyError where a reference is to no schema.
        """
        reached = {name: None}
        queue = [name]
        while queue:
            for reference in list_references(self.documents[queue.pop()]):
                if not reference.startswith("#") and reference not in reached:
                    reached[reference] = None
                    queue.append(reference)
        return tuple(reached)

    def _all_resources(self) -> tuple[jsonschema_rs.Registry, jsonschema_rs.Registry]:
        """Give the documents as they are, and with our formats as patterns, which the validator runs without calling back."""
        if self._resources is None:
            plain = {_URN + name: map_subschemas(document, _make_absolute) for name, document in self.documents.items()}
            fast = {address: map_subschemas(document, _make_pattern) for address, document in plain.items()}
            self._resources = _hold(plain), _hold(fast)
        return self._resources


def _hold(resources: dict[str, Json]) -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry(resources.items(), draft=jsonschema_rs.Draft202012, retriever=refuse_retrieval)


def strip_own_keys(document: Json) -> Json:
    """Give a schema document without the keys that are ours."""
    if not isinstance(document, dict):
        return document
    return {word: value for word, value in document.items() if word not in _OUR_KEYS}


def list_references(document: Json) -> list[str]:
    """Give every `$ref` of a document."""
    return [one["$ref"] for _, one in iter_subschemas(document) if isinstance(one, dict) and isinstance(one.get("$ref"), str)]


def declares_big_integers(document: Json) -> bool:
    """Tell whether a document itself names an integer beyond 2^53: then it means them, and they are read exactly."""
    for _, one in iter_subschemas(document):
        if not isinstance(one, dict):
            continue
        named = [one.get(word) for word in _INTEGER_WORDS]
        listed = one.get("enum")
        named += listed if isinstance(listed, list) else []
        if any(isinstance(value, int) and abs(value) > EXACT_INTEGER_MAX for value in named):
            return True
    return False


def _names_our_format(document: Json) -> bool:
    return any(isinstance(one, dict) and str(one.get("format", "")) in FORMATS for _, one in iter_subschemas(document))


def _make_absolute(schema: dict[str, Json]) -> dict[str, Json]:
    reference = schema.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        return {**schema, "$ref": _URN + reference}
    return schema


def _make_pattern(schema: dict[str, Json]) -> dict[str, Json]:
    one = FORMATS.get(str(schema.get("format", "")))
    if one is None or not isinstance(schema.get("allOf", []), list):
        return schema
    others = {word: value for word, value in schema.items() if word != "format"}
    return {**others, "allOf": [*schema.get("allOf", ()), {"pattern": f"^(?:{one.pattern})$"}]}
