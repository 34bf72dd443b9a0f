"""Key sets: what is used of a document, and conversations over rotation, withdrawal and an issuer that is down."""

from __future__ import annotations

import json

import pytest

from gateway.policy.keys import KEYS_MAX, UNKNOWN_KIDS_MAX, KeyRing, NotKeys, read_keys
from gateway.values.asks import FetchKeys
from gateway.values.faults import Fault
from gateway.values.model import Caller, Json

from .minting import NOW_S, Bench, encode, finish, make_issuer, make_jwks, make_pair, make_rsa, mint

ES, OTHER = make_pair("ES256"), make_pair("ES256", "k2")
URL = "https://idp.example/keys"

SKIPPED: dict[str, tuple[Json, str]] = {
    "a string": ("k", "not_an_object"),
    "a private EC key": (ES.entry(d="AAAA"), "private"),
    "a private RSA key": (make_rsa().entry(d="AAAA"), "private"),
    "a shared secret": ({"kty": "oct", "k": "AAAA"}, "private"),
    "a secret without itself": ({"kty": "oct"}, "type"),
    "no type": (ES.entry(kty=None), "type"),
    "a type that is a list": (ES.entry(kty=["EC"]), "type"),
    "another curve": (ES.entry(crv="secp256k1"), "type"),
    "the exchange curve": (make_pair("EdDSA").entry(crv="X25519"), "type"),
    "Ed448": (make_pair("EdDSA").entry(crv="Ed448"), "type"),
    "for encryption": (ES.entry(use="enc"), "use"),
    "for signing only": (ES.entry(key_ops=["sign"]), "use"),
    "operations that are no list": (ES.entry(key_ops="verify"), "use"),
    "a kid that is a number": (ES.entry(kid=1), "kid"),
    "a very long kid": (ES.entry(kid="k" * 300), "kid"),
    "of an algorithm of another type": (ES.entry(alg="RS256"), "algorithm"),
    "an HMAC algorithm": (make_rsa().entry(alg="HS256"), "algorithm"),
    "RSA of 1024 bits": (make_rsa("small", 1024).jwk, "material"),
    "RSA with exponent 1": (make_rsa().entry(e=encode(b"\1")), "material"),
    "RSA with exponent 3": (make_rsa().entry(e=encode(b"\3")), "material"),
    "RSA with an even exponent": (make_rsa().entry(e=encode(b"\1\0\2")), "material"),
    "RSA of 16384 bits": (make_rsa().entry(n=encode(b"\xff" * 2048)), "material"),
    "RSA with a leading zero": (make_rsa().entry(n="AAAA" + make_rsa().jwk["n"]), "material"),
    "RSA without a modulus": (make_rsa().entry(n=None), "material"),
    "a point that is off its curve": (ES.entry(x=encode(b"\1" * 32)), "material"),
    "a short coordinate": (ES.entry(x=encode(b"\1" * 31)), "material"),
    "a coordinate with padding": (ES.entry(x=ES.jwk["x"] + "="), "material"),
    "a coordinate beyond ASCII": (ES.entry(x="é" * 43), "material"),
    "a short Ed25519 key": (make_pair("EdDSA").entry(x="AAAA"), "material"),
}  # fmt: skip


@pytest.mark.parametrize(("entry", "why"), SKIPPED.values(), ids=SKIPPED.keys())
def test_an_entry_that_we_must_not_use_is_skipped_and_said(entry: Json, why: str) -> None:
    found = read_keys(make_jwks(entry, OTHER.jwk))
    assert found.skipped == ((0, why),)
    assert [key.kid for key in found.keys] == ["k2"]


def test_of_two_keys_with_one_kid_and_type_neither_is_used() -> None:
    found = read_keys(make_jwks(ES.jwk, OTHER.entry(kid="k1"), make_rsa("k1").jwk))
    assert found.skipped == ((0, "kid_twice"), (1, "kid_twice"))
    assert [key.type for key in found.keys] == ["RSA"]


