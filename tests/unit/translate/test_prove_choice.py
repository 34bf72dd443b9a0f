# ruff: noqa: E501 - tables
"""The prover on forms that depend on values: what of switch, pick, split and derive is proved, and which document refutes the rest."""

from __future__ import annotations

import pytest

from gateway.schema.registry import Registry
from gateway.translate.compile import compile_mapping
from gateway.translate.library import Library
from gateway.translate.prove.mapping import make_prover
from gateway.translate.prove.verdict import Verdict
from gateway.translate.scope import Direction
from gateway.values.model import Json

TEXT: Json = {"type": "string"}
DIGITS: Json = {"type": "string", "pattern": "^[0-9]+$"}
UNUSED: Json = {"class": "unused", "reason": "r"}


def prove(source: Json, target: Json, fields: Json, way: Direction = "to_canonical", **more: Json) -> Verdict:
    """Give the verdict on a mapping between two schemas; `source` is where the direction begins."""
    names = ("a/x@1", "x@1") if way == "to_canonical" else ("x@1", "a/x@1")
    registry = Registry({names[0]: source, names[1]: target})
    compiled = compile_mapping({"mapping": "a/x", "from": "a/x@1", "to": "x@1", "fields": fields, **more}, Library(registry.documents))
    assert not compiled.problems, compiled.problems
    verdict = make_prover(registry).prove_direction(compiled, way)
    assert verdict is not None, getattr(compiled, way).problems
    return verdict


def record(properties: Json, *required: str, **more: Json) -> Json:
    return {"type": "object", "required": list(required), "properties": properties, **more}


def one_of(*branches: Json, word: str = "oneOf") -> Json:
    return {word: list(branches)}


def tag(value: Json) -> Json:
    return {"const": value}


FLAT = record({"K": {"enum": ["P", "Q"]}, "N": DIGITS, "M": TEXT}, "K", "N")
UNION = record({"u": one_of(record({"k": tag("p"), "n": DIGITS}, "k", "n"), record({"k": tag("q"), "m": TEXT}, "k", "m"))}, "u")
CASES: Json = {
    "P": {"is": "p", "fields": {"u.n": "N"}, "drop": {"M": UNUSED}},
    "Q": {"is": "q", "fields": {"u.m": {"from": "M", "via": [{"default": "-"}]}}, "drop": {"N": UNUSED}},
}
SWITCH: Json = {"u.k": {"switch": "K", "cases": CASES}}
ONE_EACH: Json = {"allOf": [{"contains": record({"T": tag(kind)}, "T"), "minContains": 0, "maxContains": 1} for kind in ("E", "F")]}
LIST: Json = {"type": "array", "items": record({"T": {"enum": ["E", "F"]}, "V": DIGITS}, "T", "V")}
PICKED = {"e": {"pick": "L", "where": {"T": "E"}, "value": "V"}, "f": {"pick": "L", "where": {"T": "F"}, "value": "V"}}
BOTH_PICKED = record({"e": DIGITS, "f": DIGITS})
NAMES = {"n": {"split": "N", "into": ["a", "b"], "sep": ", "}}
PARTS = record({"n": record({"a": {"type": "string", "pattern": "^[a-z]+$"}, "b": {"type": "string", "maxLength": 3}}, "a", "b")}, "n")
AMOUNT = record({"A": {"type": "integer", "minimum": 0, "maximum": 1000}, "B": {"enum": ["x", "y", "z"]}, "C": TEXT}, "A", "B", "C")


def derive(expression: str, target: Json, *, source: Json = AMOUNT) -> tuple[Json, Json, Json]:
    return source, record({"d": target}), {"d": {"derive": expression}}


