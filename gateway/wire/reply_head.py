"""The head of an upstream's answer: what llhttp let through is judged once more.

Laws: an answer whose end two parsers could see in two places is refused; HEAD, 204 and 304 have no body whatever they say.
Pure: no socket, no clock.
Must not know: calls, pools.
Source: RFC 9112 4, 6; RFC 9110 5.3, 15.2.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..values.model import Headers
from .framing import CHUNKED, UNTIL_CLOSE
from .head import LENGTH_DIGITS_MAX, Fields
from .lines import WITHOUT_LENGTH

HEADER_BYTES_MAX = 32 << 10
HEADER_COUNT_MAX = 128
INTERIM_MAX = 8
_SEEN_MAX = 256  # status lines and values of Connection that were judged before

_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9][0-9])(?: [\t\x20-\x7e\x80-\xff]*)?")
# A provider that repeats one of these leaves open which is meant.
_SINGLETONS = frozenset(
    b"content-encoding content-length content-location content-range content-type date etag expires last-modified location retry-after "
    b"transfer-encoding".split()
)


class Malformed(Exception):
    """The upstream's bytes are not one answer; `kind` is the fault, `reason` for the log."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


def judge_reply_head(line: bytes, fields: Fields) -> tuple[int, Headers, bool]:
    """Give an answer's status, headers, and whether it is HTTP/1.0.

    Faults: Malformed.
    """
    known = _read_status_line(line)
    if known is None or fields.count > HEADER_COUNT_MAX or not _SINGLETONS.isdisjoint(fields.repeated):
        raise Malformed("PROVIDER_PROTOCOL", "status line, header count or repeated header")
    return known[0], fields.headers, known[1]


@lru_cache(maxsize=_SEEN_MAX)
def _read_status_line(line: bytes) -> tuple[int, bool] | None:
    """Give the status, and whether it is HTTP/1.0; None where the line is none."""
    match = _STATUS_LINE.fullmatch(line)
    return None if match is None else (int(match[2]), match[1] == b"0")


def judge_reply_length(status: int, headers: Headers, is_http10: bool, method: bytes) -> int:
    """Give the length of an answer's body: bytes, CHUNKED, or UNTIL_CLOSE.

    Faults: Malformed.
    """
    coding, length = headers.get(b"transfer-encoding"), headers.get(b"content-length")
    if coding is not None and (length is not None or is_http10 or coding.lower() != b"chunked"):
        raise Malformed("PROVIDER_PROTOCOL", "Transfer-Encoding")
    if length is not None and not (length.isdigit() and len(length) <= LENGTH_DIGITS_MAX):
        raise Malformed("PROVIDER_PROTOCOL", "Content-Length")
    if method == b"HEAD" or status in WITHOUT_LENGTH:
        return 0
    if coding is not None:
        return CHUNKED
    return UNTIL_CLOSE if length is None else int(length)


@lru_cache(maxsize=_SEEN_MAX)
def is_reply_kept(connection: bytes | None, is_http10: bool) -> bool:
    """Say whether the upstream keeps the connection open."""
    if connection is None:
        return not is_http10
    tokens = [token.strip(b" \t") for token in connection.lower().split(b",")]
    return b"close" not in tokens and (not is_http10 or b"keep-alive" in tokens)
