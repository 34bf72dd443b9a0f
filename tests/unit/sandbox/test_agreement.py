"""Live examples hold against the sandbox's servers, in any order and each time, and their simulated providers say what the servers say."""

from __future__ import annotations

import asyncio
import http.client
import threading
import time
from collections.abc import Iterator

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
FOLDERS = [ROOT]
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

    return rehearse(plan, StatedCaller(example.caller), request, body, provide, time.time())


def hold(example: Example, done: Rehearsed, replies: list[Reply]) -> None:
    assert done.defects == []
    said = done.response
    assert said.status == example.status, said.body
    if example.fault is not None:
        assert orjson.loads(said.body)["code"] == example.fault
    elif example.has_expected_body:
        assert orjson.loads(said.body) == example.expected_body
    assert len(replies) == (example.reply is not None)
    if example.reply is None:
        return
    assert replies[0].status == example.reply.status
    if replies[0].headers[b"content-type"].startswith(b"application/json"):
        assert orjson.loads(replies[0].body) == orjson.loads(example.reply.body)


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
    answered = {example.route for example in EXAMPLES if example.fault is None and example.reply is not None}
    assert answered == {example.route for example in EXAMPLES}
