"""A supervisor over a stub plan in a process of its own, its upstream in ours, and clients that know when a request was dropped."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

BODY = b'{"ok":true}'
PATIENCE_S = 30.0


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; the bound only keeps a broken test from hanging."""
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # another process has no event of ours to wait for


async def shut(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class SlowUpstream:
    """Answers every request with BODY; where `hold` is set, only once it is released."""

    def __init__(self) -> None:
        self.seen = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> int:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        self.server.close()
        for writer in list(self.writers):
            await shut(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.seen += 1
                await self.gate.wait()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY))
                await writer.drain()
        self.writers.discard(writer)
        await shut(writer)


class Gateway:
    """One supervisor process."""

    def __init__(self, folder: Path, upstream: SlowUpstream) -> None:
        self.folder = folder
        self.upstream = upstream
        (folder / "plan").mkdir()

    def write_plan(self, **what: object) -> None:
        plan = {"hash": "one", "upstream": self.port, "grace_s": 0.0, **what}
        draft = self.folder / "draft"
        draft.write_text(json.dumps(plan))
        draft.replace(self.folder / "plan" / "plan.json")

    async def start(self, *arguments: str, **plan: object) -> None:
        self.port = await self.upstream.start()
        self.write_plan(**plan)
        self.errors = (self.folder / "errors").open("wb")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.system.run_stub", str(self.folder / "plan"), *arguments,
            stdout=asyncio.subprocess.PIPE, stderr=self.errors, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        self.session = aiohttp.ClientSession()
        assert self.process.stdout is not None  # the ready line
        async with asyncio.timeout(PATIENCE_S):
            line = await self.process.stdout.readline()
        if line:
            self.ready = json.loads(line)
            self.address = self.ready["data_plane"].removeprefix("http://").split(":")

    async def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        await self.session.close()
        self.errors.close()
        await self.upstream.close()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.ready["management"] + path) as response:
            return response.status, await response.text()

    async def plan(self) -> dict[str, object]:
        return dict(json.loads((await self.get("/plan"))[1]))

    async def pids(self) -> list[int]:
        plan = await self.plan()
        return [worker["pid"] for worker in plan["workers"] if worker["state"] == "ready"]  # type: ignore[attr-defined]

    async def metric(self, name: str, **labels: str) -> float:
        """Give the sum of the samples of this name that carry these labels; -1 where there is none."""
        found = [
            sample.value
            for family in text_string_to_metric_families((await self.get("/metrics"))[1])
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        return sum(found) if found else -1.0

    async def ping(self) -> int:
        client = Client(self.address)
        status = await client.call()
        await client.close()
        return status

    def nursery(self) -> int:
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def complaints(self) -> str:
        return (self.folder / "errors").read_text()


class Client:
    """A keep-alive client: counts answers, and requests that got no whole answer though no close was announced."""

    def __init__(self, address: list[str]) -> None:
        self._address = address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.answered = 0
        self.dropped: list[str] = []

    async def call(self) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._address[0], int(self._address[1]))
        reader, writer = self._streams
        writer.write(b"GET /ping HTTP/1.1\r\nHost: stub\r\n\r\n")
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        assert len(await reader.readexactly(length)) == length
        if b"connection: close" in head:
            await self.close()
        return int(head.split()[1])

    async def close(self) -> None:
        streams, self._streams = self._streams, None
        if streams is not None:
            await shut(streams[1])

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                status = await self.call()
            except (OSError, asyncio.IncompleteReadError) as error:
                self.dropped.append(repr(error))
                await self.close()
                continue
            self.answered += 1
            if status != 200:
                self.dropped.append(str(status))
        await self.close()


class Load:
    """Clients that call without pause while the block runs."""

    def __init__(self, gateway: Gateway, clients: int) -> None:
        self.clients = [Client(gateway.address) for _ in range(clients)]
        self._stop = asyncio.Event()

    async def __aenter__(self) -> Load:
        self._tasks = [asyncio.create_task(client.run(self._stop)) for client in self.clients]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)

    @property
    def answered(self) -> int:
        return sum(client.answered for client in self.clients)

    @property
    def dropped(self) -> list[str]:
        return [reason for client in self.clients for reason in client.dropped]


def end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
