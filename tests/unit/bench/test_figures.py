"""The bench's own arithmetic: intervals, the rule of comparison, and what it reads from others' text."""

from __future__ import annotations

import pytest

from bench.figures import Ratio, bootstrap_ratio, find_disturbed, find_worse, read_core_ticks, read_cpu_ticks, read_load, read_parent


def test_equal_samples_have_a_ratio_without_width():
    """Where no launch differs, neither does any resample."""
    assert bootstrap_ratio([30.0] * 9, [20.0] * 9) == Ratio(1.5, 1.5, 1.5)


def test_an_interval_holds_its_ratio_and_is_the_same_again():
    """The bootstrap is seeded, and its ends lie on both sides of the ratio."""
    ours, theirs = [31.0, 35.0, 29.0, 40.0, 30.0, 33.0, 36.0, 32.0, 34.0], [20.0, 21.0, 19.0, 26.0, 20.5, 22.0, 21.5, 19.5, 23.0]
    found = bootstrap_ratio(ours, theirs)
    assert found == bootstrap_ratio(ours, theirs)
    assert found.value == pytest.approx(33.0 / 21.0)
    assert found.low < found.value < found.high


def test_launches_are_drawn_as_pairs():
    """A launch in which the whole machine was slow moves both sides, so it does not move the ratio."""
    theirs = [10.0, 20.0, 30.0, 40.0, 50.0]
    assert bootstrap_ratio([2 * each for each in theirs], theirs) == Ratio(2.0, 2.0, 2.0)


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0], []), ([1.0, 2.0], [1.0])])
def test_samples_that_are_no_pairs_are_refused(ours, theirs):
    """An interval over what was not interleaved would mean nothing."""
    with pytest.raises(ValueError, match="pairs"):
        bootstrap_ratio(ours, theirs)


@pytest.mark.parametrize(("low", "is_worse"), [(2.0, False), (2.3, False), (2.31, True)])
def test_worse_is_when_the_whole_interval_is_beyond_the_tolerance(low, is_worse):
    """Noise may move the ratio; only an interval that begins more than 15 % above the committed ratio fails."""
    assert bool(find_worse({"full POST": Ratio(2.6, low, 3.0)}, {"full POST": 2.0})) is is_worse


def test_a_core_that_others_used_too_is_named():
    """A figure counts where the server had at least three quarters of what its core worked."""
    assert find_disturbed({"quiet": (0.96, 1.0), "half load": (0.5, 0.52), "shared": (0.5, 1.0)}) == ["shared: 50% of 100%"]


def test_what_was_never_committed_is_not_compared():
    """A new line of the table cannot be worse than nothing."""
    assert find_worse({"new": Ratio(9.0, 9.0, 9.0)}, {}) == []


def test_cpu_time_is_read_behind_a_name_that_holds_anything():
    """The name of a process may hold spaces and parentheses."""
    stat = "71 (a) b (c) S 5 71 71 0 -1 4194560 1 2 3 4 250 17 9 8 20 0 1 0 100 0 0"
    assert (read_cpu_ticks(stat), read_parent(stat)) == (267, 5)


def test_a_core_is_busy_while_it_neither_idles_nor_waits():
    """Idle and waiting for a disk are taken off; guest time, which user time holds already, is not counted twice."""
    text = "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 100 5 40 800 50 1 2 3 7 0\ncpu10 1 1 1 1 1 1 1 1 0 0\n"
    assert read_core_ticks(text, "0") == 151
    with pytest.raises(ValueError, match="no core 1"):
        read_core_ticks(text, "1")


def test_the_line_of_the_load_is_found_among_others():
    """Whatever wrk prints before it, the last line is ours."""
    text = "Running 3s test\n\n  1 threads\nbench requests=45 seconds=3.000100 errors=0 p50_us=400 p99_us=900\n"
    assert read_load(text) == {"requests": 45, "seconds": 3.0001, "errors": 0, "p50_us": 400, "p99_us": 900}
    with pytest.raises(ValueError, match="our line"):
        read_load("Running 3s test\n")
