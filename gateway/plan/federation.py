"""A federation's folders, read: the only part of the plan that opens files.

Must not know: what the documents mean to one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .decode import Document
from .diagnose import Diagnostic
from .marks import Source


@dataclass(frozen=True, slots=True, eq=False)
class Federation:
    """Everything that stands in the folders of a federation, decoded.

    Shape: `documents` kind → id → document; each kind has an entry. `sources` file → text, for excerpts. `files` holds
    the raw files named by documents (`file: x.csv`), by (file of the document, reference). `digests` file → SHA-256.
    """

    folders: tuple[Path, ...]
    documents: Mapping[str, Mapping[str, Document]]
    sources: Mapping[str, Source]
    files: Mapping[tuple[str, str], bytes]
    digests: Mapping[str, str]
    digest: str
    diagnostics: tuple[Diagnostic, ...] = ()

    def of(self, kind: str) -> Mapping[str, Document]:
        """Give the documents of a kind by id."""
        return self.documents.get(kind, {})

    def raw_file(self, document: Document, reference: str) -> bytes | None:
        """Give the bytes of a file that a document names; None where it could not be read (a diagnostic says so)."""
        return self.files.get((document.source.file, reference))


def read_federation(folders: Sequence[Path]) -> Federation:
    """Read routes/, schemas/ and policies/ under each folder. Never raises for what stands in them."""
    raise NotImplementedError
