"""An entry as JSON, in the shape of an `app:` document, and back.

Laws: 1. What is written is read as the same entry. 2. What is empty is not written. 3. Reading refuses what no entry can be, with the
pointer of the first thing that is wrong; it never guesses.
Must not know: where the JSON comes from or goes to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import cast, get_args

from ..values.model import Json
from .entry import LIFECYCLES, OUTCOMES, App, AppClass, Decision, Field, Interface, InterfaceKind, Lifecycle, Outcome, Text

ID = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*")
ID_CHARS_MAX = 100
TEXT_CHARS_MAX = 4_000
ITEMS_MAX = 2_000
NUMBER_MAX = 10**15  # Rupiah: a thousand trillion, the order of the state's budget
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # none can stand in XML, and so in no workbook, letter or page
CLASSES: tuple[AppClass, ...] = get_args(AppClass)
INTERFACE_KINDS: tuple[InterfaceKind, ...] = get_args(InterfaceKind)
YEARS = (1990, 2100)
_FIELD_KEYS = frozenset({"name", "type", "source", "group"})


class Malformed(ValueError):
    """A JSON value that is no entry. Shape: `pointer` where (RFC 6901), `detail` why."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer or '/'}: {detail}")
        self.pointer = pointer
        self.detail = detail


def write_app(app: App) -> dict[str, Json]:
    """Give an entry as JSON."""
    rows: dict[str, Json] = {
        "app": app.id,
        "title": _write_text(app.title),
        "description": _write_text(app.description),
        "owner": app.owner,
        "function": app.function,
        "class": app.app_class,
        "sector": app.sector,
        "lifecycle": app.lifecycle,
        "users": app.users,
        "cost": _full({"rupiah": app.cost_rupiah, "year": app.cost_year}),
        "legal_basis": list(app.legal_basis),
        "inputs": list(app.inputs),
        "outputs": list(app.outputs),
        "fields": [_write_field(each) for each in app.fields],
        "masters": list(app.masters),
        "interfaces": [_write_interface(each) for each in app.interfaces],
        "consumes": list(app.consumes),
        "contacts": list(app.contacts),
        "successor": app.successor,
        "decided": None if app.decided is None else _write_decision(app.decided),
    }
    return _full(rows)


def _full(rows: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in rows.items() if value is not None and value != "" and value != [] and value != {}}


def _write_text(text: Text) -> Json:
    return _full({"id": text.id, "en": text.en})


def _write_field(field: Field) -> Json:
    if not (field.type or field.source or field.group):
        return {"name": field.name}
    return _full({"name": field.name, "type": field.type, "source": field.source, "group": field.group})


def _write_interface(interface: Interface) -> Json:
    return {interface.kind: interface.where, **_full({"operations": list(interface.operations)})}


def _write_decision(decision: Decision) -> Json:
    return _full({"outcome": decision.outcome, "by": decision.by, "reason": decision.reason, "until": decision.until})


def read_app(value: Json) -> App:
    """Read an entry from JSON.

    Faults: Malformed.
    """
    if not isinstance(value, dict):
        raise Malformed("", "an entry is an object")
    for key in value:
        if key not in _READERS:
            raise Malformed(f"/{key}", "no key of an entry")
    made: dict[str, Json] = {}
    for key in ("app", "owner", "title"):
        if value.get(key) is None:
            raise Malformed(f"/{key}", "missing")
    for key, each in value.items():
        if each is not None:
            made |= _READERS[key](f"/{key}", each)
    return App(**made)


def read_id(at: str, value: Json) -> str:
    """Read an id.

    Faults: Malformed.
    """
    if not isinstance(value, str) or len(value) > ID_CHARS_MAX or ID.fullmatch(value) is None:
        raise Malformed(at, "no id: small letters, digits, hyphens; dots between words")
    return value


def _string(at: str, value: Json) -> str:
    if not isinstance(value, str):
        raise Malformed(at, "no text")
    if len(value) > TEXT_CHARS_MAX:
        raise Malformed(at, f"longer than {TEXT_CHARS_MAX:,} characters")
    if _UNSEEN.search(value):
        raise Malformed(at, "a sign that no text holds (a control character)")
    return value


def _is_string(value: Json) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_CHARS_MAX and (value.isprintable() or not _UNSEEN.search(value))


def _strings(at: str, value: Json) -> tuple[str, ...]:
    items = _items(at, value)
    if all(map(_is_string, items)):
        return tuple(items)
    return tuple(_string(f"{at}/{index}", each) for index, each in enumerate(items))


