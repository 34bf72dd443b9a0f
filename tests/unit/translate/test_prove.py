# ruff: noqa: E501 - tables
"""The prover on small mappings: what is proved, what is refuted and by which document, what is unknown and why."""

from __future__ import annotations

import pytest

from gateway.schema.registry import Registry
from gateway.translate.compile import compile_mapping
from gateway.translate.library import Library
from gateway.translate.prove import verdict as verdict_module
from gateway.translate.prove.contain import Budget
from gateway.translate.prove.mapping import make_prover
from gateway.translate.prove.verdict import Verdict
from gateway.values.model import Json

TEXT: Json = {"type": "string"}
DIGITS: Json = {"type": "string", "pattern": "^[0-9]+$"}


def prove(source: Json, target: Json, fields: Json, **more: Json) -> Verdict:
    """Give the verdict towards the canonical side of a mapping between two schemas."""
    registry = Registry({"a/x@1": source, "x@1": target})
    body = {"mapping": "a/x", "from": "a/x@1", "to": "x@1", "fields": fields, **more}
    compiled = compile_mapping(body, Library(registry.documents))
    assert not compiled.problems, compiled.problems
    verdict = make_prover(registry).prove_direction(compiled, "to_canonical")
    assert verdict is not None, compiled.to_canonical.problems
    return verdict


def record(properties: Json, *required: str, **more: Json) -> Json:
    return {"type": "object", "required": list(required), "properties": properties, **more}


ONE: Json = {"b": "a"}
PROVED: tuple[tuple[str, Json, Json, Json], ...] = (
    ("the same language", record({"a": DIGITS}, "a"), record({"b": DIGITS}, "b"), ONE),
    ("a smaller language", record({"a": {"type": "string", "pattern": "^[0-9]{3}$"}}, "a"), record({"b": DIGITS}, "b"), ONE),
    ("a smaller range", record({"a": {"type": "integer", "minimum": 1, "maximum": 9}}, "a"), record({"b": {"type": "number", "minimum": 0}}, "b"), ONE),
    ("multiples of multiples", record({"a": {"type": "integer", "multipleOf": 6}}, "a"), record({"b": {"type": "number", "multipleOf": 3}}, "b"), ONE),
    ("an optional field of an optional field", record({"a": TEXT}), record({"b": TEXT}), ONE),
    ("a fact that both ask for", record({"a": {"type": "string", "format": "email"}}), record({"b": {"type": "string", "format": "email"}}), ONE),
    ("a closed target", record({"a": TEXT}, "a"), record({"b": TEXT}, "b", additionalProperties=False), ONE),
    (
        "a whole object by its own schema", record({"a": record({"n": TEXT}, "n", minProperties=1)}, "a"),
        record({"b": record({"n": TEXT}, "n", minProperties=1)}, "b"), ONE,
    ),
    (
        "alternatives told apart by a field",
        record({"a": {"oneOf": [record({"k": {"const": "p"}, "v": DIGITS}, "k", "v"), record({"k": {"const": "q"}}, "k")]}}, "a"),
        record({"b": {"anyOf": [record({"k": {"const": "p"}, "v": TEXT}, "k"), record({"k": {"const": "q"}}, "k")]}}, "b"), ONE,
    ),
    ("lists, element by element", record({"a": {"type": "array", "items": DIGITS, "maxItems": 3}}, "a"), record({"b": {"type": "array", "items": TEXT, "maxItems": 4}}, "b"), {"b": {"each": "a", "via": []}}),
    ("constants", record({"a": TEXT}), record({"b": TEXT, "c": {"const": "X"}}, "c"), {"b": "a", "c": {"const": "X"}}),
    ("a default for what is missing", record({"a": DIGITS}), record({"b": DIGITS}, "b"), {"b": {"from": "a", "via": [{"default": "0"}]}}),
    ("texts of fixed widths, joined", record({"p": {"type": "string", "pattern": "^[0-9]{2}$"}, "q": {"type": "string", "pattern": "^[0-9]{3}$"}}, "p", "q"), record({"b": {"type": "string", "pattern": "^[0-9]{5}$"}}, "b"), {"b": {"join": ["p", "q"], "widths": [2, 3]}}),
)  # fmt: skip


