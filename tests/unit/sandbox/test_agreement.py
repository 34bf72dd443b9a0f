"""Live examples hold against the sandbox's servers, in any order and each time, and their simulated providers say what the servers say."""

from __future__ import annotations

import asyncio
import http.client
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from gateway.cli.examples import Example, list_examples
from gateway.cli.rehearsal import Rehearsed, StatedCaller, rehearse
from gateway.plan.load import load_plan, read_and_build
from gateway.sandbox.places import find_reference
from gateway.sandbox.world import Sandbox
from gateway.values.asks import CallUpstream
from gateway.values.model import Reply, Request
from gateway.values.route import Plan

ROOT = find_reference()
FOLDERS = [ROOT, ROOT / "overlays" / "karawang"]
EXAMPLES = [example for example in list_examples(read_and_build(FOLDERS)[0]) if example.is_live]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run the sandbox on a loop of its own, beside the calls that block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    sandbox = Sandbox(ROOT / "seeds", tmp_path_factory.mktemp("state"))
    yield asyncio.run_coroutine_threadsafe(sandbox.start(), loop).result()
    asyncio.run_coroutine_threadsafe(sandbox.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def plan(told: dict[str, str]) -> Plan:
    return load_plan(FOLDERS, told)


def ask_sandbox(call: CallUpstream, body: bytes) -> Reply:
    """Send one logical call as the wire would, on a connection of its own."""
    connection = http.client.HTTPConnection(call.upstream.host, call.upstream.port, timeout=10)
    connection.putrequest(call.method.decode(), call.target.decode(), skip_host=True, skip_accept_encoding=True)
    for line in (call.upstream.head + call.head).decode("latin-1").split("\r\n"):
        if line:
            name, _, value = line.partition(":")
            connection.putheader(name, value.strip())
    sent = body if call.is_streamed else call.body
    if sent:
        connection.putheader("Content-Length", str(len(sent)))
    connection.endheaders(sent or None)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return Reply(answer.status, {name.lower().encode(): value.encode() for name, value in answer.getheaders()}, content)


def run_example(plan: Plan, example: Example, replies: list[Reply]) -> Rehearsed:
    path, _, query = example.target.partition("?")
    headers = {name.encode(): value.encode() for name, value in example.headers.items()}
    body = example.body or b""
    request = Request(example.method, path, query, headers, "127.0.0.1", has_body=example.body is not None)

    def provide(call: CallUpstream) -> Reply:
        replies.append(ask_sandbox(call, body))
        return replies[-1]

    return rehearse(plan, StatedCaller(example.caller, example.citizen), request, body, provide, time.time())


def hold(example: Example, done: Rehearsed, replies: list[Reply]) -> None:
    assert done.defects == []
    said = done.response
    assert said.status == example.status, said.body
    if example.fault is not None:
        assert orjson.loads(said.body)["code"] == example.fault
    elif example.has_expected_body:
        assert example.shows(orjson.loads(said.body))
    assert bool(replies) == bool(example.replies), "a write over an old document asks twice"
    if "" not in example.replies:
        return  # nobody is asked, or several in an order of their own
    [simulated] = example.replies[""]
    assert replies[-1].status == simulated.status
    if replies[-1].headers[b"content-type"].startswith(b"application/json"):
        assert orjson.loads(replies[-1].body) == orjson.loads(simulated.body)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.route}: {example.name}")
def test_an_example_holds_against_the_sandbox_and_holds_again(plan: Plan, example: Example) -> None:
    for _ in range(2):
        replies: list[Reply] = []
        hold(example, run_example(plan, example, replies), replies)


def test_the_examples_hold_in_the_opposite_order(plan: Plan) -> None:
    for example in reversed(EXAMPLES):
        replies: list[Reply] = []
        hold(example, run_example(plan, example, replies), replies)


def test_every_operation_has_a_live_answer_that_a_provider_gave() -> None:
    answered = {example.route for example in EXAMPLES if example.fault is None and example.replies}
    routes = read_and_build(FOLDERS)[0].of("route")
    ours = {name for name, route in routes.items() if route.value.get("consents")}  # the gateway's own
    assert answered == {example.route for example in EXAMPLES} - ours


def one_each() -> dict[str, Example]:
    """Give one answered, buffered example of each upstream."""
    routes = read_and_build(FOLDERS)[0].of("route")
    found: dict[str, Example] = {}
    for example in EXAMPLES:
        route = routes[example.route].value if example.route in routes else {}
        upstream = example.upstream or (route.get("provider") or {}).get("upstream")
        if example.fault is None and upstream and route.get("bodies") != "streamed":
            found.setdefault(upstream, example)
    return found


ONE_EACH = one_each()
UPSTREAMS = read_and_build(FOLDERS)[0].of("upstream")
AGENCY_OF = {id: document.value["owner"] for id, document in UPSTREAMS.items() if "per" not in document.value}
KEYS = ("CENTRES_SIMPUS_KEYS", "CENTRES_PKMNET_KEYS")  # folders, a file a centre


def test_every_upstream_is_asked_here() -> None:
    assert set(ONE_EACH) == set(UPSTREAMS)


@pytest.mark.parametrize("upstream", AGENCY_OF)
def test_a_busy_agency_is_understood_in_its_own_dialect(plan: Plan, told: dict[str, str], upstream: str) -> None:
    wanted = {"agency": AGENCY_OF[upstream], "kind": "busy"}
    order = urllib.request.Request(told["SANDBOX_URL"] + "/_sandbox/faults", orjson.dumps(wanted), {"Content-Type": "application/json"})
    with urllib.request.urlopen(order) as answer:
        assert answer.status == 201
    done = run_example(plan, ONE_EACH[upstream], [])
    assert (done.response.status, orjson.loads(done.response.body)["code"]) == (503, "PROVIDER_BUSY")


@pytest.fixture(scope="module")
def unknown(told: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Give the plan with credentials that no agency made."""
    folder = tmp_path_factory.mktemp("keys")
    wrong = {name: "wrong" if name.endswith(("_PASSWORD", "_TOKEN", "_KEY")) else value for name, value in told.items()}
    for name in KEYS:
        for file in Path(told[name]).iterdir():
            (folder / file.name).write_text("wrong", encoding="utf-8")
    return load_plan(FOLDERS, wrong | dict.fromkeys(KEYS, str(folder)))


def ask_anew(example: Example) -> Example:
    """Give an example under a key of its own: a repeat is answered before anybody looks at a credential inside its message."""
    key = {"idempotency-key": "asked-anew"} if "idempotency-key" in example.headers else {}
    return replace(example, headers={**example.headers, **key})


@pytest.mark.parametrize("upstream", sorted(set(ONE_EACH) - {"kemensos.dtks", "manual"}))
def test_a_refusal_of_our_credential_is_never_shown_as_the_callers(unknown: Plan, upstream: str) -> None:
    done = run_example(unknown, ask_anew(ONE_EACH[upstream]), [])
    assert (done.response.status, orjson.loads(done.response.body)["code"]) == (502, "PROVIDER_REFUSED_GATEWAY")
