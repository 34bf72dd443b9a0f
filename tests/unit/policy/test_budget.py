"""The bucket of verifications: what a peer gets, and what many peers together cannot get."""

from __future__ import annotations

from gateway.policy.budget import Budget


def test_a_peer_gets_its_burst_and_then_its_rate() -> None:
    budget = Budget(2.0, 5.0, 10)
    assert [budget.spend("a", 0.0) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    assert [budget.spend("a", 1.0) for _ in range(3)] == [0, 0, 1]


def test_the_wait_that_is_told_is_long_enough() -> None:
    budget = Budget(0.1, 1.0, 10)
    assert budget.spend("a", 0.0) == 0
    assert budget.spend("a", 1.0) == 9
    assert budget.spend("a", 10.0) == 0


def test_a_clock_that_goes_back_neither_fills_nor_drains() -> None:
    budget = Budget(1.0, 2.0, 10)
    assert [budget.spend("a", 100.0), budget.spend("a", 0.0)] == [0, 0]
    assert [budget.spend("a", 0.0), budget.spend("a", 0.5), budget.spend("a", 1.0)] == [1, 1, 0]


def test_a_flood_from_many_addresses_shares_one_bucket() -> None:
    budget = Budget(1.0, 2.0, 10)
    passed = sum(budget.spend(f"peer-{number}", 0.0) == 0 for number in range(1_000))
    assert passed == 10 + 2
    assert len(budget) == 10


def test_a_peer_that_rested_until_full_makes_room() -> None:
    budget = Budget(1.0, 2.0, 1)
    budget.spend("a", 0.0)
    budget.spend("b", 1.0)
    assert len(budget) == 1
    assert [budget.spend("b", 1.0), budget.spend("b", 1.0)] == [0, 1]
