"""JSON at the edge: what is read, what is refused, and that no finding tells a value."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from gateway.schema.text import _walk, decode_json, encode_json
from gateway.values.faults import FINDINGS_MAX, Finding, Refused

CORPUS = Path(__file__).parents[3].parent / "shared/corpora/json-parsing.json"
CASES = json.loads(CORPUS.read_text()) if CORPUS.exists() else []
TWICE = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}


def refused(raw: bytes, **options: object) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as caught:
        decode_json(raw, **options)  # type: ignore[arg-type]
    assert caught.value.fault.kind.name == "NOT_JSON"
    assert caught.value.__cause__ is None and caught.value.__context__ is None  # the decoder's error holds the text
    return caught.value.fault.findings


@pytest.mark.skipif(not CASES, reason="the corpus json-parsing.json is not there")
def test_every_document_of_the_corpus_gets_what_it_expects():
    for case in CASES:
        raw = base64.b64decode(case["bytes_base64"])
        try:
            decode_json(raw)
            verdict = "accept"
        except Refused as refusal:
            assert refusal.fault.kind.name == "NOT_JSON", case["name"]
            verdict = "reject"
        if case["expect"] != "either":
            assert verdict == ("reject" if case["name"] in TWICE else case["expect"]), case["name"]
    assert len(CASES) >= 300


@pytest.mark.parametrize(
    ("raw", "pointers"),
    [
        (b'{"a":1,"a":1}', ["/a"]),
        (b'{"a":{"b":[0,{"c":1,"c":2}]}}', ["/a/b/1/c"]),
        (b'{"a":1,"\\u0061":2}', ["/a"]),
        (b'{"a":"::","a":"\\u003a\\u003A"}', ["/a"]),
        (b'{"a":{"x":1,"x":2},"a":3}', ["/a", "/a/x"]),
        (b'{"a/b~":1,"a/b~":2}', ["/a~1b~0"]),
        (b'{"":1,"":2}', ["/"]),
        (b'{"a":"\\u003a","b":1,"b":1}', ["/b"]),
    ],
)
def test_a_name_that_stands_twice_is_refused_where_it_stands(raw, pointers):
    findings = refused(raw)
    assert sorted(f.pointer for f in findings) == pointers
    assert {f.keyword for f in findings} == {"duplicate"}


@pytest.mark.parametrize(
    "raw", [b'{"a\\u003a":1}', b'{"a:b":"c:d"}', b'{"\\\\u003a":1}', b'[":",{"a":{"a":[{"a":1},{"a":1}]}}]', b'{"a":1.50e3,"b":-0}']
)
def test_equal_names_in_different_objects_and_colons_in_strings_are_no_duplicates(raw):
    assert decode_json(raw) == json.loads(raw)


@pytest.mark.parametrize("number", ["9007199254740992", "-9007199254740992", "0", "123456789012345"])
@pytest.mark.parametrize("form", ["%s", " %s", "[%s]", '{"a":%s}', "[1,%s]", "[\n%s]", '["%s"]'])
def test_an_integer_that_a_double_holds_passes_and_so_do_digits_in_a_string(number, form):
    assert decode_json((form % number).encode()) == json.loads(form % number)


@pytest.mark.parametrize("number", ["9007199254740993", "-9007199254740993", "18446744073709551616", "9" * 300, "-" + "9" * 30])
@pytest.mark.parametrize("form", ["%s", "\t%s", "[%s]", '{"a": %s}', "[1,%s]", "[\r\n%s]"])
def test_an_integer_that_a_double_would_change_is_refused(number, form):
    assert [f.keyword for f in refused((form % number).encode())] == ["integer"]


def test_declared_big_integers_pass_up_to_64_bits():
    for value in (2**53 + 1, 2**64 - 1, -(2**63)):
        assert decode_json(b"[%d]" % value, big_integers=True) == [value]
    for value in (2**64, -(2**63) - 1, 10**40):
        assert [f.pointer for f in refused(b"[%d]" % value, big_integers=True)] == ["/0"]


def test_depth_is_bounded_and_brackets_in_strings_do_not_count():
    assert decode_json(b"[" * 64 + b"]" * 64)
    assert decode_json(b'["' + b"[{" * 500 + b'"]')
    assert decode_json(b"[" + b"[]," * 500 + b"[]]")
    assert [f.keyword for f in refused(b"[" * 65 + b"]" * 65)] == ["depth"]
    assert [f.keyword for f in refused(b'{"a":[0]}', depth_max=1)] == ["depth"]
    assert refused(b"[" * 100_000)


@pytest.mark.parametrize(
    "raw",
    [b"", b"  ", b"NaN", b"[Infinity]", b"-Infinity", b"[1e400]", b"\xef\xbb\xbf1", b'["\\ud800"]', b'["\xff"]', b"[1]x", b"'a'", b"{a:1}"],
)
def test_what_is_not_json_is_refused(raw):
    assert [f.keyword for f in refused(raw)] == ["json"]


def test_findings_are_few_and_tell_no_value():
    many = b"[" + b",".join(b'{"k":"SECRET","k":"SECRET"}' for _ in range(100)) + b"]"
    assert len(refused(many)) == 20
    for raw in (many, b'["SECRET\xff"]', b'{"SECRET', b'["SECRET",99999999999999999999]'):
        assert all("SECRET" not in f.detail + f.pointer for f in refused(raw))


def test_what_is_written_is_compact_and_reads_back():
    assert encode_json({"a": [1, "é", None, True]}) == '{"a":[1,"é",null,true]}'.encode()


def test_the_exact_check_walks_to_what_may_be_marked_and_past_the_scalars() -> None:
    """Else one long number among half a million short ones makes a pointer for each of them."""
    document = [[1, "a", None, 2.5, True] * 1000, {"a": 1, "b": {}}]
    assert [pointer for pointer, _ in _walk(document)] == ["", "/1", "/1/b", "/0"]


def test_of_very_many_repeated_names_twenty_are_told() -> None:
    findings = refused(b"{" + b",".join(b'"%d":1,"%d":2' % (n, n) for n in range(500)) + b"}")
    assert [finding.keyword for finding in findings] == ["duplicate"] * FINDINGS_MAX
