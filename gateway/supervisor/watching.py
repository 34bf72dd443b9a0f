"""Watches the federation's folders, and says when their content has changed.

Law: what counts is the content: a file that was only touched, or written as it was, is no change.
Must not know: what is done about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from watchfiles import awatch

_DEBOUNCE_MS = 300
_STEP_MS = 50
_FIRST_LOOK_MS = 500


async def watch_folders(folders: Sequence[Path], seen: bytes, tell: Callable[[], None]) -> None:
    """Call `tell` after each change of content since it had the digest `seen`, until cancelled."""
    stop = asyncio.Event()
    is_first = True  # what changed before the watcher stood is told of by nobody: look once
    try:
        async for changes in awatch(
            *folders, debounce=_DEBOUNCE_MS, step=_STEP_MS, rust_timeout=_FIRST_LOOK_MS, yield_on_timeout=True, stop_event=stop
        ):
            if not changes and not is_first:
                continue
            is_first = False
            digest = await asyncio.to_thread(digest_folders, folders)
            if digest != seen:
                seen = digest
                tell()
    finally:
        stop.set()


def digest_folders(folders: Sequence[Path]) -> bytes:
    """Digest the names and contents of all files; a file that goes meanwhile is a change that will be told."""
    whole = sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            try:
                content = path.read_bytes()
            except OSError:
                continue
            whole.update(b"%s\0%d\0" % (str(path).encode("utf-8", "surrogateescape"), len(content)))
            whole.update(content)
    return whole.digest()
