"""`through:` a route of an older major, answered by the newer one.

Laws: 1. The older path keeps its schemas, its own grants and its own disclosure. 2. Its call is translated to the newer one before the
newer route's steps, its answer back after them, by the shortest path of mappings between the canonical versions; each result is
held to its schema unless proved. 3. What the two calls take beside the body has the same names.
Must not know: providers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..translate.compile import Translate
from ..translate.problems import Untranslatable
from ..translate.versions import Leap, find_path
from ..values.asks import Flow
from ..values.faults import refuse
from ..values.model import Json
from ..values.route import Exchange, Route, Step, Supply
from .assumed import list_assumed
from .calls import OPAQUE, CanonicalCall, build_call, make_guard
from .days import end_of
from .decode import Document
from .providers import answer_status, answer_type
from .proving import Inquiry
from .routes import Ground, make_head
from .steps import Guard, check_document, make_refuse_after
from .telling import Telling, make_telling

CODE_THROUGH = "JB-RTE-009"


@dataclass(frozen=True, slots=True)
class _Passage:
    """One path of versions, ready to run: the functions in order, and the guard of the end (None = proved)."""

    runs: tuple[tuple[Translate, Telling | None], ...]
    guard: Guard | None
    relied: tuple[tuple[str, str], ...] = ()  # last day of an assumption, whose


def build_throughs(ground: Ground, documents: Sequence[Document], routes: list[Route]) -> None:
    """Compile the routes that are answered by others, as soon as those are there; note the ones that never can be."""
    waiting = list(documents)
    while waiting:
        built = {route.id: route for route in routes}
        ready = [document for document in waiting if document.value["through"] in built]
        for document in ready:
            route = _build_through(ground, document, built[document.value["through"]], len(routes))
            if route is not None and not ground.notes.is_wrong(document):
                routes.append(route)
        waiting = [document for document in waiting if document not in ready]
        if not ready:
            break
    _note_unbuilt(ground, waiting)


def _note_unbuilt(ground: Ground, waiting: Sequence[Document]) -> None:
    for document in waiting:
        if not ground.notes.is_wrong(document) and not _is_told_elsewhere(ground, document):
            message = f"{document.value['through']} has no provider of its own that runs"
            ground.notes.note(document, ("through",), CODE_THROUGH, message, "", "the route is refused")


def _is_told_elsewhere(ground: Ground, document: Document) -> bool:
    """Say whether the way from route to route ends at one that is right itself: then its upstream's document tells what is wrong."""
    seen: set[str] = set()
    while document.value.get("through") and document.id not in seen:
        seen.add(document.id)
        document = ground.routes[document.value["through"]]
    return document.id not in seen and not ground.notes.is_wrong(document)


def _build_through(ground: Ground, document: Document, newer: Route, index: int) -> Route | None:
    target = ground.routes[newer.id]
    call = build_call(document, ground.shelf, ground.agencies, ground.notes)
    theirs = build_call(target, ground.shelf, ground.agencies, ground.notes)
    if call is None or theirs is None or not _is_fitting(ground, document, target, call, theirs):
        return None
    up = _find_passage(ground, document, call.body, theirs.body, "call")
    down = _find_passage(ground, document, answer_type(target), answer_type(document), "answer")
    if up is None or down is None:
        return None
    head = make_head(ground, document, call, newer.upstream, index)
    lower = _make_down(down)
    return replace(
        head,
        supply=None if newer.supply is None else _make_supply(newer.supply, lower),
        read=(*head.read, _make_up(up)),
        before=newer.before,
        inward=newer.inward,
        judge=(*newer.judge, lower),
        deadline_s=min(head.deadline_s, newer.deadline_s),
        permit=(*newer.permit[:-1], *_refuse_after(up, down), *head.permit),
    )


def _refuse_after(*passages: _Passage) -> tuple[Step, ...]:
    """Give what refuses once the first assumption between the versions has ended."""
    first = min((each for passage in passages for each in passage.relied), default=None)
    return () if first is None else (make_refuse_after(end_of(first[0]), f"assume of {first[1]}"),)


