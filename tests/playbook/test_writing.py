"""Journeys that write, as conversations: begun, waited for, decided, taken back, resumed. All data are synthetic."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.rehearsal import run_flow
from gateway.plan.load import load_plan
from gateway.values.faults import fault, refuse
from gateway.values.journeys import Event

from .writing_lab import CALL, FOLDER, Lab, document, journey_of, open_lab

DAY_S = 86_400.0


@pytest.fixture
def lab() -> Lab:
    return open_lab()


def test_a_journey_waits_for_its_decision_and_ends_with_its_answer(lab: Lab) -> None:
    begun = lab.begin()
    id = journey_of(begun)
    assert dict(begun.response.headers)[b"location"] == f"/lab/v1/promotions/{id}".encode()
    state = lab.look(id)
    assert state["state"] == "waiting"
    assert {step["step"]: step["state"] for step in state["steps"]} == {
        "officer": "done", "seat": "done", "decision": "waiting", "decree": "open", "salary": "open",
    }  # fmt: skip
    assert lab.decide(id).response.status == 200
    done = lab.look(id)
    assert (done["state"], done["answer"]) == ("complete", {"outcome": "approved", "decree": "decree-1"})
    assert lab.office.standing() == {"seat": 1, "decree": 1, "salary": 1}
    assert lab.office.asked == ["/officer", "/seat/take", "/decree/issue", "/salary/change"]


def test_the_same_key_is_the_same_journey_and_gives_its_answer_once_it_is_there(lab: Lab) -> None:
    id = journey_of(lab.begin())
    assert journey_of(lab.begin()) == id
    lab.decide(id)
    again = lab.begin()
    assert (again.response.status, document(again)) == (200, {"outcome": "approved", "decree": "decree-1"})
    assert len(lab.office.effects) == 3
    assert document(lab.begin(body={**CALL, "rank": "IV/a"}))["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert journey_of(lab.begin("k-2")) != id


def test_what_is_refused_runs_no_step_that_hangs_on_an_approval(lab: Lab) -> None:
    id = journey_of(lab.begin())
    lab.decide(id, "refused")
    assert lab.look(id)["answer"] == {"outcome": "refused"}
    assert lab.office.standing() == {"seat": 1, "decree": 0, "salary": 0}


def test_who_began_it_does_not_decide_it_and_who_is_nobody_neither(lab: Lab) -> None:
    id = journey_of(lab.begin())
    for user in ("budi", ""):
        assert document(lab.decide(id, user=user))["code"] == "DECISION_DENIED"
    assert lab.decide(id, agency="office", user="dewi").response.status == 200


def test_a_decision_is_taken_once_and_in_its_time(lab: Lab) -> None:
    id = journey_of(lab.begin())
    lab.decide(id)
    assert document(lab.decide(id, "refused"))["code"] == "DECISION_CLOSED"
    assert document(lab.decide(id, user="dewi"))["code"] == "DECISION_CLOSED"
    other = journey_of(lab.begin("k-2"))
    lab.now_s += 14 * DAY_S
    assert document(lab.decide(other))["code"] == "DECISION_CLOSED"


@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_the_same_decision_of_the_same_person_again_is_the_one_that_was_taken(lab: Lab, outcome: str) -> None:
    id = journey_of(lab.begin())
    first = document(lab.decide(id, outcome))
    standing = lab.office.standing()
    lab.now_s += 20 * DAY_S
    again = lab.decide(id, outcome)
    told = document(again)
    assert (again.response.status, told["state"], told["steps"][2]) == (200, "complete", first["steps"][2])
    assert "answer" not in told, "that is told to who began the journey"
    assert lab.office.standing() == standing


def states_of(lab: Lab, id: str) -> dict[str, str]:
    return {step["step"]: step["state"] for step in lab.look(id)["steps"]}


def test_a_decision_is_taken_though_something_else_happens_to_the_journey_at_that_moment(tmp_path: Path) -> None:
    """Another step ends between the look at the journey and the decision: that is nobody who was faster."""
    late = '  late: {call: lab.officer.lookup, body: {nip: body.nip}, must: [{holds: steps.late.unit != "", fault: NO_VACANCY}]}\n'
    lab = open_lab(change(tmp_path, ("  decision:\n", late + "  decision:\n")))
    lab.office.before = lambda path, body, key: 503 if path == "/officer" and lab.office.asked.count(path) == 2 else None
    id = journey_of(lab.begin())
    assert states_of(lab, id) == {
        "officer": "done",
        "late": "trying",
        "seat": "done",
        "decision": "waiting",
        "decree": "open",
        "salary": "open",
    }
    stores, looks = lab.stores, 0

    class Late:
        def consult(self, deed: Any) -> Any:
            nonlocal looks
            looks += 1
            if looks == 2:
                lab.stores = stores
                lab.wait(2.0)
            return stores.consult(deed)

    lab.stores = Late()  # type: ignore[assignment]
    assert lab.decide(id).response.status == 200
    assert [states_of(lab, id)[step] for step in ("late", "decision")] == ["done", "done"]
    lab.run_due()
    assert lab.look(id)["state"] == "complete"


def test_whoever_decides_sees_the_file_as_far_as_the_grants_on_the_decision_reveal_it(lab: Lab) -> None:
    id = journey_of(lab.begin())
    path = f"/lab/v1/promotions/{id}/decision"
    assert document(lab.call("GET", path, agency="bkn", user="citra")) == {"seat": "seat-0"}
    assert document(lab.call("GET", path)) == {"name": "ASEP CONTOH", "seat": "seat-0"}
    lab.decide(id)
    assert document(lab.call("GET", path))["code"] == "DECISION_CLOSED"


def test_how_a_journey_stands_is_told_to_the_agency_that_began_it_only(lab: Lab) -> None:
    id = journey_of(lab.begin())
    assert lab.look(id, agency="bkn")["code"] == "JOURNEY_UNKNOWN"
    assert lab.look("00000000-0000-8000-8000-000000000000")["code"] == "JOURNEY_UNKNOWN"


@pytest.mark.parametrize("user", ["", "portal-client"])
def test_how_a_citizens_journey_stands_is_told_to_no_other_citizen_though_their_tokens_name_one_user(lab: Lab, user: str) -> None:
    id = journey_of(lab.begin(user=user, subject="3215014502930002"))
    assert lab.look(id, user=user, subject="3215014502930002")["journey"] == id
    assert lab.look(id, user=user, subject="3215011708910003")["code"] == "JOURNEY_UNKNOWN"


def test_where_nobody_decides_in_time_everything_is_undone(lab: Lab) -> None:
    id = journey_of(lab.begin())
    assert lab.wait(13 * DAY_S) == 0
    lab.wait(DAY_S)
    assert lab.look(id)["state"] == "cancelled"
    assert lab.office.standing() == {"seat": 0, "decree": 0, "salary": 0}
    assert document(lab.begin())["code"] == "JOURNEY_CANCELLED"


def test_a_write_that_is_refused_takes_back_what_was_done_the_last_one_first(lab: Lab) -> None:
    lab.office.before = lambda path, body, key: 422 if path == "/salary/change" else None
    id = journey_of(lab.begin())
    lab.decide(id)
    state = lab.look(id)
    assert (state["state"], state["problem"]["code"]) == ("compensated", "NO_VACANCY")
    assert lab.office.asked[-3:] == ["/salary/change", "/decree/revoke", "/seat/free"]
    assert {step["step"]: step["state"] for step in state["steps"]}["decree"] == "undone"


@pytest.mark.parametrize("kind", ["PROVIDER_TIMEOUT", "PROVIDER_TRUNCATED", "PROVIDER_UNREACHABLE", "PROVIDER_BUSY"])
def test_a_write_that_fails_for_now_is_sent_again_under_the_same_key(lab: Lab, kind: str) -> None:
    left = [2]

    def fail(path: str, body: object, key: str) -> object:
        left[0] -= path == "/seat/take"
        return fault(kind) if path == "/seat/take" and left[0] >= 0 else None

    lab.office.after = fail  # type: ignore[assignment]
    id = journey_of(lab.begin())
    assert {step["step"]: step["state"] for step in lab.look(id)["steps"]}["seat"] == "trying"
    assert lab.run_due() == 0
    assert lab.wait(1.0) == 1
    assert lab.wait(2.0) == 1
    assert lab.look(id)["state"] == "waiting"
    assert (lab.office.standing()["seat"], lab.office.repeats) == (1, 2)


def test_a_write_of_which_nobody_ever_knows_is_an_operators_who_lets_it_be_tried_again(lab: Lab) -> None:
    lab.office.after = lambda path, body, key: fault("PROVIDER_TIMEOUT") if path == "/seat/take" else None
    id = journey_of(lab.begin())
    lab.wait(1.0)
    lab.wait(2.0)
    state = lab.look(id)
    assert (state["state"], state["problem"]["code"]) == ("failed", "PROVIDER_TIMEOUT")
    assert lab.wait(DAY_S) == 0
    lab.office.after = lambda path, body, key: None
    assert lab.add(id, "retried")
    lab.run_due()
    assert lab.look(id)["state"] == "waiting"
    assert lab.office.standing()["seat"] == 1


def test_what_is_cancelled_is_undone_and_first_what_is_in_doubt_is_settled(lab: Lab) -> None:
    lab.office.after = lambda path, body, key: fault("PROVIDER_TIMEOUT") if path == "/seat/take" else None
    id = journey_of(lab.begin())
    lab.office.after = lambda path, body, key: None
    assert lab.add(id, "cancelled")
    lab.wait(1.0)
    assert lab.look(id)["state"] == "cancelled"
    assert lab.office.standing() == {"seat": 0, "decree": 0, "salary": 0}
    assert not lab.add(id, "cancelled")


def test_an_undo_that_fails_is_tried_again_and_then_an_operators(lab: Lab) -> None:
    lab.office.before = lambda path, body, key: fault("PROVIDER_BUSY") if path == "/seat/free" else None
    id = journey_of(lab.begin())
    lab.add(id, "cancelled")
    lab.run_due()
    for seconds in (1.0, 2.0):
        assert lab.look(id)["state"] == "running"
        lab.wait(seconds)
    assert (lab.look(id)["state"], lab.office.standing()["seat"]) == ("failed", 1)
    lab.office.before = lambda path, body, key: None
    lab.add(id, "retried")
    lab.run_due()
    assert (lab.look(id)["state"], lab.office.standing()["seat"]) == ("cancelled", 0)


def test_a_reads_result_is_kept_and_never_asked_again(lab: Lab) -> None:
    lab.office.before = lambda path, body, key: fault("PROVIDER_BUSY") if path == "/seat/take" else None
    lab.begin()
    lab.office.before = lambda path, body, key: None
    lab.wait(1.0)
    assert lab.office.asked.count("/officer") == 1


def test_a_refusal_before_anything_was_written_is_the_answer(lab: Lab) -> None:
    lab.office.before = lambda path, body, key: 404 if path == "/officer" else None
    ended = lab.begin()
    assert (ended.response.status, document(ended)["code"]) == (404, "SUBJECT_NOT_FOUND")
    assert not lab.office.effects


def test_a_journey_that_takes_too_long_is_undone(lab: Lab) -> None:
    lab.office.before = lambda path, body, key: fault("PROVIDER_BUSY") if path == "/seat/free" else None
    id = journey_of(lab.begin())
    lab.now_s += 31 * DAY_S
    lab.run_due()
    lab.office.before = lambda path, body, key: None
    lab.wait(1.0)
    assert lab.look(id)["problem"]["code"] == "JOURNEY_OVERDUE"
    assert lab.office.standing()["seat"] == 0


def test_what_stands_in_the_store_shows_nothing_of_whom_it_is_about(lab: Lab) -> None:
    lab.begin()
    rows = lab.stores._db.execute("SELECT * FROM journeys").fetchall() + lab.stores._db.execute("SELECT * FROM journey_events").fetchall()
    assert rows and not any(text in repr(rows) for text in ("ASEP", "budi", CALL["nip"], "seat-0"))


LIST = """
  seats:
    call: lab.seat.take
    each: {over: body.units, most: 3, width: 2}
    body: {unit: item, rank: body.rank}
    undo: {call: lab.seat.free, body: {number: steps.seats.number}}
