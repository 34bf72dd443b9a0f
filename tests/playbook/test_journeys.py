"""Journeys as conversations: order by references, conditions, lists, parts that are missing, faults, and what the grants leave."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.cli.rehearsal import Rehearsed, StatedCaller, rehearse
from gateway.plan.load import load_plan
from gateway.values.asks import CallUpstream
from gateway.values.faults import Fault, fault
from gateway.values.model import Reply, Request

BASE = Path(__file__).parents[1] / "golden" / "base"
LAB = Path(__file__).parent / "journeys"
NIK = "3215011708910003"
STEPS = """
steps:
  person: {call: population.person.lookup, body: {nik: body.nik}}
  house: {call: lab.house.lookup, body: {nik: body.nik}}
  growth:
    call: lab.growth.lookup
    each: {over: steps.house.children, most: 3, width: 2}
    body: {nik: item}
fields:
  name: steps.person.name
  street: steps.house.street
  growth: steps.growth
"""
HOUSE = {"street": "JL CONTOH 1", "children": ["3215011405180001", "3215014502930002"]}
Answer = Callable[[str, dict[str, Any]], "dict[str, Any] | Fault"]


def run(folder: Path, steps: str = STEPS, mode: str = "mode: all_or_nothing", answer: Answer | None = None) -> Rehearsed:
    """Run a journey over the lab's operations; `answer` gives what the provider says to a path and a body."""
    shutil.copytree(BASE, folder)
    for part in ("routes", "schemas", "policies"):
        shutil.copy(LAB / f"{part}.yaml", folder / part / "lab.yaml")
    (folder / "routes" / "journey.yaml").write_text((LAB / "journey.yaml").read_text() + mode + steps)
    plan = load_plan([folder], {"SIAK_URL": "http://127.0.0.1:1", "SIAK_USER": "u", "SIAK_PASSWORD": "p"})

    def provide(call: CallUpstream) -> Reply | Fault:
        said = (answer or usual)(call.target.decode(), orjson.loads(call.body or b"{}"))
        return said if isinstance(said, Fault) else Reply(200, {b"content-type": b"application/json"}, orjson.dumps(said))

    request = Request(
        "POST", "/lab/v1/status", "", {b"jembatan-purpose": b"pension-payment", b"content-type": b"application/json"}, "peer", has_body=True
    )
    return rehearse(plan, StatedCaller("taspen"), request, orjson.dumps({"nik": NIK, "is_parent": True}), provide, 1_780_000_000.0)


def usual(path: str, body: dict[str, Any]) -> dict[str, Any] | Fault:
    if path == "/ws/warga":
        return {"status": "00", "data": {"NIK": body["NIK"], "NAMA": "ASEP CONTOH", "AGAMA": "RAHASIA"}}
    return HOUSE if path == "/house" else {"weight": 12}


def document(ended: Rehearsed) -> dict[str, Any]:
    assert ended.defects == []
    got: dict[str, Any] = orjson.loads(ended.response.body)
    return got


def test_steps_run_once_what_they_need_is_there_and_the_answer_holds_what_they_gave(tmp_path: Path) -> None:
    ended = run(tmp_path / "lab")
    assert document(ended) == {"name": "ASEP CONTOH", "street": "JL CONTOH 1", "growth": [{"weight": 12}, {"weight": 12}]}
    assert [call.target for call in ended.calls] == [b"/ws/warga", b"/house", b"/growth", b"/growth"]
    assert [orjson.loads(call.body or b"")["nik"] for call in ended.calls[2:]] == HOUSE["children"]


def test_one_fault_ends_a_journey_that_needs_all_and_nothing_more_is_asked(tmp_path: Path) -> None:
    ended = run(tmp_path / "lab", answer=lambda path, body: fault("PROVIDER_BUSY") if path == "/house" else usual(path, body))
    assert (ended.response.status, document(ended)["code"]) == (503, "PROVIDER_BUSY")
    assert [call.target for call in ended.calls] == [b"/ws/warga", b"/house"]


def test_a_part_that_is_missing_is_said_in_the_answer_and_so_is_what_hangs_on_it(tmp_path: Path) -> None:
    ended = run(
        tmp_path / "lab", mode="mode: partial\nproblems: missing",
        answer=lambda path, body: fault("PROVIDER_TIMEOUT") if path == "/house" else usual(path, body),
    )  # fmt: skip
    assert (ended.response.status, document(ended)) == (
        200,
        {
            "name": "ASEP CONTOH",
            "missing": [
                {"step": "house", "code": "PROVIDER_TIMEOUT", "status": 504, "retry": True},
                {"step": "growth", "code": "PROVIDER_TIMEOUT", "status": 504, "retry": True},
            ],
        },
    )


