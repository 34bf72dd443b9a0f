"""No value changes the number of segments, of query names or of header lines upstream, seen by a provider of raw sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.system.lab import Lab, check_shape, run_lab
from tests.system.talk import Answer

CASES = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
# Texts of what separates, of what is encoded, and of anything but surrogates.
SHARP = st.text(st.sampled_from(list("/.%\\?#&=;:@+ \r\n\t\0\x7f\x85\u2028éa0-_~,'\"{}")), max_size=12)
TEXTS = st.one_of(SHARP, st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with run_lab(tmp_path_factory.mktemp("lab")) as made:
        yield made


def send(lab: Lab, document: dict[str, str]) -> tuple[Answer, bytes]:
    """Send a call; give the answer and the head that reached the provider, if one did."""
    before = len(lab.provider.calls)
    answer = lab.post("/lab/v1/spread", json.dumps(document))
    calls = lab.provider.calls[before:]
    assert len(calls) == (answer.status == 200)
    for head, body in calls:
        check_shape(head, body)
    return answer, calls[0][0] if calls else b""


def refused_at(answer: Answer, pointer: str) -> bool:
    return answer.fault == "UNTRANSLATABLE" and [each["pointer"] for each in answer.json["errors"]] == [pointer]


@CASES
@example("..")
@example("")
@example("a/../../b?x=1#f")
@example("%2e%2e%2f")
@example("x HTTP/1.1\r\nHost: elsewhere\r\n\r\nGET /")
@given(TEXTS)
def test_a_segment_stays_one_segment(lab: Lab, text: str) -> None:
    answer, head = send(lab, {"segment": text})
    if text in ("", ".", ".."):
        assert refused_at(answer, "/segment")
        return
    segment = head.split(b" ")[1].split(b"/")[2]
    assert unquote_to_bytes(segment) == text.encode()


@CASES
@example("a&b=c")
@example("a#b")
@example("\r\nX-Injected: 1")
@given(TEXTS)
def test_a_query_value_stays_one_value_of_its_name(lab: Lab, text: str) -> None:
    _, head = send(lab, {"segment": "s", "query": text})
    name, _, value = head.split(b" ")[1].partition(b"?")[2].partition(b"=")
    assert name == b"cari"
    assert unquote_to_bytes(value) == text.encode()


@CASES
@example("a\r\nX-Injected: 1")
@example("a\nX-Injected: 1")
@example("a\0b")
@given(TEXTS)
def test_a_header_value_stays_on_its_line_or_is_refused(lab: Lab, text: str) -> None:
    answer, head = send(lab, {"segment": "s", "header": text})
    if not head:
        assert refused_at(answer, "/header")
        assert not text or text != text.strip() or not (text.isascii() and text.isprintable())
        return
    (line,) = (line for line in head.split(b"\r\n") if line.startswith(b"X-Catatan:"))
    assert line == b"X-Catatan: " + text.encode()
