"""Law: over any window no peer is let through more than `burst + rate × time`, and memory stays within its bound."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.policy.budget import Budget

CALLS = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 8)), max_size=120)


@given(calls=CALLS, peers_max=st.integers(1, 8))
@settings(max_examples=200, deadline=None)
def test_no_window_lets_a_peer_through_more_than_its_budget(calls: list[tuple[str, int]], peers_max: int) -> None:
    budget = Budget(0.5, 3.0, peers_max)
    now_s = 0.0
    passed: dict[str, list[float]] = {}
    for peer, wait_s in calls:
        now_s += wait_s
        retry_after_s = budget.spend(peer, now_s)
        assert retry_after_s >= 0
        if not retry_after_s:
            passed.setdefault(peer, []).append(now_s)
        assert len(budget) <= peers_max
    for times in passed.values():
        for first in range(len(times)):
            for last in range(first, len(times)):
                # a peer may once change between its own bucket and the shared one
                assert last - first + 1 <= 2 * 3.0 + 0.5 * (times[last] - times[first]) * 2
    everything = sorted(time for times in passed.values() for time in times)
    for first in range(len(everything)):
        span_s = everything[-1] - everything[first]
        assert len(everything) - first <= (peers_max + 1) * (3.0 + 0.5 * span_s) + 1e-9


@given(calls=st.lists(st.integers(0, 8), max_size=120))
@settings(max_examples=200, deadline=None)
def test_a_peer_alone_gets_exactly_what_a_bucket_gives(calls: list[int]) -> None:
    budget, left, now_s = Budget(0.5, 3.0, 4), 3.0, 0.0
    for wait_s in calls:
        now_s += wait_s
        left = min(3.0, left + wait_s * 0.5)
        assert (budget.spend("a", now_s) == 0) == (left >= 1.0)
        if left >= 1.0:
            left -= 1.0