PROVED: tuple[tuple[str, tuple[Json, Json, Json]], ...] = (
    ("a tag that chooses among alternatives", (FLAT, UNION, SWITCH)),
    ("alternatives of anyOf", (FLAT, record({"u": one_of(*UNION["properties"]["u"]["oneOf"], word="anyOf")}, "u"), SWITCH)),
    ("elements that the schema counts", (record({"L": {**LIST, **ONE_EACH}}, "L"), BOTH_PICKED, PICKED)),
    ("a list of one", (record({"L": {**LIST, "maxItems": 1}}), BOTH_PICKED, PICKED)),
    ("pieces with a separator of two signs", (record({"N": {"type": "string", "pattern": "^[a-z]{2,9}, [a-z]{1,3}$"}}, "N"), PARTS, NAMES)),
    ("a sum within bounds", derive("A * 2 + 1", {"type": "integer", "minimum": 1, "maximum": 2001})),
    ("multiples", derive("A * 1000", {"type": "integer", "multipleOf": 1000, "minimum": 0})),
    ("a comparison", derive("A <= 500", {"type": "boolean"})),
    ("a comparison that always holds", derive("A <= 1000", {"const": True})),
    ("a choice by code", derive('B == "x" ? "one" : B == "y" ? "two" : "many"', {"enum": ["one", "two", "many"]})),
    ("what a test narrows", derive("A > 10 ? A - 11 : 0", {"type": "integer", "minimum": 0, "maximum": 989})),
    ("texts put together", derive('"ID-" + B', {"enum": ["ID-x", "ID-y", "ID-z"]})),
    ("a size that is tested", derive('size(C) == 3 ? C : "000"', {"type": "string", "minLength": 3, "maxLength": 3})),
    ("membership", derive('B in ["x", "y", "z"]', {"const": True})),
)  # fmt: skip


@pytest.mark.parametrize("given", [row[1] for row in PROVED], ids=[row[0] for row in PROVED])
def test_what_always_fits_is_proved(given: tuple[Json, Json, Json]) -> None:
    """PROVED, without a document."""
    drop = {
        name: UNUSED
        for name in ("A", "B", "C", "L")
        if name in given[0]["properties"] and not (name == "L" and "allOf" in given[0]["properties"]["L"])
    }
    assert prove(*given, drop=drop) == Verdict("PROVED")


REFUTED: tuple[tuple[str, tuple[Json, Json, Json], str, Json], ...] = (
    (
        "an alternative that asks for more", (FLAT, record({"u": one_of(record({"k": tag("p"), "n": DIGITS}, "k", "n"), record({"k": tag("q"), "m": DIGITS}, "k", "m"))}, "u"), SWITCH),
        "u.k.cases.Q.u.m", {"K": "Q", "N": "0"},
    ),
    (
        "a tag of no case", (record({**FLAT["properties"], "K": {"enum": ["P", "Q", "R"]}}, "K", "N"), UNION, SWITCH),
        "u.k", {"K": "R", "N": "0"},
    ),
    ("two elements of one kind", (record({"L": LIST}), BOTH_PICKED, PICKED), "e", {"L": [{"T": "E", "V": "0"}, {"T": "E", "V": "0"}]}),
    (
        "an element that does not fit", (record({"L": {**LIST, **ONE_EACH}}), record({"e": DIGITS, "f": {"type": "string", "pattern": "^1"}}), PICKED),
        "f", {"L": [{"T": "F", "V": "0"}]},
    ),
    ("a text without the separator", (record({"N": {"type": "string", "pattern": "^[a-z]{2,9}$"}}, "N"), PARTS, NAMES), "n", {"N": "aa"}),
    ("a piece that is too long", (record({"N": {"type": "string", "pattern": "^[a-z]{2}, [a-z]{1,4}$"}}, "N"), PARTS, NAMES), "n", {"N": "aa, aaaa"}),
    ("a sum beyond the bound", derive("A + 1", {"type": "integer", "maximum": 1000}), "d", {"A": 1000, "B": "x", "C": ""}),
    ("a code that leads elsewhere", derive('B == "z" ? "many" : "one"', {"const": "one"}), "d", {"A": 0, "B": "z", "C": ""}),
    ("a number that no double holds exactly", derive("A * A", {"type": "integer"}, source=record({"A": {"type": "integer"}}, "A")), "d", {"A": 10**15}),
)  # fmt: skip


@pytest.mark.parametrize(("given", "rule", "document"), [row[1:] for row in REFUTED], ids=[row[0] for row in REFUTED])
def test_what_does_not_fit_is_refuted_at_its_rule(given: tuple[Json, Json, Json], rule: str, document: Json) -> None:
    """REFUTED with exactly this document."""
    verdict = prove(
        *given,
        drop={name: UNUSED for name in ("A", "B", "C", "L") if name in given[0]["properties"]} if "L" not in given[0]["properties"] else {},
    )
    assert (verdict.word, verdict.rule, verdict.document) == ("REFUTED", rule, document)


