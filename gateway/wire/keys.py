"""Fetches issuers' keys for a worker.

Laws: 1. Equal fetches that overlap are one. 2. Size and time are bounded; redirects are not followed; plain http goes to
loopback only. 3. Whatever goes wrong is KEYS_UNAVAILABLE.
Must not know: what a key is, who asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from typing import Literal

import aiohttp
from yarl import URL

from ..values.asks import FetchKeys
from ..values.faults import Fault, Refused, fault, refuse

BODY_BYTES_MAX = 1 << 20
TOTAL_S = 3.0

Note = Callable[[str, Literal["fetched", "failed"]], None]


class KeyFetcher:
    """Answers `FetchKeys` over one aiohttp session, made when first needed."""

    def __init__(self, note: Note) -> None:
        """Tell `note` how each fetch ended."""
        self._note = note
        self._session: aiohttp.ClientSession | None = None
        self._running: dict[tuple[str, str], asyncio.Task[bytes]] = {}

    def start_fetch(self, ask: FetchKeys, answer: Callable[[bytes | Fault], object]) -> None:
        """Fetch, and give the answer once: the document, or a fault."""

        def tell(task: asyncio.Task[bytes]) -> None:
            error = None if task.cancelled() else task.exception()
            if task.cancelled() or error is not None:
                answer(error.fault if isinstance(error, Refused) else fault("KEYS_UNAVAILABLE"))
            else:
                answer(task.result())

        self._join(ask).add_done_callback(tell)

    async def fetch(self, ask: FetchKeys) -> bytes:
        """Fetch and wait.

        Faults: KEYS_UNAVAILABLE.
        """
        return await asyncio.shield(self._join(ask))

    async def close(self) -> None:
        """End what runs and close the session."""
        for task in list(self._running.values()):
            task.cancel()
        if self._session is not None:
            await self._session.close()

    def _join(self, ask: FetchKeys) -> asyncio.Task[bytes]:
        key = (ask.issuer, ask.url)
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.get_running_loop().create_task(self._fetch(ask))
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return task

    async def _fetch(self, ask: FetchKeys) -> bytes:
        try:
            document = await self._read(ask.url)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            self._note(ask.issuer, "failed")
            raise refuse("KEYS_UNAVAILABLE", reason=type(error).__name__) from None
        self._note(ask.issuer, "fetched")
        return document

    async def _read(self, address: str) -> bytes:
        url = URL(address)
        if not is_fetchable(url):
            raise ValueError("neither https nor loopback")
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=TOTAL_S)
            self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
        headers = {"accept": "application/jwk-set+json, application/json", "accept-encoding": "identity"}
        async with self._session.get(url, allow_redirects=False, headers=headers) as response:
            if response.status != 200 or response.headers.get("content-encoding", "identity") != "identity":
                raise ValueError("not a plain 200")
            document = bytearray()
            async for chunk in response.content.iter_chunked(64 << 10):
                document += chunk
                if len(document) > BODY_BYTES_MAX:
                    raise ValueError("too large")
            return bytes(document)


def is_fetchable(url: URL) -> bool:
    """Say whether keys may be fetched from here: https, or http to loopback."""
    if url.scheme == "https":
        return True
    host = url.host or ""
    if host == "localhost":
        return url.scheme == "http"
    try:
        return url.scheme == "http" and ip_address(host).is_loopback
    except ValueError:
        return False
