"""One connection to an upstream: writes a call, reads its answer strictly.

Laws: 1. A connection that said anything unasked, ambiguous or too much is not used again. 2. Any answer that is given out was
framed beyond doubt; interim answers are skipped, a few of them. 3. One deadline at a time stands on the wheel.
Must not know: exchanges, callers, what a status means.
Source: RFC 9112 4–6, 9; RFC 9110 15.2.
"""

from __future__ import annotations

import asyncio
import select
from math import inf
from time import monotonic
from typing import Protocol, cast

import httptools

from ..values.model import Reply, Upstream
from .attempt import Attempt, Sink
from .deadlines import Timer, Wheel
from .framing import CHUNKED, UNTIL_CLOSE, BadFraming, Framing
from .head import Fields
from .lines import drop_hop_by_hop
from .reply_head import HEADER_BYTES_MAX, INTERIM_MAX, Malformed, is_reply_kept, judge_reply_head, judge_reply_length


class Owner(Protocol):
    """The pool that a connection belongs to."""

    def release(self, connection: UpstreamConnection) -> None:
        """Take a connection back that may carry another call."""

    def forget(self, connection: UpstreamConnection) -> None:
        """Take note that a connection is gone."""

    def resend(self, attempt: Attempt) -> None:
        """Send an attempt again on a fresh connection."""

    def note(self, outcome: str, seconds: float) -> None:
        """Take note of how an attempt ended."""


