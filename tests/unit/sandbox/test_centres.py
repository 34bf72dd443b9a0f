"""The simulated health centres are strict, tell only of themselves, and are the same at each start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from gateway.sandbox.centres.softwares import SOFTWARES
from gateway.sandbox.centres.truth import PATIENTS, list_visits, read_centres
from gateway.sandbox.places import find_reference
from gateway.sandbox.world import Sandbox

ROOT = find_reference()
CENTRES = read_centres(ROOT / "seeds")
MADE = ("routes/health/centres/puskesmas.csv", "seeds/health-centres.yaml")


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    sandbox = Sandbox(ROOT / "seeds", tmp_path)
    yield await sandbox.start()
    await sandbox.stop()


def list_files(folder: str) -> list[Path]:
    return list(Path(folder).iterdir())


def first(software: str) -> str:
    return next(code for code, centre in CENTRES.items() if centre.software == software)


def test_the_register_is_what_the_script_makes(tmp_path: Path) -> None:
    for name in MADE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, ROOT / "scripts" / "make-health-centres"], cwd=tmp_path, check=True)
    assert [(tmp_path / name).read_bytes() for name in MADE] == [(ROOT / name).read_bytes() for name in MADE]


def test_there_are_400_and_each_knows_visits_of_its_own() -> None:
    assert len(CENTRES) == 400
    assert {centre.software for centre in CENTRES.values()} == {software.name for software in SOFTWARES}
    numbers = [visit.number for centre in CENTRES.values() for nik in PATIENTS for visit in list_visits(centre, nik)]
    assert len(numbers) > 2_000
    assert len(set(numbers)) == len(numbers)
    assert list_visits(CENTRES[first("simpus")], "3215011708910004") == ()


async def test_a_key_a_centre_opens_that_centre_only(told: dict[str, str]) -> None:
    here, there = [code for code, centre in CENTRES.items() if centre.software == "simpus"][:2]
    key = (Path(told["CENTRES_SIMPUS_KEYS"]) / here).read_text()
    async with aiohttp.ClientSession() as client:
        for code, status in ((here, 200), (there, 401)):
            url = f"{told['CENTRES_SIMPUS_URL']}/{code}/api/kunjungan/cari"
            async with client.post(url, json={"nik": PATIENTS[0]}, headers={"X-Api-Key": key}) as answer:
                assert answer.status == status


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/cari", {"nik": PATIENTS[0]}, 200),
        ("/cari", {"nik": PATIENTS[0], "more": 1}, 422),
        ("/cari", {"nik": "1"}, 422),
        ("/cari", {"nik": "3215011708910004"}, 404),
        ("/other", {"nik": PATIENTS[0]}, 404),
    ],
)
async def test_what_is_not_in_a_softwares_manual_is_refused(told: dict[str, str], path: str, body: dict[str, object], status: int) -> None:
    async with aiohttp.ClientSession() as client, client.post(f"{told['CENTRES_MANUAL_URL']}/{first('manual')}{path}", json=body) as answer:
        assert answer.status == status


async def test_the_files_of_keys_are_their_owners_only(told: dict[str, str]) -> None:
    files = list_files(told["CENTRES_PKMNET_KEYS"])
    assert {file.name for file in files} == {code for code, centre in CENTRES.items() if centre.software == "pkmnet"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


@pytest.mark.parametrize(("kind", "status"), [("busy", 503), ("error", 500)])
async def test_what_is_planned_for_a_software_befalls_its_centres(told: dict[str, str], kind: str, status: int) -> None:
    here = first("simpus")
    headers = {"X-Api-Key": (Path(told["CENTRES_SIMPUS_KEYS"]) / here).read_text()}
    async with aiohttp.ClientSession() as client:
        planned = await client.post(f"{told['SANDBOX_URL']}/_sandbox/faults", json={"agency": "simpus", "kind": kind})
        assert planned.status == 201
        async with client.post(f"{told['CENTRES_SIMPUS_URL']}/{here}/api/kunjungan/cari", json={}, headers=headers) as answer:
            assert (answer.status, "simulasi" in await answer.text()) == (status, True)
