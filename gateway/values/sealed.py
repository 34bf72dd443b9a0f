"""What is kept under which key of the durable stores: the part of them that says whether a key may be dropped.

Laws, held by one contract test over every adapter: 1. What is kept bears the mark of the key that named it, to its end. 2. What hangs on a
key that is not known is told, never passed over. 3. Only an operator gives up what hangs on a key.
Must not know: keys, what is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Part: TypeAlias = Literal["answers", "journeys", "consents"]
PARTS: tuple[Part, ...] = ("answers", "journeys", "consents")
UNKNOWN = "unknown"  # stands for the mark of every key that is not known
COUNTED_MAX = 100_000  # of one part and key: that many means as many or more


@dataclass(frozen=True, slots=True)
class Hanging:
    """How much hangs on the key with this mark: answers whose time is not over, journeys, consents that stand."""

    mark: str
    answers: int
    journeys: int
    consents: int

    @property
    def counts(self) -> tuple[int, int, int]:
        """Give the counts in the order of `PARTS`."""
        return self.answers, self.journeys, self.consents


class Sealed(Protocol):
    """What hangs on which key."""

    def tally(self) -> Sequence[Hanging]:
        """Count what hangs on each key that this store has seen, in the order in which it came."""

    def give_up(self, mark: str) -> bool:
        """Let go of what hangs on a key, for good; say whether it was known.

        Shape: journeys that have not ended are set aside for an operator, all else is as if it had never been.
        """
