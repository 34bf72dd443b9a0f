"""Writing to what is there already: the provider's old document is read, changed, and written with a precondition.

Laws: 1. A route that writes through a mapping which cannot give all of the agency's document back says where the old one is read.
2. The old document is held to the agency's schema; what no schema knows is kept. 3. Meanwhile changed is CONFLICT: the write carries the
old document's ETag, or its version field as it was. 4. A patch is applied to the old document's canonical form, and the result
is held to the canonical schema.
Must not know: connections, what a mapping does.
Source: RFC 9110 13.1.1 (If-Match), RFC 7396 (merge patch).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..schema.text import decode_json, encode_json
from ..translate.bind import BoundRequest, compile_request
from ..translate.compile import Compiled
from ..translate.dialect import Dialect
from ..translate.patch import merge_patch
from ..translate.paths import Lost, find_place, read_shape, show_path, split_path
from ..translate.problems import Untranslatable
from ..values.asks import CallUpstream
from ..values.faults import Finding, Refused, refuse
from ..values.route import Exchange, Route, Step
from .calls import make_guard
from .decode import Document
from .notes import Notes
from .providers import Site, build_dialect, check_their_address
from .proving import Inquiry
from .steps import Guard, check_document, is_json, judge_status, make_read_parameters

CODE_NEEDED, CODE_WRONG = "JB-RTE-007", "JB-RTE-008"
MERGE_PATCH = b"application/merge-patch+json"
_CHANGING = ("PUT", "PATCH")
_NO_TAG = Finding("", "etag", "the provider's document has no entity tag to match")


@dataclass(frozen=True, slots=True)
class _Old:
    """How the old document is read and what is made of it. Shape: `canonical` guards a patched document; None = no patch."""

    dialect: Dialect
    payload: Guard
    mapping: Compiled
    has_etag: bool
    canonical: Guard | None


def check_writeback(document: Document, mappings: dict[str, Compiled], notes: Notes) -> None:
    """Note a change that would lose what the mapping does not give back."""
    value = document.value
    request = value["provider"]["request"]
    mapping = mappings.get(str(request.get("mapping") or ""))
    method = value["call"]["method"]
    if value.get("old") is not None or value["effect"] == "read":
        return
    if method == "PATCH" and mapping is not None:
        notes.note(document, ("call", "method"), CODE_NEEDED, "a patch changes the provider's old document, and nothing reads it", _HINT)
    elif method in _CHANGING and mapping is not None and mapping.kept:
        shown = ", ".join(mapping.kept[:3]) + (" …" if len(mapping.kept) > 3 else "")
        message = f"{mapping.id} cannot give {shown} back, and this {method} would lose what the provider has there"
        notes.note(
            document, ("provider", "request", "mapping"), CODE_NEEDED, message, _HINT, "what is written would be less than what was there"
        )


_HINT = "old: {request: …, match: etag}"


def with_old(site: Site, route: Route) -> Route | None:
    """Give the route with what comes before its write; None where that is wrong, which is noted."""
    old = site.document.value.get("old")
    if old is None:
        return route
    mapping = site.shelf.mappings.get(str(site.request.get("mapping") or ""))
    if not _is_writable(site, mapping) or mapping is None:
        return None
    bound = compile_request(old["request"], site.call.shape, site.shelf.library, {}, site.upstream.base, is_partial=True)
    check_their_address(site, old["request"], ("old", "request"))
    dialect = build_dialect(site)
    if site.notes.note_problems(site.document, ("old", "request"), bound.problems) or bound.write is None or dialect is None:
        return None
    Inquiry(site.shelf, site.notes, site.document).note_texts(bound, site.call.shape, old["request"], ("old", "request"))
    if not _is_matching(site, old["match"], mapping):
        return None
    return _attach(site, route, bound, _read_how(site, dialect, mapping, old["match"] == "etag"))


def _read_how(site: Site, dialect: Dialect, mapping: Compiled, has_etag: bool) -> _Old:
    def guard(direction: str, schema: str, unknown: str) -> Guard:
        return make_guard(site.shelf, site.layout, site.document.id, direction, schema, "enforce", unknown)

    patched = guard("patched", site.call.body, "refuse") if site.call.method == "PATCH" else None
    return _Old(dialect, guard("old", mapping.agency_schema, "keep"), mapping, has_etag, patched)


def _attach(site: Site, route: Route, bound: BoundRequest, how: _Old) -> Route:
    write, verb = bound.write, bound.method.encode()
    assert write is not None

    def ask(x: Exchange) -> CallUpstream:
        target, head, body = write(x)
        return CallUpstream(site.upstream, "read", verb, target, head, None if body is None else encode_json(body))

    inward = (*route.inward, _set_match) if how.has_etag else route.inward
    changed = replace(route, before=((ask, make_take_old(how)),), inward=inward)
    if how.canonical is None:
        return changed
    return replace(changed, read=(make_read_patch(site), *route.read[1:]), media_types=(MERGE_PATCH,))


def _is_writable(site: Site, mapping: Compiled | None) -> bool:
    """Note where an old document has no use, or cannot be read as the mapping needs it."""
    document, notes = site.document, site.notes
    at = ("old",)
    if document.value["effect"] == "read":
        notes.note(document, at, CODE_WRONG, "a read writes nothing back", "take it out", on_key=True)
    elif mapping is None:
        notes.note(
            document, at, CODE_WRONG, "without a mapping in the request nothing is put into the old document", "mapping: …", on_key=True
        )
    elif mapping.put is None or mapping.to_canonical.run is None:
        notes.note(document, at, CODE_WRONG, f"{mapping.id} does not run both ways", "mend the mapping", on_key=True)
    elif (site.upstream_document.value.get("dialect") or {}).get("format", "json") != "json" or site.listing is not None:
        notes.note(document, at, CODE_WRONG, "an old document is one JSON document", "take it out", on_key=True)
    return not notes.is_wrong(document)


def _is_matching(site: Site, match: str, mapping: Compiled) -> bool:
    """Note a version field that the agency's document has not, or that the mapping writes itself."""
    if match == "etag":
        return True
    schemas = site.shelf.library.schemas
    try:
        path = split_path(match)
    except ValueError:
        path = (match,)
    at = ("old", "match")
    if isinstance(find_place(read_shape(schemas[mapping.agency_schema], schemas), path), Lost):
        site.notes.note(site.document, at, CODE_WRONG, f"{mapping.agency_schema} has no field {match}", "etag, or the version field")
    elif show_path(path) not in mapping.kept:
        site.notes.note(
            site.document, at, CODE_WRONG, f"{mapping.id} writes {match} itself, so it would not be the old one's", "drop it there"
        )
    return not site.notes.is_wrong(site.document)


