"""A schema as an abstract value.

Laws: 1. What a keyword asks for and the domain cannot say is a fact. 2. A source holds no field that no schema speaks of: such fields
were dropped or refused before a mapping runs. 3. A recursive schema gives a ring of values.
Must not know: mappings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Literal

from gateway.values.model import Json

from ..paths import EVERY
from .domain import (
    ALTERNATIVES_MAX,
    LATER_ANYTHING,
    LATER_NEVER,
    NEVER,
    NO_FACTS,
    Array,
    Field,
    Later,
    Object,
    TooLarge,
    Value,
    join_values,
)  # fmt: skip
from .keywords import (
    IN_PLACE,
    Part,
    Parts,
    add_facts,
    facts_of,
    list_counts,
    list_strange,
    list_values,
    meet_types,
    narrow,
    read_numbers,
    read_text,
    write_fact,
)
from .overlap import are_apart

Side = Literal["source", "target"]
REFERENCES_MAX = 200

_OF_OBJECTS = ("properties", "patternProperties", "additionalProperties", "unevaluatedProperties")


KNOWN_MAX = 500


class Abstraction:
    """Reads the schemas of one library, each place once. Shape: documents that are read must live as long as this."""

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        self.schemas = schemas
        self._known: dict[object, Value] = {}
        self._kept: list[Json] = []

    def forget(self) -> None:
        """Let go of what was read when there is much of it: a federation of thousands of schemas is proved in the memory of a few."""
        if len(self._known) > KNOWN_MAX:
            self._known.clear()
            self._kept.clear()

    def read_schema(self, name: str, side: Side) -> Value:
        """Give the value of a named schema."""
        document = self.schemas[name]
        return self._read(((document, document),), (), side)

    def read_document(self, document: Json, side: Side) -> Value:
        """Give the value of a schema that has no name."""
        self._kept.append(document)  # places are told apart by identity
        return self._read(((document, document),), (), side)

    def _read(self, parts: Parts, others: Parts, side: Side) -> Value:
        nodes, choices = self._spread(parts)
        if nodes is None:
            return NEVER
        origin = frozenset(id(node) for node, _ in nodes)
        key = origin, side, frozenset(id(one) for one, _ in others)
        if key not in self._known:
            made = self._choose(tuple(nodes), choices, others, side) if choices else self._conjoin(nodes, others, side)
            self._known[key] = made if made.is_never else replace(made, origin=origin)
        return self._known[key]

    def _spread(self, parts: Parts) -> tuple[list[Part] | None, list[Parts]]:
        """Follow `$ref` and `allOf`; give the schemas that hold together (None = nothing may stand here), and the choices among them."""
        nodes: list[Part] = []
        choices: list[Parts] = []
        todo = list(parts)
        for _ in range(REFERENCES_MAX):
            if not todo:
                return nodes, choices
            node, root = todo.pop(0)
            if node is False:
                return None, []
            if not isinstance(node, dict) or any(node is known for known, _ in nodes):
                continue
            nodes.append((node, root))
            todo += self._list_joined(node, root)
            choices += [tuple((branch, root) for branch in node[word]) for word in ("anyOf", "oneOf") if node.get(word)]
        raise TooLarge("more than 200 references at one place")

    def _list_joined(self, node: Json, root: Json) -> Parts:
        """Give what holds together with a schema: what it refers to, and all of its `allOf`."""
        followed = (self._follow(node["$ref"], root),) if isinstance(node.get("$ref"), str) else ()
        return (*followed, *((inner, root) for inner in node.get("allOf") or ()))

    def _follow(self, reference: str, root: Json) -> Part:
        name, _, pointer = reference.partition("#")
        top = self.schemas[name] if name else root
        node = top
        for segment in pointer.split("/")[1:]:
            word = segment.replace("~1", "/").replace("~0", "~")
            node = node[int(word)] if isinstance(node, list) else node[word]
        return node, top

    def _choose(self, nodes: Parts, choices: Sequence[Parts], others: Parts, side: Side) -> Value:
        """Give the value of schemas with choices among them: one alternative for each way to choose."""
        if math.prod(len(choice) for choice in choices) > ALTERNATIVES_MAX:
            raise TooLarge("more than 64 alternatives")
        plain = tuple((_without_choices(node), root) for node, root in nodes)
        self._kept.append(plain)
        values: list[Value] = []
        for chosen in product(*choices):
            left = tuple(branch for choice in choices for branch in choice if branch not in chosen)
            values.append(self._read((*plain, *chosen), (*others, *left), side))
        joined = join_values(values, keeps_facts=side == "target")
        shared = [(node, root) for node, root in nodes if node.get("oneOf")]
        facts = (write_fact("oneOf", node, root) for node, root in shared if not self._are_exclusive(node["oneOf"], root, side))
        return add_facts(joined, frozenset(facts))

    def _are_exclusive(self, branches: Sequence[Json], root: Json, side: Side) -> bool:
        values = [self._read(((branch, root),), (), side) for branch in branches]
        return all(are_apart(one, other) for index, one in enumerate(values) for other in values[index + 1 :])

    def _conjoin(self, nodes: Sequence[Part], others: Parts, side: Side) -> Value:
        """Give the value of schemas that hold together, without choices."""
        types = frozenset(EVERY)
        for node, _ in nodes:
            types = meet_types(types, node.get("type"))
        listed = list_values([node for node, _ in nodes])
        text, facts = read_text(nodes) if "string" in types else (None, NO_FACTS)
        numbers, inexact = read_numbers(nodes, types) if types & {"number", "integer"} else ((), NO_FACTS)
        made = Value(
            null="null" in types,
            booleans=frozenset({True, False}) if "boolean" in types else frozenset(),
            text=text,
            numbers=numbers,
            objects=(self._read_object(nodes, others, side),) if "object" in types else (),
            arrays=self._read_arrays(nodes, others, side) if "array" in types else (),
            text_facts=facts,
            number_facts=inexact,
        )
        made = add_facts(made, frozenset(list_strange(nodes)))
        return made if listed is None else narrow(made, listed)

    def _read_object(self, nodes: Sequence[Part], others: Parts, side: Side) -> Object:
        around = self._spread_all((*others, *_list_conditional(nodes)))
        every = [*nodes, *around]
        names = dict.fromkeys(name for node, _ in every for name in node.get("properties") or ())
        required = {name for node, _ in nodes for name in node.get("required") or ()}
        is_open = side == "target" or _is_place_open(every)
        fields: dict[str, Field] = {}
        for name in dict.fromkeys((*names, *sorted(required))):
            value = self._later(_parts_of_field(nodes, name), _parts_of_field(around, name), side)
            fields[name] = Field(value, name in required)
        rest = self._read_rest(nodes, side) if is_open else None
        return Object(fields, rest, facts_of(nodes, "object"))

    def _spread_all(self, others: Parts) -> list[Part]:
        """Follow everything that stands in place of some schemas, and in `if`, `then`, `else` of them."""
        found: list[Part] = []
        todo = list(others)
        while todo:
            node, root = todo.pop()
            if not isinstance(node, dict) or any(node is known for known, _ in found):
                continue
            found.append((node, root))
            if isinstance(node.get("$ref"), str):
                todo.append(self._follow(node["$ref"], root))
            todo += [(inner, root) for word in ("allOf", "anyOf", "oneOf") for inner in node.get(word) or ()]
            todo += _list_conditional([(node, root)])
            if len(found) > REFERENCES_MAX:
                raise TooLarge("more than 200 references at one place")
        return found

    def _read_rest(self, nodes: Sequence[Part], side: Side) -> Later | None:
        said = [(node["additionalProperties"], root) for node, root in nodes if "additionalProperties" in node]
        bare = [
            (node["additionalProperties"], root)
            for node, root in nodes
            if "additionalProperties" in node and "patternProperties" not in node
        ]
        if any(one is False for one, _ in bare):
            return None
        return self._later(tuple(bare), (), side) if said else LATER_ANYTHING

    def _read_arrays(self, nodes: Sequence[Part], others: Parts, side: Side) -> tuple[Array, ...]:
        around = self._spread_all((*others, *_list_conditional(nodes)))
        least = max((int(node.get("minItems", 0)) for node, _ in nodes), default=0)
        tops = [int(node["maxItems"]) for node, _ in nodes if "maxItems" in node]
        tops += [len(node.get("prefixItems") or ()) for node, _ in nodes if node.get("items") is False]
        most = min(tops) if tops else None
        if most is not None and least > most:
            return ()
        facts = facts_of(nodes, "array")
        if any("prefixItems" in node for node, _ in nodes):
            return (Array(LATER_ANYTHING, least, most, facts),)
        item = self._later(_parts_of_item(nodes), _parts_of_item(around), side)
        return (Array(item if most != 0 else LATER_NEVER, least, most, facts, list_counts(nodes)),)

    def _later(self, parts: Parts, others: Parts, side: Side) -> Later:
        nearby: Parts = ()
        if side == "source":
            nearby = others
        return Later(lambda: self._read(parts, nearby, side)) if parts or nearby else LATER_ANYTHING


def _parts_of_field(nodes: Sequence[Part], name: str) -> Parts:
    """Give what the schemas say of one field; `additionalProperties` speaks where `properties` does not (and no pattern may)."""
    parts: list[Part] = []
    for node, root in nodes:
        if name in (node.get("properties") or ()):
            parts.append((node["properties"][name], root))
        elif "additionalProperties" in node and "patternProperties" not in node:
            parts.append((node["additionalProperties"], root))
    return tuple(parts)


def _parts_of_item(nodes: Sequence[Part]) -> Parts:
    return tuple((node["items"], root) for node, root in nodes if "items" in node)


def _without_choices(node: Mapping[str, Json]) -> Json:
    return {word: node[word] for word in node if word not in ("anyOf", "oneOf", "$ref", "allOf")}


def _is_open(node: Mapping[str, Json]) -> bool:
    patterns = "patternProperties" in node
    return patterns or node.get("additionalProperties", False) is not False or node.get("unevaluatedProperties", False) is not False


def _is_place_open(nodes: Sequence[Part]) -> bool:
    """Whether fields that no schema names are kept at a place."""
    return any(_is_open(node) for node, _ in nodes) or not any(_speaks_of_objects(node) for node, _ in nodes)


def _speaks_of_objects(node: Mapping[str, Json]) -> bool:
    types = node.get("type", ())
    return any(word in node for word in _OF_OBJECTS) or (types == "object" if isinstance(types, str) else "object" in types)


def _list_conditional(nodes: Sequence[Part]) -> Parts:
    """Give what may hold beside some schemas without being chosen: it makes names known."""
    found: list[Part] = [(node[word], root) for node, root in nodes for word in IN_PLACE if word in node]
    found += [(inner, root) for node, root in nodes for inner in (node.get("dependentSchemas") or {}).values()]
    return tuple(found)
