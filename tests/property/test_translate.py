"""Laws of compiled mappings and of targets, on documents generated from schemas by a generator of our own."""

from __future__ import annotations

import random
import re
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.translate.bind import CallShape, compile_request
from gateway.translate.compile import compile_mapping
from gateway.translate.library import Library
from gateway.values.faults import Refused
from tests.unit.translate.exchanges import make_exchange
from tests.unit.translate.samples import CODELISTS, LIBRARY, PERSON_MAPPING, PERSON_NAME, table, text

NULLABLE = {"type": ["string", "null"]}
DATE = text(format="date")


def invent(schema, rng, schemas):
    """Give a random document of a schema (the subset that these tests use)."""
    if "$ref" in schema:
        reference = schema["$ref"]
        return invent(schemas[reference], rng, schemas)
    if "x-invent" in schema:
        return schema["x-invent"](rng)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema["type"]
    if isinstance(kind, list):
        kind = rng.choice(kind)
    if kind == "object":
        names = [name for name in schema["properties"] if name in schema.get("required", ()) or rng.random() < 0.6]
        return {name: invent(schema["properties"][name], rng, schemas) for name in names}
    if kind == "array":
        return [invent(schema["items"], rng, schemas) for _ in range(rng.choice((0, 1, 3)))]
    if kind == "null":
        return None
    if kind == "integer":
        return rng.randrange(-(10**6), 10**6)
    if kind == "boolean":
        return rng.random() < 0.5
    if schema.get("format") == "date":
        return f"{rng.randrange(1, 10000):04d}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    return "".join(rng.choice("aZ0 -'\"\\é€\n.") for _ in range(rng.randrange(0, 6)))


def digits(count):
    return {"type": "string", "x-invent": lambda rng: "".join(rng.choice("0123456789") for _ in range(count))}


def flipped_date(rng):
    return f"{rng.randrange(1, 29):02d}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 10000):04d}"


AGENCY_DATE = {"type": "string", "x-invent": flipped_date}
REGION = {"NO_PROP": digits(2), "NO_KAB": digits(2), "NO_KEC": digits(2), "NO_KEL": digits(4)}
WARGA = table(
    ["NIK", "NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN"],
    NIK=digits(16),
    NAMA_LGKP=text(),
    TGL_LHR=AGENCY_DATE,
    JENIS_KLMIN=text(enum=["L", "P"]),
    AGAMA=text(),
    ALAMAT=table(REGION, JALAN=text(), **REGION),
)
PERSON = table(
    ["identifiers", "name", "birth", "sex"],
    identifiers=table(["nik"], nik=digits(16), npwp=text()),
    name={"$ref": "person-name@1"},
    birth=table(["date"], date=DATE),
    sex=text(enum=["male", "female"]),
    address=table(["region"], street=text(), region=table(["code", "scheme"], code=digits(10), scheme=text(enum=["kemendagri"]))),
)
HOUSE_A = table(
    ["NO_KK", "JML"],
    NO_KK=digits(16),
    JML=text(**{"x-invent": lambda rng: f"{rng.randrange(1000):06d}"}),
    SALDO={"type": "integer"},
    STATUS=text(enum=["-", "L", "P"]),
    KET=NULLABLE,
    ANGGOTA={
        "type": "array",
        "items": table(["NIK", "AKTIF"], NIK=digits(16), AKTIF=text(enum=["Y", "T"]), KARTU={"type": "array", "items": AGENCY_DATE}),
    },
)
HOUSE_C = table(
    ["number", "size"],
    number=digits(16),
    size={"type": "integer", "x-invent": lambda rng: rng.randrange(1000)},
    balance={"type": "integer", "x-invent": lambda rng: rng.randrange(-999, 999) * 1000},
    status=text(enum=["male", "female"]),
    note=NULLABLE,
    members={
        "type": "array",
        "items": table(["nik", "active"], nik=digits(16), active={"type": "boolean"}, cards={"type": "array", "items": DATE}),
    },
)
HOUSE = {
    "mapping": "house",
    "from": "house/a@1",
    "to": "house@1",
    "fields": {
        "number": "NO_KK",
        "size": {"from": "JML", "via": [{"pad": 6}, {"number": "text"}]},
        "balance": {"from": "SALDO", "via": [{"scale": 1000}]},
        "status": {"from": "STATUS", "via": [{"null_as": "-"}, {"codes": "test/sex@1"}]},
        "note": "KET",
        "members": {
            "each": "ANGGOTA",
            "key": "NIK",
            "fields": {
                "nik": "NIK",
                "active": {"from": "AKTIF", "via": [{"bool": {"yes": "Y", "no": "T"}}]},
                "cards": {"each": "KARTU", "via": [{"date": "DD-MM-YYYY"}]},
            },
        },
    },
}
SCHEMAS = {"dukcapil/warga@1": WARGA, "person@1": PERSON, "person-name@1": PERSON_NAME, "house/a@1": HOUSE_A, "house@1": HOUSE_C}


def normal_warga(document):
    return {name: value for name, value in document.items() if name != "AGAMA"}


