"""An `upstream:` document, compiled: where it listens, how we prove ourselves to it, what bounds it has.

Laws: 1. A credential never stands in a plan's description, only in the block of header lines that is sent. 2. Plain text or no
credential beyond this machine needs a weakening.
Must not know: routes, sockets.
"""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..translate.dialect import SOAP
from ..values.model import Json, TlsOptions, Upstream, UsernameToken
from .decode import Document
from .marks import Path
from .notes import Notes
from .secrets import Secrets, Unresolved

_HTTP_PORTS = {"http": 80, "https": 443}


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


def parse_address(url: str) -> Address | None:
    """Take a URL apart; None where it is not one that we call: no query, fragment, credential or strange character."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in _HTTP_PORTS or not host or parts.query or parts.fragment or parts.username is not None or not is_plain:
        return None
    base = parts.path.rstrip("/")
    if any(segment in ("", ".", "..") for segment in base.split("/")[1:]):
        return None
    return Address(parts.scheme, host, _HTTP_PORTS[parts.scheme] if port is None else port, base)


def build_upstream(document: Document, index: int, secrets: Secrets, notes: Notes) -> Upstream | None:
    """Compile an upstream; None where something is wrong, which is then noted."""
    value = document.value
    try:
        address = parse_address(secrets.resolve(value["url"], "url"))
        lines = _write_credential(value.get("auth", "none"), secrets)
        tls = _read_tls(value, secrets)
        token = _read_token(value, secrets)
    except Unresolved as missing:
        path = find_scalar(value, missing.reference) or ("url",)
        notes.note(document, path, "JB-SEC-004", f"a reference cannot be resolved: {missing}", "set it", "the plan does not load")
        return None
    if address is None:
        notes.note(document, ("url",), "JB-SEC-005", "this is no address that can be called", "http(s)://host[:port][/base]")
        return None
    _check_protection(document, address, secrets, notes)
    if _is_credential_wrong(document, lines, token, notes):
        return None
    limits = value.get("limits", {})
    default_port = _HTTP_PORTS[address.scheme] == address.port
    shown = f"[{address.host}]" if ":" in address.host else address.host
    head = "".join(f"{name}: {text}\r\n" for name, text in (("Host", shown if default_port else f"{shown}:{address.port}"), *lines))
    return Upstream(
        id=document.id,
        index=index,
        host=address.host,
        port=address.port,
        base=address.base,
        head=head.encode("latin-1"),
        tls=tls if address.scheme == "https" else None,
        connect_s=limits.get("connect", 0.5),
        answer_s=limits.get("answer", 5.0),
        idle_s=limits.get("idle", 15.0),
        connections_max=limits.get("connections", 64),
        body_bytes_max=limits.get("body", 1 << 20),
        username_token=token,
    )


def find_scalar(value: Json, text: str) -> Path | None:
    """Give the path to a text inside a document; None where it does not stand there."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return next(((key, *found) for key, child in pairs if (found := find_scalar(child, text)) is not None), None)
    return () if value == text else None


def _write_credential(auth: Json, secrets: Secrets) -> list[tuple[str, str]]:
    """Give the header lines that prove us.

    Faults: Unresolved.
    """
    if not isinstance(auth, dict):
        return []
    if "basic" in auth:
        basic = auth["basic"]
        pair = f"{secrets.resolve(basic['username'])}:{secrets.resolve(basic['password'])}"
        return [("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())]
    if "bearer" in auth:
        return [("Authorization", "Bearer " + secrets.resolve(auth["bearer"]["token"]))]
    if "api_key" in auth:
        return [(auth["api_key"]["header"], secrets.resolve(auth["api_key"]["value"]))]
    return []


def _read_token(value: dict[str, Json], secrets: Secrets) -> UsernameToken | None:
    auth = value.get("auth")
    given = auth.get("ws_security") if isinstance(auth, dict) else None
    if given is None:
        return None
    return UsernameToken(secrets.resolve(given["username"]), secrets.resolve(given["password"]), given.get("digest", True))


def _is_credential_wrong(document: Document, lines: list[tuple[str, str]], token: UsernameToken | None, notes: Notes) -> bool:
    """Note a credential that no message could carry."""
    if token is not None and (document.value.get("dialect") or {}).get("format", "json") not in SOAP:
        notes.note(document, ("auth", "ws_security"), "JB-XML-003", "a UsernameToken stands in a SOAP header", "format: soap11, or soap12")
        return True
    if any(not _is_header_text(line) for _, line in lines) or (token is not None and not _is_token_text(token)):
        notes.note(document, ("auth",), "JB-SEC-006", "a credential holds characters that no header can carry")
        return True
    return False


def _is_token_text(token: UsernameToken) -> bool:
    return (token.username + token.password).isprintable() and bool(token.username)


def _read_tls(value: dict[str, Json], secrets: Secrets) -> TlsOptions:
    tls = value.get("tls") or {}
    auth = value.get("auth")
    pair = auth.get("mtls", {}) if isinstance(auth, dict) else {}
    is_old_allowed = any(each["law"] == "tls-1.2" for each in value.get("weakens", ()))
    return TlsOptions(
        tls.get("ca", ""),
        secrets.resolve(pair.get("cert", "")),
        secrets.resolve(pair.get("key", "")),
        tls.get("server_name", ""),
        is_old_allowed,
    )


def _check_protection(document: Document, address: Address, secrets: Secrets, notes: Notes) -> None:
    has_weakening = any(each["law"] == "upstream-auth" for each in document.value.get("weakens", ()))
    auth = document.value.get("auth", "none")
    is_http = address.scheme == "http" and secrets.knows(document.value["url"])
    is_open = auth == "none" or (is_http and "mtls" in auth)  # a certificate is shown to nobody in plain text
    is_plain = is_http and not address.is_loopback
    if has_weakening or not (is_plain or is_open):
        return
    what = "the upstream is called without a credential" if is_open else "the upstream is called in plain text"
    notes.note(
        document, ("auth",) if is_open else ("url",), "JB-SEC-007", what,
        "state it: weakens: [{law: upstream-auth, reason: …, until: …}]", "whoever stands between can read or pretend", severity="error",
    )  # fmt: skip


def _is_header_text(text: str) -> bool:
    return text.isascii() and text.isprintable() and text == text.strip()
