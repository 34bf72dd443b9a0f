"""The key of the stores is changed under way, by reload, in the real processes: nothing is lost or done twice, what is missing is said.

All data are synthetic.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .offices import Offices, Watched, run_offices
from .talk import COMMAND, Answer, check_problem, until
from .test_citizens import SITI, Portal
from .test_once import VISIT
from .test_reference_journeys import ASEP, BOARD, PROMOTIONS, WAWAN, decide, promote, wait_for_end

PLAIN = "workers: 1\nstores: {path: state.db}"


def write_stores(place: Path, key: str, *former: str) -> str:
    names = {name: f'"${{file:{place / name}}}"' for name in (key, *former)}
    beside = f", former: [{', '.join(names[name] for name in former)}]" if former else ""
    return f"workers: 2\nstores: {{path: state.db, key: {names[key]}{beside}}}"


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    for name in "AB":
        (tmp_path / name).write_text(f"secret of the test, synthetic, number {name}")
    with run_offices(tmp_path, {"routes/gateway.yaml": (PLAIN, write_stores(tmp_path, "A"))}) as made:
        yield made


def reload(offices: Offices, old: str, new: str) -> None:
    """Serve with other keys; done when the last worker of before has ended."""
    path = offices.place / "federation" / "routes" / "gateway.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    before, served = offices.family_tree(), offices.metric("jembatan_reloads_total", outcome="served")
    offices.process.send_signal(signal.SIGHUP)
    until(lambda: offices.metric("jembatan_reloads_total", outcome="served") > served)
    until(lambda: all(worker["state"] == "ready" and worker["pid"] not in before for worker in offices.get("/plan").json["workers"]))


def record(offices: Offices, key: str) -> Answer:
    return offices.call("POST", "/health/v1/visits", VISIT, "bpjs-kesehatan/petugas", "health-service", key)


def list_keys(offices: Offices, *words: str) -> tuple[int, str]:
    command = [COMMAND, "store", *words, offices.place / "federation", "--state", offices.place / "state"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **offices.env})
    return done.returncode, done.stdout


def test_what_was_begun_under_a_former_key_goes_on_and_what_a_dropped_one_holds_is_said(offices: Offices) -> None:
    place, watched = offices.place, Watched(offices)
    waiting, other = promote(offices, ASEP, "3d", "asep-1"), promote(offices, WAWAN, "3d", "wawan-1")
    first = record(offices, "visit-1")
    siti = Portal(offices, SITI, "sandbox")
    given = siti.give()
    assert (first.status, given.status, siti.look().status) == (201, 201, 200)

    reload(offices, write_stores(place, "A"), write_stores(place, "B", "A"))
    again = record(offices, "visit-1")
    assert (again.status, again.body, again.headers["jembatan-origin"]) == (201, first.body, "cache")
    assert promote(offices, ASEP, "3d", "asep-1") == waiting, "the same Idempotency-Key is the same journey"
    assert decide(offices, waiting, {"outcome": "approved"}).status == 200
    assert wait_for_end(offices, PROMOTIONS, waiting, BOARD)["state"] == "complete"
    assert siti.look().status == 200
    assert siti.give().json["number"] == given.json["number"] + 1
    assert [each["state"] for each in siti.list()[:2]] == ["given", "renewed"]
    assert siti.withdraw(given.json["number"] + 1).json["state"] == "withdrawn" and siti.look().fault == "CONSENT_MISSING"
    assert record(offices, "visit-2").status == 201
    done = watched.done()
    assert done.pop("bkn: sk pangkat terbit") == 1 and done.pop("djpb: gaji ubah") == 1 and list(done.values()) == [2], done

    code, text = list_keys(offices, "keys", "--format", "json")
    rows = {row["is"]: row for row in json.loads(text)}
    assert code == 0 and (rows["former"]["answers"], rows["former"]["journeys"], rows["former"]["consents"]) == (1, 2, 0)
    until(lambda: offices.metric("jembatan_store_key_holds", key=rows["former"]["key"], part="journeys") == 2)

    reload(offices, write_stores(place, "B", "A"), write_stores(place, "B"))
    for answer in (
        record(offices, "visit-1"),
        record(offices, "visit-3"),
        offices.call("GET", f"{PROMOTIONS}/{other}", None, BOARD, "rank-promotion"),
    ):
        assert check_problem(answer, "gateway")["code"] == "STORE_KEY_UNKNOWN" and answer.status == 503
    assert siti.look().fault == "CONSENT_MISSING", "no consent stands under the former key"
    until(lambda: offices.metric("jembatan_store_key_holds", key="unknown", part="journeys") == 2)
    code, text = list_keys(offices, "keys")
    assert code == 1 and "not configured" in text
