"""Papers are numbered by what they say, taken back once for all, and unknown where they were never given."""

from __future__ import annotations

from gateway.sandbox.papers import open_papers


def test_the_same_asked_for_again_has_the_same_number_and_something_else_another() -> None:
    decrees = open_papers("SK-{:05d}")
    assert decrees.give("199108172015031003", "34") == decrees.give("199108172015031003", "34")
    assert decrees.give("199108172015031003", "34") != decrees.give("199108172015031003", "41")


def test_what_was_given_can_be_taken_back_again_and_again_and_given_again() -> None:
    decrees = open_papers("SK-{:05d}", ["SK-00001"])
    number = decrees.give("x")
    assert [decrees.take_back(number), decrees.take_back(number), decrees.take_back("SK-00001")] == [True, True, True]
    assert decrees.taken_back == {number, "SK-00001"}
    decrees.give("x")
    assert decrees.taken_back == {"SK-00001"}


def test_what_was_never_given_is_not_taken_back() -> None:
    assert not open_papers("SK-{:05d}").take_back("SK-00001")