"""


def change(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """Copy the lab's federation with changes to its journey and schemas."""
    folder = tmp_path / "changed"
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    for old, new in changes:
        holders = [path for path in folder.rglob("*.yaml") if old in path.read_text()]
        assert len(holders) == 1, old
        holders[0].write_text(holders[0].read_text().replace(old, new))
    return folder


def test_a_write_over_a_list_is_undone_element_by_element(tmp_path: Path) -> None:
    old = (FOLDER / "routes" / "journey.yaml").read_text()
    begin, end = old.index("  seat:"), old.index("  decision:")
    folder = change(
        tmp_path, (old[begin:end], LIST.lstrip("\n")), ("seat: steps.seat.number", "seat: steps.officer.unit"),
        ("required: [nip, rank]\nproperties: {nip: {type: string, format: nip, x-class: personal}, rank: {type: string, pattern",
         "required: [nip, rank]\nproperties: {units: {type: array, maxItems: 3, items: {type: string, x-class: public}}, "
         "nip: {type: string, format: nip, x-class: personal}, rank: {type: string, pattern"),
    )  # fmt: skip
    lab = open_lab(folder)
    lab.office.before = lambda path, body, key: 422 if path == "/seat/take" and body["unit"] == "C" else None
    ended = lab.begin(body={**CALL, "units": ["A", "B", "C"]})
    assert document(ended)["code"] == "NO_VACANCY"
    undone = [number for path, number in lab.office.effects.values() if path == "/seat/free"]
    assert sorted(undone) == ["seat-0", "seat-1"] and lab.office.standing()["seat"] == 0
    lab.office.before = lambda path, body, key: None
    assert lab.look(journey_of(lab.begin("k-2", {**CALL, "units": ["A", "B"]})))["state"] == "waiting"
    assert lab.office.standing()["seat"] == 2


