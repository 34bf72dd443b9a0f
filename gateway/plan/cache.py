"""What was decoded before, kept between runs of the checker.

Laws: 1. An entry is found by the content of its file and the version of the checker, so an old one is never wrong, only unused. 2. The
whole carries a digest: what was cut or altered is noticed and not used; so is a file that others may write. 3. Only files
without a mistake are kept. 4. A cache that cannot be read or written changes nothing but the time.
Must not know: kinds, folders.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import orjson
import yaml

from ..values.model import Json
from .decode import Document
from .marks import Mark, Source

BYTES_MAX = 512 << 20


@lru_cache(maxsize=1)
def checker_version() -> str:
    """Give a digest of everything that decoding depends on: the code of this room, of `values`, and the parser."""
    total = hashlib.sha256(f"{yaml.__version__} {orjson.__version__}".encode())
    here = Path(__file__).parent
    for folder in (here, here / "kinds", here.parent / "values"):
        for path in sorted(folder.glob("*.py")):
            total.update(path.read_bytes())
    return total.hexdigest()


class Cache:
    """Decoded documents by the content of their file.

    Shape: `rows` digest of a file → its documents, each [kind, id, value, line, column, length, index].
    """

    __slots__ = ("_path", "_rows", "_used")

    def __init__(self, path: Path | None, rows: dict[str, Json]) -> None:
        self._path = path
        self._rows = rows
        self._used: dict[str, Json] = {}

    def recall(self, source: Source) -> list[Document] | None:
        """Give the documents of a file that was decoded before; None where it was not."""
        rows = self._rows.get(source.digest)
        if rows is None:
            return None
        self._used[source.digest] = rows
        return [
            Document(kind, id_, value, Mark(source.file, line, column, length), source, index)
            for kind, id_, value, line, column, length, index in rows
        ]

    def keep(self, source: Source, documents: Sequence[Document]) -> None:
        """Keep the documents of a file without mistakes."""
        if self._path is not None:
            self._used[source.digest] = [
                [one.kind, one.id, one.value, one.mark.line, one.mark.column, one.mark.length, one.index] for one in documents
            ]

    def save(self) -> None:
        """Write what was used in this run, where it differs from what was read; in one step, so that nobody reads a half."""
        if self._path is None or self._used.keys() == self._rows.keys():
            return
        save_rows(self._path, self._used)


def save_rows(path: Path, rows: dict[str, Json]) -> None:
    """Write rows with their digest, in one step; where that cannot be, nothing happens."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        body = orjson.dumps(rows)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as stream:
            stream.write(_head(body))
            stream.write(body)
        beside.replace(path)
    except (OSError, TypeError, orjson.JSONEncodeError):
        with contextlib.suppress(OSError):
            beside.unlink()


def open_cache(folder: Path | None, folders: Sequence[Path]) -> Cache:
    """Open the cache of a federation; an empty one where none can be used."""
    if folder is None:
        return Cache(None, {})
    name = hashlib.sha256("\0".join(os.path.realpath(one) for one in folders).encode()).hexdigest()[:32]
    path = folder / f"{name}.plan"
    return Cache(path, load_rows(path))


def load_rows(path: Path) -> dict[str, Json]:
    """Read rows; none where the file is cut, altered, writable by others or not there."""
    try:
        found = path.lstat()
        if found.st_uid != os.geteuid() or found.st_mode & 0o022 or found.st_size > BYTES_MAX or path.is_symlink():
            return {}
        raw = path.read_bytes()
        head, _, body = raw.partition(b"\n")
        rows = orjson.loads(body) if head + b"\n" == _head(body) else {}
    except (OSError, orjson.JSONDecodeError):
        return {}
    return rows if isinstance(rows, dict) else {}


def _head(body: bytes) -> bytes:
    return f"{checker_version()} {hashlib.sha256(body).hexdigest()}\n".encode()
