"""Figures out of samples, and the rule that says when they have got worse.

Laws: pure: no clock, no process; the bootstrap is seeded, so that the same samples give the same interval.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

RESAMPLES = 4000
SEED = 20261
OWN_LEAST = 0.75  # of what its core worked, a server's own part; below, others were measured too
TOLERANCE = 1.15  # the lower end of an interval may be this many times the committed ratio


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of medians and its bootstrap 95 % interval."""

    value: float
    low: float
    high: float


def bootstrap_ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Give median(ours) / median(theirs) with its interval; launches are drawn as pairs, because they were interleaved.

    Faults: ValueError where the samples are not pairs, or none.
    """
    if not ours or len(ours) != len(theirs):
        raise ValueError("samples come in pairs, at least one")
    draw = random.Random(SEED)
    places = range(len(ours))
    drawn = []
    for _ in range(RESAMPLES):
        chosen = draw.choices(places, k=len(ours))
        drawn.append(median([ours[place] for place in chosen]) / median([theirs[place] for place in chosen]))
    drawn.sort()
    return Ratio(median(ours) / median(theirs), drawn[int(RESAMPLES * 0.025)], drawn[int(RESAMPLES * 0.975) - 1])


def find_worse(measured: Mapping[str, Ratio], committed: Mapping[str, float], tolerance: float = TOLERANCE) -> list[str]:
    """Name the ratios whose interval lies wholly above the committed ratio times the tolerance."""
    return [
        f"{name}: {ratio.value:.2f} (at least {ratio.low:.2f}), committed {committed[name]:.2f}"
        for name, ratio in measured.items()
        if name in committed and ratio.low > committed[name] * tolerance
    ]


def find_disturbed(shares: Mapping[str, tuple[float, float]]) -> list[str]:
    """Name the lines in which others had a good part of the server's core; shares are (server's, of the core in all)."""
    return [f"{name}: {own:.0%} of {core:.0%}" for name, (own, core) in shares.items() if own < core * OWN_LEAST]


def read_cpu_ticks(stat: str) -> int:
    """Give user and system ticks out of the text of /proc/PID/stat; the name in parentheses may hold anything.

    Source: proc(5), fields 14 and 15.
    """
    fields = stat.rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def read_parent(stat: str) -> int:
    """Give the parent's id out of the text of /proc/PID/stat."""
    return int(stat.rpartition(")")[2].split()[1])


def read_core_ticks(stat: str, core: str) -> int:
    """Give the ticks in which a core was not idle out of the text of /proc/stat; waiting for a disk is idle.

    Faults: ValueError where there is no such core. Source: proc(5).
    """
    for line in stat.splitlines():
        name, *fields = line.split() or [""]
        if name == f"cpu{core}":
            return sum(map(int, fields[:8])) - int(fields[3]) - int(fields[4])
    raise ValueError(f"no core {core}")


def read_load(text: str) -> dict[str, float]:
    """Read the line that our wrk script prints at the end: `bench requests=… errors=… …`.

    Faults: ValueError where there is none.
    """
    for line in text.splitlines():
        word, *pairs = line.split() or [""]
        if word == "bench":
            return {name: float(value) for name, _, value in (pair.partition("=") for pair in pairs)}
    raise ValueError("wrk did not end with our line")
