"""The caller's body as it comes, cut out of the connection's bytes.

Must not know: who asks for it, bounds.
"""

from __future__ import annotations

from .framing import BadFraming, Framing


class Body:
    """The caller's body as it comes."""

    __slots__ = ("framing", "is_bad", "length", "pieces", "size", "started_s")

    def __init__(self, length: int) -> None:
        self.length = length
        self.framing = Framing(length)
        self.pieces: list[bytes] = []
        self.size = 0
        self.started_s = 0.0
        self.is_bad = False

    def take(self, data: bytes) -> bytes:
        """Take the body's part of these bytes; give the rest."""
        try:
            piece, rest = self.framing.cut_body(data)
        except BadFraming:
            self.is_bad = True
            return b""
        if piece:
            self.pieces.append(piece)
            self.size += len(piece)
        return rest

    def give(self) -> bytes:
        """Give what has come and was not given before."""
        pieces = self.pieces
        whole = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self.pieces = []
        return whole
