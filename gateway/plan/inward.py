"""The `request:` of a provider, compiled into the steps that write its call, whatever format it speaks.

Laws: 1. What the caller sends beyond the bindings does not pass. 2. What is translated is held to the provider's schema unless a proof says
that it keeps to it. 3. A value that has no counterpart, or is not as a mapping assumes, is counted where it is refused.
Must not know: callers, grants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..translate.bind import BoundRequest, Written, compile_request
from ..translate.compile import Compiled
from ..translate.dialect import SOAP
from ..translate.params import family_of
from ..translate.prove.read import has_assumption
from ..values.faults import Refused
from ..values.model import Json
from ..values.route import Exchange, Step
from .calls import OPAQUE, count_cells, make_guard
from .markup import Inward, make_write_message
from .messages import accept_of, as_post, build_head, build_message_writer, check_keys, format_of
from .once import key_steps
from .providers import NOT_COMPILED, Site, answer_type, build_dialect, check_their_address
from .proving import Inquiry
from .steps import Guard, count_findings, make_pass_call, make_write_call
from .telling import make_tell_bindings, make_tell_call, make_telling

_HERE = ("provider", "request")


def build_inward(site: Site) -> tuple[Step, ...] | None:
    """Compile the `request:` of a provider into the steps that write the provider's call; None where something is wrong, which is noted."""
    steps, keys = _build_call(site), key_steps(site)
    return None if steps is None else (*steps, *keys)


def _build_call(site: Site) -> tuple[Step, ...] | None:
    form, request = format_of(site.upstream_document), site.request
    if not check_keys(site.document, form, site.notes):
        return None
    bound = _bind(site, request, form)
    if bound is None or bound.write is None:
        return None
    check_their_address(site, request, _HERE)
    effect = site.document.value["effect"]
    if site.is_streamed or site.call.body == OPAQUE:
        return (make_pass_call(site.upstream, effect, bound.method, bound.write, is_streamed=site.is_streamed),)
    target = _target_schema(site, request)
    if target and site.shelf.find_schema(target) is None:
        return None
    guard = _guard_request(site, bound, request, target)
    write = count_refused(bound.write, guard)
    if form == "json":
        return _with_telling(site, bound, make_write_call(site.upstream, effect, bound.method, write, guard))
    inward = _write_message(site, form, replace(bound, write=write), target, guard)
    return None if inward is None else _with_telling(site, bound, make_write_message(inward))


def _bind(site: Site, request: Json, form: str) -> BoundRequest | None:
    plain, base = as_post(request, site.upstream.base) if form in SOAP else (request, site.upstream.base)
    accept = "" if form == "json" and answer_type(site.document) == OPAQUE else accept_of(form)
    shelf = site.shelf
    content_type = "application/json" if form == "json" else ""
    bound = compile_request(plain, site.call.shape, shelf.library, shelf.mappings, base, accept, content_type)
    if site.notes.note_problems(site.document, _HERE, bound.problems, NOT_COMPILED):
        return None
    Inquiry(site.shelf, site.notes, site.document).note_texts(bound, site.call.shape, request, _HERE)
    return bound


def _write_message(site: Site, form: str, bound: BoundRequest, target: str, guard: Guard | None) -> Inward | None:
    """Give how a call in XML or SOAP is written."""
    request, dialect = site.request, build_dialect(site)
    if dialect is None or bound.write is None:
        return None
    effect, method = site.document.value["effect"], bound.method.encode()
    if form not in SOAP and "body" not in request and "mapping" not in request:
        return Inward(site.upstream, effect, method, b"", bound.write, None, None)
    write = build_message_writer(site.document, site.shelf, dialect, site.upstream, target, site.notes)
    return None if write is None else Inward(site.upstream, effect, method, build_head(request, form), bound.write, write, guard)


def _guard_request(site: Site, bound: BoundRequest, request: Json, target: str) -> Guard | None:
    """Make what holds the provider's call to its schema, as its `check:` says, and counts what cannot be written."""
    mode = request.get("check", "enforce")
    if mode != "enforce" and request.get("mapping"):
        site.notes.note(site.document, (*_HERE, "check"), "JB-MAP-090", "a mapping's result is held to its schema", "check: enforce")
    if target and not _is_request_proved(site, bound, target):
        return make_guard(site.shelf, site.layout, site.document.id, "request", target, mode)
    is_counted = has_assumption(bound.writes)
    return Guard(None, mode, cells=count_cells(site.layout, site.document.id, "request", mode)) if is_counted else None


def _is_request_proved(site: Site, bound: BoundRequest, target: str) -> bool:
    """Say whether the translated body needs no second check; what is put into an old document is always checked."""
    inquiry = Inquiry(site.shelf, site.notes, site.document)
    unknown = site.document.value["call"].get("unknown", "refuse")
    mapping = site.document.value["provider"]["request"].get("mapping")
    if site.call.has_old:
        if isinstance(mapping, str) and mapping in site.shelf.mappings:
            inquiry.note_put(site.shelf.mappings[mapping])
        return False
    if isinstance(mapping, str) and mapping in site.shelf.mappings:
        return inquiry.is_mapping_proved(site.shelf.mappings[mapping], "to_agency", unknown)
    return inquiry.is_request_proved(bound, site.call.shape, target, unknown)


def _target_schema(site: Site, request: Json) -> str:
    """Give the provider's schema that a translated body is held to; empty where the body is the canonical one, or none."""
    mapping = request.get("mapping")
    if isinstance(mapping, str) and mapping in site.shelf.mappings:
        return site.shelf.mappings[mapping].agency_schema
    return str(request.get("schema") or "")


def count_refused(write: Callable[[Exchange], Written], guard: Guard | None) -> Callable[[Exchange], Written]:
    """Give a writer that counts by keyword what has no counterpart; the same one where nothing of it is counted."""
    if guard is None:
        return write

    def write_counted(x: Exchange) -> Written:
        try:
            return write(x)
        except Refused as refused:
            count_findings(guard, x, refused.fault.findings)
            raise

    return write_counted


def _count_outcomes(site: Site, compiled: Compiled, write: Step) -> Step:
    """Give the step that also counts what a mapping has translated and what it could not."""
    done, failed = (
        site.layout.add_series("jembatan_translations_total", family_of(compiled.id), "to_agency", word)
        for word in ("translated", "failed")
    )

    def write_call(x: Exchange) -> None:
        try:
            write(x)
        except Refused:
            x.ports.count(failed)
            raise
        x.ports.count(done)

    return write_call


def _with_telling(site: Site, bound: BoundRequest, write: Step) -> tuple[Step, ...]:
    """Add what counts the mapping's outcomes, and the steps that tell what mapping and bindings leave behind."""
    compiled = site.shelf.mappings.get(str(site.request.get("mapping") or ""))
    steps = [write]
    if compiled is not None:
        steps = [_count_outcomes(site, compiled, write)]
        tell = make_telling(site.layout, family_of(compiled.id), "to_agency", compiled.to_agency.left)
        steps += [make_tell_call(tell)] if tell is not None else []
    tell = make_telling(site.layout, f"{site.document.id}.request", "to_agency", bound.left)
    return tuple(steps if tell is None else [*steps, make_tell_bindings(tell)])
