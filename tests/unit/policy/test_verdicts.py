"""Verdicts kept: bounds and ends. The laws over all histories stand in tests/property/test_verdicts.py."""

from __future__ import annotations

from gateway.policy.refusals import FAULTS
from gateway.policy.verdicts import Bad, Generations, Good, Verdicts
from gateway.values.model import Caller

CALLER = Caller("taspen", "jwt")


def make_verdicts() -> Verdicts:
    return Verdicts(Generations(4), Generations(4))


def test_a_flood_of_bad_ones_pushes_no_good_one_out() -> None:
    verdicts = make_verdicts()
    verdicts.good.keep(b"good", Good(CALLER, 10.0, "k"))
    for number in range(1_000):
        verdicts.bad.keep(str(number).encode(), Bad(FAULTS["signature"], 10.0))
    assert verdicts.good.recall(b"good", 1.0) is not None
    assert len(verdicts.bad) <= 4


def test_what_is_asked_for_stays_while_others_come_and_go() -> None:
    kept: Generations[Good] = Generations(4)
    kept.keep(b"busy", Good(CALLER, 10.0, "k"))
    for number in range(100):
        kept.keep(str(number).encode(), Good(CALLER, 10.0, "k"))
        assert kept.recall(b"busy", 1.0) is not None


def test_withdrawing_reaches_both_halves_and_no_other_key() -> None:
    verdicts = make_verdicts()
    for name in (b"1", b"2", b"3"):
        verdicts.good.keep(name, Good(CALLER, 10.0, "gone" if name != b"2" else "stays"))
    assert verdicts.good.old
    assert verdicts.good.young
    verdicts.withdraw_keys(frozenset(("gone",)))
    assert [verdicts.good.recall(name, 1.0) is not None for name in (b"1", b"2", b"3")] == [False, True, False]
