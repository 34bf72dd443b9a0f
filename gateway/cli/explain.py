"""`jembatan explain`: what would happen to one call, step by step, by the same engine that serves."""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from ..exchange import ask_provider
from ..journey.choose import Choice
from ..journey.gather_lists import GATHERS
from ..plan.federation import Federation
from ..plan.messages import answer_media_type
from ..policy.grants import Permit
from ..routing import compile_routes
from ..values.asks import CallUpstream, Flow
from ..values.faults import Fault, Refused, fault
from ..values.model import Bounds, Json, Reply, Request
from ..values.problem import suggest_name
from ..values.route import Exchange, Plan, Provider, Route, Step, Supply
from ..values.told import HEADER
from ..wire.head import Fields, Head, judge_head
from .examples import list_examples
from .frame import FINDINGS, FINE, UsageError, add_folders, add_format, load_for_reading, print_rows, say
from .rehearsal import Rehearsed, StatedCaller, Told, rehearse

HELP = "Explain one call: the route and its near misses, the grant that decides, the payload before and after each step."
EXAMPLE = (
    "  jembatan explain POST /population/v1/persons/lookup --as taspen -H 'jembatan-purpose: pension-payment' -d @call.json\n"
    '  jembatan explain POST /population/v1/persons/lookup --as taspen --provider @answer.json -d \'{"nik": "3215014502930002"}\''
)
_SHOWN = ("path", "query", "headers", "body", "call", "payload", "answer", "out")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("method", help="GET, POST, …")
    parser.add_argument("target", help="path and query, e.g. /population/v1/persons/lookup")
    add_folders(parser)
    parser.add_argument("-H", dest="headers", action="append", default=[], metavar="NAME: VALUE", help="a header; may be repeated")
    parser.add_argument("-d", dest="data", metavar="TEXT|@FILE|@-", help="the body")
    parser.add_argument("--as", dest="caller", metavar="CALLER", help="the agency that calls; without it the credential of -H is judged")
    parser.add_argument("--citizen", metavar="NIK", default="", help="with --as: the citizen who has signed in at its portal")
    parser.add_argument("--provider", metavar="TEXT|@FILE", help="what the provider answers (default: that of an example that fits)")
    add_format(parser)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one step did: its place, its name, and each part of the exchange that it changed, before and after."""

    place: str
    step: str
    changes: dict[str, tuple[Json, Json]]
    refused: str = ""


def run(arguments: argparse.Namespace) -> int:
    """Explain; 0 whatever the exchange came to, 1 where the federation does not compile."""
    loaded = load_for_reading(arguments)
    if loaded is None:
        return FINDINGS
    federation, plan = loaded
    if arguments.caller is not None and arguments.caller not in federation.of("agency"):
        raise UsageError(f"there is no agency {arguments.caller}; {suggest_name(arguments.caller, federation.of('agency'))}".rstrip("; "))
    head, body = read_head(arguments, plan.gateway.bounds)
    if isinstance(head, Fault):
        return print_unread(head, arguments.format)
    request = head.request
    provide = _make_provide(arguments, federation, request)
    seen: list[Seen] = []
    traced = trace_plan(plan, seen)
    identify = StatedCaller(arguments.caller, arguments.citizen) if arguments.caller else traced.make_identify(Told())
    ended = rehearse(traced, identify, request, body, provide, time.time())
    if arguments.format == "json":
        print_rows(list_rows(plan, request, seen, ended), "json", ())
    else:
        print_story(plan, request, seen, ended)
    return FINE


def read_head(arguments: argparse.Namespace, bounds: Bounds) -> tuple[Head | Fault, bytes]:
    """Read the call as the wire does; a Fault where the wire refuses it.

    Faults: UsageError.
    """
    if not arguments.target.startswith("/"):
        raise UsageError("the target begins with /")
    fields = Fields()
    for line in arguments.headers:
        name, colon, value = line.partition(":")
        if not colon:
            raise UsageError(f"-H takes `name: value`, not {line!r}")
        fields.on_header(name.strip().encode(), value.strip().encode())
    body = _read_text(arguments.data)
    usual = {b"host": b"explain"}
    if body is not None:
        usual |= {b"content-type": b"application/json", b"content-length": b"%d" % len(body)}
    for key, given in usual.items():
        if key not in fields.headers:
            fields.on_header(key, given)
    line = f"{arguments.method.upper()} {arguments.target} HTTP/1.1".encode()
    return judge_head(line, fields, "explain", bounds), body or b""


def print_unread(fault: Fault, chosen: str) -> int:
    """Tell that the wire refuses these bytes: no exchange begins."""
    why = "; ".join(finding.detail for finding in fault.findings)
    if chosen == "json":
        kind = fault.kind
        print_rows(
            [{"place": "wire", "refused": kind.name, "why": why}, {"place": "response", "status": kind.status, "fault": kind.name}],
            chosen,
            (),
        )
    else:
        say(f"wire      refused: {why or fault.kind.title_en}\nresponse  {fault.kind.status} {fault.kind.name}")
    return FINE


def _read_text(given: str | None) -> bytes | None:
    if given is None or not given.startswith("@"):
        return None if given is None else given.encode()
    try:
        return sys.stdin.buffer.read() if given == "@-" else Path(given[1:]).read_bytes()
    except OSError as error:
        raise UsageError(f"{given[1:]} cannot be read: {error.strerror}") from error


def _make_provide(arguments: argparse.Namespace, federation: Federation, request: Request) -> Callable[[CallUpstream], Reply | Fault]:
    """Make what answers as the providers: what is stated, in the format that each speaks, or what examples of the operation have."""
    given = _read_text(arguments.provider)
    replies = _find_replies(federation, request) if given is None else {}

    def provide(call: CallUpstream) -> Reply | Fault:
        if given is not None:
            media_type = answer_media_type(federation.of("upstream")[call.upstream.id])
            return Reply(200, {b"content-type": media_type.encode()}, given)
        reply = replies.get(call.upstream.id) or replies.get("")
        return fault("PROVIDER_UNREACHABLE", reason="no answer was stated") if reply is None else reply

    return provide


def _find_replies(federation: Federation, request: Request) -> dict[str, Reply]:
    """Give what the providers of an operation answer in its examples, by upstream; "" for any."""
    found: dict[str, Reply] = {}
    for each in list_examples(federation):
        is_same = each.method == request.method and each.target.partition("?")[0] == request.path
        if is_same and each.fault is None:
            for name, replies in each.replies.items():
                found.setdefault(name or each.upstream, replies[0])
    return found


def trace_plan(plan: Plan, seen: list[Seen]) -> Plan:
    """Give the same plan with every step telling what it does."""
    routes = tuple(_trace_route(route, seen) for route in plan.routes)
    return replace(plan, routes=routes, match=compile_routes(routes))


def _trace_route(route: Route, seen: list[Seen]) -> Route:
    def trace(place: str) -> tuple[Step, ...]:
        return tuple(_trace_step(place, step, seen) for step in getattr(route, place))

    return replace(
        route,
        permit=trace("permit"),
        read=trace("read"),
        inward=trace("inward"),
        judge=trace("judge"),
        withhold=trace("withhold"),
        witness=trace("witness"),
        supply=_trace_supply(route.supply, seen),
    )


def _trace_supply(supply: Supply | None, seen: list[Seen]) -> Supply | None:
    if isinstance(supply, Choice):
        return _trace_choice(supply, seen)
    return supply.trace(lambda place, step: _trace_step(place, step, seen)) if isinstance(supply, GATHERS) else supply


def _trace_choice(choice: Choice, seen: list[Seen]) -> Supply:
    """Give a choice that tells what it chose, and every step of whom it chose."""
    traced = choice.trace(lambda place, step: _trace_step(place, step, seen))
    found: list[Provider] = []

    def choose(x: Exchange) -> None:
        found[:] = [traced.choose(x)]

    def supply(x: Exchange) -> Flow[None]:
        _trace_step("choose", choose, seen)(x)
        yield from ask_provider(found[0], x)

    return supply


def _trace_step(place: str, step: Step, seen: list[Seen]) -> Step:
    def traced(x: Exchange) -> None:
        before = _look(x)
        refused = ""
        try:
            step(x)
        except Refused as refusal:
            refused = refusal.fault.kind.name
            raise
        finally:
            after = _look(x)
            changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
            told = _tell_step(place, step, x)
            seen.append(Seen(place, told, changes, refused))

    return traced


def _tell_step(place: str, step: Step, x: Exchange) -> str:
    """Name a step; of a grant and of a choice say what decided."""
    if isinstance(step, Permit):
        return describe_decision(step, x)
    if place == "choose" and x.row is not None and x.row.upstream is not None:
        return f"row {x.row.key}, which is of {x.row.upstream.id}"
    return getattr(step, "__name__", type(step).__name__).strip("_").lower()


def describe_decision(permit: Permit, x: Exchange) -> str:
    """Say which grants decided, with file and line."""
    assert x.caller is not None
    purpose = x.request.headers.get(b"jembatan-purpose", b"").decode("latin-1")
    decision = permit.decide(x.caller.agency, purpose, x.began_s)
    grants = ", ".join(f"grant {grant.index} of {grant.policy} ({grant.where})" for grant in decision.grants)
    return f"permit {x.caller.agency} for {purpose or 'no purpose'}: {decision.outcome}" + (f" by {grants}" if grants else "")


def _look(x: Exchange) -> dict[str, Json]:
    found = {}
    for name in _SHOWN:
        value = getattr(x, name)
        found[name] = _show_call(value) if isinstance(value, CallUpstream) else copy.deepcopy(value)
    found["told"] = next((value for name, value in x.out_headers if name == HEADER), None)
    return found


def _show_call(call: CallUpstream) -> dict[str, Json]:
    """Show the provider's call without our credential, which stands in the upstream, not here."""
    return {
        "method": call.method.decode(),
        "target": call.target.decode(),
        "headers": call.head.decode("latin-1").splitlines(),
        "body": None if call.body is None else call.body.decode("utf-8", "replace"),
    }