def normal_person(document):
    return {**document, "identifiers": {"nik": document["identifiers"]["nik"]}}


def normal_house_a(document):
    return {"STATUS": "-", **document}


PAIRS = [
    (PERSON_MAPPING, normal_warga, normal_person),
    (HOUSE, normal_house_a, lambda document: document),
]


@pytest.mark.parametrize(("mapping", "normal_agency", "normal_canonical"), PAIRS, ids=["person", "household"])
def test_a_document_comes_back_as_it_went_up_to_its_normal_form(mapping, normal_agency, normal_canonical):
    compiled = compile_mapping(mapping, Library(SCHEMAS, CODELISTS))
    assert compiled.problems == compiled.to_canonical.problems == compiled.to_agency.problems == ()
    rng = random.Random(20261121)
    get, create = compiled.to_canonical.run, compiled.to_agency.run
    for _ in range(400):
        ours = invent(SCHEMAS[mapping["to"]], rng, SCHEMAS)
        assert get(create(ours)) == normal_canonical(ours)
        theirs = invent(SCHEMAS[mapping["from"]], rng, SCHEMAS)
        assert create(get(theirs)) == normal_agency(theirs)


@given(
    st.dictionaries(
        st.sampled_from(["NIK", "TGL_LHR", "JENIS_KLMIN"]),
        st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text(max_size=3), max_size=12)),
    )
)
@settings(max_examples=200, deadline=None)
def test_a_value_of_any_kind_is_translated_or_refused_and_never_a_defect(values):
    from gateway.translate.problems import Untranslatable

    run = compile_mapping(PERSON_MAPPING, LIBRARY).to_canonical.run
    region = {"NO_PROP": "32", "NO_KAB": "15", "NO_KEC": "01", "NO_KEL": "1001"}
    document = {"NIK": "1", "NAMA_LGKP": "x", "TGL_LHR": "17-08-1991", "JENIS_KLMIN": "L", "ALAMAT": region, **values}
    try:
        answer = run(document)
    except Untranslatable as error:
        assert {finding.pointer for finding in error.findings} <= {"/TGL_LHR", "/JENIS_KLMIN"}
    else:
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", answer["birth"]["date"], re.ASCII)


CALL = CallShape(
    path=table(["a", "b"], a=text(), b=text()),
    query=table(["q", "r"], q=text(), r=text()),
    headers=table(["X-H"], **{"X-H": text()}),
    body=table(["v"], v=text()),
)
REQUEST = {
    "method": "POST",
    "path": "/p/{a}/s/{b}.json",
    "params": {"a": "path.a", "b": "body.v"},
    "query": {"q": "query.q", "w": "path.b"},
    "headers": {"X-One": "header.X-H", "X-Two": "query.r"},
}
BOUND = compile_request(REQUEST, CALL, Library({}, {}), {})
WORDS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="/%.&=?#;+\r\n:\\ \0a{}", max_size=12),
    st.sampled_from([".", "..", "%2e%2e", "a\r\nX: y", "/../"]),
)


@given(WORDS, WORDS, WORDS, WORDS, WORDS, WORDS)
@settings(max_examples=600, deadline=None)
def test_no_value_changes_the_number_of_segments_of_query_names_or_of_header_lines(a, b, q, r, h, v):
    """The law of calls as documents: what goes up is refused, or read back as exactly the values that were bound."""
    assert BOUND.problems == ()
    exchange = make_exchange(path={"a": a, "b": b}, query={"q": q, "r": r}, headers={"X-H": h}, body={"v": v})
    try:
        target, head, _ = BOUND.write(exchange)
    except Refused as error:
        assert error.fault.kind.name == "UNTRANSLATABLE"
        assert all(value not in repr(error.fault.findings) for value in (a, b, q, r, h, v) if len(value) > 8)
        return
    path, _, query = target.decode("ascii").partition("?")
    segments = path.split("/")
    assert [segments[0], segments[1], segments[3]] == ["", "p", "s"]
    assert len(segments) == 5
    assert unquote(segments[2]) == a
    assert unquote(segments[4]) == v + ".json"
    assert not {"", ".", ".."} & set(segments[1:])
    assert re.fullmatch(r"[A-Za-z0-9\-._~%/]+", path)
    assert parse_qsl(query, keep_blank_values=True, strict_parsing=True) == [("q", q), ("w", b)]
    lines = head.split(b"\r\n")
    assert [line.split(b": ")[0] for line in lines] == [b"Accept", b"X-One", b"X-Two", b""]
    assert lines[1] == b"X-One: " + h.encode()
    assert b"\n" not in head.replace(b"\r\n", b"")


def test_the_property_above_also_sees_calls_that_pass():
    exchange = make_exchange(path={"a": "%2F..", "b": ""}, query={"q": "&x=1", "r": "r"}, headers={"X-H": "h h"}, body={"v": "é"})
    target, _, _ = BOUND.write(exchange)
    assert target == b"/p/%252F../s/%C3%A9.json?q=%26x%3D1&w="