def test_a_journey_that_needs_all_but_one_says_where_that_one_is_missing(tmp_path: Path) -> None:
    ended = run(
        tmp_path / "lab", STEPS.replace("growth:\n", "growth:\n    need: optional\n"), "mode: all_or_nothing\nproblems: missing",
        lambda path, body: fault("PROVIDER_BUSY") if path == "/growth" else usual(path, body),
    )  # fmt: skip
    missing = [{"step": "growth", "code": "PROVIDER_BUSY", "status": 503, "retry": True}]
    assert document(ended) == {"name": "ASEP CONTOH", "street": "JL CONTOH 1", "missing": missing}


def test_of_nothing_no_answer_is_made(tmp_path: Path) -> None:
    ended = run(tmp_path / "lab", mode="mode: partial\nproblems: missing", answer=lambda path, body: fault("PROVIDER_BUSY"))
    assert (ended.response.status, document(ended)["code"]) == (503, "PROVIDER_BUSY")


def test_a_required_step_ends_a_partial_journey(tmp_path: Path) -> None:
    steps = STEPS.replace("house: {call: lab.house.lookup,", "house: {call: lab.house.lookup, need: required,")
    ended = run(
        tmp_path / "lab", steps, "mode: partial\nproblems: missing",
        lambda path, body: fault("PROVIDER_BUSY") if path == "/house" else usual(path, body),
    )  # fmt: skip
    assert document(ended)["code"] == "PROVIDER_BUSY"


@pytest.mark.parametrize(
    ("condition", "is_run"), [("body.is_parent", True), ("!body.is_parent", False), ('steps.person.name == "NOBODY"', False)]
)
def test_a_step_runs_where_its_condition_holds_and_what_reads_it_only_then(tmp_path: Path, condition: str, is_run: bool) -> None:
    steps = STEPS.replace(
        "house: {call:", f'house: {{when: "{condition}", call:'.replace('"steps', "'steps").replace('NOBODY""', "NOBODY\"'")
    )
    ended = run(tmp_path / "lab", steps)
    wanted = {"name": "ASEP CONTOH"} | ({"street": "JL CONTOH 1", "growth": [{"weight": 12}] * 2} if is_run else {})
    assert document(ended) == wanted


def test_what_must_hold_and_does_not_ends_the_journey_with_its_own_fault(tmp_path: Path) -> None:
    steps = STEPS.replace(
        "body: {nik: body.nik}}", "body: {nik: body.nik}, must: [{holds: 'steps.person.name != \"ASEP CONTOH\"', fault: NOT_ELIGIBLE}]}", 1
    )
    ended = run(tmp_path / "lab", steps)
    assert (ended.response.status, document(ended)["code"]) == (422, "NOT_ELIGIBLE")


def test_more_elements_than_a_step_may_call_for_fail_it(tmp_path: Path) -> None:
    ended = run(tmp_path / "lab", STEPS.replace("most: 3", "most: 1"))
    assert (ended.response.status, document(ended)["code"]) == (502, "STEP_TOO_WIDE")


def test_an_element_that_nobody_knows_is_left_out_where_the_step_says_so(tmp_path: Path) -> None:
    def answer(path: str, body: dict[str, Any]) -> dict[str, Any] | Fault:
        return fault("SUBJECT_NOT_FOUND") if body.get("nik") == HOUSE["children"][0] else usual(path, body)

    ended = run(tmp_path / "lab", STEPS.replace("width: 2", "width: 2, absent: omit"), answer=answer)
    assert document(ended)["growth"] == [{"weight": 12}]
    assert document(run(tmp_path / "strict", answer=answer))["code"] == "SUBJECT_NOT_FOUND"


def test_a_provider_that_lies_costs_its_part_only(tmp_path: Path) -> None:
    ended = run(
        tmp_path / "lab", mode="mode: partial\nproblems: missing",
        answer=lambda path, body: {"weight": "heavy"} if path == "/growth" else usual(path, body),
    )  # fmt: skip
    assert document(ended)["missing"] == [{"step": "growth", "code": "PROVIDER_INVALID", "status": 502, "retry": False}]
    assert document(ended)["street"] == "JL CONTOH 1"


def test_what_translations_of_its_steps_left_behind_is_told_beside_the_answer(tmp_path: Path) -> None:
    ended = run(tmp_path / "lab")
    assert dict(ended.response.headers)[b"jembatan-translation"] == b'"dukcapil/warga"; dropped=1; to=canonical'
    quiet = run(
        tmp_path / "other",
        answer=lambda path, body: {"status": "00", "data": {"NIK": NIK, "NAMA": "A"}} if path == "/ws/warga" else usual(path, body),
    )
    assert b"jembatan-translation" not in dict(quiet.response.headers)
