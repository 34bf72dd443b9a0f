"""The key of the stores is changed while journeys wait, writes are in doubt, old workers run beside new ones. All data are synthetic."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.plan.load import load_plan
from gateway.stores.sqlite_state import SqliteState

from .test_once import BODY, DONE, FOUND, Stage, make_plan
from .writing_lab import CALL, FOLDER, Lab, Office, document, journey_of

KEYS = {"A": "a" * 32, "B": "b" * 32, "C": "c" * 32}
A, AB, BA, B = '"${env:A}"', '"${env:A}", next: "${env:B}"', '"${env:B}", former: ["${env:A}"]', '"${env:B}"'
UNKNOWN = (503, "STORE_KEY_UNKNOWN")
Open = Callable[[str], Lab]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Open the lab as a worker with these keys; all of them share the file, the providers and the time of the first."""
    labs: dict[str, Lab] = {}
    office = Office()

    def open_with(keys: str) -> Lab:
        folder = tmp_path / f"f{len(labs)}"
        if keys not in labs:
            shutil.copytree(FOLDER, folder)
            path = folder / "routes" / "lab.yaml"
            text = path.read_text()
            assert "{path: state.db}" in text
            path.write_text(text.replace("{path: state.db}", f"{{path: state.db, key: {keys}}}"))
            plan = load_plan([folder], KEYS)
            assert plan.gateway.stores is not None
            marks = plan.gateway.stores.marks
            first = next(iter(labs.values()), None)
            stores = SqliteState(tmp_path / "state.db", lambda: (first or labs[keys]).now_s if labs else 0.0, marks)
            labs[keys] = Lab(plan, stores, office)
        return labs[keys]

    return open_with


def said(lab: Lab, key: str = "k-1") -> tuple[int, str]:
    ended = lab.begin(key)
    return ended.response.status, str(document(ended).get("code") or document(ended)["journey"])


def test_a_journey_that_waits_is_decided_and_ends_with_the_key_that_it_was_begun_with(opened: Open) -> None:
    before = opened(A)
    id = journey_of(before.begin())
    after = opened(BA)
    assert after.look(id)["state"] == "waiting"
    assert after.decide(id).response.status == 200
    after.run_due()
    assert after.look(id)["state"] == "complete" and before.look(id)["state"] == "complete", "old and new read all of it"
    assert after.office.standing() == {"seat": 1, "decree": 1, "salary": 1}
    assert after.begin().response.status == 200, "the same Idempotency-Key gets its answer"
    assert after.begin(body={**CALL, "rank": "III/d"}).response.status == 422


def test_a_write_in_doubt_is_sent_again_under_the_name_that_its_provider_knows(opened: Open) -> None:
    before = opened(A)
    before.office.after = lambda path, body, key: 500 if path == "/seat/take" and not before.office.repeats else None
    id = journey_of(before.begin())
    assert before.office.standing()["seat"] == 1
    after = opened(BA)
    before.now_s += 600
    after.now_s = before.now_s
    after.run_due()
    assert (after.office.repeats, after.office.standing()["seat"]) == (1, 1)
    after.add(id, "cancelled")
    after.run_due()
    assert after.office.standing()["seat"] == 0


def test_the_same_key_is_the_same_journey_whichever_worker_is_asked(opened: Open) -> None:
    before = opened(A)
    id = journey_of(before.begin("k-1"))
    after = opened(BA)
    assert journey_of(after.begin("k-1")) == id
    other = journey_of(after.begin("k-2"))
    assert other != id
    assert said(before, "k-2") == UNKNOWN and said(before, "k-3") == UNKNOWN, "an old worker cannot know"
    assert said(before, "k-1") == (202, id)
    assert before.office.standing()["seat"] == 2


def test_where_the_next_key_was_made_known_first_no_worker_refuses_anything(opened: Open) -> None:
    before, after = opened(AB), opened(BA)
    first, second = journey_of(before.begin("k-1")), journey_of(after.begin("k-2"))
    assert [said(lab, key)[1] for lab in (before, after) for key in ("k-1", "k-2")] == [first, second] * 2
    assert before.decide(second).response.status == 200
    before.run_due()
    assert after.look(second)["state"] == "complete" and after.office.standing()["seat"] == 2


def test_an_old_worker_leaves_a_journey_that_it_cannot_open_to_a_new_one(opened: Open) -> None:
    before, after = opened(A), opened(BA)
    id = journey_of(after.begin())
    after.decide(id)
    after.add(id, "retried")
    assert before.run_due() == 0
    ended = before.call("GET", f"/lab/v1/promotions/{id}")
    assert (ended.response.status, document(ended)["code"]) == UNKNOWN


def test_what_a_dropped_key_holds_is_said_and_goes_on_once_the_key_is_there_again(opened: Open) -> None:
    id = journey_of(opened(A).begin())
    dropped = opened(B)
    ended = dropped.call("GET", f"/lab/v1/promotions/{id}")
    assert (ended.response.status, document(ended)["code"]) == UNKNOWN
    assert said(dropped) == UNKNOWN and (dropped.run_due(), dropped.decide(id).response.status) == (0, 503)
    again = opened(BA)
    assert again.decide(id).response.status == 200 and again.look(id)["state"] == "complete"
    assert again.office.standing()["seat"] == 1


# -- answers by key


@pytest.fixture
def stages(tmp_path: Path) -> Callable[[str], Stage]:
    def make(keys: str) -> Stage:
        folder = tmp_path / keys.replace("/", "").replace('"', "").replace(" ", "")
        plan = make_plan(folder, kept=100, keys=keys)
        assert plan.gateway.stores is not None
        stage = Stage(plan)
        stage.stores = SqliteState(tmp_path / "state.db", lambda: stage.now_s, plan.gateway.stores.marks)
        return stage

    return make


def test_a_write_that_was_done_under_a_former_key_is_answered_and_not_done_again(stages: Callable[[str], Stage]) -> None:
    before, after = stages(A), stages(BA)
    assert before.say() == DONE
    assert after.say() == (200, "", "cache") and after.sent == []
    assert after.say(body=BODY.replace(b"321", b"331"))[1] in ("IDEMPOTENCY_KEY_REUSED", "BODY_INVALID")


def test_a_write_in_doubt_goes_out_again_under_its_first_name(stages: Callable[[str], Stage]) -> None:
    before, after = stages(A), stages(BA)
    before.write(None)
    after.now_s += 60
    assert after.say(FOUND) == DONE
    assert (after.names(), after.counted("resent")) == (before.names(), 1)
    assert after.say() == (200, "", "cache"), "and is kept where it stands"


def test_an_old_worker_does_no_write_that_a_new_one_may_have_done(stages: Callable[[str], Stage]) -> None:
    before, after = stages(A), stages(BA)
    assert after.say() == DONE
    assert before.say() == (*UNKNOWN, "gateway") and before.sent == []
    assert stages(B).say() == (200, "", "cache")
