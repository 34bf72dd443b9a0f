"""What a consent covers. All data are synthetic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.policy.consent import judge_consent, list_shown, name_citizen, write_fields
from gateway.policy.disclosure import plant_tree
from gateway.policy.seals import make_seal
from gateway.values.consents import Consent, Offer

LEAVES = ("nik", "name.full", "birth.date", "birth.place")
OFFER = Offer(b"s", "portal", "own", "a.b nik:last4\na.b name.full", "d", 2000.0, "portal", "x")
GIVEN = Consent(1, OFFER, 1000.0)


def test_a_tree_shows_its_leaves_and_says_which_are_masked() -> None:
    assert list_shown(plant_tree(["nik", "birth"], {"nik": "last4"}), LEAVES) == ("nik:last4", "birth.date", "birth.place")
    assert list_shown(plant_tree(None, {"birth.date": "year"}), LEAVES) == ("nik", "name.full", "birth.date:year", "birth.place")


@pytest.mark.parametrize(
    ("found", "shown", "now_s", "standing"),
    [
        (None, ["name.full"], 1500.0, "missing"),
        (GIVEN, ["name.full"], 1500.0, "given"),
        (GIVEN, ["nik:last4"], 1500.0, "given"),
        (GIVEN, [], 1500.0, "given"),
        (GIVEN, ["nik"], 1500.0, "outdated"),
        (GIVEN, ["nik:first1"], 1500.0, "outdated"),
        (GIVEN, ["name.full", "birth.date"], 1500.0, "outdated"),
        (GIVEN, ["name.full:initials"], 1500.0, "given"),
        (GIVEN, ["name.full"], 2000.0, "ended"),
        (replace(GIVEN, ended="withdrawn", ended_s=1100.0), ["name.full"], 1500.0, "withdrawn"),
        (replace(GIVEN, ended="renewed", ended_s=1100.0), ["name.full"], 1500.0, "withdrawn"),
    ],
)
def test_a_consent_covers_what_was_shown_as_it_was_shown_until_its_end(
    found: Consent | None, shown: list[str], now_s: float, standing: str
) -> None:
    assert judge_consent(found, write_fields("a.b", shown), now_s) == standing


def test_what_was_agreed_for_one_operation_covers_no_other() -> None:
    assert judge_consent(GIVEN, write_fields("a.c", ["name.full"]), 1500.0) == "outdated"


def test_a_citizen_is_named_by_the_key_and_by_nothing_without_it() -> None:
    seal, other = make_seal("a" * 32), make_seal("b" * 32)
    assert name_citizen(seal, "3215014502930002") == name_citizen(seal, "3215014502930002") != name_citizen(seal, "3215011708910003")
    assert name_citizen(seal, "3215014502930002") != name_citizen(other, "3215014502930002")
    assert b"3215014502930002" not in name_citizen(seal, "3215014502930002")
