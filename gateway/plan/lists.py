"""A route that answers with a list, compiled: the page that is asked for, its elements, the cursor to the next.

Laws: 1. A list has one form, `{items, next}`; `next` is there exactly while more is. 2. Schemas, mappings and grants describe one element.
3. A route that is no list passes nothing of this.
Must not know: how a provider's message is written or read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from ..policy.cursors import Keys, bind_cursor, open_cursor, seal_cursor
from ..schema.pointers import make_pointer
from ..schema.text import encode_json
from ..translate.paging import advance, cut_page, find_elements, plan_page
from ..translate.paging_form import CODE_PAGING, Paging, parse_paging
from ..values.faults import Finding, Refused, refuse
from ..values.meters import Layout
from ..values.model import Json
from ..values.page import START, Turning
from ..values.route import Exchange, Step
from .calls import CanonicalCall
from .decode import Document
from .notes import Notes
from .steps import Reading, check_document, translate_answer

_NOT_COMPILED = "the route has no provider, so it is refused"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of one route and its provider.

    Shape: `provider` names the upstream and its style; `is_sized` says that it is told how much a page holds; `keys` is there where
    callers may go on; `elements` is the counter of what they were given, None where somebody else counts that.
    """

    operation: str
    provider: str
    paging: Paging
    is_sized: bool
    keys: Keys | None
    elements: int | None

    @property
    def turning(self) -> Turning:
        """Give how this list is walked where it is not the caller's cursor that says where."""
        paging, is_sized = self.paging, self.is_sized
        return Turning(lambda position, want: plan_page(paging, position, want, is_sized=is_sized), partial(advance, paging), self.provider)


def note_paging(document: Document, notes: Notes) -> None:
    """Note what is wrong with the `paging:` of an upstream."""
    dialect = document.value.get("dialect") or {}
    here = ("dialect", "paging")
    notes.note_problems(document, here, parse_paging(dialect.get("paging"))[1], "no list of it can be read")
    if dialect.get("format", "json").startswith("soap") and (dialect.get("paging") or {}).get("query"):
        notes.note(document, (*here, "query"), CODE_PAGING, "a SOAP call has no query", "bind page.… in the body of each route")


def build_listing(
    document: Document, upstream: Document, call: CanonicalCall, layout: Layout, keys: Keys | None, notes: Notes
) -> Listing | None:
    """Compile the list of a route; None where something is wrong, which is noted here or with its upstream."""
    provider = document.value["provider"]
    given = (upstream.value.get("dialect") or {}).get("paging")
    paging, problems = parse_paging(given, (provider.get("response") or {}).get("items"))
    if problems:
        return None
    sent = {*paging.query.values(), *_list_sent(provider["request"])}
    _check_sent(document, paging, sent, notes)
    _check_call(document, paging, call, notes)
    can_go_on = "after" in call.pages
    if can_go_on and keys is None:
        notes.note(
            document, ("answer",), "JB-SEC-012", "cursors are sealed, and the gateway has no key for them",
            "gateway: … cursors: {key: ${env:CURSOR_KEY}}", "whoever could read a cursor could read where in the provider's data it leads",
        )  # fmt: skip
    cell = layout.add_series("jembatan_list_elements_total", document.id)
    name = f"{upstream.id} {paging.style}"
    return Listing(document.id, name, paging, "page.size" in sent, keys if can_go_on else None, cell)


def _list_sent(request: Json) -> Iterator[str]:
    """Give every reference below `page.` that a request binds."""
    for part in ("params", "query", "headers", "body"):
        queue = [request.get(part)]
        while queue:
            source = queue.pop()
            if isinstance(source, dict):
                queue += [inner for key, inner in source.items() if key not in ("const", "via", "absent")]
            elif isinstance(source, list):
                queue += source
            elif isinstance(source, str) and source.startswith("page."):
                yield source


def _check_sent(document: Document, paging: Paging, sent: set[str], notes: Notes) -> None:
    given = document.value["provider"]["request"].get("query") or {}
    for name in paging.query:
        if name in given:
            path = ("provider", "request", "query", name)
            notes.note(document, path, "JB-MAP-020", f"`{name}` is bound by the paging of the dialect too", "keep one of them", on_key=True)
    if paging.position and f"page.{paging.position}" not in sent:
        notes.note(
            document, ("provider", "request"), "JB-LST-003", f"nothing sends page.{paging.position}",
            f"bind it here, or in the dialect: paging: {{query: {{NAME: page.{paging.position}}}}}", "every page would be the first",
        )  # fmt: skip