@pytest.mark.parametrize(("source", "target", "fields"), [row[1:] for row in PROVED], ids=[row[0] for row in PROVED])
def test_what_always_fits_is_proved(source: Json, target: Json, fields: Json) -> None:
    """PROVED, without a document."""
    assert prove(source, target, fields).word == "PROVED"


REFUTED: tuple[tuple[str, Json, Json, Json, Json], ...] = (
    ("a larger language", record({"a": TEXT}, "a"), record({"b": DIGITS}, "b"), ONE, {"a": ""}),
    ("one more code", record({"a": {"enum": ["x", "y"]}}, "a"), record({"b": {"enum": ["x"]}}, "b"), ONE, {"a": "y"}),
    ("a number below", record({"a": {"type": "integer", "minimum": 0}}, "a"), record({"b": {"type": "integer", "minimum": 1}}, "b"), ONE, {"a": 0}),
    ("a list that is too long", record({"a": {"type": "array", "items": TEXT, "maxItems": 2}}, "a"), record({"b": {"type": "array", "items": TEXT, "maxItems": 1}}, "b"), {"b": {"each": "a", "via": []}}, {"a": ["", ""]}),
    ("deep in an optional list", record({"a": {"type": "array", "items": record({"t": TEXT}, "t")}}), record({"b": {"type": "array", "items": record({"u": DIGITS}, "u")}}), {"b": {"each": "a", "fields": {"u": "t"}}}, {"a": [{"t": ""}]}),
    ("no date of the calendar", record({"a": {"type": "string", "pattern": "^[0-9]{8}$"}}, "a"), record({"b": {"type": "string", "format": "date"}}, "b"), {"b": {"from": "a", "via": [{"date": "YYYYMMDD"}]}}, {"a": "00000000"}),
    ("two fields of which one may be missing", record({"o": record({"p": TEXT, "q": TEXT})}), record({"r": record({"s": TEXT, "t": TEXT})}, minProperties=1), {"r.s": "o.p", "r.t": "o.q"}, {}),
)  # fmt: skip


@pytest.mark.parametrize(("source", "target", "fields", "document"), [row[1:] for row in REFUTED], ids=[row[0] for row in REFUTED])
def test_what_does_not_fit_is_refuted_by_a_smallest_document(source: Json, target: Json, fields: Json, document: Json) -> None:
    """REFUTED with exactly this document."""
    verdict = prove(source, target, fields)
    assert (verdict.word, verdict.document) == ("REFUTED", document)


UNKNOWN: tuple[tuple[str, Json, Json], ...] = (
    ("a format that is no language", {"type": "string", "pattern": "^[a-z]{4}$"}, {"type": "string", "not": {"pattern": "^qxzj$"}}),
    ("a multiple that is no integer", {"type": "number", "minimum": 1, "maximum": 1}, {"type": "number", "multipleOf": 0.5}),
)


