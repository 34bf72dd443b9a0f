"""Who takes part in cases: people with a role and a token, of which only a digest is kept.

Laws: 1. A token is 256 random bits; what is kept of it is SHA-256, from which it cannot be found. 2. Who may do what is one table.
3. An integrator (a company) may try a draft and sees no entry, no field of others, no case. 4. A token ends on a day or when it is revoked.
Must not know: where people are kept, how tokens travel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, get_args

Role: TypeAlias = Literal["proposer", "owner", "reviewer", "head", "reader", "integrator"]
Act: TypeAlias = Literal["try", "see", "open", "screen", "answer", "withdraw", "decide", "decide early", "build in a moratorium"]

ROLES: tuple[Role, ...] = get_args(Role)
MAY: dict[Act, frozenset[Role]] = {
    "try": frozenset(ROLES),
    "see": frozenset(ROLES) - {"integrator"},
    "open": frozenset({"proposer"}),
    "screen": frozenset({"proposer", "reviewer", "head"}),
    "answer": frozenset({"owner"}),
    "withdraw": frozenset({"proposer"}),
    "decide": frozenset({"reviewer", "head"}),
    "decide early": frozenset({"head"}),
    "build in a moratorium": frozenset({"head"}),
}
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role, of an agency. Shape: `digest` of the token, hex; `until` the last day (2027-06-30), "" = none."""

    id: str
    agency: str
    role: Role
    digest: str = ""
    until: str = ""

    def may(self, act: Act) -> bool:
        """Say whether the role allows an act."""
        return self.role in MAY[act]


def digest_token(token: str) -> str:
    """Give what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def find_person(people: Iterable[Person], digest: str, today: date) -> Person | None:
    """Give whose token has a digest, None where it is nobody's or has ended."""
    found = next((one for one in people if one.digest == digest), None)
    if found is None or (found.until and date.fromisoformat(found.until) < today):
        return None
    return found