def list_near_misses(plan: Plan, request: Request) -> list[str]:
    """Give the routes that nearly match: the same path by another method, or all segments but one."""
    wanted = request.path.split("/")
    found = []
    for route in plan.routes:
        given = route.path.split("/")
        differing = [
            f"`{b}` is not `{a}`" for a, b in zip(given, wanted, strict=False) if a != b and not (a.startswith("{") and b)
        ]  # fmt: skip
        if len(given) == len(wanted) and not differing and route.method != request.method:
            found.append(f"{route.method} {route.path} ({route.id}): the method is {request.method}")
        elif abs(len(given) - len(wanted)) + len(differing) == 1:
            found.append(f"{route.method} {route.path} ({route.id}): {differing[0] if differing else 'one segment more or less'}")
    return found


def list_rows(plan: Plan, request: Request, seen: list[Seen], ended: Rehearsed) -> list[dict[str, Json]]:
    """Give one object for the match, one a step, one for the response."""
    route = ended.exchange.route
    match = {
        "place": "match",
        "route": route.id if route else None,
        "where": route.where if route else None,
        "near": list_near_misses(plan, request),
    }
    end = {
        "place": "response",
        "status": ended.response.status,
        "fault": _name_of(ended),
        "reason": _reason_of(ended),
        "body": _plain(ended.response.body),
    }
    return [match, *(_row(each) for each in seen), end]


