"""Paths and shapes."""

import pytest

from gateway.translate.paths import ITEM, Lost, Place, find_place, list_leaves, read_shape, show_path, split_path
from tests.unit.translate.samples import PERSON, PERSON_NAME, table, text

SCHEMAS = {"person-name@1": PERSON_NAME}


@pytest.mark.parametrize(
    ("written", "path"),
    [("a", ("a",)), ("a.b", ("a", "b")), ('"a.b".c', ("a.b", "c")), ('a."x\\"y"', ("a", 'x"y')), ("NO-KK.@id", ("NO-KK", "@id"))],
)
def test_a_path_is_split_and_shown_as_it_was_written(written, path):
    assert split_path(written) == path
    assert split_path(show_path(path)) == path


@pytest.mark.parametrize("written", ["", ".", "a.", ".a", "a..b", "a b", '"a', 'a"b"', "a[0]", '""'])
def test_what_is_no_path_is_refused(written):
    with pytest.raises(ValueError, match="a path"):
        split_path(written)


def test_a_path_resolves_through_references_and_says_what_is_optional():
    shape = read_shape(PERSON, SCHEMAS)
    full = find_place(shape, ("name", "full"))
    assert isinstance(full, Place)
    assert full.optional == frozenset()
    street = find_place(shape, ("address", "street"))
    assert isinstance(street, Place)
    assert street.optional == {("address",), ("address", "street")}
    nik = find_place(shape, ("identifiers", "nik"))
    assert isinstance(nik, Place)
    assert nik.shape.types == {"string"}


def test_an_unknown_name_is_lost_with_the_names_that_are_known():
    found = find_place(read_shape(PERSON, SCHEMAS), ("address", "stret"))
    assert isinstance(found, Lost)
    assert (found.name, set(found.known)) == ("stret", {"street", "region"})


def test_all_of_is_read_as_one_and_alternatives_promise_only_what_all_promise():
    node = {
        "allOf": [table(["a"], a=text()), table([], b={"type": ["integer", "null"]})],
        "oneOf": [table(["c", "d"], c=text(), d=text()), table(["c"], c=text())],
    }
    shape = read_shape(node, {})
    assert set(shape.names) == {"a", "b", "c", "d"}
    assert shape.required == {"a", "c"}
    assert shape.child("b").types == {"integer", "null"}


def test_the_leaves_of_arrays_lie_in_their_elements_and_recursion_ends():
    node = table([], rows={"type": "array", "items": table([], x=text(), cells={"type": "array", "items": table([], y=text())})})
    assert set(list_leaves(read_shape(node, {}))) == {("rows", ITEM, "x"), ("rows", ITEM, "cells", ITEM, "y")}
    tree = {"$defs": {"n": table([], name=text(), kids={"type": "array", "items": {"$ref": "#/$defs/n"}})}, "$ref": "#/$defs/n"}
    assert set(list_leaves(read_shape(tree, {}))) == {("name",), ("kids", ITEM)}


def test_references_in_a_circle_are_an_error_and_no_hang():
    with pytest.raises(ValueError, match="circle"):
        read_shape({"$ref": "a@1"}, {"a@1": {"$ref": "b@1"}, "b@1": {"$ref": "a@1"}})