def test_an_element_that_no_pick_takes_is_refuted_unless_the_list_is_dropped() -> None:
    """What is left behind must be declared."""
    source, fields = record({"L": {**LIST, "maxItems": 1}}), {"e": PICKED["e"]}
    verdict = prove(source, BOTH_PICKED, fields, lack={"f": "r"}, drop={})
    assert (verdict.word, verdict.document) == ("REFUTED", {"L": [{"T": "F", "V": "0"}]})
    assert prove(source, BOTH_PICKED, fields, lack={"f": "r"}, drop={"L": UNUSED}).word == "PROVED"


PERSON_KIND = record({"K": tag("P"), "N": DIGITS, "A": TEXT, "B": record({"D": DIGITS}, "D")}, "K", "N", "B")
OTHER_KIND = record({"K": tag("Q"), "N": TEXT}, "K", "N")
WHOLE = {"top": "T", ".": {"pick": "L", "where": {"K": "P"}, "fields": {"id.n": "N", "id.a": "A", "d": "B.D"}}}
PERSON_OF = record({"top": TEXT, "id": record({"n": DIGITS, "a": TEXT}, "n"), "d": DIGITS}, "top", "id", "d")


def of_kind(kind: str, **more: Json) -> Json:
    return {"contains": record({"K": tag(kind)}, "K"), "maxContains": 1, **more}


def test_an_element_that_is_the_whole_is_proved_where_the_schema_promises_it() -> None:
    """A count of exactly one, or a list of one whose element can be nothing else; without it, a document refutes."""
    one = {"type": "array", "items": PERSON_KIND, "minItems": 1, "maxItems": 1}
    assert prove(record({"T": TEXT, "L": one}, "T", "L"), PERSON_OF, WHOLE) == Verdict("PROVED")
    counted = {"type": "array", "items": one_of(PERSON_KIND, OTHER_KIND), **of_kind("P")}
    left = {"L": UNUSED}
    assert prove(record({"T": TEXT, "L": counted}, "T", "L"), PERSON_OF, WHOLE, drop=left) == Verdict("PROVED")
    tight = record({**PERSON_OF["properties"], "id": record({"n": {"type": "string", "maxLength": 2}, "a": TEXT}, "n")}, "top", "id")
    verdict = prove(record({"T": TEXT, "L": one}, "T", "L"), tight, WHOLE)
    assert (verdict.word, verdict.document) == ("REFUTED", {"T": "", "L": [{"K": "P", "N": "000", "B": {"D": "0"}}]})
    need = record({**PERSON_OF["properties"], "id": record({"n": DIGITS, "a": TEXT}, "n", "a")}, "top", "id")
    registry = Registry({"a/x@1": record({"T": TEXT, "L": one}, "T", "L"), "x@1": need})
    compiled = compile_mapping({"mapping": "a/x", "from": "a/x@1", "to": "x@1", "fields": WHOLE}, Library(registry.documents))
    assert [problem.message for problem in compiled.to_canonical.problems] == [
        "the canonical schema requires id.a, which is fed by what may be absent"
    ]


def test_an_element_that_is_the_whole_is_gathered_again() -> None:
    """To a list that holds it and nothing else."""
    one = {"type": "array", "items": PERSON_KIND, "minItems": 1, "maxItems": 1}
    target = record({"T": TEXT, "L": one}, "T", "L")
    assert prove(PERSON_OF, target, WHOLE, "to_agency") == Verdict("PROVED")


def test_a_union_is_written_back_case_by_case() -> None:
    """The way to the agency, from alternatives to a flat record."""
    assert prove(UNION, record(FLAT["properties"], "K"), SWITCH, "to_agency") == Verdict("PROVED")
    verdict = prove(UNION, record({**FLAT["properties"], "N": {"type": "string", "maxLength": 9}}, "K"), SWITCH, "to_agency")
    assert (verdict.word, verdict.document) == ("REFUTED", {"u": {"k": "p", "n": "0000000000"}})


