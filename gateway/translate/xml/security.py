"""WS-Security's UsernameToken: how we prove ourselves inside a SOAP header.

Laws: 1. A nonce is used for one call: it is made from what is the call's alone and what only we and the agency know. 2. Time is an
argument. 3. The password stands in the message only where the agency wants it as text.
Must not know: envelopes, clocks, chance.
Source: OASIS WSS UsernameToken Profile 1.1.1, 3.1; WSS SOAP Message Security 1.1.1, 10 (Timestamp).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from gateway.values.model import UsernameToken

from .forms import escape_text

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#Password"
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"

WriteHeader: TypeAlias = Callable[[str, float], str]  # id of the exchange, Unix seconds → header block


def make_token_writer(token: UsernameToken, must_understand: str) -> WriteHeader:
    """Make what writes the header block of one call; `must_understand` is the envelope's attribute, written out.

    Faults: ValueError where the name or the password holds what XML cannot carry.
    """
    key = token.password.encode()
    head = (
        f'<wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}" {must_understand}>'
        f"<wsse:UsernameToken><wsse:Username>{escape_text(token.username)}</wsse:Username>"
    )
    tail = "</wsse:UsernameToken></wsse:Security>"
    as_text = f'<wsse:Password Type="{_PROFILE}Text">{escape_text(token.password)}</wsse:Password>'

    def write_token(exchange: str, now_s: float) -> str:
        created = datetime.fromtimestamp(now_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        nonce = hmac.new(key, f"{exchange} {created}".encode(), hashlib.sha256).digest()[:16]
        password = f'<wsse:Password Type="{_PROFILE}Digest">{digest_password(nonce, created, token.password)}</wsse:Password>'
        return (
            f"{head}{password if token.is_digest else as_text}"
            f'<wsse:Nonce EncodingType="{_BASE64}">{b64encode(nonce).decode()}</wsse:Nonce><wsu:Created>{created}</wsu:Created>{tail}'
        )

    return write_token


def digest_password(nonce: bytes, created: str, password: str) -> str:
    """Give the digest of a password: Base64(SHA-1(nonce + created + password)), as the profile says."""
    return b64encode(hashlib.sha1(nonce + created.encode() + password.encode()).digest()).decode()  # noqa: S324 - the profile's
