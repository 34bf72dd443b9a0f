"""One exchange on one connection: performs its asks, gives its answer to the connection.

Laws: 1. A caller who leaves is a fault thrown in: what only reads is cancelled upstream, a write that was sent runs to its end.
2. The route's deadline is thrown in at the ask that waits. 3. A body is read when it is asked for, within its bound.
Must not know: how bytes are framed or written; what an exchange decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from time import monotonic, time
from typing import Literal, TypeAlias, cast

from ..values.asks import Ask, CallUpstream, Consult, FetchKeys, Flow, Follow, ReadBody, Relay, Relayed, Together
from ..values.faults import CATALOGUE, Fault, fault, render_problem
from ..values.model import Bounds, Reply, Response
from ..values.route import Exchange, Ports, Watch
from .attempt import Answered, Attempt, Upload
from .body import Body
from .deadlines import Clock
from .head import Head
from .ids import Names
from .line import Line
from .lines import DateLine
from .pool import Pools
from .run import Answer, Run
from .together import Bundle, Means

Ended: TypeAlias = Literal["sent", "caller_gone"]
FetchKeysOf: TypeAlias = Callable[[FetchKeys, Callable[[object], None]], None]
ConsultOf: TypeAlias = Callable[[Consult[object], Callable[[object], None]], None]
FollowOf: TypeAlias = Callable[[Follow, Callable[[object], None]], None]

BODY_GRACE_S = 2.0  # before the minimum rate of a body is looked at
_GONE = fault("CALLER_GONE")
_SLOW = fault("REQUEST_TIMEOUT", reason="body")
_TOO_LARGE = fault("BODY_TOO_LARGE")
_OVERDUE = fault("PROVIDER_TIMEOUT", reason="deadline of the exchange")
_BAD_BODY = fault("MALFORMED_REQUEST", reason="body framing")


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of a data plane share."""

    bounds: Bounds
    life: Callable[[Exchange], Flow[Response]]
    ports: Ports
    watch: Watch
    pools: Pools
    fetch_keys: FetchKeysOf
    consult: ConsultOf
    follow: FollowOf
    names: Names
    date: DateLine
    clock: Clock


