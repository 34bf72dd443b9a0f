"""A federation beside its former state: what a canonical schema may not become within one major.

Laws: 1. A document that was valid under a canonical schema stays valid under each later version of the same major. 2. What changes which
documents are valid has a higher version. 3. Breaking is said only with a document that shows it; what can be neither shown nor proved is
a warning.
Must not know: where the former state comes from, routes.
"""

from __future__ import annotations

import json

from ..schema.registry import Registry
from ..translate.prove.compare import Change, Inclusion, compare_schemas
from ..values.model import Json
from .decode import Document
from .diagnose import Diagnostic, Severity
from .federation import Federation
from .notes import Notes
from .shelf import read_schemas

CODE_BREAKING, CODE_VERSION = "JB-SCH-015", "JB-SCH-016"
SHOWN_MAX = 600
_BEFORE = "former/"


def compare_with_former(federation: Federation, former: Federation) -> tuple[Diagnostic, ...]:
    """Give what has become of the canonical schemas that both states have."""
    notes = Notes()
    ours, wrong = read_schemas(federation, Notes())
    theirs, wrong_then = read_schemas(former, Notes())
    both = Registry({**ours.documents, **{_BEFORE + name: _rename(body, theirs) for name, body in theirs.documents.items()}})
    for name, document in federation.of("schema").items():
        is_comparable = "/" not in name and name in theirs.documents and name not in wrong | wrong_then
        if is_comparable and _describe(ours, name) != _describe(theirs, name):
            change = compare_schemas(both, _BEFORE + name, name)
            _note(notes, document, former.of("schema")[name], change)
    return tuple(notes.diagnostics)


def _describe(registry: Registry, name: str) -> str:
    """Give all that a schema hangs on, as a text."""
    return json.dumps({each: registry.documents[each] for each in registry.list_reached(name)}, sort_keys=True, default=str)


def _rename(value: Json, theirs: Registry) -> Json:
    """Give a former schema with its references to former schemas."""
    if isinstance(value, list):
        return [_rename(inner, theirs) for inner in value]
    if not isinstance(value, dict):
        return value
    named = value.get("$ref")
    renamed = {key: _rename(inner, theirs) for key, inner in value.items()}
    return {**renamed, "$ref": _BEFORE + named} if isinstance(named, str) and named in theirs.documents else renamed


def _note(notes: Notes, document: Document, former: Document, change: Change) -> None:
    version, before = str(document.value["version"]), str(former.value["version"])
    if change.backward.word != "yes":
        severity: Severity = "error" if change.backward.word == "no" else "warning"
        word = "breaks" if change.backward.word == "no" else "is not known to take"
        message = f"{document.id} {version} {word} documents of {before}: {_show(change.backward)}"
        major = int(document.id.rpartition("@")[2]) + 1
        hint = f"make it a new major ({document.id.rpartition('@')[0]}@{major}, with a mapping between them), or take the change back"
        notes.note(document, ("version",), CODE_BREAKING, message, hint, "callers send what was valid", severity=severity)
    elif change.word != "compatible" and _parts(version) <= _parts(before):
        message = f"{document.id} takes other documents than before, and its version is still {version}"
        notes.note(document, ("version",), CODE_VERSION, message, f"raise it above {before}")


def _show(found: Inclusion) -> str:
    if found.word != "no":
        return found.reason
    text = json.dumps(found.document, ensure_ascii=False)
    return f"{found.reason}; for example {text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + '…'}"


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