DOCUMENTS = {
    "empty": b"",
    "an error page": b"<html>",
    "a list": b"[]",
    "no keys": b"{}",
    "keys that are an object": b'{"keys":{}}',
    "names twice": b'{"keys":[],"keys":[]}',
    "too large": b'{"keys":[]}' + b" " * 300_000,
    "too many": make_jwks(*[{}] * (KEYS_MAX + 1)),
    "too deep": b'{"keys":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_what_is_no_key_set_replaces_nothing(document: bytes) -> None:
    ring = KeyRing(URL)
    ring.take_keys(make_jwks(ES.jwk), NOW_S)
    with pytest.raises(NotKeys):
        ring.take_keys(document, NOW_S)
    assert [key.kid for key in ring.keys] == ["k1"]


def test_the_name_of_a_key_changes_with_its_material_and_not_with_its_place() -> None:
    first, second = read_keys(make_jwks(ES.jwk, OTHER.jwk)).keys
    assert [key.name for key in read_keys(make_jwks(OTHER.jwk, ES.jwk)).keys] == [second.name, first.name]
    assert read_keys(make_jwks(OTHER.entry(kid="k1"))).keys[0].name != first.name


def fetching(**bounds: Json) -> Bench:
    return Bench(make_issuer(url=URL), **bounds)


def ready(*entries: Json, **bounds: Json) -> Bench:
    """A bench whose issuer's keys have come, at NOW_S."""
    bench = fetching(**bounds)
    flow = bench.begin(mint(), NOW_S)
    next(flow)
    finish(flow, make_jwks(*(entries or (ES.jwk,))))
    return bench


def test_the_first_token_waits_for_the_keys_and_the_next_does_not() -> None:
    bench = fetching()
    flow = bench.begin(mint())
    assert next(flow) == FetchKeys("idp", URL)
    assert isinstance(finish(flow, make_jwks(ES.jwk)), Caller)
    assert isinstance(bench.verify(mint(sub="u-2")), Caller)


def test_a_new_kid_waits_for_one_fetch_and_is_then_known() -> None:
    bench = ready()
    flow = bench.begin(mint(pair=OTHER), NOW_S + 20)
    next(flow)
    assert isinstance(finish(flow, make_jwks(ES.jwk, OTHER.jwk)), Caller)


def test_an_unknown_kid_waits_once_and_then_is_refused_without_a_fetch() -> None:
    bench = ready()
    flow = bench.begin(mint(pair=OTHER), NOW_S + 20)
    next(flow)
    refused = finish(flow, make_jwks(ES.jwk))
    assert isinstance(refused, Fault)
    assert refused.reason == "key_unknown"
    again = bench.verify(mint(pair=OTHER, sub="u-2"), NOW_S + 79)
    assert isinstance(again, Fault)
    assert again.reason == "key_unknown"
    assert isinstance(next(bench.begin(mint(pair=OTHER, sub="u-2"), NOW_S + 80)), FetchKeys)


def test_fetches_are_an_interval_apart_however_many_kids_are_tried() -> None:
    bench = ready()
    asks = 0
    for second in range(100):
        flow = bench.begin(mint(header={"kid": f"odd-{second}"}), NOW_S + second)
        try:
            next(flow)
        except Exception as no:
            assert getattr(no, "fault", None) is not None
        else:
            asks += 1
            finish(flow, make_jwks(ES.jwk))
    assert asks == 9  # at 10, 20, … 90


def test_tokens_of_unknown_kids_join_the_fetch_under_way() -> None:
    bench = ready()
    first, second = bench.begin(mint(pair=OTHER), NOW_S + 20), bench.begin(mint(pair=OTHER, sub="u-2"), NOW_S + 21)
    assert next(first) == next(second)
    both = make_jwks(ES.jwk, OTHER.jwk)
    assert isinstance(finish(first, both), Caller)
    assert isinstance(finish(second, both), Caller)


def test_a_caller_who_leaves_while_waiting_leaves_nothing_behind() -> None:
    bench = ready()
    flow = bench.begin(mint(pair=OTHER), NOW_S + 20)
    next(flow)
    left = finish(flow, "CALLER_GONE")
    assert isinstance(left, Fault)
    assert left.kind.name == "CALLER_GONE"
    closed = bench.begin(mint(pair=OTHER), NOW_S + 40)
    next(closed)
    closed.close()
    assert bench.identifier.issuers["idp"].ring.waiting == 0
    assert not bench.identifier.issuers["idp"].ring.has_failed


def test_while_the_issuer_is_down_the_last_good_keys_serve() -> None:
    bench = ready()
    flow = bench.begin(mint(exp=int(NOW_S) + 3000), NOW_S + 400)
    assert isinstance(next(flow), FetchKeys)  # the keys are old by now
    assert isinstance(finish(flow, "KEYS_UNAVAILABLE"), Caller)
    assert isinstance(bench.verify(mint(exp=int(NOW_S) + 3000, sub="u-2"), NOW_S + 401), Caller)


@pytest.mark.parametrize("answer", ["KEYS_UNAVAILABLE", b"<html>", b'{"keys":1}'])
def test_while_the_issuer_is_down_an_unknown_kid_is_told_to_come_back(answer: str | bytes) -> None:
    bench = ready()
    flow = bench.begin(mint(pair=OTHER), NOW_S + 20)
    next(flow)
    for found in (finish(flow, answer), bench.verify(mint(pair=OTHER, sub="u-2"), NOW_S + 21)):
        assert isinstance(found, Fault)
        assert found.kind.name == "KEYS_UNAVAILABLE"
    assert bench.counted[-1] == ("jwt", "keys_unavailable")


def test_before_any_keys_came_nobody_is_called_invalid() -> None:
    bench = fetching()
    flow = bench.begin(mint())
    next(flow)
    finish(flow, "KEYS_UNAVAILABLE")
    found = bench.verify(mint(), NOW_S + 1)
    assert isinstance(found, Fault)
    assert found.kind.name == "KEYS_UNAVAILABLE"
    assert found.retry_after_s == 10


def test_a_withdrawn_key_takes_its_verdicts_with_it() -> None:
    bench = ready(ES.jwk, OTHER.jwk)
    stays, goes = mint(), mint(pair=OTHER)
    bench.verify(stays)
    bench.verify(goes)
    flow = bench.begin(mint(header={"kid": "k3"}), NOW_S + 20)
    next(flow)
    finish(flow, make_jwks(ES.jwk))
    assert isinstance(bench.recall(stays, NOW_S + 21), Caller)
    assert bench.recall(goes, NOW_S + 21) is None
    found = bench.verify(goes, NOW_S + 21)
    assert isinstance(found, Fault)
    assert found.reason == "key_unknown"


def test_a_key_replaced_under_its_kid_takes_its_verdicts_with_it() -> None:
    bench = ready()
    token = mint()
    bench.verify(token)
    assert isinstance(bench.recall(token, NOW_S + 1), Caller)
    flow = bench.begin(mint(header={"kid": "k3"}), NOW_S + 20)
    next(flow)
    finish(flow, make_jwks(OTHER.entry(kid="k1")))
    assert bench.recall(token, NOW_S + 21) is None
    found = bench.verify(token, NOW_S + 21)
    assert isinstance(found, Fault)
    assert found.reason == "signature"


def test_new_keys_judge_anew_what_the_old_ones_refused() -> None:
    bench = ready()
    token = mint(pair=OTHER, header={"kid": "k1"})
    assert isinstance(bench.verify(token, NOW_S + 19), Fault)
    flow = bench.begin(mint(header={"kid": "k3"}), NOW_S + 20)
    next(flow)
    finish(flow, make_jwks(OTHER.entry(kid="k1")))
    assert bench.recall(token, NOW_S + 21) is None
    assert isinstance(bench.verify(token, NOW_S + 21), Caller)


def test_a_verdict_outlives_no_look_at_the_keys() -> None:
    bench = ready(keys_age_max_s=300.0)
    token = mint(exp=int(NOW_S) + 3000)
    assert isinstance(bench.verify(token), Caller)
    assert isinstance(bench.recall(token, NOW_S + 299), Caller)
    assert bench.recall(token, NOW_S + 300) is None
    flow = bench.begin(token, NOW_S + 300)
    next(flow)
    found = finish(flow, make_jwks(OTHER.jwk))
    assert isinstance(found, Fault)
    assert found.reason == "key_unknown"


def test_keys_of_a_file_are_never_fetched() -> None:
    found = Bench().verify(mint(pair=OTHER), NOW_S)
    assert isinstance(found, Fault)
    assert found.reason == "key_unknown"


def test_the_memory_of_unknown_kids_is_bounded() -> None:
    ring = KeyRing(URL)
    ring.take_keys(make_jwks(ES.jwk), NOW_S)
    for number in range(UNKNOWN_KIDS_MAX + 50):
        ring.note_unknown(str(number), NOW_S)
    assert not ring.is_fetch_due(str(UNKNOWN_KIDS_MAX + 49), False, NOW_S)
    assert ring.is_fetch_due("0", False, NOW_S)
    assert len(ring._unknown) == UNKNOWN_KIDS_MAX


def test_an_empty_set_withdraws_all() -> None:
    ring = KeyRing(URL)
    ring.take_keys(make_jwks(ES.jwk), NOW_S)
    assert len(ring.take_keys(json.dumps({"keys": []}).encode(), NOW_S)) == 1
    assert ring.keys == ()
