"""What the gateway keeps is sealed, and what it names without saying whose it is: the seal of the durable stores.

Holds: `Seal` (made of one secret): `close` and `open` what is kept, `name` what is told apart by a keyed digest; its `others` are the keys
known beside it (former ones, and one that comes).
Laws: 1. What is sealed opens only with the key and for the context that it was sealed for. 2. A name says nothing of what it was made of,
and is the same in every worker and after every start. 3. No clock and no chance: the nonce is a keyed digest of all that is sealed. 4. Only
the key itself seals and names what is new; what one of the others sealed opens. 5. A mark tells keys apart, and says nothing else.
Must not know: where things are kept.
Source: NIST SP 800-38D (AES-GCM); RFC 9562 5.8 (UUID version 8).
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORM = b"\x01"
_NONCE_BYTES = 12
_MARK_BYTES = 4
_PURPOSES = (b"seal", b"nonce", b"name", b"mark")
_NOT_CHANCE = 0xF << 76 | 0b11 << 62  # of a UUID's bits, those that say of which version and variant it is
_VERSION_8 = 0x8 << 76 | 0b10 << 62


class NotSealed(ValueError):
    """What is kept was not sealed by this key for this context, or was changed."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals and names. Shape: `mark` may be shown: it says which key this is."""

    cipher: AESGCM = field(repr=False)
    nonces: bytes = field(repr=False)
    names: bytes = field(repr=False)
    mark: str = ""
    others: tuple[Seal, ...] = ()

    @property
    def keys(self) -> tuple[Seal, ...]:
        """Give this key, and those that are known beside it."""
        return (self, *self.others)

    def close(self, plain: bytes, context: bytes) -> bytes:
        """Seal something for a context."""
        nonce = hmac.digest(self.nonces, len(context).to_bytes(4) + context + plain, "sha256")[:_NONCE_BYTES]
        return _FORM + nonce + self.cipher.encrypt(nonce, plain, _FORM + context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Open what was sealed for a context, with this key or one that is known beside it.

        Faults: NotSealed.
        """
        return self.find(sealed, context)[1]

    def find(self, sealed: bytes, context: bytes) -> tuple[Seal, bytes]:
        """Give the key that something was sealed with, and what it holds.

        Faults: NotSealed.
        """
        for key in self.keys:
            with suppress(NotSealed):
                return key, key._open(sealed, context)
        raise NotSealed

    def _open(self, sealed: bytes, context: bytes) -> bytes:
        at = 1 + _NONCE_BYTES
        if sealed[:1] != _FORM:
            raise NotSealed
        try:
            return self.cipher.decrypt(sealed[1:at], sealed[at:], _FORM + context)
        except (InvalidTag, ValueError) as error:
            raise NotSealed from error

    def digest(self, *parts: bytes) -> bytes:
        """Give a keyed digest of parts, of which none runs into the next."""
        return hmac.digest(self.names, b"".join(len(part).to_bytes(4) + part for part in parts), "sha256")

    def name(self, *parts: str) -> str:
        """Give a name that nobody can guess and that is the same whenever it is asked for: a UUID."""
        bits = int.from_bytes(self.digest(*(part.encode() for part in parts))[:16])
        return str(UUID(int=bits & ~_NOT_CHANCE | _VERSION_8))


def make_seal(secret: str) -> Seal:
    """Draw the keys from a secret: the same secret gives the same keys in every worker and after every start."""
    seal, nonces, names, mark = (hmac.digest(secret.encode(), b"jembatan store 1 " + what, "sha256") for what in _PURPOSES)
    return Seal(AESGCM(seal), nonces, names, mark[:_MARK_BYTES].hex())


def make_sandbox_seal(gateway: str) -> Seal:
    """Draw the keys of a sandbox from its gateway's name: nothing real is behind them."""
    return make_seal(f"no secret: stores of the sandbox {gateway}")
