"""A federation's folders, read: the only part of the plan that opens files.

Laws: 1. What stands in a folder never raises: a file that cannot be read, a link in a circle, a pipe are diagnostics. 2. The order of
reading is the order of names, so that two machines say the same. 3. What a document names is read inside the folder only.
Must not know: what the documents mean to one another.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..values.model import Json
from .cache import Cache, open_cache
from .decisions import list_decisions
from .decode import Document, decode_document
from .diagnose import Diagnostic, Related
from .kinds import KINDS
from .marks import Mark, Source
from .marks import Path as MarkPath
from .read import FILE_BYTES_MAX, NO_SIGN_HINT, make_source, read_trees

PARTS = ("routes", "schemas", "policies")
FILES_MAX = 100_000
FOLDERS_DEEP_MAX = 16
_RAW: Mapping[str, tuple[str, ...]] = {  # where a kind names a file; `*` = each item
    "codelist": ("file",), "issuer": ("keys", "file"), "table": ("file",), "app": ("interfaces", "*", "*"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Federation:
    """Everything that stands in the folders of a federation, decoded.

    Shape: `documents` kind → id → document; each kind has an entry. `sources` file → text, for excerpts. `files` holds
    the raw files named by documents (`file: x.csv`), by (file of the document, reference). `digests` file → SHA-256.
    `diagnostics` stand in the order of files and lines. `homes` file → which of the folders it stands in; the first is the
    federation's own, each further one an overlay.
    """

    folders: tuple[Path, ...]
    documents: Mapping[str, Mapping[str, Document]]
    sources: Mapping[str, Source]
    files: Mapping[tuple[str, str], bytes]
    digests: Mapping[str, str]
    digest: str
    diagnostics: tuple[Diagnostic, ...] = ()
    homes: Mapping[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, Document]:
        """Give the documents of a kind by id."""
        return self.documents.get(kind, {})

    @property
    def operations(self) -> Mapping[str, Document]:
        """Give everything that can be called, by id: the routes, the journeys, then the decisions that journeys wait for."""
        journeys = self.of("journey")
        return {**list_decisions(journeys), **self.of("route"), **journeys}

    def home_of(self, document: Document) -> int:
        """Give which of the folders a document stands in."""
        return self.homes.get(document.source.file, 0)

    def raw_file(self, document: Document, reference: str) -> bytes | None:
        """Give the bytes of a file that a document names; None where it could not be read (a diagnostic says so).

        Shape: a reference that is absolute or holds `${…}` is not read here: None, without a diagnostic.
        """
        return self.files.get((document.source.file, reference))


@dataclass(slots=True)
class _Reading:
    documents: dict[str, dict[str, Document]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    sources: dict[str, Source] = field(default_factory=dict)
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    homes: dict[str, int] = field(default_factory=dict)
    count: int = 0


def read_federation(folders: Sequence[Path], cache_dir: Path | None = None) -> Federation:
    """Read routes/, schemas/ and policies/ under each folder. Never raises for what stands in them.

    Shape: the names of files begin with the folder as it was given (`.` leaves nothing). With `cache_dir`, files that did
    not change since are not decoded again.
    """
    reading = _Reading()
    cache = open_cache(cache_dir, folders)
    total = hashlib.sha256()
    for home, folder in enumerate(folders):
        for path in _find_files(folder, reading):
            reading.homes.setdefault(str(path), home)
            if reading.count > FILES_MAX:
                message = f"more than {FILES_MAX:,} files"
                reading.found.append(Diagnostic("JB-SYN-010", message, Mark(str(path)), "write several documents in one file"))
                break
            raw = _read_bytes(path, str(path), reading.found) if _is_inside(home, folder, path, reading.found) else None
            if raw is not None:
                _take_file(str(path), raw, reading, cache)
                total.update(f"{path.relative_to(folder)}\0{reading.digests[str(path)]}\n".encode())
        _read_named(home, folder, reading, total)
    cache.save()
    found = sorted(reading.found, key=lambda diagnostic: (diagnostic.mark.file, diagnostic.mark.line, diagnostic.mark.column))
    documents = reading.documents
    digest = total.hexdigest()
    return Federation(tuple(folders), documents, reading.sources, reading.files, reading.digests, digest, tuple(found), reading.homes)


def _find_files(folder: Path, reading: _Reading) -> Iterator[Path]:
    """Give the files of a federation in the order of their names."""
    parts = [folder / part for part in PARTS if (folder / part).is_dir()]
    if not parts:
        reading.found.append(
            Diagnostic("JB-SYN-014", "no federation stands here", Mark(str(folder)), "a federation has routes/, schemas/ and policies/")
        )
    for part in parts:
        yield from _walk_folder(part, (), reading, (".yaml", ".yml", ".json") if part.name == "schemas" else (".yaml", ".yml"))


def _walk_folder(folder: Path, above: tuple[str, ...], reading: _Reading, endings: tuple[str, ...]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in above or len(above) > FOLDERS_DEEP_MAX:
        what = "a link in a circle" if real in above else f"folders deeper than {FOLDERS_DEEP_MAX}"
        reading.found.append(Diagnostic("JB-SYN-015", what, Mark(str(folder)), "take it out", "nothing below it is read"))
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        reading.found.append(Diagnostic("JB-SYN-014", f"the folder cannot be read: {error.strerror}", Mark(str(folder))))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if _is_folder(entry):
            yield from _walk_folder(folder / entry.name, (*above, real), reading, endings)
        elif entry.name.endswith(endings):
            reading.count += 1
            yield folder / entry.name


def _is_inside(home: int, folder: Path, path: Path, found: list[Diagnostic]) -> bool:
    """Say whether a file of an overlay stands in its folder; a link that leads out of it is noted, and shows nothing of what is there."""
    is_inside = home == 0 or Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    if not is_inside:
        hint = "put the file itself here"
        found.append(Diagnostic("JB-REF-004", "a link that leads out of the overlay's folder", Mark(str(path)), hint, "it is not read"))
    return is_inside


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _read_bytes(path: Path, name: str, found: list[Diagnostic], mark: Mark | None = None) -> bytes | None:
    """Read one file, at most one byte more than is allowed."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            found.append(Diagnostic("JB-SYN-014", f"{name} is no plain file", mark or Mark(name), "take it out"))
            return None
        with path.open("rb") as stream:
            return stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        found.append(
            Diagnostic("JB-SYN-014", f"{name} cannot be read: {error.strerror}", mark or Mark(name), "check its name and permissions")
        )
        return None