def _items(at: str, value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise Malformed(at, "no list")
    if len(value) > ITEMS_MAX:
        raise Malformed(at, f"more than {ITEMS_MAX:,} items")
    return value


def _object(at: str, value: Json, known: tuple[str, ...]) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise Malformed(at, "no object")
    for key in value:
        if key not in known:
            raise Malformed(f"{at}/{key}", "no key here; keys: " + ", ".join(known))
    return value


def _whole(at: str, value: Json, low: int = 0, high: int = NUMBER_MAX) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Malformed(at, f"no whole number from {low:,} to {high:,}")
    return value


def _one_of(at: str, value: Json, words: tuple[str, ...]) -> str:
    if value not in words:
        raise Malformed(at, "one of " + ", ".join(words))
    return str(value)


def _text(at: str, value: Json) -> Text:
    if isinstance(value, str):
        return Text(_string(at, value))
    rows = _object(at, value, ("id", "en"))
    return Text(_string(f"{at}/id", rows.get("id", "")), _string(f"{at}/en", rows.get("en", "")))


def _title(at: str, value: Json) -> Text:
    text = _text(at, value)
    if not (text.id or text.en):
        raise Malformed(at, "empty")
    return text


def _field(at: str, value: Json) -> Field:
    if isinstance(value, dict) and value.keys() <= _FIELD_KEYS and value.get("name") and all(map(_is_string, value.values())):
        return Field(**value)  # the way of nearly all: no pointer is made for what is right
    if isinstance(value, str):
        value = {"name": value}
    rows = _object(at, value, ("name", "type", "source", "group"))
    name = _string(f"{at}/name", rows.get("name", ""))
    if not name:
        raise Malformed(f"{at}/name", "missing")
    return Field(name, *(_string(f"{at}/{key}", rows.get(key, "")) for key in ("type", "source", "group")))


def _fields(at: str, value: Json) -> tuple[Field, ...]:
    made = tuple(_field(f"{at}/{index}", each) for index, each in enumerate(_items(at, value)))
    seen: set[tuple[str, str]] = set()
    for index, field in enumerate(made):
        if (field.group, field.name) in seen:
            raise Malformed(f"{at}/{index}", f"the field {field.name} stands twice")
        seen.add((field.group, field.name))
    return made


def _interface(at: str, value: Json) -> Interface:
    rows = _object(at, value, (*INTERFACE_KINDS, "operations"))
    kinds = [kind for kind in INTERFACE_KINDS if kind in rows]
    if len(kinds) != 1:
        raise Malformed(at, "one of " + ", ".join(INTERFACE_KINDS))
    return Interface(kinds[0], _string(f"{at}/{kinds[0]}", rows[kinds[0]]), _strings(f"{at}/operations", rows.get("operations", [])))


def _decision(at: str, value: Json) -> Decision:
    rows = _object(at, value, ("outcome", "by", "reason", "until"))
    outcome = cast("Outcome", _one_of(f"{at}/outcome", rows.get("outcome"), OUTCOMES))
    by, reason, until = (_string(f"{at}/{key}", rows.get(key, "")) for key in ("by", "reason", "until"))
    if not by or not reason:
        raise Malformed(at, "a decision says by whom and why")
    return Decision(outcome, by, reason, until)


def _cost(at: str, value: Json) -> dict[str, Json]:
    rows = _object(at, value, ("rupiah", "year"))
    bounds = {"rupiah": (0, NUMBER_MAX), "year": YEARS}
    return {f"cost_{key}": _whole(f"{at}/{key}", each, *bounds[key]) for key, each in rows.items() if each is not None}


_Reader = Callable[[str, Json], dict[str, Json]]


def _into(name: str, read: Callable[[str, Json], Json]) -> _Reader:
    return lambda at, value: {name: read(at, value)}


_READERS: dict[str, _Reader] = {
    "app": _into("id", read_id),
    "owner": _into("owner", read_id),
    "title": _into("title", _title),
    "description": _into("description", _text),
    "function": _into("function", _string),
    "class": _into("app_class", lambda at, value: cast("AppClass", _one_of(at, value, CLASSES))),
    "sector": _into("sector", _string),
    "lifecycle": _into("lifecycle", lambda at, value: cast("Lifecycle", _one_of(at, value, LIFECYCLES))),
    "users": _into("users", _whole),
    "cost": _cost,
    "legal_basis": _into("legal_basis", _strings),
    "inputs": _into("inputs", _strings),
    "outputs": _into("outputs", _strings),
    "fields": _into("fields", _fields),
    "masters": _into("masters", _strings),
    "interfaces": _into("interfaces", lambda at, value: tuple(_interface(f"{at}/{i}", each) for i, each in enumerate(_items(at, value)))),
    "consumes": _into("consumes", _strings),
    "contacts": _into("contacts", _strings),
    "successor": _into("successor", read_id),
    "decided": _into("decided", _decision),
}
KEYS: tuple[str, ...] = tuple(_READERS)
