"""The sandbox's identity provider: one ES256 key, its JWKS, and tokens for the calling agencies.

Laws: 1. The key is made at the first start and kept in the state folder, readable by its owner only, so that a token can
be minted apart from the server. 2. Its tokens are worth nothing outside a gateway that says `sandbox: true`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from pathlib import Path
from typing import TypeAlias

import jwt
import orjson
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ..values.model import SANDBOX_ISSUER as ISSUER

AUDIENCE = "https://jembatan.example"
KEY_FILE = "sandbox-idp.pem"

Key: TypeAlias = ec.EllipticCurvePrivateKey


def load_key(state: Path) -> Key:
    """Load the sandbox's key from its state folder; make it where there is none."""
    path = state / KEY_FILE
    if not path.exists():
        _write_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _write_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    fresh = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    try:
        os.link(fresh, path)  # the first of two starts wins
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def describe_key(key: Key) -> dict[str, str]:
    """Give the public key as a JWK whose `kid` is its thumbprint.

    Source: RFC 7517, RFC 7638.
    """
    numbers = key.public_key().public_numbers()
    members = {"crv": "P-256", "kty": "EC", "x": _encode(numbers.x), "y": _encode(numbers.y)}
    digest = hashlib.sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS)).digest()
    kid = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return {**members, "alg": "ES256", "use": "sig", "kid": kid}


def _encode(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def mint_token(key: Key, agency: str, user: str = "", audience: str = AUDIENCE, lifetime_s: int = 3600, **claims: object) -> str:
    """Mint a token for a calling agency; `claims` are added or take the place of the usual ones.

    Units: seconds.
    """
    now = int(time.time())
    payload: dict[str, object] = {
        "iss": ISSUER,
        "aud": audience,
        "sub": user or agency,
        "agency": agency,
        "iat": now,
        "nbf": now,
        "exp": now + lifetime_s,
    }
    payload.update(claims)
    return jwt.encode(payload, key, algorithm="ES256", headers={"kid": describe_key(key)["kid"]})


def mint_citizen_token(key: Key, agency: str, number: str, lifetime_s: int = 3600) -> str:
    """Mint the token that a (synthetic) citizen's sign-in at an agency's portal gives; the citizen is another user at each portal.

    Units: seconds.
    """
    user = "citizen-" + hashlib.sha256(f"{agency} {number}".encode()).hexdigest()[:16]
    return mint_token(key, agency, user, AUDIENCE, lifetime_s, nik=number)


def make_idp_application(key: Key) -> web.Application:
    """Make the application that serves the JWKS."""
    document = orjson.dumps({"keys": [describe_key(key)]})

    async def give_keys(request: web.Request) -> web.Response:
        return web.Response(body=document, content_type="application/json", headers={"Cache-Control": "max-age=300"})

    application = web.Application()
    application.router.add_get("/jwks.json", give_keys)
    return application
