"""Files of the cache: a JSON value under a head that says who made it and what it is.

Laws: 1. A file that was cut, altered or made by another checker, or that others may write, is not used. 2. It is written in one step, so
that nobody reads a half. 3. What cannot be read or written changes nothing but the time.
Must not know: what the values mean.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import orjson

from ..values.model import Json

BYTES_MAX = 512 << 20


def read_entry(path: Path, version: str) -> Json:
    """Give the value of a file; None where there is none, or none that may be used."""
    try:
        found = path.lstat()
        if found.st_uid != os.geteuid() or found.st_mode & 0o022 or found.st_size > BYTES_MAX or path.is_symlink():
            return None
        raw = path.read_bytes()
        head, _, body = raw.partition(b"\n")
        return orjson.loads(body) if head + b"\n" == _head(version, body) else None
    except (OSError, orjson.JSONDecodeError):
        return None


def write_entry(path: Path, version: str, value: Json) -> None:
    """Write the value of a file."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        body = orjson.dumps(value)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as stream:
            stream.write(_head(version, body))
            stream.write(body)
        beside.replace(path)
    except (OSError, TypeError, orjson.JSONEncodeError):
        with contextlib.suppress(OSError):
            beside.unlink()


def _head(version: str, body: bytes) -> bytes:
    return f"{version} {hashlib.sha256(body).hexdigest()}\n".encode()
