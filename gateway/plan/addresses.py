"""Addresses of backends, taken apart: whole URLs, and the paths of rows below a family's URL.

Must not know: documents.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

HTTP_PORTS = {"http": 80, "https": 443}
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,=:@-]+)+")


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of an upstream, taken apart."""

    scheme: str
    host: str
    port: int
    base: str

    @property
    def is_loopback(self) -> bool:
        """Say whether it stays on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def shown(self) -> str:
        """Give host and port as a Host line says them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if HTTP_PORTS[self.scheme] == self.port else f"{host}:{self.port}"


def parse_address(url: str) -> Address | None:
    """Take a URL apart; None where it is not one that we call: no query, fragment, credential or strange character."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in HTTP_PORTS or not host or parts.query or parts.fragment or parts.username is not None or not is_plain:
        return None
    base = parts.path.rstrip("/")
    if any(segment in ("", ".", "..") for segment in base.split("/")[1:]):
        return None
    return Address(parts.scheme, host, HTTP_PORTS[parts.scheme] if port is None else port, base)


def is_path(text: str) -> bool:
    """Say whether a text is a path that may stand behind the URL of a family: plain segments, none of them `.` or `..`."""
    return _PATH.fullmatch(text) is not None and not any(segment in (".", "..") for segment in text.split("/"))