def test_a_plan_that_no_longer_knows_a_step_which_wrote_leaves_the_journey_to_an_operator(lab: Lab, tmp_path: Path) -> None:
    id = journey_of(lab.begin())
    former = lab.plan
    names = ("  seat:\n", "{number: steps.seat.number}", "seat: steps.seat.number")
    lab.plan = load_plan(
        [change(tmp_path, *((name, name.replace("  seat:", "  chair:").replace("s.seat", "s.chair")) for name in names))], {}
    )
    lab.wait(15 * DAY_S)
    assert lab.look(id)["problem"]["code"] == "JOURNEY_CHANGED"
    lab.plan = former
    lab.add(id, "retried")
    lab.run_due()
    assert (lab.look(id)["state"], lab.office.standing()["seat"]) == ("cancelled", 0)


def test_what_another_key_has_sealed_is_set_aside_and_not_lost(lab: Lab, tmp_path: Path) -> None:
    id = journey_of(lab.begin())
    former = lab.plan
    lab.plan = load_plan([change(tmp_path, ("gateway: lab", "gateway: another"))], {})
    lab.wait(15 * DAY_S)
    lab.plan = former
    assert (lab.look(id)["state"], lab.look(id)["problem"]["code"]) == ("failed", "JOURNEY_UNREADABLE")
    lab.add(id, "retried")
    lab.run_due()
    assert lab.look(id)["state"] == "cancelled"


