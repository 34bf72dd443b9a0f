"""What is taken for true until a day: watched, counted, and refused afterwards."""

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
ASSUME = "name: {from: NAMA, via: [{assume: {pattern: '^[A-Z ]+$', reason: the register writes capitals, until: 2027-06-30}}]}"
DAY_S = 1_814_374_800.0  # 2027-07-01 00:00 in Jakarta


def build(tmp_path: Path):
    shutil.copytree(BASE, tmp_path / "base")
    path = tmp_path / "base" / "schemas" / "base.yaml"
    path.write_text(path.read_text("utf-8").replace("name: NAMA}", ASSUME + "}"), encoding="utf-8")
    _, built = read_and_build([tmp_path / "base"])
    assert [each for each in built.diagnostics if each.severity == "error"] == []
    routes = tuple(replace(route, permit=route.permit[:-1]) for route in built.plan.routes)
    return replace(built.plan, routes=routes, match=compile_routes(routes))


def look_up(plan, name, began_s):
    x = begin(path="/population/v1/persons/lookup", desk=Desk())
    x.began_s = began_s
    body = orjson.dumps({"status": "00", "data": {"NIK": "3215011708910003", "NAMA": name}})
    flow, answer = serve(plan, Door(), x), None
    while True:
        try:
            ask = flow.send(answer)
        except StopIteration as end:
            return end.value, x.ports
        is_body = isinstance(ask, ReadBody)
        answer = b'{"nik":"3215011708910003"}' if is_body else Reply(200, {b"content-type": b"application/json"}, body)


def test_a_value_that_is_as_assumed_passes_and_another_is_refused_and_counted(tmp_path):
    plan = build(tmp_path)
    assert look_up(plan, "ASEP CONTOH", 1000.0)[0].status == 200
    response, desk = look_up(plan, "asep contoh", 1000.0)
    assert (response.status, orjson.loads(response.body)["code"]) == (502, "PROVIDER_INVALID")
    assert b"asep" not in response.body
    cells = [row.offset for row in plan.layout.series if row.labels == ("population.person.lookup", "response", "enforce", "assume")]
    assert [desk.counted.get(cell) for cell in cells] == [1.0]


def test_after_its_last_day_the_routes_that_rely_on_it_are_refused_and_the_plan_still_loads(tmp_path):
    plan = build(tmp_path)
    assert look_up(plan, "ASEP CONTOH", DAY_S - 1)[0].status == 200
    response, _ = look_up(plan, "ASEP CONTOH", DAY_S)
    assert orjson.loads(response.body)["code"] == "WEAKENING_ENDED"
    assert [(expiry.id, expiry.until_s) for expiry in plan.expiries if expiry.what == "assume"] == [("dukcapil/warga", DAY_S)]
