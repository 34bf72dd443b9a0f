"""Every fault of the catalogue, produced through the real socket of the real process; and bytes that were gathered to do harm."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.policy.cursors import bind_cursor, make_keys, seal_cursor
from gateway.values.faults import CATALOGUE
from gateway.values.model import Caller, Request
from gateway.values.page import Position
from gateway.values.route import Exchange

from ..playbook.play import Desk
from .lab import API_KEY, CREDENTIAL, CURSOR_KEY, DEEDS, FINE, Lab, run_lab, write_answer
from .planted import SECRET
from .talk import MEMBERS, Answer, check_headers, check_problem, until, write_request

CORPORA = Path(__file__).parents[2].parent / "shared/corpora"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with run_lab(tmp_path_factory.mktemp("lab")) as made:
        yield made


# -- how each kind comes about


def slow_head(lab: Lab) -> Answer:
    return lab.ask_raw(b"GET /lab/v1/nowhere HTTP/1.1\r\nHost: lab\r\n")


def spend_verifications(lab: Lab) -> Answer:
    """Many tokens of one peer, which has an address of its own so that the others keep their budget."""
    with lab.line("127.0.0.2") as line:
        for number in range(20_000):
            headers = {"authorization": f"Bearer {number}", "jembatan-purpose": "testing"}
            line.send(write_request("GET", "/lab/v1/ended", line.host, headers, None))
            answer = line.read()
            if answer.status != 401:
                return answer
    raise AssertionError("the budget was never spent")


def overload(lab: Lab) -> Answer:
    lab.provider.gate.clear()
    seen = len(lab.provider.calls)
    first: list[Answer] = []
    holding = threading.Thread(target=lambda: first.append(lab.call("hold", "/lab/v1/narrow")))
    holding.start()
    try:
        until(lambda: len(lab.provider.calls) > seen)
        return lab.call("fine", "/lab/v1/narrow")
    finally:
        lab.provider.gate.set()
        holding.join()
        assert first[0].status == 200, "the call that was carried is answered"


def time_out(lab: Lab) -> Answer:
    lab.provider.gate.clear()
    try:
        return lab.call("hold")
    finally:
        lab.provider.gate.set()


def expired(lab: Lab) -> Answer:
    now = int(time.time())
    token = lab.mint("north", iat=now - 900, nbf=now - 900, exp=now - 60)
    return lab.call("fine", authorization=f"Bearer {token}")


def overdue(lab: Lab) -> Answer:
    """A cursor as the gateway gave it long ago."""
    request = Request("GET", "/lab/v1/shelf", "", {}, "peer")
    x = Exchange(request, "e" * 32, 0.0, Desk(), caller=Caller("north", "api_key"), purpose="testing", path={}, query={}, headers={})
    cursor = seal_cursor(make_keys(CURSOR_KEY), Position(10), bind_cursor(x, "lab.shelf", "lab.shelf page"), x.id, time.time() - 4_000)
    without_token = {name: text for name, text in lab.north.items() if name != "authorization"}
    return lab.ask("GET", f"/lab/v1/shelf?after={cursor}", {**without_token, "x-api-key": API_KEY})


ONCE, DARE = "/lab/v1/once", "/lab/v1/dare"


def make_key() -> str:
    return str(uuid.uuid4())


def reuse(lab: Lab) -> Answer:
    key = make_key()
    assert lab.call("fine", ONCE, idempotency_key=key).status == 200
    return lab.call("other", ONCE, idempotency_key=key)


def spend_keys(lab: Lab) -> Answer:
    """More keys than one caller may have, by a caller of its own."""
    token = f"Bearer {lab.mint('lab')}"
    while True:
        answer = lab.call("fine", ONCE, idempotency_key=make_key(), authorization=token)
        if answer.status != 200:
            return answer


def run_twice(lab: Lab) -> Answer:
    """The same write while it runs."""
    lab.provider.gate.clear()
    seen, key = len(lab.provider.calls), make_key()
    first: list[Answer] = []
    holding = threading.Thread(target=lambda: first.append(lab.call("hold", ONCE, idempotency_key=key)))
    holding.start()
    try:
        until(lambda: len(lab.provider.calls) > seen)
        return lab.call("hold", ONCE, idempotency_key=key)
    finally:
        lab.provider.gate.set()
        holding.join()
        assert first[0].status == 200
        assert lab.call("hold", ONCE, idempotency_key=key).headers["jembatan-origin"] == "cache"


def dare_again(lab: Lab) -> Answer:
    """A write of which nobody knows what became of it, at a provider that knows no repeat."""
    key, seen = make_key(), len(lab.provider.calls)
    assert lab.call("truncated", DARE, idempotency_key=key).fault == "PROVIDER_TRUNCATED"
    answer = lab.call("truncated", DARE, idempotency_key=key)
    assert len(lab.provider.calls) == seen + 1
    return answer


def spoil_store(lab: Lab) -> Answer:
    """What was kept does not open: the file was changed by somebody else."""
    key = make_key()
    assert lab.call("fine", ONCE, idempotency_key=key).status == 200
    with contextlib.closing(sqlite3.connect(lab.place / "state" / "lab.db")) as db, db:
        db.execute("UPDATE kept SET answer = zeroblob(64)")
    return lab.call("fine", ONCE, idempotency_key=key)


def dark(lab: Lab) -> Answer:
    return lab.call("fine", authorization=f"Bearer {lab.mint('north', iss='https://dark.lab.example')}")


def raw(text: str) -> Callable[[Lab], Answer]:
    return lambda lab: lab.ask_raw(text.encode())


def said(how: str, path: str = "/lab/v1/ask") -> Callable[[Lab], Answer]:
    return lambda lab: lab.call(how, path)


LONG = "x" * 3000
HOW: dict[str, Callable[[Lab], Answer]] = {
    "MALFORMED_REQUEST": raw("GET /lab//v1 HTTP/1.1\r\nHost: lab\r\n\r\n"),
    "URI_TOO_LONG": raw(f"GET /lab/v1/{LONG} HTTP/1.1\r\nHost: lab\r\n\r\n"),
    "HEADERS_TOO_LARGE": raw(f"GET /lab/v1/ask HTTP/1.1\r\nHost: lab\r\nA: {LONG}\r\nB: {LONG}\r\n\r\n"),
    "BODY_TOO_LARGE": lambda lab: lab.post("/lab/v1/ask", json.dumps({"how": "x" * 5000})),
    "REQUEST_TIMEOUT": slow_head,
    "EXPECTATION_FAILED": raw("POST /lab/v1/ask HTTP/1.1\r\nHost: lab\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n{}"),
    "NOT_IMPLEMENTED": raw("BREW /lab/v1/ask HTTP/1.1\r\nHost: lab\r\n\r\n"),
    "NO_ROUTE": lambda lab: lab.ask("GET", "/lab/v1/nothing", lab.north),
    "METHOD_NOT_ALLOWED": lambda lab: lab.ask("DELETE", "/lab/v1/ask", lab.north),
    "CREDENTIAL_MISSING": lambda lab: lab.call("fine", authorization=""),
    "CREDENTIAL_INVALID": lambda lab: lab.call("fine", authorization="Bearer e30.e30.e30"),
    "CREDENTIAL_EXPIRED": expired,
    "VERIFICATIONS_SPENT": spend_verifications,
    "ACCESS_DENIED": lambda lab: lab.call("fine", authorization=f"Bearer {lab.mint('south')}"),
    "PURPOSE_DENIED": lambda lab: lab.call("fine", jembatan_purpose="other"),
    "NOT_JSON": lambda lab: lab.post("/lab/v1/ask", '{"how": "fine", "how": "other"}'),
    "CALL_INVALID": lambda lab: lab.post("/lab/v1/ask", '{"how": 5, "more": 1}'),
    "MEDIA_TYPE_UNSUPPORTED": lambda lab: lab.call("fine", content_type="application/xml"),
    "NOT_ACCEPTABLE": lambda lab: lab.call("fine", accept="text/html, application/json;q=0"),
    "UNTRANSLATABLE": lambda lab: lab.write({"text": "ya", "kind": "cold"}),
    "CURSOR_INVALID": lambda lab: lab.ask("GET", "/lab/v1/shelf?after=bm90LWEtY3Vyc29y", lab.north),
    "CURSOR_EXPIRED": overdue,
    "SUBJECT_NOT_FOUND": said("verdict-14", "/lab/v1/office"),
    "CONFLICT": said("409"),
    "PROVIDER_FAILED": said("500"),
    "PROVIDER_INVALID": said("breaks"),
    "PROVIDER_REFUSED_TRANSLATION": said("422"),
    "PROVIDER_REFUSED_GATEWAY": said("401"),
    "PROVIDER_BUSY": said("busy"),
    "PROVIDER_REDIRECTED": said("redirect"),
    "PROVIDER_TRUNCATED": said("truncated"),
    "PROVIDER_MEDIA_TYPE": said("html"),
    "PROVIDER_PROTOCOL": said("garbage"),
    "PROVIDER_TOO_LARGE": said("large"),
    "PROVIDER_TIMEOUT": time_out,
    "PROVIDER_UNREACHABLE": lambda lab: lab.ask("GET", "/lab/v1/nowhere", lab.north),
    "KEYS_UNAVAILABLE": dark,
    "OVERLOADED": overload,
    "WEAKENING_ENDED": lambda lab: lab.ask("GET", "/lab/v1/ended", lab.north),
    "NO_PROVIDER": lambda lab: lab.post("/lab/v1/centres", json.dumps({"code": "Z9", "how": "fine"})),
    "TOO_FEW_ANSWERS": said("fine", "/lab/v1/panel"),
    "STEP_TOO_WIDE": lambda lab: lab.post("/lab/v1/trips", json.dumps({"hows": ["fine", "fine", "fine"]})),
    "STEP_REFUSED": lambda lab: lab.post("/lab/v1/lapsed", json.dumps({"how": "fine"})),
    "IDEMPOTENCY_KEY_MISSING": said("fine", ONCE),
    "IDEMPOTENCY_KEY_INVALID": lambda lab: lab.call("fine", ONCE, idempotency_key='"'),
    "IDEMPOTENCY_KEY_REUSED": reuse,
    "IDEMPOTENCY_KEYS_SPENT": spend_keys,
    "WRITE_RUNNING": run_twice,
    "WRITE_UNSURE": dare_again,
    "STORE_UNAVAILABLE": spoil_store,
    "INTERNAL": lambda lab: lab.ask("GET", "/lab/v1/planted", lab.north),
}
UNANSWERED = {
    "CALLER_GONE",  # nobody is there to read it: see the tests of callers who leave
    "JOURNEY_CHANGED", "JOURNEY_UNREADABLE",  # an operator is wanted: told where a journey's state is asked for
}  # fmt: skip
JOURNEYS, CITIZENS = "test_writing.py", "test_citizens.py"
ELSEWHERE = {  # kinds that need a federation of another kind, with the tests that bring them about through the real process
    "JOURNEY_UNKNOWN": JOURNEYS, "JOURNEY_CANCELLED": JOURNEYS, "JOURNEY_OVERDUE": JOURNEYS, "DECISION_OVERDUE": JOURNEYS,
    "DECISION_DENIED": JOURNEYS, "DECISION_CLOSED": JOURNEYS,
    "CITIZEN_MISSING": CITIZENS, "CITIZEN_MISMATCH": CITIZENS, "CONSENT_MISSING": CITIZENS, "CONSENT_OUTDATED": CITIZENS,
    "CONSENT_NOT_FOUND": CITIZENS, "STORE_KEY_UNKNOWN": "test_rotation.py",
}  # fmt: skip
WIRE = {"MALFORMED_REQUEST", "URI_TOO_LONG", "HEADERS_TOO_LARGE", "REQUEST_TIMEOUT", "EXPECTATION_FAILED", "NOT_IMPLEMENTED"}
WITH_RETRY_AFTER = {"VERIFICATIONS_SPENT", "PROVIDER_BUSY", "KEYS_UNAVAILABLE", "OVERLOADED", "WRITE_RUNNING", "STORE_UNAVAILABLE"}


def test_every_kind_of_the_catalogue_has_a_way_to_come_about() -> None:
    assert HOW.keys() | UNANSWERED | ELSEWHERE.keys() == CATALOGUE.keys()
    for kind, name in ELSEWHERE.items():
        assert f'"{kind}"' in (Path(__file__).parent / name).read_text()


@pytest.mark.parametrize("name", HOW)
def test_a_kind_is_answered_as_the_catalogue_says_and_counted_once(lab: Lab, name: str) -> None:
    kind = CATALOGUE[name]
    refused = {"fault": name} if name in WIRE | {"NO_ROUTE", "METHOD_NOT_ALLOWED"} else None
    series = "jembatan_refused_requests_total" if refused else "jembatan_responses_total"
    before = lab.metric(series, fault=name)
    defects = lab.metric("jembatan_defects_total")
    answer = HOW[name](lab)
    problem = check_problem(answer, kind.whose)
    assert (answer.status, problem["code"], problem["retry"]) == (kind.status, name, kind.retry)
    assert (problem["title"], problem["cure"]) == (kind.title_en, kind.cure_en)
    assert answer.headers["jembatan-origin"] == ("provider" if kind.is_providers_word else "gateway")
    assert answer.is_closed == (name in WIRE)
    assert answer.headers["content-language"] == "en"
    assert ("retry-after" in answer.headers) == (name in WITH_RETRY_AFTER)
    assert ("www-authenticate" in answer.headers) == (kind.status == 401)
    assert ("allow" in answer.headers) == (kind.status == 405)
    for secret in (CREDENTIAL, "127.0.0.1", "Traceback", 'File "', "3215014502930002"):
        assert secret not in answer.body.decode()
    lab.count(before + 1, series, fault=name)
    lab.count(defects + (name == "INTERNAL"), "jembatan_defects_total")


@pytest.mark.parametrize("name", sorted(HOW.keys() - WIRE - {"VERIFICATIONS_SPENT", "PROVIDER_TIMEOUT", "OVERLOADED"}))
def test_a_kind_is_told_in_indonesian_to_whom_prefers_it(lab: Lab, name: str) -> None:
    kind = CATALOGUE[name]
    lab.north["accept-language"] = "id"
    try:
        answer = HOW[name](lab)
    finally:
        del lab.north["accept-language"]
    problem = check_problem(answer, kind.whose)
    assert (problem["title"], problem["cure"]) == (kind.title_id, kind.cure_id)
    assert answer.headers["content-language"] == "id"


def test_a_defect_of_ours_is_logged_without_its_values_and_answered_without_its_trace(lab: Lab) -> None:
    answer = lab.ask("GET", "/lab/v1/planted", lab.north)
    exchange = answer.headers["jembatan-exchange"]
    assert answer.json.keys() <= MEMBERS | {"cure"}
    until(lambda: sum(line.get("exchange") == exchange for line in lab.log_lines()) == 2)
    defect, ended = (line for line in lab.log_lines() if line.get("exchange") == exchange)
    assert (defect["event"], defect["error"], defect["route"]) == ("defect", "RuntimeError", "lab.planted")
    assert defect["raised_at"].endswith("tests.system.planted:18 fail")
    assert (ended["event"], ended["status"], ended["outcome"], ended["fault"]) == ("exchange", 500, "failed", "INTERNAL")
    assert SECRET not in lab.log.read_text()
    assert "planted" not in lab.errors.read_text()


# -- what the table of providers' answers says beyond one row a kind


@pytest.mark.parametrize(
    ("how", "path", "status", "fault"),
    [
        ("fine", "/lab/v1/ask", 200, None),
        ("verdict-fine", "/lab/v1/office", 200, None),
        ("verdict-else", "/lab/v1/office", 502, "PROVIDER_FAILED"),
        ("verdict-none", "/lab/v1/office", 502, "PROVIDER_INVALID"),
        ("verdict-77", "/lab/v1/office", 422, "LAB_SHUT"),
        ("400", "/lab/v1/ask", 502, "PROVIDER_REFUSED_TRANSLATION"),
        ("415", "/lab/v1/ask", 502, "PROVIDER_REFUSED_TRANSLATION"),
        ("422", "/lab/v1/ask", 502, "PROVIDER_REFUSED_TRANSLATION"),
        ("401", "/lab/v1/ask", 502, "PROVIDER_REFUSED_GATEWAY"),
        ("403", "/lab/v1/ask", 502, "PROVIDER_REFUSED_GATEWAY"),
        ("404", "/lab/v1/ask", 502, "PROVIDER_FAILED"),
        ("410", "/lab/v1/ask", 502, "PROVIDER_FAILED"),
        ("412", "/lab/v1/ask", 409, "CONFLICT"),
        ("428", "/lab/v1/ask", 409, "CONFLICT"),
        ("418", "/lab/v1/ask", 502, "PROVIDER_FAILED"),
        ("no-json", "/lab/v1/ask", 502, "PROVIDER_INVALID"),
        ("empty", "/lab/v1/ask", 502, "PROVIDER_INVALID"),
        ("strange-code", "/lab/v1/ask", 502, "PROVIDER_INVALID"),
        ("gone", "/lab/v1/ask", 502, "PROVIDER_TRUNCATED"),
        ("bad-chunk", "/lab/v1/ask", 502, "PROVIDER_PROTOCOL"),
        ("both-lengths", "/lab/v1/ask", 502, "PROVIDER_PROTOCOL"),
        ("split-header", "/lab/v1/ask", 502, "PROVIDER_PROTOCOL"),
    ],
)
def test_what_a_provider_says_means_what_the_design_says(lab: Lab, how: str, path: str, status: int, fault: str | None) -> None:
    answer = lab.call(how, path)
    check_headers(answer)
    assert (answer.status, answer.fault) == (status, fault)
    if fault is None:
        assert answer.json["text"] == "ya"
    assert lab.call("fine").status == 200, "the next call has a connection of its own"


def test_a_fault_of_the_federation_has_its_own_status_and_words_in_both_languages(lab: Lab) -> None:
    english, indonesian = (lab.call("verdict-77", "/lab/v1/office", accept_language=language) for language in ("en", "id"))
    for answer, title, cure in ((english, "The laboratory is shut", "Come tomorrow"), (indonesian, "Laboratorium tutup", "Datang besok")):
        problem = check_problem(answer, "caller")
        assert (answer.status, problem["title"], problem["cure"]) == (422, title, cure)
        assert problem["type"] == "urn:jembatan:fault:lab-shut"


def test_retry_after_of_a_provider_is_passed_on_up_to_a_cap(lab: Lab) -> None:
    assert lab.call("busy").headers["retry-after"] == "7"
    assert lab.call("busy-long").headers["retry-after"] == "300"


def test_a_busy_provider_that_names_no_time_still_gets_a_retry_after(lab: Lab) -> None:
    assert int(lab.call("503").headers["retry-after"]) >= 1


def test_a_body_beyond_the_bound_is_refused_unread_and_the_connection_closed(lab: Lab) -> None:
    head = write_request("POST", "/lab/v1/ask", "lab", {**lab.north, "content-type": "application/json", "content-length": "5000000"}, None)
    answer = lab.ask_raw(head)
    assert (answer.status, answer.fault, answer.is_closed) == (413, "BODY_TOO_LARGE", True)


def test_a_redirect_of_a_provider_is_neither_followed_nor_told(lab: Lab) -> None:
    answer = lab.call("redirect")
    assert "location" not in answer.headers
    assert "secret" not in answer.body.decode()


def test_nothing_of_a_providers_headers_passes_unnamed(lab: Lab) -> None:
    answer = lab.call("cookie")
    assert answer.status == 200
    assert not {"set-cookie", "server", "x-powered-by"} & answer.headers.keys()


def test_bytes_after_a_providers_answer_are_never_the_answer_to_another_call(lab: Lab) -> None:
    for _ in range(5):
        first, second = lab.call("surplus"), lab.call("fine")
        assert (first.status, second.status) in ((200, 200), (502, 200))
        assert b"smuggled" not in first.body + second.body


# -- what a caller is told of its mistakes


def test_a_call_is_told_all_its_mistakes_with_pointers(lab: Lab) -> None:
    answer = lab.ask("GET", "/lab/v1/things/a?n=x&q=1&q=2&z=1", {**lab.north, "x-note": "a"})
    found = {(each["part"], each["pointer"], each["keyword"]) for each in check_problem(answer, "caller")["errors"]}
    assert found == {("query", "/n", "type"), ("query", "/q", "repeated"), ("query", "/z", "unknown")}
    answer = lab.write({"text": 5, "kind": "hot", "more": 1})
    found = {(each["part"], each["pointer"], each["keyword"]) for each in check_problem(answer, "caller")["errors"]}
    assert found == {("body", "/text", "type"), ("body", "/kind", "enum"), ("body", "/more", "unknown")}


def test_a_value_without_a_counterpart_is_named_by_its_pointer(lab: Lab) -> None:
    (finding,) = lab.write({"text": "ya", "kind": "cold"}).json["errors"]
    assert (finding["part"], finding["pointer"]) == ("body", "/kind")


def test_method_not_allowed_names_the_methods_of_the_path(lab: Lab) -> None:
    assert set(lab.ask("DELETE", "/lab/v1/ask", lab.north).headers["allow"].split(", ")) == {"POST", "PUT"}


@pytest.mark.parametrize("media", ["", "text/plain", "application/json; charset=latin-1", "application/json, text/plain", "json", "*/*"])
def test_only_json_is_taken(lab: Lab, media: str) -> None:
    assert lab.call("fine", content_type=media).fault == "MEDIA_TYPE_UNSUPPORTED"
    assert lab.call("fine", content_type='application/json; charset="utf-8"').status == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate, gzip", "x"])
def test_a_content_coding_is_not_taken(lab: Lab, coding: str) -> None:
    assert lab.call("fine", content_encoding=coding).fault == "MEDIA_TYPE_UNSUPPORTED"


def test_an_api_key_is_a_credential_and_two_credentials_are_none(lab: Lab) -> None:
    assert lab.call("fine", authorization="", x_api_key=API_KEY).status == 200
    assert lab.call("fine", authorization="", x_api_key=API_KEY + "x").fault == "CREDENTIAL_INVALID"
    assert lab.call("fine", x_api_key=API_KEY).fault == "CREDENTIAL_INVALID"


@pytest.mark.parametrize(
    ("target", "part"), [("/lab/v1/things/a%ff", "path"), ("/lab/v1/things/a?q=%ff", "query"), ("/lab/v1/things/a?q=%ed%a0%80", "query")]
)
def test_what_is_no_utf8_is_named_so(lab: Lab, target: str, part: str) -> None:
    (finding,) = check_problem(lab.ask("GET", target, lab.north), "caller")["errors"]
    assert (finding["part"], finding["keyword"]) == (part, "encoding")


# -- callers who leave


def leave(lab: Lab, request: bytes) -> None:
    """Send a call, and go once the provider holds it."""
    lab.provider.gate.clear()
    seen = len(lab.provider.calls)
    with lab.line() as line:
        line.send(request)
        until(lambda: len(lab.provider.calls) > seen)


def test_a_caller_who_leaves_is_counted_and_its_read_is_cancelled(lab: Lab) -> None:
    gone, lost = lab.metric("jembatan_responses_total", fault="CALLER_GONE", route="lab.ask"), len(lab.provider.lost)
    cancelled = lab.metric("jembatan_upstream_attempts_total", outcome="cancelled")
    body = b'{"how":"hold"}'
    leave(lab, write_request("POST", "/lab/v1/ask", "lab", {**lab.north, "content-type": "application/json"}, body))
    until(lambda: len(lab.provider.lost) > lost)
    lab.provider.gate.set()
    lab.count(gone + 1, "jembatan_responses_total", fault="CALLER_GONE", status="499", route="lab.ask")
    lab.count(cancelled + 1, "jembatan_upstream_attempts_total", outcome="cancelled")


def test_a_write_whose_caller_leaves_runs_to_its_end(lab: Lab) -> None:
    gone, lost = lab.metric("jembatan_responses_total", fault="CALLER_GONE", route="lab.write"), len(lab.provider.lost)
    answered = lab.metric("jembatan_upstream_attempts_total", outcome="answered")
    leave(lab, write_request("PUT", "/lab/v1/ask", "lab", {**lab.north, "content-type": "application/json"}, b'{"text":"tahan"}'))
    lab.provider.gate.set()
    lab.count(gone + 1, "jembatan_responses_total", fault="CALLER_GONE", status="499", route="lab.write")
    lab.count(answered + 1, "jembatan_upstream_attempts_total", outcome="answered")
    assert len(lab.provider.lost) == lost


# -- gathered bytes


def read_json_corpus() -> list[tuple[str, str, bytes]]:
    path = CORPORA / "json-parsing.json"
    cases = json.loads(path.read_text()) if path.exists() else []
    return [(case["name"], case["expect"], base64.b64decode(case["bytes_base64"])) for case in cases]


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not beside this checkout")
def test_json_that_must_be_refused_is_and_none_is_a_defect(lab: Lab) -> None:
    cases = read_json_corpus()
    duplicates = {name for name, _, _ in cases if "duplicated_key" in name}
    wrong = []
    assert len(cases) > 300
    assert len(duplicates) == 2
    for name, expect, body in cases:
        answer = lab.post("/lab/v1/any", body)
        check_headers(answer)
        allowed = {"accept": {200}, "reject": {400, 422}, "either": {200, 400, 422}}[expect] if name not in duplicates else {400}
        if answer.status not in allowed or answer.fault not in (None, "NOT_JSON", "CALL_INVALID"):
            wrong.append((name, expect, answer.status, answer.fault))
    assert wrong == []


def read_naughty() -> list[str]:
    path = CORPORA / "naughty-strings.json"
    return json.loads(path.read_text()) if path.exists() else []


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not beside this checkout")
def test_naughty_strings_in_a_body_come_back_as_they_went(lab: Lab) -> None:
    for text in read_naughty():
        answer = lab.write({"text": text})
        assert answer.status == 200, text
        assert answer.json == {"text": text}


# -- bytes that went wrong on the way


def mutate(chance: random.Random, raw: bytes) -> bytes:
    """Change, drop, insert or repeat a few bytes."""
    made = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, from_ = chance.randrange(len(made)), chance.randrange(len(made))
        sharp = bytes([chance.choice(b'\r\n\0 :;,%\\/"{}[]\xff\x80A0')])
        piece, end = chance.choice(
            ((bytes([chance.randrange(256)]), at + 1), (b"", at + 1), (sharp, at), (bytes(made[from_ : from_ + 20]), at))
        )
        made[at:end] = piece
    return bytes(made)


def test_no_mutation_of_a_call_is_a_defect_or_a_fault_of_the_provider(lab: Lab) -> None:
    chance = random.Random(20_261_121)
    headers = {"x-api-key": API_KEY, "jembatan-purpose": "testing", "content-type": "application/json"}
    call = write_request("PUT", "/lab/v1/ask", "lab", headers, b'{"text":"ya","kind":"warm"}')
    for _ in range(400):
        raw = mutate(chance, call)
        with lab.line("127.0.0.3") as line:
            line.send(raw)
            line.sock.shutdown(socket.SHUT_WR)
            got = line.read_end()
        assert not got or 200 <= int(got.split(b" ")[1]) < 500 or got.startswith(b"HTTP/1.1 501 "), raw


def test_no_mutation_of_an_answer_is_a_defect_or_reaches_the_next_caller(lab: Lab) -> None:
    chance = random.Random(20_261_122)
    chunked = (
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"tek\r\n9\r\ns":"ya"}\n\r\n0\r\n\r\n'
    )
    for number in range(400):
        DEEDS["mutated"] = mutate(chance, (write_answer(FINE, more="Retry-After: 5\r\nConnection: keep-alive\r\n"), chunked)[number % 2])
        answer = lab.call("mutated")
        check_headers(answer)
        assert answer.status in (200, 409, 502, 503, 504), DEEDS["mutated"]
        assert lab.call("other").json == {"text": "lain"}, DEEDS["mutated"]


@pytest.mark.parametrize(
    ("route", "direction", "code", "breach"),
    [
        ("lab.write", "request", "UNTRANSLATABLE", lambda lab: lab.write({"text": "ya", "kind": "cold"})),
        ("lab.ask", "response", "PROVIDER_INVALID", lambda lab: lab.call("strange-code")),
    ],
)
def test_a_value_that_is_not_as_assumed_is_refused_and_counted_in_each_direction(
    lab: Lab, route: str, direction: str, code: str, breach: Callable[[Lab], Answer]
) -> None:
    labels = {"route": route, "direction": direction, "mode": "enforce", "keyword": "assume"}
    before = lab.metric("jembatan_findings_total", **labels)
    assert check_problem(breach(lab))["code"] == code
    lab.count(before + 1, "jembatan_findings_total", **labels)
