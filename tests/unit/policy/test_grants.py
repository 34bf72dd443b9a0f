"""May this caller do this, for this purpose: no grant, no access; unions; the edges of validity."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast

import pytest

from gateway.policy.grants import ClassOf, Grant, Permit, compile_permit, compile_permits, list_expiries
from gateway.values.faults import Refused
from gateway.values.model import Caller, Expiry, Json, Request
from gateway.values.route import Exchange, Ports

OPERATION = "population.person.lookup"
CLASSES = {"taspen": "state_company", "pln": "state_company", "bkn": "body", "nobody": ""}
NOW_S = datetime(2026, 6, 1, tzinfo=UTC).timestamp()


def make_grant(index: int = 0, **changes: Json) -> Grant:
    row = {
        "policy": "resident-data",
        "index": index,
        "operations": frozenset((OPERATION,)),
        "callers": ("taspen",),
        "purposes": ("pension-payment",),
        "reveals": ("name",),
    }
    return Grant(**{**row, **changes})


def make_exchange(
    agency: str | None = "taspen", purpose: str | None = "pension-payment", now_s: float = NOW_S, *, twice: bool = False
) -> Exchange:
    headers = {} if purpose is None else {b"jembatan-purpose": purpose.encode()}
    request = Request("POST", "/", "", headers, "192.0.2.1", (b"jembatan-purpose",) if twice else ())
    exchange = Exchange(request, "1", now_s, cast(Ports, None))
    exchange.caller = None if agency is None else Caller(agency, "jwt")
    return exchange


def judge(permit: Permit, exchange: Exchange) -> str:
    try:
        permit(exchange)
    except Refused as no:
        assert exchange.purpose == ""
        assert exchange.withhold is None
        return no.fault.kind.name
    return "granted"


def test_a_grant_opens_for_its_caller_and_purpose() -> None:
    exchange = make_exchange()
    compile_permit(OPERATION, [make_grant()], CLASSES)(exchange)
    assert exchange.purpose == "pension-payment"
    assert exchange.withhold is not None
    assert exchange.withhold({"name": "A", "nik": "1"}) == {"name": "A"}


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (make_exchange(), "granted"),
        (make_exchange("bkn"), "ACCESS_DENIED"),
        (make_exchange("unheard-of"), "ACCESS_DENIED"),
        (make_exchange(None), "ACCESS_DENIED"),
        (make_exchange(purpose=None), "PURPOSE_DENIED"),
        (make_exchange(purpose=""), "PURPOSE_DENIED"),
        (make_exchange(purpose="curiosity"), "PURPOSE_DENIED"),
        (make_exchange(purpose="Pension-Payment"), "PURPOSE_DENIED"),
        (make_exchange(purpose="pension-payment, curiosity"), "PURPOSE_DENIED"),
        (make_exchange(purpose="pension-payment "), "PURPOSE_DENIED"),
        (make_exchange(purpose="péñsion"), "PURPOSE_DENIED"),
        (make_exchange(twice=True), "PURPOSE_DENIED"),
        (make_exchange("bkn", purpose="curiosity"), "ACCESS_DENIED"),
    ],
)
def test_who_is_refused_and_why(exchange: Exchange, expected: str) -> None:
    assert judge(compile_permit(OPERATION, [make_grant()], CLASSES), exchange) == expected


def test_without_grants_nobody_passes() -> None:
    assert judge(compile_permit(OPERATION, [], CLASSES), make_exchange()) == "ACCESS_DENIED"
    other = make_grant(operations=frozenset(("population.person.update",)))
    assert judge(compile_permit(OPERATION, [other], CLASSES), make_exchange()) == "ACCESS_DENIED"


def test_a_class_opens_for_its_agencies_and_an_agency_without_a_class_for_none() -> None:
    permit = compile_permit(OPERATION, [make_grant(callers=(ClassOf("state_company"),))], CLASSES)
    outcomes = {agency: permit.decide(agency, "pension-payment", NOW_S).outcome for agency in (*CLASSES, "unheard-of")}
    assert outcomes == {
        "taspen": "granted",
        "pln": "granted",
        "bkn": "ACCESS_DENIED",
        "nobody": "ACCESS_DENIED",
        "unheard-of": "ACCESS_DENIED",
    }


def test_grants_by_name_and_by_class_add_up() -> None:
    grants = [make_grant(0), make_grant(1, callers=(ClassOf("state_company"),), reveals=("nik",))]
    permit = compile_permit(OPERATION, grants, CLASSES)
    document = {"name": "A", "nik": "1", "sex": "male"}
    shown = {agency: permit.decide(agency, "pension-payment", NOW_S).withhold(document) for agency in ("taspen", "pln")}  # type: ignore[misc]
    assert shown == {"taspen": {"name": "A", "nik": "1"}, "pln": {"nik": "1"}}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2025-12-31T16:59:59.999+00:00", "ACCESS_DENIED"),
        ("2025-12-31T17:00:00+00:00", "granted"),
        ("2026-12-31T16:59:59.999+00:00", "granted"),
        ("2026-12-31T17:00:00+00:00", "ACCESS_DENIED"),
        ("2026-01-01T00:00:00+07:00", "granted"),
        ("2027-01-01T00:00:00+07:00", "ACCESS_DENIED"),
    ],
)
def test_valid_days_are_whole_days_in_jakarta_both_ends_included(moment: str, expected: str) -> None:
    grant = make_grant(since=date(2026, 1, 1), until=date(2026, 12, 31))
    permit = compile_permit(OPERATION, [grant], CLASSES)
    assert judge(permit, make_exchange(now_s=datetime.fromisoformat(moment).timestamp())) == expected


def test_a_grant_of_one_day_and_one_that_ends_before_it_begins() -> None:
    day, before = date(2026, 6, 1), date(2026, 5, 1)
    noon = datetime(2026, 6, 1, 5, tzinfo=UTC).timestamp()
    assert (
        compile_permit(OPERATION, [make_grant(since=day, until=day)], CLASSES).decide("taspen", "pension-payment", noon).outcome
        == "granted"
    )
    never = compile_permit(OPERATION, [make_grant(since=day, until=before)], CLASSES)
    assert never.decide("taspen", "pension-payment", noon).outcome == "ACCESS_DENIED"


def test_a_passed_grant_is_as_if_it_were_not_there() -> None:
    grants = [make_grant(0, until=date(2026, 1, 1)), make_grant(1, purposes=("audit",))]
    permit = compile_permit(OPERATION, grants, CLASSES)
    assert judge(permit, make_exchange()) == "PURPOSE_DENIED"
    assert judge(permit, make_exchange(purpose="audit")) == "granted"


def test_a_decision_names_its_grants_and_a_denial_for_the_purpose_the_others() -> None:
    grants = [make_grant(0, where="p.yaml:9"), make_grant(1, purposes=("audit",)), make_grant(2, reveals=None)]
    permit = compile_permit(OPERATION, grants, CLASSES)
    granted = permit.decide("taspen", "pension-payment", NOW_S)
    assert [(grant.policy, grant.index, grant.where) for grant in granted.grants] == [
        ("resident-data", 0, "p.yaml:9"),
        ("resident-data", 2, ""),
    ]
    assert granted.withhold is None
    assert [grant.index for grant in permit.decide("taspen", "curiosity", NOW_S).grants] == [0, 1, 2]
    assert permit.decide("bkn", "audit", NOW_S).grants == ()


def test_equal_sets_of_grants_are_compiled_once() -> None:
    callers = tuple(f"agency-{number}" for number in range(500))
    operations = frozenset(("a.b", "a.c"))
    permits = compile_permits(operations, [make_grant(callers=callers, operations=operations)], {})
    decisions = {id(permit.decide(agency, "pension-payment", NOW_S)) for permit in permits.values() for agency in callers}
    assert len(decisions) == 1


def test_ends_are_listed_for_the_metric_that_warns() -> None:
    grants = [make_grant(0), make_grant(1, until=date(2026, 12, 31))]
    expected = datetime(2026, 12, 31, 17, tzinfo=UTC).timestamp()
    assert list_expiries(grants) == (Expiry("grant", "resident-data#1", expected),)
