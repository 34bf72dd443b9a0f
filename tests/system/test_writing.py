"""Journeys that write in the real process tree: begun, decided, seen, resumed by another worker after a kill. All data are synthetic."""

from __future__ import annotations

import random
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .talk import COMMAND, check_problem, until
from .writing import Writing, run_writing

DONE = ("complete", "compensated", "cancelled")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    with run_writing(tmp_path_factory.mktemp("writing")) as made:
        yield made


def test_a_journey_is_begun_decided_and_complete_and_says_where_it_is(served: Writing) -> None:
    begun = served.begin("one")
    assert begun.status == 202
    assert begun.json["state"] == "waiting"
    id = begun.json["journey"]
    assert begun.headers["location"] == f"/lab/v1/promotions/{id}"
    assert served.call("GET", f"/lab/v1/promotions/{id}/decision", agency="bkn", user="citra").json.keys() == {"seat"}
    assert served.decide(id).status == 200
    until(lambda: served.look(id)["state"] == "complete")
    again = served.begin("one")
    assert (again.status, again.json["outcome"]) == (200, "approved")


def test_who_does_not_wait_is_told_at_once_and_the_journey_runs(served: Writing) -> None:
    begun = served.begin("two", prefer="respond-async")
    assert begun.status == 202
    until(lambda: served.look(begun.json["journey"])["state"] == "waiting")


def test_what_is_wrong_with_a_call_is_one_whole_problem(served: Writing) -> None:
    id = served.begin("three").json["journey"]
    assert check_problem(served.call("POST", "/lab/v1/promotions", {"nip": "1"}, idempotency_key="x"))["code"] == "CALL_INVALID"
    assert check_problem(served.call("GET", "/lab/v1/promotions/nobody"))["code"] == "JOURNEY_UNKNOWN"
    own = served.call("POST", f"/lab/v1/promotions/{id}/decision", {"outcome": "approved"}, "office", "budi")
    assert check_problem(own, "caller")["code"] == "DECISION_DENIED"
    assert [served.decide(id).status for _ in range(2)] == [200, 200]
    assert check_problem(served.decide(id, "refused"))["code"] == "DECISION_CLOSED"


def test_the_metrics_count_what_became_of_journeys_and_how_many_have_not_ended(served: Writing) -> None:
    before = served.metric("jembatan_journeys_total", outcome="begun")
    served.begin("four")
    served.count(before + 1, "jembatan_journeys_total", outcome="begun")
    until(lambda: served.metric("jembatan_journeys_open", state="waiting") > 0)
    assert served.metric("jembatan_journey_oldest_seconds") > 0
    assert served.metric("jembatan_defects_total") == 0


def test_a_reload_hands_leases_back_and_no_journey_is_lost(served: Writing) -> None:
    served.provider.delay_s = 0.2
    ids = [served.begin(f"reload-{number}", prefer="respond-async").json["journey"] for number in range(6)]
    served.process.send_signal(signal.SIGHUP)
    until(lambda: all(served.look(id)["state"] == "waiting" for id in ids))
    served.provider.delay_s = 0.0


def end_of(served: Writing, key: str) -> str:
    """Give the code with which the caller of a journey is told that it was taken back."""
    until(lambda: served.begin(key).status != 202)
    return str(check_problem(served.begin(key))["code"])


def test_a_journey_that_an_operator_cancels_is_taken_back_and_its_caller_is_told(served: Writing) -> None:
    id = served.begin("cancelled").json["journey"]
    subprocess.run([COMMAND, "journey", "cancel", id, served.folder, "--state", served.place / "state"], check=True, capture_output=True)
    assert end_of(served, "cancelled") == "JOURNEY_CANCELLED"
    assert served.look(id)["state"] == "cancelled"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ((("within: 14d", "within: 2s"), ("otherwise: cancel", "otherwise: refuse")), "DECISION_OVERDUE"),
        ((("within: 14d", "within: 1s"),), "JOURNEY_CANCELLED"),
        ((("deadline: 30d", "deadline: 2s"), ("within: 14d", "within: 2s")), "JOURNEY_OVERDUE"),
    ],
)
def test_what_nobody_decides_in_time_is_taken_back_and_its_caller_is_told(
    tmp_path: Path, changes: tuple[tuple[str, str], ...], code: str
) -> None:
    with run_writing(tmp_path, workers=1, changes=changes) as served:
        assert served.begin("late").status == 202
        assert end_of(served, "late") == code
        assert set(map(len, served.provider.stands().values())) == {0}


