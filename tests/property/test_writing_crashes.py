"""Journeys that write under crashes: at every ask, before and after it; with runners that stall while another takes over.

Laws: 1. A journey ends complete, or with nothing standing that it wrote. 2. No effect is done twice. All data are synthetic.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.values.faults import fault
from gateway.values.journeys import ENDS, STATES
from tests.playbook.writing_lab import Lab, open_lab

DAY_S = 86_400.0
PATHS = ("/officer", "/seat/take", "/decree/issue", "/salary/change", "/seat/free", "/decree/revoke")
UNDOES = PATHS[-2:]
LONG_S = 3_600.0  # longer than any lease


class Crash(BaseException):
    """The worker is gone: nothing more of this run is done."""


@dataclass
class Trap:
    """Does something at the n-th ask, before or after it is performed."""

    lab: Lab
    at: int = -1
    is_after: bool = False
    spring: Callable[[], None] = lambda: None
    count: int = 0

    def set(self, at: int, is_after: bool, spring: Callable[[], None]) -> None:
        self.at, self.is_after, self.spring, self.count = at, is_after, spring, 0

    def around(self, perform: Callable[[], Any]) -> Any:
        place = self.count = self.count + 1
        if place == self.at and not self.is_after:
            self.spring()
        found = perform()
        if place == self.at and self.is_after:
            self.spring()
        return found


def open_trapped() -> tuple[Lab, Trap]:
    lab = open_lab()
    trap = Trap(lab)
    consult = lab.stores.consult

    class Stores:
        def consult(self, deed: Any) -> Any:
            return trap.around(lambda: consult(deed))

    lab.stores = Stores()  # type: ignore[assignment]
    lab.office.around = trap.around
    return lab, trap


def crash() -> None:
    raise Crash


def lives(act: Callable[[], object]) -> bool:
    """Say whether a worker lived through it."""
    with suppress(Crash):
        act()
        return True
    return False


def state_of(lab: Lab, id: str) -> Any:
    kept = lab.stores.consult(lambda stores: stores.journeys.find(id))
    return "" if kept is None else kept.state


def check_ended(lab: Lab, state: str) -> None:
    stands = lab.office.standing()
    if state == "complete":
        assert stands["seat"] == 1 and stands["decree"] == stands["salary"] in (0, 1)
    else:
        assert state in ("compensated", "cancelled", "") and set(stands.values()) == {0}


# -- every ask of four stories


def begin(lab: Lab) -> None:
    lab.begin()


def approve(lab: Lab) -> None:
    ids = lab.stores.consult(lambda stores: [kept.begun.id for kept in stores.journeys.list(("waiting", "running"), 9)])
    for id in ids:
        lab.decide(id)


def be_refused(lab: Lab) -> None:
    lab.office.before = lambda path, body, key: 422 if path == "/salary/change" else None


def cancel(lab: Lab) -> None:
    for kept in lab.stores.consult(lambda stores: stores.journeys.list(("waiting", "running"), 9)):
        lab.add(kept.begun.id, "cancelled")
    lab.run_due()


def wait_long(lab: Lab) -> None:
    lab.wait(15 * DAY_S)


STORIES: dict[str, tuple[Callable[[Lab], None], ...]] = {
    "approved": (begin, approve),
    "refused by the last provider": (be_refused, begin, approve),
    "cancelled": (begin, cancel),
    "nobody decides": (begin, wait_long),
}


def tell(story: str, at: int, is_after: bool) -> tuple[Lab, bool]:
    """Tell a story with a crash at one ask; then other workers go on. Say whether the crash came."""
    lab, trap = open_trapped()
    came = False
    trap.set(at, is_after, crash)
    for act in STORIES[story]:
        if not lives(lambda act=act: act(lab)):  # type: ignore[misc]
            came = True
            lab.wait(LONG_S)
            act(lab)  # the caller, whose connection is gone, sends it again
    trap.at = -1
    for _ in range(12):
        lab.wait(LONG_S)
    return lab, came


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("story", STORIES)
def test_a_crash_at_any_ask_leaves_the_journey_whole_or_undone_and_nothing_done_twice(story: str, is_after: bool) -> None:
    at, came = 0, True
    while came:
        at += 1
        lab, came = tell(story, at, is_after)
        ids = [kept.begun.id for kept in lab.stores.consult(lambda stores: stores.journeys.list(ENDS, 9))]
        assert len(ids) == 1, f"crash at {at}"
        check_ended(lab, state_of(lab, ids[0]))
        keys = len(lab.office.effects)
        assert keys <= 6, "each step and each undo has one key"
    assert at > 10, "the story has many asks"


@pytest.mark.parametrize("story", ["approved", "cancelled"])
def test_a_runner_that_stalls_while_another_takes_over_does_nothing_twice(story: str) -> None:
    at, sprang = 0, True
    while sprang:
        at += 1
        lab, trap = open_trapped()
        seen: list[int] = []

        def take_over(lab: Lab = lab, seen: list[int] = seen) -> None:
            seen.append(1)
            lab.wait(LONG_S)

        trap.set(at, True, take_over)
        for act in STORIES[story]:
            act(lab)
        trap.at = -1
        for _ in range(12):
            lab.wait(LONG_S)
        sprang = bool(seen)
        states = [kept.state for kept in lab.stores.consult(lambda stores: stores.journeys.list(("complete", "cancelled"), 9))]
        assert len(states) == 1, f"stalled at {at}"
        check_ended(lab, states[0])


# -- anything, in any order


class Writing(RuleBasedStateMachine):
    """Several journeys, deciders, operators, providers that fail in every way, and workers that die."""

    def __init__(self) -> None:
        super().__init__()
        self.lab, self.trap = open_trapped()
        self.ids: list[str] = []
        self.number = 0

    def act(self, act: Callable[[], object]) -> None:
        lives(act)
        self.trap.at = -1

    @rule(at=st.integers(1, 25), is_after=st.booleans())
    def die_soon(self, at: int, is_after: bool) -> None:
        self.trap.set(at, is_after, crash)

    @precondition(lambda self: self.number < 3)
    @rule()
    def begin(self) -> None:
        self.number += 1
        key = f"k-{self.number}"
        self.act(lambda: self.lab.begin(key))
        self.ids = [kept.begun.id for kept in self.lab.stores.consult(lambda stores: stores.journeys.list(STATES, 99))]

    @rule(word=st.sampled_from(("fine", "busy", "refuse", "lose", "break")), path=st.sampled_from(PATHS))
    def change_provider(self, word: str, path: str) -> None:
        says: Any = {"busy": fault("PROVIDER_BUSY"), "refuse": 422, "lose": fault("PROVIDER_TIMEOUT"), "break": 500}.get(word)
        is_before = word == "busy" or (word == "refuse" and path not in UNDOES)
        self.lab.office.before = lambda asked, body, key: says if asked == path and is_before else None
        self.lab.office.after = lambda asked, body, key: says if asked == path and word in ("lose", "break") else None

    @rule(seconds=st.sampled_from((1.0, 5.0, LONG_S, DAY_S, 15 * DAY_S)))
    def wait(self, seconds: float) -> None:
        self.act(lambda: self.lab.wait(seconds))

    @precondition(lambda self: self.ids)
    @rule(which=st.integers(0, 2), outcome=st.sampled_from(("approved", "refused")))
    def decide(self, which: int, outcome: str) -> None:
        self.act(lambda: self.lab.decide(self.ids[which % len(self.ids)], outcome))

    @precondition(lambda self: self.ids)
    @rule(which=st.integers(0, 2), word=st.sampled_from(("cancelled", "retried")))
    def operate(self, which: int, word: str) -> None:
        self.act(lambda: self.lab.add(self.ids[which % len(self.ids)], word))

    @invariant()
    def nothing_is_done_twice(self) -> None:
        for name, amount in self.lab.office.standing().items():
            assert 0 <= amount <= self.number, name

    def teardown(self) -> None:
        self.trap.at = -1
        self.lab.office.before = self.lab.office.after = lambda path, body, key: None
        for _ in range(4):
            for id in self.ids:
                if state_of(self.lab, id) == "failed":
                    self.lab.add(id, "retried")
            self.lab.wait(31 * DAY_S)
            self.lab.wait(LONG_S)
        states = [state_of(self.lab, id) for id in self.ids]
        assert set(states) <= {"complete", "compensated", "cancelled"}, states
        stands = self.lab.office.standing()
        assert stands["seat"] == states.count("complete") >= stands["decree"] == stands["salary"]


TestWriting = Writing.TestCase
TestWriting.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
