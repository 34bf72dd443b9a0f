"""How an agency wants to be convinced: one random credential per start, in the agency's style."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Style = Literal["basic", "bearer", "api_key", "ws_security", "none"]


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that was made for one agency; `header` is what must be sent, `secrets` what a caller is told by name."""

    header: str = ""
    value: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict)

    def is_shown(self, headers: Mapping[str, str]) -> bool:
        """Say whether these headers carry it."""
        return not self.header or hmac.compare_digest(headers.get(self.header, "").encode(), self.value.encode())


def _make_basic(header: str) -> Credential:
    user, password = "jembatan-" + secrets.token_hex(4), secrets.token_urlsafe(24)
    told = base64.b64encode(f"{user}:{password}".encode()).decode()
    return Credential(header or "Authorization", "Basic " + told, {"USER": user, "PASSWORD": password})


def _make_bearer(header: str) -> Credential:
    token = secrets.token_urlsafe(32)
    return Credential(header or "Authorization", "Bearer " + token, {"TOKEN": token})


def _make_api_key(header: str) -> Credential:
    key = secrets.token_urlsafe(32)
    return Credential(header, key, {"KEY": key})


def _make_ws_security(header: str) -> Credential:
    """Make a name and a password that stand in the message: the agency itself looks at them."""
    return Credential(secrets={"USER": "jembatan-" + secrets.token_hex(4), "PASSWORD": secrets.token_urlsafe(24)})


_STYLES: dict[Style, Callable[[str], Credential]] = {
    "basic": _make_basic,
    "bearer": _make_bearer,
    "api_key": _make_api_key,
    "ws_security": _make_ws_security,
    "none": lambda header: Credential(),
}


def make_credential(style: Style, header: str = "") -> Credential:
    """Make a random credential in a style; `header` is the api key's."""
    return _STYLES[style](header)
