"""A schema as an abstract value.

Laws: 1. What a keyword asks for and the domain cannot say is a fact. 2. A source holds no field that no schema speaks of: such fields
were dropped or refused before a mapping runs. 3. A recursive schema gives a ring of values.
Must not know: mappings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Literal, TypeAlias

from gateway.values.model import Json

from ...schema.formats import FORMATS, NATIVE_FORMATS
from ..paths import EVERY, type_of
from ..problems import is_same
from .domain import (
    ALTERNATIVES_MAX,
    LATER_ANYTHING,
    LATER_NEVER,
    NEVER,
    NO_FACTS,
    Array,
    Facts,
    Field,
    Later,
    Object,
    TooLarge,
    Value,
    join_values,
    value_of,
)  # fmt: skip
from .overlap import are_apart
from .ranges import EVERY_INTEGER, EVERY_NUMBER, Range, exact, make_range, meet_all
from .texts import ANY, Language, Unreadable, meet, of_format, of_lengths, of_pattern

Side = Literal["source", "target"]
Part: TypeAlias = "tuple[Json, Json]"  # a schema, and the document that its local references mean
Parts: TypeAlias = tuple[Part, ...]
REFERENCES_MAX = 200

# keywords that say nothing of a value, or are read here
_SILENT = frozenset(
    [
        "$schema",
        "$comment",
        "$defs",
        "title",
        "description",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "examples",
        "xml",
        "$ref",
        "allOf",
        "anyOf",
        "oneOf",
        "type",
        "enum",
        "const",
        "schema",
        "version",
        "then",
        "else",
        "contentSchema",
        "minContains",
        "maxContains",
    ]
)
_TEXT = frozenset({"minLength", "maxLength", "pattern", "format"})
_NUMBER = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_OBJECT = frozenset({"properties", "required", "additionalProperties"})
_ARRAY = frozenset({"items", "minItems", "maxItems"})
# keywords that are facts, by the type that they speak of
_FACTS: Mapping[str, str] = {
    **dict.fromkeys(("contentEncoding", "contentMediaType"), "string"),
    **dict.fromkeys(
        ("patternProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas",
         "unevaluatedProperties"), "object",
    ),
    **dict.fromkeys(("uniqueItems", "contains", "unevaluatedItems", "prefixItems"), "array"),
}  # fmt: skip
_OF_OBJECTS = ("properties", "patternProperties", "additionalProperties", "unevaluatedProperties")
_IN_PLACE = ("if", "then", "else")


class Abstraction:
    """Reads the schemas of one library, each place once. Shape: documents that are read must live as long as this."""

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        self.schemas = schemas
        self._known: dict[object, Value] = {}
        self._kept: list[Json] = []

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

    def _spread(self, parts: Parts) -> tuple[list[Part] | None, list[tuple[str, Parts]]]:
        """Follow `$ref` and `allOf`; give the schemas that hold together (None = nothing may stand here), and the choices among them."""
        nodes: list[Part] = []
        choices: list[tuple[str, Parts]] = []
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
            if isinstance(node.get("$ref"), str):
                todo.append(self._follow(node["$ref"], root))
            todo += [(inner, root) for inner in node.get("allOf") or ()]
            choices += [(word, tuple((branch, root) for branch in node[word])) for word in ("anyOf", "oneOf") if node.get(word)]
        raise TooLarge("more than 200 references at one place")

    def _follow(self, reference: str, root: Json) -> Part:
        name, _, pointer = reference.partition("#")
        top = self.schemas[name] if name else root
        node = top
        for segment in pointer.split("/")[1:]:
            word = segment.replace("~1", "/").replace("~0", "~")
            node = node[int(word)] if isinstance(node, list) else node[word]
        return node, top

    def _choose(self, nodes: Parts, choices: Sequence[tuple[str, Parts]], others: Parts, side: Side) -> Value:
        """Give the value of schemas with choices among them: one alternative for each way to choose."""
        count = 1
        for _, choice in choices:
            count *= len(choice)
        if count > ALTERNATIVES_MAX:
            raise TooLarge("more than 64 alternatives")
        plain = tuple(
            ({word: node[word] for word in node if word not in ("anyOf", "oneOf", "$ref", "allOf")}, root) for node, root in nodes
        )
        self._kept.append(plain)
        values: list[Value] = []
        for chosen in product(*(choice for _, choice in choices)):
            left = tuple(branch for _, choice in choices for branch in choice if branch not in chosen) if side == "source" else ()
            values.append(self._read((*plain, *chosen), (*others, *left), side))
        joined = join_values(values, keeps_facts=side == "target")
        shared = [(node, root) for node, root in nodes if node.get("oneOf")]
        facts = (_word("oneOf", node, root) for node, root in shared if not self._are_exclusive(node["oneOf"], root, side))
        return _add_facts(joined, frozenset(facts))

    def _are_exclusive(self, branches: Sequence[Json], root: Json, side: Side) -> bool:
        values = [self._read(((branch, root),), (), side) for branch in branches]
        return all(are_apart(one, other) for index, one in enumerate(values) for other in values[index + 1 :])

    def _conjoin(self, nodes: Sequence[Part], others: Parts, side: Side) -> Value:
        """Give the value of schemas that hold together, without choices."""
        types = frozenset(EVERY)
        for node, _ in nodes:
            types = _meet_types(types, node.get("type"))
        listed = _list_values([node for node, _ in nodes])
        text, facts = _read_text(nodes) if "string" in types else (None, NO_FACTS)
        numbers, inexact = _read_numbers(nodes, types) if types & {"number", "integer"} else ((), NO_FACTS)
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
        made = _add_facts(made, frozenset(_list_strange(nodes)))
        return made if listed is None else _narrow(made, listed)

    def _read_object(self, nodes: Sequence[Part], others: Parts, side: Side) -> Object:
        around = self._spread_all((*others, *_list_conditional(nodes)))
        every = [*nodes, *around]
        names = dict.fromkeys(name for node, _ in every for name in node.get("properties") or ())
        required = {name for node, _ in nodes for name in node.get("required") or ()}
        is_open = side == "target" or any(_is_open(node) for node, _ in every) or not any(_speaks_of_objects(node) for node, _ in every)
        fields: dict[str, Field] = {}
        for name in dict.fromkeys((*names, *sorted(required))):
            value = self._later(_parts_of_field(nodes, name), _parts_of_field(around, name), side)
            fields[name] = Field(value, name in required)
        rest = self._read_rest(nodes, side) if is_open else None
        return Object(fields, rest, _facts_of(nodes, "object"))

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
            todo += [(node[word], root) for word in _IN_PLACE if word in node]
            todo += [(inner, root) for inner in (node.get("dependentSchemas") or {}).values()]
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
        facts = _facts_of(nodes, "array")
        if any("prefixItems" in node for node, _ in nodes):
            return (Array(LATER_ANYTHING, least, most, facts),)
        item = self._later(_parts_of_item(nodes), _parts_of_item(around), side)
        return (Array(item if most != 0 else LATER_NEVER, least, most, facts),)

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


def _is_open(node: Mapping[str, Json]) -> bool:
    patterns = "patternProperties" in node
    return patterns or node.get("additionalProperties", False) is not False or node.get("unevaluatedProperties", False) is not False


def _speaks_of_objects(node: Mapping[str, Json]) -> bool:
    types = node.get("type", ())
    return any(word in node for word in _OF_OBJECTS) or (types == "object" if isinstance(types, str) else "object" in types)


def _meet_types(types: frozenset[str], said: Json) -> frozenset[str]:
    if said is None:
        return types
    given = frozenset([said] if isinstance(said, str) else said)
    if "number" in given:
        given |= {"integer"}
    return types & given


def _list_values(nodes: Sequence[Mapping[str, Json]]) -> list[Json] | None:
    """Give the values that `enum` and `const` leave; None where there are neither."""
    listed: list[Json] | None = None
    for node in nodes:
        for given in ([node["const"]] if "const" in node else None, node.get("enum")):
            if given is not None:
                listed = list(given) if listed is None else [one for one in listed if any(_is_equal(one, other) for other in given)]
    return listed


def _is_equal(one: Json, other: Json) -> bool:
    return is_same(one, other) and type_of(one) in (type_of(other), "integer", "number")


def _narrow(made: Value, listed: Sequence[Json]) -> Value:
    """Give what is in a value and in a list of values."""
    own = join_values([value_of(one) for one in listed], keeps_facts=False)
    text = meet(own.text, made.text) if own.text is not None and made.text is not None else None
    has_objects, has_arrays = bool(made.objects), bool(made.arrays)
    inexact = frozenset({"!enum of objects or arrays"})  # what else is asked of them is not looked at
    return Value(
        null=own.null and made.null,
        booleans=own.booleans & made.booleans,
        text=text if text is not None and not text.is_empty() else None,
        numbers=meet_all(own.numbers, made.numbers),
        objects=tuple(replace(one, facts=inexact) for one in own.objects) if has_objects else (),
        arrays=tuple(replace(one, facts=inexact) for one in own.arrays) if has_arrays else (),
        text_facts=made.text_facts,
        number_facts=made.number_facts,
        plain_facts=made.plain_facts,
    )


def _read_text(nodes: Sequence[Part]) -> tuple[Language | None, Facts]:
    language, facts = ANY, set[str]()
    least = max((int(node.get("minLength", 0)) for node, _ in nodes), default=0)
    tops = [int(node["maxLength"]) for node, _ in nodes if "maxLength" in node]
    if least or tops:
        if tops and least > min(tops):
            return None, NO_FACTS
        language = _measure(least, min(tops) if tops else None, facts)
    for node, root in nodes:
        if "pattern" in node:
            try:
                language = meet(language, of_pattern(node["pattern"]))
            except Unreadable:
                facts.add(_word("pattern", node, root))
        if node.get("format") in FORMATS:
            language = meet(language, of_format(node["format"]) or ANY)
        elif node.get("format") in NATIVE_FORMATS:
            facts.add(_word("format", node, root))
        facts |= {_word(word, node, root) for word in node if _FACTS.get(word) == "string"}
    return (None if language.is_empty() else language), frozenset(facts)


LENGTH_MAX = 2_000


def _measure(least: int, most: int | None, facts: set[str]) -> Language:
    """Give the strings of some lengths; a bound that is too large for a machine is a fact."""
    if least > LENGTH_MAX:
        facts.add(f"minLength: {least}")
        least = 0
    if most is not None and most > LENGTH_MAX:
        facts.add(f"maxLength: {most}")
        most = None
    return of_lengths(least, most)


def _read_numbers(nodes: Sequence[Part], types: frozenset[str]) -> tuple[tuple[Range, ...], Facts]:
    ranges: tuple[Range, ...] = (EVERY_NUMBER if "number" in types else EVERY_INTEGER,)
    facts: set[str] = set()
    for node, root in nodes:
        low, high = node.get("minimum"), node.get("maximum")
        if low is not None or high is not None:
            ranges = meet_all(ranges, _one(make_range(None if low is None else exact(low), None if high is None else exact(high))))
        if "exclusiveMinimum" in node:
            ranges = meet_all(ranges, (Range(low=exact(node["exclusiveMinimum"]), low_out=True),))
        if "exclusiveMaximum" in node:
            ranges = meet_all(ranges, (Range(high=exact(node["exclusiveMaximum"]), high_out=True),))
        step = node.get("multipleOf")
        if step is not None and exact(step).denominator == 1:
            ranges = meet_all(ranges, (Range(step=int(step)),))
        elif step is not None:
            facts.add(_word("multipleOf", node, root))
    return ranges, frozenset(facts)


def _one(made: Range | None) -> tuple[Range, ...]:
    return () if made is None else (made,)


def _facts_of(nodes: Sequence[Part], kind: str) -> Facts:
    return frozenset(
        _word(word, node, root)
        for node, root in nodes
        for word in node
        if _FACTS.get(word) == kind and (word, node[word]) != ("uniqueItems", False)
    )


def _list_conditional(nodes: Sequence[Part]) -> Parts:
    """Give what may hold beside some schemas without being chosen: it makes names known."""
    found: list[Part] = [(node[word], root) for node, root in nodes for word in _IN_PLACE if word in node]
    found += [(inner, root) for node, root in nodes for inner in (node.get("dependentSchemas") or {}).values()]
    return tuple(found)


def _list_strange(nodes: Sequence[Part]) -> Iterator[str]:
    """Give the facts that speak of values of every type."""
    for node, root in nodes:
        for word in node:
            if word in _SILENT or word in _FACTS or word in _TEXT or word in _NUMBER or word in _OBJECT or word in _ARRAY:
                continue
            if not str(word).startswith("x-"):
                yield _word(word, node, root)


# keywords whose meaning hangs on others beside them; None = on everything around
_GROUPS: Mapping[str, tuple[str, ...] | None] = {
    "if": ("if", "then", "else"),
    "contains": ("contains", "minContains", "maxContains"),
    "patternProperties": ("patternProperties", "additionalProperties", "properties"),
    "prefixItems": ("prefixItems", "items"),
    "unevaluatedProperties": None,
    "unevaluatedItems": None,
}


def _word(word: str, node: Json, root: Json = None) -> str:
    """Write a fact; one that refers into its document, or hangs on what stands around it, names that."""
    group = _GROUPS.get(word, (word,))
    if group is None:
        return f"{word}: in {id(node)}"
    said = json.dumps({one: node[one] for one in group if one in node}, sort_keys=True, default=str)
    return f"{word}: {said}" + (f" in {id(root)}" if "#/" in said else "")


def _add_facts(value: Value, facts: Facts) -> Value:
    """Give a value that holds some facts, whatever its type."""
    if not facts:
        return value
    return replace(
        value,
        text_facts=value.text_facts | facts,
        number_facts=value.number_facts | facts,
        plain_facts=value.plain_facts | facts,
        objects=tuple(replace(one, facts=one.facts | facts) for one in value.objects),
        arrays=tuple(replace(one, facts=one.facts | facts) for one in value.arrays),
    )
