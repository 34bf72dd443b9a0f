"""What the pools of one family share: a bound on their connections together.

Laws: 1. All pools of a family have at most `most` connections open or opening. 2. Where that is reached, an idle connection of the family
gives way; where none is idle, pools wait in the order in which they came, and the next place is theirs.
Must not know: calls, what a connection is.
"""

from __future__ import annotations

from typing import Protocol


class Member(Protocol):
    """A pool, as its family sees it."""

    def give_way(self) -> bool:
        """Close one idle connection; say whether there was one."""

    def serve_waiting(self) -> None:
        """Open connections for calls that wait, as far as there is room."""


class Crowd:
    """The count of a family's connections, its pools with idle ones (the one idle longest first) and those that wait."""

    __slots__ = ("_idle", "_most", "_open", "_waiting")

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0
        self._idle: dict[Member, None] = {}
        self._waiting: dict[Member, None] = {}

    def make_room(self) -> bool:
        """Say whether one more connection may be opened, if need be in the place of an idle one."""
        while self._open >= self._most and self._idle:
            member = next(iter(self._idle))
            del self._idle[member]
            if member.give_way():
                self._idle[member] = None  # it may have more; its turn comes last
        return self._open < self._most

    def enter(self) -> None:
        """Count a connection that is being opened."""
        self._open += 1

    def leave(self) -> None:
        """Count a connection that is gone, and let whoever waits for its place have it."""
        self._open -= 1
        while self._waiting and self._open < self._most:
            member = next(iter(self._waiting))
            del self._waiting[member]
            member.serve_waiting()

    def wait(self, member: Member) -> None:
        """Take note of a pool that waits for a place of the family's, and has room for it itself: else `leave` would never end."""
        self._waiting[member] = None

    def rest(self, member: Member) -> None:
        """Take note of a pool that has an idle connection."""
        self._idle.pop(member, None)
        self._idle[member] = None

    def quit(self, member: Member) -> None:
        """Forget a pool that has nothing left."""
        self._idle.pop(member, None)
        self._waiting.pop(member, None)

    @property
    def is_wanted(self) -> bool:
        """Say whether a pool waits for a place."""
        return bool(self._waiting)
