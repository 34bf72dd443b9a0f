"""The reference federation end to end, through the installed command and real sockets."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.cli.examples import Example, list_examples
from gateway.plan.federation import read_federation
from gateway.sandbox.mishaps import KINDS
from gateway.sandbox.places import find_reference
from gateway.values.faults import CATALOGUE

from .talk import COMMAND, MEMBERS, Answer, Line, Served, check_headers, check_problem, is_gone, until, walk, write_request

SEED = 20_261_121
EXAMPLES: dict[str, Example] = {f"{each.route}: {each.name}": each for each in list_examples(read_federation((find_reference(),)))}
LIVE = {name: example for name, example in EXAMPLES.items() if example.is_live}
PERSON = "/population/v1/persons/lookup"
NIK = "3215014502930002"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("demo"), [COMMAND, "demo"])
    yield made
    made.end()


@pytest.fixture(scope="module")
def answers(served: Served) -> list[tuple[dict[str, Any], Answer]]:
    """Every live example, twice, in a seeded order."""
    calls = served.ready["examples"] * 2
    random.Random(SEED).shuffle(calls)
    return [(call, served.ask(call["method"], call["path"], call["headers"], call["body"])) for call in calls]


def as_taspen(served: Served, **headers: str) -> dict[str, str]:
    plain = {"authorization": f"Bearer {served.ready['tokens']['taspen']}", "jembatan-purpose": "pension-payment"}
    return {**plain, "content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}


def test_the_ready_file_names_every_live_example_and_no_other(served: Served) -> None:
    assert sorted(call["name"] for call in served.ready["examples"]) == sorted(LIVE)
    assert len({example.route for example in LIVE.values()}) >= 12


def test_every_live_example_holds_in_any_order_twice(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    wrong = [
        (call["name"], answer.status, answer.body[:300])
        for call, answer in answers
        if (answer.status, answer.fault) != (call["expected_status"], call["expected_fault"])
    ]
    assert wrong == []
    assert len(answers) == 2 * len(LIVE)


def test_the_bodies_of_answers_are_exactly_those_of_the_examples(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    shown = [(LIVE[call["name"]], answer) for call, answer in answers if LIVE[call["name"]].has_expected_body]
    assert len(shown) > 20
    for example, answer in shown:
        got = answer.body.decode() if isinstance(example.expected_body, str) else answer.json
        assert example.shows(got), example.name


def test_the_headers_that_an_example_expects_are_there(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    for call, answer in answers:
        expected = LIVE[call["name"]].expected_headers
        assert {name: answer.headers.get(name) for name in expected} == expected, call["name"]


@pytest.mark.parametrize("size", [1, 2, 3, 1000, None])
@pytest.mark.parametrize(
    ("target", "agency", "purpose", "key", "count"),
    [
        ("/health/v1/facilities?province=ID-JB", "karawang", "public-service", "code", 3),
        ("/local/v1/complaints?region=3215022005", "komdigi", "public-service", "ticket", 3),
        ("/civil-service/v1/officers?unit=DINKES-KRW", "karawang", "civil-service-administration", "name", 3),
        ("/procurement/v1/tenders?office=KRW-01", "karawang", "public-service", "number", 3),
        ("/city/v1/billboards?village=3578011001", "djp", "tax-service", "number", 3),
        ("/product/v1/registrations?kind=food", "karawang", "public-service", "number", 2),
    ],
)
def test_a_walk_over_an_agencys_list_gives_each_element_once(
    served: Served, target: str, agency: str, purpose: str, key: str, count: int, size: int | None
) -> None:
    headers = {"authorization": f"Bearer {served.ready['tokens'][agency]}", "jembatan-purpose": purpose}
    sized = target if size is None else f"{target}&size={size}"
    found, after = [], ""
    for _ in range(count):
        answer = served.ask("GET", sized + (after and f"&after={after}"), headers)
        assert (answer.status, set(answer.json) - {"next"}) == (200, {"items"}), answer.body
        found += [str(element[key]) for element in answer.json["items"]]
        after = answer.json.get("next", "")
        if not after:
            break
    assert (len(found), len(set(found)), after) == (count, count, "")


def test_every_response_says_whence_it_comes_and_none_what_it_runs_on(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    for _, answer in answers:
        check_headers(answer)
    exchanges = [answer.headers["jembatan-exchange"] for _, answer in answers]
    assert len(set(exchanges)) == len(exchanges), "an exchange has an id of its own"


def test_every_refusal_is_one_whole_problem_of_the_catalogue(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    refused = [answer for _, answer in answers if answer.fault is not None]
    assert len({answer.fault for answer in refused}) >= 6
    for answer in refused:
        problem = check_problem(answer)
        kind = CATALOGUE.get(problem["code"])
        if kind is not None:
            assert (problem["status"], problem["whose"], problem["retry"]) == (kind.status, kind.whose, kind.retry)
            assert (problem["title"], problem["cure"]) == (kind.title_en, kind.cure_en)
            assert answer.headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("id", "id"), ("id-ID, en;q=0.5", "id"), ("en", "en"), ("en;q=0.2, id;q=0.9", "id"), ("fr", "en"), ("id;q=0", "en"), ("*", "en")],
)
def test_a_problem_speaks_the_language_that_is_preferred(served: Served, accepted: str, language: str) -> None:
    answer = served.ask("POST", PERSON, {"content-type": "application/json", "accept-language": accepted}, json.dumps({"nik": NIK}))
    problem = check_problem(answer, "caller")
    kind = CATALOGUE["CREDENTIAL_MISSING"]
    assert answer.headers["content-language"] == language
    assert problem["title"] == (kind.title_id if language == "id" else kind.title_en)
    assert problem["cure"] == (kind.cure_id if language == "id" else kind.cure_en)
    assert set(problem) == MEMBERS | {"cure"}


def test_a_trace_that_came_is_passed_on_and_one_that_is_wrong_begins_anew(served: Served) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    given = served.ask("POST", PERSON, as_taspen(served, traceparent=trace), json.dumps({"nik": NIK})).headers["traceparent"]
    assert given.split("-")[1] == trace.split("-")[1]
    for wrong in (
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "x",
    ):
        fresh = served.ask("POST", PERSON, as_taspen(served, traceparent=wrong), json.dumps({"nik": NIK}))
        check_headers(fresh)
        assert "0af7651916cd43dd8448eb211c80319c" not in fresh.headers["traceparent"]


def test_calls_are_counted_once_in_the_right_series(served: Served, answers: list[tuple[dict[str, Any], Answer]]) -> None:
    route = "population.person.lookup"
    plan: list[tuple[dict[str, str], str, tuple[str, str, str], int]] = [
        (as_taspen(served), json.dumps({"nik": NIK}), ("provider", "200", ""), 5),
        (as_taspen(served), json.dumps({"nik": "3215011708910004"}), ("provider", "404", "SUBJECT_NOT_FOUND"), 4),
        (as_taspen(served), json.dumps({"nik": "12", "nama": "X"}), ("gateway", "422", "CALL_INVALID"), 3),
        (as_taspen(served, jembatan_purpose="health-service"), json.dumps({"nik": NIK}), ("gateway", "403", "PURPOSE_DENIED"), 2),
        ({"content-type": "application/json"}, json.dumps({"nik": NIK}), ("gateway", "401", "CREDENTIAL_MISSING"), 1),
    ]
    expected: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()

    def expect(name: str, by: int, **labels: str) -> None:
        expected[name, tuple(sorted(labels.items()))] += by

    for _, _, (origin, status, fault), times in plan:
        expect("jembatan_responses_total", times, route=route, origin=origin, status=status, fault=fault)
        expect("http_server_request_duration_seconds_count", times, route=route)
        expect("jembatan_overhead_seconds_count", times, route=route)
        expect("jembatan_caller_requests_total", times, route=route, caller="_other" if status == "401" else "taspen")
        expect(
            "jembatan_auth_decisions_total",
            times,
            **({"scheme": "none", "outcome": "missing"} if status == "401" else {"scheme": "jwt", "outcome": "accepted"}),
        )
    expect("jembatan_translations_total", 5, mapping="dukcapil/warga", direction="to_canonical", outcome="translated")
    for keyword in ("format", "unknown"):
        expect("jembatan_findings_total", 3, route=route, direction="call", mode="enforce", keyword=keyword)
    expect("http_client_request_duration_seconds_count", 9, upstream="dukcapil.siak")
    expect("jembatan_upstream_attempts_total", 9, upstream="dukcapil.siak", outcome="answered")

    def read() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        return {(name, tuple(sorted(labels))): value for (name, labels), value in served.metrics().items()}

    settled = 2 * len(LIVE)
    until(lambda: sum(value for (name, _), value in read().items() if name == "jembatan_responses_total") >= settled)
    before = read()
    for headers, body, (_, status, _), times in plan:
        for _ in range(times):
            assert served.ask("POST", PERSON, headers, body).status == int(status)
    key = (
        "jembatan_responses_total",
        tuple(sorted({"route": route, "origin": "gateway", "status": "401", "fault": "CREDENTIAL_MISSING"}.items())),
    )
    until(lambda: read()[key] - before[key] >= 1)
    after = read()
    assert after.keys() == before.keys(), "no series is made while exchanges run"
    watched = {name for name, _ in expected} | {"jembatan_defects_total", "jembatan_refused_requests_total", "jembatan_late_answers_total"}
    changed = {each: value - before[each] for each, value in after.items() if each[0] in watched and value != before[each]}
    assert changed == dict(expected)


def test_the_keys_were_fetched_once_and_nothing_was_a_defect(served: Served, answers: list[tuple[dict[str, Any], Answer]]) -> None:
    assert served.metric("jembatan_key_fetches_total", issuer="national-idp", outcome="fetched") == 1
    assert served.metric("jembatan_key_fetches_total", outcome="failed") == 0
    assert served.metric("jembatan_defects_total") == 0
    assert served.metric("jembatan_log_lines_dropped_total") == 0


def test_the_log_holds_one_line_an_exchange_with_every_field(served: Served, answers: list[tuple[dict[str, Any], Answer]]) -> None:
    by_exchange = {answer.headers["jembatan-exchange"]: (call, answer) for call, answer in answers}

    def ours() -> list[dict[str, Any]]:
        return [line for line in served.log_lines() if line.get("exchange") in by_exchange]

    until(lambda: len(ours()) >= len(answers))
    lines = ours()
    assert len(lines) == len(answers)
    fields = {"event", "time_ms", "exchange", "trace", "plan", "worker", "route", "method", "caller", "purpose", "origin", "status"}
    fields |= {"outcome", "fault", "whose", "total_us", "upstream_us", "overhead_us", "bytes_in", "bytes_out"}
    for line in lines:
        call, answer = by_exchange[line["exchange"]]
        example = LIVE[call["name"]]
        assert fields <= line.keys() <= fields | {"reason", "peer"}
        assert line["event"] == "exchange"
        assert line["trace"] == answer.headers["traceparent"].split("-")[1]
        assert (line["route"], line["method"], line["status"], line["fault"]) == (
            example.route,
            example.method,
            answer.status,
            answer.fault or "",
        )
        assert line["outcome"] == ("answered" if answer.fault is None else "refused" if answer.json["whose"] == "caller" else "failed")
        assert line["origin"] == answer.headers["jembatan-origin"]
        assert line["caller"] == (example.caller or "")
        assert line["bytes_out"] == len(answer.body)
        assert line["bytes_in"] == len(example.body or b"")
        assert line["total_us"] >= line["overhead_us"] >= 0
        assert ("peer" in line) == (line["outcome"] == "refused")


def list_personal() -> set[str]:
    """Every number of a person or thing, and every name, of the synthetic data and of the examples."""
    found: set[str] = set()
    documents: list[Any] = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((find_reference() / "seeds").glob("*.yaml"))
    ]
    documents += [json.loads(example.body) for example in EXAMPLES.values() if example.body and example.body[:1] == b"{"]
    for key, value in (pair for document in documents for pair in walk(document)):
        text = str(value)
        is_name = re.search(r"(?i)nama|name|email|surel", key) is not None and (" " in text or "@" in text)
        is_number = re.fullmatch(r"[0-9][0-9.\-]{9,}", text) is not None and len(set(text)) > 1  # zeros alone are nobody's
        if is_name or is_number:
            found.add(text)
    return found


def test_no_personal_data_stands_in_log_metrics_or_problems(served: Served, answers: list[tuple[dict[str, Any], Answer]]) -> None:
    personal = list_personal()
    assert {NIK, "SITI CONTOH", "3215012301120007"} <= personal
    until(lambda: len(served.log.read_bytes().splitlines()) >= len(answers))
    places = {
        "log": served.log.read_text(),
        "metrics": str([pair for _, labels in served.metrics() for pair in labels]),  # a value is a float: any digits may stand in it
        "plan": served.get("/plan").body.decode(),
        "errors": served.errors.read_text(),
        **{f"problem {call['name']}": str(answer.lines) + answer.body.decode() for call, answer in answers if answer.fault is not None},
    }
    assert [(place, value) for place, text in places.items() for value in personal if value in text] == []


def test_health_and_plan_are_told_on_the_management_listener_only(served: Served) -> None:
    assert served.get("/livez").json == {"status": "live"}
    assert served.get("/startupz").json == {"status": "started"}
    assert served.get("/readyz").json == {"status": "ready"}
    checks = served.get("/readyz?verbose").json["checks"]
    assert checks
    assert all(check["ok"] for check in checks)
    plan = served.get("/plan").json
    told_ids = {route["id"] for route in plan["routes"]}
    shown = {example.route for example in EXAMPLES.values()}
    assert shown <= told_ids
    assert all(id.rpartition(".")[0] in told_ids for id in told_ids - shown), (
        "what has no example belongs to a journey: state, decision, file"
    )
    assert plan["is_sandbox"] is True
    told = json.dumps(plan)
    assert "127.0.0.1" not in told, "an upstream's address is not told"
    for path in ("/livez", "/readyz", "/metrics", "/plan"):
        assert served.ask("GET", path).fault == "NO_ROUTE"
    assert served.get("/nothing").status == 404
    for page in ("/livez", "/metrics", "/plan", "/nothing"):
        assert not re.search(r"\d", served.get(page).headers.get("server", "")), "no version is told"


def test_a_head_has_the_answers_head_or_is_refused_with_allow(served: Served) -> None:
    head = served.ask("HEAD", PERSON, as_taspen(served))
    assert head.status == 405
    assert head.headers["allow"] == "POST"
    assert head.body == b""


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """The sandbox and the gateway started each by its own command, as an engineer would; and the sandbox's control path."""
    place = tmp_path_factory.mktemp("apart")
    told = place / "sandbox.json"
    sandbox = subprocess.Popen([COMMAND, "sandbox", "--ready-file", told, "--state", place / "state"])
    try:
        until(lambda: told.exists() or sandbox.poll() is not None)
        env: dict[str, str] = json.loads(told.read_text())
        made = Served(place, [COMMAND, "serve", find_reference()], {**os.environ, **env})
        yield made, env["SANDBOX_URL"]
        assert made.end() == 0
    finally:
        sandbox.terminate()
        assert sandbox.wait() == 0


