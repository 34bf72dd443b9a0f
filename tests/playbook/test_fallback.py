"""A step that falls back: to another operation with the same answer, where its own cannot say. All data are synthetic."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.rehearsal import Rehearsed
from gateway.values.faults import CATALOGUE, fault

from . import test_journeys as journeys
from .test_journeys import HOUSE, document, run

OTHER = """---
route: lab.house.other
title: {id: Rumah lain, en: The other house}
call: {method: POST, path: /lab/v1/other-houses, body: person-key@1}
answer: house@1
effect: read
provider:
  upstream: lab.main
  request: {method: POST, path: /other, body: body}
"""
STEPS = """
steps:
  house:
    call: lab.house.lookup
    body: {nik: body.nik}
    need: fallback
    deadline: 300ms
    fallback: {call: lab.house.other, body: {nik: body.nik}}
fields:
  street: steps.house.street
"""
ELSEWHERE = {"street": "JL LAIN 2", "children": []}
DOWN = fault("PROVIDER_UNREACHABLE")


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Rehearsed]:
    """Give what runs the journey: `first` and `second` are what the two providers say."""
    lab = tmp_path / "source"
    shutil.copytree(journeys.LAB, lab)
    (lab / "routes.yaml").write_text((lab / "routes.yaml").read_text() + OTHER)
    policies = (lab / "policies.yaml").read_text()
    (lab / "policies.yaml").write_text(policies.replace("lab.growth.lookup]", "lab.growth.lookup, lab.house.other]"))
    monkeypatch.setattr(journeys, "LAB", lab)

    def run_it(first: Any, second: Any = ELSEWHERE, steps: str = STEPS) -> Rehearsed:
        return run(tmp_path / "lab", steps, answer=lambda path, _: second if path == "/other" else first)

    return run_it


def targets(ended: Rehearsed) -> list[bytes]:
    return [call.target for call in ended.calls]


def test_where_the_first_answers_the_second_is_not_asked(play: Callable[..., Rehearsed]) -> None:
    ended = play(HOUSE)
    assert (document(ended), targets(ended)) == ({"street": "JL CONTOH 1"}, [b"/house"])


@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_the_second_is_asked_exactly_where_a_provider_or_the_gateway_failed(play: Callable[..., Rehearsed], kind: str) -> None:
    ended = play(fault(kind))
    falls_back = CATALOGUE[kind].whose != "caller" and kind not in ("INTERNAL", "STEP_REFUSED")
    assert targets(ended) == ([b"/house", b"/other"] if falls_back else [b"/house"])
    assert document(ended).get("street") == ("JL LAIN 2" if falls_back else None)
    if not falls_back:
        assert document(ended)["code"] == kind


def test_where_both_fail_the_journey_fails_as_the_first_did(play: Callable[..., Rehearsed]) -> None:
    assert document(play(fault("PROVIDER_TIMEOUT"), fault("SUBJECT_NOT_FOUND")))["code"] == "PROVIDER_TIMEOUT"


def test_who_is_unknown_to_the_first_may_be_known_to_the_second_where_the_step_says_so(play: Callable[..., Rehearsed]) -> None:
    steps = STEPS.replace("body: {nik: body.nik}}\n", "body: {nik: body.nik}, absent: fallback}\n")
    assert document(play(fault("SUBJECT_NOT_FOUND"), steps=steps)) == {"street": "JL LAIN 2"}


def test_who_is_unknown_to_both_is_told_as_the_second_says(play: Callable[..., Rehearsed]) -> None:
    steps = STEPS.replace("body: {nik: body.nik}}\n", "body: {nik: body.nik}, absent: fallback}\n")
    assert document(play(fault("SUBJECT_NOT_FOUND"), DOWN, steps))["code"] == "PROVIDER_UNREACHABLE"


def test_an_element_of_a_list_falls_back_by_itself(play: Callable[..., Rehearsed]) -> None:
    steps = STEPS.replace("    need", "    each: {over: steps.first.children, most: 3}\n    need").replace("nik: body.nik", "nik: item")
    steps = steps.replace("steps:\n", "steps:\n  first: {call: lab.house.lookup, body: {nik: body.nik}}\n", 1)
    steps = steps.replace("street: steps.house.street", "street: steps.first.street\n  growth: steps.growth")
    steps = steps.replace(
        "fields:", "  growth:\n    call: lab.growth.lookup\n    each: {over: steps.house, most: 3}\n    body: {nik: body.nik}\nfields:"
    )
    asked: list[str] = []

    def answer(path: str, body: dict[str, Any]) -> Any:
        asked.append(path)
        return {"/other": ELSEWHERE, "/growth": {"weight": 3}}.get(path, HOUSE if asked.count("/house") < 3 else DOWN)

    ended = run(Path(journeys.LAB).parent / "lab", steps, answer=answer)
    assert document(ended) == {"street": "JL CONTOH 1", "growth": [{"weight": 3}, {"weight": 3}]}
    assert asked == ["/house", "/house", "/house", "/other", "/growth", "/growth"]


def test_each_fall_back_is_counted_at_its_step(play: Callable[..., Rehearsed], monkeypatch: pytest.MonkeyPatch) -> None:
    counted: dict[int, float] = {}
    monkeypatch.setattr("gateway.cli.rehearsal.Told.count", lambda _, cell, by=1.0: counted.update({cell: counted.get(cell, 0) + by}))
    ended = play(DOWN)
    route = ended.exchange.route
    assert route is not None and route.supply is not None
    cell = route.supply.steps[0].fallback.cell  # type: ignore[attr-defined]
    assert counted[cell] == 1
