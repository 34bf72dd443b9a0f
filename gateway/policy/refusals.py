"""Why a credential is refused: the words as data, each with the fault that the caller gets.

Holds: one row a reason. The word goes to the log and to tests; the caller sees only the fault's kind and the challenge.
Laws: 1. A reason never changes its meaning. 2. What the caller sees tells an attacker nothing but missing, invalid or expired.
Must not know: tokens, keys, requests.
Source: RFC 6750 3 and 3.1 (challenge), RFC 9110 11.6.1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from gateway.values.faults import Fault, Refused, fault

Outcome = Literal["accepted", "missing", "invalid", "expired", "spent", "keys_unavailable"]

_BARE = 'Bearer realm="jembatan"'
_CONFUSED = 'Bearer realm="jembatan", error="invalid_request"'
_BAD = 'Bearer realm="jembatan", error="invalid_token"'

_INVALID = (
    "token_size", "token_parts", "token_base64",
    "header_json", "header_member", "header_type", "header_kid", "algorithm_unknown", "algorithm_not_of_issuer",
    "claims_json", "claim_iss", "issuer_unknown", "claim_aud", "audience_other", "claim_exp", "claim_nbf", "claim_iat", "claim_text",
    "claim_subject",
    "lifetime", "not_yet", "issued_later",
    "key_unknown", "kid_missing", "algorithm_not_of_key", "signature",
    "agency_unknown", "agency_ambiguous",
    "api_key_size", "api_key_unknown", "scheme_unknown", "header_bytes",
)  # fmt: skip

_ROWS: tuple[tuple[str, str, str], ...] = (
    # reason, kind, challenge
    ("credential_missing", "CREDENTIAL_MISSING", _BARE),
    ("credential_two", "CREDENTIAL_INVALID", _CONFUSED),
    ("credential_repeated", "CREDENTIAL_INVALID", _CONFUSED),
    ("expired", "CREDENTIAL_EXPIRED", _BAD),
    *((reason, "CREDENTIAL_INVALID", _BAD) for reason in _INVALID),
)

FAULTS: dict[str, Fault] = {reason: replace(fault(kind, reason=reason), challenge=challenge) for reason, kind, challenge in _ROWS}

# What the next look may judge otherwise, because time passed or the issuer was asked; so it is not kept as a verdict.
UNSETTLED = frozenset(("not_yet", "issued_later", "lifetime", "key_unknown"))

OUTCOMES: dict[str, Outcome] = {
    "CREDENTIAL_MISSING": "missing",
    "CREDENTIAL_INVALID": "invalid",
    "CREDENTIAL_EXPIRED": "expired",
    "VERIFICATIONS_SPENT": "spent",
    "KEYS_UNAVAILABLE": "keys_unavailable",
}


def refuse_credential(reason: str) -> Refused:
    """Make the exception for one of the reasons.

    Faults: KeyError for a word that the table does not hold (a defect of ours).
    """
    return Refused(FAULTS[reason])
