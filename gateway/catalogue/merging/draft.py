"""A cluster as a draft federation: documents of a canonical schema, families of providers with a table of them, one route, policies that
open nothing.

Laws: 1. What is written compiles; what only a person can know is left out of it and named as a decision. 2. Nothing is open: no grant,
every field sensitive until somebody says otherwise.
Must not know: files, YAML's text.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...values.model import Json
from .columns import CanonicalField
from .draft_families import CODE, COLUMN, Frame, Suggest, write_families
from .draft_parts import Draft, schema_of, wire_kind
from .plan import MergePlan
from .value import Member, is_regional, say_reason

MEMBERS = 100
FIELDS_MAX = 60
_KEYS = ("nik", "nip", "npwp", "nib", "number", "nomor", "_no", "no_", "code", "kode", "id")


def draft_federation(plan: MergePlan, service: str, suggest: Suggest, members: int = MEMBERS) -> Draft:
    """Draft a federation of the members that come first in the order of migration.

    Faults: ValueError where no member has columns and a common key.
    """
    draft = Draft(service)
    able = [member for member in plan.members if member.app.fields and member.app.lifecycle in ("live", "deprecated")]
    key = _choose_key(plan, able)
    chosen = [member for member in able if any(map(COLUMN.fullmatch, key.members.get(member.app.id, ())))][:members]
    if not chosen:
        raise ValueError(f"no live application of {plan.cluster.id} has columns and a key that others have too: nothing to connect")
    fields = _choose_fields(plan, key, chosen)
    frame = Frame(service, fields, {one.name: _majority(one, plan) for one in fields}, suggest)
    _write_gateway(draft)
    _write_canonical(draft, plan, frame)
    write_families(draft, [member.app for member in chosen], frame)
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


def _majority(one: CanonicalField, plan: MergePlan) -> str:
    counts: dict[str, int] = {}
    for member in plan.members:
        names = one.members.get(member.app.id, ())
        for each in member.app.fields:
            if each.name in names:
                counts[wire_kind(each.type)] = counts.get(wire_kind(each.type), 0) + 1
    return min(counts, key=lambda kind: (-counts[kind], kind)) if counts else "text"


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


def _write_canonical(draft: Draft, plan: MergePlan, frame: Frame) -> None:
    service, key = draft.service, frame.key
    titles = {one.name: one.name.replace("_", " ") for one in frame.fields}
    properties = {name: schema_of(frame.kinds[name]) | {"title": title, "x-class": "sensitive"} for name, title in titles.items()}
    asked = schema_of("text", 100) | {"minLength": 1, "title": titles[key.name], "x-class": "personal"}
    head = {"version": "1.0.0", "type": "object"}
    draft.write(
        "schemas/canonical/record.yaml",
        {
            "schema": f"{service}-key@1", **head, "title": "Key", "required": ["provider", key.name],
            "properties": {"provider": CODE, key.name: asked},
        },
        {"schema": f"{service}@1", **head, "title": plan.label.en or plan.label.id, "required": [key.name], "properties": properties},
    )  # fmt: skip
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
    operations = [f"{draft.service}.record.lookup"]
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
    draft.leave(
        f"schemas: {draft.service}-key@1", "`provider` chooses whom to ask: a code that callers know (a region's, a facility's) is better"
    )
