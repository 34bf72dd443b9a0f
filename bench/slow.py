"""A provider that answers `/tunda/MS/…` after so many milliseconds, always the same: `python -m bench.slow PORT`."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Any

import uvloop

BODY = b'{"NOMOR":"117","NAMA":"ASEP CONTOH","TGL_LHR":"17-08-1991","NILAI":41,"DIUBAH":"02-11-2026"}'
_SAID = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
_DELAY = re.compile(rb"^[A-Z]+ /tunda/(\d+)/")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Provider(asyncio.Protocol):
    """One connection: a call at a time."""

    def connection_made(self, transport: Any) -> None:
        """Keep the connection."""
        self.transport = transport
        self.held = b""

    def data_received(self, data: bytes) -> None:
        """Answer a whole call when its time has come."""
        self.held += data
        end = self.held.find(b"\r\n\r\n") + 4
        length = _LENGTH.search(self.held[: max(end, 0)])
        if end < 4 or len(self.held) < end + (int(length[1]) if length else 0):
            return
        delay = _DELAY.match(self.held)
        self.held = b""
        asyncio.get_running_loop().call_later(int(delay[1]) / 1e3 if delay else 0.0, self.transport.write, _SAID)


async def main(port: int) -> None:
    """Serve until told to end."""
    server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
