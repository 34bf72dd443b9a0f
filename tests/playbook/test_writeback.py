"""Writing to what is there already, as conversations: read the old document, put, write with a precondition."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from gateway.exchange import serve
from gateway.plan.load import read_and_build
from gateway.routing import compile_routes
from gateway.values.asks import CallUpstream, ReadBody
from gateway.values.model import Reply
from tests.playbook.play import Door, begin

BASE = Path(__file__).parents[1] / "golden" / "base"
FILES = """
schema: contact@1
version: 1.0.0
type: object
required: [nip, phone]
properties:
  nip: {type: string, x-class: personal}
  phone: {type: string, minLength: 3, x-class: personal}
  email: {type: string, x-class: personal}
---
schema: bkn/contact@1
version: 1.0.0
type: object
required: [NIP, TELP]
properties:
  NIP: {type: string}
  TELP: {type: string, minLength: 3}
  EMAIL: {type: string}
  CATATAN: {type: string}
  VERSI: {type: integer}
---
schema: bkn/key@1
version: 1.0.0
type: object
required: [NIP]
properties: {NIP: {type: string}}
---
mapping: bkn/contact
from: bkn/contact@1
to: contact@1
fields: {nip: NIP, phone: TELP, email: EMAIL}
drop:
  CATATAN: {class: unused, reason: the officer's own}
  VERSI: {class: redundant, reason: the agency counts}
---
route: population.contact.replace
title: {id: Ganti, en: Replace}
call: {method: METHOD, path: "/population/v1/contacts/{nip}", params: {nip: string}, body: contact@1}
answer: contact@1
effect: write
provider:
  upstream: dukcapil.siak
  request: {method: PUT, path: "/kontak/{nip}", params: {nip: path.nip}, mapping: bkn/contact}
  response: {mapping: bkn/contact}
old: {request: {method: POST, path: /kontak/cari, schema: bkn/key@1, body: {NIP: path.nip}}, match: MATCH}
"""
OLD = {"NIP": "1", "TELP": "0811", "EMAIL": "a@b.example", "CATATAN": "kept", "VERSI": 4, "BARU": {"x": 1}}


def build(tmp_path: Path, method: str, match: str):
    folder = tmp_path / "base"
    shutil.copytree(BASE, folder)
    (folder / "routes" / "contact.yaml").write_text(FILES.replace("METHOD", method).replace("MATCH", match), encoding="utf-8")
    _, built = read_and_build([folder])
    wrong = [each for each in built.diagnostics if each.severity == "error"]
    assert wrong == []
    routes = [replace(route, permit=()) for route in built.plan.routes]
    return replace(built.plan, routes=tuple(routes), match=compile_routes(routes))


def reply(document, **headers):
    body = orjson.dumps({"status": "00", "data": document})
    return Reply(200, {b"content-type": b"application/json", **{name.encode(): value for name, value in headers.items()}}, body)


def converse(plan, method, media, sent, *replies):
    """Play one exchange; give the response and the calls that were made."""
    x = begin(method, "/population/v1/contacts/1", content_type=media.decode())
    flow, answer, calls, waiting = serve(plan, Door(), x), None, [], list(replies)
    while True:
        try:
            ask = flow.send(answer)
        except StopIteration as end:
            return end.value, calls
        if isinstance(ask, ReadBody):
            answer = orjson.dumps(sent)
        else:
            assert isinstance(ask, CallUpstream)
            calls.append(ask)
            answer = waiting.pop(0)


def test_a_replacement_keeps_what_the_mapping_does_not_write_and_matches_the_entity_tag(tmp_path):
    plan = build(tmp_path, "PUT", "etag")
    new = {"nip": "1", "phone": "0822"}
    response, (read, write) = converse(plan, "PUT", b"application/json", new, reply(OLD, etag=b'"v4"'), reply({**OLD, "TELP": "0822"}))
    assert response.status == 200
    assert (read.effect, read.method, read.target, read.body) == ("read", b"POST", b"/kontak/cari", b'{"NIP":"1"}')
    assert (write.effect, write.method, write.target) == ("write", b"PUT", b"/kontak/1")
    assert b'If-Match: "v4"\r\n' in write.head
    assert orjson.loads(write.body) == {"NIP": "1", "TELP": "0822", "CATATAN": "kept", "VERSI": 4, "BARU": {"x": 1}}


def test_a_version_field_goes_back_as_it_was_and_no_entity_tag_is_needed(tmp_path):
    plan = build(tmp_path, "PUT", "VERSI")
    new = {"nip": "1", "phone": "0822"}
    response, (_, write) = converse(plan, "PUT", b"application/json", new, reply(OLD), reply(OLD))
    assert response.status == 200
    assert b"If-Match" not in write.head
    assert orjson.loads(write.body)["VERSI"] == 4


def test_a_merge_patch_changes_what_it_names_and_nothing_else(tmp_path):
    plan = build(tmp_path, "PATCH", "etag")
    media = b"application/merge-patch+json"
    response, (_, write) = converse(plan, "PATCH", media, {"email": None, "phone": "0833"}, reply(OLD, etag=b'"v4"'), reply(OLD))
    assert response.status == 200
    assert orjson.loads(write.body) == {name: value for name, value in {**OLD, "TELP": "0833"}.items() if name != "EMAIL"}
    assert converse(plan, "PATCH", b"application/json", {})[0].status == 415


@pytest.mark.parametrize("patch", [{"phone": None}, {"phone": "1"}, {"other": 1}, [], "x"])
def test_a_patch_whose_result_is_not_valid_is_refused_and_nothing_is_written(tmp_path, patch):
    plan = build(tmp_path, "PATCH", "etag")
    response, calls = converse(plan, "PATCH", b"application/merge-patch+json", patch, reply(OLD, etag=b'"v4"'))
    assert (response.status, [call.effect for call in calls]) == (422, ["read"] if isinstance(patch, dict) else [])


@pytest.mark.parametrize(
    ("old", "status"),
    [
        (reply(OLD), 502),
        (reply({**OLD, "TELP": 5}, etag=b'"v"'), 502),
        (Reply(404, {}, b""), 502),
        (Reply(503, {}, b""), 503),
        (Reply(200, {b"content-type": b"application/json"}, b"{"), 502),
        (Reply(200, {b"content-type": b"text/html"}, b""), 502),
    ],
)
def test_without_a_valid_old_document_nothing_is_written(tmp_path, old, status):
    plan = build(tmp_path, "PUT", "etag")
    response, calls = converse(plan, "PUT", b"application/json", {"nip": "1", "phone": "0822"}, old)
    assert (response.status, len(calls)) == (status, 1)


@pytest.mark.parametrize("status", [409, 412, 428])
def test_what_was_changed_meanwhile_is_a_conflict(tmp_path, status):
    plan = build(tmp_path, "PUT", "etag")
    response, calls = converse(
        plan, "PUT", b"application/json", {"nip": "1", "phone": "0822"}, reply(OLD, etag=b'"v"'), Reply(status, {}, b"")
    )
    assert (response.status, len(calls)) == (409, 2)


def test_a_route_without_an_old_document_asks_nothing_before(tmp_path):
    plan = build(tmp_path, "PUT", "etag")
    assert [route.id for route in plan.routes if route.before] == ["population.contact.replace"]
