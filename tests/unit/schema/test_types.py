"""A parameter's text is read strictly, by the one way of writing each type."""

from __future__ import annotations

import pytest

from gateway.schema.codelists import parse_codelist
from gateway.schema.registry import Registry
from gateway.schema.types import BUILT_IN, ParamType, parse_type
from gateway.values.faults import Refused
from gateway.values.problem import Problem

SEX, _ = parse_codelist(
    {"codelist": "sex@1", "codes": {"male": {"id": "Laki-laki", "en": "Male"}, "female": {"id": "Perempuan", "en": "Female"}}}
)
REGISTRY = Registry(
    {
        "facility-code@1": {"type": "string", "pattern": "^[A-Z][0-9]{7}$"},
        "alias@1": {"$ref": "facility-code@1"},
        "year@1": {"type": "integer", "minimum": 1945},
        "big@1": {"type": "integer", "maximum": 2**63},
        "person@1": {"type": "object"},
        "loop@1": {"$ref": "loop@1"},
    }
)


def parse(text):
    return parse_type(text, REGISTRY, {"sex@1": SEX}, ["dukcapil", "taspen"], ("query", "x"))


def decode(kind, text):
    made = parse(kind)
    assert isinstance(made, ParamType)
    try:
        return made.decode(text, "/x", "path")
    except Refused as refusal:
        assert refusal.fault.kind.name == "CALL_INVALID"
        (finding, *_) = refusal.fault.findings
        assert (finding.pointer, finding.part) == ("/x", "path")
        assert not text or len(text) < 4 or text not in finding.detail
        return refusal


TAKEN = [
    ("string", "", ""),
    ("string", " a ", " a "),
    ("integer", "0", 0),
    ("integer", "-12", -12),
    ("integer", "9007199254740992", 2**53),
    ("number", "1.50", 1.5),
    ("number", "3", 3),
    ("boolean", "true", True),
    ("boolean", "false", False),
    ("nik", "3215011708910003", "3215011708910003"),
    ("npwp", "0013456789054000", "0013456789054000"),
    ("nip", "198501152010011004", "198501152010011004"),
    ("nib", "9120001234567", "9120001234567"),
    ("date", "2024-02-29", "2024-02-29"),
    ("datetime", "2026-08-17T07:30:00+07:00", "2026-08-17T07:30:00+07:00"),
    ("cursor", "aB_-9", "aB_-9"),
    ("page-size", "1000", 1000),
    ("url", "https://a.example/b?c", "https://a.example/b?c"),
    ("zone", "Asia/Jayapura", "Asia/Jayapura"),
    ("agency", "taspen", "taspen"),
    ("optional date", "2024-02-29", "2024-02-29"),
    ("facility-code@1", "P3215010", "P3215010"),
    ("alias@1", "P3215010", "P3215010"),
    ("year@1", "1945", 1945),
    ("big@1", "9223372036854775807", 2**63 - 1),
    ("sex@1", "male", "male"),
]
REFUSED = [
    ("integer", "01"),
    ("integer", "+1"),
    ("integer", "1.0"),
    ("integer", " 1"),
    ("integer", ""),
    ("integer", "-0"),
    ("integer", "1e3"),
    ("integer", "१"),
    ("integer", "9007199254740993"),
    ("integer", "1" * 5000),
    ("number", "1e3"),
    ("number", ".5"),
    ("number", "NaN"),
    ("number", "9007199254740993"),
    ("boolean", "True"),
    ("boolean", "1"),
    ("boolean", ""),
    ("nik", "3215011708910"),
    ("date", "2023-02-29"),
    ("datetime", "2026-08-17"),
    ("cursor", ""),
    ("cursor", "a b"),
    ("page-size", "0"),
    ("page-size", "1001"),
    ("url", "ftp://a.example"),
    ("url", "https://user@a.example/"),
    ("url", "/a"),
    ("zone", "Mars/Olympus"),
    ("agency", "nobody"),
    ("facility-code@1", "x"),
    ("year@1", "1944"),
    ("big@1", "9223372036854775809"),
    ("sex@1", "L"),
    ("string", "a" * 5000),
]


@pytest.mark.parametrize(("kind", "text", "value"), TAKEN)
def test_what_is_written_in_the_one_way_is_taken(kind, text, value):
    decoded = decode(kind, text)
    assert (decoded, type(decoded)) == (value, type(value))


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_all_else_is_refused_without_telling_the_text(kind, text):
    assert isinstance(decode(kind, text), Refused)


def test_optional_is_told_and_every_built_in_type_parses():
    assert parse("optional nik").is_optional and not parse("nik").is_optional
    assert all(isinstance(parse(name), ParamType) for name in BUILT_IN)


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("strin", "JB-KEY-008", 'did you mean "string"?'),
        ("date?", "JB-KEY-008", "write `optional date`"),
        ("facility-cod@1", "JB-REF-003", 'did you mean "facility-code@1"?'),
        (5, "JB-KEY-003", "write a built-in type or NAME@MAJOR"),
    ],
)
def test_an_unknown_type_is_a_problem_with_a_cure(text, code, hint):
    problem = parse(text)
    assert isinstance(problem, Problem)
    assert (problem.path, problem.code, problem.hint) == (("query", "x"), code, hint)


@pytest.mark.parametrize("name", ["person@1", "loop@1"])
def test_a_schema_that_is_no_single_scalar_is_no_type_of_a_parameter(name):
    assert parse(name).code == "JB-TYP-003"
