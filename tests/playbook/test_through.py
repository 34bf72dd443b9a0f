"""A route of an older major, answered by the newer one: the call is lifted, the answer comes back, both by mappings between versions."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from gateway.exchange import serve
from gateway.plan.load import read_and_build
from gateway.routing import compile_routes
from gateway.translate.versions import find_path
from gateway.values.asks import ReadBody
from gateway.values.model import Reply
from tests.playbook.play import Door, begin

BASE = Path(__file__).parents[1] / "golden" / "base"
FILES = """
schema: person-key@2
version: 2.0.0
type: object
required: [identifier]
properties: {identifier: {type: string, format: nik, x-class: personal}}
---
schema: person@2
version: 2.0.0
type: object
required: [identifier, full_name]
properties:
  identifier: {type: string, format: nik, x-class: personal}
  full_name: {type: string, x-class: personal}
---
mapping: versions/person-key
from: person-key@1
to: person-key@2
fields: {identifier: nik}
---
mapping: versions/person
from: person@1
to: person@2
fields: {identifier: nik, full_name: name}
drop: {faith: {class: sensitive, reason: not passed on any more}}
---
mapping: dukcapil/warga-2
from: dukcapil/warga@1
to: person@2
fields: {identifier: NIK, full_name: NAMA}
drop: {AGAMA: {class: sensitive, reason: nobody needs it}}
---
service: population/v2
owner: dukcapil
title: {id: Kependudukan, en: Population}
lifecycle: live
---
route: population.person.lookup@2
title: {id: Cari, en: Look up}
call: {method: POST, path: /population/v2/persons/lookup, body: person-key@2}
answer: person@2
effect: read
provider:
  upstream: dukcapil.siak
  request: {method: POST, path: /ws/warga, schema: dukcapil/key@1, body: {NIK: body.identifier}}
  response: {mapping: dukcapil/warga-2}
"""
OLDER = """
route: population.person.lookup
title: {id: Cari, en: Look up}
call: {method: POST, path: /population/v1/persons/lookup, body: person-key@1}
answer: person@1
effect: read
through: population.person.lookup@2
"""


def build(tmp_path: Path, files: str = FILES, older: str = OLDER):
    folder = tmp_path / "base"
    shutil.copytree(BASE, folder)
    path = folder / "routes" / "base.yaml"
    path.write_text(path.read_text("utf-8").split("---\nroute:")[0] + "---" + older, encoding="utf-8")
    (folder / "routes" / "newer.yaml").write_text(files, encoding="utf-8")
    return read_and_build([folder])[1]


def converse(plan, path, sent, name="ASEP CONTOH"):
    routes = tuple(replace(route, permit=()) for route in plan.routes)
    x = begin(path=path)
    flow, answer, calls = serve(replace(plan, routes=routes, match=compile_routes(routes)), Door(), x), None, []
    while True:
        try:
            ask = flow.send(answer)
        except StopIteration as end:
            return end.value, calls
        if isinstance(ask, ReadBody):
            answer = orjson.dumps(sent)
        else:
            calls.append(ask)
            document = {"status": "00", "data": {"NIK": "3215011708910003", "NAMA": name}}
            answer = Reply(200, {b"content-type": b"application/json"}, orjson.dumps(document))


def test_both_majors_are_answered_by_one_provider_each_in_its_own_schema(tmp_path):
    built = build(tmp_path)
    assert [each.message for each in built.diagnostics if each.severity == "error"] == []
    older, asked = converse(built.plan, "/population/v1/persons/lookup", {"nik": "3215011708910003"})
    newer, asked_too = converse(built.plan, "/population/v2/persons/lookup", {"identifier": "3215011708910003"})
    assert orjson.loads(older.body) == {"nik": "3215011708910003", "name": "ASEP CONTOH"}
    assert orjson.loads(newer.body) == {"identifier": "3215011708910003", "full_name": "ASEP CONTOH"}
    assert [call.body for call in asked] == [call.body for call in asked_too] == [b'{"NIK":"3215011708910003"}']


def test_the_older_call_is_held_to_its_own_schema(tmp_path):
    plan = build(tmp_path).plan
    response, calls = converse(plan, "/population/v1/persons/lookup", {"identifier": "3215011708910003"})
    assert (response.status, calls) == (422, [])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("mapping: versions/person\n", "mapping: agency/person\n", ""),
        ("from: person@1\nto: person@2", "from: person@2\nto: person-key@2", "no mappings lead"),
        ("effect: read\nprovider", "effect: write\nprovider", "effect and status"),
        ("persons/lookup, body", "persons/lookup, query: {q: string}, body", "has no provider of its own that runs"),
    ],
)
def test_a_newer_route_that_cannot_stand_for_it_is_an_error_with_its_reason(tmp_path, old, new, message):
    assert old in FILES
    built = build(tmp_path, FILES.replace(old, new, 1))
    said = [each.message for each in built.diagnostics if each.code == "JB-RTE-009"]
    assert bool(said) == bool(message)
    assert all(message in each for each in said)


def test_a_route_through_itself_never_runs(tmp_path):
    built = build(tmp_path, older=OLDER.replace("lookup@2", "lookup"))
    assert "JB-RTE-009" in [each.code for each in built.diagnostics]


def test_the_shortest_path_of_versions_is_taken(tmp_path):
    from gateway.translate.compile import compile_mapping
    from gateway.translate.library import Library
    from tests.unit.translate.samples import table, text

    library = Library({f"x@{number}": table(["a"], a=text()) for number in (1, 2, 3)}, {})
    pairs = [("a", 1, 2), ("b", 2, 3), ("c", 1, 3)]
    maps = [
        compile_mapping({"mapping": name, "from": f"x@{one}", "to": f"x@{two}", "fields": {"a": "a"}}, library) for name, one, two in pairs
    ]
    assert [leap.mapping.id for leap in find_path("x@1", "x@3", maps)] == ["c"]
    assert [(leap.mapping.id, leap.way) for leap in find_path("x@3", "x@1", maps[:2])] == [("b", "to_agency"), ("a", "to_agency")]
    assert find_path("x@1", "y@1", maps) is None
    assert find_path("x@1", "x@1", maps) == ()
