"""Fetching issuers' keys: joined, bounded, loopback or https only; whatever goes wrong is KEYS_UNAVAILABLE."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from yarl import URL

from gateway.values.asks import FetchKeys
from gateway.values.faults import Fault, Refused
from gateway.wire.keys import BODY_BYTES_MAX, KeyFetcher, is_fetchable

KEYS = b'{"keys":[]}'


class Issuer:
    def __init__(self) -> None:
        self.fetches = 0
        self.gate = asyncio.Event()
        self.reached = asyncio.Event()
        self.notes: Counter[str] = Counter()
        self.fetcher = KeyFetcher(lambda _issuer, outcome: self.notes.update([outcome]))

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/large", self._large)
        app.router.add_get("/moved", self._moved)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def _keys(self, _request: web.Request) -> web.Response:
        self.fetches += 1
        self.reached.set()
        await self.gate.wait()
        return web.Response(body=KEYS)

    async def _large(self, _request: web.Request) -> web.Response:
        return web.Response(body=b"x" * (BODY_BYTES_MAX + 1))

    async def _moved(self, _request: web.Request) -> web.Response:
        raise web.HTTPFound("/keys")

    async def fetch(self, path: str) -> bytes:
        return await self.fetcher.fetch(FetchKeys("issuer", self.url + path))


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    made = Issuer()
    await made.start()
    yield made
    await made.fetcher.close()
    await made.runner.cleanup()


async def test_fetches_that_overlap_are_one(issuer: Issuer) -> None:
    fetches = [asyncio.create_task(issuer.fetch("/keys")) for _ in range(5)]
    await issuer.reached.wait()
    issuer.gate.set()
    assert await asyncio.gather(*fetches) == [KEYS] * 5
    assert (issuer.fetches, issuer.notes["fetched"]) == (1, 1)
    await issuer.fetch("/keys")
    assert issuer.fetches == 2, "a later fetch is a new one"


@pytest.mark.parametrize("path", ["/large", "/moved", "/nowhere"])
async def test_what_is_no_plain_small_200_is_unavailable(issuer: Issuer, path: str) -> None:
    issuer.gate.set()
    with pytest.raises(Refused) as refused:
        await issuer.fetch(path)
    assert refused.value.fault.kind.name == "KEYS_UNAVAILABLE"
    assert issuer.notes["failed"] == 1
    assert issuer.fetches == 0, "a redirect is not followed"


async def test_the_answer_comes_once_by_callback(issuer: Issuer) -> None:
    issuer.gate.set()
    answers: asyncio.Queue[object] = asyncio.Queue()
    issuer.fetcher.start_fetch(FetchKeys("issuer", issuer.url + "/keys"), answers.put_nowait)
    assert await answers.get() == KEYS
    issuer.fetcher.start_fetch(FetchKeys("issuer", "http://127.0.0.1:1/keys"), answers.put_nowait)
    fault = await answers.get()
    assert isinstance(fault, Fault) and fault.kind.name == "KEYS_UNAVAILABLE"
    assert answers.empty()


@pytest.mark.parametrize(
    "url,holds",
    [
        ("https://issuer.example/keys", True),
        ("http://127.0.0.1:8/keys", True),
        ("http://[::1]/keys", True),
        ("http://localhost/keys", True),
        ("http://issuer.example/keys", False),
        ("http://10.0.0.1/keys", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1/keys", False),
    ],
)
def test_keys_come_by_https_or_from_loopback(url: str, holds: bool) -> None:
    assert is_fetchable(URL(url)) is holds
