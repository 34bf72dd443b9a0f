"""A `route:` document, compiled: the places of its exchange filled with steps.

Laws: 1. A route that has an error is not compiled; the others are, so that all findings come at once. 2. Every outcome that a
route can have is a series from the beginning.
Must not know: how a step works, how YAML is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..policy.cursors import Keys
from ..policy.grants import Grant, Permit
from ..policy.seals import Seal
from ..traffic.once import make_need_key
from ..values.cells import register_route_cells
from ..values.meters import Layout
from ..values.model import KEPT_MAX, Upstream
from ..values.route import Route, RouteCells, Step
from .assumed import list_relied
from .calls import OPAQUE, CanonicalCall, build_call, is_list, make_guard
from .citizens import Citizens, make_ask_consent, make_citizen_steps
from .days import end_of
from .decode import Document
from .inward import build_inward
from .lists import build_listing, make_turn_page, withhold_elements
from .notes import Notes
from .once import build_once, find_seal
from .outcomes import Ends, Outcome, find_ends, list_outcomes
from .owners import service_of
from .parameters import fill_uses, list_uses
from .providers import Site, answer_status, answer_type, build_judge, list_sources
from .shelf import Shelf
from .steps import make_read_call, make_read_parameters, make_refuse_after, read_opaque, withhold_fields
from .tables import Table
from .writeback import check_writeback, with_old

DEADLINE_S = 10.0  # of an operation that says nothing


@dataclass(frozen=True, slots=True)
class Ground:
    """What all routes of a plan are compiled on."""

    shelf: Shelf
    layout: Layout
    notes: Notes
    upstreams: Mapping[str, Upstream]
    upstream_documents: Mapping[str, Document]
    agencies: Mapping[str, Document]
    grants: Mapping[str, tuple[Grant, ...]]
    permits: Mapping[str, Permit]
    owners: Mapping[str, str]
    body_bytes_max: int
    cursors: Keys | None = None
    seal: Seal | None = None  # of the durable stores; None = there are none
    citizens: Citizens | None = None
    purposes: Mapping[str, Document] = field(default_factory=dict)
    kept_max: int = KEPT_MAX
    outcomes: dict[Ends, list[Outcome]] = field(default_factory=dict)  # alike operations end alike
    routes: Mapping[str, Document] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)


def build_route(ground: Ground, document: Document, index: int) -> Route | None:
    """Compile one route; None where something is wrong, which is noted here or where it stands."""
    check_bodies(document, ground.notes)
    call = build_call(document, ground.shelf, ground.agencies, ground.notes)
    upstream = find_upstream(ground, document)
    if call is None or upstream is None or ground.notes.is_wrong(document):
        return None
    uses = list_uses(document, ground.shelf)
    filled = fill_uses(document, uses, {}, ground.shelf, ground.notes)
    site = None if filled is None else build_site(ground, filled, call, upstream)
    if site is None:
        return None
    inward, judge = build_inward(site), build_judge(site)
    if inward is None or judge is None or ground.notes.is_wrong(document):
        return None
    return with_old(site, _make_route(site, ground, index, inward, judge))


def find_upstream(ground: Ground, document: Document) -> Upstream | None:
    """Give the one backend of a route; None where it is wrong, or a family, which is noted."""
    upstream = ground.upstreams.get(document.value["provider"]["upstream"])
    if upstream is not None and upstream.place:
        hint = "providers: {choose: {table: …, key: …}, any_of: […]}"
        ground.notes.note(document, ("provider", "upstream"), "JB-CHO-002", f"{upstream.id} is a family: nothing says which of it", hint)
    return upstream


def build_site(ground: Ground, document: Document, call: CanonicalCall, upstream: Upstream) -> Site | None:
    """Give what the steps of one provider are compiled from; None where something is wrong, which is noted."""
    value = document.value
    theirs = ground.upstream_documents[upstream.id]
    listing = build_listing(document, theirs, call, ground.layout, ground.cursors, ground.notes) if is_list(document) else None
    check_writeback(document, ground.shelf.mappings, ground.notes)
    if is_list(document) and (listing is None or ground.notes.is_wrong(document)):
        return None
    if listing is not None:
        call = replace(call, page=listing.paging.shape)
    call = replace(call, has_old=value.get("old") is not None)
    return Site(ground.shelf, ground.layout, ground.notes, document, call, upstream, theirs, listing)


def _make_route(site: Site, ground: Ground, index: int, inward: tuple[Step, ...], judge: tuple[Step, ...]) -> Route:
    document = site.document
    head = make_head(ground, document, site.call, site.upstream, index)
    listed = site.listing
    return replace(
        head,
        is_streamed=site.is_streamed,
        permit=(*weakening_steps(document), *weakening_steps(site.upstream_document), *assumption_steps(site), *head.permit),
        inward=inward if listed is None else (make_turn_page(listed), *inward),
        judge=judge,
        withhold=head.withhold if listed is None else (withhold_elements,),
    )


def make_head(ground: Ground, document: Document, call: CanonicalCall, upstream: Upstream, index: int) -> Route:
    """Make a route with all that does not hang on its provider's messages."""
    value = document.value
    limits = value.get("limits") or {}
    is_opaque = answer_type(document) in (OPAQUE, "")
    deadline_s = limits.get("deadline") or DEADLINE_S
    seal = find_seal(document, ground.seal, ground.notes)
    media_types = (b"*/*",) if call.body == OPAQUE else (b"application/json",)
    assert ground.citizens is not None, "read before any route"
    before, after = make_citizen_steps(ground.citizens, ground.shelf.registry, document)
    return Route(
        id=document.id,
        index=index,
        method=call.method,
        path=call.path,
        effect=value["effect"],
        parameters=call.parameters,
        upstream=upstream,
        body_bytes_max=limits.get("body") or ground.body_bytes_max,
        deadline_s=deadline_s,
        media_types=media_types if call.body else (),
        answer_media_type=b"" if is_opaque else b"application/json",
        permit=(ground.permits[document.id],),
        read=(*before, *_read_steps(ground, document, call), *after, *(() if seal is None else (make_need_key(seal, document.id),))),
        consent=make_ask_consent(ground.citizens, document),
        once=None if seal is None else build_once(document, seal, ground.kept_max, deadline_s, ground.layout),
        withhold=() if is_opaque else (withhold_fields,),
        answer_status=answer_status(document),
        owner=ground.owners.get(document.id, ""),
        service=service_of(call.path),
        cells=_register_cells(ground, document, call),
        where=f"{document.mark.file}:{document.mark.line}",
    )


