"""Fields in no schema are found wherever they stand, dropped and counted, or refused; nothing else is touched."""

from __future__ import annotations

import copy

import pytest

from gateway.schema.registry import Registry
from gateway.schema.shape import compile_shape
from gateway.schema.unknown import _is_known, compile_drop, compile_known, compile_refuse, list_closed

LEAF = {"type": "object", "properties": {"b": {"type": "string"}}}


def run(schema, document, **others):
    """Give what is left, how many were dropped, and where they stood."""
    registry = Registry({"x@1": schema, **{f"{name}@1": other for name, other in others.items()}})
    before = copy.deepcopy(document)
    kept, dropped = compile_drop(registry, "x@1")(document)
    findings = compile_refuse(registry, "x@1")(document)
    assert document == before
    assert (kept is document) is (dropped == 0)
    assert {f.keyword for f in findings} <= {"unknown"}
    assert dropped == len(findings) or len(findings) == 20
    return kept, [f.pointer for f in findings]


@pytest.mark.parametrize(
    ("schema", "document", "kept", "unknown"),
    [
        ({"properties": {"a": True}}, {"a": 1, "b": 2}, {"a": 1}, ["/b"]),
        ({"properties": {"a": LEAF}}, {"a": {"b": "1", "c": {"d": 1}}}, {"a": {"b": "1"}}, ["/a/c"]),
        ({"items": LEAF}, [{"b": "1"}, {"c": 1}, 5], [{"b": "1"}, {}, 5], ["/1/c"]),
        (
            {"prefixItems": [LEAF], "items": {"properties": {"z": True}}},
            [{"z": 1}, {"z": 1}, {"b": 1}],
            [{}, {"z": 1}, {}],
            ["/0/z", "/2/b"],
        ),
        (
            {"patternProperties": {"^x-": LEAF}, "properties": {"a": True}},
            {"x-1": {"c": 1}, "a": 1, "y": 1},
            {"x-1": {}, "a": 1},
            ["/x-1/c", "/y"],
        ),
        ({"properties": {"a": True}, "additionalProperties": LEAF}, {"a": {"c": 1}, "q": {"c": 1}}, {"a": {"c": 1}, "q": {}}, ["/q/c"]),
        ({"properties": {"a": True}, "unevaluatedProperties": True}, {"q": 1}, {"q": 1}, []),
        ({"properties": {"a": True}, "additionalProperties": False}, {"a": 1, "q": 1}, {"a": 1}, ["/q"]),
        ({"allOf": [{"properties": {"a": True}}, {"properties": {"b": True}}]}, {"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1}, ["/c"]),
        (
            {"oneOf": [{"properties": {"a": LEAF}}, {"properties": {"a": {"properties": {"e": True}}}}]},
            {"a": {"b": 1, "e": 1, "f": 1}},
            {"a": {"b": 1, "e": 1}},
            ["/a/f"],
        ),
        (
            {"if": {"properties": {"a": True}}, "then": {"properties": {"b": True}}, "else": {"properties": {"c": True}}},
            {"a": 1, "b": 1, "c": 1, "d": 1},
            {"a": 1, "b": 1, "c": 1},
            ["/d"],
        ),
        (
            {"properties": {"a": True}, "dependentSchemas": {"a": {"properties": {"b": True}}}},
            {"a": 1, "b": 1, "c": 1},
            {"a": 1, "b": 1},
            ["/c"],
        ),
        ({"properties": {"a": True}, "not": {"properties": {"b": True}}}, {"b": 1}, {}, ["/b"]),
        ({"$ref": "#/$defs/l", "$defs": {"l": LEAF}}, {"b": 1, "c": 1}, {"b": 1}, ["/c"]),
        ({"type": "object"}, {"a": 1}, {}, ["/a"]),
        ({"type": ["object", "null"]}, {"a": 1}, {}, ["/a"]),
        (
            {"properties": {"a": {}, "b": True, "c": {"title": "t"}}},
            {"a": {"x": 1}, "b": [{"x": 1}], "c": {"x": 1}},
            {"a": {"x": 1}, "b": [{"x": 1}], "c": {"x": 1}},
            [],
        ),
        ({"items": {"type": "string"}}, [{"a": 1}], [{"a": 1}], []),
        ({"contains": LEAF}, [{"b": 1, "c": 1}], [{"b": 1}], ["/0/c"]),
        (True, {"a": 1}, {"a": 1}, []),
        ({"properties": {"a": True}}, [{"z": 1}], [{"z": 1}], []),
        ({"properties": {"a": True}}, None, None, []),
    ],
)
def test_a_field_is_known_where_some_schema_speaks_of_it(schema, document, kept, unknown):
    assert run(schema, document) == (kept, unknown)


def test_references_to_other_schemas_resolve_in_their_own_documents():
    other = {"properties": {"n": {"$ref": "#/$defs/n"}, "up": {"$ref": "x@1"}}, "$defs": {"n": LEAF}}
    schema = {"properties": {"n": {"$ref": "other@1"}}, "$defs": {"n": {"properties": {"wrong": True}}}}
    assert run(schema, {"n": {"n": {"b": 1, "wrong": 1}, "up": {"n": {"q": 1}}}}, other=other) == (
        {"n": {"n": {"b": 1}, "up": {"n": {}}}},
        ["/n/n/wrong", "/n/up/n/q"],
    )


def test_recursive_and_endless_schemas_are_finite():
    tree = {"properties": {"children": {"items": {"$ref": "#"}}, "name": True}}
    document = {"children": [{"children": [{"name": 1, "x": 1}]}], "x": 1}
    assert run(tree, document) == ({"children": [{"children": [{"name": 1}]}]}, ["/children/0/children/0/x", "/x"])
    assert run({"$ref": "x@1"}, {"a": 1}) == ({"a": 1}, [])


def test_findings_are_at_most_twenty_and_all_are_dropped():
    kept, pointers = run({"properties": {"a": True}}, {str(i): i for i in range(50)})
    assert (kept, len(pointers)) == ({}, 20)


SHAPES = (
    {"properties": {"a": LEAF, "c": True}},
    {"properties": {"a": {"items": LEAF}}},
    {"prefixItems": [LEAF, True], "items": {"properties": {"b": True}}},
    {"properties": {"b": True}, "items": LEAF},
    {"$ref": "#/$defs/n", "$defs": {"n": {"properties": {"a": {"$ref": "#/$defs/n"}, "b": True}}}},
    {"patternProperties": {"^b": LEAF}, "properties": {"a": LEAF}},
    {"properties": {"a": LEAF}, "additionalProperties": {"properties": {"b": True}}},
)
VALUES = (None, 1, "b", {}, {"b": 1}, {"c": 1}, {"b": None, "c": None})


@pytest.mark.parametrize("schema", SHAPES)
def test_the_quick_answer_is_the_walk_s_answer(schema):
    """What says at once that every field is known agrees with our own walk, on every small document."""
    place = compile_shape(Registry({"x@1": schema}), "x@1")
    assert place is not None
    is_known = compile_known(place)
    inner = (*VALUES, *([one, other] for one in VALUES for other in VALUES), *({"a": one} for one in VALUES))
    documents = [*inner, *({"a": one, "b": 1} for one in inner), *([one, 1, other] for one in VALUES for other in inner)]
    answers = {is_known(document) for document in documents}
    assert [is_known(document) for document in documents] == [_is_known(place, document) for document in documents]
    assert answers == {True, False}


def test_names_by_pattern_are_left_to_the_walk():
    """A list of names cannot say what a pattern says, so no list is made."""
    assert [list_closed(compile_shape(Registry({"x@1": schema}), "x@1")) is None for schema in SHAPES] == [False] * 5 + [True] * 2
