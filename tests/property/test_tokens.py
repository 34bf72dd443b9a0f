"""Law: whatever bytes come as a token or a key set, they are taken or refused in the catalogue's words; no other exception leaves."""

from __future__ import annotations

import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.policy.keys import KeySet, NotKeys, read_keys
from gateway.policy.refusals import FAULTS
from gateway.policy.strict import NotStrict, read_base64url
from gateway.policy.token import split_token
from gateway.values.faults import Fault, Refused
from gateway.values.model import Caller
from tests.unit.policy.minting import ES256, Bench, claims, encode, make_jwks, mint, sign

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=6,
)
CLAIM_NAMES = st.sampled_from(["iss", "aud", "exp", "nbf", "iat", "sub", "agency", "x"])
HEADER_NAMES = st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "x"])


@given(raw=st.one_of(st.binary(max_size=64), st.text("ey.AZaz09-_=", max_size=64).map(str.encode)))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_refused_with_a_reason_of_the_table(raw: bytes) -> None:
    try:
        split_token(raw)
    except Refused as no:
        assert no.fault is FAULTS[no.fault.reason]


@given(changes=st.dictionaries(CLAIM_NAMES, JSON, min_size=1, max_size=3), header=st.dictionaries(HEADER_NAMES, JSON, max_size=2))
@settings(max_examples=200, deadline=None)
def test_any_header_and_claims_well_signed_give_a_caller_or_a_fault(changes: dict[str, object], header: dict[str, object]) -> None:
    head = json.dumps({"alg": "ES256", "kid": "k1", **header}).encode()
    body = json.dumps({**claims(), **changes}).encode()
    found = Bench().verify(sign(head, body, "ES256", ES256.private))
    assert isinstance(found, Caller | Fault)
    if isinstance(found, Caller):
        assert (
            changes.keys().isdisjoint({"aud", "agency", "iss"})
            or claims().items() >= {k: v for k, v in changes.items() if k == "iss"}.items()
        )
        assert found.agency == "taspen"


TOKEN = mint()
BENCH = Bench(verifications_burst=1e9)


@given(place=st.integers(0, len(TOKEN) - 1), letter=st.sampled_from("ABCxyz019-_.=+ \u00e9\x00"))
@settings(max_examples=300, deadline=None)
def test_one_letter_changed_anywhere_is_a_refusal(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    found = BENCH.verify(changed)
    assert isinstance(found, Caller if changed == TOKEN else Fault)


@given(
    entries=st.lists(
        st.one_of(JSON, st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"]), JSON)), max_size=3
    )
)
@settings(max_examples=200, deadline=None)
def test_any_key_set_is_read_or_refused_as_a_whole(entries: list[object]) -> None:
    try:
        found = read_keys(make_jwks(*entries, ES256.jwk))
    except NotKeys:
        return
    assert isinstance(found, KeySet)
    assert len(found.keys) + len(found.skipped) == len(entries) + 1


@given(raw=st.binary(min_size=1, max_size=20), other=st.text("ABab01-_", min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_base64url_has_one_spelling(raw: bytes, other: str) -> None:
    assert read_base64url(encode(raw).encode()) == raw
    with contextlib.suppress(NotStrict):
        assert encode(read_base64url(other.encode())) == other
