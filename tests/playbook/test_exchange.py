"""Exchanges as conversations: no loop, no mock, no sleep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.exchange import is_acceptable, is_media_type, prefer_language
from gateway.values.asks import FetchKeys, Relay, Relayed, wait
from gateway.values.faults import CATALOGUE, fault
from gateway.values.model import Effect, Reply, Response
from gateway.values.route import Exchange

from .play import BODY, CALL, CALLER, ROUTE, Desk, Door, begin, change, play, problem

ANSWER = Reply(200, {}, b'{"a":1}')


def test_the_answer_of_the_provider_is_the_answer() -> None:
    assert play(begin(), BODY, b"{}", CALL, ANSWER) == Response(200, (), b'{"a":1}', "provider")


@pytest.mark.parametrize("kind", sorted(set(CATALOGUE) - {"INTERNAL"}))
def test_a_fault_at_any_ask_is_answered_as_its_kind(kind: str) -> None:
    thrown = fault(kind)
    for script in ((BODY, thrown), (BODY, b"{}", CALL, thrown)):
        x = begin()
        response = play(x, *script)
        assert (problem(response)["code"], x.fault) == (kind, thrown)
        assert response.status == CATALOGUE[kind].status
        assert response.origin == ("provider" if CATALOGUE[kind].is_providers_word else "gateway")


@pytest.mark.parametrize("kind", ["PROVIDER_TIMEOUT", "PROVIDER_TRUNCATED"])
@pytest.mark.parametrize(("effect", "may_retry"), [("read", True), ("write", False), ("write-once", True)])
def test_where_a_write_may_have_been_done_a_retry_is_promised_only_if_its_provider_knows_a_repeat(
    kind: str, effect: Effect, may_retry: bool
) -> None:
    """A call is sent as write-once only to such a provider: `test_once` holds that."""
    call = replace(CALL, effect=effect)

    def set_call(x: Exchange) -> None:
        x.call = call

    response = play(begin(), BODY, b"{}", call, fault(kind), plan=change(effect=effect, inward=(set_call,)))
    assert (problem(response)["code"], problem(response)["retry"]) == (kind, may_retry)


@pytest.mark.parametrize("filler", [",", ", ", "x,", "a;q=1,"])
def test_of_a_header_of_preferences_only_the_first_few_are_looked_at(filler: str) -> None:
    """Else one line of header costs as much as a hundred calls."""
    late = (filler * 200).encode()
    assert prefer_language(late + b"id") == "en"
    assert prefer_language(b"id," + late + b"en") == "id"
    assert not is_acceptable(late + b"application/json", b"application/json")
    assert is_acceptable(b"application/json," + late, b"application/json")


def test_a_defect_of_ours_is_answered_and_noted() -> None:
    def broken(x: object) -> None:
        raise KeyError("NAMA")

    for place in ("permit", "read", "inward", "judge", "withhold", "witness"):
        desk = Desk()
        x = begin(desk=desk)
        asked = {"permit": (), "read": (BODY, b"{}"), "inward": (BODY, b"{}")}.get(place, (BODY, b"{}", CALL, ANSWER))
        response = play(x, *asked, plan=change(**{place: (broken,)}))
        assert (response.status, problem(response)["code"]) == (500, "INTERNAL")
        assert [type(error) for error in desk.defects] == [KeyError]
        assert b"NAMA" not in response.body


def test_nobody_is_asked_before_the_caller_is_known() -> None:
    response = play(begin(x_caller=""))
    assert problem(response)["code"] == "CREDENTIAL_MISSING"
    assert b"www-authenticate" in dict(response.headers)


def test_a_credential_that_is_not_known_waits_for_the_keys() -> None:
    ask = FetchKeys("idp", "https://idp.example/keys")

    def verify():  # type: ignore[no-untyped-def]
        assert (yield from wait(ask)) == b"keys"
        return CALLER

    x = begin()
    assert play(x, ask, b"keys", BODY, b"{}", CALL, ANSWER, door=Door(verify)).status == 200
    assert x.caller == CALLER
    assert problem(play(begin(), ask, fault("KEYS_UNAVAILABLE"), door=Door(verify)))["status"] == 503


def test_unknown_path_and_method_are_told_apart() -> None:
    assert problem(play(begin(path="/nowhere/v1")))["code"] == "NO_ROUTE"
    refused = play(begin("DELETE"))
    assert problem(refused)["code"] == "METHOD_NOT_ALLOWED"
    assert dict(refused.headers)[b"allow"] == b"POST"


@pytest.mark.parametrize(
    ("headers", "has_body", "code"),
    [
        ({"content_type": "text/plain"}, True, "MEDIA_TYPE_UNSUPPORTED"),
        ({"content_type": ""}, True, "MEDIA_TYPE_UNSUPPORTED"),
        ({"content_encoding": "gzip"}, True, "MEDIA_TYPE_UNSUPPORTED"),
        ({"accept": "text/html"}, True, "NOT_ACCEPTABLE"),
        ({"accept": "application/json;q=0, */*"}, True, "NOT_ACCEPTABLE"),
        ({}, False, "CALL_INVALID"),
    ],
)
def test_media_types_are_settled_before_the_body_is_read(headers: dict[str, str], has_body: bool, code: str) -> None:
    assert problem(play(begin(has_body=has_body, **headers)))["code"] == code


def test_a_body_where_none_is_taken_is_refused() -> None:
    assert problem(play(begin("GET"), plan=change(method="GET", media_types=())))["code"] == "CALL_INVALID"
    assert play(begin("GET", has_body=False), CALL, ANSWER, plan=change(method="GET", media_types=())).status == 200


def test_a_stream_is_relayed_and_never_read() -> None:
    plan = change(is_streamed=True, media_types=(b"*/*",), answer_media_type=b"")
    relay = Relay(Response(200, (), b"", "provider", streams=True))
    x = begin()
    response = play(x, CALL, ANSWER, relay, Relayed(7, "whole"), plan=plan)
    assert (response.streams, response.close, x.bytes_out, x.fault) == (True, False, 7, None)


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (Relayed(3, "truncated"), "PROVIDER_TRUNCATED"),
        (Relayed(3, "caller_gone"), "CALLER_GONE"),
        (fault("PROVIDER_TIMEOUT"), "PROVIDER_TIMEOUT"),
    ],
)
def test_a_stream_that_breaks_after_its_head_closes_the_connection(ended: object, code: str) -> None:
    relay = Relay(Response(200, (), b"", "provider", streams=True))
    x = begin()
    response = play(x, CALL, ANSWER, relay, ended, plan=change(is_streamed=True, media_types=(b"*/*",)))
    assert (response.close, x.fault and x.fault.kind.name) == (True, code)


def test_problems_speak_the_caller_s_language() -> None:
    indonesian = problem(play(begin(path="/x", accept_language="id-ID,id;q=0.9,en;q=0.8")))
    english = problem(play(begin(path="/x", accept_language="en")))
    assert (indonesian["title"], english["title"]) == (CATALOGUE["NO_ROUTE"].title_id, CATALOGUE["NO_ROUTE"].title_en)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [(b"", "en"), (b"id", "id"), (b"en;q=0.5, id;q=0.6", "id"), (b"id;q=x", "en"), (b"fr", "en"), (b";;,=,q", "en"), (b"ID", "id")],
)
def test_language_is_chosen_by_weight(accepted: bytes, language: str) -> None:
    assert prefer_language(accepted) == language


@pytest.mark.parametrize(
    ("accept", "is_ok"),
    [
        (b"*/*", True),
        (b"application/*", True),
        (b"application/json", True),
        (b"text/*", False),
        (b"", False),
        (b"application/json;q=0", False),
        (b"*/*;q=0.1, application/json;q=0", False),
        (b"*/*;q=0, application/json;q=1", True),
    ],
)
def test_the_most_specific_range_decides(accept: bytes, is_ok: bool) -> None:
    assert is_acceptable(accept, b"application/json") is is_ok


@pytest.mark.parametrize(
    ("content_type", "is_taken"),
    [
        (b"application/json", True),
        (b"Application/JSON; charset=UTF-8", True),
        (b'application/json;charset="utf-8"', True),
        (b"application/json; charset=latin-1", False),
        (b"application/json-patch", False),
        (b"", False),
    ],
)
def test_json_is_taken_in_utf_8_only(content_type: bytes, is_taken: bool) -> None:
    assert is_media_type(content_type, ROUTE.media_types) is is_taken
