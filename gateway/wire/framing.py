"""The body of a message, cut out of a connection's bytes: by length, by chunks, or until the connection ends.

Laws: 1. What is given out does not depend on how the bytes were split. 2. Chunk sizes are hexadecimal digits and nothing else;
extensions are bounded and dropped, trailers are bounded and dropped. 3. What follows the body is given back untouched.
Must not know: sockets, requests.
Source: RFC 9112 6, 7.1.
"""

from __future__ import annotations

import re

CHUNKED = -1
UNTIL_CLOSE = -2

_LINE_BYTES_MAX = 512  # of a chunk's size and extensions
_EXTENSION_BYTES_MAX = 16 << 10  # in one body
_TRAILER_BYTES_MAX = 8 << 10
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_QUOTED = rb'"(?:[\t !\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t -\x7e\x80-\xff])*"'
_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})((?:;" + _TOKEN + rb"(?:=(?:" + _TOKEN + rb"|" + _QUOTED + rb"))?)*)\r\n")
_TRAILER_LINE = re.compile(_TOKEN + rb":[\t\x20-\x7e\x80-\xff]*\r\n")


class BadFraming(ValueError):
    """The body's framing is wrong; nothing after it can be trusted."""


class Framing:
    """Where one body ends. `length` is its bytes, CHUNKED or UNTIL_CLOSE."""

    __slots__ = ("_chunks", "_left", "is_until_close", "is_whole")

    def __init__(self, length: int) -> None:
        self._left = length
        self._chunks = _Chunks() if length == CHUNKED else None
        self.is_until_close = length == UNTIL_CLOSE
        self.is_whole = length == 0

    def cut_body(self, data: bytes) -> tuple[bytes, bytes]:
        """Give the body's bytes in this piece and the bytes after the body.

        Faults: BadFraming.
        """
        if self._chunks is not None:
            payload, rest = self._chunks.cut(data)
            self.is_whole = self._chunks.is_whole
            return payload, rest
        if self._left == UNTIL_CLOSE:
            return data, b""
        if len(data) < self._left:
            self._left -= len(data)
            return data, b""
        self.is_whole = True
        left, self._left = self._left, 0
        return (data, b"") if len(data) == left else (data[:left], data[left:])


class _Chunks:
    """The chunks of one body: `_state` names what the next byte belongs to."""

    __slots__ = ("_extension_bytes", "_held", "_left", "_state", "_trailer_bytes", "is_whole")

    def __init__(self) -> None:
        self._state = "size"
        self._left = 0
        self._held = b""
        self._extension_bytes = 0
        self._trailer_bytes = 0
        self.is_whole = False

    def cut(self, data: bytes) -> tuple[bytes, bytes]:
        """Give the chunks' bytes in this piece and what follows the last."""
        if self._held:
            data, self._held = self._held + data, b""
        pieces: list[bytes] = []
        at = 0
        while at < len(data) and not self.is_whole:
            if self._state == "data":
                piece = data[at : at + self._left]
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
                if not self._left:
                    self._state = "end"
                continue
            line = self._take_line(data, at)
            if not line:
                break
            at += len(line)
        return b"".join(pieces), (data[at:] if self.is_whole else b"")

    def _take_line(self, data: bytes, at: int) -> bytes:
        end = data.find(b"\n", at, at + _LINE_BYTES_MAX if self._state == "size" else at + _TRAILER_BYTES_MAX) + 1
        if self._state == "end":
            return self._take_end(data, at)
        if not end:
            if len(data) - at >= (_LINE_BYTES_MAX if self._state == "size" else _TRAILER_BYTES_MAX):
                raise BadFraming("line too long")
            self._held = data[at:]
            return b""
        line = data[at:end]
        if self._state == "size":
            self._read_size(line)
        else:
            self._read_trailer(line)
        return line

    def _take_end(self, data: bytes, at: int) -> bytes:
        mark = data[at : at + 2]
        if mark == b"\r":
            self._held = mark
            return b""
        if mark != b"\r\n":
            raise BadFraming("chunk does not end with CRLF")
        self._state = "size"
        return mark

    def _read_size(self, line: bytes) -> None:
        match = _SIZE_LINE.fullmatch(line)
        if match is None:
            raise BadFraming("chunk size")
        self._extension_bytes += len(match[2])
        if self._extension_bytes > _EXTENSION_BYTES_MAX:
            raise BadFraming("chunk extensions too large")
        self._left = int(match[1], 16)
        self._state = "data" if self._left else "trailer"

    def _read_trailer(self, line: bytes) -> None:
        if line == b"\r\n":
            self.is_whole = True
            return
        self._trailer_bytes += len(line)
        if self._trailer_bytes > _TRAILER_BYTES_MAX or _TRAILER_LINE.fullmatch(line) is None:
            raise BadFraming("trailer")
