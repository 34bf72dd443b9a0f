"""What a compiled schema says: everything that is wrong, where, and never a value."""

from __future__ import annotations

import jsonschema_rs
import pytest

from gateway.schema.check import DETAILS, FINDING_KEYWORDS, VALUES_MAX, make_validator
from gateway.schema.registry import Registry

PERSON = {
    "schema": "person@1",
    "version": "1.0.0",
    "type": "object",
    "required": ["nik", "name"],
    "properties": {
        "nik": {"type": "string", "format": "nik"},
        "name": {"$ref": "person-name@1"},
        "sex": {"enum": ["male", "female"]},
        "children": {"type": "array", "items": {"$ref": "person@1"}, "maxItems": 2},
        "age": {"type": "integer", "minimum": 0},
    },
    "additionalProperties": False,
}
NAME = {"type": "object", "properties": {"full": {"$ref": "#/$defs/text"}}, "$defs": {"text": {"type": "string", "minLength": 1}}}
REGISTRY = Registry({"person@1": PERSON, "person-name@1": NAME})
GOOD = {"nik": "3215011708910003", "name": {"full": "ASEP CONTOH"}}


def found(document, name="person@1", **options):
    return [(f.pointer, f.keyword) for f in REGISTRY.compile_schema(name).check(document, **options)]


def test_a_valid_document_has_no_finding_over_references_and_recursion():
    assert REGISTRY.compile_schema("person@1").check({**GOOD, "children": [GOOD, {**GOOD, "children": []}]}) == ()


def test_all_findings_are_given_sorted_with_pointers_through_references():
    bad = {"name": {"full": ""}, "sex": "SECRET", "children": [{"nik": "SECRET", "name": {}}], "age": -1, "a/b~c": 1}
    assert found(bad) == [
        ("/age", "minimum"),
        ("/a~1b~0c", "additionalProperties"),
        ("/children/0/nik", "format"),
        ("/name/full", "minLength"),
        ("/nik", "required"),
        ("/sex", "enum"),
    ]


def test_a_finding_has_the_part_and_the_prefix_it_is_asked_for():
    (finding,) = REGISTRY.compile_schema("person-name@1").check({"full": 1}, part="query", prefix="/x")
    assert (finding.part, finding.pointer, finding.detail) == ("query", "/x/full", "must be of type string")


def test_no_finding_holds_a_value():
    schemas = {
        "type": {"type": "integer"}, "enum": {"enum": ["a"]}, "const": {"const": "a"}, "pattern": {"pattern": "^a$"},
        "format": {"format": "date"},
        "maxLength": {"maxLength": 2}, "minLength": {"minLength": 50}, "oneOf": {"oneOf": [{"type": "null"}]},
        "anyOf": {"anyOf": [{"const": 1}]},
        "not": {"not": {"type": "string"}}, "falseSchema": False,
    }  # fmt: skip
    for keyword, schema in schemas.items():
        (finding,) = Registry({"x@1": {"properties": {"v": schema}}}).compile_schema("x@1").check({"v": "SECRET-3215"})
        assert finding.keyword == keyword
        assert "SECRET" not in repr(finding)


@pytest.mark.parametrize(
    ("schema", "document", "expected"),
    [
        ({"unevaluatedProperties": False}, {"a": 1}, [("/a", "unevaluatedProperties")]),
        ({"prefixItems": [True], "items": False}, [1, 2], [("/1", "falseSchema")]),
        ({"prefixItems": [True], "unevaluatedItems": False}, [1, 2], [("", "unevaluatedItems")]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, [("/b", "required")]),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, [("", "propertyNames")]),
        ({"contains": {"const": 1}}, [2], [("", "contains")]),
        ({"uniqueItems": True}, [1, 1], [("", "uniqueItems")]),
        ({"multipleOf": 5}, 3, [("", "multipleOf")]),
        ({"minProperties": 1}, {}, [("", "minProperties")]),
        ({"if": {"type": "string"}, "then": {"maxLength": 1}}, "ab", [("", "maxLength")]),
        (False, 1, [("", "falseSchema")]),
    ],
)
def test_every_keyword_is_told_in_our_words(schema, document, expected):
    findings = Registry({"x@1": schema}).compile_schema("x@1").check(document)
    assert [(f.pointer, f.keyword) for f in findings] == expected
    assert {f.keyword for f in findings} <= set(FINDING_KEYWORDS) & set(DETAILS)


def test_findings_are_capped_and_names_are_cut():
    findings = REGISTRY.compile_schema("person@1").check({**GOOD, **{f"{i:03}" + "x" * 500: 1 for i in range(50)}})
    assert len(findings) == 20
    assert max(len(f.pointer) for f in findings) < 80


def test_the_work_for_a_large_document_is_bounded_and_it_still_has_a_finding():
    registry = Registry({"x@1": {"type": "array", "items": {"type": "string"}}})
    schema = registry.compile_schema("x@1")
    assert len(schema.check([1] * 15)) == 15
    assert len(schema.check([1] * (VALUES_MAX + 1))) == 1


def test_a_schema_is_compiled_once_and_an_unknown_one_is_a_key_error():
    assert REGISTRY.compile_schema("person@1") is REGISTRY.compile_schema("person@1")
    with pytest.raises(KeyError):
        REGISTRY.compile_schema("persom@1")


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/x", "file:///etc/hostname", "other@1", "#/$defs/none"])
def test_nothing_is_ever_fetched(reference):
    with pytest.raises(ValueError, match="does not compile"):
        Registry({"x@1": {"$ref": reference}}).compile_schema("x@1")
    with pytest.raises(jsonschema_rs.ValidationError):
        make_validator({"$ref": reference})


def test_a_reference_inside_a_constant_is_a_value():
    registry = Registry({"x@1": {"const": {"$ref": "http://nowhere"}}})
    assert registry.compile_schema("x@1").is_valid({"$ref": "http://nowhere"})


def test_a_schema_that_names_integers_beyond_2_53_declares_them_also_over_a_reference():
    registry = Registry(
        {"big@1": {"type": "integer", "maximum": 2**63}, "a@1": {"properties": {"n": {"$ref": "big@1"}}}, "b@1": {"maximum": 2**53}}
    )
    assert [registry.compile_schema(name).has_big_integers for name in ("big@1", "a@1", "b@1")] == [True, True, False]
    assert registry.compile_schema("big@1").check(2**63 + 1)


def test_the_given_documents_are_not_changed():
    document = {"schema": "a@1", "properties": {"x": {"$ref": "a@1"}}}
    Registry({"a@1": document}).compile_schema("a@1")
    assert document == {"schema": "a@1", "properties": {"x": {"$ref": "a@1"}}}
