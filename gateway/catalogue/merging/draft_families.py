"""The providers of a draft: applications that write the same columns are one family, each one a row of the table that chooses.

Laws: 1. Every chosen application is one row, and every family has a row. 2. A column goes into a mapping only where both sides hold the
same kind of value. 3. An address that nobody knows is an example's (`.example`), and said to be one.
Must not know: files, YAML's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ...values.model import Json
from ..entry import App, Field
from .columns import CanonicalField
from .draft_parts import Draft, chars_of, schema_of, wire_kind

Suggest = Callable[[Json, Json], Mapping[str, str]]
"""Give canonical field → agency field of two schemas, as `mapping suggest` would, where it is sure."""

CODE = {"type": "string", "pattern": "^[a-z0-9][a-z0-9.-]*$", "maxLength": 100, "title": "Provider", "x-class": "public"}
COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Frame:
    """What every family is drafted with. Shape: `fields` the canonical ones, the first of them the key; `kinds` name → kind."""

    service: str
    fields: Sequence[CanonicalField]
    kinds: Mapping[str, str]
    suggest: Suggest

    @property
    def key(self) -> CanonicalField:
        """Give the field that a record is looked up by."""
        return self.fields[0]


@dataclass(frozen=True, slots=True)
class Family:
    """Applications that write the canonical fields by the same columns. Shape: `mapped` canonical field → column."""

    name: str
    apps: tuple[App, ...]
    mapped: Mapping[str, str]


def write_families(draft: Draft, apps: Sequence[App], frame: Frame) -> None:
    """Write table, families with their schemas and mappings, and the one route over all of them."""
    families = group_families(draft, apps, frame)
    table = f"{frame.service}-providers"
    codes = name_rows(apps)
    for family in families:
        _write_shapes(draft, family, frame)
        _write_upstream(draft, family, table)
    _write_table(draft, families, codes, table)
    _write_route(draft, families, frame, table)


def group_families(draft: Draft, apps: Sequence[App], frame: Frame) -> list[Family]:
    """Group applications by the columns that go into their mappings; what goes into none is left to a person."""
    groups: dict[tuple[tuple[str, str], ...], list[App]] = {}
    for app in apps:
        groups.setdefault(tuple(_map_fields(draft, app, frame).items()), []).append(app)
    return [Family(listed[0].id.replace(".", "-"), tuple(listed), dict(mapped)) for mapped, listed in groups.items()]


def name_rows(apps: Sequence[App]) -> dict[str, str]:
    """Give each application the code that callers choose it by: its owner's id where each owner has one, else its own."""
    is_owner = len({app.owner for app in apps}) == len(apps)
    return {app.id: app.owner if is_owner else app.id for app in apps}


def _map_fields(draft: Draft, app: App, frame: Frame) -> dict[str, str]:
    """Give canonical field → column: of several columns the first; of another kind of value none. Both are left to a person."""
    mapped: dict[str, str] = {}
    home = {name: one for one in frame.fields for name in one.members.get(app.id, ())}
    for each in app.fields:
        one = home.get(each.name)
        if why := _keep_out(each, one, mapped, frame):
            draft.leave_column(app.id, each.name, why)
        elif one is not None:
            mapped[one.name] = each.name
    return {one.name: mapped[one.name] for one in frame.fields if one.name in mapped}


def _keep_out(each: Field, one: CanonicalField | None, mapped: Mapping[str, str], frame: Frame) -> str:
    """Say why a column is not mapped; nothing where it is."""
    if one is None:
        return "has no place in the canonical schema: add a field, or let it go"
    if one.name in mapped:
        return f"belongs to {one.name} like {mapped[one.name]}: only one of them is mapped"
    if not COLUMN.fullmatch(each.name):
        return f"belongs to {one.name}, and its name cannot stand in a mapping"
    if wire_kind(each.type) != frame.kinds[one.name] and one is not frame.key:
        return f"belongs to {one.name}, which is {frame.kinds[one.name]}, and is declared as {each.type or 'nothing'}"
    return ""


