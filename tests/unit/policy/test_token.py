"""What is a token that we look at: every attack is one row with its reason; every good form is let through."""

from __future__ import annotations

import json
from collections.abc import Callable

import jwt
import pytest

from gateway.policy.issuers import ALGORITHMS
from gateway.policy.keys import read_keys
from gateway.policy.refusals import FAULTS, OUTCOMES
from gateway.policy.token import is_signed, split_token
from gateway.values.faults import Fault
from gateway.values.model import Caller

from .minting import ISS, NOW_S, Bench, bear, claims, encode, make_issuer, make_jwks, make_pair, make_rsa, mint, sign

NOW = int(NOW_S)
ES = make_pair("ES256")
HEADER = b'{"alg":"ES256","typ":"JWT","kid":"k1"}'
PAYLOAD = json.dumps(claims()).encode()


def es(header: bytes = HEADER, payload: bytes = PAYLOAD) -> str:
    """Sign whatever bytes with the good key."""
    return sign(header, payload, "ES256", ES.private)


def part(token: str, index: int, change: Callable[[str], str]) -> str:
    parts = token.split(".")
    parts[index] = change(parts[index])
    return ".".join(parts)


def confuse_hmac() -> str:
    """Sign by HMAC with the public key's document as the secret: the classic confusion."""
    signed = f"{encode(HEADER.replace(b'ES256', b'HS256'))}.{encode(PAYLOAD)}"
    signature = jwt.get_algorithm_by_name("HS256").sign(signed.encode(), make_jwks(ES.jwk))
    return f"{signed}.{encode(signature)}"


