"""Is this text a token that we would look at: the strict pre-check of a JWS in compact form, before any key is used.

Holds: `split_token` (what every token must be), `check_token` (what its issuer demands), `is_signed` (PyJWT's part).
Laws: 1. The header decides nothing that the issuer's options have not allowed: the algorithm is in the issuer's closed list, which
holds neither `none` nor an HMAC, and is pinned to the key's type by the ring. 2. No member of the header can bring or name a key
from outside. 3. A claim that the gateway reads has one type or the token is refused. 4. Whatever the bytes, the outcome is a
token or a Refused with a reason of the table.
Must not know: who fetches keys, which agency a claim means, caches.
Source: RFC 7515, RFC 7519, RFC 8725 (best practice), RFC 9068 2.1 (at+jwt).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import jwt
from jwt.algorithms import Algorithm

from gateway.schema.formats import FORMATS
from gateway.values.model import Json

from .issuers import ALGORITHMS, IssuerOptions
from .keys import Key
from .refusals import refuse_credential
from .strict import NotStrict, read_base64url, read_object

TOKEN_BYTES_MAX = 8_192
PART_BYTES_MAX = (1_024, 6_144, 1_400)  # header, claims, signature (RSA of 8192 bits)
KID_CHARACTERS_MAX = 256
TEXT_CHARACTERS_MAX = 512
AUDIENCES_MAX = 32
SUBJECT_S_MAX = 3_600  # whoever holds a citizen's token acts for the citizen
SECONDS_MAX = 1 << 40  # far beyond any date, far below what loses precision
TYPES = ("JWT", "AT+JWT")

# These change what is verified or where the key comes from; none has a use in the federation.
MEMBERS_REFUSED = ("crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc", "cty")

_IS_NIK = re.compile(FORMATS["nik"].pattern, re.ASCII).fullmatch
_VERIFIERS: dict[str, Algorithm] = {name: jwt.get_algorithm_by_name(name) for name in ALGORITHMS}


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is well-formed and not yet believed.

    Shape: `signed` is what the signature covers; `kid` is empty where the header names none.
    """

    algorithm: str
    kid: str
    iss: str
    claims: dict[str, Json]
    signed: bytes
    signature: bytes


def split_token(raw: bytes) -> Token:
    """Read a compact JWS, strictly; verify nothing.

    Faults: CREDENTIAL_INVALID.
    """
    header_text, claims_text, signature = _split_parts(raw)
    algorithm, kid = _read_header(header_text)
    claims = _read_members(claims_text, "claims_json")
    iss = claims.get("iss")
    if not isinstance(iss, str) or not _is_text(iss):
        raise refuse_credential("claim_iss")
    return Token(algorithm, kid, iss, claims, raw[: raw.rindex(b".")], signature)


def _split_parts(raw: bytes) -> list[bytes]:
    if len(raw) > TOKEN_BYTES_MAX:
        raise refuse_credential("token_size")
    parts = raw.split(b".")
    if len(parts) != 3 or not all(parts):
        raise refuse_credential("token_parts")
    if any(len(part) > most for part, most in zip(parts, PART_BYTES_MAX, strict=True)):
        raise refuse_credential("token_size")
    try:
        return [read_base64url(part) for part in parts]
    except NotStrict:
        raise refuse_credential("token_base64") from None


def _read_members(text: bytes, reason: str) -> dict[str, Json]:
    try:
        return read_object(text)
    except NotStrict:
        raise refuse_credential(reason) from None


def _read_header(text: bytes) -> tuple[str, str]:
    header = _read_members(text, "header_json")
    if not header.keys().isdisjoint(MEMBERS_REFUSED):
        raise refuse_credential("header_member")
    if not _is_type(header.get("typ", "JWT")):
        raise refuse_credential("header_type")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _VERIFIERS:
        raise refuse_credential("algorithm_unknown")
    if "kid" in header and not _is_kid(header["kid"]):
        raise refuse_credential("header_kid")
    return algorithm, header.get("kid", "")


def _is_type(value: Json) -> bool:
    return isinstance(value, str) and value.upper().removeprefix("APPLICATION/") in TYPES


