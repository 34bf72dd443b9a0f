"""How our own processes talk: JSON lines and file descriptors over a Unix socket pair.

Laws: 1. A message is one line; its descriptors come with it or before it. 2. The end of the other process is the end of the
channel: nobody is asked whether it lives. 3. A line is bounded.
Must not know: what the messages mean.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence

import orjson

from .values.model import Json

LINE_BYTES_MAX = 256 << 20  # the layout of a large plan is one message
_READ_BYTES = 1 << 20
_FDS_MAX = 16


class Channel:
    """One end of a socket pair; the caller says whether it blocks."""

    def __init__(self, end: socket.socket) -> None:
        """Take over one end."""
        self.socket = end
        self._chunks: list[bytes] = []
        self._bytes = 0
        self._fds: list[int] = []

    def fileno(self) -> int:
        """Give the descriptor, to wait on."""
        return self.socket.fileno()

    def send(self, message: dict[str, Json], fds: Sequence[int] = ()) -> None:
        """Send one message with its descriptors.

        Faults: OSError where the other end is gone, or does not read (a channel that does not block).
        """
        line = orjson.dumps({**message, "fds": len(fds)}, option=orjson.OPT_APPEND_NEWLINE)
        if fds:
            sent = socket.send_fds(self.socket, [line], list(fds))
            line = line[sent:]
        self.socket.sendall(line)

    def receive(self) -> tuple[list[tuple[dict[str, Json], list[int]]], bool]:
        """Read what has come: the whole messages with their descriptors, and whether the channel goes on."""
        try:
            data, fds, _, _ = socket.recv_fds(self.socket, _READ_BYTES, _FDS_MAX)
        except BlockingIOError:
            return [], True
        except OSError:
            return [], False
        self._fds += fds
        if not data:
            return [], False
        return list(self._cut(data)), self._bytes <= LINE_BYTES_MAX

    def close(self) -> None:
        """Close this end, and descriptors that came for no message."""
        self.socket.close()
        for fd in self._fds:
            os.close(fd)
        self._fds.clear()

    def _cut(self, data: bytes) -> Iterator[tuple[dict[str, Json], list[int]]]:
        *whole, rest = data.split(b"\n")
        for part in whole:
            message: dict[str, Json] = orjson.loads(b"".join([*self._chunks, part]))
            self._chunks, self._bytes = [], 0
            count = message.pop("fds", 0)
            fds, self._fds = self._fds[:count], self._fds[count:]
            yield message, fds
        if rest:
            self._chunks.append(rest)
            self._bytes += len(rest)


def make_channels() -> tuple[Channel, Channel]:
    """Make both ends of a new channel."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return Channel(ours), Channel(theirs)
