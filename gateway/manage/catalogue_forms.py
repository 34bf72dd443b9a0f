"""What people type into the catalogue's forms → entries and deeds.

Law: what cannot be is refused with the field (Malformed); nothing is guessed. Must not know: requests, pages.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from ..catalogue.entry import App
from ..catalogue.form import Malformed, read_app, write_app
from ..catalogue.gate.deeds import Answered, Decided, Deed, Requested, Withdrawn
from ..catalogue.intake.cells import Wrong
from ..catalogue.intake.cells import read_rupiah as read_amount
from ..values.model import Json


def read_draft(held: Mapping[str, str], owner: str) -> App:
    """Read a proposal from the form.

    Faults: Malformed.
    """
    rows: dict[str, Json] = {
        "app": held.get("app", "").strip(), "owner": owner, "lifecycle": "proposed",
        "title": {key: text for key in ("id", "en") if (text := held.get(f"title_{key}", "").strip())},
        "description": {"id": held["description"].strip()} if held.get("description", "").strip() else None,
        "function": held.get("function", "").strip() or None,
        "masters": read_lines(held.get("masters", "")) or None,
        "fields": [{"name": one} for one in dict.fromkeys(read_lines(held.get("fields", "")))] or None,
    }  # fmt: skip
    return read_app(rows)


def add_fields(app: App, text: str) -> App:
    """Give an entry with more fields, one a line.

    Faults: Malformed.
    """
    known = {one.name for one in app.fields}
    more = [{"name": name} for name in dict.fromkeys(read_lines(text)) if name not in known]
    return read_app({**write_app(app), "fields": [*write_app(app).get("fields", ()), *more]}) if more else app


def read_lines(text: str) -> list[str]:
    """Give the lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_rupiah(text: str) -> int | None:
    """Read an amount, as it is written in Indonesia or in English.

    Faults: Malformed.
    """
    if not text.strip():
        return None
    amount = read_amount(text)
    if isinstance(amount, Wrong):
        raise Malformed("/budget", f"{amount.message}; {amount.hint}" if amount.hint else amount.message)
    return amount


def read_request(held: Mapping[str, str], agency: str, provider: str) -> Requested:
    """Read a request for data; its term comes from the rules."""
    fields, basis = (tuple(read_lines(held.get(name, ""))) for name in ("fields", "basis"))
    return Requested(agency, provider, held.get("subject", "").strip(), fields, held.get("reason", "").strip(), basis, "")


def read_act(name: str, held: Mapping[str, str], agency: str) -> Deed:
    """Read what somebody does on a case.

    Faults: Malformed.
    """
    reason = held.get("reason", "").strip()
    if name == "answer":
        return Answered(agency, held.get("stance", ""), reason)  # type: ignore[arg-type]  # the laws look at it
    if name == "withdraw":
        return Withdrawn(reason)
    if held.get("outcome", "") not in ("reuse", "extend", "connect", "build"):
        raise Malformed("/outcome", "reuse, extend, connect or build")
    return Decided(held["outcome"], reason, held.get("until", "").strip(), tuple(read_lines(held.get("apps", ""))))  # type: ignore[arg-type]


def read_body(raw: bytes) -> App:
    """Read a proposal that a program sends.

    Faults: Malformed.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Malformed("", "no JSON") from None
    return read_app(value)
