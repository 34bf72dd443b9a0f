"""The tally against a model: a plain dictionary of what was ever counted."""

from __future__ import annotations

import os
from collections import defaultdict

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.observe.cells import Cells, open_block
from gateway.observe.tally import LayoutView, Tally
from gateway.values.meters import FAMILIES, Layout

COUNTER, GAUGE, HISTOGRAM = "jembatan_refused_requests_total", "jembatan_connections", "http_server_request_duration_seconds"
BOUNDS = FAMILIES[HISTOGRAM].bounds
NAMES = ("a", "b", "c", "d")


def make_view(names: tuple[str, ...]) -> tuple[LayoutView, Layout]:
    layout = Layout()
    layout.add_series(GAUGE, "open")
    for name in names:
        layout.add_series(HISTOGRAM, name)
        layout.add_series(COUNTER, name)
    return LayoutView(tuple(layout.series), layout.size), layout


def make_cells(view: LayoutView) -> Cells:
    fd = open_block(view.size)
    cells = Cells(fd)
    os.close(fd)
    return cells


def read(tally: Tally, family: str, *labels: str) -> float:
    totals = tally.sum_cells()
    return next(totals[s.offset] for s in tally.series() if (s.family, s.labels) == (family, labels))


class Workers(RuleBasedStateMachine):
    """Workers come, count and die while plans with other layouts replace each other; a model counts along."""

    def __init__(self) -> None:
        super().__init__()
        self.tally = Tally()
        self.live: dict[int, tuple[Cells, Layout, tuple[str, ...]]] = {}
        self.serial = 0
        self.counts: dict[str, float] = defaultdict(float)
        self.sums: dict[str, float] = defaultdict(float)
        self.open: dict[int, float] = {}

    @rule(names=st.permutations(NAMES), width=st.integers(1, 4))
    def start(self, names: list[str], width: int) -> None:
        chosen = tuple(names[:width])
        view, layout = make_view(chosen)
        cells = make_cells(view)
        self.serial += 1
        self.tally.adopt(self.serial, view, cells)
        self.live[self.serial] = (cells, layout, chosen)
        self.open[self.serial] = 0.0

    @precondition(lambda self: self.live)
    @rule(data=st.data(), value=st.sampled_from((0.0001, 0.005, 0.3, 99.0)))
    def work(self, data: st.DataObject, value: float) -> None:
        serial = data.draw(st.sampled_from(sorted(self.live)))
        cells, layout, names = self.live[serial]
        name = data.draw(st.sampled_from(names))
        cells.count(layout.add_series(COUNTER, name))
        cells.observe(layout.add_series(HISTOGRAM, name), BOUNDS, value)
        cells.count(layout.add_series(GAUGE, "open"))
        self.counts[name] += 1
        self.sums[name] += value
        self.open[serial] += 1

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        serial = data.draw(st.sampled_from(sorted(self.live)))
        self.tally.retire(serial)
        del self.live[serial], self.open[serial]

    @invariant()
    def counters_never_fall_and_gauges_are_of_the_living(self) -> None:
        totals = self.tally.sum_cells()
        for series in self.tally.series():
            if series.family == GAUGE:
                assert totals[series.offset] == sum(self.open.values())
            elif series.family == COUNTER:
                assert totals[series.offset] == self.counts[series.labels[0]]
            else:
                end = series.offset + len(BOUNDS) + 1
                assert sum(totals[series.offset : end]) == self.counts[series.labels[0]]
                assert abs(totals[end] - self.sums[series.labels[0]]) < 1e-6

    def teardown(self) -> None:
        for serial in list(self.live):
            self.tally.retire(serial)


Workers.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestWorkers = Workers.TestCase


def test_beyond_the_budget_departed_series_are_forgotten_and_living_ones_are_not() -> None:
    view, layout = make_view(("a",))
    tally = Tally(cells_max=view.size + 5)
    cells = make_cells(view)
    tally.adopt("old", view, cells)
    cells.count(layout.add_series(COUNTER, "a"), 7)
    other, _ = make_view(("b",))
    tally.adopt("new", other, make_cells(other))
    assert read(tally, COUNTER, "a") == 7, "a live worker's series stay, whatever the budget"
    tally.retire("old")
    third, _ = make_view(("c",))
    tally.adopt("newest", third, make_cells(third))
    assert {s.labels for s in tally.series() if s.family == COUNTER} == {("b",), ("c",)}
    assert read(tally, COUNTER, "b") == 0
    for worker in ("new", "newest"):
        tally.retire(worker)


def test_a_worker_is_adopted_once() -> None:
    view, _ = make_view(("a",))
    tally = Tally()
    tally.adopt(1, view, make_cells(view))
    spare = make_cells(view)
    try:
        tally.adopt(1, view, spare)
        raised = False
    except ValueError:
        raised = True
    spare.close()
    tally.retire(1)
    assert raised
