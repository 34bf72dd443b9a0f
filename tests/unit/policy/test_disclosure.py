"""What a caller sees of an answer: paths, lists, masks, unions, and what the checker says."""

from __future__ import annotations

import copy

import pytest

from gateway.policy.disclosure import (
    ALL,
    MASKS,
    Field,
    check_classes,
    check_disclosure,
    compile_disclosure,
    compile_tree,
    plant_tree,
    unite_trees,
)
from gateway.values.model import Json

PERSON: dict[str, Json] = {  # synthetic
    "identifiers": {"nik": "3215011708910003", "npwp": "091234567408000"},
    "name": {"full": "ASEP CONTOH"},
    "birth": {"date": "1991-08-17", "place": "KARAWANG"},
    "visits": [{"on": "2026-01-02", "note": "a"}, {"note": "b"}, {}],
    "deep": [[{"a": 1, "b": 2}], []],
    "count": 3,
    "is_alive": True,
    "none": None,
    "empty": {},
}

ROWS: list[tuple[list[str], dict[str, str], Json]] = [
    ([], {}, {}),
    (["name.full"], {}, {"name": {"full": "ASEP CONTOH"}}),
    (["name"], {}, {"name": {"full": "ASEP CONTOH"}}),
    (["name", "name.full"], {}, {"name": {"full": "ASEP CONTOH"}}),
    (["name.none"], {}, {}),
    (["nam"], {}, {}),
    (["name.full.more"], {}, {}),
    (["count.more", "none.more", "empty.more"], {}, {}),
    (["empty", "none", "is_alive", "count"], {}, {"empty": {}, "none": None, "is_alive": True, "count": 3}),
    (["visits.on"], {}, {"visits": [{"on": "2026-01-02"}, {}, {}]}),
    (["visits"], {"visits.note": "all"}, {"visits": [{"on": "2026-01-02", "note": "****"}, {"note": "****"}, {}]}),
    (["deep.a"], {}, {"deep": [[{"a": 1}], []]}),
    (["identifiers.nik"], {"identifiers.nik": "last4"}, {"identifiers": {"nik": "************0003"}}),
    (["identifiers"], {"identifiers.nik": "last4"}, {"identifiers": {"nik": "************0003", "npwp": "091234567408000"}}),
    (["identifiers"], {"identifiers": "all", "identifiers.nik": "last4"}, {"identifiers": {"nik": "************0003", "npwp": "****"}}),
    (["name.full"], {"identifiers.nik": "last4"}, {"name": {"full": "ASEP CONTOH"}}),
    (["name.full"], {"name": "initials"}, {"name": {"full": "A*** C*****"}}),
    (
        ["count", "is_alive", "none"],
        {"count": "all", "is_alive": "first1", "none": "all"},
        {"count": "****", "is_alive": "T***", "none": None},
    ),
]


@pytest.mark.parametrize(("reveals", "masks", "expected"), ROWS)
def test_only_what_is_revealed_is_left(reveals: list[str], masks: dict[str, str], expected: Json) -> None:
    before = copy.deepcopy(PERSON)
    assert compile_disclosure(reveals, masks)(PERSON) == expected
    assert before == PERSON


def test_all_revealed_costs_nothing() -> None:
    assert compile_tree(plant_tree(None, {})) is None
    assert compile_disclosure(None, {})(PERSON) is PERSON


def test_all_revealed_but_masked() -> None:
    shown = compile_disclosure(None, {"identifiers.nik": "last4"})(PERSON)
    assert shown == {**PERSON, "identifiers": {**PERSON["identifiers"], "nik": "************0003"}}


@pytest.mark.parametrize(("document", "expected"), [([{"a": 1, "b": 2}, 5], [{"a": 1}]), ("x", None), (None, None), ({}, {}), ([], [])])
def test_an_answer_that_is_no_object_leaks_nothing(document: Json, expected: Json) -> None:
    assert compile_disclosure(["a"], {})(document) == expected


@pytest.mark.parametrize(("document", "expected"), [([{"a": 1}, 5], []), ({"a": 1}, {}), (5, None)])
def test_nothing_revealed_leaves_an_empty_shell(document: Json, expected: Json) -> None:
    assert compile_disclosure([], {})(document) == expected