def test_a_worker_that_leaves_begins_nothing_and_hands_the_journey_back(lab: Lab) -> None:
    assert lab.plan.make_runner is not None
    runner = lab.plan.make_runner(lab.told, lambda: "/officer" in lab.office.asked, False)
    lab.office.before = lambda path, body, key: fault("PROVIDER_BUSY") if path == "/officer" else None
    id = journey_of(lab.begin())
    lab.office.before = lambda path, body, key: None
    lab.now_s += 1.0
    lab.office.asked.clear()
    assert run_flow(runner.run_next(), lab.office.provide, lab.stores).id == id
    assert lab.office.asked == ["/officer"]
    assert lab.run_due() == 1
    assert lab.office.asked == ["/officer", "/seat/take"]


def test_where_the_store_fails_the_journey_goes_on_once_it_is_back(lab: Lab) -> None:
    consult, left = lab.stores.consult, [4]

    class Failing:
        def consult(self, deed: Any) -> Any:
            left[0] -= 1
            if left[0] <= 0:
                raise refuse("STORE_UNAVAILABLE")
            return consult(deed)

    lab.stores = Failing()  # type: ignore[assignment]
    assert document(lab.begin())["code"] == "STORE_UNAVAILABLE"
    left[0] = 10**6
    lab.wait(60.0)
    assert lab.look(journey_of(lab.begin()))["state"] == "waiting"
    assert lab.office.standing()["seat"] == 1


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("respond-async", b"respond-async"), ("wait=5", b"wait=5"), ("wait=x", None), ("handling=lenient, wait=2", b"wait=2"),
        ("wait=999, respond-async", b"respond-async, wait=30"), ("provenance", None),
    ],
)  # fmt: skip
def test_whatever_a_caller_prefers_the_journey_is_begun_and_what_was_honoured_is_told(lab: Lab, prefer: str, applied: bytes | None) -> None:
    begun = lab.begin(prefer=prefer)
    assert lab.look(journey_of(begun))["state"] == "waiting"
    assert dict(begun.response.headers).get(b"preference-applied") == applied


