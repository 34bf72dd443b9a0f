"""A caller who goes in the middle of a call is no defect of a simulated agency: it stays silent and serves the next."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from gateway.sandbox.desk import open_port

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"


async def read_all(request: web.Request) -> web.StreamResponse:
    return web.Response(body=await request.read())


async def answer_here(request: web.Request) -> web.StreamResponse:
    return web.Response(text="here")


async def stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65536)


@pytest.mark.asyncio
@pytest.mark.parametrize("handler", [read_all, stream])
async def test_a_caller_who_goes_leaves_no_traceback(
    caplog: pytest.LogCaptureFixture, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> None:
    ended = asyncio.Event()

    async def watched(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            ended.set()

    application = web.Application()
    application.router.add_post("/", watched)
    application.router.add_get("/", answer_here)
    runner, port = await open_port(application)
    with caplog.at_level(logging.ERROR):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        if handler is stream:
            await reader.readexactly(4096)
        else:
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as answer:
                assert answer.status == 200  # it has begun to read by then
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        async with asyncio.timeout(10):
            await ended.wait()
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as answer:
            assert await answer.text() == "here"
    await runner.cleanup()
    assert caplog.records == []
