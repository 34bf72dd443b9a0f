"""Lists as conversations: the page that the provider is asked for, elements withheld one by one, the walk; in JSON and in XML."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import orjson
import pytest

from gateway.cli.rehearsal import Rehearsed, StatedCaller, rehearse
from gateway.plan.load import load_plan
from gateway.values.asks import CallUpstream
from gateway.values.model import Reply, Request
from gateway.values.route import Plan

BASE = Path(__file__).parents[1] / "golden" / "base"
PEOPLE = [{"NIK": f"32150117089100{number:02}", "NAMA": f"CONTOH {number}", "AGAMA": "RAHASIA"} for number in range(1, 6)]
ENVELOPE = 'envelope: {code: status, success: ["00"], payload: data, faults: {else: PROVIDER_FAILED}}'
PAGING = "{style: cursor, size_max: 2, query: {sesudah: page.cursor}, next: lanjut, items: warga}"
AROUND = """---
schema: dukcapil/daftar@1
version: 1.0.0
type: object
xml: {name: daftar}
properties:
  warga: {type: array, items: {$ref: "#/$defs/warga"}}
  lanjut: {type: string}
$defs:
  warga: {type: object, properties: {NIK: {type: string}, NAMA: {type: string}, AGAMA: {type: string}}}
"""
ROUTE = """---
route: population.person.list
title: {id: Daftar, en: List}
call: {method: GET, path: /population/v1/persons, query: {after: optional cursor, size: optional page-size}}
answer: {list: person@1}
effect: read
provider:
  upstream: dukcapil.siak
  request: {method: GET, path: /ws/warga}
  response: {mapping: dukcapil/warga%s}
"""
NOW = 1_780_000_000.0


def make_plan(folder: Path, form: str) -> Plan:
    shutil.copytree(BASE, folder)
    routes, policies, schemas = (folder / name / "base.yaml" for name in ("routes", "policies", "schemas"))
    text = routes.read_text().replace("gateway: base", "gateway: base\nsandbox: true", 1)
    text = text.replace(f"format: json, {ENVELOPE}", f"format: {form}, paging: {PAGING}")
    text = text[: text.index("---\nroute: ")]
    routes.write_text(text + ROUTE % (", schema: dukcapil/daftar@1" if form == "xml" else ""))
    policy = policies.read_text().replace("population.person.lookup", "population.person.list")
    policies.write_text(policy.replace("reveals: [nik, name]", "reveals: [nik, name]\n    masks: {nik: last4}"))
    schemas.write_text(schemas.read_text() + AROUND)
    return load_plan([folder], {"SIAK_URL": "http://127.0.0.1:1", "SIAK_USER": "u", "SIAK_PASSWORD": "p"})


def give_json(rows: list[dict[str, str]], token: str | None) -> Reply:
    return Reply(200, {b"content-type": b"application/json"}, orjson.dumps({"warga": rows, "lanjut": token}))


def give_xml(rows: list[dict[str, str]], token: str | None) -> Reply:
    inner = "".join("<warga>" + "".join(f"<{name}>{text}</{name}>" for name, text in row.items()) + "</warga>" for row in rows)
    said = f"<lanjut>{token}</lanjut>" if token else ""
    return Reply(200, {b"content-type": b"application/xml"}, f"<daftar>{inner}{said}</daftar>".encode())


def provide(give: Callable[..., Reply]) -> Callable[[CallUpstream], Reply]:
    def answer(call: CallUpstream) -> Reply:
        begin = int(dict(parse_qsl(call.target.decode().partition("?")[2])).get("sesudah", "0"))
        end = begin + 2
        return give(PEOPLE[begin:end], str(end) if end < len(PEOPLE) else None)

    return answer


def call(plan: Plan, query: str, answer: Callable[[CallUpstream], Reply], now_s: float = NOW) -> Rehearsed:
    request = Request("GET", "/population/v1/persons", query, {b"jembatan-purpose": b"pension-payment"}, "peer")
    return rehearse(plan, StatedCaller("taspen"), request, b"", answer, now_s)


@pytest.mark.parametrize(("form", "give"), [("json", give_json), ("xml", give_xml)])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_walk_gives_each_element_once_and_withholds_in_each(tmp_path: Path, form: str, give: Callable[..., Reply], size: int) -> None:
    plan = make_plan(tmp_path / "base", form)
    found, query, asked = [], f"size={size}", []
    while query:
        ended = call(plan, query, provide(give))
        assert (ended.response.status, ended.defects) == (200, []), ended.response.body
        answer = orjson.loads(ended.response.body)
        asked += [each.target.decode() for each in ended.calls]
        found += answer["items"]
        query = f"size={size}&after={answer['next']}" if "next" in answer else ""
    assert found == [{"nik": "*" * 12 + row["NIK"][-4:], "name": row["NAMA"]} for row in PEOPLE]
    assert asked[0] == "/ws/warga" and set(asked[1:]) <= {"/ws/warga", "/ws/warga?sesudah=2", "/ws/warga?sesudah=4"}


def test_a_cursor_is_judged_before_the_provider_is_asked(tmp_path: Path) -> None:
    plan = make_plan(tmp_path / "base", "json")
    after = orjson.loads(call(plan, "size=1", provide(give_json)).response.body)["next"]
    late = call(plan, f"after={after}", provide(give_json), NOW + 3_600)
    wrong = call(plan, "after=" + after[:-2], provide(give_json))
    assert [(each.exchange.fault.kind.name, each.calls) for each in (late, wrong)] == [("CURSOR_EXPIRED", []), ("CURSOR_INVALID", [])]


def test_an_element_that_breaks_its_schema_is_named_in_the_providers_page(tmp_path: Path) -> None:
    plan = make_plan(tmp_path / "base", "json")
    ended = call(plan, "", lambda _: give_json([PEOPLE[0], {"NIK": "3215011708910002"}], None))
    assert ended.exchange.fault.kind.name == "PROVIDER_INVALID"
    assert [finding.pointer for finding in ended.exchange.fault.findings] == ["/warga/1/NAMA"]
