"""One logical call to an upstream as the wire carries it out, and what both of its ends must offer.

Laws: 1. It is answered once. 2. After it was sent it is sent again at most once, and only where the effect is `read` and no byte
of a streamed body has left.
Must not know: pools, how bytes are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol, TypeAlias

from ..values.asks import CallUpstream
from ..values.faults import Fault, fault
from ..values.model import Reply
from .deadlines import Timer

Answered: TypeAlias = Callable[[Reply | Fault], None]


class Source(Protocol):
    """Where a streamed upload comes from."""

    def pause_upload(self) -> None:
        """Send nothing more for now."""

    def resume_upload(self) -> None:
        """Send what there is."""


class Sink(Protocol):
    """Where a streamed answer goes."""

    def take_piece(self, piece: bytes) -> None:
        """Take a piece of the body."""

    def end_relay(self, is_whole: bool) -> None:
        """Take note that nothing more comes."""


class Carrier(Protocol):
    """The connection that carries an attempt."""

    def push_piece(self, piece: bytes) -> None:
        """Send a piece of the upload."""

    def end_upload(self) -> None:
        """Send the end of the upload."""

    def start_relay(self, sink: Sink) -> None:
        """Give the answer's body to a sink as it comes."""

    def pause_relay(self) -> None:
        """Take no more from the upstream for now."""

    def resume_relay(self) -> None:
        """Take more from the upstream."""

    def abort(self, outcome: str) -> None:
        """Close at once; what it carries is not answered."""


@dataclass(slots=True)
class Upload:
    """A body that is streamed: its length (or framing.CHUNKED) and where it comes from."""

    length: int
    source: Source


class Attempt:
    """A call that waits for a connection, is carried by one, or is done."""

    __slots__ = (
        "answer",
        "began_s",
        "body_length",
        "call",
        "carrier",
        "has_pushed",
        "is_done",
        "is_resent",
        "timer",
        "traceparent",
        "upload",
    )

    def __init__(self, call: CallUpstream, traceparent: bytes, answer: Answered, upload: Upload | None) -> None:
        self.call = call
        self.traceparent = traceparent
        self.answer = answer
        self.upload = upload
        self.began_s = monotonic()
        self.carrier: Carrier | None = None
        self.timer: Timer | None = None  # while it waits for a connection
        self.is_done = False
        self.is_resent = False
        self.has_pushed = False
        self.body_length = 0  # of a streamed answer: bytes, CHUNKED or UNTIL_CLOSE

    @property
    def is_sent(self) -> bool:
        """Say whether anything of it was given to the kernel."""
        return self.carrier is not None

    def finish(self, answer: Reply | Fault) -> None:
        """Answer, once."""
        if self.is_done:
            return
        self.is_done = True
        self.answer(answer)

    def fail(self, kind: str, reason: str) -> None:
        """Answer with a fault of this kind."""
        self.finish(fault(kind, reason=reason))

    def cancel(self) -> None:
        """Stop: nobody waits for the answer any more."""
        self.is_done = True
        carrier, self.carrier = self.carrier, None
        if carrier is not None:
            carrier.abort("cancelled")

    def may_be_resent(self) -> bool:
        """Say whether it may be sent again on a fresh connection."""
        return not self.is_resent and self.call.effect == "read" and not self.has_pushed

    def make_message(self) -> bytes:
        """Give the bytes of the call: its head, and its body unless that is streamed.

        Faults: ValueError where the call could hold a second message (a defect of ours).
        """
        call = self.call
        if not _TARGET.fullmatch(call.target):
            raise ValueError("the target is not one")
        if call.head.count(b"\n") != call.head.count(b"\r\n") or (call.head and call.head[-2:] != b"\r\n"):
            raise ValueError("the head does not end its lines")
        trace = b"traceparent: %b\r\n" % self.traceparent if self.traceparent else b""
        body = call.body or b""
        if self.upload is not None:
            length = self.upload.length
            framing = b"Transfer-Encoding: chunked\r\n\r\n" if length < 0 else b"Content-Length: %d\r\n\r\n" % length
        elif call.body is None and call.method in _BODILESS:
            framing = b"\r\n"
        else:
            framing = b"Content-Length: %d\r\n\r\n" % len(body)
        return b"%b %b HTTP/1.1\r\n%b%b%b%b%b" % (call.method, call.target, call.upstream.head, call.head, trace, framing, body)


_TARGET = re.compile(rb"/[!-~]*")
_BODILESS = frozenset((b"GET", b"HEAD", b"DELETE", b"OPTIONS"))