class UpstreamConnection(asyncio.Protocol):
    """A connection: idle, or carrying one attempt."""

    __slots__ = (
        "_attempt", "_buffer", "_close_after", "_fed", "_fields", "_framing", "_has_answered", "_interim", "_is_gone",
        "_is_paused", "_is_uploading", "_owner", "_parser", "_pieces", "_poll", "_reply", "_sent_s", "_sink", "_size", "_timer",
        "_transport", "_upstream", "_wheel", "idle_since_s", "served",
    )  # fmt: skip

    def __init__(self, upstream: Upstream, owner: Owner, wheel: Wheel) -> None:
        self._upstream = upstream
        self._owner = owner
        self._wheel = wheel
        self._timer = Timer(self._expire)
        self._fields = Fields()
        self._parser = httptools.HttpResponseParser(self._fields)
        self._transport: asyncio.Transport | None = None
        self._poll: select.poll | None = None
        self._is_gone = False
        self._is_paused = False
        self._is_uploading = False
        self.idle_since_s = 0.0
        self.served = 0
        self._clear()

    def _clear(self) -> None:
        self._attempt: Attempt | None = None
        self._sink: Sink | None = None
        self._framing: Framing | None = None
        self._reply: Reply | None = None
        self._buffer = b""
        self._fed = 0
        self._pieces: list[bytes] = []
        self._size = 0
        self._interim = 0
        self._sent_s = 0.0
        self._close_after = False
        self._has_answered = False

    # -- the pool's side

    @property
    def is_usable(self) -> bool:
        """Say whether it can carry a call."""
        return not self._is_gone and self._transport is not None and not self._transport.is_closing()

    def has_input(self) -> bool:
        """Say whether the kernel holds bytes or an end that nobody asked for."""
        return self._poll is None or bool(self._poll.poll(0))

    def carry(self, attempt: Attempt) -> None:
        """Write the call and wait for its answer."""
        assert self._transport is not None
        try:
            message = attempt.make_message()
        except ValueError as error:
            self._owner.release(self)
            attempt.fail("INTERNAL", str(error))
            return
        self._attempt = attempt
        attempt.carrier = self
        self._sent_s = now_s = monotonic()
        self._is_uploading = attempt.upload is not None
        if attempt.call.is_streamed:
            self._progress()
        else:
            self._wheel.set_timer(self._timer, now_s + self._upstream.answer_s)
        self._transport.write(message)
        if attempt.upload is not None:
            attempt.upload.source.resume_upload()

    def close(self) -> None:
        """Close an idle connection."""
        if self._transport is not None:
            self._transport.close()

    # -- Carrier

    def push_piece(self, piece: bytes) -> None:
        attempt = self._attempt
        if attempt is None or attempt.upload is None or self._transport is None or not self._is_uploading:
            return
        attempt.has_pushed = True
        self._progress()
        if attempt.upload.length == CHUNKED:
            self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        else:
            self._transport.write(piece)

    def end_upload(self) -> None:
        attempt = self._attempt
        if attempt is None or attempt.upload is None or self._transport is None or not self._is_uploading:
            return
        self._is_uploading = False
        attempt.has_pushed = True
        self._progress()
        if attempt.upload.length == CHUNKED:
            self._transport.write(b"0\r\n\r\n")

    def start_relay(self, sink: Sink) -> None:
        self._sink = sink
        self._progress()
        pieces, self._pieces = self._pieces, []
        for piece in pieces:
            sink.take_piece(piece)
        if self._framing is not None and self._framing.is_whole:
            self._end_answer()
        elif self._is_gone:
            self._break_relay("truncated")
        else:
            self.resume_relay()

    def pause_relay(self) -> None:
        if self._transport is not None and not self._is_gone:
            self._timer.due_s = inf  # it is the caller who is slow; the caller's own deadline holds
            self._transport.pause_reading()

    def resume_relay(self) -> None:
        if self._transport is not None and not self._is_gone:
            self._progress()
            self._transport.resume_reading()

    def abort(self, outcome: str) -> None:
        if self._attempt is not None:
            self._owner.note(outcome, monotonic() - self._sent_s)
        self._attempt = self._sink = None
        if self._transport is not None:
            self._transport.abort()

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # not isinstance: uvloop has its own classes
        sock = transport.get_extra_info("socket")
        if sock is not None:
            self._poll = select.poll()
            self._poll.register(sock.fileno(), select.POLLIN | select.POLLRDHUP)

    def pause_writing(self) -> None:
        self._is_paused = True
        self._progress()
        if self._attempt is not None and self._attempt.upload is not None and self._is_uploading:
            self._attempt.upload.source.pause_upload()

    def resume_writing(self) -> None:
        self._is_paused = False
        self._progress()
        if self._attempt is not None and self._attempt.upload is not None and self._is_uploading:
            self._attempt.upload.source.resume_upload()

    def data_received(self, data: bytes) -> None:
        if self._attempt is None or self._has_answered:
            self._poison()
            return
        try:
            if self._framing is None:
                self._read_head(self._buffer + data if self._buffer else data)
            else:
                self._read_body(data)
        except Malformed as error:
            self._fail(error.kind, error.reason, "too_large" if error.kind == "PROVIDER_TOO_LARGE" else "protocol")
        except BadFraming as error:
            self._fail("PROVIDER_PROTOCOL", str(error), "protocol")

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_gone = True
        self._timer.retire()
        self._owner.forget(self)
        attempt = self._attempt
        if attempt is None:
            return
        framing = self._framing
        if framing is not None and self._is_until_close() and exc is None:
            framing.is_whole = True
            if attempt.is_done and self._sink is None and attempt.call.is_streamed:
                return  # the relay has not begun; it will find the end
            self._end_answer()
        elif self._reply is None and not self._buffer and not self._interim and self.served and attempt.may_be_resent():
            self._attempt = None
            attempt.carrier = None
            attempt.is_resent = True
            self._owner.resend(attempt)
        else:
            self._fail("PROVIDER_TRUNCATED", "connection ended", "truncated")

    # -- reading

    def _is_until_close(self) -> bool:
        return self._framing is not None and self._framing.is_until_close

    def _read_head(self, data: bytes) -> None:
        end = data.find(b"\r\n\r\n", max(self._fed - 3, 0)) + 4
        upto = end if end >= 4 else len(data)
        if upto > HEADER_BYTES_MAX:
            raise Malformed("PROVIDER_PROTOCOL", "header section too large")
        try:
            self._parser.feed_data(data[self._fed : upto])
        except httptools.HttpParserUpgrade:
            pass
        except httptools.HttpParserError as error:
            raise Malformed("PROVIDER_PROTOCOL", str(error)) from None
        if not self._fields.is_complete:
            if end >= 4:
                raise Malformed("PROVIDER_PROTOCOL", "no head where one ends")
            self._buffer, self._fed = data, upto
            return
        self._buffer, self._fed = b"", 0
        self._judge_head(data[: data.find(b"\r\n")], data[end:])

    def _judge_head(self, line: bytes, rest: bytes) -> None:
        attempt = self._attempt
        assert attempt is not None
        status, headers, is_http10 = judge_reply_head(line, self._fields)
        self._fields.clear()
        self._parser = httptools.HttpResponseParser(self._fields)
        if status < 200:
            self._skip_interim(status, rest)
            return
        length = judge_reply_length(status, headers, is_http10, attempt.call.method)
        if length > self._upstream.body_bytes_max and not attempt.call.is_streamed:
            raise Malformed("PROVIDER_TOO_LARGE", "Content-Length")
        self._close_after = length == UNTIL_CLOSE or not is_reply_kept(headers.get(b"connection"), is_http10) or self._is_uploading
        drop_hop_by_hop(headers)
        self._reply = Reply(status, headers)
        self._framing = Framing(length)
        if attempt.call.is_streamed:
            self._give_streamed_head(attempt, length, rest)
        else:
            self._read_body(rest)

    def _skip_interim(self, status: int, rest: bytes) -> None:
        self._interim += 1
        if status == 101 or self._interim > INTERIM_MAX:
            raise Malformed("PROVIDER_PROTOCOL", "interim answers")
        if rest:
            self._read_head(rest)

    def _give_streamed_head(self, attempt: Attempt, length: int, rest: bytes) -> None:
        assert self._reply is not None and self._transport is not None and self._framing is not None
        attempt.body_length = length
        if rest:
            self._read_body(rest)
        if not self._framing.is_whole:
            self._transport.pause_reading()
        self._timer.due_s = inf
        self._reply.upstream_s = monotonic() - self._sent_s
        attempt.finish(self._reply)

    def _read_body(self, data: bytes) -> None:
        framing, attempt = self._framing, self._attempt
        assert framing is not None and attempt is not None
        piece, rest = framing.cut_body(data) if data or not framing.is_whole else (b"", b"")
        if rest:
            self._close_after = True
        if piece:
            self._take_piece(piece)
        if attempt.call.is_streamed:
            if framing.is_whole and self._sink is not None:
                self._end_answer()
        elif self._size > self._upstream.body_bytes_max:
            raise Malformed("PROVIDER_TOO_LARGE", "body")
        elif framing.is_whole:
            self._end_answer()

    def _take_piece(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._sink is not None:
            self._progress()
            self._sink.take_piece(piece)
        else:
            self._pieces.append(piece)

    # -- ends

    def _end_answer(self) -> None:
        attempt, reply, sink = self._attempt, self._reply, self._sink
        assert attempt is not None and reply is not None
        now_s = monotonic()
        reply.upstream_s = now_s - self._sent_s
        if not attempt.call.is_streamed:
            pieces = self._pieces
            reply.body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._timer.due_s = inf
        is_closing = self._close_after or self._is_uploading
        self._owner.note("answered", reply.upstream_s)
        attempt.carrier = None
        self._clear()
        self.served += 1
        if is_closing:
            self._poison()
        else:
            self.idle_since_s = now_s
            self._owner.release(self)
        if sink is not None:
            sink.end_relay(True)
        else:
            attempt.finish(reply)

    def _fail(self, kind: str, reason: str, outcome: str) -> None:
        attempt, sink = self._attempt, self._sink
        self._timer.due_s = inf
        if attempt is None:
            return
        self._owner.note(outcome, monotonic() - self._sent_s)
        if attempt.is_done and sink is None:  # its head was given, its relay has not begun: the relay will find it gone
            self._is_gone = True
            if self._transport is not None:
                self._transport.abort()
            return
        self._attempt = self._sink = None
        attempt.carrier = None
        if self._transport is not None:
            self._transport.abort()
        if sink is not None:
            sink.end_relay(False)
        else:
            attempt.fail(kind, reason)

    def _break_relay(self, outcome: str) -> None:
        sink, self._sink, self._attempt = self._sink, None, None
        if sink is not None:
            sink.end_relay(False)

    def _expire(self) -> None:
        self._fail("PROVIDER_TIMEOUT", "no answer within the deadline", "timeout")

    def _progress(self) -> None:
        attempt = self._attempt
        if attempt is None or not attempt.call.is_streamed:
            return
        if self._is_uploading and not self._is_paused and not attempt.is_done:
            self._timer.due_s = inf  # it waits for the caller's body; the caller's own deadline holds
        else:
            self._wheel.set_timer(self._timer, monotonic() + self._upstream.idle_s)

    def _poison(self) -> None:
        self._is_gone = True
        if self._transport is not None:
            self._transport.abort()
