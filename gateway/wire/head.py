"""The head of a request: what llhttp let through is judged once more, and made a Request or a Fault.

Laws: 1. What two parsers could read in two ways is refused. 2. A path that is let through is canonical: no empty, `.` or `..`
segments, no `;` or `\\`, no escape of a slash, of a control character or of what needs none; hex digits of escapes are upper-case.
3. Pure: no socket, no clock.
Must not know: which routes there are.
Source: RFC 9112 2–6, RFC 9110 5, 7.2, RFC 3986 3, 6.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..values.faults import Fault, Finding, fault
from ..values.model import Bounds, Headers, Request
from .framing import CHUNKED

METHODS = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"))
# Fields that RFC 9110 defines as one value, or whose joined values would mean something else.
SINGLETONS = frozenset(
    b"authorization content-encoding content-length content-location content-range content-type date expect from host idempotency-key "
    b"if-modified-since if-range if-unmodified-since jembatan-purpose max-forwards proxy-authorization range referer transfer-encoding "
    b"user-agent x-api-key cookie".split()
)

_PLAIN = rb"A-Za-z0-9\-._~!$&'()*+,=:@"
_PATH = re.compile(rb"/|(?:/(?!\.{1,2}(?:/|$))[" + _PLAIN + rb"%]+)+/?")
_QUERY = re.compile(rb"[" + _PLAIN + rb"/?;%\[\]{}|^\"<>`]*")
_ESCAPES = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_BAD_IN_PATH = re.compile(rb"%(?:2[fFdDeE]|5[cCfF]|[01].|7[fFeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA])")
_HEX = re.compile(rb"%[0-9A-Fa-f]{2}")
_HOST = re.compile(rb"(?:[A-Za-z0-9\-._~!$&'()*+,;=]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")
LENGTH_DIGITS_MAX = 18
_SEEN_MAX = 1024  # hosts, and paths with their queries, that were judged before


class Fields:
    """What llhttp tells of one message's head. Header names are lower-case; a name that came again is in `repeated`."""

    __slots__ = ("count", "headers", "is_complete", "repeated")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin the next message."""
        self.headers: Headers = {}
        self.repeated: list[bytes] = []
        self.count = 0
        self.is_complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep one field line."""
        name = name.lower()
        headers = self.headers
        self.count += 1
        if name not in headers:
            headers[name] = value.rstrip(b" \t")  # llhttp takes what stands before it
            return
        headers[name] += b", " + value.rstrip(b" \t")
        if name not in self.repeated:
            self.repeated.append(name)

    def on_headers_complete(self) -> None:
        """Note that the head is whole."""
        self.is_complete = True


class Head:
    """A request's head and what the wire needs to know of its message. `body_length` is its bytes or CHUNKED."""

    __slots__ = ("body_length", "is_expecting", "is_http10", "is_kept", "is_without_body", "request")

    def __init__(self, request: Request, body_length: int, is_http10: bool, is_kept: bool, is_expecting: bool) -> None:
        self.request = request
        self.body_length = body_length
        self.is_http10 = is_http10
        self.is_kept = is_kept
        self.is_expecting = is_expecting
        self.is_without_body = request.method == "HEAD"


def judge_head(line: bytes, fields: Fields, peer: str, bounds: Bounds) -> Head | Fault:
    """Make a Head of a request line (without CRLF) and its fields, or say why not."""
    parts = line.split(b" ")
    if len(parts) != 3 or parts[2] not in _VERSIONS:
        return _malformed("request-line", "not METHOD SP TARGET SP HTTP/1.1")
    method, target, version = parts
    if method not in METHODS:
        return fault("NOT_IMPLEMENTED", Finding("", "method", "unknown method", "header"))
    is_http10 = version == b"HTTP/1.0"
    headers = fields.headers
    if fields.count > bounds.header_count_max:
        return fault("HEADERS_TOO_LARGE", Finding("", "header-count", "too many header lines", "header"))
    repeated: tuple[bytes, ...] = ()
    if fields.repeated:
        repeated = tuple(fields.repeated)
        if not SINGLETONS.isdisjoint(repeated):
            return _malformed("repeated", "a header that stands once came twice")
    host = headers.get(b"host")
    if host is None:
        if not is_http10:
            return _malformed("host", "Host is missing")
    elif not _is_host(host):
        return _malformed("host", "Host is malformed")
    return _judge_target(method, target, is_http10, peer, repeated, fields)


