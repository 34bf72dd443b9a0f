"""The parts of a worker that need no process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.values.model import Listener, ServerTls
from gateway.worker import Stop, watch_certificate


def test_told_once_a_worker_drains_and_told_twice_it_hastens() -> None:
    stop = Stop()
    stop.tell()
    assert (stop.drain.is_set(), stop.hasten.is_set()) == (True, False)
    stop.tell()
    assert stop.hasten.is_set()


class Plane:
    """Counts reloads; the first ones fail, as they do on files that are half written."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.tries = 0
        self.loaded = asyncio.Event()

    def reload_tls(self) -> None:
        self.tries += 1
        if self.tries <= self.failures:
            raise OSError("half written")
        self.loaded.set()


@pytest.mark.parametrize("failures", [0, 2])
async def test_a_changed_certificate_is_loaded_once_and_tried_again_where_it_cannot_be(tmp_path: Path, failures: int) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_text("old")
    key.write_text("old")
    plane = Plane(failures)
    watching = asyncio.create_task(watch_certificate(plane.reload_tls, Listener("h", 1, ServerTls(str(cert), str(key))), 0.0))
    for _ in range(10):
        await asyncio.sleep(0)
    assert plane.tries == 0, "nothing has changed"
    cert.write_text("new one")
    await plane.loaded.wait()
    for _ in range(10):
        await asyncio.sleep(0)
    assert plane.tries == failures + 1
    watching.cancel()


async def test_without_tls_nothing_is_watched() -> None:
    await watch_certificate(Plane(0).reload_tls, Listener("h", 1), 0.0)
