"""The bindings of a request."""

import pytest
import yaml

from gateway.translate.bind import CallShape, compile_request
from gateway.translate.compile import compile_mapping
from gateway.translate.library import Library
from gateway.values.faults import Refused
from tests.unit.translate.exchanges import make_exchange
from tests.unit.translate.samples import CODELISTS, table, text

BODY = table(["nik"], nik=text(), since=text(), n={"type": "integer"})
QUERY = table([], after=text(), size={"type": "integer"})
TARGET = table(["NIK"], NIK=text(), dari=text(), ver=text(), inner=table([], n={"type": "integer"}))
ECHO = table(["NIK"], NIK=text())
LIBRARY = Library({"key@1": BODY, "target@1": TARGET, "echo@1": ECHO, "plain@1": table(["nik"], nik=text())}, CODELISTS)
CALL = CallShape(path=table(["id"], id=text()), query=QUERY, headers=table([], **{"X-Unit": text()}), body={"$ref": "key@1"})
DROP_ALL = {
    root: {"class": "unsupported", "reason": "test"}
    for root in ("path.id", "query.after", "query.size", "header.X-Unit", "body.n", "body.since")
}


def bind(request, call=CALL, mappings=None, **more):
    return compile_request(yaml.safe_load(request) if isinstance(request, str) else request, call, LIBRARY, mappings or {}, **more)


def findings(bound, exchange):
    with pytest.raises(Refused) as caught:
        bound.write(exchange)
    assert caught.value.fault.kind.name == "UNTRANSLATABLE"
    return sorted((f.part, f.pointer, f.keyword) for f in caught.value.fault.findings)


FULL = """
method: post
path: /v1/persons/{id}/visits
params: {id: path.id}
query: {hal: query.after, jml: query.size, tetap: {const: "a b&c"}}
headers: {X-Unit: header.X-Unit, X-Instansi: caller.agency, X-Tujuan: purpose}
schema: target@1
body: {NIK: body.nik, dari: {from: body.since, via: [{date: DD/MM/YYYY}]}, ver: {const: "1"}, inner.n: body.n}
""".replace("method: post", "method: POST")


def test_a_call_becomes_target_head_and_body():
    bound = bind(FULL, base="/api")
    assert bound.problems == ()
    exchange = make_exchange(
        path={"id": "a/b ?#%"},
        query={"after": "x&y=z", "size": 5},
        headers={"X-Unit": "U1"},
        body={"nik": "3215011708910003", "since": "2024-02-01", "n": 3},
        given={b"accept-language": b"id", b"prefer": b"return=minimal", b"x-secret": b"no"},
    )
    target, head, body = bound.write(exchange)
    assert target == b"/api/v1/persons/a%2Fb%20%3F%23%25/visits?hal=x%26y%3Dz&jml=5&tetap=a%20b%26c"
    assert sorted(head.split(b"\r\n")) == sorted(
        [
            b"",
            b"Accept: application/json",
            b"Content-Type: application/json",
            b"X-Unit: U1",
            b"X-Instansi: taspen",
            b"X-Tujuan: pension-payment",
            b"Accept-Language: id",
            b"Prefer: return=minimal",
        ]
    )
    assert body == {"NIK": "3215011708910003", "dari": "01/02/2024", "ver": "1", "inner": {"n": 3}}


def test_what_is_absent_is_left_out():
    target, head, body = bind(FULL).write(make_exchange(path={"id": "1"}, body={"nik": "1"}))
    assert target == b"/v1/persons/1/visits?tetap=a%20b%26c"
    assert b"X-Unit" not in head
    assert body == {"NIK": "1", "ver": "1"}


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_slot_that_would_change_the_path_is_refused_with_its_canonical_pointer(value):
    exchange = make_exchange(path={"id": value}, body={"nik": "1"})
    assert findings(bind(FULL), exchange) == [("path", "/id", "path-segment")]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "é", "a\tb", "", " a", "a\x00", "a\x7f"])
