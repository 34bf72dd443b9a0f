"""The examples of a federation: what is sent, what the provider answers, what must come out.

Laws: 1. An example is sent as it stands in the file, byte for byte the same at each use. 2. What it expects is complete: a status, a
fault or an answer.
Must not know: who sends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import orjson

from ..plan.federation import Federation
from ..plan.messages import answer_media_type
from ..plan.providers import answer_status
from ..values.asks import CallUpstream
from ..values.faults import CATALOGUE, Fault, fault
from ..values.model import Headers, Json, Reply


@dataclass(frozen=True, slots=True)
class Example:
    """One example of one route. Shape: `target` is path and query; `headers` lower-case names, without a credential."""

    route: str
    name: str
    where: str
    caller: str | None
    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    replies: Mapping[str, Sequence[Reply]]  # upstream → what it answers, call by call; the last again and again; "" = whoever is asked
    status: int
    fault: str | None
    expected_headers: dict[str, str]
    expected_body: Json
    has_expected_body: bool
    is_live: bool
    is_list: bool = False
    upstream: str = ""  # of several providers: which must be asked; "" = nothing is said
    row: str = ""
    citizen: str = ""  # who has signed in at the caller's portal

    def make_provide(self) -> Callable[[CallUpstream], Reply | Fault]:
        """Make what answers for the providers, from the first call on."""
        asked: dict[str, int] = {}

        def provide(call: CallUpstream) -> Reply | Fault:
            name = call.upstream.id if call.upstream.id in self.replies else ""
            replies = self.replies.get(name)
            if not replies:
                return fault("INTERNAL", reason=f"{call.upstream.id} is not simulated")
            turn = asked[name] = asked.get(name, -1) + 1
            return replies[min(turn, len(replies) - 1)]

        return provide

    def shows(self, got: Json) -> bool:
        """Say whether a document is the one that is expected; `next: true` of a list is any cursor, for none is the same twice."""
        if self.is_list and isinstance(got, dict) and isinstance(got.get("next"), str):
            got = {**got, "next": True}
        return bool(got == self.expected_body)


def list_examples(federation: Federation) -> list[Example]:
    """Give every example, in the order of the files."""
    found = []
    for document in federation.operations.values():
        for index, given in enumerate(document.value.get("examples") or ()):
            mark = document.mark_at(("examples", index, "name"))
            found.append(_read_example(federation, document.id, document.value, given, f"{mark.file}:{mark.line}", answer_status(document)))
    return found


def _read_example(federation: Federation, route: str, value: Json, given: Json, where: str, good: int) -> Example:
    call, send, expect = value["call"], given.get("send") or {}, given["expect"]
    who = given.get("as") or {}
    body = _encode(send.get("body")) if "body" in send else None
    kind = expect.get("fault")
    answering = given.get("provider") or {}
    return Example(
        route=route,
        name=given["name"],
        where=where,
        caller=who.get("caller"),
        method=call["method"],
        target=_write_target(call["path"], send),
        headers=_write_headers(send, who.get("purpose"), has_body=body is not None),
        body=body,
        replies=_read_replies(federation, given, value),
        status=expect.get("status") or (good if kind is None else _status_of(federation, kind)),
        fault=kind,
        expected_headers={str(name).lower(): str(text) for name, text in (expect.get("headers") or {}).items()},
        expected_body=expect.get("body"),
        has_expected_body="body" in expect,
        is_live=given.get("live", True),
        is_list=isinstance(value["answer"], dict) and "list" in value["answer"],
        upstream=answering.get("upstream", ""),
        row=answering.get("row", ""),
        citizen=who.get("citizen", ""),
    )


def _write_headers(send: Json, purpose: str | None, *, has_body: bool) -> dict[str, str]:
    headers = {str(name).lower(): str(text) for name, text in (send.get("headers") or {}).items()}
    if purpose:
        headers.setdefault("jembatan-purpose", purpose)
    if has_body:
        headers.setdefault("content-type", "application/json")
    return headers


def _status_of(federation: Federation, kind: str) -> int:
    own = federation.of("fault").get(kind)
    return int(own.value["status"]) if own is not None else CATALOGUE[kind].status


def _encode(body: Json) -> bytes:
    return body.encode() if isinstance(body, str) else orjson.dumps(body)


def _write_target(path: str, send: Json) -> str:
    for name, value in (send.get("params") or {}).items():
        path = path.replace("{" + str(name) + "}", quote(_write_scalar(value), safe=""))
    query = {name: _write_scalar(value) for name, value in (send.get("query") or {}).items()}
    return path + ("?" + urlencode(query) if query else "")


def _write_scalar(value: Json) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _media_type_of(federation: Federation, route: Json, named: str | None) -> str:
    """Give what the simulated provider's answers are, where an example doesn't say; `named` is the one of several that it names."""
    routes = federation.of("route")
    while "provider" not in route and "providers" not in route and route.get("through") in routes:
        route = routes[route["through"]].value
    upstream = federation.of("upstream").get(str(named or (route.get("provider") or {}).get("upstream")))
    return "application/json" if upstream is None else answer_media_type(upstream)


def _read_replies(federation: Federation, given: Json, value: Json) -> dict[str, list[Reply]]:
    """Give what the simulated providers answer: one for all that is asked, or by upstream."""
    if given.get("provider") is not None:
        return {"": [_read_reply(given["provider"], _media_type_of(federation, value, given["provider"].get("upstream")))]}
    found = {}
    for name, replies in (given.get("providers") or {}).items():
        upstream = federation.of("upstream").get(name)
        media_type = "application/json" if upstream is None else answer_media_type(upstream)
        found[name] = [_read_reply(each, media_type) for each in (replies if isinstance(replies, list) else [replies])]
    return found


def _read_reply(given: Json, media_type: str) -> Reply:
    headers: Headers = {str(name).lower().encode(): str(text).encode() for name, text in (given.get("headers") or {}).items()}
    body = _encode(given["body"]) if given.get("body") is not None else b""
    if body:
        headers.setdefault(b"content-type", media_type.encode())
    return Reply(given.get("status") or 200, headers, body)
