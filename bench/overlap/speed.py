"""How fast overlap is found, and how it grows: CPU time of one core, because machines are noisy; wall time beside it."""

from __future__ import annotations

import gc
import random
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from gateway.catalogue.overlap.clusters import find_clusters
from gateway.catalogue.overlap.index import Index, build_index
from gateway.catalogue.overlap.pairs import PairModel
from gateway.catalogue.overlap.screen import screen

from .corpora import make_background, read_lexicon

ASKED = 500
_T = TypeVar("_T")


def clock(work: Callable[[], _T]) -> tuple[_T, float, float]:
    """Give what some work gives, its CPU seconds and its wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    done = work()
    return done, time.process_time() - cpu, time.perf_counter() - wall


def measure_speed(total: int, model: PairModel) -> dict[str, float]:
    """Measure one size. Units: seconds, milliseconds, MB; the entries themselves are part of the memory."""
    apps = [one.app for one in make_background(total)]
    index, cpu, wall = clock(lambda: build_index(apps, read_lexicon()))
    figures = {"entries": float(total), "index_cpu_s": cpu, "index_wall_s": wall}
    gc.collect()
    gc.freeze()
    figures |= _measure_screening(index, model)
    new = replace(index.apps[0], id="new.entry", owner="new")
    _, cpu, wall = clock(lambda: (index.put(new), screen(index, model, replace(new, id="?"))))
    figures |= {"registered_and_seen_ms": wall * 1000}
    index.take("new.entry")
    clusters, cpu, wall = clock(lambda: find_clusters(build_index(apps, index.lexicon) if index.gone else index, model))
    largest = max((len(one.members) for one in clusters), default=0)
    return figures | {
        "rebuild_pairs_and_clusters_cpu_s": cpu, "rebuild_pairs_and_clusters_wall_s": wall, "clusters": float(len(clusters)),
        "largest_share": largest / total, "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }  # fmt: skip


def _measure_screening(index: Index, model: PairModel) -> dict[str, float]:
    """Screen proposals that are like entries, each as if it came for the first time."""
    asked = random.Random(5).sample(index.apps, min(ASKED, len(index.apps)))
    cpu, wall = [], []
    for app in asked:
        index.sides.clear()
        _, one, other = clock(lambda app=app: screen(index, model, replace(app, id="?", owner="?")))  # type: ignore[misc]
        cpu.append(one * 1000)
        wall.append(other * 1000)
    return {f"screen_{name}_p{at}_ms": float(np.percentile(times, at)) for name, times in (("cpu", cpu), ("wall", wall)) for at in (50, 99)}