@pytest.mark.parametrize(
    ("mask", "text", "expected"),
    [
        ("last4", "3215011708910003", "************0003"),
        ("last4", "0003", "****"),
        ("last4", "", ""),
        ("first1", "ASEP", "A***"),
        ("first1", "A", "*"),
        ("initials", "ASEP  B", "A***  *"),
        ("year", "1991-08-17", "1991"),
        ("year", "17-08-1991", "****"),
        ("year", "1991", "****"),
        ("all", "x", "****"),
        ("all", "", "****"),
    ],
)
def test_a_mask_makes_a_string_and_never_shows_the_whole(mask: str, text: str, expected: str) -> None:
    assert MASKS[mask](text) == expected


def test_in_a_union_shown_wins_over_masked_and_the_first_mask_over_the_second() -> None:
    masked, plain = plant_tree(["a", "b"], {"a": "last4", "b": "year"}), plant_tree(["a.x"], {})
    other = plant_tree(["b"], {"b": "all"})
    assert compile_tree(unite_trees(masked, plain))({"a": {"x": "12345", "y": "12345"}}) == {"a": {"x": "12345", "y": "*2345"}}  # type: ignore[misc]
    assert dict(unite_trees(masked, other).branches)["b"].rest == "year"
    assert dict(unite_trees(other, masked).branches)["b"].rest == "all"
    assert unite_trees(masked, ALL) == ALL


FIELDS = {
    "": Field(("identifiers", "name"), frozenset(("public", "personal", "sensitive"))),
    "identifiers": Field(("nik", "faith"), frozenset(("personal", "sensitive"))),
    "identifiers.nik": Field((), frozenset(("personal",))),
    "identifiers.faith": Field((), frozenset(("sensitive",))),
    "name": Field((), frozenset(("public",))),
}


@pytest.mark.parametrize(
    ("reveals", "masks", "expected"),
    [
        (["identifiers.nik", "name"], {"identifiers.nik": "last4"}, []),
        (None, {"name": "all"}, []),
        (["identifiers.nki"], {}, [(("reveals", 0), "JB-POL-002", "identifiers.nik")]),
        (["name", "identifer.nik"], {}, [(("reveals", 1), "JB-POL-002", "identifiers")]),
        (["name.full"], {}, [(("reveals", 0), "JB-POL-002", "")]),
        ([""], {}, [(("reveals", 0), "JB-POL-002", "")]),
        (["name"], {"name": "lst4"}, [(("masks", "name"), "JB-POL-003", "last4")]),
        (["name"], {"identifiers.nik": "last4"}, [(("masks", "identifiers.nik"), "JB-POL-004", "")]),
        (["identifiers"], {"identifiers.nik": "last4"}, []),
        (["name"], {"nama": "all"}, [(("masks", "nama"), "JB-POL-002", "name"), (("masks", "nama"), "JB-POL-004", "")]),
    ],
)
def test_a_path_or_mask_that_means_nothing_is_a_problem(reveals: list[str] | None, masks: dict[str, str], expected: Json) -> None:
    assert [(found.path, found.code, meant_by(found)) for found in check_disclosure(reveals, masks, FIELDS.get)] == expected


@pytest.mark.parametrize(
    ("reveals", "classes", "expected"),
    [
        (["name"], ["public"], []),
        (["identifiers.nik"], ["public"], [("reveals", 0)]),
        (["name", "identifiers"], ["public", "personal"], [("reveals", 1)]),
        (None, ["public", "personal", "sensitive"], []),
        (None, ["public"], [("reveals",), ("reveals",)]),
        (["unknown"], [], []),
    ],
)
def test_revealing_beyond_the_classes_of_the_policy_is_a_problem(reveals: list[str] | None, classes: list[str], expected: Json) -> None:
    assert [found.path for found in check_classes(reveals, classes, FIELDS.get)] == expected


def meant_by(problem):
    """Give the name that a hint asks about."""
    return problem.hint.partition('"')[2].rpartition('"')[0]
