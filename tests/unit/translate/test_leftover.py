"""What a translation leaves behind: which declared places held something."""

import pytest

from gateway.translate.bind import compile_request
from gateway.translate.references import CallShape
from tests.unit.translate.samples import make_library, table, text
from tests.unit.translate.test_choice import build

DROP = {"class": "unused", "reason": "r"}
AGENCY = table(["NIK"], NIK=text(), AGAMA=text(), ALAMAT=table([], RT=text(), RW=text()), TELP={"type": "array", "items": text()},
               ANAK={"type": "array", "items": table([], NAMA=text(), UMUR=text())})  # fmt: skip
CANONICAL = table(["nik"], nik=text(), npwp=text(), rw=text(), kids={"type": "array", "items": table([], name=text())})
FIELDS = {
    "nik": "NIK",
    "rw": {"from": "ALAMAT.RW", "only": "to_canonical"},
    "kids": {"each": "ANAK", "fields": {"name": "NAMA"}, "drop": {"UMUR": DROP}},
}
MAPPING = build(AGENCY, CANONICAL, FIELDS, drop={"AGAMA": DROP, "ALAMAT.RT": DROP, "TELP": DROP}, lack={"npwp": "r"})


def count(find, document):
    return find(document).bit_count()


@pytest.mark.parametrize(
    ("document", "places"),
    [
        ({"NIK": "1"}, 0),
        ({"NIK": "1", "AGAMA": "x"}, 1),
        ({"NIK": "1", "AGAMA": ""}, 1),
        ({"NIK": "1", "AGAMA": None, "TELP": []}, 0),
        ({"NIK": "1", "TELP": ["08"], "ALAMAT": {"RT": "1", "RW": "2"}}, 2),
        ({"NIK": "1", "ALAMAT": None, "ANAK": [None]}, 0),
        ({"NIK": "1", "ANAK": [{"NAMA": "A"}, {"UMUR": "3"}, {"UMUR": "4"}]}, 1),
    ],
)
def test_a_declared_place_counts_once_where_it_holds_something(document, places):
    assert count(MAPPING.to_canonical.left, document) == places


def test_towards_the_agency_lacks_and_fields_of_the_other_way_are_left():
    assert count(MAPPING.to_agency.left, {"nik": "1", "npwp": "2", "rw": "3", "kids": []}) == 2
    assert count(MAPPING.to_agency.left, {"nik": "1"}) == 0


def test_a_place_that_another_field_carries_is_not_left():
    fields = {"nik": "NIK", "name": {"from": "NAMA", "only": "to_canonical"}, "nick": {"from": "NAMA", "only": "to_agency"}}
    mapping = build(table([], NIK=text(), NAMA=text()), table([], nik=text(), name=text(), nick=text()), fields)
    assert mapping.to_canonical.left is None
    assert count(mapping.to_agency.left, {"name": "x", "nick": "y"}) == 1


def test_a_mapping_that_carries_everything_has_no_function():
    mapping = build(table([], A=text()), table([], a=text()), {"a": "A"})
    assert (mapping.to_canonical.left, mapping.to_agency.left) == (None, None)


LIST = table([], K={"type": "array", "items": table(["J"], J=text(enum=["E", "T"]), N=text(), X=text())})


@pytest.mark.parametrize(
    ("elements", "places"),
    [
        ([{"J": "E", "N": "n"}], 0),
        ([{"J": "E", "N": "n"}, {"J": "T", "N": "t"}], 1),
        ([{"J": "E", "X": "x"}, {"J": "T", "X": "y"}], 2),
        ([{"J": "E", "N": "1"}, {"J": "E", "N": "2"}], 1),
    ],
)
def test_elements_that_no_pick_takes_are_left_and_what_is_dropped_in_the_one_that_is(elements, places):
    pick = {"pick": "K", "where": {"J": "E"}, "fields": {"mail": "N"}, "arity": "first", "drop": {"X": DROP}}
    mapping = build(LIST, table([], k=table([], mail=text())), {"k": pick}, drop={"K": DROP})
    assert mapping.problems == ()
    assert count(mapping.to_canonical.left, {"K": elements}) == places


def test_in_a_case_only_what_that_case_drops_is_left():
    union = {"oneOf": [table(["t"], t={"const": "A"}, x=text()), table(["t"], t={"const": "B"}, x=text())]}
    ours = {"oneOf": [table(["t"], t={"const": "a"}), table(["t"], t={"const": "b"}, x=text())]}
    cases = {"A": {"is": "a", "drop": {"x": DROP}}, "B": {"is": "b", "fields": {"x": "x"}}}
    mapping = build(union, ours, {"t": {"switch": "t", "cases": cases}})
    assert mapping.problems == ()
    assert [count(mapping.to_canonical.left, {"t": tag, "x": "1"}) for tag in "AB"] == [1, 0]


def test_in_an_element_the_tag_of_that_element_decides():
    element = {"oneOf": [table(["t"], t={"const": "A"}, x=text()), table(["t"], t={"const": "B"}, x=text())]}
    ours = {"oneOf": [table(["t"], t={"const": "a"}), table(["t"], t={"const": "b"}, x=text())]}
    cases = {"A": {"is": "a", "drop": {"x": DROP}}, "B": {"is": "b", "fields": {"x": "x"}}}
    both = [table([], l={"type": "array", "items": shape}) for shape in (element, ours)]
    mapping = build(*both, {"l": {"each": "l", "fields": {"t": {"switch": "t", "cases": cases}}}})
    assert mapping.problems == ()
    assert count(mapping.to_canonical.left, {"l": [{"t": "A"}, {"t": "B", "x": "1"}]}) == 0
    assert count(mapping.to_canonical.left, {"l": [{"t": "B"}, {"t": "A", "x": "1"}]}) == 1


def test_what_a_request_drops_of_the_call_is_left():
    call = CallShape(query={"properties": {"since": text()}}, body={"type": "object", "properties": {"nik": text(), "day": text()}})
    request = {"method": "POST", "path": "/x", "schema": "a@1", "body": {"N": "body.nik"}, "drop": {"query.since": DROP, "body.day": DROP}}
    bound = compile_request(request, call, make_library(table([], N=text()), table([], n=text())), {})
    assert bound.problems == ()
    assert count(bound.left, {"path": {}, "query": {"since": "x"}, "header": {}, "body": {"nik": "1"}}) == 1
