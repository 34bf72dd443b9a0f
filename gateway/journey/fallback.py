"""A step's second source: another operation with the same answer, called where the first one fails.

Laws: 1. The second is called only where the first cannot say: its provider or the gateway failed. What it surely says (nobody of that
number) stands, unless the step says otherwise. 2. Each has its own deadline. 3. Where both fail, the step fails as the first did, or as the
second where the first knew nothing. 4. Every fall back is counted.
Must not know: what a step's answer is used for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from ..values.asks import Flow
from ..values.faults import Fault, Refused
from ..values.model import Json
from ..values.route import Exchange
from .inner import Inner, try_inner

_ABSENT = "SUBJECT_NOT_FOUND"
_NEVER = frozenset(("CALLER_GONE", "INTERNAL", "STEP_REFUSED"))  # what no other provider mends


@dataclass(frozen=True, slots=True)
class Fallback:
    """Where a step falls back to.

    Shape: `is_absent_asked` asks it also where the first operation knows nothing of the subject; `cell` counts. Units: seconds.
    """

    inner: Inner
    first_s: float = inf
    within_s: float = inf
    is_absent_asked: bool = False
    cell: int | None = None

    def covers(self, fault: Fault) -> bool:
        """Say whether the second is asked after the first ended so."""
        kind = fault.kind
        return (kind.whose != "caller" and kind.name not in _NEVER) or (self.is_absent_asked and kind.name == _ABSENT)


def call_or_fall_back(inner: Inner, fallback: Fallback, x: Exchange) -> Flow[Json]:
    """Call an operation, or where that fails its fallback.

    Faults: those of the first; where that knew nothing, those of the second.
    """
    first = yield from try_inner(inner, x, fallback.first_s)
    if not isinstance(first, Fault):
        return first
    if not fallback.covers(first):
        raise Refused(first)
    if fallback.cell is not None:
        x.ports.count(fallback.cell)
    second = yield from try_inner(fallback.inner, x, fallback.within_s)
    if isinstance(second, Fault):
        raise Refused(second if first.kind.name == _ABSENT else first)
    return second
