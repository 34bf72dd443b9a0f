"""One caller's connection: cuts messages out of its bytes, one at a time, and writes the answers in order.

Laws: 1. Nothing is parsed before its turn: what follows a message waits, unread, until that message is answered; the kernel and
one read are all that waits. 2. A refusal closes: the answer is sent, then what still comes is thrown away for a short while, so
that the answer is not lost to a reset. 3. The result does not depend on how the bytes were split.
Must not know: exchanges' decisions, upstreams.
Source: RFC 9112 2.2, 9; RFC 9110 10.1.1.
"""

from __future__ import annotations

import asyncio
from math import inf
from time import monotonic, time
from typing import Protocol, cast

from ..values.faults import Fault, fault, render_problem
from ..values.model import Response
from .body import Body
from .cutting import Cutter
from .deadlines import Timer
from .ids import name_peer
from .lines import (
    CHUNKED_LINE,
    CLOSED,
    CONTINUE,
    PROBLEM,
    WITHOUT_LENGTH,
    describe_exchange,
    end_head,
    frame_relayed,
    frame_whole,
    make_head,
)
from .serving import Ended, Serving, Shared

LINGER_S = 2.0
LINGER_BYTES_MAX = 4 << 20
JOINED_BYTES_MAX = 64 << 10  # a body up to this is copied behind its head; a larger one is not


_DRAINED = 1  # bytes: writing pauses while anything waits, so that resuming says that all is sent; 0 would pause TLS for good


class House(Protocol):
    """The data plane, as a connection sees it."""

    is_draining: bool

    def admit(self, connection: Connection, peer: str) -> str:
        """Count a connection in; name the bound that refuses it, or nothing."""

    def dismiss(self, connection: Connection, peer: str) -> None:
        """Count a connection out."""


