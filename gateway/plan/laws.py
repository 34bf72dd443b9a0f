"""Laws that no single document can hold: references, services, ambiguities, end dates.

Laws: every law stands here as one function over the federation, and notes what breaks it.
Must not know: how anything is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..routing import TemplateError, find_ambiguities
from ..schema.types import BUILT_IN
from ..values.faults import CATALOGUE
from ..values.keys import KindSpec
from ..values.model import Expiry
from ..values.problem import suggest_name
from .apps import check_apps
from .assumed import list_uses
from .days import end_of
from .decisions import list_doors
from .decode import Document
from .diagnose import Related
from .federation import Federation
from .kinds import KINDS
from .marks import Path
from .notes import Notes
from .overlays import check_overlays
from .owners import service_of
from .walk import iter_scalars

_BUILT_IN_TYPES = frozenset({*BUILT_IN, "opaque"})
_KNOWN_MAX = 6  # names that are shown whole
_EFFECTS = {
    "upstream": "the route has no provider, so it is refused",
    "purpose": "the grant can never hold",
    "agency": "nobody is meant by it",
    "app": "no entry of the catalogue is meant by it",
}


def check_references(federation: Federation, notes: Notes) -> None:
    """Every id that a document refers to is a document; what is not whole still counts as one."""
    for kind, documents in federation.documents.items():
        spec = KINDS.get(kind)
        if spec is None or spec.open:
            continue
        for document in documents.values():
            _check_document(federation, spec, document, notes)


def _check_document(federation: Federation, spec: KindSpec, document: Document, notes: Notes) -> None:
    begins: dict[Path, str] = {}
    ends: list[tuple[Path, str]] = []
    for path, scalar, value in iter_scalars(spec, document.value):
        if scalar.type == "reference" and isinstance(value, str):
            _check_reference(federation, document, path, scalar.of, value, notes)
        elif scalar.type == "type" and isinstance(value, str):
            _check_type(federation, document, path, value, notes)
        elif scalar.type == "date" and path[-1] == "since":
            begins[path[:-1]] = value
        elif scalar.type == "date" and path[-1] == "until":
            ends.append((path, value))
    if document.kind != "codelist":  # which has a law of its own for its dates
        _check_days(document, begins, ends, notes)


def _check_days(document: Document, begins: Mapping[Path, str], ends: Sequence[tuple[Path, str]], notes: Notes) -> None:
    for path, last in ends:
        first = begins.get(path[:-1], last)
        if last < first:  # ISO 8601: as texts they stand in the order of time
            message = f"{last} is before {first}, when it begins"
            notes.note(document, path, "JB-KEY-006", message, f"at least {first}", "it would never hold")


def _check_reference(
    federation: Federation, document: Document, path: tuple[str | int, ...], kinds: tuple[str, ...], value: str, notes: Notes
) -> None:
    built_in = CATALOGUE if "fault" in kinds else {}
    if value in built_in or any(value in federation.of(kind) for kind in kinds):
        return
    known = [*built_in, *(name for kind in kinds for name in federation.of(kind))]
    _note_unknown(federation, document, path, kinds, value, known, notes)


def _check_type(federation: Federation, document: Document, path: tuple[str | int, ...], value: str, notes: Notes) -> None:
    name = value.removeprefix("optional ")
    if name in _BUILT_IN_TYPES or "@" not in name or name in federation.of("schema") or name in federation.of("codelist"):
        return
    _note_unknown(federation, document, path, ("schema", "codelist"), name, [*federation.of("schema"), *federation.of("codelist")], notes)


def _note_unknown(
    federation: Federation,
    document: Document,
    path: tuple[str | int, ...],
    kinds: tuple[str, ...],
    value: str,
    known: list[str],
    notes: Notes,
) -> None:
    """Note a name that is no document, with the nearest one and where that stands."""
    hint = suggest_name(value, known) or _list_known(kinds, known)
    near = hint.partition('"')[2].rpartition('"')[0] if hint.startswith("did you mean") else ""
    found = next((federation.of(kind)[near] for kind in kinds if near in federation.of(kind)), None)
    if found is not None:
        hint += f" ({found.mark.file}:{found.mark.line})"
    notes.note(document, path, "JB-REF-003", f'unknown {" or ".join(kinds)} "{value}"', hint, _EFFECTS.get(kinds[0], ""))


def _list_known(kinds: tuple[str, ...], known: Sequence[str]) -> str:
    """Say what could stand there instead, where nothing is near."""
    return (
        f"known: {', '.join(sorted(known))}" if 0 < len(known) <= _KNOWN_MAX else f"declare it in a document of its own: `{kinds[0]}: ID`"
    )


def check_services(federation: Federation, notes: Notes) -> None:
    """Every route belongs to a declared service, by the first two segments of its path."""
    services = federation.of("service")
    for document in federation.operations.values():
        service = service_of(document.value["call"]["path"])
        if service not in services:
            hint = suggest_name(service, services) or f"declare it: service: {service}"
            notes.note(document, ("call", "path"), "JB-REF-006", f'no service "{service}" is declared', hint, "the operation has no owner")


def check_ambiguities(federation: Federation, notes: Notes) -> None:
    """No two routes answer the same calls."""
    routes = {**federation.operations, **list_doors(federation.of("journey"))}
    listed = []
    for document in routes.values():
        call = document.value["call"]
        try:
            find_ambiguities([(document.id, call["method"], call["path"])])
        except TemplateError:
            continue  # noted where the route is compiled
        listed.append((document.id, str(call["method"]), str(call["path"])))
    for first, second in find_ambiguities(listed):
        other = routes[first]
        notes.note(
            routes[second], ("call", "path"), "JB-RTE-004", f"{first} answers the same calls", "change method or path",
            "which one answers would be chance", (Related(first, other.mark_at(("call", "path"))),),
        )  # fmt: skip


def check_gateways(federation: Federation, notes: Notes) -> None:
    """There is at most one gateway document."""
    documents = list(federation.of("gateway").values())
    for extra in documents[1:]:
        notes.note(
            extra, ("gateway",), "JB-REF-007", "a federation has one gateway document", "", "", (Related("the other", documents[0].mark),)
        )


def _name_unused(document: Document) -> tuple[tuple[str, ...], str, str]:
    if document.value.get("decides"):
        return ("call",), "JB-POL-092", f"no policy names the decision {document.id}"
    return (document.kind,), "JB-POL-092", "no policy names this operation"


def check_unused(federation: Federation, notes: Notes) -> None:
    """Say where an operation is open to nobody: it is refused to everyone, which is seldom meant."""
    granted = set()
    for policy in federation.of("policy").values():
        granted |= {each for each in policy.value["operations"] if isinstance(each, str)}
    prefixes = tuple(each.removesuffix("*") for each in granted if each.endswith(".*"))
    tags = {each["tag"] for policy in federation.of("policy").values() for each in policy.value["operations"] if isinstance(each, dict)}
    for document in federation.operations.values():
        has_tag = bool(tags & set(document.value.get("tags") or ()))
        if document.id not in granted and not document.id.startswith(prefixes or ("\0",)) and not has_tag:
            notes.note(
                document, *_name_unused(document), "add it to a policy",
                "every caller is refused", severity="warning",
            )  # fmt: skip


_LAWS_OF = {"gateway": ("tls-1.2",), "upstream": ("upstream-auth", "tls-1.2"), "route": ("personal-in-url",)}


def check_weakenings(federation: Federation, notes: Notes) -> None:
    """A document weakens only a law that holds for its kind: elsewhere it would be counted, end, and allow nothing."""
    stated = (
        (kind, document, index, each["law"])
        for kind in _LAWS_OF
        for document in federation.of(kind).values()
        for index, each in enumerate(document.value.get("weakens") or ())
    )
    for kind, document, index, law in stated:
        if law not in _LAWS_OF[kind]:
            holder = next(name for name, laws in _LAWS_OF.items() if law in laws)
            notes.note(
                document, ("weakens", index, "law"), "JB-SEC-009", f'"{law}" is no law for a {kind}',
                f"state it in the {holder} that needs it", "it would weaken nothing",
            )  # fmt: skip


LAWS: tuple[Callable[[Federation, Notes], None], ...] = (
    check_gateways,
    check_services,
    check_ambiguities,
    check_unused,
    check_weakenings,
    check_apps,
    check_overlays,
)


def list_assumptions(federation: Federation) -> tuple[Expiry, ...]:
    """Give every document that assumes something: the first day on which it may not, and the day of its oldest assumption."""
    found = ((document, list(list_uses(document.value))) for kind in ("mapping", "route") for document in federation.of(kind).values())
    return tuple(
        Expiry("assume", document.id, end_of(min(use["until"] for use in uses)), min(str(use.get("since") or "") for use in uses))
        for document, uses in found
        if uses
    )


def list_weakenings(federation: Federation) -> tuple[Expiry, ...]:
    """Give every weakening of a law with its end."""
    return tuple(
        Expiry("weakening", f"{document.id}:{each['law']}", end_of(each["until"]))
        for kind in ("gateway", "upstream", "route")
        for document in federation.of(kind).values()
        for each in document.value.get("weakens") or ()
    )
