"""The provider's side of a route: where its parts are compiled, and its answer compiled into steps.

Laws: 1. A mapping starts from an enforced schema. 2. A value that identifies a person stands in a provider's URL only by a weakening.
Must not know: callers, grants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..translate.compile import Compiled, compile_mapping
from ..translate.dialect import CODE_MEANING, MEANT, Dialect, compile_dialect
from ..translate.params import family_of
from ..values.faults import CATALOGUE
from ..values.meters import Layout
from ..values.model import Json, Upstream
from ..values.problem import Path
from ..values.route import Step
from .calls import OPAQUE, CanonicalCall, make_guard
from .classes import PERSONAL_FORMATS
from .decode import Document
from .diagnose import Related
from .lists import Listing, check_around, make_read_list, with_paging
from .markup import make_read_message
from .messages import build_message_reader
from .notes import Notes
from .proving import Inquiry
from .shelf import Shelf
from .steps import Guard, Reading, make_judge_bare, make_pass_answer, make_read_answer
from .telling import make_tell_answer, make_tell_list, make_telling

NOT_COMPILED = "the route has no provider, so it is refused"


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
    listing: Listing | None = None

    @property
    def request(self) -> Json:
        """Give the `request:` with what the dialect's paging adds to it."""
        return with_paging(self.document.value["provider"]["request"], self.listing)

    @property
    def is_streamed(self) -> bool:
        """Say whether bodies are streamed."""
        return bool(self.document.value["bodies"] == "streamed")


