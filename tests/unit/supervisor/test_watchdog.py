"""Who stands still is found, and nobody else."""

from __future__ import annotations

from gateway.supervisor.watchdog import Pulses


def test_a_pulse_that_moves_is_never_still():
    """Only time without a change counts."""
    pulses = Pulses(10.0)
    assert [pulses.find_still([(1, float(now))], now) for now in range(0, 100, 5)] == [[]] * 20


def test_a_pulse_that_stands_is_found_after_its_time_and_not_before():
    """The time runs from the first look at the same pulse."""
    pulses = Pulses(10.0)
    assert [pulses.find_still([(1, 7.0), (2, now)], now) for now in (0.0, 5.0, 9.9, 10.0)] == [[], [], [], [1]]


def test_a_worker_that_is_gone_is_forgotten():
    """A serial that comes again begins anew."""
    pulses = Pulses(10.0)
    pulses.find_still([(1, 7.0)], 0.0)
    pulses.find_still([], 5.0)
    assert pulses.find_still([(1, 7.0)], 11.0) == []
