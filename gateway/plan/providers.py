"""The provider's side of a route: its request and its answer, compiled into steps.

Laws: 1. A mapping starts from an enforced schema. 2. What the caller sends beyond the bindings does not pass. 3. A value that
identifies a person stands in a provider's URL only by a weakening.
Must not know: callers, grants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..translate.bind import compile_request
from ..translate.compile import Compiled, compile_mapping
from ..translate.dialect import Dialect, compile_dialect
from ..values.meters import Layout
from ..values.model import Json, Upstream
from ..values.route import Step
from .calls import OPAQUE, CanonicalCall, make_guard
from .classes import PERSONAL_FORMATS
from .decode import Document
from .diagnose import Related
from .notes import Notes
from .shelf import Shelf
from .steps import Guard, Reading, make_judge_bare, make_pass_answer, make_pass_call, make_read_answer, make_write_call

_NOT_COMPILED = "the route has no provider, so it is refused"


@dataclass(frozen=True, slots=True)
class Site:
    """What the compilation of one route needs around it."""

    shelf: Shelf
    layout: Layout
    notes: Notes
    document: Document
    call: CanonicalCall
    upstream: Upstream
    upstream_document: Document

    @property
    def is_streamed(self) -> bool:
        """Say whether bodies are streamed."""
        return bool(self.document.value["bodies"] == "streamed")


def build_inward(site: Site) -> Step | None:
    """Compile the `request:` of a provider into the step that writes the provider's call."""
    document, shelf, notes = site.document, site.shelf, site.notes
    request = document.value["provider"]["request"]
    accept = "" if answer_type(document) == OPAQUE else "application/json"
    bound = compile_request(request, site.call.shape, shelf.library, shelf.mappings, site.upstream.base, accept)
    if notes.note_problems(document, ("provider", "request"), bound.problems, _NOT_COMPILED) or bound.write is None:
        return None
    _check_their_address(site, request)
    effect = document.value["effect"]
    if site.is_streamed or site.call.body == OPAQUE:
        return make_pass_call(site.upstream, effect, bound.method, bound.write, is_streamed=site.is_streamed)
    target = _target_schema(site, request)
    if target and shelf.find_schema(target) is None:
        return None
    return make_write_call(site.upstream, effect, bound.method, bound.write, _guard_request(site, request, target))


def _guard_request(site: Site, request: Json, target: str) -> Guard | None:
    """Make what holds the provider's call to its schema, as its `check:` says."""
    mode = request.get("check", "enforce")
    if mode != "enforce" and request.get("mapping"):
        at = ("provider", "request", "check")
        site.notes.note(site.document, at, "JB-MAP-090", "a mapping's result is held to its schema", "check: enforce")
    return make_guard(site.shelf, site.layout, site.document.id, "request", target, mode) if target else None


def _target_schema(site: Site, request: Json) -> str:
    """Give the provider's schema that a translated body is held to; empty where the body is the canonical one, or none."""
    mapping = request.get("mapping")
    if isinstance(mapping, str) and mapping in site.shelf.mappings:
        return site.shelf.mappings[mapping].agency_schema
    return str(request.get("schema") or "")


def _check_their_address(site: Site, request: Json) -> None:
    """Hold law 3: which bound sources of path and query are personal is known by the canonical schema."""
    document = site.document
    if any(each["law"] == "personal-in-url" for each in document.value.get("weakens", ())):
        return
    for part, name, reference in list_sources(request, ("params", "query")):
        found = _classify(site, reference) - {"public"}
        if found:
            site.notes.note(
                document, ("provider", "request", part, name), "JB-SEC-002",
                f"{reference} is {' and '.join(sorted(found))} and would stand in the provider's URL",
                "state it: weakens: [{law: personal-in-url, reason: …, until: …}]", "it would stand in the provider's logs",
            )  # fmt: skip


def _classify(site: Site, reference: str) -> frozenset[str]:
    """Give the classes of what a reference reads: a field of the body, a header by its type, the person who calls."""
    root, _, name = reference.partition(".")
    if reference == "caller.user":
        return frozenset({"personal"})
    if root == "header":
        kind = site.call.types.headers.get(name)
        return frozenset({"personal"}) if kind is not None and kind.name in PERSONAL_FORMATS else frozenset()
    if root != "body" or site.call.body in ("", OPAQUE):
        return frozenset()
    found = site.shelf.find_classes(site.call.body).describe_field(name)
    return frozenset() if found is None else frozenset(found.classes)


def list_sources(request: Json, parts: Sequence[str]) -> list[tuple[str, str, str]]:
    """Give what parts of a request are bound to: part, name, reference."""
    found = []
    for part in parts:
        for name, source in (request.get(part) or {}).items():
            reference = source.get("from") if isinstance(source, dict) else source
            if isinstance(reference, str):
                found.append((part, name, reference))
    return found


def answer_type(document: Document) -> str:
    """Give the name of the answer's schema, `opaque`, or "" where there is no body."""
    answer = document.value["answer"]
    return str(answer.get("body") or "") if isinstance(answer, dict) else str(answer)


def answer_status(document: Document) -> int:
    """Give the status of a good answer."""
    answer = document.value["answer"]
    return int(answer.get("status", 200)) if isinstance(answer, dict) else 200