MISHAPS = {
    "latency": (504, "PROVIDER_TIMEOUT"),
    "error": (502, "PROVIDER_FAILED"),
    "cut": (502, "PROVIDER_TRUNCATED"),
    "garbage": (502, "PROVIDER_INVALID"),
    "wrong_shape": (502, "PROVIDER_INVALID"),
    "busy": (503, "PROVIDER_BUSY"),
    "lost": (502, "PROVIDER_TRUNCATED"),
}


def test_every_mishap_of_the_sandbox_has_its_fault() -> None:
    assert set(MISHAPS) == set(KINDS)


@pytest.mark.parametrize("mishap", MISHAPS)
def test_a_mishap_at_an_agency_is_the_providers_fault_and_passes(apart: tuple[Served, str], mishap: str) -> None:
    served, control = apart
    plan = {"agency": "dukcapil", "kind": mishap, "count": 2, "seconds": 60}
    with Line(control) as line:
        line.send(write_request("POST", "/_sandbox/faults", line.host, {"content-type": "application/json"}, json.dumps(plan).encode()))
        assert line.read().status == 201
    answer = served.ask("POST", PERSON, as_taspen(served), json.dumps({"nik": NIK}))
    with Line(control) as line:
        line.send(write_request("DELETE", "/_sandbox/faults", line.host, {}, None))
        assert line.read().status == 204
    problem = check_problem(answer, "provider")
    assert (answer.status, problem["code"]) == MISHAPS[mishap]
    assert answer.headers["jembatan-origin"] == "provider"
    assert NIK not in answer.body.decode()
    assert served.ask("POST", PERSON, as_taspen(served), json.dumps({"nik": NIK})).status == 200


def test_sigterm_ends_with_zero_and_leaves_no_process(tmp_path: Path) -> None:
    served = Served(tmp_path, [COMMAND, "demo", "--workers", "2"])
    tree = served.family_tree()
    assert len(tree) >= 5, "the supervisor, the sandbox, the nursery and two workers"
    assert served.ask("POST", PERSON, as_taspen(served), json.dumps({"nik": NIK})).status == 200
    assert served.end() == 0
    until(lambda: all(is_gone(pid) for pid in tree))
    assert served.errors.read_text() == ""
