"""The header `Prefer` as RFC 7240 2 writes it, and as others do."""

from __future__ import annotations

import pytest

from gateway.journey.prefer import read_preferences, tell_applied
from gateway.values.model import Request


def read(given: bytes | None) -> dict[bytes, bytes]:
    headers = {} if given is None else {b"prefer": given}
    return dict(read_preferences(Request("GET", "/", "", headers, "peer")))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (None, {}),
        (b"", {}),
        (b"respond-async", {b"respond-async": b""}),
        (b"respond-async, wait=10", {b"respond-async": b"", b"wait": b"10"}),
        (b"Wait = 10", {b"wait": b"10"}),
        (b'wait="10"', {b"wait": b"10"}),
        (b'foo=""', {b"foo": b""}),
        (b'foo; some-parameter="a, wait=9", wait=1', {b"foo": b"", b"wait": b"1"}),
        (b"wait=1;x;y=2 ; ;z , provenance", {b"wait": b"1", b"provenance": b""}),
        (b"wait=1, wait=2", {b"wait": b"1"}),
        (b",, wait=3 ,", {b"wait": b"3"}),
        (b'note="say \\"wait=9\\", please", wait=4', {b"note": b'say "wait=9", please', b"wait": b"4"}),
        (b"foo;wait=9", {b"foo": b""}),
        (b"await=9, wait-not=8", {b"await": b"9", b"wait-not": b"8"}),
        (b"wait=, wait=5", {b"wait": b"5"}),
        (b"wa it=9, wait=6", {b"wait": b"6"}),
        (b'note="never ends, wait=9', {}),
        (b'note="never ends\\', {}),
        (b"caf\xe9, wait=7", {b"wait": b"7"}),
    ],
)
def test_preferences_are_read_as_they_are_given_and_what_cannot_be_read_is_passed_over(given: bytes, found: dict[bytes, bytes]) -> None:
    assert read(given) == found


def test_what_is_looked_at_is_bounded() -> None:
    assert len(read(b", ".join(b"p%d" % number for number in range(1000)))) == 32


def test_what_was_honoured_is_told_in_one_line() -> None:
    assert tell_applied() == ()
    assert tell_applied(b"respond-async", b"wait=1") == ((b"preference-applied", b"respond-async, wait=1"),)
