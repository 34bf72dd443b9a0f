"""What a serving needs of the caller's connection.

Laws: one answer an exchange, whole or in pieces.
Must not know: how bytes are framed.
"""

from __future__ import annotations

from typing import Protocol

from ..values.model import Response


class Line(Protocol):
    """What a serving needs of the caller's connection."""

    def send_continue(self) -> None:
        """Send `100 Continue`."""

    def set_due(self, due_s: float) -> None:
        """Call `Serving.expire` at this time; inf for never."""

    def allow_reading(self, is_allowed: bool) -> None:
        """Take bytes from the caller, or none for now."""

    def reply(self, response: Response) -> None:
        """Send the whole response; the exchange is over."""

    def begin_relay(self, response: Response, body_length: int) -> None:
        """Send the head of a response whose body follows in pieces."""

    def relay_piece(self, piece: bytes) -> bool:
        """Send a piece; say whether more may follow now."""

    def finish_relay(self, is_whole: bool) -> None:
        """End the body; the exchange is over once its flow has ended."""
