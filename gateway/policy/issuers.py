"""Who vouches for whom: issuers, and how an agency proves itself, as the plan read them.

Laws: 1. Frozen, made at load. 2. No raw API key is ever here, only its SHA-256.
Must not know: YAML, files, sockets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from .problems import Problem, suggest_name

ALGORITHMS = ("ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")


@dataclass(frozen=True, slots=True)
class IssuerOptions:
    """What an `issuer:` document says.

    Shape: exactly one of `jwks` (the document, read at load) and `url` (fetched at run time) is given. `agency_claim` and
    `user_claim` are names of claims. Units: seconds.
    """

    id: str
    iss: str
    audiences: tuple[str, ...]
    algorithms: tuple[str, ...] = ("ES256",)
    jwks: bytes | None = None
    url: str = ""
    agency_claim: str = "agency"
    user_claim: str = "sub"
    leeway_s: int = 30
    lifetime_max_s: int = 86_400


@dataclass(frozen=True, slots=True)
class JwtIdentity:
    """An agency is whoever brings a token of this issuer in which all these claims have these values.

    Shape: `claims` are (name, value); the names `agency` and `user` stand for the issuer's own names of these claims.
    """

    agency: str
    issuer: str
    claims: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """An agency is whoever brings an API key with one of these hashes, each `sha256:` and 64 lower-case hex digits."""

    agency: str
    hashes: tuple[str, ...]


Identity = JwtIdentity | KeyIdentity


def check_issuers(issuers: Iterable[IssuerOptions]) -> tuple[Problem, ...]:
    """Find issuers that no identifier can be made of; `at` begins with the issuer's id."""
    raise NotImplementedError


def check_identities(identities: Iterable[Identity], issuers: Iterable[IssuerOptions]) -> tuple[Problem, ...]:
    """Find identities that match nobody, or the same credential as another's; `at` is (agency, index, …)."""
    raise NotImplementedError