def _set_match(x: Exchange) -> None:
    """Add the precondition to the write."""
    assert x.call is not None
    x.call.head += b"If-Match: " + x.version + b"\r\n"


def make_read_patch(site: Site) -> Step:
    """Make the step that reads a merge patch; what it makes of the old document is checked when that is there.

    Faults: NOT_JSON, CALL_INVALID.
    """
    read_parameters = make_read_parameters(site.call.parameters, site.call.types)

    def read_patch(x: Exchange) -> None:
        findings = read_parameters(x)
        x.body = decode_json(x.raw)
        if not isinstance(x.body, dict):
            findings.append(Finding("", "type", "a merge patch is an object"))
        if findings:
            raise refuse("CALL_INVALID", *findings)

    return read_patch


def make_take_old(how: _Old) -> Step:
    """Make the step that takes the old document from the provider's reply, and applies a patch to it.

    Faults: those of the table of provider answers; PROVIDER_INVALID; CALL_INVALID where the patched document is not valid.
    """

    def take_old(x: Exchange) -> None:
        judge_status(how.dialect, x)
        reply = x.reply
        assert reply is not None
        if not is_json(reply.headers.get(b"content-type", b"")):
            raise refuse("PROVIDER_MEDIA_TYPE")
        try:
            document = decode_json(reply.body)
        except Refused as refused:
            raise refuse("PROVIDER_INVALID", reason="not JSON") from refused
        x.old, findings = check_document(how.payload, x, how.dialect.open_envelope(document))
        if findings:
            raise refuse("PROVIDER_INVALID", *findings, reason="old document")
        x.version = reply.headers.get(b"etag", b"")
        if how.has_etag and not x.version:
            raise refuse("PROVIDER_INVALID", _NO_TAG, reason="old document")
        if how.canonical is not None:
            _apply_patch(how, how.canonical, x)

    return take_old


def _apply_patch(how: _Old, canonical: Guard, x: Exchange) -> None:
    run = how.mapping.to_canonical.run
    assert run is not None
    try:
        before = run(x.old)
    except Untranslatable as untranslatable:
        raise refuse("PROVIDER_INVALID", *untranslatable.findings, reason="untranslatable old document") from untranslatable
    x.body, findings = check_document(canonical, x, merge_patch(before, x.body))
    if findings:
        raise refuse("CALL_INVALID", *findings)
