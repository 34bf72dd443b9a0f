"""Law: a compiled permit decides, at any moment, what a reading of all grants one by one decides."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.policy.grants import ClassOf, Grant, compile_permits

OPERATIONS, AGENCIES, PURPOSES, KINDS = ("a.x", "a.y"), ("one", "two", "three"), ("p", "q"), ("ministry", "body")
DAYS = st.one_of(st.none(), st.integers(1, 12).map(lambda day: date(2026, 6, day)))
CALLERS = st.one_of(st.sampled_from(AGENCIES), st.sampled_from(KINDS).map(ClassOf))
ROWS = st.tuples(
    st.frozensets(st.sampled_from(OPERATIONS), min_size=1),
    st.lists(CALLERS, min_size=1, max_size=3).map(tuple),
    st.lists(st.sampled_from(PURPOSES), min_size=1, max_size=2, unique=True).map(tuple),
    DAYS,
    DAYS,
)
CLASSES = {"one": "ministry", "two": "body"}


def decide_by_hand(grants: list[Grant], operation: str, agency: str, purpose: str, moment: datetime) -> tuple[str, list[int]]:
    day = (moment + timedelta(hours=7)).date()
    ours = [
        grant
        for grant in grants
        if operation in grant.operations
        and (agency in grant.callers or ClassOf(CLASSES.get(agency, "-")) in grant.callers)
        and (grant.since is None or grant.since <= day)
        and (grant.until is None or day <= grant.until)
    ]
    if not ours:
        return "ACCESS_DENIED", []
    fitting = [grant.index for grant in ours if purpose in grant.purposes]
    return ("granted", fitting) if fitting else ("PURPOSE_DENIED", [grant.index for grant in ours])


@given(rows=st.lists(ROWS, max_size=6), hours=st.lists(st.integers(0, 14 * 24), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_a_permit_decides_as_reading_all_grants_does(rows: list[tuple], hours: list[int]) -> None:  # type: ignore[type-arg]
    grants = [
        Grant("policy", index, operations, callers, purposes, (f"f{index}",), {}, since, until)
        for index, (operations, callers, purposes, since, until) in enumerate(rows)
    ]
    permits = compile_permits(OPERATIONS, grants, CLASSES)
    for hour in hours:
        moment = datetime(2026, 5, 31, tzinfo=UTC) + timedelta(hours=hour)
        for operation in OPERATIONS:
            for agency in AGENCIES:
                for purpose in (*PURPOSES, "r", ""):
                    found = permits[operation].decide(agency, purpose, moment.timestamp())
                    expected = decide_by_hand(grants, operation, agency, purpose, moment)
                    assert (found.outcome, [grant.index for grant in found.grants]) == expected
                    if found.outcome == "granted":
                        assert found.withhold is not None
                        document = {f"f{index}": index for index in range(len(rows))}
                        assert sorted(found.withhold(document).values()) == expected[1]
