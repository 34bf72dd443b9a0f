"""The watcher: each exchange is counted once in its outcome and once by its caller, and written once, without personal data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal

import orjson
import pytest

from gateway.observe.cells import Cells, open_block
from gateway.observe.log import AccessLog
from gateway.observe.watch import Observer
from gateway.values.cells import OTHER_OUTCOME, ProcessCells, register_process_cells, register_route_cells
from gateway.values.faults import CATALOGUE, Fault, fault
from gateway.values.meters import Layout
from gateway.values.model import Caller, Origin, Request, Upstream
from gateway.values.route import Exchange, Route

UPSTREAM = Upstream("dukcapil.siak", 0, "127.0.0.1", 1)
SECRET = "3201010101010001"  # synthetic NIK


class House:
    def __init__(self) -> None:
        layout = Layout()
        outcomes = [("provider", 200, ""), ("gateway", 422, "CALL_INVALID"), ("provider", 502, "PROVIDER_TRUNCATED")]
        self.series = register_route_cells(layout, "population/person", outcomes, ["kemenkes"])
        self.known: ProcessCells = register_process_cells(layout, [UPSTREAM], ["issuer"])
        fd = open_block(layout.size)
        self.cells = Cells(fd)
        os.close(fd)
        self.lines: list[bytes] = []
        self.observer = Observer(self.cells, self.known, AccessLog(self.lines.append, "hash" * 16, 3), lambda: 1000.5)
        self.route = Route("population/person", 0, "POST", "/p", "read", (), UPSTREAM, 0, 1.0, cells=self.series)

    def make(self, status: int, origin: Origin, what: Fault | None = None) -> Exchange:
        request = Request("POST", f"/p/{SECRET}", f"nik={SECRET}", {b"x": SECRET.encode()}, "192.0.2.7")
        x = Exchange(request, "e" * 32, 1000.0, self.observer, b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01", self.route)
        x.caller = Caller("kemenkes", "jwt", user="budi-sintetis")
        x.status, x.origin, x.fault = status, origin, what
        x.raw = x.out = SECRET.encode()
        x.total_s, x.upstream_s, x.bytes_in, x.bytes_out = 0.25, 0.2, 10, 20
        return x

    def end(self, x: Exchange, how: Literal["sent", "caller_gone"] = "sent") -> dict[str, object]:
        self.observer.exchange_ended(x, how)
        return dict(orjson.loads(self.lines[-1]))

    def outcome(self, *key: object) -> float:
        return self.cells.view[self.series.outcomes[key]]  # type: ignore[index]


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.cells.close()


def test_an_answer_is_counted_once_and_written_once(house: House) -> None:
    line = house.end(house.make(200, "provider"))
    assert house.outcome("provider", 200, "") == 1
    assert sum(house.cells.view[cell] for cell in house.series.outcomes.values()) == 1
    assert house.cells.view[house.series.callers["kemenkes"]] == 1
    assert (line["outcome"], line["total_us"], line["upstream_us"], line["overhead_us"]) == ("answered", 250000, 200000, 49999)
    assert len(house.lines) == 1
    assert house.cells.view[house.known.defects] == 0


@pytest.mark.parametrize("status,origin,what", [(200, "provider", None), (422, "gateway", fault("CALL_INVALID"))])
def test_no_line_holds_personal_data(house: House, status: int, origin: Origin, what: Fault | None) -> None:
    house.end(house.make(status, origin, what))
    assert SECRET.encode() not in house.lines[0]
    assert b"budi" not in house.lines[0]


def test_the_peer_stands_only_where_a_call_was_refused(house: House) -> None:
    assert "peer" not in house.end(house.make(200, "provider"))
    assert "peer" not in house.end(house.make(502, "provider", fault("PROVIDER_TRUNCATED")))
    refused = house.end(house.make(422, "gateway", fault("CALL_INVALID")))
    assert (refused["peer"], refused["outcome"], refused["fault"], refused["whose"]) == ("192.0.2.7", "refused", "CALL_INVALID", "caller")


def test_a_caller_who_left_is_499_whatever_was_ready_for_it(house: House) -> None:
    line = house.end(house.make(200, "provider"), "caller_gone")
    assert house.outcome("gateway", 499, "CALLER_GONE") == 1
    assert (line["status"], line["fault"], line["outcome"]) == (499, "CALLER_GONE", "failed")


def test_a_stream_that_was_cut_is_counted_by_its_fault(house: House) -> None:
    house.end(house.make(200, "provider", fault("PROVIDER_TRUNCATED")))
    assert house.outcome("provider", 502, "PROVIDER_TRUNCATED") == 1
    assert house.cells.view[house.known.defects] == 0


def test_an_unforeseen_outcome_is_counted_as_other_and_as_a_defect(house: House) -> None:
    house.end(house.make(418, "gateway", fault("ACCESS_DENIED")))
    assert house.outcome(*OTHER_OUTCOME) == 1
    assert house.cells.view[house.known.defects] == 1


def test_an_unknown_caller_and_no_caller_are_other(house: House) -> None:
    x = house.make(200, "provider")
    x.caller = Caller("stranger", "jwt")
    house.end(x)
    x.caller = None
    house.end(x)
    assert house.cells.view[house.series.callers["_other"]] == 2


def test_without_a_route_the_fault_is_counted(house: House) -> None:
    x = house.make(404, "gateway", fault("NO_ROUTE"))
    x.route = None
    line = house.end(x)
    assert house.cells.view[house.known.refused["NO_ROUTE"]] == 1
    assert line["route"] == ""


@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_every_fault_can_be_refused_before_an_exchange(house: House, kind: str) -> None:
    house.observer.request_refused(fault(kind, reason='quote " here'), "192.0.2.7")
    assert house.cells.view[house.known.refused[kind]] == 1
    line = orjson.loads(house.lines[-1])
    assert (line["event"], line["fault"], line["reason"], line["time_ms"]) == ("refused", kind, 'quote " here', 1000500)


def test_a_defect_shows_its_place_and_never_its_values(house: House) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        house.observer.note_defect(house.make(500, "gateway"), error)
    line = orjson.loads(house.lines[-1])
    assert line["error"] == "ValueError"
    assert "test_a_defect_shows_its_place" in line["raised_at"]
    assert SECRET.encode() not in house.lines[-1]
    assert house.cells.view[house.known.defects] == 1


def test_attempts_connections_and_the_rest_are_counted(house: House) -> None:
    observer, view, known = house.observer, house.cells.view, house.known
    observer.attempt_ended(UPSTREAM, "timeout", 0.3)
    observer.attempt_ended(UPSTREAM, "never heard of", 0.3)
    observer.connections_changed(1)
    observer.connections_changed(1)
    observer.connections_changed(-1)
    observer.connection_refused("per_peer")
    observer.connection_refused("never heard of")
    observer.late_answer()
    observer.keys_fetched("issuer", "failed")
    observer.observe_lag(-0.1)
    assert [view[known.attempts[0][o]] for o in ("timeout", "_other", "answered")] == [1, 1, 0]
    assert view[known.connections] == 1
    assert [view[known.bounds[b]] for b in ("per_peer", "_other")] == [1, 1]
    assert view[known.late_answers] == 1
    assert view[known.key_fetches[("issuer", "failed")]] == 1
    assert view[known.lag] == 1