def _check_call(document: Document, paging: Paging, call: CanonicalCall, notes: Notes) -> None:
    if "after" not in call.pages and (paging.style != "none" or "size" in call.pages):
        hint = "query: {after: optional cursor, size: optional page-size}"
        notes.note(
            document, ("call",), "JB-LST-002", "callers of a list in pages say where they go on", hint, "only the first page could be had"
        )


def check_around(document: Document, schema: str | None, form: str, listing: Listing | None, notes: Notes) -> bool:
    """Say whether a schema of the payload around the elements is there exactly where one is needed: a list in XML."""
    is_needed = listing is not None and form != "json"
    if is_needed == (schema is not None):
        return True
    here = ("provider", "response")
    if is_needed:
        message, hint = "a list in XML is read by the schema of the payload that it stands in", "schema: AGENCY/NAME@1, items: PATH"
        notes.note(document, here, "JB-XML-003", message, hint, _NOT_COMPILED)
    else:
        notes.note(document, (*here, "schema"), "JB-XML-003", "`schema` of a response is for lists in XML", "take it out", on_key=True)
    return False


def with_paging(request: Json, listing: Listing | None) -> Json:
    """Give a request with the query names that the dialect's paging binds."""
    if listing is None or not listing.paging.query:
        return request
    return {**request, "query": {**(request.get("query") or {}), **listing.paging.query}}


# --- 5 translate ----------------------------------------------------------------------------------------------------


def make_turn_page(listing: Listing) -> Step:
    """Make the step that finds out which page a call asks for.

    Faults: CURSOR_INVALID, CURSOR_EXPIRED.
    """
    keys, paging, is_sized = listing.keys, listing.paging, listing.is_sized

    def turn_page(x: Exchange) -> None:
        after, size = x.query.get("after"), x.query.get("size")
        if after is None or keys is None:
            x.page = plan_page(paging, START, size, is_sized=is_sized)
            return
        context = bind_cursor(x, listing.operation, listing.provider)
        x.page = plan_page(paging, open_cursor(keys, after, context, x.began_s), size, is_sized=is_sized)
        x.page.context = context

    return turn_page


# --- 7 judge --------------------------------------------------------------------------------------------------------


def make_read_list(listing: Listing) -> Callable[[Reading, Exchange, Json], None]:
    """Make what reads a provider's document as a page of a list, in the place of `read_payload`.

    Faults: PROVIDER_INVALID; what the envelope says.
    """
    paging, keys = listing.paging, listing.keys

    def read_list(reading: Reading, x: Exchange, document: Json) -> None:
        page = x.page
        assert page is not None, "the page was turned before the provider was asked"
        found = find_elements(paging, reading.dialect.open_envelope(document))
        given, position = cut_page(paging, page, found, document)
        page.next = position
        items = [_read_element(reading, x, paging, page.skip + index, index, element) for index, element in enumerate(given)]
        x.payload = given
        x.answer = {"items": items}
        if listing.elements is not None:
            x.ports.count(listing.elements, len(items))
        if position is not None and keys is not None:
            context = page.context or bind_cursor(x, listing.operation, listing.provider)
            x.answer["next"] = seal_cursor(keys, position, context, x.id, x.began_s)

    return read_list


def _read_element(reading: Reading, x: Exchange, paging: Paging, there: int, here: int, element: Json) -> Json:
    """Check and translate one element: the `there`-th of the provider's page, the `here`-th of the answer."""
    x.payload, findings = check_document(reading.payload, x, element)
    if findings:
        raise refuse("PROVIDER_INVALID", *_move(findings, (*paging.items, there)))
    if reading.translate is None:
        return x.payload
    try:
        return translate_answer(reading, x, reading.translate)
    except Refused as refused:
        fault = refused.fault
        path: tuple[str | int, ...] = (*paging.items, there) if fault.reason == "untranslatable" else ("items", here)
        raise Refused(replace(fault, findings=tuple(_move(fault.findings, path)))) from refused


def _move(findings: tuple[Finding, ...], path: tuple[str | int, ...]) -> Iterator[Finding]:
    """Give findings about an element as findings about the document that it stands in."""
    prefix = make_pointer(path)
    return (replace(finding, pointer=prefix + finding.pointer) for finding in findings)


# --- 8 withhold -----------------------------------------------------------------------------------------------------


def withhold_elements(x: Exchange) -> None:
    """Leave of each element what the grants of this caller and purpose reveal, and write the list."""
    show = x.withhold
    x.out = encode_json(x.answer if show is None else {**x.answer, "items": [show(element) for element in x.answer["items"]]})
