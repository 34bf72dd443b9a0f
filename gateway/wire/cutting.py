"""Cuts one request head at a time out of a connection's bytes.

Laws: 1. llhttp is given one head and no byte more, so it holds nothing of the next. 2. The result depends on the bytes and not on
how they were split: bounds are looked at where they stand, before what lies behind them is read.
Must not know: sockets, bodies, exchanges.
Source: RFC 9112 2.2, 3.
"""

from __future__ import annotations

import httptools

from ..values.faults import Fault, fault
from ..values.model import Bounds
from .head import Fields, Head, judge_head, judge_length


class Cutter:
    """One connection's heads. `_fed` counts the bytes of the present head that llhttp has read."""

    __slots__ = ("_bounds", "_fed", "_fields", "_has_skipped", "_parser", "peer")

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._fields = Fields()
        self._parser = httptools.HttpRequestParser(self._fields)
        self._fed = 0
        self._has_skipped = False
        self.peer = ""

    def cut_head(self, data: bytes) -> tuple[Head | Fault | None, bytes]:
        """Take one head from the front; give it and what follows, or None and what is to be given again with more."""
        if not self._fed and data[0] < 32:
            return self._skip_empty_line(data)
        end = data.find(b"\r\n\r\n", self._fed - 3 if self._fed > 3 else 0) + 4
        if end < 4 or end > self._bounds.request_line_bytes_max or self._fed:
            return self._cut_slowly(data, end)
        problem = self._feed(data if end == len(data) else data[:end])
        if problem is None and self._fields.is_complete:
            return self._judge(data, end)
        return problem or _HEAD, b""

    def _cut_slowly(self, data: bytes, end: int) -> tuple[Head | Fault | None, bytes]:
        """Take a head that comes in pieces, or that is long enough to be over a bound."""
        upto, refusal = self._find_bound(data, end)
        problem = self._feed(data[self._fed : upto])
        if problem is None and self._fields.is_complete:
            return self._judge(data, end)
        if problem is None and refusal is None and end < 4:
            self._fed = upto
            return None, data
        return problem or refusal or _HEAD, b""

    def _skip_empty_line(self, data: bytes) -> tuple[Head | Fault | None, bytes]:
        """Skip the one empty line that may stand before a request."""
        if data == b"\r" and not self._has_skipped:
            return None, data
        if self._has_skipped or data[:2] != b"\r\n":
            return _HEAD, b""
        self._has_skipped = True
        return self.cut_head(data[2:]) if len(data) > 2 else (None, b"")

    def _find_bound(self, data: bytes, end: int) -> tuple[int, Fault | None]:
        """Give how far these bytes may be read as a head, and what is to be said if it is not whole by then."""
        bounds = self._bounds
        line_end = data.find(b"\r\n", 0, bounds.request_line_bytes_max + 2)
        if line_end < 0:
            bound, refusal = bounds.request_line_bytes_max + 2, "URI_TOO_LONG"
        else:
            bound, refusal = line_end + 4 + bounds.header_bytes_max, "HEADERS_TOO_LARGE"
        upto = end if end >= 4 else len(data)
        return (bound, fault(refusal)) if upto > bound or (upto == bound and end < 4) else (upto, None)

    def _feed(self, piece: bytes) -> Fault | None:
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            self._parser = httptools.HttpRequestParser(self._fields)
        except httptools.HttpParserInvalidMethodError:
            return _METHOD if self._fed or piece[:1].isupper() else _HEAD  # where a byte was taken before, it was a capital
        except httptools.HttpParserError as error:
            known = judge_length(self._fields.headers, False) if "Transfer-Encoding" in str(error) else 0
            return known if isinstance(known, Fault) else fault("MALFORMED_REQUEST", reason=str(error)[:80])
        return None

    def _judge(self, data: bytes, end: int) -> tuple[Head | Fault | None, bytes]:
        head = judge_head(data[: data.find(b"\r\n")], self._fields, self.peer, self._bounds)
        self._fed = 0
        self._has_skipped = False
        self._fields.clear()
        if not isinstance(head, Fault) and head.body_length:
            self._parser = httptools.HttpRequestParser(self._fields)  # the old one waits for a body, which is cut elsewhere
        return head, data[end:] if end < len(data) else b""


_HEAD = fault("MALFORMED_REQUEST", reason="head")
_METHOD = fault("NOT_IMPLEMENTED", reason="method")
