"""Code lists: what is read, both directions, and every mistake with its path."""

from __future__ import annotations

import pytest

from gateway.schema.codelists import make_schema, parse_codelist

TITLES = {
    "male": {"id": "Laki-laki", "en": "Male"},
    "female": {"id": "Perempuan", "en": "Female"},
    "unknown": {"id": "Tidak diketahui", "en": "Unknown"},
}
SEX, _ = parse_codelist({"codelist": "sex@1", "source": "ISO/IEC 5218", "codes": TITLES})
OURS, _ = parse_codelist({"codelist": "a/sex@1", "to": "sex@1", "codes": {"L": "male"}}, None, {"sex@1": SEX})
CANONICAL = {"sex@1": SEX, "a/sex@1": OURS}


def agency(**keys):
    return {"codelist": "dukcapil/sex@1", "to": "sex@1", **keys}


def problems(document, text=None):
    made, found = parse_codelist(document, text, CANONICAL)
    assert (made is None) is bool(found)
    return [(problem.path, problem.code) for problem in found]


def test_a_canonical_list_is_its_own_translation():
    assert dict(SEX.to_canonical) == {"male": "male", "female": "female", "unknown": "unknown"} == dict(SEX.to_agency)
    assert (SEX.to, SEX.source, SEX.codes["male"].title_id) == ("", "ISO/IEC 5218", "Laki-laki")
    assert make_schema(SEX) == {"type": "string", "enum": ["male", "female", "unknown"]}


def test_an_agencys_list_translates_both_ways():
    made, found = parse_codelist(agency(codes={"L": "male", "P": "female"}, valid={"since": "2011-01-01"}), None, CANONICAL)
    assert found == ()
    assert (dict(made.to_canonical), dict(made.to_agency)) == ({"L": "male", "P": "female"}, {"male": "L", "female": "P"})
    assert (made.otherwise, made.since, made.until, made.is_injective) == ("reject", "2011-01-01", "", True)


def test_where_many_mean_one_the_preferred_one_is_written_back():
    made, found = parse_codelist(
        agency(codes={"L": "male", "8": "unknown", "9": "unknown"}, preferred={"unknown": "9"}, **{"else": "unknown"}), None, CANONICAL
    )
    assert found == ()
    assert (made.to_agency["unknown"], made.to_canonical["8"], made.is_injective, made.otherwise) == ("9", "unknown", False, "unknown")


def test_large_lists_come_as_csv():
    made, found = parse_codelist(
        agency(file="sex.csv"), "\ufeffcode,to,since,until\r\nL,male,2011-01-01,\r\nP,female,,2020-12-31\r\n", CANONICAL
    )
    assert found == ()
    assert (dict(made.to_canonical), made.codes["P"].until) == ({"L": "male", "P": "female"}, "2020-12-31")
    made, found = parse_codelist({"codelist": "k@1", "file": "k.csv"}, 'code,id,en\n01,"A, b",C\n')
    assert found == ()
    assert made.codes["01"].title_id == "A, b"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (agency(codes={"L": "mal"}), [(("codes", "L"), "JB-COD-009")]),
        (agency(codes={"L": "male", "M": "male"}), [(("codes", "M"), "JB-COD-010")]),
        (agency(codes={"L": "male"}, preferred={"male": "X"}), [(("preferred", "male"), "JB-COD-005")]),
        (agency(codes={"L": "male"}, preferred=["L"]), [(("preferred",), "JB-COD-005")]),
        (agency(codes={1: "male"}), [(("codes", 1), "JB-COD-004")]),
        (agency(codes={"1": 2}), [(("codes", "1"), "JB-COD-004")]),
        (agency(codes={}), [(("codes",), "JB-COD-004")]),
        (agency(codes={"L": "male"}, **{"else": "nobody"}), [(("else",), "JB-COD-009")]),
        (agency(codes={"L": "male"}, file="x.csv"), [((), "JB-KEY-009")]),
        (agency(), [((), "JB-KEY-009")]),
        (agency(file="x.csv"), [(("file",), "JB-SYN-014")]),
        (agency(codes={"L": "male"}, valid={"since": "2011-02-30"}), [(("valid",), "JB-COD-007")]),
        (agency(codes={"L": "male"}, valid={"since": "2012-01-01", "until": "2011-01-01"}), [(("valid",), "JB-COD-007")]),
        (agency(codes={"L": "male"}, valid={"from": "2012-01-01"}), [(("valid",), "JB-COD-007")]),
        (agency(codes={"L": "male"}, sorce="x"), [(("sorce",), "JB-KEY-001")]),
        ({"codelist": "d/s@1", "to": "sexx@1", "codes": {"L": "male"}}, [(("to",), "JB-REF-003")]),
        ({"codelist": "d/s@1", "to": "a/sex@1", "codes": {"L": "male"}}, [(("to",), "JB-COD-008")]),
        ({"codelist": "sex", "codes": TITLES}, [(("codelist",), "JB-KEY-008")]),
        ({"codelist": "s@1", "codes": {"m": {"en": "M"}}}, [(("codes", "m"), "JB-COD-004")]),
        ({"codelist": "s@1", "codes": TITLES, "else": "keep"}, [(("else",), "JB-COD-003")]),
    ],
)
def test_each_mistake_has_its_path_and_code(document, expected):
    assert problems(document) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code,from\nL,male\n", [(("file",), "JB-COD-004")]),
        ("", [(("file",), "JB-COD-004")]),
        ("code,to\n", [(("file",), "JB-COD-004")]),
        ("code,to\nL\n", [(("file", 2), "JB-COD-004")]),
        ("code,to\nL,\n", [(("file", 2), "JB-COD-004"), (("file", "L"), "JB-COD-009")]),
        ("code,to\nL,male\nL,male\n", [(("file", 3), "JB-COD-006")]),
        ("code,to,since\nL,male,yesterday\n", [(("file", 2), "JB-COD-007")]),
        ('code,to\n"L"x,male\n', [(("file", 2), "JB-COD-004")]),
    ],
)
def test_each_mistake_of_a_csv_has_its_line(text, expected):
    assert problems(agency(file="x.csv"), text) == expected


def test_a_code_that_has_ended_is_read_and_never_written():
    text = "code,to,since,until\n9401,9301,,2022-12-31\n9501,9301,2023-01-01,\n9400,9300,,2022-12-31\n"
    canonical = {"region@1": parse_codelist({"codelist": "region@1", "codes": {c: {"id": c, "en": c} for c in ("9300", "9301")}})[0]}
    made, found = parse_codelist({"codelist": "bps/region@1", "to": "region@1", "file": "r.csv", "else": "reject"}, text, canonical)
    assert found == ()
    assert dict(made.to_canonical) == {"9401": "9301", "9501": "9301", "9400": "9300"}
    assert dict(made.to_agency) == {"9301": "9501"}


def test_an_ended_code_cannot_be_preferred():
    text = "code,to,since,until\nL,male,,\nM,male,,2020-12-31\n"
    _, found = parse_codelist(agency(file="sex.csv", preferred={"male": "M"}), text, CANONICAL)
    assert [(one.path, one.code) for one in found] == [(("preferred", "male"), "JB-COD-005")]
