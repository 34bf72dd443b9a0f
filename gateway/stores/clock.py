"""The time of the deed that is being done over the durable stores: told by whoever does deeds, read by every part.

Must not know: where time comes from.
"""

from __future__ import annotations


class Clock:
    """Tells the time of one deed. Units: `now_s` Unix seconds."""

    __slots__ = ("now_s",)

    def __init__(self) -> None:
        self.now_s = 0.0