@pytest.mark.parametrize(("source", "target"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_what_is_not_modelled_is_unknown_with_its_keyword(source: Json, target: Json) -> None:
    """UNKNOWN, and the reason names the keyword."""
    verdict = prove(record({"a": source}, "a"), record({"b": target}, "b"), ONE)
    assert verdict.word == "UNKNOWN" and verdict.rule == "b" and "is not modelled" in verdict.reason


NUMBER: Json = {"type": "number"}
ZONED: Json = {"type": "string", "pattern": "^1[0-9]/06/20[0-9]{2} 12:[0-5][0-9]$"}
UNFOLLOWED: tuple[tuple[str, Json, Json, Json, str], ...] = (
    ("a multiple that is no whole number", {**NUMBER, "multipleOf": 0.25}, {**NUMBER, "multipleOf": 0.5}, [], "`multipleOf` is not modelled"),
    ("a zone whose clock is turned twice a year", ZONED, {"type": "string", "format": "date-time"}, [{"datetime": {"form": "DD/MM/YYYY HH:mm", "zone": "America/New_York"}}], "`datetime`: the zone's offset changes with the years"),
)  # fmt: skip


@pytest.mark.parametrize(("source", "target", "via", "reason"), [row[1:] for row in UNFOLLOWED], ids=[row[0] for row in UNFOLLOWED])
def test_what_is_not_followed_is_unknown_at_its_rule_with_a_reason_in_words(source: Json, target: Json, via: Json, reason: str) -> None:
    """UNKNOWN: neither a word of more than is known, nor a silence."""
    verdict = prove(record({"a": source}, "a"), record({"b": target}, "b"), {"b": {"from": "a", "via": via}} if via else ONE)
    assert (verdict.word, verdict.rule, verdict.document) == ("UNKNOWN", "b", None) and verdict.reason.endswith(reason)


def test_an_assumption_narrows_what_comes_and_is_no_refutation() -> None:
    """What `assume` refuses is watched at run time, so that the rest is proved."""
    via = [{"assume": {"pattern": "^[0-9]+$", "reason": "r", "until": "2027-06-30"}}]
    assert prove(record({"a": TEXT}, "a"), record({"b": DIGITS}, "b"), {"b": {"from": "a", "via": via}}).word == "PROVED"


def test_a_recursive_schema_ends() -> None:
    """A tree that is copied whole is compared coinductively: it fits the same tree with looser names, and no tighter one."""
    tree = {"$ref": "#/$defs/t", "$defs": {"t": record({"n": DIGITS, "c": {"type": "array", "items": {"$ref": "#/$defs/t"}}}, "n")}}
    loose = {"$ref": "#/$defs/t", "$defs": {"t": record({"n": TEXT, "c": {"type": "array", "items": {"$ref": "#/$defs/t"}}}, "n")}}
    registry = {"tree@1": tree, "loose@1": loose}
    for inner, outer, word in (("tree@1", "loose@1", "PROVED"), ("loose@1", "tree@1", "REFUTED")):
        whole = Registry({**registry, "a/x@1": record({"a": {"$ref": inner}}, "a"), "x@1": record({"b": {"$ref": outer}}, "b")})
        compiled = compile_mapping({"mapping": "a/x", "from": "a/x@1", "to": "x@1", "fields": ONE}, Library(whole.documents))
        verdict = make_prover(whole).prove_direction(compiled, "to_canonical")
        assert verdict is not None and verdict.word == word


def test_more_than_64_alternatives_are_unknown_not_a_hang() -> None:
    """The bound on unions."""
    one = {"anyOf": [record({f"n{index}": TEXT}, f"n{index}") for index in range(70)]}
    verdict = prove(record({"a": one}, "a"), record({"b": {"type": "object"}}, "b"), ONE)
    assert verdict.word == "UNKNOWN" and "too large" in verdict.reason


@pytest.mark.parametrize("bound", ["STEPS_MAX", "WORD_STEPS_MAX"])
def test_work_that_is_spent_is_unknown_not_a_hang(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds are counted, not timed, so that a verdict is the same on every machine."""
    budget = {"steps": 3} if bound == "STEPS_MAX" else {"word_steps": 3}
    monkeypatch.setattr(verdict_module, "Budget", lambda steps, is_late: Budget(**{"steps": steps, "is_late": is_late, **budget}))
    found = prove(record({"a": {"type": "string", "pattern": f"^[a-z]{{9}}{bound}$"}}, "a"), record({"b": DIGITS}, "b"), ONE)
    assert found.word == "UNKNOWN" and "too large" in found.reason


def test_a_clock_of_the_caller_ends_a_proof() -> None:
    """Time is an argument: once it is up, what is not known stays unknown."""
    registry = Registry({"a/x@1": record({"a": TEXT}, "a"), "x@1": record({"b": TEXT}, "b")})
    compiled = compile_mapping({"mapping": "a/x", "from": "a/x@1", "to": "x@1", "fields": ONE}, Library(registry.documents))
    verdict = make_prover(registry, lambda: lambda: True).prove_direction(compiled, "to_canonical")
    assert verdict is not None and verdict.word == "UNKNOWN" and "too large" in verdict.reason
