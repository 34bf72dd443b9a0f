"""The wheel: against a model of timers, under any order of settings."""

from __future__ import annotations

import weakref
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.deadlines import Timer, Wheel

TICK = 0.02
STEPS = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.just(inf), st.floats(0, 3)), st.floats(0, 1)), max_size=60)


def test_moving_a_deadline_later_does_not_insert_again() -> None:
    wheel = Wheel(0.0, TICK)
    timer = Timer(lambda: None)
    wheel.set_timer(timer, 5.0)
    place = timer.place
    for n in range(1000):
        wheel.set_timer(timer, 5.0 + n)
    assert timer.place == place
    assert wheel.take_due(6.0) == []
    assert wheel.take_due(1005.0) == [timer]


def test_a_timer_is_due_once() -> None:
    wheel = Wheel(0.0, TICK)
    timer = Timer(lambda: None)
    wheel.set_timer(timer, 1.0)
    assert wheel.take_due(2.0) == [timer]
    assert wheel.take_due(3.0) == []


def test_a_deadline_that_has_passed_is_due_at_the_next_tick() -> None:
    wheel = Wheel(100.0, TICK)
    timer = Timer(lambda: None)
    wheel.set_timer(timer, 1.0)
    assert wheel.take_due(100.0 + 2 * TICK) == [timer]


def test_a_timer_that_was_retired_holds_nobody_while_the_wheel_holds_it() -> None:
    class Owner:
        def expire(self) -> None: ...

    wheel, owner = Wheel(0.0, TICK), Owner()
    timer = Timer(owner.expire)
    wheel.set_timer(timer, 75.0)
    alive = weakref.ref(owner)
    timer.retire()
    del owner
    assert alive() is None
    assert wheel.take_due(100.0) == []


@given(STEPS)
def test_a_timer_fires_at_most_a_tick_late_and_never_early(steps: list[tuple[int, float, float]]) -> None:
    wheel = Wheel(0.0, TICK)
    timers = [Timer(lambda: None) for _ in range(5)]
    due = [inf] * 5
    now = 0.0
    for index, ahead, passes in steps:
        due[index] = now + ahead
        if ahead == inf:
            timers[index].due_s = inf
        else:
            wheel.set_timer(timers[index], due[index])
        now += passes
        fired = {timers.index(timer) for timer in wheel.take_due(now)}
        for n in range(5):
            if n in fired:
                assert due[n] <= now
                due[n] = inf
            else:
                assert due[n] > now - 2 * TICK