def check_their_address(site: Site, request: Json, at: Path) -> None:
    """Hold law 2 for the request that stands at a place: which sources of path and query are personal is known by the canonical schema."""
    document = site.document
    if any(each["law"] == "personal-in-url" for each in document.value.get("weakens", ())):
        return
    for part, name, reference in list_sources(request, ("params", "query")):
        found = _classify(site, reference) - {"public"}
        if found:
            site.notes.note(
                document, (*at, part, name), "JB-SEC-002",
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


def is_meant(notes: Notes, document: Document, at: Path, name: str) -> bool:
    """Say whether a fault may be what is found in an answer, or in that nobody gives one; note one that only the gateway finds."""
    if name in (*MEANT, "NO_PROVIDER") or name not in CATALOGUE:
        return True
    hint = "a fault of the federation: `fault: NAME`, with its status and title"
    notes.note(
        document, at, CODE_MEANING, f"{name} is a fault that only the gateway itself finds", hint, "callers would be told what is not so"
    )
    return False


def answer_type(document: Document) -> str:
    """Give the name of the schema of the answer, or of an element where it is a list; `opaque`, or "" where there is no body."""
    answer = document.value["answer"]
    return str(answer.get("list") or answer.get("body") or "") if isinstance(answer, dict) else str(answer)


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
            site.document, ("answer",), "JB-RTE-010", f"{site.upstream.id} says in an envelope whether it succeeded; nobody reads it here",
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
        return (_read_nothing(site, dialect, wanted),)
    if site.shelf.find_schema(wanted) is None:
        return None
    response = document.value["provider"].get("response") or {}
    mode, unknown = response.get("check", "enforce"), response.get("unknown", "drop")
    unknown_here = unknown if dialect.format == "json" else None  # XML is read by its grammar, which meets what is unknown
    compiled = _find_translation(site, response, wanted)
    if compiled is None:
        guard = make_guard(site.shelf, site.layout, document.id, "response", wanted, mode, unknown_here)
        return None if _is_mapping_wrong(site, response) else _read_with(site, Reading(dialect, guard), wanted, unknown)
    if mode != "enforce":
        _note_unenforced(site)
        return None
    if not _is_translatable(site, compiled):
        return None
    payload = make_guard(site.shelf, site.layout, document.id, "response", compiled.agency_schema, mode, unknown_here)
    steps = _read_with(site, _make_reading(site, dialect, payload, compiled, wanted), compiled.agency_schema, unknown)
    return None if steps is None else (*steps, *_tell_left(site, compiled))


def _tell_left(site: Site, compiled: Compiled) -> tuple[Step, ...]:
    telling = make_telling(site.layout, family_of(compiled.id), "to_canonical", compiled.to_canonical.left)
    if telling is None:
        return ()
    return (make_tell_answer(telling) if site.listing is None else make_tell_list(telling),)


def _is_translatable(site: Site, compiled: Compiled) -> bool:
    return compiled.to_canonical.run is not None and site.shelf.find_schema(compiled.agency_schema) is not None


def _note_unenforced(site: Site) -> None:
    at = ("provider", "response", "check")
    site.notes.note(site.document, at, "JB-MAP-090", "a mapping starts from an enforced schema", "check: enforce")


def _read_nothing(site: Site, dialect: Dialect, wanted: str) -> Step:
    """Give the step that judges an answer that no schema describes: opaque bytes pass, what was not promised does not."""
    if dialect.format != "json":
        return make_read_message(Reading(dialect, Guard()), None)
    return make_pass_answer(dialect) if wanted or site.is_streamed else make_judge_bare(dialect)


def _read_with(site: Site, reading: Reading, schema: str, unknown: str) -> tuple[Step, ...] | None:
    """Give the step that reads an answer in the format of the dialect."""
    reading = _read_as_list(site, reading)
    around = (site.document.value["provider"].get("response") or {}).get("schema")
    if not check_around(site.document, around, reading.dialect.format, site.listing, site.notes):
        return None
    if reading.dialect.format == "json":
        return (make_read_answer(reading),)
    read = build_message_reader(site.document, site.shelf, reading.dialect, around or schema, unknown, site.notes)
    return None if read is None else (make_read_message(reading, read),)


def _read_as_list(site: Site, reading: Reading) -> Reading:
    return reading if site.listing is None else replace(reading, read=make_read_list(site.listing))


def _make_reading(site: Site, dialect: Dialect, payload: Guard, compiled: Compiled, wanted: str) -> Reading:
    count = site.layout.add_series
    response = site.document.value["provider"].get("response") or {}
    inline = None if response.get("mapping") else _write_inline(site, response, wanted)
    is_proved = Inquiry(site.shelf, site.notes, site.document).is_mapping_proved(
        compiled, "to_canonical", response.get("unknown", "drop"), inline
    )
    answer = None if is_proved else make_guard(site.shelf, site.layout, site.document.id, "answer", wanted)
    return Reading(
        dialect, payload, compiled.to_canonical.run, answer,
        count("jembatan_translations_total", family_of(compiled.id), "to_canonical", "translated"),
        count("jembatan_translations_total", family_of(compiled.id), "to_canonical", "failed"),
    )  # fmt: skip


def _write_inline(site: Site, response: Json, wanted: str) -> Json:
    """Give the mapping that stands in a response as a document of its own."""
    return {
        "mapping": f"{site.document.id}.response", "from": response.get("from"), "to": wanted, "fields": response["fields"],
        "drop": response.get("drop") or {}, "lack": response.get("lack") or {},
    }  # fmt: skip


def _is_mapping_wrong(site: Site, response: Json) -> bool:
    """Say whether a translation is missing because what should be one is wrong."""
    return site.notes.is_wrong(site.document) or bool(response.get("mapping") or response.get("fields"))


def _note_blocked(site: Site, compiled: Compiled) -> None:
    """Note why a mapping does not run to the canonical side, with the place in the mapping that stops it."""
    source = site.shelf.mapping_documents[compiled.id]
    is_line = bool(site.upstream_document.value.get("per"))
    here = f"for the family {site.upstream.id}" if is_line else "here"
    effect = f"the route promises {compiled.canonical_schema} whichever family answers, so it is refused" if is_line else NOT_COMPILED
    for problem in compiled.to_canonical.problems:
        site.notes.note(
            site.document, ("provider", "response", "mapping"), problem.code, f"{compiled.id} cannot be used {here}: {problem.message}",
            problem.hint, effect, (Related("the mapping", source.mark_at(problem.path)),),
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
                f"{compiled.id} gives {compiled.canonical_schema}, the route promises {wanted}", "", NOT_COMPILED,
            )  # fmt: skip
            return None
        if compiled.to_canonical.problems:
            _note_blocked(site, compiled)
            return None
        return compiled
    if not response.get("fields"):
        return None
    compiled = compile_mapping(_write_inline(site, response, wanted), site.shelf.library)
    problems = (*compiled.problems, *compiled.to_canonical.problems)
    return None if notes.note_problems(document, here, problems, NOT_COMPILED) else compiled
