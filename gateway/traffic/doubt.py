"""What a call's fault says of its effect: nothing was done, it may be tried again, or nobody knows.

Laws: 1. What is not surely without effect is in doubt. 2. A doubt ends only by an answer, or by an operator's word.
Must not know: journeys, stores.
"""

from __future__ import annotations

from ..values.faults import CATALOGUE, Fault

# nothing was done: it was refused before it was sent, or the provider says so
_SURE = frozenset((
    "SUBJECT_NOT_FOUND", "CONFLICT", "PROVIDER_BUSY", "PROVIDER_UNREACHABLE", "PROVIDER_REFUSED_TRANSLATION", "PROVIDER_REFUSED_GATEWAY",
    "PROVIDER_REDIRECTED",
))  # fmt: skip
_IN_DOUBT = frozenset(("CALLER_GONE", "INTERNAL"))


def is_in_doubt(fault: Fault) -> bool:
    """Say whether a write that ended so may have been done."""
    kind = fault.kind
    if kind.name not in CATALOGUE:
        return False  # the federation's own: the provider has said so
    if kind.name == "PROVIDER_FAILED":
        return fault.reason.startswith("status 5")  # with an envelope, or 4xx, the provider has said no
    return kind.name in _IN_DOUBT or (kind.whose == "provider" and kind.name not in _SURE)


def is_passing(fault: Fault) -> bool:
    """Say whether a call that ended so may do better later."""
    return fault.kind.retry