def check_bodies(document: Document, notes: Notes) -> None:
    """Refuse what no exchange could do: checked bodies that are streamed, a schema on one side of an opaque body."""
    value = document.value
    body, answer = value["call"].get("body") or "", answer_type(document)
    if value["bodies"] == "streamed":
        for path, name in ((("call", "body"), body), (("answer",), answer)):
            if name not in (OPAQUE, ""):
                notes.note(
                    document, path, "JB-RTE-005", "a streamed body is never read, so it has no schema", "opaque, or bodies: buffered"
                )
    response = value["provider"].get("response") or {}
    if answer in (OPAQUE, "") and any(response.get(key) for key in ("mapping", "fields", "from")):
        notes.note(
            document, ("provider", "response"), "JB-RTE-006", "an answer that nobody reads cannot be translated", "name the answer's type"
        )


def weakening_steps(document: Document) -> tuple[Step, ...]:
    """Give a step for each weakening of a route or an upstream: it refuses after the end."""
    return tuple(make_refuse_after(end_of(each["until"]), each["law"]) for each in document.value.get("weakens") or ())


def assumption_steps(site: Site) -> tuple[Step, ...]:
    """Give what refuses once the first of the assumptions that a route relies on has ended."""
    relied = list_relied(site.document, site.shelf.mapping_documents)
    first = min(((until, name) for name, until in relied), default=None)
    return () if first is None else (make_refuse_after(end_of(first[0]), f"assume of {first[1]}"),)


def _read_steps(ground: Ground, document: Document, call: CanonicalCall) -> tuple[Step, ...]:
    value = document.value["call"]
    read_parameters = make_read_parameters(call.parameters, call.types)
    if call.body in ("", OPAQUE):
        steps: tuple[Step, ...] = (make_read_call(read_parameters, None),)
        return (*steps, read_opaque) if call.body else steps
    mode, unknown = value.get("check", "enforce"), value.get("unknown", "refuse")
    if mode != "enforce" and not _is_passed_whole(document):
        ground.notes.note(
            document,
            ("call", "check"),
            "JB-MAP-090",
            "a mapping starts from an enforced schema",
            "check: enforce",
        )
    return (make_read_call(read_parameters, make_guard(ground.shelf, ground.layout, document.id, "call", call.body, mode, unknown)),)


def _is_passed_whole(document: Document) -> bool:
    request = (document.value.get("provider") or {}).get("request") or {"mapping": True}
    reads_fields = any(reference.startswith("body.") for _, _, reference in list_sources(request, ("params", "query", "headers")))
    return request.get("body") in ("body", None) and not request.get("mapping") and not reads_fields


def _register_cells(ground: Ground, document: Document, call: CanonicalCall) -> RouteCells:
    callers = sorted({caller for grant in ground.grants.get(document.id, ()) for caller in grant.callers if isinstance(caller, str)})
    ends = find_ends(document, call)
    if ends not in ground.outcomes:
        ground.outcomes[ends] = list_outcomes(ends, ground.shelf.faults.values())
    return register_route_cells(ground.layout, document.id, ground.outcomes[ends], callers)
