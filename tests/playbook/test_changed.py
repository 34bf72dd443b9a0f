"""Journeys that outlive their plan, as conversations: what the new one does not know is not guessed. All data are synthetic."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gateway.cli.rehearsal import run_flow
from gateway.plan.load import load_plan

from .test_waiting import Counting
from .test_writing import DAY_S, change
from .writing_lab import FOLDER, Lab, document, journey_of, open_lab

# the decision is called otherwise; it is not there any more; a schema asks what was not asked when the journey was begun
RENAMED = (("  decision:\n", "  verdict:\n"), ("steps.decision.", "steps.verdict."), ("lab.promotion.decision]", "lab.promotion.verdict]"))
NEWER = (
    "type: object\nrequired: [name, unit]\nproperties: {",
    "type: object\nrequired: [name, unit, since]\nproperties: {since: {type: string, x-class: public}, ",
)
SENT = ("body: {nip: body.nip, rank: body.rank, decided", "body: {nip: body.nip, rank: steps.officer.since, decided")
SHOWN = ("fields: {name: steps.officer.name,", "fields: {name: steps.officer.since,")
ASKED = ('steps.decision.outcome == "approved"', 'steps.officer.since != ""')
ANSWER = "properties: {outcome: {enum: [approved, refused], x-class: public}, decree"
REMOVED = (
    ("    when: steps.decision.outcome == \"approved\"\n", ""), (", decided_by: steps.decision.caller.user", ""),
    ("  outcome: steps.decision.outcome\n", ""), (f"required: [outcome]\n{ANSWER}", ANSWER),
)  # fmt: skip


@pytest.fixture
def lab() -> Lab:
    return open_lab()


def reload(lab: Lab, place: Path, *changes: tuple[str, str]) -> None:
    lab.plan = load_plan([change(place, *changes)], {})


def states_of(lab: Lab, id: str) -> tuple[str, str]:
    seen = lab.look(id)
    return seen["state"], seen.get("problem", {}).get("code", "")


def count_gauges(lab: Lab, family: str, *labels: str) -> int:
    """Give what a gauge shows after a look at the stores."""
    ports, cell = Counting(), lab.plan.layout.add_series(family, *labels)
    assert lab.plan.make_runner is not None
    run_flow(lab.plan.make_runner(ports, lambda: False, True).sweep(), lab.office.provide, lab.stores)
    return Counter(ports.counted)[cell]


def test_a_decision_that_the_plan_does_not_know_is_counted_and_nothing_is_done_without_it(lab: Lab, tmp_path: Path) -> None:
    id, former = journey_of(lab.begin()), lab.plan
    reload(lab, tmp_path, *RENAMED)
    assert count_gauges(lab, "jembatan_decisions_waiting", "lab.promotion", "_other") == 1
    assert count_gauges(lab, "jembatan_decisions_waiting", "lab.promotion", "verdict") == 0
    lab.add(id, "retried")
    lab.run_due()
    assert (states_of(lab, id), lab.office.standing()) == (("failed", "JOURNEY_CHANGED"), {"seat": 1, "decree": 0, "salary": 0})
    lab.plan = former
    lab.add(id, "retried")
    lab.run_due()
    assert lab.decide(id).response.status == 200
    assert states_of(lab, id) == ("complete", "")


def test_a_decision_that_was_taken_out_of_the_plan_is_not_passed_over(lab: Lab, tmp_path: Path) -> None:
    id = journey_of(lab.begin())
    journey, policy = ((FOLDER / name).read_text() for name in ("routes/journey.yaml", "policies/lab.yaml"))
    decision = journey[journey.index("  decision:\n") : journey.index("  decree:\n")]
    opened = policy[policy.index("policy: decisions") : policy.index("policy: inner")]
    reload(lab, tmp_path, (decision, ""), (opened, ""), *REMOVED)
    lab.wait(14 * DAY_S)
    assert (states_of(lab, id), lab.office.standing()) == (("failed", "JOURNEY_CHANGED"), {"seat": 1, "decree": 0, "salary": 0})


def test_a_journey_that_waits_for_what_the_plan_does_not_know_can_be_cancelled(lab: Lab, tmp_path: Path) -> None:
    id = journey_of(lab.begin())
    reload(lab, tmp_path, *RENAMED)
    lab.add(id, "cancelled")
    lab.run_due()
    assert (states_of(lab, id)[0], lab.office.standing()["seat"]) == ("cancelled", 0)


@pytest.mark.parametrize("read", [SENT, ASKED])
def test_where_what_was_kept_does_not_fit_the_plan_an_operator_is_wanted_and_nothing_is_sent_or_undone(
    lab: Lab, tmp_path: Path, read: tuple[str, str]
) -> None:
    id, former = journey_of(lab.begin()), lab.plan
    reload(lab, tmp_path, NEWER, read)
    lab.call("POST", f"/lab/v1/promotions/{id}/decision", {"outcome": "approved"}, "bkn", "citra", defects=1)
    asked = len(lab.office.asked)
    for _ in range(3):
        assert lab.wait(DAY_S) == 0, "it is not tried for ever"
    assert (states_of(lab, id), lab.office.standing()) == (("failed", "INTERNAL"), {"seat": 1, "decree": 0, "salary": 0})
    assert len(lab.office.asked) == asked
    lab.plan = former
    lab.add(id, "retried")
    lab.run_due()
    assert (states_of(lab, id), lab.office.standing()) == (("complete", ""), {"seat": 1, "decree": 1, "salary": 1})


def test_a_file_that_cannot_be_written_any_more_costs_its_own_place_in_the_list(lab: Lab, tmp_path: Path) -> None:
    old = journey_of(lab.begin("old"))
    reload(lab, tmp_path, NEWER, SHOWN)
    lab.office.after = lambda path, body, key: {"name": "SITI CONTOH", "unit": "U-1", "since": "2020"} if path == "/officer" else None
    new = journey_of(lab.begin("new"))
    assert document(lab.call("GET", f"/lab/v1/promotions/{old}/decision", None, "bkn", "citra", defects=1))["code"] == "INTERNAL"
    listed = lab.call("GET", "/lab/v1/promotions/decisions", None, "bkn", "citra", defects=1)
    assert [each["journey"] for each in document(listed)["items"]] == [new]


def test_journeys_that_the_plan_does_not_know_are_counted(lab: Lab, tmp_path: Path) -> None:
    journey_of(lab.begin())
    reload(lab, tmp_path, ("journey: lab.promotion\n", "journey: lab.advance\n"), ("lab.promotion", "lab.advance"))
    assert count_gauges(lab, "jembatan_journeys_open", "_other", "waiting") == 1
    assert count_gauges(lab, "jembatan_journeys_open", "lab.advance", "waiting") == 0
