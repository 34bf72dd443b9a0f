"""The tally: what all workers, alive and dead, of all plans have counted, as one set of series.

Laws: 1. A counter never falls: not when a worker dies, not when a plan with another layout replaces the old one. 2. A gauge is
the sum over live workers only. 3. Series are matched by family and labels, never by offset. 4. Departed series (in no plan that
a live worker runs) are forgotten only when there are more cells than the budget, and then as a whole.
Must not know: processes, sockets, the text form.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from operator import add

from ..values.meters import FAMILIES, Series
from .cells import Cells

CELLS_MAX = 1_000_000
_Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LayoutView:
    """A layout as the supervisor knows it: its series and its number of cells."""

    series: tuple[Series, ...]
    size: int


@dataclass(slots=True)
class _Live:
    cells: Cells
    view: LayoutView
    places: Sequence[int]  # of each cell in the tally; a range where the tally has the same order, which is the common case


def width_of(family: str) -> int:
    """Give the number of cells that a series of this family takes."""
    bounds = FAMILIES[family].bounds
    return len(bounds) + 2 if bounds else 1


class Tally:
    """The sum of all blocks that were ever handed out."""

    def __init__(self, cells_max: int = CELLS_MAX) -> None:
        """Begin empty; `cells_max` bounds what is remembered of plans that are gone."""
        self._cells_max = cells_max
        self._offsets: dict[_Key, int] = {}
        self._retired: list[float] = []
        self._live: dict[Hashable, _Live] = {}
        self._places: dict[int, tuple[LayoutView, Sequence[int]]] = {}
        self.version = 0  # rises whenever the set of series changes

    def adopt(self, worker: Hashable, view: LayoutView, cells: Cells) -> None:
        """Begin to count a worker's block; `worker` must not be live yet."""
        if worker in self._live:
            raise ValueError("this worker is counted already")
        self._live[worker] = _Live(cells, view, self._find_places(view))

    def retire(self, worker: Hashable) -> None:
        """Keep what a dead worker counted and release its block; gauges end with their worker."""
        live = self._live.pop(worker)
        values = live.cells.read_all()
        gauges = {s.offset for s in live.view.series if FAMILIES[s.family].type == "gauge"}
        retired = self._retired
        for offset, place in enumerate(live.places):
            if offset not in gauges:
                retired[place] += values[offset]
        live.cells.close()
        if not any(other.view is live.view for other in self._live.values()):
            self._places.pop(id(live.view), None)

    def count_observations(self, worker: Hashable, family: str) -> float:
        """Give how often a live worker has put a value into the histograms of one family."""
        live = self._live[worker]
        width = len(FAMILIES[family].bounds) + 1
        return sum(sum(live.cells.view[s.offset : s.offset + width].tolist()) for s in live.view.series if s.family == family)

    def sum_cells(self) -> list[float]:
        """Give the sum of all cells, living and retired, by the tally's own offsets (see `series`)."""
        totals = list(self._retired)
        for live in self._live.values():
            values = live.cells.read_all()
            if isinstance(live.places, range) and len(live.places) == len(totals):
                totals = list(map(add, totals, values))
                continue
            for place, value in zip(live.places, values, strict=False):
                totals[place] += value
        return totals

    def series(self) -> Iterator[Series]:
        """Give every series with its offset in `sum_cells`."""
        for (family, labels), offset in self._offsets.items():
            yield Series(family, labels, offset)

    def _find_places(self, view: LayoutView) -> Sequence[int]:
        known = self._places.get(id(view))
        if known is not None and known[0] is view:
            return known[1]
        if len(self._retired) + view.size > self._cells_max:
            self._forget_departed(view)
        return self._map_view(view)

    def _map_view(self, view: LayoutView) -> Sequence[int]:
        places = [0] * view.size
        for series in view.series:
            width = width_of(series.family)
            start = self._place_series((series.family, series.labels), width)
            places[series.offset : series.offset + width] = range(start, start + width)
        straight = range(view.size)
        found: Sequence[int] = straight if places == list(straight) else places
        self._places[id(view)] = (view, found)
        return found

    def _place_series(self, key: _Key, width: int) -> int:
        start = self._offsets.get(key)
        if start is None:
            start = self._offsets[key] = len(self._retired)
            self._retired.extend([0.0] * width)
            self.version += 1
        return start

    def _forget_departed(self, coming: LayoutView) -> None:
        wanted = {(s.family, s.labels) for s in coming.series}
        for live in self._live.values():
            wanted.update((s.family, s.labels) for s in live.view.series)
        old_offsets, old_retired = self._offsets, self._retired
        self._offsets, self._retired = {}, []
        for key, start in old_offsets.items():
            if key in wanted:
                width = width_of(key[0])
                self._offsets[key] = len(self._retired)
                self._retired.extend(old_retired[start : start + width])
        self._places.clear()
        for live in self._live.values():
            live.places = self._map_view(live.view)
        self.version += 1
