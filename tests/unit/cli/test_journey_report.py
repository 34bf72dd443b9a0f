"""What `jembatan journey report` counts over the reference federation: what is typed, what is fetched instead, who is asked."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest

from gateway.cli import main
from gateway.sandbox.places import find_reference


@pytest.fixture(scope="module")
def reported() -> dict[str, Any]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["journey", "report", str(find_reference()), "--format", "json"]) == 0
    return {row["journey"]: row for row in json.loads(said.getvalue())}


@pytest.mark.parametrize(
    ("journey", "steps", "typed"),
    [
        ("civil-service.promotion", (14, 2), (43, 4)),
        ("civil-service.retirement", (8, 2), (37, 3)),
        ("population.newborn.register", (6, 1), (58, 2)),
        ("social.child.status", (5, 1), (17, 2)),
    ],
)
def test_steps_and_typed_fields_before_and_now_count_the_decision_too(
    reported: dict[str, Any], journey: str, steps: tuple[int, int], typed: tuple[int, int]
) -> None:
    row = reported[journey]
    assert (row["steps_before"], row["steps_now"]) == steps
    assert (row["typed_before"], row["typed_now"]) == typed
    assert row["fetched"] > row["typed_now"]
    assert "scenario" in row["source"]


def test_the_agencies_are_those_that_answer_and_not_those_that_own_the_service(reported: dict[str, Any]) -> None:
    assert reported["civil-service.promotion"]["agencies"] == [
        "bkn", "bkpsdm-karawang", "djp", "djpb", "dukcapil", "inspektorat-karawang", "kemendikbudristek", "kemenpanrb", "lan", "polri",
    ]  # fmt: skip


def test_the_critical_path_of_a_promotion_runs_through_its_decision(reported: dict[str, Any]) -> None:
    path = reported["civil-service.promotion"]["critical_path"]
    assert path[0] == "officer"
    assert path[-3:] == ["decision", "decree", "payroll"]
