"""What the simulated agencies do is counted by key, and a repeat is known. All data are synthetic."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from gateway.sandbox.effects import DID, Effects


class Office:
    """Does what it is asked, as often as it is asked."""

    def __init__(self, did: str = "visit") -> None:
        self.did, self.times = did, 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.times += 1
        await asyncio.sleep(0)
        response = web.Response(text=f"number {self.times}", status=201)
        response[DID] = self.did
        return response


def ask(key: str | None) -> web.Request:
    return make_mocked_request("POST", "/", {} if key is None else {"Idempotency-Key": key})


async def say(effects: Effects, office: Office, key: str | None, agency: str = "simpus") -> tuple[int, str | None]:
    response = await effects.watch(agency, ask(key), office.serve)
    assert isinstance(response, web.Response)
    return response.status, response.text


async def test_a_repeat_gets_the_first_answer_and_nothing_is_done() -> None:
    effects, office = Effects(), Office()
    assert [await say(effects, office, "k"), await say(effects, office, '"k"')] == [(201, "number 1")] * 2
    assert effects.tell() == [{"agency": "simpus", "key": "k", "did": "visit", "times": 1}]


async def test_another_key_and_another_agency_are_another_deed_and_so_is_each_call_without_a_key() -> None:
    effects, office = Effects(), Office()
    for key, agency in (("k", "simpus"), ("l", "simpus"), ("k", "bkn"), (None, "bkn"), (None, "bkn")):
        await say(effects, office, key, agency)
    assert [(each["agency"], each["key"], each["times"]) for each in effects.tell()] == [
        ("simpus", "k", 1), ("simpus", "l", 1), ("bkn", "k", 1), ("bkn", "", 2),
    ]  # fmt: skip


async def test_what_was_refused_is_not_kept() -> None:
    effects, office = Effects(), Office(did="")
    assert [await say(effects, office, "k"), await say(effects, office, "k")] == [(201, "number 1"), (201, "number 2")]
    assert effects.tell() == []


@pytest.mark.parametrize("count", [2, 9])
async def test_calls_of_one_key_that_come_at_once_are_one_deed(count: int) -> None:
    effects, office = Effects(), Office()
    got = await asyncio.gather(*(say(effects, office, "k") for _ in range(count)))
    assert set(got) == {(201, "number 1")}
    assert office.times == 1
