"""What a document names and nothing holds: every reference of it that leads nowhere, each at its place.

Law: all that one document lacks is noted at once, so that whoever starts a gateway sees the whole list the first time.
Must not know: what a reference is for.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..values.model import Json
from .decode import Document
from .marks import Path
from .notes import Notes
from .secrets import REFERENCE, Secrets, Unresolved

_EFFECT = "the plan does not load"
_SANDBOX = (
    "set it; of the reference federation `jembatan sandbox --env-file sandbox.env` writes it, and `set -a; . ./sandbox.env; set +a` sets it"
)


def note_unresolved(document: Document, secrets: Secrets, notes: Notes) -> None:
    """Note each reference of a document that leads nowhere."""
    for path, text in _list_references(document.value, ()):
        try:
            secrets.resolve(text)
        except Unresolved as missing:
            kind, _, name = text[2:-1].partition(":")
            hint = "put it there" if kind == "file" else _SANDBOX if secrets.is_sandbox else "set it"
            notes.note(document, path, "JB-SEC-004", f"a reference cannot be resolved: {missing}", hint, _EFFECT, listed=name)


def _list_references(value: Json, at: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _list_references(child, (*at, key))
    elif isinstance(value, str) and REFERENCE.fullmatch(value):
        yield at, value
