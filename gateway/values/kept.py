"""Answers that are kept by idempotency key: what is claimed, what is found, and the part of the store that holds them.

Laws, held by one contract test over every adapter: 1. Of all who claim a name at a time, one gets it (`ours`), the others are told that it
runs. 2. A claim whose lease has ended, or of which nobody knows what came of it, is given again, and says so (`is_repeat`). 3. Only the
turn that holds a claim may end it: one that comes late changes nothing. 4. What is kept is given until its time is over, then it is as if
it had never been. 5. Nobody has more than `most` names at a time.
Must not know: what a name is made of, what an answer holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Standing = Literal["ours", "kept", "running", "other", "full"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A write that is about to be done under a name.

    Shape: `digest` tells one call from another; `caller` is whose bound it counts against; `others` are names that it may stand under
    already, each with its digest: those that other keys of the store give. Units: `lease_s` for how long nobody else may
    do it, `keep_s` for how long what came of it is kept; seconds.
    """

    name: str
    caller: str
    digest: bytes
    lease_s: float
    keep_s: float
    most: int
    others: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was found under a name.

    Shape: `ours` = do it, as this `turn`; `is_repeat` that an earlier turn may have done it. `kept` = `answer` is what came of it.
    `running` = somebody does it now, at most for `left_s` seconds more. `other` = the name stands for another call. `full` = too many.
    `name` is the one that it stands under where that is one of the others.
    """

    standing: Standing
    turn: int = 0
    answer: bytes = b""
    left_s: float = 0.0
    is_repeat: bool = False
    name: str = ""


class KeptAnswers(Protocol):
    """The answers that are kept, by name."""

    def claim(self, claim: Claim) -> Claimed:
        """Take a name, or say what stands under it or one of the others.

        Faults: STORE_KEY_UNKNOWN where it stands under none, and answers are kept whose key is not known.
        """

    def keep(self, name: str, turn: int, answer: bytes) -> bool:
        """Keep what came of a claim; say whether the turn still held it."""

    def doubt(self, name: str, turn: int) -> bool:
        """Take note that nobody knows what came of a claim; say whether the turn still held it."""

    def free(self, name: str, turn: int) -> bool:
        """Take note that a turn did nothing: a first one gives the name back, a repeat leaves it in doubt; say whether it still held it."""

    def sweep(self, most: int) -> int:
        """Take away at most this many whose time is over; give how many."""
