"""What translations left behind on purpose, as it is told beside an answer: one member of a list for each mapping and direction.

Laws: 1. However often a mapping ran for one answer, it is one member; its numbers are added. 2. No name of a field, no value.
Must not know: what is left behind, and why.
Source: RFC 9651 (the header is a List of Strings with Parameters).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from .route import Exchange

HEADER = b"jembatan-translation"
Member: TypeAlias = tuple[bytes, bytes]  # what stands before the number, and behind it


def add_told(x: Exchange, member: Member, count: int) -> None:
    """Tell that a translation left something in `count` places."""
    join_told(x, {member: count})
    write_told(x)


def join_told(x: Exchange, told: Mapping[Member, int] | None) -> None:
    """Add what was told beside a part of this answer; `write_told` says it."""
    if not told:
        return
    known = x.told = {} if x.told is None else x.told
    for member, count in told.items():
        known[member] = known.get(member, 0) + count


def write_told(x: Exchange) -> None:
    """Write the header of what was told; none where nothing was."""
    if x.told:
        text = b", ".join(begin + b"%d" % count + end for (begin, end), count in x.told.items())
        x.out_headers = (*(each for each in x.out_headers if each[0] != HEADER), (HEADER, text))
