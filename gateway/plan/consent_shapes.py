"""The documents of the operations on consents: what each takes and gives, as JSON Schemas.

Laws: what a route's own schemas say beside these is held against them at load.
Must not know: routes, stores.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ..values.consents import STATES
from ..values.model import Json

_TEXT: Json = {"type": "string"}
_TITLE: Json = {"type": "object", "required": ["id", "en"], "properties": {"id": _TEXT, "en": _TEXT}, "additionalProperties": False}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_NUMBER: Json = {"type": "integer", "minimum": 1}  # of the citizen, whichever agency: no bound of one agency's holds it
_MOMENT: Json = {"type": "string", "format": "date-time"}


def _record(required: list[str], **properties: Json) -> Json:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


_ASK = _record(["operation", "title", "owner", "fields"], operation=_TEXT, title=_TITLE, owner=_TEXT, fields=_TEXTS)
OFFER = _record(
    ["agency", "purpose", "title", "legal_basis", "asks", "lasts_days", "shown"],
    agency=_TEXT, purpose=_TEXT, title=_TITLE, legal_basis=_TEXTS, asks={"type": "array", "items": _ASK},
    lasts_days={"type": "integer", "minimum": 0, "maximum": 3_660}, shown={"type": "string", "pattern": "^[0-9a-f]{64}$"},
)  # fmt: skip
CONSENT = _record(
    ["number", "agency", "purpose", "state", "fields", "given_at", "until"],
    number=_NUMBER, agency=_TEXT, purpose=_TEXT, title=_TITLE, state={"type": "string", "enum": list(STATES)}, fields=_TEXTS,
    given_at=_MOMENT, until=_MOMENT, ended_at=_MOMENT,
)  # fmt: skip
SHAPES: dict[str, Json] = {
    "offer": OFFER,
    "give": CONSENT,
    "list": _record(["consents"], consents={"type": "array", "items": CONSENT}),
    "withdraw": CONSENT,
}


def _taken(**properties: Json) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties}


CALLS: dict[str, Json] = {  # None = no body is taken
    "offer": _taken(purpose=_TEXT),
    "give": _taken(purpose=_TEXT, shown=_TEXT),
    "list": None,
    "withdraw": _taken(number={"type": "integer"}),
}


def write_moment(moment_s: float) -> str:
    """Write a moment as it stands in a consent. Units: Unix seconds."""
    return datetime.fromtimestamp(int(moment_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
