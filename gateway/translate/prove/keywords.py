"""The keywords of a schema, as parts of abstract values and as facts.

Laws: 1. A keyword that is not known here is a fact. 2. A fact holds everything that its meaning hangs on.
Must not know: where a schema stands, references.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import TypeAlias

from gateway.values.model import Json

from ...schema.formats import FORMATS, NATIVE_FORMATS
from ..paths import type_of
from ..problems import is_same
from .domain import NO_FACTS, Count, Facts, Value, Where, join_values, value_of
from .ranges import EVERY_INTEGER, EVERY_NUMBER, Range, exact, meet_all
from .texts import ANY, Language, Unreadable, meet, of_format, of_lengths, of_pattern

Part: TypeAlias = "tuple[Json, Json]"  # a schema, and the document that its local references mean
Parts: TypeAlias = tuple[Part, ...]
IN_PLACE = ("if", "then", "else")

# keywords that say nothing of a value, or are read here
_SILENT = frozenset(
    "$schema $comment $defs title description default deprecated readOnly writeOnly examples xml $ref allOf anyOf oneOf type enum const"  # noqa: SIM905
    " schema version then else contentSchema minContains maxContains".split()
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


def meet_types(types: frozenset[str], said: Json) -> frozenset[str]:
    """Give the types that are left where a schema says its `type`."""
    if said is None:
        return types
    given = frozenset([said] if isinstance(said, str) else said)
    if "number" in given:
        given |= {"integer"}
    return types & given


def list_values(nodes: Sequence[Mapping[str, Json]]) -> list[Json] | None:
    """Give the values that `enum` and `const` leave; None where there are neither."""
    listed: list[Json] | None = None
    for node in nodes:
        for given in ([node["const"]] if "const" in node else None, node.get("enum")):
            if given is not None:
                listed = list(given) if listed is None else [one for one in listed if any(_is_equal(one, other) for other in given)]
    return listed


def _is_equal(one: Json, other: Json) -> bool:
    return is_same(one, other) and type_of(one) in (type_of(other), "integer", "number")


def narrow(made: Value, listed: Sequence[Json]) -> Value:
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


def read_text(nodes: Sequence[Part]) -> tuple[Language | None, Facts]:
    """Give the strings that schemas allow together, and the facts of them."""
    facts: set[str] = set()
    least = max((int(node.get("minLength", 0)) for node, _ in nodes), default=0)
    tops = [int(node["maxLength"]) for node, _ in nodes if "maxLength" in node]
    if tops and least > min(tops):
        return None, NO_FACTS
    language = _measure(least, min(tops) if tops else None, facts)
    for node, root in nodes:
        language = meet(language, _read_form(node, root, facts))
        facts |= {write_fact(word, node, root) for word in node if _FACTS.get(word) == "string"}
    return (None if language.is_empty() else language), frozenset(facts)


def _read_form(node: Json, root: Json, facts: set[str]) -> Language:
    """Give the strings that the pattern and the format of one schema take."""
    language = ANY
    if "pattern" in node:
        try:
            language = of_pattern(node["pattern"])
        except Unreadable:
            facts.add(write_fact("pattern", node, root))
    if node.get("format") in FORMATS:
        return meet(language, of_format(node["format"]) or ANY)
    if node.get("format") in NATIVE_FORMATS:
        facts.add(write_fact("format", node, root))
    return language


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


_BOUNDS: Mapping[str, Callable[[Fraction], Range]] = {
    "minimum": lambda bound: Range(low=bound),
    "maximum": lambda bound: Range(high=bound),
    "exclusiveMinimum": lambda bound: Range(low=bound, low_out=True),
    "exclusiveMaximum": lambda bound: Range(high=bound, high_out=True),
}


def read_numbers(nodes: Sequence[Part], types: frozenset[str]) -> tuple[tuple[Range, ...], Facts]:
    """Give the numbers that schemas allow together, and the facts of them."""
    ranges: tuple[Range, ...] = (EVERY_NUMBER if "number" in types else EVERY_INTEGER,)
    facts: set[str] = set()
    for node, root in nodes:
        for word, make in _BOUNDS.items():
            if word in node:
                ranges = meet_all(ranges, (make(exact(node[word])),))
        step = node.get("multipleOf")
        if step is not None and exact(step).denominator == 1:
            ranges = meet_all(ranges, (Range(step=int(step)),))
        elif step is not None:
            facts.add(write_fact("multipleOf", node, root))
    return ranges, frozenset(facts)


def facts_of(nodes: Sequence[Part], kind: str) -> Facts:
    """Give the facts of objects, or of arrays."""
    return frozenset(
        write_fact(word, node, root)
        for node, root in nodes
        for word in node
        if _FACTS.get(word) == kind and (word, node[word]) != ("uniqueItems", False)
    )


def list_counts(nodes: Sequence[Part]) -> tuple[Count, ...]:
    """Give what schemas count among the elements of arrays: those that have some constants."""
    counted = [(node, root, _read_where(node["contains"])) for node, root in nodes if "contains" in node]
    return tuple(
        Count(where, int(node.get("minContains", 1)), node.get("maxContains"), write_fact("contains", node, root))
        for node, root, where in counted
        if where
    )


def _read_where(node: Json, path: tuple[str, ...] = ()) -> Where:
    """Give the constants that a schema asks for where it asks for nothing else; () where it does."""
    if not isinstance(node, dict):
        return ()
    if path and node.keys() <= {"const", "enum", "type"}:
        return _read_constant(node, path)
    names = node.get("properties", {})
    is_plain = node.keys() <= {"type", "properties", "required"} and node.get("type", "object") == "object"
    if not is_plain or set(node.get("required", ())) != set(names):
        return ()
    found = [_read_where(inner, (*path, name)) for name, inner in names.items()]
    return tuple(chain.from_iterable(found)) if all(found) else ()


def _read_constant(node: Json, path: tuple[str, ...]) -> Where:
    values = [*([node["const"]] if "const" in node else []), *(node.get("enum") or ())]
    if len(values) != 1 or isinstance(values[0], dict | list):
        return ()
    return ((path, values[0]),) if node.get("type", type_of(values[0])) == type_of(values[0]) else ()


def list_strange(nodes: Sequence[Part]) -> Iterator[str]:
    """Give the facts that speak of values of every type."""
    for node, root in nodes:
        for word in node:
            if word in _SILENT or word in _FACTS or word in _TEXT or word in _NUMBER or word in _OBJECT or word in _ARRAY:
                continue
            if not str(word).startswith("x-"):
                yield write_fact(word, node, root)


# keywords whose meaning hangs on others beside them; None = on everything around
_GROUPS: Mapping[str, tuple[str, ...] | None] = {
    "if": ("if", "then", "else"),
    "contains": ("contains", "minContains", "maxContains"),
    "patternProperties": ("patternProperties", "additionalProperties", "properties"),
    "prefixItems": ("prefixItems", "items"),
    "unevaluatedProperties": None,
    "unevaluatedItems": None,
}


def write_fact(word: str, node: Json, root: Json = None) -> str:
    """Write a fact; one that refers into its document, or hangs on what stands around it, names that."""
    group = _GROUPS.get(word, (word,))
    if group is None:
        return f"{word}: in {id(node)}"
    said = json.dumps({one: node[one] for one in group if one in node}, sort_keys=True, default=str)
    return f"{word}: {said}" + (f" in {id(root)}" if "#/" in said else "")


def add_facts(value: Value, facts: Facts) -> Value:
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