def stray_bits(text: str) -> str:
    """Spell the last character of a base64url text otherwise, the decoded bytes being the same."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text) % 4
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def with_member(name: str, value: object) -> str:
    return mint(header={name: value})


TWO_PARTS = ".".join(mint().split(".")[:2])
BAD: dict[str, tuple[str, str]] = {
    # the text
    "empty": ("", "token_parts"),
    "no dots": ("abc", "token_parts"),
    "two parts": (TWO_PARTS, "token_parts"),
    "four parts": (mint() + ".AAAA", "token_parts"),
    "five parts, as an encrypted token": ("A.B.C.D.E", "token_parts"),
    "no header": (part(mint(), 0, lambda _: ""), "token_parts"),
    "no claims": (part(mint(), 1, lambda _: ""), "token_parts"),
    "no signature": (TWO_PARTS + ".", "token_parts"),
    "a megabyte": ("A" * 1_048_576, "token_size"),
    "a long header": (es(b'{"alg":"ES256","kid":"k1","x":"' + b"a" * 2000 + b'"}'), "token_size"),
    "long claims": (mint(x="a" * 6000), "token_size"),
    "a long signature": (part(mint(), 2, lambda text: text * 30), "token_size"),
    "padding": (part(mint(), 2, lambda text: text + "=="), "token_base64"),
    "plus and slash": (part(mint(), 2, lambda text: "+/" + text[2:]), "token_base64"),
    "white space inside": (part(mint(), 1, lambda text: text[:8] + " " + text[8:]), "token_base64"),
    "a line end at the end": (mint() + "\n", "token_base64"),
    "one character too many": (part(mint(), 2, lambda text: text + "AAA"), "token_base64"),
    "stray bits in the signature": (part(mint(), 2, stray_bits), "token_base64"),
    "a NUL inside": (part(mint(), 1, lambda text: "\0" + text), "token_base64"),
    "letters beyond ASCII": (part(mint(), 1, lambda text: "é" + text), "token_base64"),
    # the header
    "header is no JSON": (es(b"{"), "header_json"),
    "header is a list": (es(b'["ES256"]'), "header_json"),
    "header is a string": (es(b'"ES256"'), "header_json"),
    "header begins with a byte order mark": (es(b"\xef\xbb\xbf" + HEADER), "header_json"),
    "header is not UTF-8": (es(b'{"alg":"ES256","x":"\xff"}'), "header_json"),
    "alg twice": (es(b'{"alg":"none","alg":"ES256","kid":"k1"}'), "header_json"),
    "alg twice, once escaped": (es(b'{"\\u0061lg":"none","alg":"ES256","kid":"k1"}'), "header_json"),
    "a name twice, deeper": (es(b'{"alg":"ES256","kid":"k1","x":{"a":1,"a":2}}'), "header_json"),
    "deep nesting": (es(b'{"alg":"ES256","x":' + b"[" * 300 + b"]" * 300 + b"}"), "header_json"),
    "no alg": (mint(header={"alg": None}), "algorithm_unknown"),
    "alg none": (es(HEADER.replace(b"ES256", b"none")), "algorithm_unknown"),
    "alg None": (es(HEADER.replace(b"ES256", b"None")), "algorithm_unknown"),
    "alg nOnE": (es(HEADER.replace(b"ES256", b"nOnE")), "algorithm_unknown"),
    "alg empty": (mint(header={"alg": ""}), "algorithm_unknown"),
    "alg of another case": (mint(header={"alg": "es256"}), "algorithm_unknown"),
    "alg with a space": (mint(header={"alg": "ES256 "}), "algorithm_unknown"),
    "alg a list": (mint(header={"alg": ["ES256"]}), "algorithm_unknown"),
    "alg a number": (mint(header={"alg": 256}), "algorithm_unknown"),
    "HMAC with the public key": (confuse_hmac(), "algorithm_unknown"),
    "HS384": (mint(header={"alg": "HS384"}), "algorithm_unknown"),
    "ES256K": (mint(header={"alg": "ES256K"}), "algorithm_unknown"),
    "RS1": (mint(header={"alg": "RS1"}), "algorithm_unknown"),
    "an algorithm that the issuer does not use": (mint(header={"alg": "ES384"}), "algorithm_not_of_issuer"),
    "crit unknown": (with_member("crit", ["x"]), "header_member"),
    "crit empty": (with_member("crit", []), "header_member"),
    "crit null": (es(b'{"alg":"ES256","kid":"k1","crit":null}'), "header_member"),
    "b64 false": (with_member("b64", False), "header_member"),
    "b64 true": (with_member("b64", True), "header_member"),
    "jku": (with_member("jku", "https://evil.example/keys"), "header_member"),
    "x5u": (with_member("x5u", "https://evil.example/cert"), "header_member"),
    "x5c": (with_member("x5c", ["MIIB"]), "header_member"),
    "a key of its own": (with_member("jwk", ES.jwk), "header_member"),
    "compressed": (with_member("zip", "DEF"), "header_member"),
    "encrypted": (with_member("enc", "A256GCM"), "header_member"),
    "nested": (with_member("cty", "JWT"), "header_member"),
    "typ of another kind": (with_member("typ", "dpop+jwt"), "header_type"),
    "typ a number": (with_member("typ", 1), "header_type"),
    "typ null": (es(b'{"alg":"ES256","kid":"k1","typ":null}'), "header_type"),
    "kid a number": (with_member("kid", 1), "header_kid"),
    "kid null": (es(b'{"alg":"ES256","kid":null}'), "header_kid"),
    "kid empty": (with_member("kid", ""), "header_kid"),
    "kid very long": (with_member("kid", "k" * 300), "header_kid"),
    "kid a path": (with_member("kid", "../../dev/null"), "key_unknown"),
    "kid a query": (with_member("kid", "k1' OR '1'='1"), "key_unknown"),
    # the claims
    "claims are no JSON": (es(payload=b"{"), "claims_json"),
    "claims are a list": (es(payload=b"[]"), "claims_json"),
    "claims end late": (es(payload=PAYLOAD + b"{}"), "claims_json"),
    "agency twice": (es(payload=PAYLOAD[:-1] + b',"agency":"bkn"}'), "claims_json"),
    "exp twice": (es(payload=PAYLOAD[:-1] + b',"exp":1}'), "claims_json"),
    "NaN": (es(payload=PAYLOAD[:-1] + b',"x":NaN}'), "claims_json"),
    "a lone surrogate": (es(payload=PAYLOAD[:-1] + b',"x":"\\ud800"}'), "claims_json"),
    "iss missing": (mint(iss=None), "claim_iss"),
    "iss a list": (mint(iss=[ISS]), "claim_iss"),
    "iss of somebody": (mint(iss="https://evil.example"), "issuer_unknown"),
    "iss with a slash more": (mint(iss=ISS + "/"), "issuer_unknown"),
    "iss of another case": (mint(iss=ISS.upper()), "issuer_unknown"),
    "aud missing": (mint(aud=None), "claim_aud"),
    "aud empty": (mint(aud=[]), "claim_aud"),
    "aud a number": (mint(aud=1), "claim_aud"),
    "aud an object": (mint(aud={"jembatan": 1}), "claim_aud"),
    "aud with a number in it": (mint(aud=["jembatan", 1]), "claim_aud"),
    "aud of hundreds": (mint(aud=["jembatan", *(str(one) for one in range(100))]), "claim_aud"),
    "aud of somebody": (mint(aud="other"), "audience_other"),
    "aud as a part of ours": (mint(aud="jemba"), "audience_other"),
    "exp missing": (mint(exp=None), "claim_exp"),
    "exp a string": (mint(exp=str(NOW + 600)), "claim_exp"),
    "exp a float": (mint(exp=NOW + 600.0), "claim_exp"),
    "exp true": (mint(exp=True), "claim_exp"),
    "exp negative": (mint(exp=-1), "claim_exp"),
    "exp 1e300": (es(payload=PAYLOAD.replace(str(NOW + 600).encode(), b"1e300")), "claim_exp"),
    "exp of 2^50": (mint(exp=1 << 50), "claim_exp"),
    "exp of 5000 digits": (es(payload=PAYLOAD.replace(str(NOW + 600).encode(), b"9" * 4_000)), "claims_json"),
    "exp null": (es(payload=PAYLOAD.replace(str(NOW + 600).encode(), b"null")), "claim_exp"),
    "exp passed": (mint(exp=NOW - 31), "expired"),
    "exp passed just now": (mint(exp=NOW - 30), "expired"),
    "nbf a string": (mint(nbf=str(NOW)), "claim_nbf"),
    "nbf true": (mint(nbf=True), "claim_nbf"),
    "nbf ahead": (mint(nbf=NOW + 31), "not_yet"),
    "iat a float": (mint(iat=NOW + 0.5), "claim_iat"),
    "iat a string": (mint(iat=str(NOW)), "claim_iat"),
    "iat ahead": (mint(iat=NOW + 31), "issued_later"),
    "a lifetime of two days": (mint(exp=NOW + 172_800), "lifetime"),
    "a lifetime of two days, untold": (mint(iat=None, exp=NOW + 172_800), "lifetime"),
    "sub a number": (mint(sub=7), "claim_text"),
    "sub with a line end": (mint(sub="u\n1"), "claim_text"),
    "sub invisible": (mint(sub="u\u202e1"), "claim_text"),
    "sub very long": (mint(sub="u" * 600), "claim_text"),
    "agency a list": (mint(agency=["taspen"]), "claim_text"),
    "agency missing": (mint(agency=None), "agency_unknown"),
    "agency of nobody": (mint(agency="nobody"), "agency_unknown"),
    "agency of another case": (mint(agency="Taspen"), "agency_unknown"),
    # the signature
    "claims changed after signing": (part(mint(), 1, lambda _: encode(json.dumps(claims(sub="u-2")).encode())), "signature"),
    "header changed after signing": (part(mint(), 0, lambda _: encode(HEADER + b" ")), "signature"),
    "signed by another key": (mint(pair=make_pair("ES256", "k2"), header={"kid": "k1"}), "signature"),
    "a signature of zeros": (part(mint(), 2, lambda _: encode(b"\0" * 64)), "signature"),
    "a signature in DER": (part(mint(), 2, lambda _: encode(b"\x30\x06\x02\x01\x01\x02\x01\x01")), "signature"),
    "a signature that is too short": (part(mint(), 2, lambda _: encode(b"\1" * 63)), "signature"),
}  # fmt: skip


@pytest.mark.parametrize(("token", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_token_is_refused_for_its_reason(token: str, reason: str) -> None:
    bench = Bench()
    found = bench.verify(token)
    assert isinstance(found, Fault)
    assert found.reason == reason
    assert found.kind.name == ("CREDENTIAL_EXPIRED" if reason == "expired" else "CREDENTIAL_INVALID")
    assert found.challenge == 'Bearer realm="jembatan", error="invalid_token"'
    assert bench.counted == [("jwt", OUTCOMES[found.kind.name])]
    assert not found.findings


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_algorithm_verifies_with_a_key_of_its_type(algorithm: str) -> None:
    bench = Bench(make_issuer(make_pair(algorithm).jwk, algorithms=(algorithm,)))
    assert bench.verify(mint(algorithm)) == Caller("taspen", "jwt", "u-1", NOW_S + 600)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_of_another_type_never_serves_an_algorithm(algorithm: str) -> None:
    others = [make_pair(name).entry() for name in ("ES256", "ES384", "ES512", "EdDSA", "RS256") if name != algorithm]
    if algorithm[:2] in ("RS", "PS"):
        others = [entry for entry in others if entry["kty"] != "RSA"]
    found = Bench(make_issuer(*others, algorithms=ALGORITHMS)).verify(mint(algorithm))
    assert isinstance(found, Fault)
    assert found.reason == "algorithm_not_of_key"


def test_a_signature_is_not_looked_at_with_an_algorithm_that_is_not_the_keys() -> None:
    (key,) = read_keys(make_jwks(make_rsa().entry(alg="RS256"))).keys
    assert is_signed(split_token(mint("RS256", make_rsa()).encode()), key)
    assert not is_signed(split_token(mint("PS256", make_rsa()).encode()), key)


def test_a_key_that_names_its_algorithm_serves_no_other() -> None:
    issuer = make_issuer(make_rsa().entry(alg="RS256"), algorithms=ALGORITHMS)
    assert isinstance(Bench(issuer).verify(mint("RS256", make_rsa())), Caller)
    found = Bench(issuer).verify(mint("PS256", make_rsa()))
    assert isinstance(found, Fault)
    assert found.reason == "algorithm_not_of_key"


GOOD = {
    "typ in lower case": mint(header={"typ": "jwt"}),
    "typ of an access token": mint(header={"typ": "at+jwt"}),
    "typ with its media type": mint(header={"typ": "application/at+JWT"}),
    "no typ": mint(header={"typ": None}),
    "no kid, and one key": mint(header={"kid": None}),
    "a list of audiences": mint(aud=["other", "jembatan"]),
    "no iat": mint(iat=None),
    "no sub": mint(sub=None),
    "expired within the leeway": mint(iat=NOW - 600, exp=NOW - 29),
    "not yet, within the leeway": mint(nbf=NOW + 30),
    "issued later, within the leeway": mint(iat=NOW + 30),
    "as long a life as may be": mint(exp=NOW + 86_400),
    "an unknown member of the header": mint(header={"x5t": "abc"}),
    "an unknown claim": mint(scope=["a", {"b": 1}]),
}


@pytest.mark.parametrize("token", GOOD.values(), ids=GOOD.keys())
def test_a_good_token_gives_its_agency(token: str) -> None:
    found = Bench().verify(token)
    assert isinstance(found, Caller)
    assert found.agency == "taspen"


def test_without_a_kid_two_keys_of_the_type_are_one_too_many() -> None:
    two = make_issuer(ES.jwk, make_pair("ES256", "k2").jwk)
    found = Bench(two).verify(mint(header={"kid": None}))
    assert isinstance(found, Fault)
    assert found.reason == "kid_missing"
    other_type = make_issuer(ES.jwk, make_rsa("k2").jwk)
    assert isinstance(Bench(other_type).verify(mint(header={"kid": None})), Caller)


def test_a_missing_credential_is_challenged_without_an_error() -> None:
    request = bear("")
    del request.headers[b"authorization"]
    found = Bench().call(request)
    assert isinstance(found, Fault)
    assert (found.kind.name, found.challenge) == ("CREDENTIAL_MISSING", 'Bearer realm="jembatan"')


def test_every_reason_is_a_refusal_with_a_challenge() -> None:
    assert all(found.reason == reason and found.challenge and found.kind.status == 401 for reason, found in FAULTS.items())
