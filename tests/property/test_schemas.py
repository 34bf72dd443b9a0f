"""Laws: a compiled schema says what the reference implementation says; dropping unknown fields leaves none, and nothing else changes."""

from __future__ import annotations

import copy

import jsonschema
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry as ReferenceRegistry
from referencing.jsonschema import DRAFT202012

from gateway.schema.lint import lint_schema
from gateway.schema.registry import Registry
from gateway.schema.unknown import compile_drop, compile_refuse
from gateway.schema.vocabulary import map_subschemas

NAMES = ["a", "b", "c", "x/y", "~"]
SCALARS = st.sampled_from(
    [
        {"type": "string", "minLength": 2},
        {"type": "string", "maxLength": 1},
        {"type": "string", "pattern": "^[a-c]+$"},
        {"type": ["string", "null"]},
        {"enum": ["a", 1, None, True]},
        {"const": 0},
        {"type": "integer", "minimum": 0, "exclusiveMaximum": 5},
        {"type": "number", "multipleOf": 0.5, "maximum": 3},
        {"type": "boolean"},
        {"$ref": "other@1"},
        {"$ref": "#/$defs/d"},
        {},
        True,
    ]
)


@st.composite
def objects(draw, inner):
    properties = draw(st.dictionaries(st.sampled_from(NAMES), inner, max_size=3))
    made = {"type": "object", "properties": properties}
    made |= draw(
        st.sampled_from(
            [{}, {}, {"additionalProperties": False}, {"minProperties": 1}, {"maxProperties": 1}, {"propertyNames": {"maxLength": 1}}]
        )
    )
    required = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
    return made | ({"required": required} if required else {})


@st.composite
def arrays(draw, inner):
    made = {"type": "array", "items": draw(inner)}
    return made | draw(st.sampled_from([{}, {"maxItems": 1}, {"minItems": 1}, {"uniqueItems": True}, {"contains": {"const": 0}}]))


@st.composite
def combinations(draw, inner):
    word = draw(st.sampled_from(["allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas"]))
    if word == "not":
        return {"not": draw(inner)}
    if word == "if":
        return {"if": draw(inner), "then": draw(inner), "else": draw(inner)}
    if word == "dependentSchemas":
        return {"dependentSchemas": {"a": draw(inner)}}
    return {word: draw(st.lists(inner, min_size=1, max_size=2))}


def plain(inner):
    return st.one_of(objects(inner), arrays(inner))


PLAIN = st.recursive(SCALARS, plain, max_leaves=5)
ANY = st.recursive(SCALARS, lambda inner: st.one_of(objects(inner), arrays(inner), combinations(inner)), max_leaves=6)
LEAVES = st.sampled_from([None, True, False, 0, 1, -1, 2.5, 0.3, 5, "", "a", "abc", "zz"])
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*NAMES, "extra"]), inner, max_size=4)),
    max_leaves=10,
)


def federation(schemas):
    main, other, local = schemas
    wrapped = {"properties": {"a": main, "b": {"$ref": "x@1"}}, "items": main, "allOf": [main], "$defs": {"d": local}}
    return {"x@1": wrapped, "other@1": {"type": "object", "properties": {"a": other, "c": {"$ref": "x@1"}}, "$defs": {"d": other}}}


def endless(schema):
    """A local part that refers to itself in place says nothing: such schemas are left out."""
    return "$ref" in str(schema)


def pairs(schemas):
    return st.tuples(schemas, schemas.filter(lambda one: not endless(one)), schemas.filter(lambda one: not endless(one))).map(federation)


def reference_errors(documents, document):
    resources = [(name, DRAFT202012.create_resource(one)) for name, one in documents.items()]
    registry = ReferenceRegistry().with_resources(resources)
    oracle = jsonschema.Draft202012Validator({"$ref": "x@1"}, registry=registry)
    return {
        ("".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in e.absolute_path), e.validator)
        for e in oracle.iter_errors(document)
    }


@given(pairs(ANY), DOCUMENTS)
def test_findings_are_those_of_the_reference_implementation(documents, document):
    schema = Registry(documents).compile_schema("x@1")
    expected = reference_errors(documents, document)
    findings = schema.check(document)
    assert schema.is_valid(document) is (not expected) is (not findings)
    if len(findings) < 20:
        parent = ("required", "additionalProperties")  # ours name the field itself
        said = {(f.pointer.rpartition("/")[0] if f.keyword in parent else f.pointer, f.keyword) for f in findings}
        assert {one for one in said if one[1] != "propertyNames"} == {
            (p, k) for p, k in expected if not is_name_rule(documents, p, k, said)
        }


def is_name_rule(documents, pointer, keyword, said):
    """The reference tells the rule inside `propertyNames`; ours tells `propertyNames`."""
    return keyword == "maxLength" and (pointer, "propertyNames") in said and (pointer, keyword) not in said


@given(pairs(ANY))
def test_what_the_generator_makes_has_no_problem(documents):
    assert all(lint_schema(name, one, documents) == () for name, one in documents.items())


@given(pairs(ANY), DOCUMENTS)
def test_after_dropping_nothing_is_unknown_and_the_given_document_is_as_it_was(documents, document):
    registry = Registry(documents)
    drop, find = compile_drop(registry, "x@1"), compile_refuse(registry, "x@1")
    before = copy.deepcopy(document)
    kept, dropped = drop(document)
    assert document == before
    assert (kept is document) is (dropped == 0)
    assert dropped == len(find(document)) or dropped > 20
    assert find(kept) == ()
    assert drop(kept)[0] is kept
    assert is_part(kept, document)


def is_part(kept, document):
    if isinstance(kept, dict):
        return all(name in document and is_part(value, document[name]) for name, value in kept.items())
    if isinstance(kept, list):
        return len(kept) == len(document) and all(map(is_part, kept, document))
    return kept == document


@given(PLAIN, DOCUMENTS)
def test_without_combinations_the_unknown_fields_are_those_that_the_closed_schema_refuses(schema, document):
    documents = {"x@1": {"items": schema, "$defs": {"d": {"type": "null"}}}, "other@1": {"type": "null"}}
    closed = {name: map_subschemas(one, close) for name, one in documents.items()}
    refused = Registry(closed).compile_schema("x@1").check([document])
    unknown = compile_refuse(Registry(documents), "x@1")([document])
    if len(refused) < 20:
        assert {f.pointer for f in refused if f.keyword == "additionalProperties"} == {f.pointer for f in unknown}


def close(schema):
    """Close an object, and let it say nothing else, so that only its fields are refused."""
    if "properties" not in schema:
        return {word: value for word, value in schema.items() if word in ("items", "$ref", "$defs")}
    return {"properties": schema["properties"], "additionalProperties": False}
