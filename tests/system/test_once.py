"""A write by Idempotency-Key through the real processes: the sandbox counts what was done under which key. All data are synthetic."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox.places import find_reference

from .talk import COMMAND, Answer, Line, Served, check_problem, until, write_request

VISIT = {"facility": "P9403000007", "patient": {"nik": "3215014502930002"}, "began": "2026-11-02T08:00:00+07:00", "diagnoses": []}


@dataclass
class Stage:
    """A gateway of two workers before the sandbox, each started by its own command."""

    served: Served
    control: str

    def write(self, key: str, **changes: Any) -> Answer:
        token = self.served.ready["tokens"]["bpjs-kesehatan"]
        headers = {"authorization": f"Bearer {token}", "jembatan-purpose": "health-service", "content-type": "application/json"}
        return self.served.ask("POST", "/health/v1/visits", {**headers, "idempotency-key": key}, json.dumps({**VISIT, **changes}))

    def tell(self, method: str, path: str, document: Any = None) -> Any:
        with Line(self.control) as line:
            body = None if document is None else json.dumps(document).encode()
            line.send(write_request(method, path, line.host, {"content-type": "application/json"}, body))
            return line.read().json

    def plan(self, kind: str, seconds: float = 0) -> None:
        self.tell("POST", "/_sandbox/faults", {"agency": "simpus", "kind": kind, "seconds": seconds})

    def effects(self) -> list[int]:
        return [each["times"] for each in self.tell("GET", "/_sandbox/effects")]

    def counted(self, outcome: str) -> float:
        return self.served.metric("jembatan_write_once_total", route="health.visit.record", outcome=outcome)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("once")


@pytest.fixture(scope="module")
def stage(place: Path) -> Iterator[Stage]:
    told = place / "sandbox.json"
    sandbox = subprocess.Popen([COMMAND, "sandbox", "--ready-file", told, "--state", place / "state"])
    try:
        until(lambda: told.exists() or sandbox.poll() is not None)
        env: dict[str, str] = json.loads(told.read_text())
        made = Served(place, [COMMAND, "serve", find_reference(), "--workers", "2"], {**os.environ, **env})
        yield Stage(made, env["SANDBOX_URL"])
        assert made.end() == 0
    finally:
        sandbox.terminate()
        assert sandbox.wait() == 0


def test_a_visit_is_recorded_once_whichever_worker_is_asked_again(stage: Stage) -> None:
    before = len(stage.effects())
    answers = [stage.write("a") for _ in range(12)]
    assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
    assert [answer.headers["jembatan-origin"] for answer in answers] == ["provider", *["cache"] * 11]
    assert stage.effects()[before:] == [1]
    until(lambda: stage.counted("replayed") == 11)


def test_what_was_done_and_whose_answer_was_lost_is_done_once_however_often_it_is_sent_again(stage: Stage) -> None:
    before = len(stage.effects())
    stage.plan("lost")
    lost = stage.write("b")
    assert (lost.status, lost.fault, lost.json["retry"]) == (502, "PROVIDER_TRUNCATED", True)
    assert stage.effects()[before:] == [1], "the provider has done it"
    again, once_more = stage.write("b"), stage.write("b")
    assert [(each.status, each.headers["jembatan-origin"]) for each in (again, once_more)] == [(201, "provider"), (201, "cache")]
    assert stage.effects()[before:] == [1]


def test_of_many_who_send_one_key_at_once_one_does_it_and_all_get_its_answer_in_the_end(stage: Stage) -> None:
    before = len(stage.effects())
    stage.plan("latency", 0.3)
    answers: list[Answer] = []

    def insist() -> None:
        until(lambda: (answer := stage.write("c")).status != 409 or answer.fault != "WRITE_RUNNING" or "retry-after" not in answer.headers)
        answers.append(stage.write("c"))

    threads = [threading.Thread(target=insist) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [201] * 4
    assert stage.effects()[before:] == [1]


def test_what_was_refused_leaves_its_key_to_a_mended_call(stage: Stage) -> None:
    before = len(stage.effects())
    assert stage.write("d", facility="P3204000003").fault == "FACILITY_READ_ONLY"
    assert stage.write("d").status == 201
    assert stage.write("d", facility="P3204000003").fault == "IDEMPOTENCY_KEY_REUSED"
    assert stage.effects()[before:] == [1]


def test_a_store_that_is_taken_away_is_missed_and_not_begun_anew_by_a_worker_nor_by_a_reload(stage: Stage, place: Path) -> None:
    assert stage.write("here").status == 201
    files = sorted((place / "state").glob("state.db*"))
    for file in files:
        file.rename(file.with_name(f"away-{file.name}"))
    done = stage.effects()
    os.kill(stage.served.get("/plan").json["workers"][0]["pid"], signal.SIGKILL)
    until(lambda: {worker["state"] for worker in stage.served.get("/plan").json["workers"]} == {"ready"})
    served = stage.served.metric("jembatan_reloads_total", outcome="served")
    stage.served.process.send_signal(signal.SIGHUP)
    until(lambda: stage.served.metric("jembatan_reloads_total", outcome="served") > served)
    for key in ("here", "new", "new"):
        refused = stage.write(key)
        assert (refused.status, check_problem(refused)["code"]) == (503, "STORE_UNAVAILABLE")
    assert stage.effects() == done
    until(lambda: any("the store failed: " in line.get("reason", "") for line in stage.served.log_lines()))
    for file in files:
        file.with_name(f"away-{file.name}").rename(file)
    again = stage.write("here")
    assert (again.status, again.headers["jembatan-origin"]) == (201, "cache")
    assert stage.write("new").status == 201


def test_what_is_kept_outlives_the_gateway_and_holds_nothing_in_plain(stage: Stage, place: Path) -> None:
    stage.write("e")
    kept = b"".join(path.read_bytes() for path in (place / "state").glob("state.db*"))
    assert b"simpus" not in kept and b"SP4FCAC977" not in kept and b"3215014502930002" not in kept
    assert (place / "state" / "state.db").stat().st_mode & 0o077 == 0
    before = stage.effects()
    env = json.loads((place / "sandbox.json").read_text())
    (place / "second").mkdir()
    (place / "second" / "state").symlink_to(place / "state")
    other = Served(place / "second", [COMMAND, "serve", find_reference()], {**os.environ, **env})
    try:
        assert Stage(other, stage.control).write("e").headers["jembatan-origin"] == "cache"
    finally:
        assert other.end() == 0
    assert stage.effects() == before
