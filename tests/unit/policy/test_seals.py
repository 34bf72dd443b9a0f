"""The seal of the durable stores: what is sealed opens for its context only, and names say nothing. All data are synthetic."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.policy.seals import NotSealed, make_sandbox_seal, make_seal

SEAL = make_seal("s" * 32)


@given(st.binary(), st.binary())
def test_what_is_sealed_opens_for_its_context(plain: bytes, context: bytes) -> None:
    sealed = SEAL.close(plain, context)
    assert make_seal("s" * 32).open(sealed, context) == plain
    assert len(plain) < 4 or plain not in sealed


@given(st.binary(), st.binary(), st.binary(), st.data())
def test_it_opens_for_no_other_context_with_no_other_key_and_not_once_it_was_changed(
    plain: bytes, context: bytes, other: bytes, data: st.DataObject
) -> None:
    sealed = SEAL.close(plain, context)
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    wrong = [(make_seal("t" * 32), sealed, context), (SEAL, changed, context), (SEAL, sealed[:at], context)]
    wrong += [(SEAL, sealed, other)] if other != context else []
    for seal, text, where in wrong:
        with pytest.raises(NotSealed):
            seal.open(text, where)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_a_name_is_that_of_its_parts_alone_and_no_part_runs_into_the_next(some: list[str], others: list[str]) -> None:
    assert (SEAL.name(*some) == SEAL.name(*others)) == (some == others)
    assert SEAL.name(*some) != make_seal("t" * 32).name(*some)


def test_a_name_is_a_uuid_of_version_8() -> None:
    made = UUID(SEAL.name("a", "b"))
    assert (made.version, str(made)) == (8, SEAL.name("a", "b"))


def test_a_sandbox_has_a_seal_of_its_own() -> None:
    assert make_sandbox_seal("a").name("x") != make_sandbox_seal("b").name("x")


# -- when the key is changed

FORMER = make_seal("f" * 32)
ROTATED = replace(SEAL, others=(FORMER, make_seal("n" * 32)))


@given(st.binary(), st.binary())
def test_what_was_sealed_with_a_former_key_opens_and_says_with_which(plain: bytes, context: bytes) -> None:
    assert ROTATED.open(FORMER.close(plain, context), context) == plain
    assert ROTATED.find(FORMER.close(plain, context), context)[0] is FORMER
    assert ROTATED.find(ROTATED.close(plain, context), context)[0] is ROTATED
    with pytest.raises(NotSealed):
        ROTATED.open(make_seal("o" * 32).close(plain, context), context)


@given(st.binary(), st.binary())
def test_what_is_new_is_sealed_and_named_with_the_key_in_use_alone(plain: bytes, context: bytes) -> None:
    assert ROTATED.close(plain, context) == SEAL.close(plain, context)
    assert ROTATED.name("a") == SEAL.name("a") and ROTATED.digest(plain) == SEAL.digest(plain)
    with pytest.raises(NotSealed):
        FORMER.open(ROTATED.close(plain, context), context)


def test_a_mark_tells_keys_apart_and_neither_it_nor_a_printed_key_shows_the_secret() -> None:
    assert [key.mark for key in ROTATED.keys] == [SEAL.mark, FORMER.mark, make_seal("n" * 32).mark]
    assert len({key.mark for key in ROTATED.keys}) == 3 and len(SEAL.mark) == 8
    assert not any(key.hex() in repr(ROTATED) or repr(key) in repr(ROTATED) for key in (SEAL.names, SEAL.nonces, FORMER.names))