def _is_kid(value: Json) -> bool:
    return isinstance(value, str) and 0 < len(value) <= KID_CHARACTERS_MAX


def check_token(token: Token, issuer: IssuerOptions, now_s: float) -> int:
    """Hold a token against its issuer's demands; give the Unix second at which it expires.

    Faults: CREDENTIAL_INVALID, CREDENTIAL_EXPIRED.
    """
    if token.algorithm not in issuer.algorithms:
        raise refuse_credential("algorithm_not_of_issuer")
    if token.iss != issuer.iss:
        raise refuse_credential("issuer_unknown")
    _check_audience(token.claims.get("aud"), issuer.audiences)
    for name in {"sub", issuer.agency_claim, issuer.user_claim} & token.claims.keys():
        if not _is_text(token.claims[name]):
            raise refuse_credential("claim_text")
    return _check_times(token.claims, issuer, now_s)


def read_user(token: Token, issuer: IssuerOptions) -> str:
    """Give the person for whom a checked token was given; empty where it names the client itself, so that no machine passes for a person.

    Source: RFC 9068 2.2 (`sub` is the client where no resource owner is involved), 2.2.1 (`client_id`).
    """
    user: str = token.claims.get(issuer.user_claim, "")
    clients = [token.claims.get(name) for name in (issuer.agency_claim, "client_id", "azp")]
    return "" if user in clients else user


def read_subject(token: Token, issuer: IssuerOptions) -> str:
    """Give the number of the citizen that a checked token was given to; empty where it is no citizen's, or its issuer vouches for none.

    Faults: CREDENTIAL_INVALID: no such number, no time of issue, or a longer life than a citizen's token has.
    """
    if not issuer.subject_claim or issuer.subject_claim not in token.claims:
        return ""
    found, issued, expires = (token.claims.get(name) for name in (issuer.subject_claim, "iat", "exp"))
    if not isinstance(found, str) or not _IS_NIK(found):
        raise refuse_credential("claim_subject")
    if issued is None or expires - issued > SUBJECT_S_MAX:
        raise refuse_credential("claim_subject")
    return found


def _check_audience(found: Json, wanted: tuple[str, ...]) -> None:
    named = [found] if isinstance(found, str) else found
    if not isinstance(named, list) or not 0 < len(named) <= AUDIENCES_MAX or not all(_is_text(one) for one in named):
        raise refuse_credential("claim_aud")
    if not any(one in wanted for one in named):
        raise refuse_credential("audience_other")


def _check_times(claims: dict[str, Json], issuer: IssuerOptions, now_s: float) -> int:
    until = _read_seconds(claims, "exp", None)
    since = _read_seconds(claims, "nbf", 0)
    issued = _read_seconds(claims, "iat", None) if "iat" in claims else None
    if now_s >= until + issuer.leeway_s:
        raise refuse_credential("expired")
    if now_s < since - issuer.leeway_s:
        raise refuse_credential("not_yet")
    if issued is not None and now_s < issued - issuer.leeway_s:
        raise refuse_credential("issued_later")
    # What says not when it was issued may not reach further than a fresh one could.
    begins = issued if issued is not None else now_s + issuer.leeway_s
    if until - begins > issuer.lifetime_max_s:
        raise refuse_credential("lifetime")
    return until


def _read_seconds(claims: dict[str, Json], name: str, default: int | None) -> int:
    value = claims.get(name, default)
    if type(value) is not int or not 0 <= value < SECONDS_MAX:  # bool is an int to isinstance
        raise refuse_credential(f"claim_{name}")
    return value


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and 0 < len(value) <= TEXT_CHARACTERS_MAX and value.isprintable()


def is_signed(token: Token, key: Key) -> bool:
    """Say whether this key made the token's signature, with the algorithm that both name.

    Shape: the key was given out by `KeyRing.look_up` for this very algorithm.
    """
    if token.algorithm not in key.algorithms:
        return False
    try:
        return _VERIFIERS[token.algorithm].verify(token.signed, key.public, token.signature)
    except ValueError:
        return False
