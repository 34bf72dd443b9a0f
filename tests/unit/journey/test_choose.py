"""The provider that a call's key leads to, and no other, is asked; every other key is refused before anybody is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.journey.choose import Choice, Counts
from gateway.traffic.tables import index_exact
from gateway.values.asks import CallUpstream
from gateway.values.faults import Kind, Refused
from gateway.values.model import Reply, Request, Upstream
from gateway.values.route import Exchange, Provider, Row

ALPHA, BETA = Upstream("alpha", 0, "", 0), Upstream("beta", 1, "", 0)
READ_ONLY = Kind("READ_ONLY", "caller", 422, False, "a", "b")


class Desk:
    """A verified fake of the ports: what was counted."""

    def __init__(self) -> None:
        self.counted: dict[int, float] = {}

    def count(self, cell: int, by: float = 1.0) -> None:
        self.counted[cell] = self.counted.get(cell, 0.0) + by

    def note_defect(self, exchange: Exchange, error: BaseException) -> None: ...


def set_call(x: Exchange) -> None:
    assert x.row is not None
    x.call = CallUpstream(ALPHA, "read", b"GET", b"/" + x.row.key.encode(), b"", None)


def keep_answer(x: Exchange) -> None:
    assert x.reply is not None
    x.answer = x.reply.body


ROWS = (
    Row("a", {}, replace(ALPHA, place="alpha a"), 0),
    Row("b", {}, replace(BETA, place="beta b"), 1),
    Row("c", {}, replace(ALPHA, place="alpha c"), 2, until_s=500.0),
)
CHOICE = Choice(
    table="centres",
    key="body.centre",
    part="body",
    pointer="/centre",
    read=lambda x: x.body["centre"],
    find=index_exact([(row.key, row) for row in ROWS]).find,
    providers=(Provider(ALPHA, (set_call,), (keep_answer,)), None, Provider(ALPHA, (set_call,), (keep_answer,))),
    uncovered=READ_ONLY,
    counts=Counts({0: 10}, {1: 11}, 12, 13),
)


def begin(centre: str) -> Exchange:
    x = Exchange(Request("POST", "/", "", {}, "peer"), "e" * 32, 1000.0, Desk())
    x.body = {"centre": centre}
    return x


def test_the_row_of_the_key_is_asked_and_its_answer_judged() -> None:
    x = begin("a")
    flow = CHOICE(x)
    call = next(flow)
    assert isinstance(call, CallUpstream)
    assert call.target == b"/a"
    with pytest.raises(StopIteration):
        flow.send(Reply(200, {}, b"yes"))
    assert (x.row, x.answer, x.ports.counted) == (ROWS[0], b"yes", {10: 1.0})  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("centre", "kind", "keyword", "cell"),
    [("z", "NO_PROVIDER", "choose", 12), ("c", "NO_PROVIDER", "valid", 13), ("b", "READ_ONLY", "choose", 11)],
)
def test_a_key_that_leads_to_nobody_is_refused_with_its_field_and_counted(centre: str, kind: str, keyword: str, cell: int) -> None:
    x = begin(centre)
    with pytest.raises(Refused) as refused:
        next(CHOICE(x))
    fault = refused.value.fault
    assert (fault.kind.name, [(each.part, each.pointer, each.keyword) for each in fault.findings]) == (kind, [("body", "/centre", keyword)])
    assert x.ports.counted == {cell: 1.0}  # type: ignore[attr-defined]


def test_a_refusal_holds_nothing_of_what_was_sent() -> None:
    with pytest.raises(Refused) as refused:
        next(CHOICE(begin("3215011708910003")))
    assert "3215011708910003" not in repr(refused.value.fault)


def test_a_traced_choice_chooses_the_same_and_tells_of_each_step() -> None:
    told: list[str] = []

    def trace(place: str, step: object) -> object:
        def traced(x: Exchange) -> None:
            told.append(place)
            step(x)  # type: ignore[operator]

        return traced

    flow = CHOICE.trace(trace)(begin("a"))  # type: ignore[arg-type]
    next(flow)
    with pytest.raises(StopIteration):
        flow.send(Reply(200, {}, b""))
    assert told == ["inward", "judge"]
