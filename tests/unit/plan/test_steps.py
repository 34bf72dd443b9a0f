"""The steps of routes, as they are compiled from YAML."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.plan.load import read_and_build
from gateway.plan.steps import CallTypes, Guard, make_read_parameters, make_write_call
from gateway.schema.registry import Registry
from gateway.values.asks import CallUpstream
from gateway.values.faults import FINDINGS_MAX, Refused
from gateway.values.model import Caller, Reply, Request, Upstream
from gateway.values.route import Exchange, Route

BASE = Path(__file__).parents[2] / "golden" / "base"
JSON = {b"content-type": b"application/json"}


class Ports:
    def count(self, cell: int, by: float = 1.0) -> None: ...

    def note_defect(self, exchange: Exchange, error: BaseException) -> None: ...


def test_of_very_many_unknown_query_names_twenty_are_told() -> None:
    """Else a request line of `&` costs as much as a hundred calls."""
    x = Exchange(Request("GET", "/x", "&" * 8000, {}, "peer"), "e" * 32, 1000.0, Ports())
    findings = make_read_parameters((), CallTypes())(x)
    assert [finding.keyword for finding in findings] == ["unknown"] * FINDINGS_MAX


def compile_route(folder: Path, **changes: str) -> Route:
    """Compile the base federation's one route after replacements in its files, each of which must be there once."""
    shutil.copytree(BASE, folder / "base")
    for path in (folder / "base").glob("*/*.yaml"):
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    _, built = read_and_build([folder / "base"])
    assert built.plan is not None, built.diagnostics
    return built.plan.routes[0]


@pytest.fixture
def bare(tmp_path: Path) -> Route:
    """A route whose answer has no body, at a provider with an envelope."""
    changes = {
        "answer: person@1": "answer: {status: 202}",
        "  response: {mapping: dukcapil/warga}\n": "",
        "reveals: [nik, name]": "reveals: all",
        "else: PROVIDER_FAILED": '"14": CONFLICT, else: PROVIDER_FAILED',
    }
    return compile_route(tmp_path, **changes)


def judge(route: Route, reply: Reply) -> Exchange:
    x = Exchange(Request("POST", "/x", "", {}, "peer"), "e" * 32, 1000.0, Ports())
    x.reply = reply
    for step in (*route.judge, *route.withhold):
        step(x)
    return x


@pytest.mark.parametrize("reply", [Reply(200, JSON, b'{"status":"00","secret":1}'), Reply(204, {}, b"")], ids=["envelope", "204"])
def test_an_answer_without_a_body_passes_nothing_of_the_providers(bare: Route, reply: Reply) -> None:
    x = judge(bare, reply)
    assert (x.out, x.out_headers) == (b"", ())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(200, JSON, b'{"status":"14"}'), "CONFLICT"),
        (Reply(200, JSON, b'{"status":"99"}'), "PROVIDER_FAILED"),
        (Reply(200, JSON, b"{}"), "PROVIDER_INVALID"),
        (Reply(200, JSON, b""), "PROVIDER_INVALID"),
        (Reply(200, {b"content-type": b"text/html"}, b"<p>"), "PROVIDER_MEDIA_TYPE"),
        (Reply(500, JSON, b'{"status":"00"}'), "PROVIDER_FAILED"),
    ],
)
def test_an_answer_without_a_body_is_given_only_where_the_envelope_says_success(bare: Route, reply: Reply, kind: str) -> None:
    with pytest.raises(Refused) as no:
        judge(bare, reply)
    assert no.value.fault.kind.name == kind


@pytest.mark.parametrize(("check", "passes"), [("enforce", False), ("report", True), ("off", True)])
def test_the_check_of_a_request_is_held_as_it_says(check: str, passes: bool) -> None:
    """What no proof covers is held by a guard; only an enforced one refuses."""
    schema = Registry({"short@1": {"type": "object", "properties": {"NIK": {"type": "string", "maxLength": 3}}}}).compile_schema("short@1")
    document = {"NIK": "3215014502930002"}
    step = make_write_call(Upstream("u", 0, "127.0.0.1", 1), "read", "POST", lambda x: (b"/x", b"", document), Guard(schema, check))
    x = Exchange(Request("POST", "/x", "", {}, "peer"), "e" * 32, 1000.0, Ports(), caller=Caller("taspen", "jwt"))
    if passes:
        step(x)
        assert isinstance(x.call, CallUpstream) and x.call.body == b'{"NIK":"3215014502930002"}'
    else:
        with pytest.raises(Refused) as no:
            step(x)
        assert no.value.fault.kind.name == "UNTRANSLATABLE"
