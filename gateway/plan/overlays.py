"""What a folder may add to a federation whose first folder is another's: an overlay.

Laws: 1. An overlay adds: it neither edits what stands elsewhere nor takes a name beside it (a newer major, a path below another's service).
2. It speaks for its own agencies only. 3. What it is bound to is its own: it sends no call by another folder's upstream, and no secret but
its own. 4. It loosens nothing: its agencies are proved by their own names, and it grants what its agencies own or were delegated.
Must not know: how anything is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..values.keys import Scalar
from ..values.model import Json
from .decisions import list_decisions, list_doors
from .decode import Document
from .diagnose import Diagnostic, Related
from .federation import Federation
from .kinds import KINDS
from .marks import Mark, Path
from .notes import Notes
from .owners import is_own, name_folder, service_of
from .secrets import REFERENCE
from .tables import Table
from .walk import iter_scalars

CODE_EDIT, CODE_DOOR, CODE_FOREIGN = "JB-OVL-001", "JB-OVL-002", "JB-OVL-003"
CODE_USE, CODE_SECRET, CODE_PROOF = "JB-OVL-004", "JB-OVL-005", "JB-OVL-006"
_OWNED = {"service": "owner", "upstream": "owner", "app": "owner", "agency": "parent"}
_MAJORED = re.compile(r"(.+?)(?:@[0-9]+|/v[0-9]+)?")
_NO_SIGN = re.compile(r"[^A-Z0-9]")


def check_overlays(federation: Federation, notes: Notes) -> None:
    """Every folder but the first adds, and neither edits nor loosens."""
    if len(federation.folders) < 2:
        return
    for kind, documents in federation.documents.items():
        for document in documents.values():
            if home := federation.home_of(document):
                _check_name(federation, kind, document, notes)
                _check_owner(federation, home, document, notes)
                _check_uses(federation, home, document, notes)
                _check_secrets(federation, home, document, notes)
    _check_folders(federation, notes)
    _check_taken(federation, notes)
    _check_doors(federation, notes)
    _check_services(federation, notes)
    _check_proofs(federation, notes)


def _check_name(federation: Federation, kind: str, document: Document, notes: Notes) -> None:
    """Note a document that is another major of what stands in another folder."""
    stem = _stem(document.id)
    if kind not in ("route", "journey", "service", "schema", "codelist"):
        return
    siblings = federation.operations if kind in ("route", "journey") else federation.of(kind)
    for other in siblings.values():
        if federation.home_of(other) != federation.home_of(document) and _stem(other.id) == stem:
            message = f'"{document.id}" is another major of "{other.id}", which stands in another folder'
            related = (Related(other.id, other.mark),)
            notes.note(document, (kind,), CODE_EDIT, message, "give it a name of its own", "an overlay adds, it never edits", related)
            return


def _stem(name: str) -> str:
    found = _MAJORED.fullmatch(name)
    return name if found is None else found[1]


def _check_folders(federation: Federation, notes: Notes) -> None:
    """Note an overlay that goes by the name of another: it would speak for the other's agencies, and name its secrets."""
    known: dict[str, int] = {}
    for home, folder in enumerate(federation.folders):
        first = known.setdefault(_prefix_of(federation, home), home) if home else home
        if first != home:
            message = f"two overlays go by one name: {federation.folders[first]} and {folder}"
            hint = "name one otherwise, or name it once"
            effect = "a folder's name says for which agencies it speaks, and which secrets are its own"
            notes.diagnostics.append(Diagnostic(CODE_DOOR, message, Mark(str(folder)), hint, effect))


def _check_taken(federation: Federation, notes: Notes) -> None:
    """Note an overlay's operation that is called as an operation which belongs to another folder's journey, or the other way round."""
    journeys = federation.of("journey")
    written = {**federation.of("route"), **journeys}
    effect = "grants on the one would open the other"
    for journey in journeys.values():
        alone = {journey.id: journey}
        for name in (*list_decisions(alone), *list_doors(alone)):
            other = written.get(name)
            if other is None or federation.home_of(other) == federation.home_of(journey):
                continue
            theirs, ours = sorted((journey, other), key=federation.home_of)
            message = f'an operation of the journey "{journey.id}" is called "{name}", and so is one of another folder'
            related = (Related(theirs.id, theirs.mark),)
            notes.note(ours, (ours.kind,), CODE_EDIT, message, "give yours a name of its own", effect, related)


def _check_doors(federation: Federation, notes: Notes) -> None:
    """Note what only the first folder decides: how the gateway listens, and which overlays there are."""
    for document in federation.of("gateway").values():
        if federation.home_of(document):
            hint = "take it out; name the folder of the whole federation first"
            notes.note(document, ("gateway",), CODE_DOOR, "a gateway document in an overlay", hint)
    for document in federation.of("agency").values():
        if federation.home_of(document) and "overlay" in document.value:
            message = "an overlay names no further overlay"
            notes.note(document, ("overlay",), CODE_DOOR, message, "take it out", "only the first folder says which folders speak for whom")

    for document in federation.of("route").values():
        if federation.home_of(document) and (document.value.get("consents") or {}).get("of") == "everyone":
            message = "an overlay sees and ends consents given to its own agencies"
            notes.note(document, ("consents", "of"), CODE_DOOR, message, "of: caller", "others' consents would be told to it")


def _check_owner(federation: Federation, home: int, document: Document, notes: Notes) -> None:
    key = _OWNED.get(document.kind, "")
    agency = document.value.get(key)
    if isinstance(agency, str) and not is_own(federation, home, agency):
        _note_foreign(federation, home, document, (key,), agency, notes)


