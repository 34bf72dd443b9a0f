"""The life of an exchange, as a generator: from a request's head to its answer.

Laws: 1. It yields exactly where it may wait; what answers at once is a plain call on a port. 2. Whatever comes in, what goes out
is a valid Response: the answer, or one problem. 3. A defect of ours is noted, counted and answered with INTERNAL, never silent.
4. The places stand in the order of the design: match, identify, permit, read, translate, ask, judge, withhold, witness.
Must not know: sockets, clocks, queues, the event loop; how a step does its work.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from .values.asks import Flow, ReadBody, Relay, wait
from .values.faults import CATALOGUE, Fault, Finding, Refused, refuse, render_problem
from .values.model import Origin, Response
from .values.route import Exchange, Identify, Places, Plan, Route

_PROBLEM_JSON = (b"content-type", b"application/problem+json")
_INTERNAL = Fault(CATALOGUE["INTERNAL"])
_BODY_MISSING = Finding("", "required", "this operation takes a body")
_BODY_UNKNOWN = Finding("", "unknown", "this operation takes no body")
_SEEN_MAX = 256
_RANGES_MAX = 32  # of an Accept or Accept-Language: what stands behind them is not looked at
_UNSURE = frozenset(("PROVIDER_TIMEOUT", "PROVIDER_TRUNCATED"))  # nobody knows whether the provider did what it was asked
_RETRY_S = 2  # what a fault promises that passes soon and names no time of its own


def serve(plan: Plan, identify: Identify, x: Exchange) -> Flow[Response]:
    """Run one exchange from its request's head to its response.

    Faults: none is raised; what any place refuses, or what is thrown in at an ask, becomes the response.
    """
    try:
        response = yield from _answer(plan, identify, x)
    except Refused as refused:
        response = refuse_exchange(x, refused.fault)
    except Exception as error:
        x.ports.note_defect(x, error)
        response = refuse_exchange(x, _INTERNAL)
    x.status = response.status
    x.origin = response.origin
    return response


def _answer(plan: Plan, identify: Identify, x: Exchange) -> Flow[Response]:
    request = x.request
    route, x.parameters = plan.match(request.method, request.path)
    x.route = route
    x.caller = identify.recall_caller(request, x.began_s) or (yield from identify.verify_caller(request, x.began_s))
    for step in route.permit:
        step(x)
    check_media(route, x)
    if route.media_types and not route.is_streamed:
        x.raw = yield from wait(ReadBody(route.body_bytes_max))
    for step in route.read:
        step(x)
    if route.consent is not None:
        yield from route.consent(x)
    supply = supply_answer(route, x)
    yield from (supply if route.once is None else route.once(x, supply))
    if route.is_streamed:
        return (yield from _stream(route, x))
    return _finish(route, x)


def supply_answer(route: Route, x: Exchange) -> Flow[None]:
    """Give places 5 to 7 of a route, whether one provider answers or several make the answer."""
    return ask_provider(route, x) if route.supply is None else route.supply(x)


def ask_provider(places: Places, x: Exchange) -> Flow[None]:
    """Run places 5 to 7 over one provider: translate, ask, judge.

    Faults: whatever a step refuses, and what CallUpstream may be answered with.
    """
    for ask, take in places.before:
        x.reply = yield from wait(ask(x))
        take(x)
    for step in places.inward:
        step(x)
    call = x.call
    assert call is not None, "the last inward step sets the call"
    x.reply = yield from wait(call)
    for step in places.judge:
        step(x)


def _finish(route: Route, x: Exchange) -> Response:
    for step in route.withhold:
        step(x)
    for step in route.witness:
        step(x)
    return Response(x.status or route.answer_status, x.out_headers, x.out, x.origin)


def _stream(route: Route, x: Exchange) -> Flow[Response]:
    """Stream the upstream's body after our head; once that is sent, what goes wrong can only end the connection."""
    response = Response(route.answer_status, x.out_headers, b"", "provider", streams=True)
    try:
        relayed = yield from wait(Relay(response))
    except Refused as refused:
        x.fault = refused.fault
        response.close = True
        return response
    x.bytes_out = relayed.body_bytes
    if relayed.ended != "whole":
        kind = "CALLER_GONE" if relayed.ended == "caller_gone" else "PROVIDER_TRUNCATED"
        x.fault = Fault(CATALOGUE[kind])
        response.close = True
    return response


