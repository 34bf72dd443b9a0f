"""An `upstream:` document, compiled: where it listens, how we prove ourselves to it, what bounds it has.

Laws: 1. A credential never stands in a plan's description, only in the block of header lines that is sent. 2. Plain text or no
credential beyond this machine needs a weakening.
Must not know: routes, sockets.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

from ..translate.dialect import SOAP
from ..values.model import Json, TlsOptions, Upstream, UsernameToken
from .addresses import Address, parse_address
from .decode import Document
from .marks import Path
from .notes import Notes
from .secrets import Secrets, Unresolved
from .unresolved import note_unresolved

Resolve = Callable[[Json], str]


def build_upstream(document: Document, index: int, secrets: Secrets, notes: Notes) -> Upstream | None:
    """Compile an upstream; None where something is wrong, which is then noted."""
    value = document.value
    if not _is_plain(document, notes):
        return None
    try:
        address = parse_address(secrets.resolve(value["url"], "url"))
        lines = write_credential(value.get("auth", "none"), secrets.resolve)
        tls = read_tls(value, secrets)
        token = read_token(value, secrets)
    except Unresolved:
        note_unresolved(document, secrets, notes)
        return None
    if address is None:
        notes.note(document, ("url",), "JB-SEC-005", "this is no address that can be called", "http(s)://host[:port][/base]")
        return None
    _check_protection(document, address, secrets, notes)
    if is_credential_wrong(document, lines, token, notes):
        return None
    head = write_head(address, lines)
    whole = make_upstream(document, index, token)
    return replace(
        whole, host=address.host, port=address.port, base=address.base, head=head, tls=tls if address.scheme == "https" else None
    )


def make_upstream(document: Document, index: int, token: UsernameToken | None) -> Upstream:
    """Make an upstream that has its bounds and no address yet."""
    limits = document.value.get("limits") or {}
    return Upstream(
        id=document.id,
        index=index,
        host="",
        port=0,
        connect_s=limits.get("connect", 0.5),
        answer_s=limits.get("answer", 5.0),
        idle_s=limits.get("idle", 15.0),
        connections_max=limits.get("connections", 64),
        body_bytes_max=limits.get("body", 1 << 20),
        username_token=token,
    )


def write_head(address: Address, lines: list[tuple[str, str]]) -> bytes:
    """Write the lines that every call to an address carries."""
    return "".join(f"{name}: {text}\r\n" for name, text in (("Host", address.shown), *lines)).encode("latin-1")


def _is_plain(document: Document, notes: Notes) -> bool:
    """Note what a plain upstream lacks, or has of a family's; say whether there is nothing."""
    value = document.value
    missing = [key for key in ("owner", "url") if key not in value]
    for key in missing:
        example = {"owner": "dukcapil", "url": "${env:SIAK_URL}"}[key]
        notes.note(document, ("upstream",), "JB-KEY-002", f'missing key "{key}" of upstream', f"add `{key}: {example}`", on_key=True)
    has_bound = "family" in (value.get("limits") or {})
    if has_bound:
        notes.note(document, ("limits", "family"), "JB-FAM-003", "`family` bounds a family, and this is none", "take it out", on_key=True)
    by_row = list_by_row(value.get("auth"))
    for path in by_row:
        notes.note(document, ("auth", *path), "JB-FAM-003", "a secret a row belongs to a family", "${env:NAME} or ${file:/path}")
    return not (missing or has_bound or by_row)


def list_by_row(auth: Json) -> list[Path]:
    """Give the places of a credential's secrets that differ by row."""
    if not isinstance(auth, dict):
        return []
    return [
        (kind, name)
        for kind, given in auth.items()
        for name, secret in given.items()
        if isinstance(secret, dict) and "secret_dir" in secret
    ]


def write_credential(auth: Json, resolve: Resolve) -> list[tuple[str, str]]:
    """Give the header lines that prove us; `resolve` gives what a secret means.

    Faults: Unresolved.
    """
    if not isinstance(auth, dict):
        return []
    if "basic" in auth:
        basic = auth["basic"]
        pair = f"{resolve(basic['username'])}:{resolve(basic['password'])}"
        return [("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())]
    if "bearer" in auth:
        return [("Authorization", "Bearer " + resolve(auth["bearer"]["token"]))]
    if "api_key" in auth:
        return [(auth["api_key"]["header"], resolve(auth["api_key"]["value"]))]
    return []


def read_token(value: dict[str, Json], secrets: Secrets) -> UsernameToken | None:
    """Give the token that stands in a SOAP header; None where there is none.

    Faults: Unresolved.
    """
    auth = value.get("auth")
    given = auth.get("ws_security") if isinstance(auth, dict) else None
    if given is None:
        return None
    return UsernameToken(secrets.resolve(given["username"]), secrets.resolve(given["password"]), given.get("digest", True))


def is_credential_wrong(document: Document, lines: list[tuple[str, str]], token: UsernameToken | None, notes: Notes) -> bool:
    """Note a credential that no message could carry."""
    if token is not None and (document.value.get("dialect") or {}).get("format", "json") not in SOAP:
        notes.note(document, ("auth", "ws_security"), "JB-XML-003", "a UsernameToken stands in a SOAP header", "format: soap11, or soap12")
        return True
    if any(not is_header_text(line) for _, line in lines) or (token is not None and not _is_token_text(token)):
        notes.note(document, ("auth",), "JB-SEC-006", "a credential holds characters that no header can carry")
        return True
    return False


def _is_token_text(token: UsernameToken) -> bool:
    return (token.username + token.password).isprintable() and bool(token.username)


def read_tls(value: dict[str, Json], secrets: Secrets) -> TlsOptions:
    """Give how TLS is spoken.

    Faults: Unresolved.
    """
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


def judge_protection(document: Document, scheme: str, address: Address) -> str:
    """Say in which way an address is called unprotected without a weakening; "" where all is right."""
    if any(each["law"] == "upstream-auth" for each in document.value.get("weakens", ())):
        return ""
    auth = document.value.get("auth", "none")
    if auth == "none" or (scheme == "http" and "mtls" in auth):  # a certificate is shown to nobody in plain text
        return "the upstream is called without a credential"
    return "the upstream is called in plain text" if scheme == "http" and not address.is_loopback else ""


UNPROTECTED = (
    "JB-SEC-007",
    "state it: weakens: [{law: upstream-auth, reason: …, until: …}]",
    "whoever stands between can read or pretend",
)


def _check_protection(document: Document, address: Address, secrets: Secrets, notes: Notes) -> None:
    is_known = secrets.knows(document.value["url"])
    what = judge_protection(document, address.scheme if is_known else "https", address)
    if what:
        code, hint, effect = UNPROTECTED
        notes.note(document, ("url",) if "plain" in what else ("auth",), code, what, hint, effect)


def is_header_text(text: str) -> bool:
    """Say whether a header can carry a text."""
    return text.isascii() and text.isprintable() and text == text.strip()
