"""A route over families, compiled: each row's address, credential, mapping and laws, through the real exchange."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.rehearsal import Rehearsed, StatedCaller, rehearse
from gateway.plan.build import Built
from gateway.plan.load import read_and_build
from gateway.values.asks import CallUpstream
from gateway.values.model import Reply, Request
from gateway.values.route import Plan

GOLDEN = Path(__file__).parents[2] / "golden"
JSON = {b"content-type": b"application/json"}
NOW_S = 1_790_000_000.0  # in September 2026
Change = Callable[[str], str]


def compile_families(place: Path, environment: dict[str, str] | None = None, **changes: Change) -> Built:
    """Compile the families of the golden cases; `changes` change a file (`family` the YAML, `centres` the rows, `schemas`)."""
    for part in ("base", "families"):
        shutil.copytree(GOLDEN / part, place, dirs_exist_ok=True)
    files = {"family": "routes/family.yaml", "centres": "routes/centres.csv", "schemas": "schemas/family.yaml"}
    for name, change in changes.items():
        path = place / files[name]
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return read_and_build([place], environment)[1]


def make_plan(place: Path, environment: dict[str, str] | None = None, **changes: Change) -> Plan:
    built = compile_families(place, environment, **changes)
    assert built.plan is not None, [each.message for each in built.diagnostics]
    return built.plan


def call(
    plan: Plan, centre: str, answer: Any, now_s: float = NOW_S, path: str = "/population/v1/events/find", query: str = ""
) -> Rehearsed:
    headers = {b"content-type": b"application/json", b"jembatan-purpose": b"pension-payment"}
    request = Request("POST", path, query, headers, "peer", (), has_body=True)
    reply = answer if isinstance(answer, Reply) else Reply(200, JSON, json.dumps(answer).encode())
    return rehearse(plan, StatedCaller("taspen"), request, json.dumps({"centre": centre, "number": "7"}).encode(), lambda _: reply, now_s)


def asked(ended: Rehearsed) -> CallUpstream:
    assert ended.defects == []
    return ended.calls[-1]


def test_each_row_is_called_at_its_own_address_below_the_familys(tmp_path: Path) -> None:
    plan = make_plan(tmp_path)
    one = asked(call(plan, "A1", {"nomor": "7", "jam": "01-02-2026 10:00"}))
    other = asked(call(plan, "B1", {"number": "7", "began": "2026-02-01T00:00:00Z"}))
    assert (one.upstream.place, one.target) == ("alpha http://127.0.0.1:7001", b"/a1/cari")
    assert (other.upstream.host, other.target) == ("127.0.0.1", b"/b1/find")
    assert json.loads(one.body or b"") == {"nomor": "7", "pusat": "A1"}


def test_a_family_is_one_upstream_to_metrics(tmp_path: Path) -> None:
    plan = make_plan(tmp_path)
    assert [each.id for each in plan.upstreams] == ["dukcapil.siak", "alpha", "beta"]
    calls = [asked(call(plan, centre, {"nomor": "7", "jam": "01-02-2026 10:00"})) for centre in ("A1", "A2")]
    assert {(each.upstream.id, each.upstream.index) for each in calls} == {("alpha", 1)}
    labels = {series.labels for series in plan.layout.series if series.family == "jembatan_translations_total"}
    assert {label[0] for label in labels} == {"dukcapil/warga", "alpha/event"}


def test_a_mapping_takes_its_parameter_from_the_row(tmp_path: Path) -> None:
    plan = make_plan(tmp_path)
    document = {"nomor": "7", "jam": "01-02-2026 10:00"}
    began = [json.loads(call(plan, centre, document).response.body)["began"] for centre in ("A1", "A2")]
    assert began == ["2026-02-01T10:00:00+07:00", "2026-02-01T10:00:00+08:00"]


def test_each_row_shows_its_own_credential(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for code in ("A1", "A2"):
        (secrets / code).write_text(f"key-of-{code}\n")
    told = {"SIAK_URL": "http://127.0.0.1:1", "SIAK_USER": "u", "SIAK_PASSWORD": "p", "BETA_URL": "http://127.0.0.1:2/x", "BETA_TOKEN": "t"}
    plan = make_plan(tmp_path / "f", told, family=lambda text: text.replace("/run/secrets/alpha", str(secrets)))
    heads = [asked(call(plan, centre, {})).upstream.head for centre in ("A1", "A2", "B1")]
    assert [head.split(b"\r\n")[1] for head in heads] == [b"X-Api-Key: key-of-A1", b"X-Api-Key: key-of-A2", b"Authorization: Bearer t"]
    assert asked(call(plan, "B1", {})).target == b"/x/b1/find"


@pytest.mark.parametrize("name", ["../A1", "/etc/passwd", ".hidden", "a b"])
def test_the_secret_of_a_row_is_a_plain_name_in_its_folder(tmp_path: Path, name: str) -> None:
    told = {"SIAK_URL": "http://127.0.0.1:1", "SIAK_USER": "u", "SIAK_PASSWORD": "p", "BETA_URL": "http://127.0.0.1:2", "BETA_TOKEN": "t"}
    built = compile_families(tmp_path, told, centres=lambda text: text.replace("A1,", name + ","))
    assert any(each.code == "JB-SEC-004" and "no plain name" in each.message for each in built.diagnostics)


@pytest.mark.parametrize(("now_s", "fault"), [(NOW_S, None), (1_500_000_000.0, "NO_PROVIDER"), (1_577_836_800.0, None)])
def test_a_row_answers_only_while_it_holds(tmp_path: Path, now_s: float, fault: str | None) -> None:
    ended = call(make_plan(tmp_path), "A1", {"nomor": "7", "jam": "01-02-2026 10:00"}, now_s)
    assert (ended.exchange.fault.kind.name if ended.exchange.fault else None) == fault
    assert bool(ended.calls) == (fault is None)


def test_the_weakening_of_one_family_ends_for_its_rows_alone(tmp_path: Path) -> None:
    weak = 'auth: none\nweakens: [{law: upstream-auth, reason: a trial, until: "2026-01-31"}]'
    plan = make_plan(tmp_path, family=lambda text: text.replace('auth: {bearer: {token: "${env:BETA_TOKEN}"}}', weak))
    assert call(plan, "A1", {"nomor": "7", "jam": "01-02-2026 10:00"}).response.status == 200
    ended = call(plan, "B1", {"number": "7", "began": "2026-02-01T00:00:00Z"})
    assert ended.exchange.fault is not None
    assert (ended.exchange.fault.kind.name, ended.calls) == ("WEAKENING_ENDED", [])


def test_a_persons_number_stays_out_of_every_familys_address(tmp_path: Path) -> None:
    def change(text: str) -> str:
        return text.replace("number: {type: string, x-class: public}\n  note", "number: {type: string, x-class: personal}\n  note", 1)

    def bind(text: str) -> str:
        return text.replace("path: /find, schema: beta/query@1, body: {number: body.number}", "path: /find, query: {n: body.number}")

    built = compile_families(tmp_path, family=bind, schemas=change)
    assert [(each.code, each.mark.line) for each in built.diagnostics if each.severity == "error"] == [("JB-SEC-002", 26)]


def test_each_line_reads_lists_in_its_own_paging_style(tmp_path: Path) -> None:
    def change(text: str) -> str:
        text = text.replace("answer: event@1", "answer: {list: event@1}").replace(
            "body: event-query@1}", "query: {after: optional cursor, size: optional page-size}, body: event-query@1}"
        )
        text = text.replace(
            "name: row.code}}}\n",
            "name: row.code}}}\ndialect: {paging: {style: page, size_max: 10, total: meta.total, query: {p: page.number}, items: rows}}\n",
            1,
        )
        beta = 'auth: {bearer: {token: "${env:BETA_TOKEN}"}}\n'
        text = text.replace(
            beta, beta + "dialect: {paging: {style: cursor, size_max: 5, next: next, query: {c: page.cursor}, items: found}}\n"
        )
        return "gateway: mine\nsandbox: true\n---\n" + text

    place = tmp_path / "f"
    for part in ("base", "families"):
        shutil.copytree(GOLDEN / part, place, dirs_exist_ok=True)
    base = place / "routes/base.yaml"
    base.write_text(base.read_text().replace("gateway: base\n---\n", ""))
    family = place / "routes/family.yaml"
    family.write_text(change(family.read_text()))
    built = read_and_build([place])[1]
    assert built.plan is not None, [each.message for each in built.diagnostics]
    rows = [{"nomor": str(n), "jam": "01-02-2026 10:00"} for n in range(3)]
    first = call(built.plan, "A1", {"meta": {"total": 13}, "rows": rows * 3 + rows[:1]})
    assert asked(first).target == b"/a1/cari?p=1"
    answer = json.loads(first.response.body)
    assert len(answer["items"]) == 10
    found = [{"number": "1", "began": "2026-02-01T00:00:00Z"}]
    second = call(built.plan, "B1", {"found": found, "next": "x"})
    assert asked(second).target == b"/b1/find"
    assert json.loads(second.response.body)["items"] == found
    strange = call(built.plan, "B1", {}, query=f"after={answer['next']}")
    assert strange.exchange.fault is not None
    assert (strange.exchange.fault.kind.name, strange.calls) == ("CURSOR_INVALID", [])


def test_a_table_of_the_country_is_read_and_chosen_from(tmp_path: Path) -> None:
    def widen(text: str) -> str:
        return text + "".join(f"N{n:05},alpha,http://127.0.0.1:{1024 + n % 50_000}/n,dukcapil,Asia/Jakarta,,\n" for n in range(27_000))

    plan = make_plan(tmp_path, centres=widen)
    assert asked(call(plan, "N26999", {"nomor": "7", "jam": "01-02-2026 10:00"})).upstream.port == 1024 + 26_999
    assert plan.layout.count_series() < 1_000
