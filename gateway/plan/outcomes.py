"""How an operation may end: the series of its outcomes, made at load.

Laws: 1. Every outcome that a route can have is a series from the beginning. 2. What only some operations can end with is a series of those
only. 3. Alike operations end alike.
Must not know: how an operation is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..values.faults import CATALOGUE, Kind
from ..values.model import Json
from .calls import CanonicalCall
from .decode import Document
from .providers import answer_status

Outcome: TypeAlias = "tuple[str, int, str]"  # origin, status, fault

# refused before a route is known, so no route can end so
_BEFORE_A_ROUTE = {"URI_TOO_LONG", "HEADERS_TOO_LARGE", "EXPECTATION_FAILED", "NOT_IMPLEMENTED", "NO_ROUTE", "METHOD_NOT_ALLOWED"}
# what only operations with one of these traits can end with
_ONLY_WITH: Mapping[str, frozenset[str]] = {
    "body": frozenset(("NOT_JSON", "BODY_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED", "REQUEST_TIMEOUT", "MALFORMED_REQUEST")),
    "pages": frozenset(("CURSOR_INVALID", "CURSOR_EXPIRED")),
    "chooses": frozenset(("NO_PROVIDER",)),
    "gathers": frozenset(("TOO_FEW_ANSWERS",)),
    "once": frozenset((
        "IDEMPOTENCY_KEY_MISSING", "IDEMPOTENCY_KEY_INVALID", "IDEMPOTENCY_KEY_REUSED", "IDEMPOTENCY_KEYS_SPENT", "WRITE_RUNNING",
        "WRITE_UNSURE", "STORE_UNAVAILABLE", "STORE_KEY_UNKNOWN",
    )),
    "lasts": frozenset((
        "STORE_UNAVAILABLE", "STORE_KEY_UNKNOWN", "JOURNEY_UNKNOWN", "JOURNEY_CANCELLED", "JOURNEY_OVERDUE", "DECISION_OVERDUE",
        "DECISION_CLOSED", "DECISION_DENIED", "JOURNEY_CHANGED", "JOURNEY_UNREADABLE",
    )),
    "citizen": frozenset((
        "CITIZEN_MISSING", "CITIZEN_MISMATCH", "CONSENT_MISSING", "CONSENT_OUTDATED", "CONSENT_NOT_FOUND", "STORE_UNAVAILABLE",
        "STORE_KEY_UNKNOWN",
    )),
}  # fmt: skip
_NEEDS = {name: frozenset(trait for trait, names in _ONLY_WITH.items() if name in names) for names in _ONLY_WITH.values() for name in names}


@dataclass(frozen=True, slots=True)
class Ends:
    """What the outcomes of an operation hang on: its status, and its traits."""

    status: int
    traits: frozenset[str]


def find_ends(document: Document, call: CanonicalCall) -> Ends:
    """Give what the outcomes of an operation hang on."""
    value = document.value
    providers: Json = value.get("providers") or {}
    is_journey, is_once = document.kind == "journey", value["effect"] == "write-once"
    has = {
        "body": bool(call.body), "pages": bool(call.pages), "chooses": bool(providers) or is_journey,
        "gathers": bool(providers.get("gather")) or is_journey, "once": is_once,
        "lasts": is_journey and (is_once or bool(value.get("lasts"))),
        "citizen": bool(value.get("about") or value.get("consents")),
        "ours": bool(value.get("lasts") or value.get("consents")),  # the gateway itself answers
    }  # fmt: skip
    return Ends(answer_status(document), frozenset(name for name, it_has in has.items() if it_has))


def list_outcomes(ends: Ends, kinds: Iterable[Kind]) -> list[Outcome]:
    """Give every way in which such an operation may end; a caller that leaves is counted apart."""
    outcomes = [("gateway" if "ours" in ends.traits else "provider", ends.status, "")]
    outcomes += [("cache", ends.status, "")] if "once" in ends.traits else []
    outcomes += [("gateway", 202, "")] if {"once", "lasts"} <= ends.traits else []
    ours = [kind for kind in kinds if kind.name not in CATALOGUE or _can_end(kind.name, ends)]
    return outcomes + [("provider" if kind.is_providers_word else "gateway", kind.status, kind.name) for kind in ours]


def _can_end(name: str, ends: Ends) -> bool:
    """Say whether an operation with these traits can end with a fault of the catalogue."""
    needs = _NEEDS.get(name)
    return name not in _BEFORE_A_ROUTE and name != "CALLER_GONE" and (needs is None or bool(needs & ends.traits))