def _row(seen: Seen) -> dict[str, Json]:
    changes = {name: {"before": _plain(before), "after": _plain(after)} for name, (before, after) in seen.changes.items()}
    return {"place": seen.place, "step": seen.step, "refused": seen.refused or None, "changes": changes}


def print_story(plan: Plan, request: Request, seen: list[Seen], ended: Rehearsed) -> None:
    """Tell it to a person."""
    route = ended.exchange.route
    say(f"match     {request.method} {request.path}: " + (f"{route.id} ({route.where})" if route else "no route"))
    for near in list_near_misses(plan, request):
        say(f"          near: {near}")
    if ended.exchange.caller is not None:
        say(f"identify  {ended.exchange.caller.agency}")
    for each in seen:
        say(f"{each.place:9} {each.step}" + (f" → {each.refused}" if each.refused else ""))
        for name, (before, after) in each.changes.items():
            say(f"          {name}: {_text(before)} → {_text(after)}" if before is not None else f"          {name}: {_text(after)}")
    say(f"response  {ended.response.status} {_name_of(ended) or 'answer'}" + (f" ({_reason_of(ended)})" if _reason_of(ended) else ""))
    say(f"          {ended.response.body.decode('utf-8', 'replace')}")
    for defect in ended.defects:
        say(defect)


def _name_of(ended: Rehearsed) -> str | None:
    return ended.exchange.fault.kind.name if ended.exchange.fault else None


def _reason_of(ended: Rehearsed) -> str | None:
    return (ended.exchange.fault.reason or None) if ended.exchange.fault else None


def _plain(value: Json) -> Json:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _text(value: Json) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else orjson.dumps(value).decode()
