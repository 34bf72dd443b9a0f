"""What the gateway itself seals with: callers' cursors, and what its durable stores keep.

Laws: 1. Keys come from secrets by reference. 2. A sandbox has keys of its own, the same after every start, and no other gateway has. 3. The
keys of the stores differ, and each is strong enough: a former one still guards what was sealed with it.
Must not know: what is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..policy.cursors import LIFETIME_S, SECRET_CHARS_MIN, Keys, make_keys, make_sandbox_keys
from ..policy.seals import Seal, make_sandbox_seal, make_seal
from ..values.problem import Path
from .decode import Document
from .federation import Federation
from .notes import Notes
from .secrets import Secrets, Unresolved
from .unresolved import note_unresolved

_CODE_KEYS = "JB-STO-003"


@dataclass(frozen=True, slots=True)
class GatewayKeys:
    """The keys of a gateway; None where it says nothing of cursors, or has no stores.

    Shape: `before` is the mark of the key that was in use before what is kept had marks.
    """

    cursors: Keys | None = None
    seal: Seal | None = None
    before: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        """Give the marks of the stores' keys, the one in use first."""
        return () if self.seal is None else tuple(key.mark for key in self.seal.keys)


def read_keys(federation: Federation, secrets: Secrets, notes: Notes) -> GatewayKeys:
    """Give what a gateway seals with."""
    document = next(iter(federation.of("gateway").values()), None)
    if document is None:
        return GatewayKeys()
    seal = _read_seal(document, secrets, notes)
    former = len((document.value.get("stores") or {}).get("former") or ())
    return GatewayKeys(_read_cursors(document, secrets, notes), seal, "" if seal is None else seal.keys[former].mark)


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
        return _read_keys(document, secrets, notes)
    beside = [name for name in ("next", "former") if given.get(name)]
    for name in beside:
        notes.note(document, ("stores", name), _CODE_KEYS, f"{name}: stands beside no key", "name the key in use: key: ${env:STORE_KEY}")
    if beside:
        return None
    if not document.value.get("sandbox"):
        notes.note(document, ("stores",), "JB-STO-002", "what the store keeps is not sealed", "key: ${env:STORE_KEY}")
    return make_sandbox_seal(document.id)


def _read_keys(document: Document, secrets: Secrets, notes: Notes) -> Seal | None:
    """Give the key of the stores with those that are known beside it: former ones, the latest first, and one that comes."""
    given = document.value["stores"]
    paths: list[Path] = [("stores", "key"), *(("stores", "former", place) for place in range(len(given.get("former") or ())))]
    paths += [("stores", "next")] if given.get("next") else []
    seals: list[Seal] = []
    seen: dict[str, Path] = {}
    for path in paths:
        reference = given[path[1]] if len(path) == 2 else given["former"][path[2]]
        secret = _read_secret(document, path, reference, "JB-STO-002", secrets, notes)
        if secret is None:
            return None
        known = seen.setdefault(secret if secrets.is_resolving else reference, path)
        if known != path:
            notes.note(document, path, _CODE_KEYS, f"this is the key of {'.'.join(map(str, known))} again", "take it out")
        seals.append(make_seal(secret))
    return replace(seals[0], others=tuple(seals[1:]))


def _read_secret(document: Document, path: Path, reference: str, code: str, secrets: Secrets, notes: Notes) -> str | None:
    """Resolve a secret; None, and a note, where that cannot be. Stand-ins are as long as they are."""
    try:
        secret = secrets.resolve(reference)
    except Unresolved:
        note_unresolved(document, secrets, notes)
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
