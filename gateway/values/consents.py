"""A citizen's consents: what one is, and the part of the durable stores that holds them.

Laws, held by one contract test over every adapter: 1. Of one citizen, agency and purpose at most one consent stands. 2. What was given is
never changed: it ends once, and stays as evidence of what was shown, when it was given and ended, by whom, in which exchanges. 3. A citizen
is known by a keyed digest alone; `others` are those that other keys of the store give: what stands under one of them is theirs, and their
numbers go on. 4. A citizen has at most `most` consents, ended ones too. 5. While consents stand whose key is not known, a call is told
nothing of anybody's: STORE_KEY_UNKNOWN. 6. An auditor sees all that is kept, in the order in which it came, as it was at any moment.
Must not know: what a digest is made of, how consent is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal, Protocol

Ended = Literal["", "withdrawn", "renewed"]
State = Literal["given", "renewed", "withdrawn", "ended"]  # given = it stands; ended = its time is over
STATES: tuple[State, ...] = ("given", "renewed", "withdrawn", "ended")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a citizen agrees to: that an agency asks for these fields for this purpose.

    Shape: `subject` the citizen's digest; `fields` operation and field, a line each; `shown` the digest of the whole text that was shown;
    `by` the agency through whose portal, `exchange` where it was said. Units: `until_s` Unix seconds.
    """

    subject: bytes
    agency: str
    purpose: str
    fields: str
    shown: str
    until_s: float
    by: str
    exchange: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as it is kept.

    Shape: `number` counts a citizen's consents; `key` is the mark of the store's key that named the citizen.
    Units: Unix seconds; `ended_s` 0 = it was not ended.
    """

    number: int
    offer: Offer
    given_s: float
    ended_s: float = 0.0
    ended: Ended = ""
    ended_by: str = ""
    ended_exchange: str = ""
    key: str = ""

    def state_at(self, moment_s: float) -> State:
        """Say how it stood at a moment after it was given. Units: Unix seconds."""
        if self.ended and self.ended_s <= moment_s:
            return self.ended
        return "given" if moment_s < self.offer.until_s else "ended"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which consents an auditor asks for: those of which all this is true.

    Shape: `subjects` are the digests of one citizen; "" and () = whoever, whatever. Units: Unix seconds; given in [`since_s`, `until_s`),
    and in one of the `states` at `at_s`.
    """

    at_s: float
    subjects: Sequence[bytes] = ()
    agency: str = ""
    purpose: str = ""
    states: Sequence[State] = STATES
    since_s: float = -inf
    until_s: float = inf


class Consents(Protocol):
    """The consents that are kept."""

    def give(self, offer: Offer, most: int, others: Sequence[bytes] = ()) -> Consent | None:
        """Keep a consent, which ends the one that stood as renewed; None where the citizen has given this agency as many as may be kept."""

    def find(self, subject: bytes, agency: str, purpose: str, others: Sequence[bytes] = ()) -> Consent | None:
        """Give the newest consent of a citizen to an agency for a purpose, whether it stands or was ended."""

    def list(self, subject: bytes, agency: str, most: int, others: Sequence[bytes] = ()) -> tuple[Consent, ...]:
        """Give a citizen's consents, those that were not ended first, then the newest; `agency` "" = to whomever they were given."""

    def withdraw(self, subject: bytes, agency: str, number: int, by: str, exchange: str, others: Sequence[bytes] = ()) -> Consent | None:
        """End a consent and give it; one that had ended stays as it was; None where the citizen has none of this number there."""

    def search(self, sought: Sought, most: int, after: Consent | None = None) -> Sequence[Consent]:
        """Give consents of any citizen in the order in which they were given, behind one of them; those of a key that is not known too."""

    def pick(self, start: bytes, number: int) -> Consent | None:
        """Give a consent by its number and the start of its citizen's digest."""

    def list_keys(self) -> Sequence[str]:
        """Give the marks of the keys under which consents were ever given, also those of keys that were given up."""
