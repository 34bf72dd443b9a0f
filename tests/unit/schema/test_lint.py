"""What is wrong with a schema is told with its path, all of it, before anything runs."""

from __future__ import annotations

import pytest

from gateway.schema.endless import find_endless
from gateway.schema.lint import lint_schema
from gateway.schema.patterns import find_pattern_fault
from gateway.schema.registry import Registry

KNOWN = ("person-name@1", "x@1")


def codes(document, name="x@1"):
    return [(problem.path, problem.code) for problem in lint_schema(name, document, KNOWN)]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"propertees": {}}, [(("propertees",), "JB-SCH-003")]),
        ({"definitions": {}}, [(("definitions",), "JB-SCH-003")]),
        ({"$id": "a"}, [(("$id",), "JB-SCH-004")]),
        ({"$dynamicRef": "#a"}, [(("$dynamicRef",), "JB-SCH-004")]),
        ({"$anchor": "a"}, [(("$anchor",), "JB-SCH-004")]),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, [(("$schema",), "JB-SCH-004")]),
        ({"items": {"format": "nikk"}}, [(("items", "format"), "JB-SCH-005")]),
        ({"format": "nik", "type": "object"}, [(("format",), "JB-SCH-005")]),
        ({"pattern": "a(?=b)"}, [(("pattern",), "JB-SCH-006")]),
        ({"patternProperties": {"(a)\\1": True}}, [(("patternProperties", "(a)\\1"), "JB-SCH-006")]),
        ({"properties": {"NIK": {"type": "integer"}}}, [(("properties", "NIK", "type"), "JB-SCH-007")]),
        ({"properties": {"no_kk": {"type": ["number", "null"]}}}, [(("properties", "no_kk", "type"), "JB-SCH-007")]),
        ({"x-class": "private"}, [(("x-class",), "JB-SCH-008")]),
        ({"$ref": "#/$defs/none"}, [(("$ref",), "JB-SCH-009")]),
        ({"$ref": "#/properties", "properties": {}}, [(("$ref",), "JB-SCH-009")]),
        ({"$ref": "https://a.example/b.json"}, [(("$ref",), "JB-SCH-010")]),
        ({"$ref": "file:///etc/passwd"}, [(("$ref",), "JB-SCH-010")]),
        ({"$ref": "person-nam@1"}, [(("$ref",), "JB-REF-003")]),
        ({"minLength": -1}, [(("minLength",), "JB-SCH-012")]),
        (
            {"properties": {"a": {"required": "x"}, "b": 5}},
            [(("properties", "a", "required"), "JB-SCH-012"), (("properties", "b"), "JB-SCH-012")],
        ),
        ({"type": "strin"}, [(("type",), "JB-SCH-013")]),
        (5, [((), "JB-KEY-003")]),
    ],
)
def test_each_mistake_has_its_path_and_code(document, expected):
    assert codes(document) == expected


def test_every_mistake_is_told_at_once_and_names_are_suggested():
    document = {"propertees": {}, "properties": {"a": {"$ref": "person-nam@1"}, "b": {"format": "nkik"}}}
    problems = lint_schema("x", document, KNOWN)
    assert [problem.code for problem in problems] == ["JB-KEY-008", "JB-SCH-003", "JB-REF-003", "JB-SCH-005"]
    assert [problem.hint for problem in problems[1:3]] == ['did you mean "properties"?', 'did you mean "person-name@1"?']


@pytest.mark.parametrize(
    "document",
    [
        True,
        {
            "schema": "x@1",
            "version": "1.0.0",
            "type": "object",
            "x-semic": "u",
            "xml": {"name": "N"},
            "properties": {"$ref": {"type": "string"}},
        },
        {"$ref": "person-name@1"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#"}}}},
        {"const": {"$ref": "http://x"}, "default": {"propertees": 1}},
        {"properties": {"nik": {"type": "string", "format": "nik", "x-class": "personal"}, "nominal": {"type": "number"}}},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "pattern": "^[A-Z]{2}-\\d+$"},
    ],
)
def test_a_good_schema_has_no_problem(document):
    assert codes(document) == []


@pytest.mark.parametrize("pattern", ["^\\d{3}$", "^[^\\[\\]]+$", "a\\.b", "(?:a|b)*", "[\\w-]", "\\u0041", "\\p{L}", "^$", "[a-z]{1,64}"])
def test_plain_patterns_are_taken(pattern):
    assert find_pattern_fault(pattern) == ""


@pytest.mark.parametrize(
    "pattern", ["(?=a)", "(?<!a)", "(a)\\1", "(?<n>a)", "(?P<n>a)", "(?i)a", "\\Aa", "a\\Z", "\\z", "[a&&b]", "[[a]]", "(",
                "a{1,1000}{1,1000}", "a" * 3000, "\\k<n>",
                "\\<a", "a\\>", "[\\<]", "\\b{start}a", "a\\b{end-half}"]
)  # fmt: skip
def test_what_engines_read_differently_or_slowly_is_refused(pattern):
    assert find_pattern_fault(pattern)


def test_an_expression_that_backtracks_elsewhere_runs_in_linear_time():
    schema = Registry({"x@1": {"pattern": "^(a+)+$"}}).compile_schema("x@1")
    assert not schema.is_valid("a" * 50_000 + "b")


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ({"a@1": {"$ref": "a@1"}}, [("a@1", ("$ref",))]),
        ({"a@1": {"$ref": "#"}}, [("a@1", ("$ref",))]),
        (
            {"a@1": {"allOf": [{"$ref": "b@1"}]}, "b@1": {"anyOf": [{"$ref": "#/$defs/x"}], "$defs": {"x": {"$ref": "a@1"}}}},
            [("b@1", ("$defs", "x", "$ref"))],
        ),
        ({"a@1": {"properties": {"a": {"$ref": "a@1"}}, "items": {"$ref": "#"}}}, []),
        ({"a@1": {"allOf": [{"$ref": "b@1"}, {"$ref": "b@1"}]}, "b@1": {"type": "object"}}, []),
        ({"a@1": {"if": {"not": {"$ref": "#"}}}}, [("a@1", ("if", "not", "$ref"))]),
    ],
)
def test_a_reference_that_leads_back_to_itself_in_place_is_told(documents, expected):
    found = find_endless(Registry(documents))
    assert [(name, problem.path) for name, problem in found] == expected
    assert {problem.code for _, problem in found} <= {"JB-SCH-014"}


def test_an_agency_may_declare_that_it_has_an_identifier_as_a_number_and_the_nation_may_not():
    declared = {"properties": {"NIK": {"type": "integer", "maximum": 9999999999999999, "x-identifier": "number"}}}
    assert lint_schema("djp/wp@1", declared, KNOWN) == ()
    assert codes(declared) == [(("properties", "NIK", "type"), "JB-SCH-007")]
    declared["properties"]["NIK"].pop("maximum")
    assert [problem.code for problem in lint_schema("djp/wp@1", declared, KNOWN)] == ["JB-SCH-007"]
