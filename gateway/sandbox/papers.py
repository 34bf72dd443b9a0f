"""Papers that an agency gives and takes back: decrees, entries, mutations.

Laws: 1. A paper's number follows from what it says, so that the same asked for again has the same number. 2. What was taken back stays
known: taking it back again says the same. 3. A number that was never given is unknown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.values.model import Json


@dataclass(slots=True)
class Papers:
    """One kind of paper. Shape: `number` is a format of one integer below 100,000; `given` are those of before, by number."""

    number: str
    given: dict[str, Json] = field(default_factory=dict)
    taken_back: set[str] = field(default_factory=set)

    def give(self, *content: str) -> str:
        """Give a paper that says this; its number."""
        number = self.number.format(int(hashlib.sha256("\n".join(content).encode()).hexdigest()[:8], 16) % 100_000)
        self.given[number] = content
        self.taken_back.discard(number)
        return number

    def take_back(self, number: str) -> bool:
        """Take a paper back; False where it was never given."""
        if number in self.given:
            self.taken_back.add(number)
        return number in self.given


def open_papers(number: str, before: Iterable[str] = ()) -> Papers:
    """Open a kind of paper with the numbers that were given before."""
    return Papers(number, dict.fromkeys(before))