def kill_and_check(place: Path, journeys: int, kills: int, seed: int) -> None:
    """Kill workers while journeys write; each ends complete or with nothing standing, and nothing is done twice."""
    with run_writing(place, workers=4, limits="tries: 20") as served:
        chance = random.Random(seed)
        served.provider.delay_s, served.provider.refused = 0.1, 0.3
        ids: list[str] = []
        killed = 0
        for number in range(journeys):
            ids.append(ask_until(lambda number=number: served.begin(f"kill-{number}", prefer="respond-async"))["journey"])  # type: ignore[misc]
            for id in chance.sample(ids, min(len(ids), 2)):
                try_decide(served, id)
            if killed * journeys < kills * number:
                until(lambda: served.kill_one(chance))
                killed += 1
        left = set(ids)
        until(lambda: settle(served, left))
        assert killed >= kills - 1
        check_effects(served, [served.look(id)["state"] for id in ids])
        assert served.metric("jembatan_journeys_total", outcome="resumed") > 0
        assert served.metric("jembatan_defects_total") == 0


def ask_until(ask: object) -> dict[str, str]:
    """Ask until a worker lives long enough to answer: the same key is the same journey."""
    found: list[dict[str, str]] = []

    def try_once() -> bool:
        try:
            answer = ask()  # type: ignore[operator]
        except (OSError, AssertionError):
            return False
        found.extend([answer.json] if answer.status == 202 else [])
        return bool(found)

    until(try_once)
    return found[0]


def try_decide(served: Writing, id: str) -> None:
    try:
        served.decide(id)
    except (OSError, AssertionError):
        return  # its worker was killed; it is asked again


def settle(served: Writing, left: set[str]) -> bool:
    """Decide what waits; say whether all have ended."""
    for id in list(left):
        try:
            state = served.look(id)["state"]
        except (OSError, AssertionError, KeyError):
            continue
        if state == "waiting":
            try_decide(served, id)
        left.difference_update({id} if state in DONE else ())
        assert state != "failed", served.look(id)
    return not left


def check_effects(served: Writing, states: list[str]) -> None:
    stands = served.provider.stands()
    assert all(amount == 1 for counts in stands.values() for amount in counts.values()), "an effect was done twice, or undone twice"
    complete = states.count("complete")
    assert {path: len(counts) for path, counts in stands.items()} == dict.fromkeys(stands, complete)


def test_workers_killed_while_they_write_leave_every_journey_whole_or_undone(tmp_path: Path) -> None:
    kill_and_check(tmp_path, 24, 6, 7)


@pytest.mark.deep
@pytest.mark.timeout(1500)
def test_workers_killed_100_times_while_they_write_leave_every_journey_whole_or_undone(tmp_path: Path) -> None:
    kill_and_check(tmp_path, 400, 100, 1)


def test_all_who_wait_for_a_journey_are_told_once_it_goes_no_further_whoever_runs_it(served: Writing) -> None:
    served.provider.delay_s = 0.5
    first = served.begin("many", prefer="respond-async")
    assert (first.json["state"], first.headers["preference-applied"], first.headers["jembatan-origin"]) == (
        "running", "respond-async", "gateway",
    )  # fmt: skip
    with ThreadPoolExecutor(8) as callers:
        told = list(callers.map(lambda _: served.begin("many", prefer="wait=20"), range(8)))
    served.provider.delay_s = 0.0
    assert {(each.status, each.json["state"], each.headers["preference-applied"]) for each in told} == {(202, "waiting", "wait=20")}


def test_who_waits_is_told_once_the_journey_goes_no_further_by_itself(served: Writing) -> None:
    served.provider.lost = 1
    begun = served.begin("lost-once", prefer="wait=20")
    assert (begun.status, begun.json["state"]) == (202, "waiting")
    assert served.metric("jembatan_journey_steps_total", step="seat", outcome="tried") == 1
