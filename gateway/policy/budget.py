"""May this peer have another credential judged: a bucket of verifications for each peer.

Laws: 1. A peer is let through at most `burst + rate × time` times. 2. At most `peers_max` buckets are kept; the longest unused one
is forgotten only once it is full again, which loses nothing. 3. Where none can be forgotten, new peers share one bucket: a flood from
many addresses cannot buy itself fresh buckets. 4. A clock that goes back neither fills nor drains a bucket.
Must not know: what a verification is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Bucket:
    left: float
    at_s: float


@dataclass(slots=True)
class Budget:
    """The buckets of one worker. Units: rate_per_s and burst in verifications."""

    rate_per_s: float
    burst: float
    peers_max: int
    _buckets: dict[str, _Bucket] = field(default_factory=dict)  # in the order of last use
    _shared: _Bucket | None = None

    def spend(self, peer: str, now_s: float) -> int:
        """Take one verification from a peer's bucket: 0 where there was one, else the whole seconds until there is."""
        bucket = self._find_bucket(peer, now_s)
        elapsed_s = max(0.0, now_s - bucket.at_s)
        bucket.left = min(self.burst, bucket.left + elapsed_s * self.rate_per_s)
        bucket.at_s = now_s
        if bucket.left >= 1.0:
            bucket.left -= 1.0
            return 0
        return max(1, math.ceil((1.0 - bucket.left) / self.rate_per_s))

    def _find_bucket(self, peer: str, now_s: float) -> _Bucket:
        bucket = self._buckets.pop(peer, None)
        if bucket is None and len(self._buckets) >= self.peers_max and not self._forget_oldest(now_s):
            if self._shared is None:
                self._shared = _Bucket(self.burst, now_s)
            return self._shared
        if bucket is None:
            bucket = _Bucket(self.burst, now_s)
        self._buckets[peer] = bucket
        return bucket

    def _forget_oldest(self, now_s: float) -> bool:
        oldest = next(iter(self._buckets))
        bucket = self._buckets[oldest]
        if bucket.left + (now_s - bucket.at_s) * self.rate_per_s < self.burst:
            return False
        del self._buckets[oldest]
        return True

    def __len__(self) -> int:
        return len(self._buckets)