def _note_foreign(federation: Federation, home: int, document: Document, path: Path, agency: str, notes: Notes) -> None:
    name, theirs = name_folder(federation, home), federation.of("agency")[agency]
    message = f"{agency} is no agency of this folder"
    hint = f"an agency that stands here, or one that says `overlay: {name}` in the federation's own folder"
    notes.note(document, path, CODE_FOREIGN, message, hint, "an overlay speaks for its own", (Related(agency, theirs.mark),))


def check_rows(federation: Federation, tables: Mapping[str, Table], notes: Notes) -> None:
    """Every backend that a table of an overlay lists belongs to an agency that the overlay speaks for."""
    for table in tables.values():
        home = federation.home_of(table.document)
        column = table.columns.get("owner")
        if not home or column is None or column.type.name != "agency":
            continue
        for owner in dict.fromkeys(str(row.cells["owner"]) for row in table.rows if "owner" in row.cells):
            if not is_own(federation, home, owner):
                _note_foreign(federation, home, table.document, ("file",), owner, notes)


def _check_services(federation: Federation, notes: Notes) -> None:
    """Note an operation below a service of another folder: it could answer calls that were meant for what stands there."""
    for document in federation.operations.values():
        service = federation.of("service").get(service_of(document.value["call"]["path"]))
        if service is None or federation.home_of(service) == federation.home_of(document):
            continue
        related = (Related(service.id, service.mark),)
        message = f"the service {service.id} stands in another folder"
        hint = "declare a service of your own, and stand below it"
        notes.note(document, ("call", "path"), CODE_USE, message, hint, "calls meant for others could end here", related)


def _check_uses(federation: Federation, home: int, document: Document, notes: Notes) -> None:
    """Note a document that is bound to an upstream, a table or a route of another folder."""
    for path, kind, name in _list_uses(document):
        other = federation.of(kind).get(name)
        if other is not None and federation.home_of(other) != home:
            message = f'the {kind} "{name}" stands in another folder'
            hint = f"call the operation as a caller does, or declare {'an' if kind == 'upstream' else 'a'} {kind} of your own"
            effect = "what its owner's policies withhold would pass beside them"
            notes.note(document, path, CODE_USE, message, hint, effect, (Related(name, other.mark),))


def _list_uses(document: Document) -> Iterator[tuple[Path, str, str]]:
    if document.kind not in ("route", "upstream"):
        return
    for path, scalar, value in iter_scalars(KINDS[document.kind], document.value):
        if scalar.type == "reference" and path[0] != "examples":
            yield from ((path, kind, str(value)) for kind in scalar.of if kind in ("upstream", "table", "route"))


def _prefix_of(federation: Federation, home: int) -> str:
    """Give what the variables of a folder begin with."""
    return _NO_SIGN.sub("_", name_folder(federation, home).upper()) + "_"


def _is_own_variable(federation: Federation, home: int, place: str) -> bool:
    """Say whether a variable is a folder's own: KARAWANG_BARAT_KEY is not `karawang`'s beside a folder `karawang-barat`."""
    own = _prefix_of(federation, home)
    named = [prefix for other in range(1, len(federation.folders)) if place.startswith(prefix := _prefix_of(federation, other))]
    return own in named and len(own) == max(map(len, named))


def _check_secrets(federation: Federation, home: int, document: Document, notes: Notes) -> None:
    """Hold the references and files of a document to the folder's own names."""
    spec = KINDS[document.kind]
    if spec.open:
        return
    name = name_folder(federation, home)
    for path, scalar, value in iter_scalars(spec, document.value):
        kind, place = _read_place(document, scalar, value)
        is_ours = _stands_below(place, name) if kind == "file" else kind != "env" or _is_own_variable(federation, home, place)
        if not is_ours:
            hint = f"${{env:{_prefix_of(federation, home)}…}}, or a file below a folder `{name}`"
            is_near = kind == "env" and place.startswith(_prefix_of(federation, home))
            message = f"{place} is a variable of another overlay" if is_near else "an overlay names no secret but its own"
            notes.note(document, path, CODE_SECRET, message, hint, "others' secrets could be sent away")


def _read_place(document: Document, scalar: Scalar, value: Json) -> tuple[str, str]:
    """Give what a scalar names outside the folder: a variable (`env`), a file of the machine (`file`), or nothing."""
    named = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if named is not None:
        return named[1], named[2]
    return ("file", str(value)) if scalar.type == "path" and document.kind == "upstream" else ("", "")


def _stands_below(place: str, name: str) -> bool:
    parts = place.split("/")
    return name in parts[:-1] and ".." not in parts


def _check_proofs(federation: Federation, notes: Notes) -> None:
    """Note an agency of an overlay that would be proved, by another folder's issuer, by other claims than its own name."""
    for document in federation.of("agency").values():
        home = federation.home_of(document)
        for index, each in enumerate(document.value.get("identity") or () if home else ()):
            issuer = federation.of("issuer").get((each.get("jwt") or {}).get("issuer", ""))
            if issuer is None or federation.home_of(issuer) == home or each["jwt"]["claims"] == {"agency": document.id}:
                continue
            hint = f"claims: {{agency: {document.id}}}"
            message = "by an issuer of another folder, an agency is proved by its own name"
            notes.note(document, ("identity", index, "jwt", "claims"), CODE_PROOF, message, hint, "other agencies' tokens could be taken")
