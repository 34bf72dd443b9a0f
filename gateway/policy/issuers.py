"""Who vouches for whom: issuers, and how an agency proves itself, as the plan read them.

Laws: 1. Frozen, made at load. 2. No raw API key is ever here, only its SHA-256.
Must not know: YAML, files, sockets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.values.problem import Problem, suggest_name

ALGORITHMS = ("ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")
_OWN = "give each agency its own"
_HASH = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class IssuerOptions:
    """What an `issuer:` document says.

    Shape: exactly one of `jwks` (the document, read at load) and `url` (fetched at run time) is given. `agency_claim` and
    `user_claim` are names of claims; `subject_claim` too, "" = it vouches for no citizens. Units: seconds.
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
    subject_claim: str = ""


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


def name_claims(identity: JwtIdentity, issuer: IssuerOptions) -> tuple[tuple[str, str], ...]:
    """Give the claims that an identity demands by their names in the issuer's tokens, sorted."""
    own_names = {"agency": issuer.agency_claim, "user": issuer.user_claim}
    return tuple(sorted((own_names.get(name, name), value) for name, value in identity.claims))


def check_issuers(issuers: Iterable[IssuerOptions]) -> tuple[Problem, ...]:
    """Find issuers that no identifier can be made of; `at` begins with the issuer's id."""
    found: list[Problem] = []
    owners: dict[str, str] = {}
    for issuer in issuers:
        found += _check_issuer(issuer)
        first = owners.setdefault(issuer.iss, issuer.id)
        if first != issuer.id:
            found.append(Problem((issuer.id, "iss"), "JB-ISS-001", f'issuer "{first}" has the same `iss`', "keep one of them"))
    return tuple(found)


def _check_issuer(issuer: IssuerOptions) -> Iterator[Problem]:
    for index, name in enumerate(issuer.algorithms):
        if name not in ALGORITHMS:
            yield Problem((issuer.id, "algorithms", index), "JB-KEY-007", f'"{name}" is not taken', suggest_name(name, ALGORITHMS))
    if not issuer.algorithms:
        yield Problem((issuer.id, "algorithms"), "JB-KEY-006", "names no algorithm, so no token could be valid")
    if not issuer.audiences:
        yield Problem((issuer.id, "audiences"), "JB-KEY-006", "names no audience, so no token could be valid")
    if (issuer.jwks is None) == (not issuer.url):
        yield Problem((issuer.id, "keys"), "JB-KEY-002", "needs either a file or a URL of keys, and not both")


def check_identities(identities: Sequence[Identity], issuers: Iterable[IssuerOptions]) -> tuple[Problem, ...]:
    """Find identities that can match nobody, or that match the same credential as another agency's.

    Shape: `at` is (agency, place of the identity in `identities`, …). Two identities of one issuer with different claims may still
    both match one token; that token is refused at run time.
    """
    known = {issuer.id: issuer for issuer in issuers}
    owners: dict[object, str] = {}
    found: list[Problem] = []
    for place, identity in enumerate(identities):
        is_jwt = isinstance(identity, JwtIdentity)
        found += _check_jwt(identity, place, known) if isinstance(identity, JwtIdentity) else _check_key(identity, place)
        for proof in _list_proofs(identity, known):
            first = owners.setdefault(proof, identity.agency)
            if first != identity.agency:
                part = "claims" if is_jwt else "hashes"
                found.append(
                    Problem((identity.agency, place, part), "JB-ISS-006", f'agency "{first}" proves itself by the same {part}', _OWN)
                )
    return tuple(found)


def _list_proofs(identity: Identity, known: dict[str, IssuerOptions]) -> list[object]:
    if isinstance(identity, KeyIdentity):
        return list(identity.hashes)
    issuer = known.get(identity.issuer)
    return [(issuer.id, name_claims(identity, issuer))] if issuer else []


def _check_jwt(identity: JwtIdentity, place: int, known: dict[str, IssuerOptions]) -> Iterator[Problem]:
    if identity.issuer not in known:
        meant = suggest_name(identity.issuer, known)
        yield Problem((identity.agency, place, "issuer"), "JB-REF-003", f'unknown issuer "{identity.issuer}"', meant)
    if not identity.claims:
        yield Problem((identity.agency, place, "claims"), "JB-KEY-006", "demands no claim, so every token of the issuer would match")


def _check_key(identity: KeyIdentity, place: int) -> Iterator[Problem]:
    for index, text in enumerate(identity.hashes):
        if not _HASH.fullmatch(text):  # the text itself is not repeated: it may be a raw key
            yield Problem((identity.agency, place, "hashes", index), "JB-KEY-008", "is not `sha256:` and 64 lower-case hex digits")
