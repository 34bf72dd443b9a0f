"""A folder over a federation: what it adds runs, and nobody gains by it what the first folder's owners did not give."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gateway.cli.rehearsal import StatedCaller, rehearse
from gateway.plan.build import Built
from gateway.plan.load import read_and_build
from gateway.plan.owners import is_own
from gateway.policy.disclosure import plant_tree, shows_no_more
from gateway.values.model import Reply, Request

BASE = Path(__file__).parents[2] / "golden" / "base"
BOUND = ("class: state_company", "class: state_company\noverlay: office")
DELEGATED = (
    "classes: [public, personal]",
    "classes: [public, personal]\ndelegates: [{to: taspen, purposes: [pension-payment], reveals: [name], valid: {until: 2027-12-31}}]",
)
ROUTES = """\
agency: dinas
title: {id: Dinas, en: Office}
class: state_company
parent: taspen
identity: [{jwt: {issuer: idp, claims: {agency: dinas}}}]
---
service: office/v1
owner: taspen
title: {id: Kantor, en: Office}
lifecycle: live
---
upstream: dinas.app
owner: dinas
url: ${env:OFFICE_URL}
auth: {basic: {username: "${env:OFFICE_USER}", password: "${file:/run/secrets/office/dinas}"}}
dialect: {format: json}
---
route: office.person.lookup
title: {id: Cari, en: Look up}
call: {method: POST, path: /office/v1/persons, body: person-key@1}
answer: person@1
effect: read
provider:
  upstream: dinas.app
  request: {method: POST, path: /warga, schema: dukcapil/key@1, body: {NIK: body.nik}}
  response: {mapping: dukcapil/warga}
"""
POLICY = """\
policy: office
title: {id: Kantor, en: Office}
operations: [office.*]
classes: [public, personal, sensitive]
grants:
  - {callers: [dinas, {class: ministry}], purposes: [pension-payment], reveals: all}
