"""From a read document to a decoded one.

Must not know: files, other documents.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..values.model import Json
from .marks import Mark, Path, Source


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One decoded document.

    Shape: `value` is plain Python, converted (durations float seconds, sizes int bytes, dates str), with defaults filled
    in; it holds the kind key too (`value["route"] == id`). `mark` is the place of the kind key. `index` its place in the file.
    """

    kind: str
    id: str
    value: dict[str, Json]
    mark: Mark
    source: Source
    index: int = 0

    def mark_at(self, path: Path) -> Mark:
        """Give the place of the value at a path, or of its nearest ancestor that stands in the file."""
        raise NotImplementedError

    def key_mark_at(self, path: Path) -> Mark:
        """Give the place of the key that a path ends with, or of its nearest ancestor that stands in the file."""
        raise NotImplementedError