def test_a_header_value_that_is_no_visible_ascii_is_refused(value):
    exchange = make_exchange(path={"id": "1"}, headers={"X-Unit": value}, body={"nik": "1"})
    assert findings(bind(FULL), exchange) == [("header", "/X-Unit", "header-value")]


def test_a_value_without_counterpart_is_refused_at_its_place_in_the_call():
    exchange = make_exchange(path={"id": "1"}, body={"nik": "1", "since": "2024-02-30"})
    assert findings(bind(FULL), exchange) == [("body", "/since", "date")]


def test_a_list_in_a_query_is_one_pair_a_value():
    call = CallShape(query=table([], tag={"type": "array", "items": text()}))
    bound = bind({"method": "GET", "path": "/x", "query": {"t[]": "query.tag"}}, call)
    assert bound.problems == ()
    assert bound.write(make_exchange(query={"tag": ["a", "b&c"]}))[0] == b"/x?t%5B%5D=a&t%5B%5D=b%26c"
    assert bound.write(make_exchange(query={"tag": []}))[0] == b"/x"


def test_a_body_passes_whole_as_document_or_as_bytes():
    plain = CallShape(body={"$ref": "plain@1"})
    target, head, body = bind({"method": "POST", "path": "/x", "body": "body"}, plain).write(make_exchange(body={"nik": "1"}))
    assert (target, body) == (b"/x", {"nik": "1"})
    assert b"Content-Type: application/json\r\n" in head
    opaque = bind({"method": "POST", "path": "/x", "body": "body"}, CallShape(is_opaque=True))
    assert opaque.problems == ()
    _, head, body = opaque.write(make_exchange(raw=b"\x00\x01", given={b"content-type": b"image/png"}))
    assert body == b"\x00\x01"
    assert b"Content-Type: image/png\r\n" in head


def test_a_call_without_body_says_no_content_type():
    _, head, body = bind({"method": "GET", "path": "/x"}, CallShape(), accept="").write(make_exchange())
    assert (head, body) == (b"", None)


def test_a_body_of_optional_fields_only_is_an_empty_object_and_never_nothing():
    library = Library({"t@1": table([], a=text(), b=text())}, {})
    call = CallShape(query=table([], a=text()))
    bound = compile_request({"method": "POST", "path": "/x", "schema": "t@1", "body": {"a": "query.a"}}, call, library, {})
    assert bound.write(make_exchange())[2] == {}


def test_a_mapping_makes_the_body_and_its_findings_point_into_the_canonical_body():
    fields = {"nik": {"from": "NIK", "via": [{"codes": "test/sex@1"}]}}
    mapping = compile_mapping({"mapping": "m", "from": "echo@1", "to": "plain@1", "fields": fields}, LIBRARY)
    assert mapping.problems == ()
    call = CallShape(body={"$ref": "plain@1"})
    bound = bind({"method": "POST", "path": "/x", "mapping": "m"}, call, {"m": mapping})
    assert bound.problems == ()
    assert bound.write(make_exchange(body={"nik": "male"}))[2] == {"NIK": "L"}
    assert findings(bound, make_exchange(body={"nik": "x"})) == [("body", "/nik", "codes")]


def test_the_caller_and_the_exchange_can_be_bound():
    request = {"method": "GET", "path": "/x", "headers": {"X-User": "caller.user", "X-Id": "exchange.id", "X-Time": "exchange.time"}}
    bound = bind(request, CallShape(), accept="")
    assert bound.problems == ()
    assert b"X-User" not in bound.write(make_exchange())[1]
    _, head, _ = bound.write(make_exchange(user="u1"))
    assert set(head.split(b"\r\n")) == {b"", b"X-User: u1", b"X-Id: exchange-1", b"X-Time: 2023-11-14T22:13:20.250Z"}


