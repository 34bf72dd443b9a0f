"""May this caller go on here: the caller's cursor of a list, sealed and opened.

Holds: `Keys` (made of one secret), `seal_cursor`, `open_cursor` (a position), `seal_state`, `open_state` (where any walk stands),
`bind_cursor` (what a cursor is bound to).
Laws: 1. A cursor says nothing to a caller, not even by its length which page it is (it is filled up to blocks). 2. It opens only for the
caller, operation, purpose, provider and filter that it was given for, with the key that sealed it, until it expires; else CURSOR_INVALID,
without saying which of them it was. 3. It opens no access: permission is asked anew for every page. 4. No clock and no chance: the nonce is
a keyed digest of all that is sealed and of the exchange's own name, so that it does not come twice for two different positions.
Must not know: how a provider is asked, YAML.
Source: NIST SP 800-38D (AES-GCM), RFC 5869 2.3 (keys drawn from one secret).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.schema.text import encode_sorted
from gateway.values.faults import CATALOGUE, Fault, Refused
from gateway.values.model import Json
from gateway.values.page import Position
from gateway.values.route import Exchange

SECRET_CHARS_MIN = 32
LIFETIME_S = 3600.0
_FORM = b"\x01"  # of what is sealed; another one is another form
_NONCE_BYTES, _BLOCK_BYTES = 12, 64
PLAIN_BYTES_MAX = 704  # as text no more than a parameter of type `cursor` may hold

_INVALID = Fault(CATALOGUE["CURSOR_INVALID"])
_EXPIRED = Fault(CATALOGUE["CURSOR_EXPIRED"])


@dataclass(frozen=True, slots=True)
class Keys:
    """What cursors are sealed with, and how long one holds. Units: lifetime_s seconds."""

    cipher: AESGCM = field(repr=False)
    naming: bytes = field(repr=False)
    lifetime_s: float = LIFETIME_S


def make_keys(secret: str, lifetime_s: float = LIFETIME_S) -> Keys:
    """Draw the keys from a secret: the same secret gives the same keys in every worker and after every start."""
    seal, naming = (hmac.digest(secret.encode(), b"jembatan cursor 1 " + what, "sha256") for what in (b"seal", b"nonce"))
    return Keys(AESGCM(seal), naming, lifetime_s)


def make_sandbox_keys(gateway: str) -> Keys:
    """Draw the keys of a sandbox from its gateway's name: nothing real is behind them."""
    return make_keys(f"no secret: cursors of the sandbox {gateway}")


def bind_cursor(x: Exchange, operation: str, provider: str) -> bytes:
    """Give what a cursor of this call is bound to: operation, provider, caller, purpose and the call without its place in the list.

    Shape: `provider` names the upstream and its style of paging, so that a position never reaches another provider.
    """
    caller = x.caller
    who = ("", "") if caller is None else (caller.agency, caller.user)
    query = {name: value for name, value in (x.query or {}).items() if name not in ("after", "size")}
    body = hashlib.sha256(x.body).hexdigest() if isinstance(x.body, bytes) else x.body
    return hashlib.sha256(encode_sorted([operation, provider, *who, x.purpose, x.path, query, x.headers, body])).digest()


def seal_cursor(keys: Keys, position: Position, context: bytes, exchange: str, now_s: float) -> str:
    """Seal a position for whom `context` says. Units: now_s Unix seconds."""
    text = seal_state(keys, write_position(position), context, exchange, now_s)
    assert text is not None, "a position is never longer than a cursor"
    return text


def open_cursor(keys: Keys, text: str, context: bytes, now_s: float) -> Position:
    """Give the position in a cursor.

    Faults: CURSOR_INVALID, CURSOR_EXPIRED. Units: now_s Unix seconds.
    """
    return read_position(open_state(keys, text, context, now_s))


def write_position(position: Position) -> list[Json]:
    """Write a position as it stands in a cursor."""
    return [position.offset, position.token, position.skip, position.steps, position.mark]


def read_position(written: Json) -> Position:
    """Read a position from a cursor of ours."""
    return Position(*written)


def seal_state(keys: Keys, state: list[Json], context: bytes, exchange: str, now_s: float) -> str | None:
    """Seal where a walk stands for whom `context` says; None where that is longer than a cursor may be. Units: now_s Unix seconds."""
    plain = orjson.dumps([int(now_s + keys.lifetime_s), *state])
    plain += b" " * (-len(plain) % _BLOCK_BYTES)
    if len(plain) > PLAIN_BYTES_MAX:
        return None
    nonce = hmac.digest(keys.naming, b"\0".join((exchange.encode(), context, plain)), "sha256")[:_NONCE_BYTES]
    sealed = keys.cipher.encrypt(nonce, plain, _FORM + context)
    return base64.urlsafe_b64encode(_FORM + nonce + sealed).rstrip(b"=").decode()


def open_state(keys: Keys, text: str, context: bytes, now_s: float) -> list[Json]:
    """Give where a walk stands by its cursor.

    Faults: CURSOR_INVALID, CURSOR_EXPIRED. Units: now_s Unix seconds.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except ValueError:
        raise Refused(_INVALID) from None
    at = 1 + _NONCE_BYTES
    if raw[:1] != _FORM or len(raw) < at:
        raise Refused(_INVALID)
    try:
        plain = keys.cipher.decrypt(raw[1:at], raw[at:], _FORM + context)
    except InvalidTag:
        raise Refused(_INVALID) from None
    opened: list[Json] = orjson.loads(plain)
    if now_s >= opened[0]:
        raise Refused(_EXPIRED)
    return opened[1:]
