"""The lines of a message's head that the wire itself writes, made once where they can be.

Laws: 1. A response's head is one bytes object, written with its body in one write. 2. No header value of an exchange can end a
header line: one that holds CR, LF or NUL is a defect of ours.
Must not know: sockets, exchanges' lives.
Source: RFC 9110 5.5, 6.6.1, 8.6, 15; Server-Timing (W3C).
"""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus

from ..values.faults import fault, render_problem
from ..values.model import Headers, Origin, Response
from ..values.route import Exchange

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
STATUS_LINES = {
    code: b"HTTP/1.1 %d %s\r\n" % (code, (HTTPStatus(code).phrase if code in set(HTTPStatus) else "Status").encode())
    for code in range(200, 600)
}
ORIGIN_LINES: dict[Origin, bytes] = {
    "gateway": b"Jembatan-Origin: gateway\r\n",
    "provider": b"Jembatan-Origin: provider\r\n",
    "cache": b"Jembatan-Origin: cache\r\n",
    "mock": b"Jembatan-Origin: mock\r\n",
}
KEPT, KEPT_10, CLOSED = b"\r\n", b"Connection: keep-alive\r\n\r\n", b"Connection: close\r\n\r\n"
CHUNKED_LINE = b"Transfer-Encoding: chunked\r\n"
PROBLEM = (b"content-type", b"application/problem+json")
_DEFECT = fault("INTERNAL")
WITHOUT_LENGTH = frozenset((204, 304))
_HOP_BY_HOP = frozenset(
    b"connection content-length keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    b"transfer-encoding upgrade".split()
)


class DateLine:
    """The `Date` line, made once a second."""

    __slots__ = ("_line", "_second")

    def __init__(self) -> None:
        self._second = -1
        self._line = b""

    def give(self, now_s: float) -> bytes:
        """Give the line for this Unix time."""
        second = int(now_s)
        if second != self._second:
            self._second = second
            self._line = b"Date: %s\r\n" % formatdate(second, usegmt=True).encode()
        return self._line


def describe_exchange(exchange: Exchange, response: Response, date: bytes, total_s: float) -> bytes:
    """Give the head of an exchange's response; a response that cannot be written becomes INTERNAL, and is noted."""
    try:
        return make_head(response, date, exchange.id, exchange.traceparent, total_s, exchange.upstream_s)
    except (ValueError, KeyError) as error:
        exchange.ports.note_defect(exchange, error)
        exchange.fault = _DEFECT
        response.status, response.headers, response.origin = 500, (PROBLEM,), "gateway"
        response.body = render_problem(_DEFECT, exchange.id)
        return make_head(response, date, exchange.id, exchange.traceparent, total_s, exchange.upstream_s)


def frame_whole(response: Response, is_head_asked: bool) -> tuple[bytes, bytes]:
    """Give the framing lines of a response whose body is whole, and the body as it is sent."""
    body = response.body
    if response.status in WITHOUT_LENGTH:
        return b"", b""
    if is_head_asked:
        return (b"Content-Length: %d\r\n" % len(body) if body else b""), b""
    return b"Content-Length: %d\r\n" % len(body), body


def frame_relayed(status: int, body_length: int, is_http10: bool) -> bytes | None:
    """Give the framing lines of a response whose body is relayed; None where only the connection's end can frame it."""
    if status in WITHOUT_LENGTH:
        return b""
    if body_length >= 0:
        return b"Content-Length: %d\r\n" % body_length
    return None if is_http10 else CHUNKED_LINE


def end_head(is_kept: bool, is_http10: bool) -> bytes:
    """Give what ends a head: what happens to the connection, and the empty line."""
    if not is_kept:
        return CLOSED
    return KEPT_10 if is_http10 else KEPT


def make_head(response: Response, date: bytes, exchange_id: str, traceparent: bytes, total_s: float, upstream_s: float) -> bytes:
    """Give a response's head up to its framing and Connection lines.

    Faults: ValueError where a header could end its line (a defect of ours).
    """
    fields = b""
    if response.headers:
        fields = b"".join([b"%s: %s\r\n" % pair for pair in response.headers])
        lines = len(response.headers)
        if fields.count(b"\n") != lines or fields.count(b"\r") != lines or b"\0" in fields:
            raise ValueError("a header value holds a line end")
    return b"%b%b%bJembatan-Exchange: %b\r\ntraceparent: %b\r\nServer-Timing: gateway;dur=%.2f, upstream;dur=%.2f\r\n%b" % (
        STATUS_LINES[response.status],
        date,
        ORIGIN_LINES[response.origin],
        exchange_id.encode(),
        traceparent,
        (total_s - upstream_s) * 1000.0,
        upstream_s * 1000.0,
        fields,
    )


def drop_hop_by_hop(headers: Headers) -> None:
    """Take away what concerns one connection only: the known fields, and those that Connection names."""
    connection = headers.get(b"connection")
    if connection is not None:
        for token in connection.lower().split(b","):
            headers.pop(token.strip(b" \t"), None)
    for name in _HOP_BY_HOP.intersection(headers):
        del headers[name]