def _write_shapes(draft: Draft, family: Family, frame: Frame) -> None:
    """Write what a family answers, what it is asked with, and its mapping."""
    theirs = family.mapped[frame.key.name]
    declared = {
        name: max(chars_of(each.type) for app in family.apps for each in app.fields if each.name == name) for name in family.mapped.values()
    }
    properties = {name: schema_of(frame.kinds[one], declared[name]) for one, name in family.mapped.items()}
    head: dict[str, Json] = {"version": "1.0.0", "type": "object", "required": [theirs]}
    title = family.apps[0].title.id or family.apps[0].title.en
    schema = {"schema": f"{family.name}/record@1", **head, "title": title, "properties": dict(sorted(properties.items()))}
    suggested = frame.suggest(schema, draft.files["schemas/canonical/record.yaml"][-1])
    for one, other in sorted(suggested.items()):
        if family.mapped.get(one, other) != other:
            draft.leave(f"mapping {family.name}/record: {one}", f"the cluster says {family.mapped[one]}, `mapping suggest` says {other}")
    mapping: dict[str, Json] = {"mapping": f"{family.name}/record", "from": f"{family.name}/record@1", "to": f"{frame.service}@1"}
    mapping["fields"] = dict(family.mapped)
    if lacks := {one.name: "not found among its columns" for one in frame.fields if one.name not in family.mapped}:
        mapping["lack"] = lacks
    asks: dict[str, Json] = {"schema": f"{family.name}/key@1", **head, "properties": {theirs: schema_of("text", 100)}}
    draft.write(f"schemas/families/{family.name}.yaml", schema, asks, mapping)


def _write_upstream(draft: Draft, family: Family, table: str) -> None:
    upstream: dict[str, Json] = {
        "upstream": family.name,
        "per": {"table": table, "where": {"software": family.name}},
        **({"entry": family.apps[0].id} if len(family.apps) == 1 else {}),
        "auth": {"bearer": {"token": {"secret_dir": f"/run/secrets/{family.name}", "name": "row.code"}}},
        "dialect": {"format": "json", "http": {404: "SUBJECT_NOT_FOUND"}},
        "limits": {"connect": "500ms", "answer": "5s", "connections": 4, "family": 128, "body": "256KiB"},
    }
    draft.write("routes/families.yaml", upstream)
    offered = sorted({operation for app in family.apps for interface in app.interfaces for operation in interface.operations})
    said = f"offered are {', '.join(offered[:4])}" if offered else "no operation is said"
    draft.leave(f"upstream {family.name}", f"credential, path and envelope of {_count(len(family.apps), 'provider')} are guessed: {said}")


def _write_table(draft: Draft, families: Sequence[Family], codes: Mapping[str, str], table: str) -> None:
    known = {app.id: _find_address(app) for family in families for app in family.apps}
    rows = [
        (codes[app.id], family.name, known[app.id] or f"https://{codes[app.id].replace('.', '-')}.example", app.owner)
        for family in families
        for app in family.apps
    ]
    draft.tables["routes/providers.csv"] = [("code", "software", "url", "owner"), *sorted(rows)]
    service = draft.service
    columns = {"code": f"{service}-provider@1", "software": f"{service}-software@1", "url": "url", "owner": "agency"}
    draft.write("routes/providers.yaml", {"table": table, "file": "providers.csv", "key": "code", "columns": columns})
    names: dict[str, Json] = {"type": "string", "enum": sorted(family.name for family in families)}
    draft.write(
        "schemas/canonical/providers.yaml",
        {"schema": f"{service}-provider@1", "version": "1.0.0", **CODE},
        {"schema": f"{service}-software@1", "version": "1.0.0", "title": "Software", **names},
    )
    draft.leave(
        "routes/providers.csv", f"{len(families)} families stand for softwares that nobody named; families of one software may be joined"
    )
    if unknown := sum(not address for address in known.values()):
        draft.leave("routes/providers.csv", f"{unknown} of {len(rows)} addresses are examples (.example): nobody has said them")


def _find_address(app: App) -> str:
    """Give where an application can be reached, if one of its interfaces says so and it is encrypted."""
    for interface in app.interfaces:
        parts = urlsplit(interface.where)
        if parts.scheme == "https" and parts.hostname and parts.username is None:
            return f"https://{parts.netloc}"
    return ""


def _write_route(draft: Draft, families: Sequence[Family], frame: Frame, table: str) -> None:
    lines: list[Json] = []
    for family in families:
        body = {family.mapped[frame.key.name]: f"body.{frame.key.name}"}
        request = {"method": "POST", "path": "/lookup", "schema": f"{family.name}/key@1", "body": body}
        lines.append({"upstream": family.name, "request": request, "response": {"mapping": f"{family.name}/record"}})
    label = draft.files["routes/service.yaml"][0]["title"]
    route: dict[str, Json] = {
        "route": f"{frame.service}.record.lookup",
        "title": {"id": f"Cari {label['id']}", "en": f"Look up {label['en']}"},
        "call": {"method": "POST", "path": f"/{frame.service}/v1/lookup", "body": f"{frame.service}-key@1"},
        "answer": f"{frame.service}@1",
        "effect": "read",
        "providers": {"choose": {"table": table, "key": "body.provider", "match": "exact"}, "any_of": lines},
        "limits": {"deadline": "6s", "body": "4KiB"},
    }
    draft.write("routes/lookup.yaml", route)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
