"""Has this citizen agreed to this: what a consent covers, judged for one call.

Laws: 1. A consent covers what was shown when it was given: an operation's fields, in full or masked. What a grant reveals beyond that is
not covered, and the citizen is asked anew. 2. No consent, one that was withdrawn, one whose time is over: no access. 3. A citizen is known
to the stores by a keyed digest, never by a number.
Must not know: where consents are kept, who asks, YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from gateway.values.consents import Consent

from .disclosure import KEEP, Tree, find_subtree
from .seals import Seal

Standing = Literal["given", "missing", "withdrawn", "ended", "outdated"]
STANDINGS: tuple[Standing, ...] = ("given", "missing", "withdrawn", "ended", "outdated")


def name_citizen(seal: Seal, number: str) -> bytes:
    """Give what a citizen is known by to the stores: a digest that says nothing without the key."""
    return seal.digest(b"citizen", number.encode())


def list_others(seal: Seal, number: str) -> tuple[bytes, ...]:
    """Give what the other keys of the stores know a citizen by."""
    return tuple(name_citizen(key, number) for key in seal.others)


def list_shown(tree: Tree, leaves: Sequence[str]) -> tuple[str, ...]:
    """Give the leaves that a tree shows, each with its mask behind a colon where it is shown in part."""
    found = []
    for leaf in leaves:
        rest = find_subtree(tree, leaf.split(".")).rest
        if rest:
            found.append(leaf if rest == KEEP else f"{leaf}:{rest}")
    return tuple(found)


def write_fields(operation: str, shown: Iterable[str]) -> list[str]:
    """Give the lines of a consent that cover what an operation shows."""
    return [f"{operation} {each}" for each in shown]


def judge_consent(found: Consent | None, wanted: Iterable[str], now_s: float) -> Standing:
    """Say how a consent stands to what a call would show. Shape: `wanted` as of `write_fields`. Units: Unix seconds."""
    if found is None:
        return "missing"
    if found.ended:
        return "withdrawn"
    if now_s >= found.offer.until_s:
        return "ended"
    agreed = frozenset(found.offer.fields.split("\n"))
    return "given" if all(line in agreed or line.partition(":")[0] in agreed for line in wanted) else "outdated"
