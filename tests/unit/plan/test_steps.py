"""The steps that read a canonical call's parameters."""

from __future__ import annotations

from gateway.plan.steps import CallTypes, make_read_parameters
from gateway.values.faults import FINDINGS_MAX
from gateway.values.model import Request
from gateway.values.route import Exchange


class Ports:
    def count(self, cell: int, by: float = 1.0) -> None: ...

    def note_defect(self, exchange: Exchange, error: BaseException) -> None: ...


def test_of_very_many_unknown_query_names_twenty_are_told() -> None:
    """Else a request line of `&` costs as much as a hundred calls."""
    x = Exchange(Request("GET", "/x", "&" * 8000, {}, "peer"), "e" * 32, 1000.0, Ports())
    findings = make_read_parameters((), CallTypes())(x)
    assert [finding.keyword for finding in findings] == ["unknown"] * FINDINGS_MAX
