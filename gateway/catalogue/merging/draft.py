"""A cluster as a draft federation: documents of a canonical schema, agencies, mappings, one route a provider, policies that open nothing.

Laws: 1. What is written compiles; what only a person can know is left out of it and named as a decision. 2. A column goes into a mapping
only where both sides hold the same kind of value. 3. Nothing is open: no grant, every field sensitive until somebody says otherwise.
Must not know: files, YAML's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ...values.model import Json
from ..entry import App, Field
from .columns import CanonicalField
from .plan import MergePlan
from .value import Member, is_regional, say_reason

Suggest = Callable[[Json, Json], Mapping[str, str]]
"""Give canonical field → agency field of two schemas, as `mapping suggest` would, where it is sure."""

MEMBERS = 8
FIELDS_MAX = 60
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYS = ("nik", "nip", "npwp", "nib", "number", "nomor", "_no", "no_", "code", "kode", "id")
_TEXT_CHARS = 1_000  # what the prover still models


@dataclass(frozen=True, slots=True)
class Decision:
    """What is left to a person. Shape: `where` the document or field."""

    where: str
    what: str


@dataclass(slots=True)
class Draft:
    """What is written. Shape: `files` path → documents."""

    service: str
    files: dict[str, list[Json]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)

    def write(self, path: str, *documents: Json) -> None:
        """Add documents to a file."""
        self.files.setdefault(path, []).extend(documents)

    def leave(self, where: str, what: str) -> None:
        """Leave something to a person."""
        self.decisions.append(Decision(where, what))


def draft_federation(plan: MergePlan, service: str, suggest: Suggest, members: int = MEMBERS) -> Draft:
    """Draft a federation of the members that come first in the order of migration.

    Faults: ValueError where no member has columns and a common key.
    """
    draft = Draft(service)
    able = [member for member in plan.members if member.app.fields and member.app.lifecycle in ("live", "deprecated")]
    key = _choose_key(plan, able)
    chosen = [member for member in able if member.app.id in key.members][:members]
    if not chosen:
        raise ValueError(f"no live application of {plan.cluster.id} has columns and a key that others have too: nothing to connect")
    fields = _choose_fields(plan, key, chosen)
    kinds = {one.name: _majority(one, plan) for one in fields}
    _write_gateway(draft)
    _write_canonical(draft, plan, key, fields, kinds)
    for member in chosen:
        _write_member(draft, member, key, fields, kinds, suggest)
    _write_agencies(draft, plan, chosen)
    _leave_the_rest(draft, plan, key, fields, chosen)
    return draft


def _choose_key(plan: MergePlan, able: Sequence[Member]) -> CanonicalField:
    ids = {member.app.id for member in able}
    rated = [(len(ids & set(one.members)), one) for one in plan.canonical.fields if _is_key(one) and _majority(one, plan) == "text"]
    if not rated:
        raise ValueError(f"no field of {plan.cluster.id} looks like a key (a number, code or id that two members have)")
    return min(rated, key=lambda pair: (-pair[0], pair[1].name))[1]


def _is_key(one: CanonicalField) -> bool:
    return any(word in f"_{name.lower()}_" for name, _ in one.names[:3] for word in _KEYS)


def _choose_fields(plan: MergePlan, key: CanonicalField, chosen: Sequence[Member]) -> list[CanonicalField]:
    """Give the fields that two of the chosen have; the key is always one."""
    ids = {member.app.id for member in chosen}
    need = min(2, len(ids))
    kept = [one for one in plan.canonical.fields if one is not key and len(ids & set(one.members)) >= need]
    return [key, *kept[: FIELDS_MAX - 1]]


def wire_kind(declared: str) -> str:
    """Give what a declared type most likely is in JSON: text, number, boolean, date."""
    word = declared.lower()
    if word == "date":
        return "date"
    if word.startswith(("int", "bigint", "smallint", "tinyint", "num", "dec", "float", "double", "real")):
        return "number"
    return "boolean" if word.startswith("bool") else "text"


def _majority(one: CanonicalField, plan: MergePlan) -> str:
    counts: dict[str, int] = {}
    for member in plan.members:
        names = one.members.get(member.app.id, ())
        for each in member.app.fields:
            if each.name in names:
                counts[wire_kind(each.type)] = counts.get(wire_kind(each.type), 0) + 1
    return min(counts, key=lambda kind: (-counts[kind], kind)) if counts else "text"


def _schema_of(kind: str, chars: int = _TEXT_CHARS) -> dict[str, Json]:
    schemas: dict[str, dict[str, Json]] = {
        "number": {"type": "number"},
        "boolean": {"type": "boolean"},
        "date": {"type": "string", "format": "date"},
        "text": {"type": "string", "maxLength": chars},
    }
    return schemas[kind]


def _chars(declared: str) -> int:
    found = re.fullmatch(r"\w+\((\d+)\)", declared)
    return min(int(found[1]), _TEXT_CHARS) if found and int(found[1]) else _TEXT_CHARS


def _write_gateway(draft: Draft) -> None:
    draft.write(
        "routes/gateway.yaml",
        {"gateway": draft.service, "listen": "127.0.0.1:8080", "management": "127.0.0.1:9090", "workers": 2},
        {
            "issuer": "national-idp",
            "iss": "https://idp.example",
            "audiences": ["https://jembatan.example"],
            "algorithms": ["ES256"],
            "keys": {"url": "https://idp.example/jwks.json"},
            "claims": {"agency": "agency", "user": "sub"},
        },
    )
    draft.leave("routes/gateway.yaml", "the listeners and the issuer of tokens are examples: name your own")


def _write_canonical(
    draft: Draft, plan: MergePlan, key: CanonicalField, fields: Sequence[CanonicalField], kinds: Mapping[str, str]
) -> None:
    service = draft.service
    properties = {one.name: _schema_of(kinds[one.name]) | {"title": one.name.replace("_", " "), "x-class": "sensitive"} for one in fields}
    asked = {key.name: _schema_of("text", 100) | {"minLength": 1, "title": key.name.replace("_", " "), "x-class": "personal"}}
    head = {"version": "1.0.0", "type": "object"}
    draft.write(
        "schemas/canonical/record.yaml",
        {"schema": f"{service}-key@1", **head, "title": "Key", "required": [key.name], "properties": asked},
        {"schema": f"{service}@1", **head, "title": plan.label.en or plan.label.id, "required": [key.name], "properties": properties},
    )
    draft.write(
        "routes/service.yaml",
        {
            "service": f"{service}/v1",
            "owner": plan.records[0].app.owner if plan.records else plan.owners[0],
            "title": {"id": plan.label.id, "en": plan.label.en or plan.label.id},
            "lifecycle": "building",
        },
    )
    draft.leave(f"schemas: {service}@1", f"`{key.name}` is guessed to be the key that a record is looked up by")
    draft.leave(f"schemas: {service}@1", "every field is `x-class: sensitive` until somebody says what is public and what is personal")
    draft.leave(f"schemas: {service}@1", "dates, numbers and lengths are as declared; nobody has seen a document yet")


def _write_member(
    draft: Draft, member: Member, key: CanonicalField, fields: Sequence[CanonicalField], kinds: Mapping[str, str], suggest: Suggest
) -> None:
    app = member.app
    slug = app.id.replace(".", "-")
    name = f"{app.owner}/{slug}"
    mapped = _map_fields(draft, app, fields, kinds)
    theirs = mapped[key.name]
    by_name = {each.name: each for each in app.fields}
    properties = {each: _schema_of(kinds[one], _chars(by_name[each].type)) for one, each in mapped.items()}
    head: dict[str, Json] = {"version": "1.0.0", "type": "object", "required": [theirs]}
    schema = {"schema": f"{name}@1", **head, "title": app.title.id or app.title.en, "properties": dict(sorted(properties.items()))}
    _compare_with_suggestion(draft, name, mapped, suggest(schema, draft.files["schemas/canonical/record.yaml"][1]))
    mapping: dict[str, Json] = {"mapping": name, "from": f"{name}@1", "to": f"{draft.service}@1", "fields": mapped}
    if lacks := {one.name: "not found among its columns" for one in fields if one.name not in mapped}:
        mapping["lack"] = lacks
    asks: dict[str, Json] = {"schema": f"{name}-key@1", "version": "1.0.0", "type": "object", "required": [theirs]}
    asks["properties"] = {theirs: _schema_of("text", 100)}
    draft.write(f"schemas/{app.owner}/{slug}.yaml", schema, asks, mapping)
    _write_route(draft, app, slug, key, theirs)


def _map_fields(draft: Draft, app: App, fields: Sequence[CanonicalField], kinds: Mapping[str, str]) -> dict[str, str]:
    """Give canonical field → column: of several columns the first; of another kind of value none. Both are left to a person."""
    mapped: dict[str, str] = {}
    home = {name: one for one in fields for name in one.members.get(app.id, ())}
    for each in app.fields:
        one = home.get(each.name)
        if why := _keep_out(each, one, kinds, mapped, one is fields[0]):
            draft.leave(f"{app.id}: {each.name}", why)
        elif one is not None:
            mapped[one.name] = each.name
    return {one.name: mapped[one.name] for one in fields if one.name in mapped}


def _keep_out(each: Field, one: CanonicalField | None, kinds: Mapping[str, str], mapped: Mapping[str, str], is_key: bool) -> str:
    """Say why a column is not mapped; nothing where it is."""
    if one is None:
        return "has no place in the canonical schema: add a field, or let it go"
    if one.name in mapped:
        return f"belongs to {one.name} like {mapped[one.name]}: only one of them is mapped"
    if not _NAME.fullmatch(each.name):
        return f"belongs to {one.name}, and its name cannot stand in a mapping"
    if wire_kind(each.type) != kinds[one.name] and not is_key:
        return f"belongs to {one.name}, which is {kinds[one.name]}, and is declared as {each.type or 'nothing'}"
    return ""


def _compare_with_suggestion(draft: Draft, name: str, mapped: Mapping[str, str], suggested: Mapping[str, str]) -> None:
    for one, other in sorted(suggested.items()):
        if one in mapped and mapped[one] != other:
            draft.leave(f"mapping {name}: {one}", f"the cluster says {mapped[one]}, `mapping suggest` says {other}")


def _write_route(draft: Draft, app: App, slug: str, key: CanonicalField, theirs: str) -> None:
    variable = re.sub(r"[^A-Z0-9]", "_", slug.upper())
    operation = f"{draft.service}.{slug}.lookup"
    upstream: dict[str, Json] = {
        "upstream": f"{app.owner}.{slug}",
        "owner": app.owner,
        "entry": app.id,
        "url": f"${{env:{variable}_URL}}",
        "auth": {"bearer": {"token": f"${{env:{variable}_TOKEN}}"}},
        "dialect": {"format": "json", "http": {404: "SUBJECT_NOT_FOUND"}},
        "limits": {"connect": "500ms", "answer": "5s", "connections": 16, "body": "256KiB"},
    }
    provider = {
        "upstream": f"{app.owner}.{slug}",
        "request": {"method": "POST", "path": "/lookup", "schema": f"{app.owner}/{slug}-key@1", "body": {theirs: f"body.{key.name}"}},
        "response": {"mapping": f"{app.owner}/{slug}"},
    }
    route: dict[str, Json] = {
        "route": operation,
        "title": {"id": f"Cari di {app.title.id or app.title.en}", "en": f"Look up in {app.title.en or app.title.id}"},
        "entry": app.id,
        "call": {"method": "POST", "path": f"/{draft.service}/v1/{slug}/lookup", "body": f"{draft.service}-key@1"},
        "answer": f"{draft.service}@1",
        "effect": "read",
        "provider": provider,
        "limits": {"deadline": "6s", "body": "4KiB"},
    }
    draft.write(f"routes/{slug}.yaml", upstream, route)
    offered = [operation for interface in app.interfaces for operation in interface.operations]
    said = f"it offers {', '.join(offered[:4])}" if offered else "it says no operation"
    draft.leave(f"upstream {app.owner}.{slug}", f"address, credential, path and envelope are guessed: {said}")


def _write_agencies(draft: Draft, plan: MergePlan, chosen: Sequence[Member]) -> None:
    record = {plan.records[0].app.owner} if plan.records else set()
    for owner in sorted({member.app.owner for member in chosen} | record):
        named = owner.replace("-", " ").title()
        identity = [{"jwt": {"issuer": "national-idp", "claims": {"agency": owner}}}]
        document = {"agency": owner, "title": {"id": named, "en": named}, "class": _guess_class(owner), "identity": identity}
        draft.write("routes/agencies.yaml", document)
    draft.leave("routes/agencies.yaml", "titles and classes of agencies are guessed from their ids")
    apps: list[Json] = []
    for member in chosen:
        title = {"id": member.app.title.id or member.app.title.en} | ({"en": member.app.title.en} if member.app.title.en else {})
        apps.append({"app": member.app.id, "owner": member.app.owner, "title": title, "lifecycle": member.app.lifecycle})
    draft.write("routes/apps.yaml", *apps)
    operations = [f"{draft.service}.{member.app.id.replace('.', '-')}.lookup" for member in chosen]
    title = {"id": plan.label.id, "en": plan.label.en or plan.label.id}
    closed = {"policy": draft.service, "title": title, "operations": operations, "classes": ["personal"], "grants": []}
    draft.write("policies/closed.yaml", closed)
    draft.leave(f"policy {draft.service}", "nobody may call: who may, for which purpose, and what they see is to be decided")


def _guess_class(owner: str) -> str:
    return "local_government" if is_regional(owner) else "ministry"


def _leave_the_rest(draft: Draft, plan: MergePlan, key: CanonicalField, fields: Sequence[CanonicalField], chosen: Sequence[Member]) -> None:
    ids = {member.app.id for member in chosen}
    rest = [member.app for member in plan.members if member.app.id not in ids]
    without = sum(app.id not in key.members for app in rest)
    draft.leave("members", f"{len(rest)} of {len(plan.members)} members are not in this draft; {without} of them have no `{key.name}`")
    if left := len(plan.canonical.fields) - len(fields):
        draft.leave("fields", f"{left} candidate fields are left out: no two members here have them")
    if plan.records:
        why = "; ".join(say_reason(one, "en") for one in plan.records[0].reasons)
        draft.leave("system of record", f"{plan.records[0].app.id} is proposed: {why}")
    draft.leave("routes", "one route a provider, until a table of providers makes them one operation")