BASE = {"method": "POST", "path": "/x/{id}", "params": {"id": "path.id"}, "schema": "target@1", "body": {"NIK": "body.nik"}}


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        ({"drop": {}}, "JB-BND-020", ()),
        ({"drop": {**DROP_ALL, "path.id": {"class": "unused", "reason": "r"}}}, "JB-MAP-020", ("drop", "path.id")),
        ({"drop": {"body.m": {"class": "unused", "reason": "r"}}}, "JB-BND-001", ("drop", "body.m")),
        ({"drop": {"body.n": "r"}}, "JB-KEY-002", ("drop", "body.n")),
        ({"method": "FETCH"}, "JB-KEY-007", ("method",)),
        ({"path": "x"}, "JB-BND-010", ("path",)),
        ({"path": "/x//{id}"}, "JB-BND-010", ("path",)),
        ({"path": "/x/../{id}"}, "JB-BND-010", ("path",)),
        ({"path": "/x/{id}?a=b"}, "JB-BND-010", ("path",)),
        ({"path": "/x y/{id}"}, "JB-BND-010", ("path",)),
        ({"path": "/x/{id}/{other}"}, "JB-MAP-030", ("path",)),
        ({"path": "/x"}, "JB-BND-020", ("params", "id")),
        ({"params": {"id": "query.after"}}, "JB-MAP-031", ("params", "id")),
        ({"params": {"id": {"const": ".."}}}, "JB-BND-012", ("params", "id")),
        ({"query": {"a": "journey.code"}}, "JB-BND-001", ("query", "a")),
        ({"query": {"a": "row.code"}}, "JB-BND-001", ("query", "a")),
        ({"query": {"a": "bodi.nik"}}, "JB-REF-002", ("query", "a")),
        ({"query": {"a": "body"}}, "JB-MAP-012", ("query", "a")),
        ({"query": {"a": {"from": "body.nik", "vai": []}}}, "JB-MAP-001", ("query", "a", "vai")),
        ({"query": {"a": {"from": "body.n", "via": [{"date": "YYYYMMDD"}]}}}, "JB-MAP-012", ("query", "a")),
        ({"headers": {"Host": {"const": "x"}}}, "JB-BND-011", ("headers", "Host")),
        ({"headers": {"X Y": {"const": "x"}}}, "JB-BND-011", ("headers", "X Y")),
        ({"headers": {"X-A": {"const": "x"}, "x-a": {"const": "x"}}}, "JB-MAP-020", ("headers", "x-a")),
        ({"headers": {"X-A": {"const": "x\r\ny"}}}, "JB-BND-012", ("headers", "X-A")),
        ({"body": {"dari": "body.nik"}}, "JB-MAP-030", ("body",)),
        ({"body": {"NIK": "body.since"}}, "JB-MAP-031", ("body", "NIK")),
        ({"body": {"NIK": "body.n"}}, "JB-MAP-012", ("body", "NIK")),
        ({"body": {"NIKK": "body.nik"}}, "JB-MAP-005", ("body", "NIKK")),
        ({"body": {"NIK": "body.nik", "inner": "body.nik"}}, "JB-MAP-012", ("body", "inner")),
        ({"schema": None}, "JB-BND-005", ("body",)),
        ({"schema": "targett@1"}, "JB-REF-003", ("schema",)),
        ({"mapping": "m"}, "JB-BND-004", ("mapping",)),
        ({"operation": "X"}, "JB-YET-001", ("operation",)),
        ({"pth": "X"}, "JB-KEY-001", ("pth",)),
    ],
)
def test_a_wrong_request_is_a_problem_at_its_place(change, code, at):
    drop = {name: value for name, value in DROP_ALL.items() if name != "path.id"}
    request = {**BASE, "drop": drop, **change}
    bound = bind(request)
    assert bound.write is None
    assert any(problem.code == code and problem.path[: len(at)] == at for problem in bound.problems), bound.problems
    assert bind({**BASE, "drop": drop}).problems == ()