class Serving:
    """One exchange, from its head to its answer."""

    __slots__ = (
        "_answer", "_ask", "_attempt", "_bundle", "_bytes_max", "_is_continued", "_is_reading", "_relayed", "_run", "_shared",
        "_started_s", "body", "exchange", "head", "is_gone", "line", "relay_ended",
    )  # fmt: skip

    def __init__(self, shared: Shared, line: Line, head: Head, body: Body | None) -> None:
        request = head.request
        names = shared.names
        self._shared = shared
        self.line = line
        self.head = head
        self.body = body
        traceparent = names.make_traceparent(request.headers.get(b"traceparent"))
        self.exchange = Exchange(request, names.make_id(), time(), shared.ports, traceparent)
        self._started_s = monotonic()
        self._ask: Ask[object] | None = None
        self._answer: Answer | None = None
        self._attempt: Attempt | None = None
        self._bundle: Bundle | None = None
        self._bytes_max = 0
        self._is_continued = not head.is_expecting
        self._is_reading = False
        self._relayed = 0
        self.relay_ended = False
        self.is_gone = False
        self._run: Run[Response] = Run(shared.life(self.exchange), self._perform, self._replied, self._broken, shared.watch.late_answer)

    def start(self) -> None:
        """Run the exchange to where it waits."""
        self._run.start()

    # -- what the connection tells

    def take_body(self, data: bytes) -> bytes:
        """Take more of the body; give what follows it."""
        body = self.body
        assert body is not None
        rest = body.take(data)
        if self._is_reading:
            self._look_at_body(body)
        elif self._attempt is not None and self._attempt.upload is not None:
            self._push_body(body)
        else:
            self.line.allow_reading(False)
        return rest

    def lose_caller(self) -> None:
        """Take note that the caller left."""
        if self.is_gone:
            return
        self.is_gone = True
        if self._bundle is not None:
            self._bundle.interrupt(_GONE, False)
            return
        attempt, ask = self._attempt, self._ask
        if isinstance(ask, CallUpstream) and ask.effect != "read" and attempt is not None and attempt.is_sent and not ask.is_streamed:
            return  # law 1: it runs to its end
        if isinstance(ask, Consult):
            return  # and so does a deed
        self._drop_attempt()
        if isinstance(ask, Relay):
            self._end_relay("caller_gone")
        else:
            self._interrupt(_GONE)

    def expire(self) -> None:
        """Take note that the deadline passed."""
        ask, body = self._ask, self.body
        if isinstance(ask, Relay):
            self.lose_caller()
            return
        if self._bundle is not None:
            self._bundle.interrupt(_OVERDUE, True)
            return
        kind = _EXPIRED.get(type(ask), "PROVIDER_TIMEOUT")
        if isinstance(ask, CallUpstream) and ask.is_streamed and body is not None and not body.framing.is_whole:
            kind = "REQUEST_TIMEOUT"  # only a caller who sends no more has a deadline then
        self._drop_attempt()
        if kind == "REQUEST_TIMEOUT" and body is not None:
            is_over = not isinstance(ask, ReadBody) or monotonic() - body.started_s >= self._shared.bounds.body_s
            self._shared.watch.connection_refused("body_deadline" if is_over else "body_rate")
        self._interrupt(_SLOW if kind == "REQUEST_TIMEOUT" else fault(kind, reason="deadline of the exchange"))

    def resume_relay(self) -> None:
        """Take more of the upstream's body: the caller has read."""
        if self._attempt is not None and self._attempt.carrier is not None:
            self._attempt.carrier.resume_relay()

    def finish(self, response: Response, how: Ended) -> None:
        """Fill in what is known at the end, and tell the watch."""
        exchange = self.exchange
        exchange.status = response.status
        exchange.origin = response.origin
        exchange.total_s = monotonic() - self._started_s
        exchange.bytes_in = self.body.size if self.body is not None else 0
        del self._run  # it refers to us: without this only the cycle collector would free them
        self._shared.watch.exchange_ended(exchange, how)

    def measure(self) -> float:
        """Give the seconds since the head was whole."""
        return monotonic() - self._started_s

    # -- asks

    def _perform(self, ask: Ask[object], answer: Answer) -> None:
        self._ask = ask
        self._answer = answer
        if self.is_gone and not isinstance(ask, Consult) and not (isinstance(ask, CallUpstream) and ask.effect != "read"):
            answer(_GONE)
            return
        _PERFORM[type(ask)](self, ask, answer)

    def _read_body(self, ask: ReadBody, answer: Answer) -> None:
        body = self.body
        if body is None:
            answer(b"")
            return
        self._bytes_max = ask.bytes_max
        if body.length > ask.bytes_max:
            answer(_TOO_LARGE)
            return
        self._is_reading = True
        self._look_at_body(body)
        if self._is_reading:
            self._await_body(body)

    def _await_body(self, body: Body) -> None:
        body.started_s = monotonic()
        self._continue(body)
        self._set_body_due(body)
        self.line.allow_reading(True)

    def _continue(self, body: Body) -> None:
        if not self._is_continued:
            self._is_continued = True
            if not body.size:
                self.line.send_continue()

    def _look_at_body(self, body: Body) -> None:
        if body.is_bad:
            self._end_reading(_BAD_BODY)
        elif body.size > self._bytes_max:
            self._end_reading(_TOO_LARGE)
        elif body.framing.is_whole:
            self._end_reading(body.give())
        elif body.started_s:
            self._set_body_due(body)

    def _end_reading(self, answer: object) -> None:
        self._is_reading = False
        self._answer_now(answer)

    def _set_body_due(self, body: Body) -> None:
        bounds = self._shared.bounds
        due_s = body.started_s + min(bounds.body_s, BODY_GRACE_S + body.size / bounds.body_rate_min)
        self.line.set_due(min(due_s, self._find_deadline()))

    def _find_deadline(self) -> float:
        route = self.exchange.route
        return inf if route is None or route.is_streamed or not route.deadline_s else self._started_s + route.deadline_s

    def _call_upstream(self, ask: CallUpstream, answer: Answer) -> None:
        self.line.set_due(self._find_deadline())
        upload = None
        if ask.is_streamed and self.body is not None:
            upload = self._begin_upload(self.body)
            if upload is None:
                return
        asked_s = monotonic()
        attempt = self._attempt = Attempt(ask, self.exchange.traceparent, partial(self._called, answer, asked_s), upload)
        self._shared.pools.start(attempt)

    def _called(self, answer: Answer, asked_s: float, got: Reply | Fault) -> None:
        self.exchange.upstream_s += monotonic() - asked_s
        if isinstance(got, Fault) or not isinstance(self._ask, CallUpstream) or not self._ask.is_streamed:
            self._attempt = None
        self.line.set_due(inf)
        answer(got)

    def _call_together(self, ask: Together, answer: Answer) -> None:
        self.line.set_due(self._find_deadline())
        shared, exchange = self._shared, self.exchange

        def make(call: CallUpstream, answered: Answered) -> Attempt:
            return Attempt(call, exchange.traceparent, answered, None)

        means = Means(
            make, shared.pools.start, shared.fetch_keys, shared.consult, partial(shared.ports.note_defect, exchange),
            shared.watch.late_answer, shared.clock.wheel,
        )  # fmt: skip
        self._bundle = Bundle(ask, means, partial(self._bundled, answer, monotonic()))
        self._bundle.start()

    def _bundled(self, answer: Answer, asked_s: float, got: object) -> None:
        self.exchange.upstream_s += monotonic() - asked_s
        self._bundle = None
        self.line.set_due(inf)
        answer(got)

    def _fetch_keys(self, ask: FetchKeys, answer: Answer) -> None:
        self.line.set_due(self._find_deadline())
        self._shared.fetch_keys(ask, answer)

    def _consult(self, ask: Consult[object], answer: Answer) -> None:
        self.line.set_due(inf)  # how long a deed may take is its desk's
        self._shared.consult(ask, answer)

    def _follow(self, ask: Follow, answer: Answer) -> None:
        self.line.set_due(inf)  # the ask holds its own bound
        self._shared.follow(ask, answer)

    # -- streams

    def _begin_upload(self, body: Body) -> Upload | None:
        route = self.exchange.route
        bytes_max = route.body_bytes_max if route is not None else self._shared.bounds.body_bytes_max
        self._bytes_max = bytes_max
        if body.length > bytes_max:
            self._answer_now(_TOO_LARGE)
            return None
        body.started_s = monotonic()
        return Upload(body.length, self)

    def pause_upload(self) -> None:
        """The upstream is slow: take nothing from the caller."""
        self.line.allow_reading(False)
        self.line.set_due(inf)

    def resume_upload(self) -> None:
        """The upstream takes more."""
        body, attempt = self.body, self._attempt
        if body is None or attempt is None:
            return
        self._continue(body)
        self._push_body(body)
        if not body.framing.is_whole:
            self.line.allow_reading(True)
            self._set_progress_due()

    def _push_body(self, body: Body) -> None:
        attempt = self._attempt
        if attempt is None or attempt.carrier is None:
            return
        if body.is_bad or body.size > self._bytes_max:
            self._drop_attempt()
            self._interrupt(_BAD_BODY if body.is_bad else _TOO_LARGE)
            return
        if body.pieces:
            attempt.carrier.push_piece(body.give())
            self._set_progress_due()
        if body.framing.is_whole and attempt.carrier is not None:
            self.line.set_due(inf)
            attempt.carrier.end_upload()

    def _set_progress_due(self) -> None:
        if isinstance(self._ask, CallUpstream):
            self.line.set_due(monotonic() + self._shared.bounds.body_s)

    def _relay(self, ask: Relay, answer: Answer) -> None:
        attempt = self._attempt
        if attempt is None or attempt.carrier is None:
            answer(Relayed(0, "truncated"))
            return
        self._relayed = 0
        self.line.begin_relay(ask.response, attempt.body_length)
        attempt.carrier.start_relay(self)

    def take_piece(self, piece: bytes) -> None:
        """Pass a piece of the upstream's body to the caller."""
        self._relayed += len(piece)
        if not self.line.relay_piece(piece) and self._attempt is not None and self._attempt.carrier is not None:
            self._attempt.carrier.pause_relay()

    def end_relay(self, is_whole: bool) -> None:
        """The upstream's body has ended."""
        self._attempt = None
        self.line.finish_relay(is_whole)
        self._end_relay("whole" if is_whole else "truncated")

    def _end_relay(self, how: Literal["whole", "truncated", "caller_gone"]) -> None:
        self.relay_ended = True
        self._answer_now(Relayed(self._relayed, how))

    # -- ends

    def _answer_now(self, answer: object) -> None:
        waiting, self._answer = self._answer, None
        if waiting is not None:
            waiting(answer)

    def _interrupt(self, what: Fault) -> None:
        self._is_reading = False
        self._answer = None
        self._run.interrupt(what)

    def _drop_attempt(self) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.cancel()

    def _replied(self, response: Response) -> None:
        self._ask = self._answer = None
        self._drop_attempt()
        self.line.reply(response)

    def _broken(self, error: Exception) -> Response:
        self._drop_attempt()
        exchange = self.exchange
        exchange.ports.note_defect(exchange, error)
        exchange.fault = Fault(CATALOGUE["INTERNAL"])
        headers = ((b"content-type", b"application/problem+json"), (b"content-language", b"en"))
        return Response(500, headers, render_problem(exchange.fault, exchange.id))


_EXPIRED: dict[type, str] = {ReadBody: "REQUEST_TIMEOUT", FetchKeys: "KEYS_UNAVAILABLE"}
_PERFORM = cast(
    "dict[type, Callable[[Serving, Ask[object], Answer], None]]",
    {
        ReadBody: Serving._read_body,
        CallUpstream: Serving._call_upstream,
        Relay: Serving._relay,
        FetchKeys: Serving._fetch_keys,
        Together: Serving._call_together,
        Consult: Serving._consult,
        Follow: Serving._follow,
    },
)