def test_an_answer_that_is_there_at_once_honours_no_wish_to_be_told_later(lab: Lab) -> None:
    lab.decide(journey_of(lab.begin()))
    done = lab.begin(prefer="respond-async, wait=3")
    assert (done.response.status, dict(done.response.headers)[b"preference-applied"]) == (200, b"wait=3")


def test_how_a_journey_stands_is_the_gateways_word_and_a_repeat_of_its_answer_is_from_its_store(lab: Lab) -> None:
    begun = lab.begin()
    id = journey_of(begun)
    look, file = (lab.call("GET", f"/lab/v1/promotions/{id}{rest}", agency=by) for rest, by in (("", "office"), ("/decision", "bkn")))
    told = (begun, look, file, lab.decide(id))
    assert [(each.response.status, each.response.origin) for each in told] == [
        (202, "gateway"), (200, "gateway"), (200, "gateway"), (200, "gateway"),
    ]  # fmt: skip
    assert (lab.begin().response.status, lab.begin().response.origin) == (200, "cache")


def test_a_bound_of_journeys_under_way_sheds_new_ones(tmp_path: Path) -> None:
    lab = open_lab(change(tmp_path, ("tries: 3", "tries: 3, open: 1")))
    lab.begin()
    assert document(lab.begin("k-2"))["code"] == "OVERLOADED"
    assert journey_of(lab.begin())


def test_what_comes_from_outside_while_a_run_runs_is_heeded_before_its_next_write(lab: Lab) -> None:
    def cancel(path: str, body: object, key: str) -> None:
        if path == "/officer":
            (kept,) = lab.stores.consult(lambda stores: stores.journeys.list(("running",), 9))
            assert lab.add(kept.begun.id, "cancelled")

    lab.office.before = cancel
    lab.begin()
    lab.run_due()
    assert document(lab.begin())["code"] == "JOURNEY_CANCELLED"
    assert lab.office.asked == ["/officer"]


def test_a_word_that_comes_while_the_final_write_is_sent_comes_too_late(lab: Lab) -> None:
    id = journey_of(lab.begin())
    lab.office.before = lambda path, body, key: (lab.add(id, "cancelled"), None)[1] if path == "/salary/change" else None
    lab.decide(id)
    lab.run_due()
    assert lab.look(id)["state"] == "complete"
    assert lab.office.standing() == {"seat": 1, "decree": 1, "salary": 1}


def test_what_comes_between_the_lease_and_a_write_is_heeded_before_it(lab: Lab) -> None:
    lab.office.before = lambda path, body, key: fault("PROVIDER_BUSY") if path == "/seat/take" else None
    id = journey_of(lab.begin())
    lab.office.before = lambda path, body, key: None
    stores, words = lab.stores, ["cancelled"]

    class Interrupted:
        def consult(self, deed: Any) -> Any:
            found = stores.consult(deed)
            if words and isinstance(found, tuple) and found[0] is not None:  # the lease has just been given
                kept = found[0]
                stores.consult(lambda each: each.journeys.add(id, len(kept.events), Event(words.pop())))
            return found

    lab.stores = Interrupted()  # type: ignore[assignment]
    lab.wait(60.0)
    assert lab.look(id)["state"] == "cancelled"
    assert lab.office.effects == {}