def _is_fitting(ground: Ground, document: Document, target: Document, call: CanonicalCall, theirs: CanonicalCall) -> bool:
    """Note where one call could not stand for the other."""
    one, other = document.value, target.value
    wrong = ""
    if one["effect"] != other["effect"] or answer_status(document) != answer_status(target):
        wrong = "effect and status are not the same"
    elif OPAQUE in (call.body, theirs.body, answer_type(document), answer_type(target)):
        wrong = "what nobody reads has no versions"
    elif _is_list_of(one) or _is_list_of(other) or bool(call.body) != bool(theirs.body):
        wrong = "one takes a body and the other does not, or a list is answered"
    elif one.get("old") or one["call"]["method"] == "PATCH":
        wrong = "a patch and an old document are the newer route's own"
    elif any(getattr(call.types, part).keys() != getattr(theirs.types, part).keys() for part in ("path", "query", "headers")):
        wrong = "path, query and headers do not take the same names"
    if wrong:
        ground.notes.note(
            document, ("through",), CODE_THROUGH, f"{target.id} cannot stand for it: {wrong}", "give it a provider of its own"
        )
    return not wrong


def _is_list_of(value: Json) -> bool:
    return isinstance(value["answer"], dict) and bool(value["answer"].get("list"))


def _find_passage(ground: Ground, document: Document, begin: str, end: str, part: str) -> _Passage | None:
    if begin == end:
        return _Passage((), None)
    path = find_path(begin, end, ground.shelf.mappings.values())
    if path is None:
        hint = f"mapping: … from: {min(begin, end)} to: {max(begin, end)}"
        ground.notes.note(document, ("through",), CODE_THROUGH, f"no mappings lead from {begin} to {end}, which its {part} needs", hint)
        return None
    inquiry = Inquiry(ground.shelf, ground.notes, document)
    proved = [_is_proved(inquiry, leap) for leap in path]
    guard = None if all(proved) else make_guard(ground.shelf, ground.layout, document.id, part, end)
    documents = ground.shelf.mapping_documents
    relied = tuple((until, leap.mapping.id) for leap in path for until in list_assumed(documents[leap.mapping.id].value.get("fields")))
    return _Passage(tuple(_ready(ground, leap) for leap in path), guard, relied)


def _ready(ground: Ground, leap: Leap) -> tuple[Translate, Telling | None]:
    run = leap.translation.run
    assert run is not None, "a path of versions takes only what runs"
    return run, make_telling(ground.layout, leap.mapping.id, leap.way, leap.translation.left)


def _is_proved(inquiry: Inquiry, leap: Leap) -> bool:
    return inquiry.is_mapping_proved(leap.mapping, leap.way, "refuse")


def _run(passage: _Passage, x: Exchange, document: Json, kind: str) -> Json:
    try:
        for run, telling in passage.runs:
            made = run(document)
            if telling is not None and (found := telling.find(document)):
                telling.tell(x, found)
            document = made
    except Untranslatable as untranslatable:
        raise refuse(kind, *untranslatable.findings, reason="between versions") from untranslatable
    if passage.guard is None:
        return document
    document, findings = check_document(passage.guard, x, document)
    if findings:
        raise refuse(kind, *findings, reason="between versions")
    return document


def _make_supply(supply: Supply, lower: Step) -> Supply:
    def supplied(x: Exchange) -> Flow[None]:
        yield from supply(x)
        lower(x)

    return supplied


def _make_up(passage: _Passage) -> Step:
    def lift_call(x: Exchange) -> None:
        x.body = _run(passage, x, x.body, "UNTRANSLATABLE")

    return lift_call


def _make_down(passage: _Passage) -> Step:
    def lower_answer(x: Exchange) -> None:
        x.answer = _run(passage, x, x.answer, "PROVIDER_INVALID")

    return lower_answer
