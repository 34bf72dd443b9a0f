"""The management listener over a real socket: health, errors as problems, nothing that tells more than it must."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from gateway.manage.server import Check, Management, Status
from gateway.values.model import Json


class DeskOffice:
    def __init__(self) -> None:
        self.checks = [Check("plan", True, "hash"), Check("slot 0", True, "pid 1")]
        self.has_started = True
        self.is_broken = False

    def status(self) -> Status:
        return Status(self.has_started, tuple(self.checks))

    def scrape(self) -> bytes:
        if self.is_broken:
            raise RuntimeError("3201010101010001")  # synthetic NIK
        return b"up 1.0\n"

    def plan(self) -> Json:
        return {"hash": "abc"}


class Desk:
    def __init__(self) -> None:
        self.office = DeskOffice()
        self.management = Management(self.office)

    async def ask(self, path: str, method: str = "GET") -> tuple[int, str, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"http://127.0.0.1:{self.management.port}{path}") as response,
        ):
            assert "aiohttp" not in response.headers["Server"]
            return response.status, response.content_type, await response.text()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    await made.management.start("127.0.0.1", 0)
    yield made
    await made.management.stop()


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/startupz", "/metrics", "/plan"])
async def test_every_page_answers(desk: Desk, path: str) -> None:
    assert (await desk.ask(path))[0] == 200


async def test_ready_is_every_check_and_verbose_names_them(desk: Desk) -> None:
    desk.office.checks.append(Check("slot 1", False, "no worker serves it"))
    status, _, text = await desk.ask("/readyz?verbose")
    assert status == 503
    assert '{"name":"slot 1","ok":false,"detail":"no worker serves it"}' in text
    assert "checks" not in (await desk.ask("/readyz"))[2]
    assert (await desk.ask("/livez"))[0] == 200, "alive is not ready"


async def test_startup_is_over_once_it_has_served(desk: Desk) -> None:
    desk.office.has_started = False
    assert (await desk.ask("/startupz"))[0] == 503


@pytest.mark.parametrize("path,method,status", [("/nowhere", "GET", 404), ("/plan", "POST", 405), ("/livez", "DELETE", 405)])
async def test_errors_are_problems(desk: Desk, path: str, method: str, status: int) -> None:
    found, media_type, text = await desk.ask(path, method)
    assert (found, media_type) == (status, "application/problem+json")
    assert f'"status":{status}' in text


async def test_a_defect_is_a_problem_without_values_or_traceback(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.office.is_broken = True
    status, media_type, text = await desk.ask("/metrics")
    assert (status, media_type) == (500, "application/problem+json")
    assert "32010101" not in text + caplog.text
    assert "Traceback" not in text + caplog.text
    assert "RuntimeError" in caplog.text
