"""What the gateway itself seals with: callers' cursors, and what its durable stores keep.

Laws: 1. Keys come from secrets by reference. 2. A sandbox has keys of its own, the same after every start, and no other gateway has.
Must not know: what is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..policy.cursors import LIFETIME_S, SECRET_CHARS_MIN, Keys, make_keys, make_sandbox_keys
from ..policy.seals import Seal, make_sandbox_seal, make_seal
from ..values.problem import Path
from .decode import Document
from .federation import Federation
from .notes import Notes
from .secrets import Secrets, Unresolved


@dataclass(frozen=True, slots=True)
class GatewayKeys:
    """The keys of a gateway; None where it says nothing of cursors, or has no stores."""

    cursors: Keys | None = None
    seal: Seal | None = None


def read_keys(federation: Federation, secrets: Secrets, notes: Notes) -> GatewayKeys:
    """Give what a gateway seals with."""
    document = next(iter(federation.of("gateway").values()), None)
    if document is None:
        return GatewayKeys()
    return GatewayKeys(_read_cursors(document, secrets, notes), _read_seal(document, secrets, notes))


def _read_cursors(document: Document, secrets: Secrets, notes: Notes) -> Keys | None:
    given = document.value.get("cursors")
    if not given:
        return make_sandbox_keys(document.id) if document.value.get("sandbox") else None
    secret = _read_secret(document, ("cursors", "key"), given["key"], "JB-SEC-012", secrets, notes)
    return None if secret is None else make_keys(secret, given.get("lifetime") or LIFETIME_S)


def _read_seal(document: Document, secrets: Secrets, notes: Notes) -> Seal | None:
    given = document.value.get("stores")
    if not given:
        return None
    if given.get("key"):
        secret = _read_secret(document, ("stores", "key"), given["key"], "JB-STO-002", secrets, notes)
        return None if secret is None else make_seal(secret)
    if not document.value.get("sandbox"):
        notes.note(document, ("stores",), "JB-STO-002", "what the store keeps is not sealed", "key: ${env:STORE_KEY}")
    return make_sandbox_seal(document.id)


def _read_secret(document: Document, path: Path, reference: str, code: str, secrets: Secrets, notes: Notes) -> str | None:
    """Resolve a secret; None, and a note, where that cannot be. Stand-ins are as long as they are."""
    try:
        secret = secrets.resolve(reference)
    except Unresolved as missing:
        notes.note(document, path, "JB-SEC-004", f"a reference cannot be resolved: {missing}", "set it", "the plan does not load")
        return None
    if secrets.is_resolving and len(secret) < SECRET_CHARS_MIN:
        what = f"the key of {path[0]} has less than {SECRET_CHARS_MIN} characters"
        notes.note(document, path, code, what, "openssl rand -hex 32")
    return secret


def need_stores(seal: Seal | None, document: Document, path: Path, what: str, notes: Notes) -> Seal | None:
    """Give the seal of the durable stores to something that lasts; note where there are none."""
    if seal is None:
        hint = "gateway: … stores: {path: state.db, key: ${env:STORE_KEY}}"
        notes.note(document, path, "JB-STO-001", f"{what} must outlive a process, and the gateway has no durable store", hint)
    return seal
