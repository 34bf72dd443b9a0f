"""400 applications with 400 shapes: drafted, finished by rule, proved, and equal to the truth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.shapes.make import make_application, write_schema
from bench.shapes.run import run_all


def test_no_two_of_400_applications_have_one_shape() -> None:
    """Nor is a shape another's with its fields in another order."""
    schemas = {json.dumps(write_schema(make_application(number)), sort_keys=True) for number in range(1, 401)}
    assert len(schemas) == 400


@pytest.mark.parametrize("count", [25, pytest.param(400, marks=pytest.mark.deep)])
def test_what_was_drafted_and_finished_by_rule_is_proved_and_true(count: int, tmp_path: Path) -> None:
    """Whatever a draft is sure of is right."""
    found = run_all(count, tmp_path)
    assert (found.proved, found.right, found.visits) == (count, count * 10, count * 10)
    assert found.done["sure and wrong"] == 0
    assert sum(found.done.values()) - found.done["reasons"] - found.done["struck"] == found.fields
    assert (found.done["taken"] + found.done["looked at"] + found.done["meanings"]) / found.fields > 0.8