def _take_file(name: str, raw: bytes, reading: _Reading, cache: Cache) -> None:
    source, found = make_source(name, raw)
    reading.sources[name] = source
    reading.digests[name] = source.digest
    reading.found += found
    documents = None if found else cache.recall(source)
    if documents is None and not found:
        documents, found = _decode_file(source)
        reading.found += found
        if not found:
            cache.keep(source, documents)
    for document in documents or ():
        known = reading.documents[document.kind].setdefault(document.id, document)
        if known is not document:
            is_edit = reading.homes[document.source.file] != reading.homes[known.source.file]
            reading.found.append((_edited if is_edit else _twice)(document, known))


def _decode_file(source: Source) -> tuple[list[Document], list[Diagnostic]]:
    found: list[Diagnostic] = []
    documents: list[Document] = []
    for tree, mistakes in read_trees(source):
        found += mistakes
        if tree is not None:
            document, mistakes = decode_document(tree)
            found += mistakes
            documents += [document] if document is not None else []
    return documents, found


def _twice(document: Document, known: Document) -> Diagnostic:
    where = f"{known.mark.file}:{known.mark.line}"
    return Diagnostic(
        "JB-REF-001",
        f'the {document.kind} "{document.id}" stands twice',
        document.mark,
        f"first in {where}; rename one or take it out",
        "only the first is used",
        (Related("it stands first here", known.mark),),
    )


def _edited(document: Document, known: Document) -> Diagnostic:
    where = f"{known.mark.file}:{known.mark.line}"
    return Diagnostic(
        "JB-OVL-001",
        f'the {document.kind} "{document.id}" stands in another folder already: an overlay adds, it never edits',
        document.mark,
        f"it stands in {where}; give yours an id of its own, or take it out",
        "only the first is used",
        (Related("it stands first here", known.mark),),
    )


def _read_named(home: int, folder: Path, reading: _Reading, total: hashlib._Hash) -> None:
    """Read the raw files that documents of a folder name, each once."""
    root = os.path.realpath(folder)
    documents = ((document, pattern) for kind, pattern in _RAW.items() for document in reading.documents[kind].values())
    for document, pattern in documents:
        if reading.homes[document.source.file] == home:
            for path, reference in _named_in(document.value, pattern, ()):
                _read_one(root, document, path, reference, reading, total)


def _read_one(root: str, document: Document, path: MarkPath, reference: str, reading: _Reading, total: hashlib._Hash) -> None:
    key = (document.source.file, reference)
    if key in reading.files or reference.startswith("/") or "${" in reference or "://" in reference:
        return
    mark = document.mark_at(path)
    target = Path(document.source.file).parent / reference
    if not Path(os.path.realpath(target)).is_relative_to(root):
        reading.found.append(Diagnostic("JB-REF-004", "a file outside the federation's folder", mark, "put it beside this file"))
        return
    raw = _read_bytes(target, str(target), reading.found, mark)
    if raw is not None and len(raw) > FILE_BYTES_MAX:
        reading.found.append(Diagnostic("JB-SYN-010", f"the file has more than {FILE_BYTES_MAX:,} bytes", mark, "split it"))
    elif raw is not None:
        reading.files[key] = raw
        _keep_named(document.kind, str(target), raw, reading)
        total.update(f"{reference}\0{reading.digests[str(target)]}\n".encode())


def _keep_named(kind: str, name: str, raw: bytes, reading: _Reading) -> None:
    reading.digests[name] = hashlib.sha256(raw).hexdigest()
    if kind == "table":  # its rows are shown in diagnostics
        reading.sources[name], found = make_source(name, raw)
        reading.found += (replace(each, hint=each.hint.replace(NO_SIGN_HINT, "take it out")) for each in found)  # no cell has escapes


def _named_in(value: Json, pattern: tuple[str, ...], path: MarkPath) -> Iterator[tuple[MarkPath, str]]:
    """Give the texts that stand where a pattern leads."""
    if not pattern:
        yield from [(path, value)] if isinstance(value, str) else []
        return
    pairs = list(enumerate(value)) if isinstance(value, list) else list(value.items()) if isinstance(value, dict) else []
    for step, each in pairs:
        if pattern[0] in ("*", step):
            yield from _named_in(each, pattern[1:], (*path, step))
