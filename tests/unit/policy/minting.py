"""Keys and tokens for tests: made by hand, so that every wrong one can be made too. Synthetic; none is used anywhere."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.policy.identity import Identifier, IdentifyBounds
from gateway.policy.issuers import Identity, IssuerOptions, JwtIdentity
from gateway.values.asks import Flow
from gateway.values.faults import Fault, Refused, fault
from gateway.values.model import Caller, Json, Request

NOW_S = 1_800_000_000.0
ISS = "https://idp.example"
CURVES = {"ES256": (ec.SECP256R1(), "P-256", 32), "ES384": (ec.SECP384R1(), "P-384", 48), "ES512": (ec.SECP521R1(), "P-521", 66)}


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True)
class Pair:
    """A private key and its public entry in a key set."""

    private: object
    jwk: dict[str, Json]

    def entry(self, **changes: Json) -> dict[str, Json]:
        return {name: value for name, value in {**self.jwk, **changes}.items() if value is not None}


@cache
def make_pair(algorithm: str, kid: str = "k1") -> Pair:
    if algorithm in CURVES:
        curve, name, size = CURVES[algorithm]
        point = ec.generate_private_key(curve)
        numbers = point.public_key().public_numbers()
        x, y = encode(numbers.x.to_bytes(size)), encode(numbers.y.to_bytes(size))
        return Pair(point, {"kty": "EC", "crv": name, "kid": kid, "x": x, "y": y})
    if algorithm == "EdDSA":
        seed = ed25519.Ed25519PrivateKey.generate()
        return Pair(seed, {"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": encode(seed.public_key().public_bytes_raw())})
    return make_rsa(kid)


@cache
def make_rsa(kid: str = "k1", bits: int = 2048) -> Pair:
    key = rsa.generate_private_key(65_537, bits)
    numbers = key.public_key().public_numbers()
    return Pair(key, {"kty": "RSA", "kid": kid, "n": encode(numbers.n.to_bytes(bits // 8)), "e": encode(b"\1\0\1")})


ES256 = make_pair("ES256")


def make_jwks(*entries: Json) -> bytes:
    return json.dumps({"keys": list(entries)}).encode()


def claims(**changes: Json) -> dict[str, Json]:
    """Good claims with changes; None takes a claim away."""
    good = {"iss": ISS, "aud": "jembatan", "agency": "taspen", "sub": "u-1", "iat": int(NOW_S), "exp": int(NOW_S) + 600}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def sign(header: bytes, payload: bytes, algorithm: str, private: object) -> str:
    signed = f"{encode(header)}.{encode(payload)}"
    signature = jwt.get_algorithm_by_name(algorithm).sign(signed.encode(), private)
    return f"{signed}.{encode(signature)}"


def mint(algorithm: str = "ES256", pair: Pair | None = None, header: Json = None, **changes: Json) -> str:
    """Make a token of good claims with changes, its header with the members of `header` (None takes one away)."""
    pair = pair or make_pair(algorithm)
    members = {"alg": algorithm, "typ": "JWT", "kid": pair.jwk.get("kid"), **(header or {})}
    head = json.dumps({name: value for name, value in members.items() if value is not None})
    return sign(head.encode(), json.dumps(claims(**changes)).encode(), algorithm, pair.private)


TASPEN = JwtIdentity("taspen", "idp", (("agency", "taspen"),))


def make_issuer(*entries: Json, **changes: Json) -> IssuerOptions:
    options = {"jwks": None if changes.get("url") else make_jwks(*(entries or [make_pair("ES256").jwk])), **changes}
    return IssuerOptions(**{"id": "idp", "iss": ISS, "audiences": ("jembatan",), **options})


class Bench:
    """An identifier with its counts, and a peer that calls it."""

    def __init__(self, *issuers: IssuerOptions, identities: tuple[Identity, ...] = (TASPEN,), **bounds: Json) -> None:
        self.counted: list[tuple[str, str]] = []
        self.identifier = Identifier(
            issuers or (make_issuer(),),
            identities,
            lambda scheme, outcome: self.counted.append((scheme, outcome)),
            IdentifyBounds(**bounds),
        )

    def begin(self, token: str, now_s: float = NOW_S, peer: str = "192.0.2.1") -> Flow[Caller]:
        return self.identifier.verify_caller(bear(token, peer), now_s)

    def verify(self, token: str, now_s: float = NOW_S, peer: str = "192.0.2.1") -> Caller | Fault:
        """Verify a token that waits for nothing."""
        return finish(self.begin(token, now_s, peer))

    def call(self, request: Request, now_s: float = NOW_S) -> Caller | Fault:
        """Recall, and verify what is not remembered, as an exchange does."""
        try:
            recalled = self.identifier.recall_caller(request, now_s)
        except Refused as no:
            return no.fault
        return recalled or finish(self.identifier.verify_caller(request, now_s))

    def recall(self, token: str, now_s: float = NOW_S) -> Caller | Fault | None:
        try:
            return self.identifier.recall_caller(bear(token), now_s)
        except Refused as no:
            return no.fault


def bear(token: str, peer: str = "192.0.2.1") -> Request:
    return Request("GET", "/", "", {b"host": b"jembatan", b"authorization": b"Bearer " + token.encode()}, peer)


def finish(flow: Flow[Caller], answer: bytes | str | None = None) -> Caller | Fault:
    """Play on to the end; `answer` is what the ask gets: a document, or the name of a fault. None = no ask may come."""
    try:
        if answer is None:
            raise AssertionError(f"asks {next(flow)}")
        if isinstance(answer, str):
            flow.throw(Refused(fault(answer)))
        flow.send(answer)
    except StopIteration as end:
        caller: Caller = end.value
        return caller
    except Refused as no:
        return no.fault
    raise AssertionError("asks twice")
