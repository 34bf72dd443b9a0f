"""The text that a scrape gives: the tally's series, and the supervisor's own figures.

Laws: 1. What is written here parses as Prometheus text, one sample a series, buckets cumulative. 2. The text of names and labels
is made once for each set of series, not at every scrape. 3. A scrape reads memory only.
Must not know: processes, sockets, who scrapes. Why the lines are written here: docs/decisions/0001-exposition.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from ..values.meters import FAMILIES, Family, Series
from .tally import Tally


@dataclass(frozen=True, slots=True)
class Figure:
    """A family that the supervisor itself fills: its samples are label values and a number."""

    name: str
    type: str  # counter | gauge
    help: str
    labels: tuple[str, ...] = ()
    samples: tuple[tuple[tuple[str, ...], float], ...] = ()


Figures = Callable[[], Iterable[Figure]]


class TallyCollector(Collector):
    """Gives the tally to a registry of prometheus_client: slow for many series, the oracle of the tests."""

    def __init__(self, tally: Tally) -> None:
        """Collect from `tally`."""
        self._tally = tally

    def collect(self) -> Iterator[Metric]:
        """Give each family with all its series as they are now."""
        totals = self._tally.sum_cells()
        for family, group in group_series(self._tally).items():
            yield _collect_family(FAMILIES[family], group, totals)


class FigureCollector(Collector):
    """Gives the supervisor's own figures to a registry."""

    def __init__(self, figures: Figures) -> None:
        """Ask `figures` at every scrape."""
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give each figure as a family."""
        for figure in self._figures():
            made = CounterMetricFamily if figure.type == "counter" else GaugeMetricFamily
            family = made(figure.name, figure.help, labels=figure.labels)
            for labels, value in figure.samples:
                family.add_metric(labels, value)
            yield family


class Exposition:
    """Renders a scrape: our families from cached text, everything else through a registry."""

    def __init__(self, tally: Tally, figures: Figures) -> None:
        """Read `tally` and `figures` at every scrape."""
        self.registry = CollectorRegistry()
        for collector in (FigureCollector(figures), ProcessCollector(registry=None), PlatformCollector(registry=None)):
            self.registry.register(collector)
        GCCollector(registry=self.registry)
        self._tally = tally
        self._version = -1
        self._blocks: list[_Block] = []

    def render(self) -> bytes:
        """Give the whole text."""
        tally = self._tally
        totals = tally.sum_cells()
        if tally.version != self._version:
            self._blocks = [make_block(FAMILIES[name], group) for name, group in group_series(tally).items()]
            self._version = tally.version
        return "".join([block.render(totals) for block in self._blocks]).encode() + generate_latest(self.registry)


@dataclass(slots=True)
class _Block:
    """One family: a line per sample, up to its value; where a histogram, the lines of a series stand together."""

    head: str
    prefixes: list[str]
    offsets: list[int]
    width: int  # buckets with +Inf; 0 where not a histogram

    def render(self, totals: list[float]) -> str:
        """Give the family's lines with the values of now."""
        values = self._read_histograms(totals) if self.width else [totals[offset] for offset in self.offsets]
        return self.head + "\n".join([prefix + repr(value) for prefix, value in zip(self.prefixes, values, strict=True)]) + "\n"

    def _read_histograms(self, totals: list[float]) -> list[float]:
        values: list[float] = []
        width = self.width
        for offset in self.offsets:
            values.extend(accumulate(totals[offset : offset + width]))
            values.append(values[-1])
            values.append(totals[offset + width])
        return values


def make_block(family: Family, group: list[Series]) -> _Block:
    """Write the text of a family's names and labels once."""
    head = f"# HELP {family.name} {_escape_help(family.help)}\n# TYPE {family.name} {family.type}\n"
    if family.type != "histogram":
        prefixes = [f"{family.name}{_braces(family.labels, series.labels)} " for series in group]
        return _Block(head, prefixes, [series.offset for series in group], 0)
    edges = [*(repr(float(bound)) for bound in family.bounds), "+Inf"]
    prefixes = []
    for series in group:
        prefixes += [f"{family.name}_bucket{_braces((*family.labels, 'le'), (*series.labels, edge))} " for edge in edges]
        own = _braces(family.labels, series.labels)
        prefixes += [f"{family.name}_count{own} ", f"{family.name}_sum{own} "]
    return _Block(head, prefixes, [series.offset for series in group], len(edges))


def group_series(tally: Tally) -> dict[str, list[Series]]:
    """Give the tally's series by family, families in the order of the table."""
    groups: dict[str, list[Series]] = {name: [] for name in FAMILIES}
    for series in tally.series():
        groups[series.family].append(series)
    return {name: group for name, group in groups.items() if group}


def _collect_family(family: Family, group: list[Series], totals: list[float]) -> Metric:
    if family.type == "histogram":
        histogram = HistogramMetricFamily(family.name, family.help, labels=family.labels)
        edges = [*(repr(float(bound)) for bound in family.bounds), "+Inf"]
        for series in group:
            end = series.offset + len(edges)
            counts = accumulate(totals[series.offset : end])
            histogram.add_metric(series.labels, list(zip(edges, counts, strict=True)), totals[end])
        return histogram
    made = CounterMetricFamily if family.type == "counter" else GaugeMetricFamily
    metric = made(family.name, family.help, labels=family.labels)
    for series in group:
        metric.add_metric(series.labels, totals[series.offset])
    return metric


def _braces(names: Iterable[str], values: Iterable[str]) -> str:
    inside = ",".join(f'{name}="{_escape(value)}"' for name, value in zip(names, values, strict=True))
    return f"{{{inside}}}" if inside else ""


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _escape_help(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
