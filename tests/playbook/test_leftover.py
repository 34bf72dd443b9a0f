"""What a translation leaves behind is told beside the answer and counted, never what it was."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import orjson

from gateway.exchange import serve
from gateway.plan.load import read_and_build
from gateway.routing import compile_routes
from gateway.values.asks import ReadBody
from gateway.values.model import Reply
from tests.playbook.play import Desk, Door, begin

BASE = Path(__file__).parents[1] / "golden" / "base"
RECORD = """
---
route: population.person.record
title: {id: Catat, en: Record}
call: {method: POST, path: /population/v1/persons, body: person@1}
answer: person@1
effect: write
provider:
  upstream: dukcapil.siak
  request: {method: POST, path: /ws/warga, mapping: dukcapil/warga}
  response: {mapping: dukcapil/warga}
"""
WARGA = {"NIK": "3215011708910003", "NAMA": "ASEP CONTOH"}
PERSON = {"nik": "3215011708910003", "name": "ASEP CONTOH"}


def build(tmp_path, change=lambda text: text):
    shutil.copytree(BASE, tmp_path / "base")
    path = tmp_path / "base" / "routes" / "base.yaml"
    path.write_text(change(path.read_text("utf-8")) + RECORD, encoding="utf-8")
    _, built = read_and_build([tmp_path / "base"])
    assert [each for each in built.diagnostics if each.severity == "error"] == []
    routes = tuple(replace(route, permit=route.permit[:-1]) for route in built.plan.routes)
    return replace(built.plan, routes=routes, match=compile_routes(routes))


def call(plan, given, body=b'{"nik":"3215011708910003"}', path="/population/v1/persons/lookup", **more):
    x = begin(path=path, desk=Desk())
    flow, answer = serve(plan, Door(), x), None
    while True:
        try:
            ask = flow.send(answer)
        except StopIteration as end:
            return end.value, x.ports, dict(end.value.headers).get(b"jembatan-translation")
        raw = given if isinstance(given, bytes) else orjson.dumps({"status": "00", "data": given})
        answer = body if isinstance(ask, ReadBody) else Reply(200, {b"content-type": b"application/json"}, raw)


def cells(plan, *labels):
    return [row.offset for row in plan.layout.series if row.family == "jembatan_dropped_fields_total" and row.labels == labels]


def test_what_an_answer_leaves_behind_is_told_and_counted_and_nothing_else(tmp_path):
    plan = build(tmp_path)
    (cell,) = cells(plan, "dukcapil/warga", "to_canonical")
    response, desk, told = call(plan, {**WARGA, "AGAMA": "rahasia"})
    assert (response.status, told) == (200, b'"dukcapil/warga"; dropped=1; to=canonical')
    assert desk.counted[cell] == 1.0
    assert b"rahasia" not in b"".join(name + value for name, value in response.headers) + response.body
    response, desk, told = call(plan, WARGA)
    assert (response.status, told, desk.counted.get(cell)) == (200, None, None)


def test_what_a_call_leaves_behind_is_told_beside_what_its_answer_does(tmp_path):
    plan = build(tmp_path)
    body = orjson.dumps({**PERSON, "faith": "rahasia"})
    _, desk, told = call(plan, {**WARGA, "AGAMA": "x"}, body, "/population/v1/persons")
    assert told == b'"dukcapil/warga"; dropped=1; to=agency, "dukcapil/warga"; dropped=1; to=canonical'
    assert [desk.counted.get(cells(plan, "dukcapil/warga", way)[0]) for way in ("to_agency", "to_canonical")] == [1.0, 1.0]


def test_a_refusal_tells_of_nothing_left_behind(tmp_path):
    response, _, told = call(build(tmp_path), b"{}", orjson.dumps({**PERSON, "faith": "x"}), "/population/v1/persons")
    assert (response.status, told) == (502, None)


def test_what_a_requests_bindings_drop_is_told_under_the_routes_name(tmp_path):
    old = "call: {method: POST, path: /population/v1/persons/lookup, body: person-key@1}"
    more = old.replace("lookup,", "lookup, query: {since: optional date},")
    drop = "body: {NIK: body.nik}, drop: {query.since: {class: unsupported, reason: no date filter there}}}"
    plan = build(tmp_path, lambda text: text.replace(old, more).replace("body: {NIK: body.nik}}", drop))
    x_path = "/population/v1/persons/lookup"
    assert call(plan, WARGA, path=x_path)[2] is None
    (cell,) = cells(plan, "population.person.lookup.request", "to_agency")
    x = begin(path=x_path, desk=Desk())
    x.request = replace(x.request, query="since=2026-01-01")
    flow = serve(plan, Door(), x)
    flow.send(None)
    flow.send(b'{"nik":"3215011708910003"}')
    try:
        flow.send(Reply(200, {b"content-type": b"application/json"}, orjson.dumps({"status": "00", "data": WARGA})))
    except StopIteration as end:
        assert dict(end.value.headers)[b"jembatan-translation"] == b'"population.person.lookup.request"; dropped=1; to=agency'
    assert x.ports.counted[cell] == 1.0


def test_a_list_tells_of_a_place_once_however_many_elements_have_it(tmp_path):
    change = {
        "answer: person@1": "answer: {list: person@1}",
        "faults: {else: PROVIDER_FAILED}}": "faults: {else: PROVIDER_FAILED}}, paging: {style: none}",
    }

    def swap(text):
        for old, new in change.items():
            text = text.replace(old, new)
        return text

    plan = build(tmp_path, swap)
    told = call(plan, [{**WARGA, "AGAMA": "x"}, WARGA, {**WARGA, "AGAMA": "y"}])[2]
    assert told == b'"dukcapil/warga"; dropped=1; to=canonical'
