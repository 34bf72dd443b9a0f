"""Have we judged this credential before: verdicts kept, good and bad, within bounds.

Laws: 1. Keyed by a SHA-256 digest; no raw credential is kept. 2. A good verdict is given back only before its own end (the token's
expiry with the issuer's leeway, and no longer than keys may go unchecked), so what is recalled is what a fresh look would say. 3. A
verdict made by a key that was withdrawn is gone. 4. Good and bad live apart: no flood of bad ones can push a good one out. 5. Each
kind holds at most its bound, in two generations: what was asked for in the last half of the bound is still there; all is O(1).
Must not know: tokens, keys, the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from gateway.values.faults import Fault
from gateway.values.model import Caller


@dataclass(frozen=True, slots=True)
class Good:
    """Who it was, until when we may say so without another look, and the name of the key that said so."""

    caller: Caller
    until_s: float
    key: str


@dataclass(frozen=True, slots=True)
class Bad:
    """Why not, and until when we may say so without another look."""

    fault: Fault
    until_s: float


class _Ending(Protocol):
    @property
    def until_s(self) -> float:
        """When it ends."""


V = TypeVar("V", bound=_Ending)


@dataclass(slots=True)
class Generations(Generic[V]):
    """Values with an end, at most `kept_max` of them: a young half and an old half that is thrown away whole."""

    kept_max: int
    young: dict[bytes, V] = field(default_factory=dict)
    old: dict[bytes, V] = field(default_factory=dict)

    def recall(self, digest: bytes, now_s: float) -> V | None:
        """Give what was kept and has not ended."""
        value = self.young.get(digest)
        if value is None:
            value = self.old.get(digest)
            if value is None:
                return None
            if now_s < value.until_s:
                self.keep(digest, value)
        return value if now_s < value.until_s else None

    def keep(self, digest: bytes, value: V) -> None:
        """Keep a value under its digest, as the youngest; it takes the place of what was there."""
        self.old.pop(digest, None)
        if digest not in self.young and len(self.young) >= max(1, self.kept_max // 2):
            self.old, self.young = self.young, {}
        self.young[digest] = value

    def is_kept(self, digest: bytes) -> bool:
        """Say whether there is a value, ended or not."""
        return digest in self.young or digest in self.old

    def clear(self) -> None:
        """Forget all."""
        self.young.clear()
        self.old.clear()

    def __len__(self) -> int:
        return len(self.young) + len(self.old)


@dataclass(slots=True)
class Verdicts:
    """What one worker remembers of credentials. Units: whole numbers."""

    good: Generations[Good]
    bad: Generations[Bad]

    def withdraw_keys(self, gone: frozenset[str]) -> None:
        """Drop each good verdict made by one of these keys."""
        if not gone:
            return
        for half in (self.good.young, self.good.old):
            for digest in [digest for digest, verdict in half.items() if verdict.key in gone]:
                del half[digest]

    def forget_bad(self) -> None:
        """Drop all bad verdicts: new keys may judge otherwise."""
        self.bad.clear()
