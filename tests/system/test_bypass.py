"""Ways round a policy that other proxies once had: what is judged is what the provider is asked, through the real sockets.

Source: the advisories that each test names.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import jwt
import pytest

from gateway.sandbox.identity import describe_key

from .lab import Lab, check_shape, run_lab
from .talk import Answer, check_headers, until, write_request

NAUGHTY = Path(__file__).parents[2].parent / "shared/corpora/naughty-strings.json"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with run_lab(tmp_path_factory.mktemp("lab")) as made:
        yield made


def thing(lab: Lab, target: str, *more: bytes) -> bytes:
    lines = [f"{name}: {text}".encode() for name, text in lab.north.items()]
    return b"\r\n".join([f"GET {target} HTTP/1.1".encode(), b"Host: lab", *lines, *more, b"", b""])


def calls_of(lab: Lab, raw: bytes) -> tuple[Answer, list[tuple[bytes, bytes]]]:
    """Send bytes, and give the first answer with the calls that reached the provider."""
    before = len(lab.provider.calls)
    answer = lab.ask_raw(raw)
    return answer, lab.provider.calls[before:]


@pytest.mark.parametrize(
    "path",
    [
        "//lab/v1/things/a", "/lab//v1/things/a", "/lab/./v1/things/a", "/lab/v1/things/../ended", "/lab/v1/things/a%2fb",
        "/lab/v1/things/a%2Fb", "/lab/v1/things/a%5cb", "/lab/v1/things/a\\b", "/lab/v1/things/a;x=y", "/lab/v1/things/%2e%2e",
        "/lab/v1/things/%2e", "/lab/v1/things/.", "/lab/v1/things/%61", "/lab/v1/things/a%00", "/lab/v1/things/a%0d%0ax",
        "/lab/v1/things/a#b", "/lab/v1/%74hings/a", "/lab/v1/things/a%", "http://elsewhere/lab/v1/things/a", "lab/v1/things/a",
        "*",
    ],
)  # fmt: skip
def test_a_path_with_two_readings_reaches_nobody(lab: Lab, path: str) -> None:
    """Envoy CVE-2021-29492, Istio-2021-005, OPA-Envoy CVE-2026-26205."""
    answer, calls = calls_of(lab, thing(lab, path))
    assert (answer.status, answer.fault, answer.is_closed) == (400, "MALFORMED_REQUEST", True)
    assert calls == []


@pytest.mark.parametrize("path", ["/lab/v1/things/a/", "/lab/v1/things/", "/lab/v1/Things/a", "/lab/v1/things/a/b", "/LAB/v1/things/a"])
def test_another_path_is_another_operation(lab: Lab, path: str) -> None:
    answer, calls = calls_of(lab, thing(lab, path))
    assert (answer.status, answer.fault) == (404, "NO_ROUTE")
    assert calls == []


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ((b"Jembatan-Purpose: other",), 400),
        ((b"Authorization: Bearer e30.e30.e30",), 400),
        ((b"X-Api-Key: a", b"X-Api-Key: b"), 400),
        ((b"X-Note: a", b"X-Note: b"), 422),
        ((b"Content-Type: application/json", b"Content-Type: text/plain"), 400),
    ],
)
def test_a_header_that_is_judged_stands_once(lab: Lab, more: tuple[bytes, ...], status: int) -> None:
    """Istio CVE-2026-26308, CVE-2026-31838."""
    answer, calls = calls_of(lab, thing(lab, "/lab/v1/things/a", *more))
    assert answer.status == status
    assert calls == []


def test_a_list_of_purposes_is_no_purpose(lab: Lab) -> None:
    for both in ("testing, other", "other, testing", "testing,testing", "testing;other", "TESTING", " testing ,"):
        assert lab.call("fine", jembatan_purpose=both).fault == "PURPOSE_DENIED"


def test_two_hosts_are_none(lab: Lab) -> None:
    """aiohttp CVE-2026-34525."""
    for more in ((b"Host: lab",), (b"Host: other",), (b"host:lab",)):
        answer, calls = calls_of(lab, thing(lab, "/lab/v1/things/a", *more))
        assert (answer.status, answer.is_closed) == (400, True)
        assert calls == []


@pytest.mark.parametrize(
    "line", [b": x", b"Content-Length:", b"Content-Length: ", b"X-Note : a", b" X-Note: a", b"X\0Note: a", b"X-Note: a\0b", b"X-Note"]
)
def test_a_header_without_a_name_or_length_is_refused(lab: Lab, line: bytes) -> None:
    """HAProxy CVE-2023-25725, CVE-2023-40225."""
    answer, calls = calls_of(lab, thing(lab, "/lab/v1/things/a", line))
    assert (answer.status, answer.fault, answer.is_closed) == (400, "MALFORMED_REQUEST", True)
    assert calls == []


@pytest.mark.parametrize("value", ["a b", "a?x=1", "a#b", "a&b", "a%b", "a\tb", "é", "a HTTP/1.1", "a:b@c", "a+b", "\u202e", "a=b"])
def test_what_was_captured_from_a_path_stays_one_segment(lab: Lab, value: str) -> None:
    """Apache mod_proxy CVE-2023-25690."""
    answer, calls = calls_of(lab, thing(lab, "/lab/v1/things/" + quote(value, safe="")))
    if answer.status == 400:
        assert calls == []
        return
    assert answer.status == 200
    assert calls[0][0].split(b"\r\n")[0] == f"GET /things/{quote(value, safe='')}/end HTTP/1.1".encode()


def test_an_upgrade_is_ignored_and_what_follows_is_judged(lab: Lab) -> None:
    """aiohttp CVE-2026-69243: smuggling through a failed upgrade."""
    first = thing(lab, "/lab/v1/things/a", b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    second = b"GET /lab/v1/things/b HTTP/1.1\r\nHost: lab\r\n\r\n"
    before = len(lab.provider.calls)
    with lab.line() as line:
        line.send(first + second)
        answers = [line.read(), line.read()]
    assert [answer.status for answer in answers] == [200, 401]
    assert [head.split(b" ")[1] for head, _ in lab.provider.calls[before:]] == [b"/things/a/end"]
    assert b"upgrade" not in lab.provider.calls[before][0].lower()


def test_an_upgrade_to_http2_is_ignored(lab: Lab) -> None:
    answer, calls = calls_of(
        lab, thing(lab, "/lab/v1/things/a", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk")
    )
    assert answer.status == 200
    assert len(calls) == 1
    assert b"http2" not in calls[0][0].lower()


def test_connection_names_no_header_that_we_judge_away(lab: Lab) -> None:
    for named in (b"authorization", b"jembatan-purpose", b"host, content-length"):
        answer, calls = calls_of(lab, thing(lab, "/lab/v1/things/a", b"Connection: " + named))
        assert answer.status == 200
        assert len(calls) == 1
    answer, _ = calls_of(
        lab, b"GET /lab/v1/things/a HTTP/1.1\r\nHost: lab\r\nConnection: close, x-forwarded-for\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n"
    )
    assert answer.status == 401


def test_headers_of_trust_from_a_caller_reach_no_provider(lab: Lab) -> None:
    names = (
        "X-Forwarded-For",
        "Forwarded",
        "X-Real-IP",
        "Cookie",
        "Proxy-Authorization",
        "X-Original-URL",
        "X-Catatan",
        "X-HTTP-Method-Override",
        "TE",
    )
    answer, calls = calls_of(lab, thing(lab, "/lab/v1/things/a", *(f"{name}: smuggled".encode() for name in names)))
    assert answer.status == 200
    head = calls[0][0].lower()
    assert b"smuggled" not in head
    assert head.count(b"\r\nauthorization:") == 1
    assert lab.north["authorization"].lower().encode() not in head, "the caller's credential is not the provider's business"


def test_a_body_that_ends_early_reaches_nobody_and_spoils_no_connection(lab: Lab) -> None:
    """HAProxy CVE-2026-33555."""
    head = {**lab.north, "content-type": "application/octet-stream"}
    before, lost = len(lab.provider.calls), len(lab.provider.lost)
    with lab.line() as line:  # buffered: it never leaves
        line.send(
            write_request("POST", "/lab/v1/any", "lab", {**head, "content-type": "application/json", "content-length": "100"}, None) + b"{"
        )
    with lab.line() as line:  # streamed: it has left, so that connection ends with it
        line.send(write_request("POST", "/lab/v1/stream", "lab", {**head, "content-length": "100"}, None) + b"short")
    until(lambda: len(lab.provider.lost) > lost)
    assert lab.provider.lost[lost:] == [b"POST /echo HTTP/1.1"]
    assert len(lab.provider.calls) == before
    for number in range(5):
        answer = lab.post("/lab/v1/stream", f"whole {number}", content_type="application/octet-stream")
        assert (answer.status, answer.body) == (200, f"whole {number}".encode())


@pytest.mark.parametrize("how", ["bad-chunk", "both-lengths", "garbage", "truncated", "surplus", "split-header"])
def test_a_malformed_answer_spoils_no_other(lab: Lab, how: str) -> None:
    """aiohttp CVE-2026-69244."""
    for _ in range(5):
        spoiled, fine = lab.call(how), lab.call("other")
        assert spoiled.status in (200, 502)
        assert (fine.status, fine.json) == (200, {"text": "lain"})
    assert lab.metric("jembatan_defects_total") == 0


def test_no_answer_reaches_another_caller_under_load(lab: Lab) -> None:
    """uvloop PR 646: cross-talk between connections."""
    wrong: list[str] = []

    def talk(name: int) -> None:
        with lab.line() as line:
            for number in range(40):
                text = f"{name}-{number}-" + "x" * (name * 97 % 800)
                body = json.dumps({"text": text}).encode()
                line.send(write_request("PUT", "/lab/v1/ask", line.host, {**lab.north, "content-type": "application/json"}, body))
                answer = line.read()
                if answer.status != 200 or answer.json != {"text": text}:
                    wrong.append(f"{text[:20]}: {answer.status} {answer.body[:40]!r}")

    talkers = [threading.Thread(target=talk, args=(name,)) for name in range(24)]
    for talker in talkers:
        talker.start()
    for talker in talkers:
        talker.join()
    assert wrong == []


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1}, {"crit": []}, {"crit": ["b64"], "b64": False},
        {"jku": "https://idp.lab.example/k"}, {"x5u": "https://idp.lab.example/c"}, {"jwk": {"kty": "EC"}}, {"x5c": ["AA=="]},
        {"alg": "none"}, {"alg": "HS256"},
        {"kid": "../../etc/passwd"}, {"zip": "DEF"}, {"typ": "logout+jwt"},
    ],
)  # fmt: skip
def test_a_token_whose_header_asks_for_more_is_refused(lab: Lab, header: dict[str, object]) -> None:
    """PyJWT CVE-2026-32597: an unknown `crit` was accepted."""
    good = lab.mint("north")
    claims = jwt.decode(good, options={"verify_signature": False})
    named = {"kid": describe_key(lab.key)["kid"], **header}
    signs = named.pop("alg", "ES256")
    if signs == "ES256":
        token = jwt.encode(claims, lab.key, algorithm="ES256", headers=named)
    else:
        parts = [json.dumps({"alg": signs, **named}), json.dumps(claims)]
        token = (
            ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)
            + "."
            + ("" if signs == "none" else "AAAA")
        )
    answer = lab.call("fine", authorization=f"Bearer {token}")
    assert (answer.status, answer.fault) == (401, "CREDENTIAL_INVALID")
    assert lab.call("fine", authorization=f"Bearer {good}").status == 200


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the corpora are not beside this checkout")
def test_naughty_strings_in_path_query_and_header_inject_nothing(lab: Lab) -> None:
    """Each is refused as the caller's fault, or reaches the provider as one value in its place."""
    served = 0
    for text in json.loads(NAUGHTY.read_text()):
        for target, header in (
            (f"/lab/v1/things/{quote(text, safe='')}", b""),
            (f"/lab/v1/things/a?q={quote(text, safe='')}", b""),
            ("/lab/v1/things/a", text.encode()),
        ):
            if b"\r" in header or b"\n" in header:
                continue  # that is another header already where it is sent: no value of ours
            answer, calls = calls_of(lab, thing(lab, target, *([b"X-Note: " + header] if header else [])))
            check_headers(answer)
            assert answer.status in (200, 400, 404, 414, 422, 431), (text, answer.status)
            assert len(calls) == (answer.status == 200)
            for head, body in calls:
                served += 1
                check_shape(head, body)
    assert served > 600
