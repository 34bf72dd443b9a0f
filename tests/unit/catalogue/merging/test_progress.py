"""Progress: a week is the fold of the events up to its end, and where a target stands follows from events and a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from gateway.catalogue.merging.progress import Tally, Target, count_weeks, judge_target, list_owners, read_targets
from gateway.values.model import Json


@dataclass
class Happened:
    app: str
    when: datetime
    change: dict[str, Json] = field(default_factory=dict)


def at(day: int, app: str, **change: Json) -> Happened:
    return Happened(app, datetime(2026, 6, day, 9, tzinfo=UTC), change)


EVENTS = [
    at(1, "a.one", owner="a", lifecycle="live"),
    at(2, "a.two", owner="a", lifecycle="live"),
    at(2, "b.one", owner="b", lifecycle="live"),
    at(10, "a.two", lifecycle="merged"),
    at(16, "b.one", lifecycle="retired"),
]
TODAY = date(2026, 6, 21)


def test_a_week_is_the_state_at_its_end() -> None:
    weeks = count_weeks(EVENTS, TODAY, 3)
    assert [week.monday for week in weeks] == [date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 15)]
    assert [(week.count("", "live"), week.count("", "merged"), week.count("", "retired")) for week in weeks] == [
        (3, 0, 0),
        (2, 1, 0),
        (1, 1, 1),
    ]
    assert weeks[1].count("a", "live") == 1


def test_a_week_begins_when_monday_does_in_jakarta() -> None:
    early = Happened("a.one", datetime(2026, 6, 14, 17, tzinfo=UTC), {"owner": "a", "lifecycle": "live"})
    assert [week.count("", "live") for week in count_weeks([early], TODAY, 2)] == [0, 1]
    late = Happened("a.one", datetime(2026, 6, 14, 16, tzinfo=UTC), {"owner": "a", "lifecycle": "live"})
    assert [week.count("", "live") for week in count_weeks([late], TODAY, 2)] == [1, 1]


def test_counting_on_as_events_come_is_counting_them_all() -> None:
    tally = Tally()
    for number, event in enumerate(EVENTS, 1):
        tally.add(event, number)
        assert tally.count_weeks(TODAY, 3) == count_weeks(EVENTS[:number], TODAY, 3)
    assert tally.seen == len(EVENTS)


def test_agencies_are_listed_by_what_they_still_have_live_and_none_is_left_out() -> None:
    assert list_owners(count_weeks(EVENTS, TODAY, 3)) == ["a", "b"]
    assert list_owners(
        count_weeks([*EVENTS, at(17, "b.two", owner="b", lifecycle="live"), at(17, "b.three", owner="b", lifecycle="live")], TODAY, 1)
    ) == ["b", "a"]


def test_the_order_in_which_events_are_given_changes_nothing() -> None:
    assert count_weeks(list(reversed(EVENTS)), TODAY, 3) == count_weeks(EVENTS, TODAY, 3)


@pytest.mark.parametrize(
    ("target", "today", "state"),
    [
        (Target("", date(2026, 7, 1), live=1), TODAY, "met"),
        (Target("a", date(2026, 7, 1), live=0), TODAY, "late"),
        (Target("a", date(2027, 6, 1), live=0), TODAY, "on its way"),
        (Target("a", date(2026, 6, 20), live=0), TODAY, "missed"),
        (Target("", date(2026, 7, 1), gone=2), TODAY, "met"),
        (Target("b", date(2026, 6, 10), gone=2), TODAY, "missed"),
    ],
)
def test_a_target_is_met_on_its_way_late_or_missed(target: Target, today: date, state: str) -> None:
    assert judge_target(target, count_weeks(EVENTS, today, 3), today).state == state


def test_targets_are_read_and_what_is_none_is_refused() -> None:
    assert read_targets({"targets": [{"owner": "a", "by": "2026-12-31", "live": 3}]}) == [Target("a", date(2026, 12, 31), live=3)]
    for wrong in (
        {},
        {"targets": [{"by": "2026-12-31"}]},
        {"targets": [{"by": "soon", "live": 1}]},
        {"targets": [{"by": "2026-12-31", "live": "x"}]},
    ):
        with pytest.raises(ValueError, match=r"target|list"):
            read_targets(wrong)
