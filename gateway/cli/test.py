"""`jembatan test`: the examples of a federation, through the real exchange with simulated providers."""

from __future__ import annotations

import argparse
import time

import orjson

from ..plan.federation import Federation
from ..values.model import Json, Request
from ..values.route import Plan
from .examples import Example, list_examples
from .frame import FINDINGS, FINE, add_folders, add_format, load_for_reading, print_rows, say
from .rehearsal import Rehearsed, StatedCaller, rehearse

HELP = "Run the examples of a federation through the real exchange, with simulated providers."
EXAMPLE = "  jembatan test country/ -k lookup"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_folders(parser)
    add_format(parser)
    parser.add_argument("-k", metavar="WORD", default="", help="only examples whose operation or name holds WORD")


def run(arguments: argparse.Namespace) -> int:
    """Run; 0 where every example holds. A federation without examples has nothing to show: that is a finding too."""
    loaded = load_for_reading(arguments)
    if loaded is None:
        return FINDINGS
    federation, plan = loaded
    chosen = [each for each in list_examples(federation) if arguments.k in each.route or arguments.k in each.name]
    rows = [run_example(plan, each) for each in chosen]
    wrong = [row for row in rows if row["wrong"]]
    if arguments.format == "json":
        print_rows(rows, "json", ())
    else:
        _tell(wrong, _list_bare(federation))
        if not rows:
            say("no example ran: write `examples:` in a route" if not arguments.k else f"no example has {arguments.k} in its name")
        say(f"{len(rows) - len(wrong)} passed, {len(wrong)} failed")
    return FINDINGS if wrong or not rows else FINE


def _tell(wrong: list[dict[str, Json]], bare: list[str]) -> None:
    for row in wrong:
        say(f"FAILED {row['operation']}: {row['name']}\n  --> {row['where']}")
        for line in row["wrong"]:
            say(f"   = {line}")
    if bare:
        say(f"without an example: {', '.join(bare)}")


def _list_bare(federation: Federation) -> list[str]:
    return [
        document.id for document in federation.operations.values() if not (document.value.get("examples") or document.value.get("decides"))
    ]


def run_example(plan: Plan, example: Example) -> dict[str, Json]:
    """Rehearse one example; `wrong` names each thing that did not come out as expected."""
    path, _, query = example.target.partition("?")
    headers = {name.encode(): text.encode() for name, text in example.headers.items()}
    request = Request(example.method, path, query, headers, "rehearsal", has_body=example.body is not None)
    ended = rehearse(plan, StatedCaller(example.caller, example.citizen), request, example.body or b"", example.make_provide(), time.time())
    return {
        "operation": example.route,
        "name": example.name,
        "where": example.where,
        "status": ended.response.status,
        "fault": ended.exchange.fault.kind.name if ended.exchange.fault else None,
        "wrong": compare(example, ended),
    }


def compare(example: Example, ended: Rehearsed) -> list[str]:
    """Name what differs from what is expected."""
    wrong = [f"a defect: {trace.strip().splitlines()[-1]}" for trace in ended.defects]
    wrong += _compare_calls(example, ended)
    kind = ended.exchange.fault.kind.name if ended.exchange.fault else None
    if (ended.response.status, kind) != (example.status, example.fault):
        findings = ended.exchange.fault.findings if ended.exchange.fault else ()
        why = "".join(f"; {each.part}{each.pointer}: {each.keyword}: {each.detail}" for each in findings)
        wrong.append(f"expected {example.status} {example.fault or 'an answer'}, got {ended.response.status} {kind or 'an answer'}{why}")
        return wrong
    wrong += _compare_headers(example, ended)
    if example.has_expected_body:
        wrong += _compare_bodies(example, ended.response.body)
    return wrong


def _compare_calls(example: Example, ended: Rehearsed) -> list[str]:
    if ended.calls and not example.replies:
        return ["the provider was asked, but the example gives no `provider:`"]
    if example.replies and not ended.calls:
        return ["the example gives a `provider:`, but it was never asked"]
    row = ended.exchange.row
    asked = [("upstream", example.upstream, call.upstream.id) for call in ended.calls]
    asked += [("row", example.row, "" if row is None else row.key)]
    return [f"expected that the {word} {wanted} is asked, it was {got or 'none'}" for word, wanted, got in asked if wanted not in ("", got)]


def _compare_headers(example: Example, ended: Rehearsed) -> list[str]:
    given = {name.decode(): text.decode() for name, text in ended.response.headers}
    wanted = example.expected_headers.items()
    return [f"expected header {name}: {text}, got {given.get(name)}" for name, text in wanted if given.get(name) != text]


def _compare_bodies(example: Example, body: bytes) -> list[str]:
    expected = example.expected_body
    try:
        got = body.decode() if isinstance(expected, str) else orjson.loads(body)
    except ValueError:
        return ["the body is not JSON"]
    return [] if example.shows(got) else [f"expected body {_show(expected)}", f"     got body {_show(got)}"]


def _show(document: Json) -> str:
    return document if isinstance(document, str) else orjson.dumps(document).decode()