def _judge_target(method: bytes, target: bytes, is_http10: bool, peer: str, repeated: tuple[bytes, ...], fields: Fields) -> Head | Fault:
    headers = fields.headers
    if target[:1] != b"/":
        own = _strip_authority(target, headers.get(b"host"))
        if own is None:
            return _malformed("target", "the target is not a path, or of another host")
        target = own
    path, _, query = target.partition(b"?")
    if not _is_canonical(path, query):
        return _malformed("target", "the path is not canonical")
    if b"%" in path:
        path = _HEX.sub(_upper, path)
    length = judge_length(headers, is_http10)
    if isinstance(length, Fault):
        return length
    expected = headers.get(b"expect")
    if expected is not None and expected.lower() != b"100-continue":
        return fault("EXPECTATION_FAILED")
    connection = headers.get(b"connection")
    is_kept = not is_http10 if connection is None else _is_kept(connection, is_http10)
    request = Request(method.decode(), path.decode(), query.decode(), headers, peer, repeated, length != 0)
    return Head(request, length, is_http10, is_kept, expected is not None and not is_http10)


@lru_cache(maxsize=_SEEN_MAX)
def _is_host(host: bytes) -> bool:
    return _HOST.fullmatch(host) is not None


@lru_cache(maxsize=_SEEN_MAX)
def _is_canonical(path: bytes, query: bytes) -> bool:
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return False
    return not (b"%" in path and (_ESCAPES.search(path) or _BAD_IN_PATH.search(path))) and not (b"%" in query and _ESCAPES.search(query))


def judge_length(headers: Headers, is_http10: bool) -> int | Fault:
    """Give a request's body length: bytes, CHUNKED, or 0 for none."""
    coding = headers.get(b"transfer-encoding")
    length = headers.get(b"content-length")
    if coding is None:
        if length is None:
            return 0
        return (
            int(length)
            if length.isdigit() and len(length) <= LENGTH_DIGITS_MAX
            else _malformed("content-length", "Content-Length is malformed")
        )
    if length is not None or is_http10:
        return _malformed("transfer-encoding", "Transfer-Encoding beside Content-Length, or in HTTP/1.0")
    if coding.lower() == b"chunked":
        return CHUNKED
    if b"chunked" in coding.lower() or not coding:
        return _malformed("transfer-encoding", "Transfer-Encoding is ambiguous")
    return fault("NOT_IMPLEMENTED", Finding("", "transfer-encoding", "unknown transfer coding", "header"))


_VERSIONS = frozenset((b"HTTP/1.1", b"HTTP/1.0"))


def _malformed(keyword: str, detail: str) -> Fault:
    return fault("MALFORMED_REQUEST", Finding("", keyword, detail, "header"))


def _upper(match: re.Match[bytes]) -> bytes:
    return match[0].upper()


def _strip_authority(target: bytes, host: bytes | None) -> bytes | None:
    scheme, _, rest = target.partition(b"://")
    if scheme.lower() not in (b"http", b"https") or host is None:
        return None
    authority, slash, path = rest.partition(b"/")
    return slash + path if slash and authority.lower() == host.lower() else None


def _is_kept(connection: bytes, is_http10: bool) -> bool:
    tokens = [token.strip(b" \t") for token in connection.lower().split(b",")]
    if b"close" in tokens:
        return False
    return not is_http10 or b"keep-alive" in tokens