"""
OPEN_TO_CLASS = ("callers: [taspen]", "callers: [{class: state_company}]")
NOW_S = 1_790_000_000.0  # in September 2026


def compile_both(place: Path, *changes: tuple[str, str], routes: str = ROUTES, policy: str = POLICY) -> Built:
    """Compile the base of the golden cases, changed, with the office's folder over it."""
    base, office = place / "base", place / "office"
    shutil.copytree(BASE, base)
    for path in sorted(base.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    for name, text in (("routes", routes), ("policies", policy)):
        (office / name).mkdir(parents=True)
        (office / name / "own.yaml").write_text(text, encoding="utf-8")
    return read_and_build([base, office])[1]


def call(built: Built, caller: str, path: str) -> tuple[int, str, object]:
    """Call as someone for the pension's purpose; give the status, the fault's code and the answer."""
    assert built.plan is not None, [each.message for each in built.diagnostics]
    headers = {b"content-type": b"application/json", b"jembatan-purpose": b"pension-payment"}
    request = Request("POST", path, "", headers, "peer", has_body=True)
    data = {"NIK": "3215014502930002", "NAMA": "SITI CONTOH"}
    told = data if path.startswith("/office") else {"status": "00", "data": data}
    reply = Reply(200, {b"content-type": b"application/json"}, json.dumps(told).encode())
    ended = rehearse(built.plan, StatedCaller(caller), request, b'{"nik": "3215014502930002"}', lambda _: reply, NOW_S)
    answer = json.loads(ended.response.body)
    return ended.response.status, answer.get("code", ""), answer


PERSON, OFFICE = "/population/v1/persons/lookup", "/office/v1/persons"


def test_an_overlay_adds_operations_that_its_own_and_the_federations_agencies_call(tmp_path: Path) -> None:
    built = compile_both(tmp_path, BOUND)
    assert built.diagnostics == ()
    assert call(built, "dinas", OFFICE)[0] == 200
    assert call(built, "dukcapil", OFFICE)[0] == 200, "a class means the first folder's agencies too"
    assert call(built, "taspen", OFFICE)[1] == "ACCESS_DENIED"
    assert call(built, "taspen", PERSON)[0] == 200, "what stood there stands there"


def test_the_class_that_an_overlay_gives_its_agencies_opens_nothing_of_others(tmp_path: Path) -> None:
    built = compile_both(tmp_path, BOUND, OPEN_TO_CLASS)
    assert call(built, "taspen", PERSON)[0] == 200
    assert call(built, "dinas", PERSON)[1] == "ACCESS_DENIED"


def test_what_was_delegated_reaches_the_overlays_agencies_as_far_as_it_was(tmp_path: Path) -> None:
    more = "---\n" + POLICY.replace("policy: office", "policy: more").replace("office.*", "population.person.lookup").replace(
        "{callers: [dinas, {class: ministry}], purposes: [pension-payment], reveals: all}",
        "{callers: [dinas], purposes: [pension-payment], reveals: [name], valid: {until: 2027-01-31}}",
    )
    built = compile_both(tmp_path, BOUND, DELEGATED, policy=POLICY + more)
    assert built.diagnostics == ()
    assert call(built, "dinas", PERSON)[2] == {"name": "SITI CONTOH"}
    assert call(built, "taspen", PERSON)[2] == {"nik": "3215014502930002", "name": "SITI CONTOH"}


@pytest.mark.parametrize("word", ["office.*", "population.*"])
def test_a_prefix_covers_the_operations_of_its_own_folder_only(tmp_path: Path, word: str) -> None:
    built = compile_both(tmp_path, BOUND, ("operations: [population.person.lookup]", "operations: [office.*]"), policy=POLICY)
    assert [each.code for each in built.diagnostics if each.severity == "error"] == ["JB-POL-006"], "the base has no office"
    over = compile_both(tmp_path / word[0], BOUND, policy=POLICY.replace("office.*", word))
    assert [each.code for each in over.diagnostics if each.severity == "error"] == ([] if word == "office.*" else ["JB-POL-006"])


def test_the_name_of_a_folder_decides_for_whom_it_speaks(tmp_path: Path) -> None:
    compile_both(tmp_path, BOUND)
    (tmp_path / "office").rename(tmp_path / "other")
    federation, built = read_and_build([tmp_path / "base", tmp_path / "other"])
    assert not is_own(federation, 1, "taspen")
    assert is_own(federation, 1, "dinas")
    assert "JB-OVL-003" in {each.code for each in built.diagnostics}


def test_a_family_of_an_overlay_lists_backends_of_its_own_agencies_only(tmp_path: Path) -> None:
    table = "---\ntable: doors\nfile: doors.csv\nkey: code\ncolumns: {code: string, url: url, owner: agency}\n"
    compile_both(tmp_path, BOUND, routes=ROUTES + table)
    rows = tmp_path / "office" / "routes" / "doors.csv"
    rows.write_text("code,url,owner\na,https://a.example,dinas\nb,https://b.example,dukcapil\n", encoding="utf-8")
    built = read_and_build([tmp_path / "base", tmp_path / "office"])[1]
    assert [each.code for each in built.diagnostics if each.severity == "error"] == ["JB-OVL-003"]


@pytest.mark.parametrize(
    ("inner", "outer", "holds"),
    [
        ((["name"], {}), (["name"], {}), True),
        ((["name.full"], {}), (["name"], {}), True),
        ((["name"], {}), (["name.full"], {}), False),
        ((["nik"], {"nik": "last4"}), (["nik"], {}), True),
        ((["nik"], {}), (["nik"], {"nik": "last4"}), False),
        ((["nik"], {"nik": "year"}), (["nik"], {"nik": "last4"}), False),
        ((None, {}), (["nik"], {}), False),
        ((["nik"], {}), (None, {}), True),
        ((None, {}), (None, {"nik": "all"}), False),
    ],
)
def test_a_tree_is_within_another_where_it_shows_nothing_more(
    inner: tuple[list[str] | None, dict[str, str]], outer: tuple[list[str] | None, dict[str, str]], holds: bool
) -> None:
    assert shows_no_more(plant_tree(*inner), plant_tree(*outer)) is holds
