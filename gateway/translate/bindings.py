"""Reading bindings: `destination: source` for slots, query, headers and a body's fields, with all that is wrong in them.

Laws: 1. A required destination is fed by what is surely there, or refuses absence. 2. Each leaf of the call is claimed.
Must not know: how a call is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .chain import CODE_TYPE, Chain, build_chain
from .compile import find_schema
from .ir import Copy, Put, Write
from .leftover import Leftover
from .library import Library
from .mapping import CODE_REASON, CODE_TWICE, DROP_KINDS, NESTING_MAX
from .mapping_forms import CODE_FORM, read_path
from .operators.assume import Assumption
from .paths import EVERY, ITEM, SCALARS, Lost, Place, Segments, Shape, Types, find_place, is_meeting, list_leaves, show_path, type_of
from .presence import CODE_OPTIONAL, CODE_UNFED, find_unfed
from .problems import is_json
from .references import CALL_ROOTS, CallShape, find_reference
from .scope import CODE_UNKNOWN, steps_of
from .target import check_header_name, write_header_value, write_query_value, write_slot

CODE_UNBOUND, CODE_VALUE, CODE_SCHEMA = "JB-BND-020", "JB-BND-012", "JB-BND-005"
TEXT_PARTS = ("params", "query", "headers")
_FORM_KEYS = ("from", "via", "absent")


@dataclass(slots=True)
class Draft:
    """What reading has found so far. Shape: targets of `writes` begin with params, query, headers or body; `claims` are source paths."""

    library: Library
    call: Shape
    problems: list[Problem] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    claims: set[Segments] = field(default_factory=set)
    assumptions: list[Assumption] = field(default_factory=list)
    left: list[Leftover] = field(default_factory=list)


Bound: TypeAlias = "Copy | Put"


def read_texts(draft: Draft, request: Json, slots: tuple[str, ...]) -> None:
    """Read `params`, `query` and `headers`; their names are taken as they stand, without nesting."""
    for part in TEXT_PARTS:
        table = request.get(part) or {}
        if not isinstance(table, dict):
            draft.problems.append(Problem((part,), CODE_FORM, f"`{part}` is a table name: source"))
            continue
        for name, source in table.items():
            if isinstance(name, str) and name:
                _read_text(draft, part, name, source)
            else:
                draft.problems.append(Problem((part, name), CODE_FORM, "a name is a text", "quote it"))
    _check_headers(draft, request)
    _check_slots(draft, request, slots)


def _check_headers(draft: Draft, request: Json) -> None:
    table = request.get("headers")
    seen: set[str] = set()
    for name in table if isinstance(table, dict) else ():
        at = ("headers", name)
        check_header_name(str(name), at, draft.problems)
        if str(name).lower() in seen:
            draft.problems.append(Problem(at, CODE_TWICE, f"`{name}` is bound twice", "capitals do not tell headers apart; keep one", True))
        seen.add(str(name).lower())


def _read_text(draft: Draft, part: str, name: str, source: Json) -> None:
    types = SCALARS | {"array"} if part == "query" else SCALARS
    bound = read_binding(draft, (part, name), source, (part, name), types)
    if isinstance(bound, Put):
        _check_constant(bound.value, part, bound.at, draft.problems)
    elif bound is not None and part == "params" and bound.conditions:
        message = f"the slot {{{name}}} is fed by what may be absent"
        draft.problems.append(Problem(bound.at, CODE_OPTIONAL, message, "`absent: error` refuses such a call"))
    if bound is not None:
        draft.writes.append(bound)


def _check_slots(draft: Draft, request: Json, slots: tuple[str, ...]) -> None:
    given = request.get("params") if isinstance(request.get("params"), dict) else {}
    for name in slots:
        if name not in given:
            draft.problems.append(Problem(("path",), CODE_UNFED, f"nothing feeds the slot {{{name}}}", f"params: {{{name}: path.{name}}}"))
    for name in given:
        if name not in slots:
            hint = suggest_name(str(name), slots) or "query parameters are bound under `query:`"
            draft.problems.append(Problem(("params", name), CODE_UNBOUND, f"the path has no slot {{{name}}}", hint, True))
    for name in sorted({name for name in slots if slots.count(name) > 1}):
        draft.problems.append(Problem(("path",), CODE_TWICE, f"the slot {{{name}}} stands in the path twice"))


def _check_constant(value: Json, part: str, at: Path, problems: list[Problem]) -> None:
    write = {"params": write_slot, "query": write_query_value, "headers": write_header_value}[part]
    try:
        for item in value if part == "query" and isinstance(value, list) else [value]:
            write(item)
    except ValueError:
        problems.append(
            Problem(at, CODE_VALUE, "this constant cannot stand there", "a text, a number or a boolean; in a header visible ASCII")
        )


def read_binding(draft: Draft, at: Path, source: Json, target: Segments, types: Types) -> Bound | None:
    """Read one source: a reference, `{const: …}` or `{from, via, absent}`."""
    if isinstance(source, dict) and "const" in source:
        return _read_constant(draft, at, source, target, types)
    given = source if isinstance(source, dict) else {"from": source}
    for key in sorted(given.keys() - set(_FORM_KEYS), key=str):
        hint = suggest_name(str(key), _FORM_KEYS) or "from, via, absent; or const"
        draft.problems.append(Problem((*at, key), CODE_FORM, f'unknown key "{key}" of a source', hint))
    if "from" not in given:
        draft.problems.append(Problem(at, CODE_FORM, "a source is a reference, {const: …} or {from: …, via: […]}"))
        return None
    absent = given.get("absent", "omit")
    if absent not in ("omit", "error"):
        draft.problems.append(
            Problem((*at, "absent"), CODE_FORM, "`absent` is omit or error", suggest_name(str(absent), ("omit", "error")))
        )
    place = find_reference(given["from"], draft.call, (*at, "from") if given is source else at, draft.problems)
    return None if place is None else _bind_place(draft, at, given, place, target, types)


def _bind_place(draft: Draft, at: Path, given: Mapping[str, Json], place: Place, target: Segments, types: Types) -> Copy | None:
    chain = _read_chain(draft, at, given.get("via"), place, types)
    if chain is None:
        return None
    fill, steps = chain.null_as, steps_of(chain, "to_agency")
    return Copy(
        at, place, target, steps, chain.default, False, fill, fill, "null" in types and types != EVERY, given.get("absent") == "error"
    )


def _read_constant(draft: Draft, at: Path, source: Json, target: Segments, types: Types) -> Bound | None:
    value = source["const"]
    if len(source) > 1 or not is_json(value):
        draft.problems.append(Problem(at, CODE_FORM, "`const` stands alone, with a JSON value", "quote it"))
    elif not is_meeting(frozenset({type_of(value)}), types):
        draft.problems.append(Problem((*at, "const"), CODE_TYPE, f"{' or '.join(sorted(types))} is wanted here", "quote it"))
    return Put(at, target, value)


def _read_chain(draft: Draft, at: Path, via: Json, place: Place, types: Types) -> Chain | None:
    draft.claims.add(place.path)
    source, chain = place.shape.types, Chain()
    if via is not None:
        chain, problems = build_chain(via, (*at, "via"), types, source, draft.library, is_from_canonical=True)
        if problems:
            draft.problems.extend(problems)
            return None
    draft.assumptions.extend(op for op in chain.operators if isinstance(op, Assumption))
    wanted = chain.operators[-1].canonical if chain.operators else types
    if not is_meeting(source - {"null"} or source, wanted):
        gives, wants = " or ".join(sorted(source)), " or ".join(sorted(wanted))
        draft.problems.append(
            Problem(at, CODE_TYPE, f"{wants} is wanted and {show_path(place.path)} is {gives}", "an operator in `via` may convert it")
        )
        return None
    return chain


def read_body(draft: Draft, request: Json, call: CallShape) -> None:
    """Read `body`: a table of bindings, or one reference for the whole."""
    body, name = request.get("body"), request.get("schema")
    shape = find_schema(name, ("schema",), draft.library, draft.problems) if name is not None else None
    if isinstance(body, dict) and name is None:
        draft.problems.append(Problem(("body",), CODE_SCHEMA, "a body with bindings names its target", "schema: NAME@MAJOR"))
    elif isinstance(body, dict) and shape is not None:
        _read_fields(draft, body, shape)
    elif isinstance(body, str):
        _read_whole(draft, body, call, shape.types if shape else EVERY)
    elif body is not None and not isinstance(body, dict):
        draft.problems.append(Problem(("body",), CODE_FORM, "`body` is a table destination: source, or a reference"))


def _read_whole(draft: Draft, body: str, call: CallShape, types: Types) -> None:
    if call.is_opaque and body != "body":
        draft.problems.append(Problem(("body",), CODE_FORM, "nothing is known inside an opaque body", "body: body"))
        return
    bound = read_binding(draft, ("body",), body, ("body",), types)
    if bound is not None and not call.is_opaque:
        draft.writes.append(bound)


def _read_fields(draft: Draft, body: Json, shape: Shape) -> None:
    writes: list[Write] = []
    before = len(draft.problems)
    _read_table(draft, body, ("body",), (), shape, writes)
    seen: set[Segments] = set()
    for target, at in sorted((write.target, write.at) for write in writes if isinstance(write, Copy | Put)):
        if any(target[:depth] in seen for depth in range(len(target) + 1)):
            draft.problems.append(Problem(at, CODE_TWICE, f"{show_path(target)} is bound twice"))
        seen.add(target)
    if len(draft.problems) == before:
        draft.problems += find_unfed(writes, shape, "the target", ("body",))
    draft.writes += [_below_body(write) for write in writes if isinstance(write, Copy | Put)]


def _below_body(write: Bound) -> Bound:
    if isinstance(write, Put):
        return Put(write.at, ("body", *write.target), write.value)
    return Copy(
        write.at, write.source, ("body", *write.target), write.steps, write.omit, False, write.fill, write.fill_null, write.is_null_passed,
        write.is_absence_refused,
    )  # fmt: skip


def _read_table(draft: Draft, table: Json, at: Path, prefix: Segments, shape: Shape, writes: list[Write]) -> None:
    for key, source in table.items():
        path = read_path(key, (*at, key), draft.problems)
        if path is None:
            continue
        target, here = prefix + path, (*at, key)
        found = find_place(shape, target)
        if isinstance(found, Lost):
            hint = suggest_name(found.name, found.known) or (f"known there: {', '.join(sorted(found.known)[:8])}" if found.known else "")
            why = found.why or f'unknown name "{found.name}"'
            draft.problems.append(Problem(here, CODE_UNKNOWN, f"{show_path(target)} leads nowhere in the target: {why}", hint, True))
        elif isinstance(source, dict) and source and not {"from", "const"} & source.keys() and len(target) < NESTING_MAX:
            _read_table(draft, source, here, target, shape, writes)
        else:
            types = found.shape.types
            bound = read_binding(draft, here, source, target, types)
            if isinstance(bound, Copy):
                _check_null(draft, bound, types)
            if bound is not None:
                writes.append(bound)


def _check_null(draft: Draft, bound: Copy, types: Types) -> None:
    given = bound.source.shape.types
    if "null" in given and given != EVERY and "null" not in types and bound.fill_null is None:
        draft.problems.append(Problem(bound.at, "JB-MAP-013", "the source may be null and the destination may not", "via: [{null_as: …}]"))


def read_drop(draft: Draft, request: Json) -> None:
    """Read `drop`: references that are left behind on purpose."""
    table = request.get("drop") or {}
    if not isinstance(table, dict):
        draft.problems.append(Problem(("drop",), CODE_FORM, "`drop` is a table reference: {class, reason}"))
        return
    for name, value in table.items():
        at = ("drop", name)
        given: Mapping[str, Json] = value if isinstance(value, dict) else {}
        if given.keys() != {"class", "reason"} or given["class"] not in DROP_KINDS or not isinstance(given["reason"], str):
            hint = f"{name}: {{class: unsupported, reason: …}}; classes: {', '.join(DROP_KINDS)}"
            draft.problems.append(Problem(at, CODE_REASON, "a drop says its class and its reason", hint))
        place = find_reference(name, draft.call, at, draft.problems)
        if place is None:
            continue
        if any(place.path == claim[: len(place.path)] or claim == place.path[: len(claim)] for claim in draft.claims):
            draft.problems.append(Problem(at, CODE_TWICE, f"{name} is bound and dropped", "keep one of them", True))
        draft.claims.add(place.path)
        draft.left.append(Leftover(place.path))


def judge_call(draft: Draft) -> None:
    """Give a problem for every leaf of the call that is neither bound nor dropped."""
    for root in CALL_ROOTS:
        shape = draft.call.child(root) if (root,) not in draft.claims else None
        leaves = list(list_leaves(shape, (root,))) if shape is not None else []
        for leaf in leaves:
            is_empty_part = leaf == (root,) and root != "body"
            if not is_empty_part and not any(leaf[:depth] in draft.claims for depth in range(1, len(leaf) + 1)):
                shown = show_path(tuple(segment for segment in leaf if segment != ITEM))
                hint = f"bind it, or drop: {{{shown}: {{class: unsupported, reason: …}}}}"
                draft.problems.append(Problem((), CODE_UNBOUND, f"{show_path(leaf)} of the call is neither bound nor dropped", hint))