def test_what_is_gathered_keeps_to_the_counts_of_its_list() -> None:
    """Each kind at most once, in a list of at most two; a third is refuted."""
    theirs = record({"L": {**LIST, **ONE_EACH, "maxItems": 2, "uniqueItems": True}}, "L")
    assert prove(BOTH_PICKED, theirs, PICKED, "to_agency") == Verdict("PROVED")
    verdict = prove(BOTH_PICKED, record({"L": {**LIST, "maxItems": 1}}, "L"), PICKED, "to_agency")
    assert (verdict.word, verdict.document) == ("REFUTED", {"e": "0", "f": "0"})


def test_a_switch_in_elements_is_proved_element_by_element() -> None:
    """Lists of unions."""
    source = record({"S": {"type": "array", "items": FLAT}}, "S")
    target = record({"s": {"type": "array", "items": UNION}}, "s")
    assert prove(source, target, {"s": {"each": "S", "fields": SWITCH}}) == Verdict("PROVED")
    tighter = record({"s": {"type": "array", "maxItems": 3, "items": UNION}}, "s")
    verdict = prove(source, tighter, {"s": {"each": "S", "fields": SWITCH}})
    assert (verdict.word, verdict.document) == ("REFUTED", {"S": [{"K": "P", "N": "0"}] * 4})


def test_a_tag_that_may_be_missing_leaves_its_union_out() -> None:
    """Without the tag nothing of the union is written."""
    source = record({"K": {"enum": ["P", "Q"]}, "N": DIGITS, "M": TEXT}, "N")
    assert prove(source, {**UNION, "required": []}, SWITCH) == Verdict("PROVED")


def prove_put(agency: Json, canonical: Json, fields: Json, **more: Json) -> Verdict:
    """Give the verdict on writing a canonical document into the agency's old one."""
    registry = Registry({"a/x@1": agency, "x@1": canonical})
    compiled = compile_mapping({"mapping": "a/x", "from": "a/x@1", "to": "x@1", "fields": fields, **more}, Library(registry.documents))
    assert not compiled.problems, compiled.problems
    verdict = make_prover(registry).prove_put(compiled)
    assert verdict is not None
    return verdict


def test_what_nothing_feeds_the_old_document_has_where_its_object_surely_stands() -> None:
    """Required and dropped: there at the top, and in an object that is always there; not in one that may be new."""
    fields, dropped = {"n": "N", "m": "O.M"}, {"R": UNUSED, "O.S": UNUSED}
    ours = record({"n": DIGITS, "m": TEXT}, "n", "m")
    inner = record({"M": TEXT, "S": TEXT}, "M", "S")
    assert prove_put(record({"N": DIGITS, "R": TEXT, "O": inner}, "N", "R", "O"), ours, fields, drop=dropped) == Verdict("PROVED")
    verdict = prove_put(record({"N": DIGITS, "R": TEXT, "O": inner}, "N", "R"), ours, fields, drop=dropped)
    assert verdict.word == "REFUTED" and verdict.document == {"call": {"n": "0", "m": ""}, "old": {"N": "0", "R": ""}}


def test_what_is_put_must_fit_and_alternatives_are_not_followed() -> None:
    """A text that is too long is refuted; what an old document of alternatives becomes is not known."""
    ours = record({"n": TEXT}, "n")
    verdict = prove_put(record({"N": {"type": "string", "maxLength": 2}}, "N"), ours, {"n": "N"})
    assert (verdict.word, verdict.document) == ("REFUTED", {"call": {"n": "000"}, "old": {"N": ""}})
    either = one_of(record({"N": TEXT}, "N", additionalProperties=False), record({"N": TEXT, "Z": TEXT}, "Z"))
    theirs = {"type": "object", **either}
    assert prove_put(theirs, ours, {"n": {"from": "N", "absent": "error"}}, drop={"Z": UNUSED}).word != "PROVED"


def test_an_issue_of_many_worlds_is_one_and_may_show_lists() -> None:
    """What is wrong in every case is tried with the documents of each; values that are lists are told apart too."""
    source = record({**FLAT["properties"], "L": {"type": "array", "items": TEXT}}, "K", "N", "L")
    target = record({**UNION["properties"], "l": {"type": "array", "items": TEXT, "minItems": 1}}, "u", "l")
    verdict = prove(source, target, {**SWITCH, "l": "L"})
    assert (verdict.word, verdict.rule, verdict.document) == ("REFUTED", "l", {"K": "P", "N": "0", "L": []})
