"""Names of exchanges, of spans and of peers: the first two random and cheap, joined by the W3C trace context.

Laws: an id is 128 random bits in hex; a traceparent that is not exactly version 00 and well-formed is begun anew.
Must not know: what is named.
Source: W3C Trace Context 3.2.
"""

from __future__ import annotations

import os
import re
from ipaddress import IPv6Address, IPv6Network

_POOL_BYTES = 16 << 10
_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


class Names:
    """Random names out of a pool, so that the kernel is asked once for many."""

    __slots__ = ("_at", "_pool")

    def __init__(self) -> None:
        self._pool = ""
        self._at = 0

    def make_id(self) -> str:
        """Give 128 random bits in hex."""
        at = self._at
        if at + 48 > len(self._pool):
            self._pool = os.urandom(_POOL_BYTES).hex()
            at = 0
        self._at = at + 32
        return self._pool[at : at + 32]

    def make_traceparent(self, received: bytes | None) -> bytes:
        """Give the traceparent of our span: within the caller's trace, or of a new one."""
        span = self.make_id()
        if received is not None:
            match = _TRACEPARENT.fullmatch(received)
            if match is not None:
                return b"00-%s-%s-%s" % (match[1], span[:16].encode(), match[2])
        return f"00-{self.make_id()}-{span[:16]}-01".encode()


def name_peer(host: str) -> str:
    """Name whom the bounds of one peer are counted for: an IPv4 address, or the /64 that one IPv6 site has to itself.

    Source: RFC 6177; RFC 4291 2.5.5.2 (an IPv4 address within IPv6).
    """
    if ":" not in host:
        return host
    address = IPv6Address(host.partition("%")[0])
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address) >> 64 << 64, 64)))