def refuse_exchange(x: Exchange, fault: Fault) -> Response:
    """Make the problem that answers an exchange; the fault is kept for metrics and log.

    Source: RFC 9457; RFC 9110 10.2.3 (Retry-After), 11.6.1 (WWW-Authenticate).
    """
    call = x.call
    if fault.kind.name in _UNSURE and call is not None and call.effect == "write":
        fault = replace(fault, kind=replace(fault.kind, retry=False))  # sent again, it might be done twice
    x.fault = fault
    headers = [_PROBLEM_JSON]
    language = prefer_language(x.request.headers.get(b"accept-language", b""))
    headers.append((b"content-language", language.encode()))
    if fault.allow:
        headers.append((b"allow", fault.allow.encode()))
    if fault.kind.status == 401:
        headers.append((b"www-authenticate", (fault.challenge or 'Bearer realm="jembatan"').encode()))
    if fault.retry_after_s is not None:
        headers.append((b"retry-after", b"%d" % fault.retry_after_s))
    elif fault.kind.status == 503 and fault.kind.retry:
        headers.append((b"retry-after", b"%d" % _RETRY_S))
    origin: Origin = "provider" if fault.kind.is_providers_word else "gateway"
    return Response(fault.kind.status, tuple(headers), render_problem(fault, x.id, language), origin)


@lru_cache(maxsize=_SEEN_MAX)
def prefer_language(accepted: bytes) -> str:
    """Choose `id` or `en` by an Accept-Language header; English where neither is preferred.

    Source: RFC 9110 12.5.4.
    """
    weights = {"id": 0.0, "en": 0.0}
    for tag, weight in _parse_weighted(accepted):
        primary = tag.split("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], weight)
    return "id" if weights["id"] > weights["en"] else "en"


def check_media(route: Route, x: Exchange) -> None:
    """Refuse a media type that the operation does not take or cannot give.

    Faults: MEDIA_TYPE_UNSUPPORTED, NOT_ACCEPTABLE, CALL_INVALID (a body is missing, or none is taken).
    """
    headers = x.request.headers
    accept = headers.get(b"accept")
    if accept is not None and route.answer_media_type and not is_acceptable(accept, route.answer_media_type):
        raise refuse("NOT_ACCEPTABLE")
    if not x.request.has_body:
        if route.media_types and not route.is_streamed:
            raise refuse("CALL_INVALID", _BODY_MISSING)
        return
    if not route.media_types:
        raise refuse("CALL_INVALID", _BODY_UNKNOWN)
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise refuse("MEDIA_TYPE_UNSUPPORTED", reason="content coding")
    if not is_media_type(headers.get(b"content-type", b""), route.media_types):
        raise refuse("MEDIA_TYPE_UNSUPPORTED")


@lru_cache(maxsize=_SEEN_MAX)
def is_media_type(content_type: bytes, taken: tuple[bytes, ...]) -> bool:
    """Say whether a Content-Type is one that is taken; JSON takes `charset=utf-8` and no other parameter.

    Source: RFC 8259 11, RFC 9110 8.3.1.
    """
    if b"*/*" in taken:
        return True
    name, _, parameters = content_type.partition(b";")
    if name.strip().lower() not in taken:
        return False
    plain = parameters.replace(b" ", b"").replace(b'"', b"").lower()
    return plain in (b"", b"charset=utf-8")


@lru_cache(maxsize=_SEEN_MAX)
def is_acceptable(accept: bytes, given: bytes) -> bool:
    """Say whether an Accept header takes the media type that is given.

    Source: RFC 9110 12.5.1; the most specific range decides.
    """
    kind = given.decode().partition("/")[0]
    ranks = {given.decode(): 3, f"{kind}/*": 2, "*/*": 1}
    best, weight_of_best = 0, 0.0
    for name, weight in _parse_weighted(accept):
        rank = ranks.get(name, 0)
        if rank > best:
            best, weight_of_best = rank, weight
    return best > 0 and weight_of_best > 0


def _parse_weighted(value: bytes) -> list[tuple[str, float]]:
    """Read `a;q=0.5, b` leniently: an unreadable weight is 0; the first few ranges only, whatever comes behind them."""
    found = []
    for part in value.decode("latin-1").split(",", _RANGES_MAX)[:_RANGES_MAX]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";", _RANGES_MAX))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                weight = _read_weight(parameter[2:])
        found.append((name, weight))
    return found


def _read_weight(text: str) -> float:
    digits = text.replace(".", "", 1)
    return min(float(text), 1.0) if digits.isascii() and digits.isdigit() and len(text) <= 5 else 0.0