def build_dialect(site: Site) -> Dialect | None:
    """Compile the upstream's dialect as this route refines it."""
    response = site.document.value["provider"].get("response") or {}
    refine = {key: response[key] for key in ("http", "faults") if response.get(key)}
    plain = site.shelf.dialects.get(site.upstream.id)
    if plain is not None and not refine:
        return plain
    dialect = compile_dialect(site.upstream_document.value.get("dialect") or {}, site.shelf.faults, refine or None)
    own = [problem for problem in dialect.problems if problem.path[:1] == ("response",)]
    theirs = [problem for problem in dialect.problems if problem.path[:1] != ("response",)]
    is_wrong = site.notes.note_problems(site.document, ("provider",), own)
    is_wrong |= bool(theirs)  # noted where the upstream itself is built
    return None if is_wrong else dialect


def _warn_of_envelope(site: Site, wanted: str) -> None:
    """Say where an opaque answer may be a refusal that nobody reads."""
    dialect = site.upstream_document.value.get("dialect") or {}
    if wanted == OPAQUE and dialect.get("envelope"):
        site.notes.note(
            site.document, ("answer",), "JB-RTE-007", f"{site.upstream.id} says in an envelope whether it succeeded; nobody reads it here",
            "name the answer's type, or call it through an upstream without an envelope", "a refusal inside a 200 passes as an answer",
            severity="warning",
        )  # fmt: skip


def build_judge(site: Site) -> tuple[Step, ...] | None:
    """Compile the `response:` of a provider into the steps from bytes to the canonical answer."""
    dialect = build_dialect(site)
    if dialect is None:
        return None
    document = site.document
    wanted = answer_type(document)
    if wanted in (OPAQUE, ""):
        _warn_of_envelope(site, wanted)
        return (_choose_unread(site, wanted)(dialect),)
    response = document.value["provider"].get("response") or {}
    if site.shelf.find_schema(wanted) is None:
        return None
    mode, unknown = response.get("check", "enforce"), response.get("unknown", "drop")
    compiled = _find_translation(site, response, wanted)
    if compiled is None:
        if site.notes.is_wrong(document) or _names_mapping(response):
            return None
        guard = make_guard(site.shelf, site.layout, document.id, "response", wanted, mode, unknown)
        return (make_read_answer(Reading(dialect, guard)),)
    if mode != "enforce":
        site.notes.note(
            document, ("provider", "response", "check"), "JB-MAP-090", "a mapping starts from an enforced schema", "check: enforce"
        )
        return None
    if compiled.to_canonical.run is None or site.shelf.find_schema(compiled.agency_schema) is None:
        return None
    payload = make_guard(site.shelf, site.layout, document.id, "response", compiled.agency_schema, mode, unknown)
    return (make_read_answer(_make_reading(site, dialect, payload, compiled, wanted)),)


def _choose_unread(site: Site, wanted: str) -> Callable[[Dialect], Step]:
    """Choose what becomes of a provider's body that no schema describes: opaque bytes pass, what was not promised does not."""
    return make_pass_answer if wanted or site.is_streamed else make_judge_bare


def _make_reading(site: Site, dialect: Dialect, payload: Guard, compiled: Compiled, wanted: str) -> Reading:
    count = site.layout.add_series
    answer = make_guard(site.shelf, site.layout, site.document.id, "answer", wanted)
    return Reading(
        dialect, payload, compiled.to_canonical.run, answer,
        count("jembatan_translations_total", compiled.id, "to_canonical", "translated"),
        count("jembatan_translations_total", compiled.id, "to_canonical", "failed"),
    )  # fmt: skip


def _names_mapping(response: Json) -> bool:
    return bool(response.get("mapping") or response.get("fields"))


def _note_blocked(site: Site, compiled: Compiled) -> None:
    """Note why a mapping does not run to the canonical side, with the place in the mapping that stops it."""
    source = site.shelf.mapping_documents[compiled.id]
    for problem in compiled.to_canonical.problems:
        site.notes.note(
            site.document, ("provider", "response", "mapping"), problem.code, f"{compiled.id} cannot be used here: {problem.message}",
            problem.hint, _NOT_COMPILED, (Related("the mapping", source.mark_at(problem.path)),),
        )  # fmt: skip


def _find_translation(site: Site, response: Json, wanted: str) -> Compiled | None:
    """Give the mapping of an answer, named or written in place, with the problems of its direction noted."""
    document, notes = site.document, site.notes
    here = ("provider", "response")
    if response.get("mapping"):
        compiled = site.shelf.mappings.get(response["mapping"])
        if compiled is None:
            return None
        if compiled.canonical_schema != wanted:
            notes.note(
                document, (*here, "mapping"), "JB-MAP-091",
                f"{compiled.id} gives {compiled.canonical_schema}, the route promises {wanted}", "", _NOT_COMPILED,
            )  # fmt: skip
            return None
        if compiled.to_canonical.problems:
            _note_blocked(site, compiled)
            return None
        return compiled
    if not response.get("fields"):
        return None
    inline = {
        "mapping": f"{document.id}.response", "from": response.get("from"), "to": wanted, "fields": response["fields"],
        "drop": response.get("drop") or {}, "lack": response.get("lack") or {},
    }  # fmt: skip
    compiled = compile_mapping(inline, site.shelf.library)
    problems = (*compiled.problems, *compiled.to_canonical.problems)
    return None if notes.note_problems(document, here, problems, _NOT_COMPILED) else compiled
