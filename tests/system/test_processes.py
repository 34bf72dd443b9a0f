"""The supervisor, its nursery and its workers as real processes: nothing is lost, nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .processes import Client, Gateway, Load, SlowUpstream, end, is_gone, until


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    made = Gateway(tmp_path, SlowUpstream())
    yield made
    await made.close()


async def served(gateway: Gateway, count: int) -> None:
    async def holds() -> bool:
        return await gateway.metric("jembatan_reloads_total", outcome="served") >= count

    await until(holds)


async def counted(gateway: Gateway, count: int) -> None:
    """The exchanges that ended are exactly `count`."""

    async def holds() -> bool:
        return await gateway.metric("jembatan_responses_total", route="ping") >= count

    await until(holds)
    assert await gateway.metric("jembatan_responses_total", route="ping") == count


async def test_a_killed_worker_is_replaced_and_its_counts_are_kept(gateway: Gateway) -> None:
    await gateway.start()
    for _ in range(10):
        assert await gateway.ping() == 200
    await counted(gateway, 10)
    old = await gateway.pids()
    for pid in old:
        end(pid)

    async def replaced() -> bool:
        new = await gateway.pids()
        return len(new) == len(old) and not set(new) & set(old)

    await until(replaced)
    for _ in range(10):
        assert await gateway.ping() == 200
    await counted(gateway, 20)
    assert await gateway.metric("jembatan_worker_restarts_total") == len(old)
    assert await gateway.metric("jembatan_connections", state="open") >= 0, "a gauge of a dead worker ends with it"


async def test_a_bad_plan_leaves_the_old_one_serving_and_shows(gateway: Gateway) -> None:
    await gateway.start()
    gateway.write_plan(refuse="error[JB-REF-003]: unknown upstream\n  --> routes/x.yaml:11:13")
    gateway.signal(signal.SIGHUP)

    async def refused() -> bool:
        return await gateway.metric("jembatan_reloads_total", outcome="refused") == 1

    await until(refused)
    assert await gateway.ping() == 200
    assert (await gateway.plan())["hash"] == "one"
    assert await gateway.metric("jembatan_last_reload_served") == 0
    assert "routes/x.yaml:11:13" in gateway.complaints()
    assert (await gateway.get("/readyz"))[0] == 200
    gateway.write_plan(hash="two")
    gateway.signal(signal.SIGHUP)
    await served(gateway, 2)
    assert (await gateway.plan())["hash"] == "two"
    assert await gateway.metric("jembatan_last_reload_served") == 1


async def test_a_plan_whose_workers_die_at_birth_replaces_nothing(gateway: Gateway) -> None:
    await gateway.start()
    old = await gateway.pids()
    gateway.write_plan(hash="two", stillborn=True)
    gateway.signal(signal.SIGHUP)

    async def failed() -> bool:
        return await gateway.metric("jembatan_reloads_total", outcome="failed") == 1

    await until(failed)
    assert await gateway.pids() == old
    assert (await gateway.plan())["hash"] == "one"
    assert await gateway.ping() == 200


async def test_a_worker_that_stands_still_is_ended_and_replaced(gateway: Gateway) -> None:
    await gateway.start("--impatient")
    first = await gateway.pids()
    os.kill(first[0], signal.SIGSTOP)

    async def replaced() -> bool:
        now = await gateway.pids()
        return len(now) == len(first) and first[0] not in now

    await until(replaced)
    assert set(first[1:]) <= set(await gateway.pids()), "who moves is left alone"
    assert "stands still" in gateway.complaints()
    assert await gateway.metric("jembatan_worker_restarts_total") == 1
    assert await gateway.ping() == 200


async def test_a_bad_first_plan_starts_nothing(gateway: Gateway) -> None:
    await gateway.start(refuse="error[JB-KEY-001]: unknown key")
    assert await gateway.process.wait() == 1
    assert "JB-KEY-001" in gateway.complaints()


async def test_an_address_that_is_taken_starts_nothing(gateway: Gateway) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        await gateway.start(port=taken.getsockname()[1])
        assert await gateway.process.wait() == 4
    assert "cannot listen" in gateway.complaints()


@pytest.mark.parametrize("reloads", [25, pytest.param(200, marks=[pytest.mark.deep, pytest.mark.timeout(900)])])
async def test_reloads_under_load_drop_nothing_and_count_everything(gateway: Gateway, reloads: int) -> None:
    await gateway.start()
    async with Load(gateway, 8) as load:
        for reload in range(reloads):
            gateway.write_plan(hash=f"plan-{reload}", extra_routes=[f"extra-{reload % 3}"])
            gateway.signal(signal.SIGHUP)
            await served(gateway, reload + 2)
    assert load.dropped == []
    assert load.answered > reloads
    await counted(gateway, load.answered)


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
async def test_a_rolling_restart_under_load_drops_nothing(gateway: Gateway, loop: str) -> None:
    await gateway.start(loop=loop)
    first = await gateway.pids()
    async with Load(gateway, 8) as load:
        for pid in first:
            os.kill(pid, signal.SIGTERM)

            async def replaced(pid: int = pid) -> bool:
                now = await gateway.pids()
                return is_gone(pid) and pid not in now and len(now) == len(first)

            await until(replaced)
    assert load.dropped == []
    await counted(gateway, load.answered)


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
async def test_sigterm_is_unready_at_once_finishes_what_runs_and_exits_0(gateway: Gateway, loop: str) -> None:
    await gateway.start(grace_s=60.0, loop=loop)
    gateway.upstream.gate.clear()
    client = Client(gateway.address)
    call = asyncio.create_task(client.call())

    async def reached() -> bool:
        return gateway.upstream.seen == 1

    await until(reached)
    gateway.signal(signal.SIGTERM)

    async def unready() -> bool:
        return (await gateway.get("/readyz"))[0] == 503

    await until(unready)
    other = Client(gateway.address)
    late = asyncio.create_task(other.call())

    async def accepted() -> bool:
        return gateway.upstream.seen == 2

    await until(accepted)  # within the grace it still accepts

    gateway.signal(signal.SIGTERM)  # hastens: the grace ends
    gateway.upstream.gate.set()
    assert await call == 200
    assert await late == 200
    await client.close()
    await other.close()
    assert await gateway.process.wait() == 0


async def test_another_signal_cuts_the_drain(gateway: Gateway) -> None:
    await gateway.start(drain_s=3600.0)
    gateway.upstream.gate.clear()
    client = Client(gateway.address)
    call = asyncio.create_task(client.call())

    async def reached() -> bool:
        return gateway.upstream.seen == 1

    await until(reached)
    gateway.signal(signal.SIGTERM)

    async def draining() -> bool:
        return not await gateway.pids()

    await until(draining)
    gateway.signal(signal.SIGINT)
    assert await gateway.process.wait() == 0
    with pytest.raises((OSError, asyncio.IncompleteReadError)):
        await call
    await client.close()


async def test_a_signal_while_the_first_plan_compiles_ends_everything(gateway: Gateway) -> None:
    starting = asyncio.create_task(gateway.start(compile_for_s=3600))
    compiling = gateway.folder / "compiling"

    async def began() -> bool:
        return compiling.exists()

    await until(began)
    nursery = gateway.nursery()
    gateway.signal(signal.SIGTERM)
    assert await gateway.process.wait() == 0
    assert is_gone(nursery)
    await starting


async def test_a_worker_told_to_drain_by_another_hand_is_replaced_at_once(gateway: Gateway) -> None:
    await gateway.start(workers=1, drain_s=3600.0)
    client = Client(gateway.address)
    assert await client.call() == 200  # its connection stays open, so the drain goes on
    (old,) = await gateway.pids()
    os.kill(old, signal.SIGTERM)

    async def replaced() -> bool:
        now = await gateway.pids()
        return len(now) == 1 and now != [old]

    await until(replaced)
    assert not is_gone(old)
    assert await gateway.ping() == 200
    assert await client.call() == 200  # the last answer on the old connection announces its end

    async def gone() -> bool:
        return is_gone(old)

    await until(gone)
    await client.close()


async def test_nothing_outlives_a_killed_supervisor(gateway: Gateway) -> None:
    await gateway.start()
    pids = [*await gateway.pids(), gateway.nursery()]
    gateway.process.kill()
    await gateway.process.wait()

    async def all_gone() -> bool:
        return all(is_gone(pid) for pid in pids)

    await until(all_gone)


async def test_a_killed_nursery_is_replaced_while_its_workers_serve(gateway: Gateway) -> None:
    await gateway.start()
    old = await gateway.pids()
    async with Load(gateway, 4) as load:
        end(gateway.nursery())
        await served(gateway, 2)
    assert load.dropped == []
    assert not set(await gateway.pids()) & set(old)
    assert await gateway.metric("jembatan_nursery_deaths_total") == 1

    async def all_gone() -> bool:
        return all(is_gone(pid) for pid in old)

    await until(all_gone)


async def test_a_watched_folder_reloads_by_content_only(gateway: Gateway) -> None:
    await gateway.start("--watch")
    gateway.write_plan()  # the same content again
    gateway.write_plan(hash="two")
    await served(gateway, 2)
    plan = await gateway.plan()
    assert (plan["hash"], plan["generation"]) == ("two", 2)
    gateway.signal(signal.SIGTERM)
    assert await gateway.process.wait() == 0


async def test_the_access_log_has_a_whole_line_for_each_exchange(gateway: Gateway) -> None:
    await gateway.start()
    for _ in range(5):
        assert await gateway.ping() == 200
    gateway.signal(signal.SIGTERM)
    assert await gateway.process.wait() == 0
    lines = (gateway.folder / "access.log").read_text().splitlines()
    assert len(lines) == 5
    assert all(line.startswith('{"event":"exchange"') and '"route":"ping"' in line for line in lines)
