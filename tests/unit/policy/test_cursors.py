"""The caller's cursor: opaque, bound, and at an end some day."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from gateway.policy.cursors import bind_cursor, make_keys, make_sandbox_keys, open_cursor, seal_cursor
from gateway.values.faults import Refused
from gateway.values.model import Caller, Request
from gateway.values.page import Position
from gateway.values.route import Exchange

from ...playbook.play import Desk

KEYS = make_keys("0123456789abcdef0123456789abcdef")
HERE = Position(0, "provider-cursor-7", 3, 5, "ab")
NOW = 1_700_000_000.0


def make_exchange(**changes) -> Exchange:
    x = Exchange(Request("POST", "/x", "", {}, "peer"), "e" * 32, NOW, Desk(), caller=Caller("taspen", "jwt", "budi"), purpose="pension")
    x.path, x.query, x.headers, x.body = {"id": "1"}, {"since": "2026-01-01"}, {}, {"a": 1, "b": {"c": 2}}
    for name, value in changes.items():
        setattr(x, name, value)
    return x


def bind(operation: str = "a.b.c", provider: str = "x.y page", **changes) -> bytes:
    return bind_cursor(make_exchange(**changes), operation, provider)


def seal(position: Position = HERE, exchange: str = "e1", now_s: float = NOW) -> str:
    return seal_cursor(KEYS, position, bind(), exchange, now_s)


def refusal(text: str, context: bytes | None = None, now_s: float = NOW, keys=KEYS) -> str:
    with pytest.raises(Refused) as refused:
        open_cursor(keys, text, context or bind(), now_s)
    return refused.value.fault.kind.name


def test_what_is_sealed_comes_back() -> None:
    for position in (HERE, Position(), Position(40), Position(0, 2**60, 0, 1, "")):
        assert open_cursor(KEYS, seal(position), bind(), NOW) == position


def test_place_and_size_do_not_bind_and_the_order_of_members_does_not() -> None:
    assert bind(query={"since": "2026-01-01", "after": "x", "size": 5}) == bind()
    assert bind(body={"b": {"c": 2}, "a": 1}) == bind()


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "a.b.d"},
        {"provider": "x.y offset"},
        {"caller": Caller("djp", "jwt", "budi")},
        {"caller": Caller("taspen", "jwt", "siti")},
        {"purpose": "audit"},
        {"path": {"id": "2"}},
        {"query": {}},
        {"headers": {"X-A": "1"}},
        {"body": {"a": 1, "b": {"c": 3}}},
        {"body": b"{}"},
    ],
)
def test_a_cursor_of_another_call_is_invalid(changes) -> None:
    assert refusal(seal(), bind(**changes)) == "CURSOR_INVALID"


def test_an_integer_beyond_64_bits_binds_as_any_other() -> None:
    assert bind(body={"n": 2**70}) != bind(body={"n": 2**70 + 1})


@pytest.mark.parametrize("text", ["", "A", "AAAA", "_" * 40, "AQ", "AQ" + "A" * 200, "AQ" + "A" * 201])
def test_what_is_no_cursor_is_invalid(text: str) -> None:
    assert refusal(text) == "CURSOR_INVALID"


def test_no_bit_of_a_cursor_can_be_changed() -> None:
    raw = bytearray(base64.urlsafe_b64decode(seal() + "=="))
    for at in range(len(raw)):
        changed = bytes([*raw[:at], raw[at] ^ 1, *raw[at + 1 :]])
        assert refusal(base64.urlsafe_b64encode(changed).rstrip(b"=").decode()) == "CURSOR_INVALID"


def test_a_cursor_ends_with_its_lifetime() -> None:
    assert open_cursor(KEYS, seal(), bind(), NOW + 3599.0) == HERE
    assert refusal(seal(), now_s=NOW + 3600.0) == "CURSOR_EXPIRED"


def test_another_key_opens_nothing_and_the_same_secret_opens_all() -> None:
    assert refusal(seal(), keys=make_keys("f" * 32)) == "CURSOR_INVALID"
    assert open_cursor(make_keys("0123456789abcdef0123456789abcdef"), seal(), bind(), NOW) == HERE


def test_a_sandbox_has_the_same_keys_after_every_start_and_another_sandbox_has_others() -> None:
    sealed = seal_cursor(make_sandbox_keys("a"), HERE, bind(), "e1", NOW)
    assert open_cursor(make_sandbox_keys("a"), sealed, bind(), NOW) == HERE
    assert refusal(sealed, keys=make_sandbox_keys("b")) == "CURSOR_INVALID"


def test_a_cursor_shows_nothing_of_the_position_nor_of_its_length() -> None:
    sealed = [seal(Position(offset)) for offset in (1, 10, 1_000, 1_000_000)]
    assert len({len(each) for each in sealed}) == 1
    raw = base64.urlsafe_b64decode(seal() + "==")
    assert b"provider-cursor" not in raw and b"taspen" not in raw


def test_a_nonce_never_comes_twice_for_two_positions() -> None:
    nonces = {base64.urlsafe_b64decode(seal(Position(n), exchange=f"e{n % 3}") + "==")[1:13] for n in range(500)}
    assert len(nonces) == 500


def test_keys_are_never_shown() -> None:
    assert "0123" not in repr(KEYS) and "cipher" not in repr(replace(KEYS, lifetime_s=1.0))


def test_the_longest_provider_cursor_fits_the_type_of_ours() -> None:
    from gateway.schema.types import BUILT_IN, parse_type
    from gateway.translate.paging import TOKEN_BYTES_MAX

    sealed = seal(Position(0, "x" * (TOKEN_BYTES_MAX - 2), 1000, 10**9, "f" * 16))
    kind = parse_type("cursor")
    assert kind.schema.is_valid(sealed), BUILT_IN["cursor"]
