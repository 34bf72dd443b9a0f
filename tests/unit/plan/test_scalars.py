"""What the text of one value means."""

import pytest

from gateway.plan.scalars import BYTES, EXACT_MAX, SECONDS, WrongValue, convert_scalar, looks_like_text, resolve_plain, show_amount
from gateway.values.keys import Scalar
from gateway.values.problem import suggest_name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("y", "y"),
        ("1:30", "1:30"), ("010", "010"), ("1_000", "1_000"), ("2026-01-01", "2026-01-01"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("14", 14), ("-7", -7), ("0x1F", 31), ("0o17", 15), ("1e3", 1000.0), (".5", 0.5), ("0", 0), ("0.5", 0.5),
        ("9007199254740992", 9007199254740992), ("=", "="), ("<<", "<<"), ("1.2.3", "1.2.3"), ("0b1", "0b1"),
    ],
)  # fmt: skip
def test_free_json_has_the_meaning_of_yaml_12_core(text, value):
    made = resolve_plain(text)
    assert (made, type(made)) == (value, type(value))


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "9007199254740993", "9" * 5000])
def test_a_number_that_does_not_survive_json_is_refused(text):
    with pytest.raises(WrongValue) as caught:
        resolve_plain(text)
    assert caught.value.code == "JB-KEY-012"


@pytest.mark.parametrize("text", ["00", "14", "-1", "1.10", "1e5", "0x10", "true", "null", "~", "010"])
def test_a_bare_number_where_a_text_belongs_says_quote_it(text):
    with pytest.raises(WrongValue) as caught:
        convert_scalar(Scalar("string"), text, True)
    assert (caught.value.code, caught.value.hint) == ("JB-KEY-004", f'quote it: "{text}"')
    assert convert_scalar(Scalar("string"), text, False) == text


@pytest.mark.parametrize("text", ["on", "no", "1:30", "1_000", "12:30:45", "1.2.3", "2026-01-01", "0b11", "12abc"])
def test_what_only_yaml_11_took_for_something_else_is_a_text(text):
    assert looks_like_text(text)
    assert convert_scalar(Scalar("string"), text, True) == text


@pytest.mark.parametrize(
    ("text", "seconds"), [("2s", 2.0), ("500ms", 0.5), ("30d", 2_592_000.0), ("1.5h", 5400.0), ("5m", 300.0), ("1ms", 0.001), ("0s", 0.0)]
)
def test_durations_become_seconds(text, seconds):
    assert convert_scalar(Scalar("duration"), text, True) == seconds


@pytest.mark.parametrize(("text", "size"), [("64KiB", 65536), ("1MiB", 1 << 20), ("512B", 512), ("1GiB", 1 << 30), ("1.5KiB", 1536)])
def test_sizes_become_bytes(text, size):
    made = convert_scalar(Scalar("size"), text, True)
    assert (made, type(made)) == (size, int)


@pytest.mark.parametrize(
    ("shape", "text", "code"),
    [
        (Scalar("duration"), "2", "JB-KEY-005"),
        (Scalar("duration"), "2 s", "JB-KEY-005"),
        (Scalar("duration"), "-2s", "JB-KEY-005"),
        (Scalar("duration"), "2S", "JB-KEY-005"),
        (Scalar("duration", low=1), "500ms", "JB-KEY-006"),
        (Scalar("size"), "64KB", "JB-KEY-005"),
        (Scalar("size"), "64", "JB-KEY-005"),
        (Scalar("integer"), "010", "JB-KEY-003"),
        (Scalar("integer"), "1.0", "JB-KEY-003"),
        (Scalar("integer", high=5), "6", "JB-KEY-006"),
        (Scalar("number"), "one", "JB-KEY-003"),
        (Scalar("boolean"), "yes", "JB-KEY-003"),
        (Scalar("boolean"), "True", "JB-KEY-003"),
        (Scalar("date"), "2026-02-29", "JB-KEY-008"),
        (Scalar("date"), "26-02-01", "JB-KEY-008"),
        (Scalar("url"), "/path", "JB-KEY-008"),
        (Scalar("url"), "http://", "JB-KEY-008"),
        (Scalar("url"), "http://x.example:99999/", "JB-KEY-008"),
        (Scalar("url"), "http://[::1", "JB-KEY-008"),
        (Scalar("url"), "http://a:b@x.example", "JB-SEC-011"),
        (Scalar("url"), "http://x.example/?a=1", "JB-KEY-008"),
        (Scalar("url"), "${env:bad name}", "JB-KEY-008"),
        (Scalar("address"), "localhost", "JB-KEY-008"),
        (Scalar("address"), "localhost:70000", "JB-KEY-008"),
        (Scalar("file"), "/etc/passwd", "JB-KEY-008"),
        (Scalar("secret"), "hunter2", "JB-SEC-010"),
        (Scalar("secret"), "x${env:A}", "JB-SEC-010"),
        (Scalar("secret"), "${A}", "JB-KEY-008"),
        (Scalar("secret"), "${file:relative}", "JB-KEY-008"),
        (Scalar("source"), "bdy.nik", "JB-REF-002"),
        (Scalar("source"), "journey.code", "JB-YET-001"),
        (Scalar("source"), "body..nik", "JB-KEY-008"),
        (Scalar("source"), "body nik", "JB-KEY-008"),
        (Scalar("type"), "date?", "JB-KEY-008"),
        (Scalar("type"), "optional date", "JB-KEY-008"),
        (Scalar("reference", of=("agency",)), "a b", "JB-KEY-008"),
        (Scalar("enum", choices=("a",), later=("b",)), "b", "JB-YET-001"),
        (Scalar("string", high=3), "four", "JB-KEY-006"),
        (Scalar("string"), "", "JB-KEY-003"),
    ],
)
def test_a_wrong_value_has_its_code(shape, text, code):
    with pytest.raises(WrongValue) as caught:
        convert_scalar(shape, text, True)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (Scalar("url"), "https://x.example:8443/base"), (Scalar("url"), "${env:SIAK_URL}"), (Scalar("address"), "[::1]:0"),
        (Scalar("secret"), "${env:A_1}"), (Scalar("secret"), "${file:/run/secrets/a}"), (Scalar("source"), 'body."a.b".c'),
        (Scalar("source"), "purpose"), (Scalar("type", of=("optional",)), "optional date"), (Scalar("type"), "dukcapil/warga@1"),
        (Scalar("type", choices=("opaque",)), "opaque"), (Scalar("field"), "ALAMAT.NO_PROP"), (Scalar("date"), "2024-02-29"),
    ],
)  # fmt: skip
def test_a_right_text_stays_as_it_is(shape, text):
    assert convert_scalar(shape, text, True) == text


def test_amounts_are_shown_with_the_largest_whole_unit():
    assert [show_amount(1.5, SECONDS), show_amount(7200, SECONDS), show_amount(65536, BYTES), show_amount(3)] == [
        "1500ms",
        "2h",
        "64KiB",
        "3",
    ]


def test_a_near_word_is_suggested_and_a_far_one_is_not():
    assert suggest_name("limit", ["limits", "owner"]) == 'did you mean "limits"?'
    assert suggest_name("zzz", ["limits", "owner"]) == ""


def test_a_number_that_is_declared_as_an_identifier_is_exact_to_64_bits():
    assert resolve_plain("9171015010900001", EXACT_MAX) == 9171015010900001
    with pytest.raises(WrongValue):
        resolve_plain(str(EXACT_MAX + 1), EXACT_MAX)