MISSING = """
  missing:
    type: array
    maxItems: 8
    items:
      type: object
      required: [code]
      properties:
        agency: {type: string, x-class: public}
        step: {type: string, x-class: public}
        code: {type: string, x-class: public}
        status: {type: integer, x-class: public}
        retry: {type: boolean, x-class: public}
"""
ONE = """effect: read
provider: {upstream: lab.main, request: {method: POST, path: /officer, body: body}}
"""
TWO = """effect: read
providers:
  gather: {width: 2, deadline: 2s, problems: missing}
  all_of:
    - {upstream: lab.main, need: required, request: {method: POST, path: /officer, body: body}}
    - {upstream: lab.other, request: {method: POST, path: /officer/other, body: body}}
"""
OTHER = """upstream: lab.other
owner: office
url: http://127.0.0.1:2
auth: none
weakens: [{law: upstream-auth, reason: lab, until: 2099-12-31}]
---
route: lab.officer.lookup
"""


def open_gathering_lab(tmp_path: Path, *changes: tuple[str, str]) -> Lab:
    """Open a lab whose journey reads the officer from two registers, of which the second never answers at first."""
    officer = "properties: {name: {type: string, x-class: personal}, unit: {type: string, x-class: public}}\n"
    lab = open_lab(change(
        tmp_path, ("route: lab.officer.lookup\n", OTHER), (ONE, TWO),
        (officer, "properties:\n  name: {type: string, x-class: personal}\n  unit: {type: string, x-class: public}" + MISSING), *changes,
    ))  # fmt: skip
    lab.office.before = lambda path, body, key: 503 if path == "/officer/other" else None
    return lab


def test_what_a_gathered_answer_lacks_is_missing_of_a_journey_that_may_miss_it(tmp_path: Path) -> None:
    promotion = "properties: {outcome: {enum: [approved, refused], x-class: public}, decree: {type: string, x-class: public}}\n"
    promised = "properties:\n  outcome: {enum: [approved, refused], x-class: public}\n  decree: {type: string, x-class: public}"
    lab = open_gathering_lab(
        tmp_path, ("acts: {purpose: promotion}\n", "acts: {purpose: promotion}\nmode: partial\nproblems: missing\n"),
        (promotion, promised + MISSING),
        ("required: [outcome]\nproperties:\n", "properties:\n"), ("required: [name, seat]", "required: []"),
    )  # fmt: skip
    id = journey_of(lab.begin())
    assert lab.look(id)["steps"][0] | {"at": ""} == {"step": "officer", "state": "done", "at": "", "code": "PROVIDER_BUSY"}
    lab.decide(id)
    assert document(lab.begin())["missing"] == [{"step": "officer", "code": "PROVIDER_BUSY", "status": 503, "retry": True}]
    assert lab.office.standing() == {"seat": 1, "decree": 1, "salary": 1}


def test_a_journey_that_may_miss_nothing_asks_again_for_a_gathered_answer_that_lacks_a_part_and_writes_nothing_before(
    tmp_path: Path,
) -> None:
    lab = open_gathering_lab(tmp_path)
    id = journey_of(lab.begin())
    assert lab.look(id)["steps"][0] == {"step": "officer", "state": "trying", "code": "TOO_FEW_ANSWERS"}
    assert lab.office.effects == {}
    lab.office.before = lambda path, body, key: {"name": "ASEP CONTOH", "unit": "U-1"} if path == "/officer/other" else None
    lab.wait(1.0)
    assert lab.look(id)["state"] == "waiting"
    lab.office.before = lambda path, body, key: 503 if path == "/officer/other" else None
    lab.begin("k-2")
    lab.wait(1.0)
    lab.wait(2.0)
    assert document(lab.begin("k-2"))["code"] == "TOO_FEW_ANSWERS"
    assert lab.office.standing()["seat"] == 1
