"""What an agency takes is checked field by field, and only names are told."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sandbox.fields import Fields, Form, Many, dated, digits, find_wrong, matches, one_of, text, whole

FORM = Fields({"a": digits(2), "b": Fields({"c": text(3)})}, {"d": Many(whole(1, 3), least=1)})


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"a": "12", "b": {"c": "x"}}, []),
        ({"a": "12", "b": {"c": "x"}, "d": [1, 3]}, []),
        ({"a": "1", "b": {"c": "x"}}, ["a"]),
        ({"a": 12, "b": {"c": "x"}}, ["a"]),
        ({"b": {"c": ""}}, ["a", "b.c"]),
        ({"a": "12", "b": {"c": "xxxx", "e": 1}}, ["b.c", "b.e"]),
        ({"a": "12", "b": "x"}, ["b"]),
        ({"a": "12", "b": {"c": "x"}, "d": []}, ["d"]),
        ({"a": "12", "b": {"c": "x"}, "d": [1, 4, True, "2"]}, ["d.1", "d.2", "d.3"]),
        ([], ["."]),
    ],
)
def test_each_wrong_field_is_named(value: Any, wrong: list[str]) -> None:
    assert find_wrong(FORM, value) == wrong


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (dated("%d-%m-%Y"), "05-02-1993", ("5-2-1993", "1993-02-05", "31-02-1993", 5, None)),
        (dated("%Y%m%d"), "19930205", ("1993025", "1993-02-05", "19931301")),
        (matches("A[0-9]"), "A1", ("A1 ", "A12", "A1\n", "")),
        (one_of("Y", "T"), "Y", ("y", "", True, None)),
        (digits(2), "12", ("١٢", "1", "123")),
    ],
)
def test_a_form_takes_its_own_notation_only(form: Form, good: str, bad: tuple[Any, ...]) -> None:
    assert find_wrong(form, good, "x") == []
    assert all(find_wrong(form, value, "x") == ["x"] for value in bad)
