"""JSON Pointers, bounded: how a finding says where.

Laws: a pointer names members and indices, never a value; a name longer than a bound is cut, so that a finding stays small.
"""

from __future__ import annotations

from collections.abc import Iterable

NAME_CHARS_MAX = 64


def join_pointer(pointer: str, name: str) -> str:
    """Give the pointer to a member of what `pointer` points to.

    Source: RFC 6901 3.
    """
    if len(name) > NAME_CHARS_MAX:
        name = name[:NAME_CHARS_MAX] + "…"
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def make_pointer(steps: Iterable[str | int], prefix: str = "") -> str:
    """Give the pointer that a path of names and indices is."""
    for step in steps:
        prefix = join_pointer(prefix, str(step))
    return prefix
