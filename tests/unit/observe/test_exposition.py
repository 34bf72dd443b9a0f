"""What a scrape gives: it parses, says what prometheus_client would say, and holds every counter at zero."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from gateway.observe.cells import Cells, open_block
from gateway.observe.exposition import Exposition, Figure, TallyCollector
from gateway.observe.tally import LayoutView, Tally
from gateway.values.cells import register_process_cells, register_route_cells
from gateway.values.meters import FAMILIES, Layout
from gateway.values.model import Upstream

AWKWARD = 'a"b\\c\nd é'
BOUNDS = FAMILIES["http_server_request_duration_seconds"].bounds
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read_samples(text: str) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found, "one sample a series"
            found[key] = sample.value
    return found


def make_tally() -> Tally:
    layout = Layout()
    cells = register_route_cells(layout, AWKWARD, [("provider", 200, "")], ["kemenkes"])
    register_process_cells(layout, [Upstream("u", 0, "h", 1)], ["issuer"])
    fd = open_block(layout.size)
    block = Cells(fd)
    os.close(fd)
    for value in (0.0005, 0.001, 0.2, 1e9):
        block.observe(cells.duration, BOUNDS, value)
    block.count(cells.outcomes[("provider", 200, "")], 3)
    tally = Tally()
    tally.adopt(1, LayoutView(tuple(layout.series), layout.size), block)
    return tally


def test_it_parses_and_says_what_prometheus_client_says() -> None:
    tally = make_tally()
    exposition = Exposition(tally, tuple)
    registry = CollectorRegistry()
    registry.register(TallyCollector(tally))
    ours = read_samples(exposition.render().decode())
    oracle = read_samples(generate_latest(registry).decode())
    assert oracle.items() <= ours.items()
    assert {name for name, _ in ours.keys() - oracle.keys()} <= {n for n, _ in read_samples(generate_latest(exposition.registry).decode())}
    tally.retire(1)


def test_buckets_are_cumulative_and_end_in_the_count() -> None:
    tally = make_tally()
    samples = read_samples(Exposition(tally, tuple).render().decode())
    route = ("route", AWKWARD)
    name = "http_server_request_duration_seconds"
    assert samples[(name + "_bucket", (("le", "0.001"), route))] == 2, "a bound belongs to its bucket"
    assert samples[(name + "_bucket", (("le", "0.25"), route))] == 3
    assert samples[(name + "_bucket", (("le", "+Inf"), route))] == samples[(name + "_count", (route,))] == 4
    assert samples[(name + "_sum", (route,))] == 1e9 + 0.2015
    tally.retire(1)


def test_every_counter_is_there_at_zero() -> None:
    tally = make_tally()
    samples = read_samples(Exposition(tally, tuple).render().decode())
    assert samples[("jembatan_defects_total", ())] == 0
    assert samples[("jembatan_upstream_attempts_total", (("outcome", "timeout"), ("upstream", "u")))] == 0
    assert samples[("jembatan_key_fetches_total", (("issuer", "issuer"), ("outcome", "failed")))] == 0
    tally.retire(1)


def test_new_series_and_the_supervisors_figures_appear_at_the_next_scrape() -> None:
    tally = make_tally()
    exposition = Exposition(tally, lambda: [Figure("jembatan_plan_info", "gauge", "h", ("hash",), ((("abc",), 1.0),))])
    assert (("jembatan_plan_info", (("hash", "abc"),))) in read_samples(exposition.render().decode())
    layout = Layout()
    register_route_cells(layout, "new", [], [])
    fd = open_block(layout.size)
    tally.adopt(2, LayoutView(tuple(layout.series), layout.size), Cells(fd))
    os.close(fd)
    assert ("jembatan_caller_requests_total", (("caller", "_other"), ("route", "new"))) in read_samples(exposition.render().decode())
    tally.retire(1)
    tally.retire(2)