class Connection(asyncio.Protocol):
    """A caller's connection. `_phase` names what its deadline is for: idle, head, exchange, write, linger."""

    __slots__ = (
        "_backlog", "_cutter", "_house", "_is_advancing", "_is_chunking", "_is_closing", "_is_paused", "_is_reading", "_is_relaying",
        "_is_without_body", "_lingered", "_peer", "_phase", "_sent_bytes", "_served", "_serving", "_shared", "_timer",
        "_transport", "_unended",
    )  # fmt: skip

    def __init__(self, shared: Shared, house: House) -> None:
        self._shared = shared
        self._house = house
        self._transport: asyncio.Transport
        self._peer = ""
        self._cutter = Cutter(shared.bounds)
        self._backlog = b""
        self._serving: Serving | None = None
        self._unended: tuple[Serving, Response] | None = None
        self._timer = Timer(self._expire)
        self._phase = "idle"
        self._served = 0
        self._lingered = 0
        self._sent_bytes = 0
        self._is_advancing = False
        self._is_chunking = False
        self._is_closing = False
        self._is_paused = False
        self._is_reading = True
        self._is_relaying = False
        self._is_without_body = False

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # not isinstance: uvloop has its own classes
        name = transport.get_extra_info("peername")
        self._peer = self._cutter.peer = name_peer(name[0]) if name else ""
        refusal = self._house.admit(self, self._peer)
        if refusal:
            self._shared.watch.connection_refused(refusal)
            self._phase = "refused"
            self._transport.abort()
            return
        self._transport.set_write_buffer_limits(high=_DRAINED, low=0)
        self._set_phase("idle", self._shared.bounds.idle_s)

    def data_received(self, data: bytes) -> None:
        if self._phase == "linger":
            self._linger(data)
            return
        serving = self._serving
        if serving is not None and serving.body is not None and not serving.body.framing.is_whole and not serving.body.is_bad:
            data = serving.take_body(data)
            if not data:
                return
        if self._serving is not None or self._is_paused or self._is_advancing:
            self._backlog += data
            self.allow_reading(False)
            return
        if self._backlog:
            data, self._backlog = self._backlog + data, b""
        self._advance(data)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.due_s = inf
        if self._phase == "refused":
            return
        self._house.dismiss(self, self._peer)
        self._is_closing = True
        self._backlog = b""
        self._end_exchange("caller_gone")
        if self._serving is not None:
            self._serving.lose_caller()
        if self._serving is None:
            self._timer.retire()

    def pause_writing(self) -> None:
        self._is_paused = True
        if self._is_relaying:
            self._set_phase("write", self._shared.bounds.write_s)

    def resume_writing(self) -> None:
        self._is_paused = False
        if self._phase == "linger":
            self._end_exchange("sent")
            self._shut_write()
        elif self._unended is not None:
            self._after_answer()
        elif self._serving is not None:
            if self._is_relaying:
                self._set_phase("exchange", inf)
                self._serving.resume_relay()
        else:  # a handshake's bytes waited, not an answer
            self._turn_idle()

    # -- cutting messages

    def _advance(self, data: bytes) -> None:
        """Begin the exchanges that these bytes hold, one after another, each when the one before is over."""
        self._is_advancing = True
        turns = self._shared.bounds.pipelined_max
        while data and self._serving is None and not self._is_closing and not self._is_paused:
            if not turns:  # others have their turn first
                self._hold(data)
                asyncio.get_running_loop().call_soon(self._go_on)
                break
            turns -= 1
            data = self._begin(data)
        else:
            if data and not self._is_closing:
                self._hold(data)
        self._is_advancing = False
        if self._serving is None and not self._is_closing and not self._is_paused and not self._backlog:
            self.allow_reading(True)

    def _hold(self, data: bytes) -> None:
        self._backlog = data
        self.allow_reading(False)

    def _go_on(self) -> None:
        if self._backlog and self._serving is None and not self._is_closing and not self._is_paused and not self._is_advancing:
            data, self._backlog = self._backlog, b""
            self._advance(data)

    def _begin(self, data: bytes) -> bytes:
        """Take one head from the front of these bytes and begin its exchange; give what is left to take now."""
        head, rest = self._cutter.cut_head(data)
        if head is None:
            return self._wait_for_more(rest)
        if isinstance(head, Fault):
            self._refuse(head)
            return b""
        body = None
        if head.body_length:
            body = Body(head.body_length)
            if rest:
                rest = body.take(rest)
        self._phase = "exchange"
        self._timer.due_s = inf
        self._served += 1
        self._sent_bytes = 0
        serving = self._serving = Serving(self._shared, self, head, body)
        serving.start()
        return rest

    def _wait_for_more(self, data: bytes) -> bytes:
        self._backlog = data
        if self._phase != "head":
            self._set_phase("head", self._shared.bounds.header_s)
        self.allow_reading(True)
        return b""

    # -- Line

    def send_continue(self) -> None:
        self._transport.write(CONTINUE)

    def set_due(self, due_s: float) -> None:
        if due_s < self._timer.due_s or due_s != inf:
            self._shared.clock.wheel.set_timer(self._timer, due_s)
        else:
            self._timer.due_s = inf

    def allow_reading(self, is_allowed: bool) -> None:
        if is_allowed is self._is_reading or self._is_closing:
            return
        self._is_reading = is_allowed
        if is_allowed:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def reply(self, response: Response) -> None:
        serving = self._serving
        assert serving is not None
        if serving.relay_ended:
            self._conclude(serving, response)
            return
        if self._transport.is_closing() or serving.is_gone:
            self._serving = None
            if serving.is_gone:
                self._timer.retire()
            serving.finish(response, "caller_gone")
            return
        is_kept = self._is_kept(serving, response)
        head = describe_exchange(serving.exchange, response, self._shared.date.give(time()), serving.measure())
        framing, body = frame_whole(response, serving.head.is_without_body)
        end = end_head(is_kept, serving.head.is_http10)
        self._sent_bytes = len(body)
        self._is_closing = self._is_closing or not is_kept
        if len(body) > JOINED_BYTES_MAX:
            self._transport.writelines((b"%b%b%b" % (head, framing, end), body))
        else:
            self._transport.write(b"%b%b%b%b" % (head, framing, end, body))
        self._conclude(serving, response)

    def begin_relay(self, response: Response, body_length: int) -> None:
        serving = self._serving
        assert serving is not None
        head = describe_exchange(serving.exchange, response, self._shared.date.give(time()), serving.measure())
        framing = frame_relayed(response.status, body_length, serving.head.is_http10)
        is_kept = framing is not None and self._is_kept(serving, response)
        self._is_without_body = serving.head.is_without_body or response.status in WITHOUT_LENGTH
        self._is_chunking = framing is CHUNKED_LINE and not self._is_without_body
        self._is_closing = self._is_closing or not is_kept
        self._is_relaying = True
        self._transport.set_write_buffer_limits(high=self._shared.bounds.write_buffer_bytes_max)
        self._transport.write(b"%b%b%b" % (head, framing or b"", end_head(is_kept, serving.head.is_http10)))

    def relay_piece(self, piece: bytes) -> bool:
        if self._is_without_body or self._transport.is_closing():
            return True
        self._sent_bytes += len(piece)
        self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunking else piece)
        return not self._is_paused

    def finish_relay(self, is_whole: bool) -> None:
        if self._transport.is_closing():
            return
        if not is_whole:
            self._is_closing = True
            self._transport.abort() if not self._is_paused else self._transport.close()
            return
        self._transport.set_write_buffer_limits(high=_DRAINED, low=0)
        if self._is_chunking:
            self._transport.write(b"0\r\n\r\n")

    def _is_kept(self, serving: Serving, response: Response) -> bool:
        body = serving.body
        is_read = body is None or (body.framing.is_whole and not body.is_bad)
        return (
            is_read
            and serving.head.is_kept
            and not response.close
            and not self._house.is_draining
            and self._served < self._shared.bounds.requests_per_connection_max
        )

    # -- ends

    def _conclude(self, serving: Serving, response: Response) -> None:
        """The answer is written: tell so when the kernel has it."""
        self._serving = None
        self._is_relaying = False
        self._unended = (serving, response)
        serving.exchange.bytes_out = self._sent_bytes
        if self._transport.is_closing():
            self._end_exchange("caller_gone")
        elif self._is_paused:
            self._set_phase("write", self._shared.bounds.write_s)
        else:
            self._after_answer()

    def _end_exchange(self, how: Ended) -> None:
        unended, self._unended = self._unended, None
        if unended is not None:
            unended[0].finish(unended[1], how)

    def _after_answer(self) -> None:
        self._end_exchange("sent")
        if self._is_closing:
            self._begin_linger()
            return
        self._turn_idle()

    def _turn_idle(self) -> None:
        """Wait for the next message, or take it if it is here."""
        self._phase = "idle"
        self.set_due(monotonic() + self._shared.bounds.idle_s)
        if self._is_advancing:
            return
        if self._backlog:
            self._go_on()
        else:
            self.allow_reading(True)

    def _refuse(self, what: Fault) -> None:
        """Answer bytes that are no request, and close."""
        shared = self._shared
        shared.watch.request_refused(what, self._peer)
        name, trace = shared.names.make_id(), shared.names.make_traceparent(None)
        body = render_problem(what, name)
        response = Response(what.kind.status, (PROBLEM, (b"content-language", b"en")), body)
        head = make_head(response, shared.date.give(time()), name, trace, 0.0, 0.0)
        self._is_closing = True
        self._transport.write(b"%bContent-Length: %d\r\n%b%b" % (head, len(body), CLOSED, body))
        self._begin_linger()

    def _begin_linger(self) -> None:
        """Say that nothing more comes, and throw away what the caller still sends, for a while."""
        if self._served >= self._shared.bounds.requests_per_connection_max:
            self._shared.watch.connection_refused("requests")
        self._set_phase("linger", LINGER_S)
        self._backlog = b""
        if not self._is_paused:
            self._shut_write()

    def _shut_write(self) -> None:
        if self._transport.is_closing():
            return
        if not self._transport.can_write_eof():
            self._transport.close()
            return
        self._transport.write_eof()
        if not self._is_reading:
            self._is_reading = True
            self._transport.resume_reading()

    def _linger(self, data: bytes) -> None:
        self._lingered += len(data)
        if self._lingered > LINGER_BYTES_MAX:
            self._transport.abort()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _set_phase(self, phase: str, seconds: float) -> None:
        self._phase = phase
        self.set_due(monotonic() + seconds if seconds != inf else inf)

    def _expire(self) -> None:
        phase, watch = self._phase, self._shared.watch
        if phase == "exchange":
            if self._serving is not None:
                self._serving.expire()
        elif phase == "head":
            watch.connection_refused("header_deadline")
            self._refuse(_SLOW)
        elif phase == "idle":
            watch.connection_refused("idle")
            self._is_closing = True
            self._transport.close()
        elif phase == "write":
            watch.connection_refused("write_deadline")
            self._transport.abort()
        else:
            self._transport.abort()


_SLOW = fault("REQUEST_TIMEOUT", reason="head")
