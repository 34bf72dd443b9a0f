"""A cluster as merging takes it: entries that somebody found to belong together, and a way to compare the fields of two of them.

Must not know: who found them, or how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from ..entry import App

Align: TypeAlias = Callable[[App, App], Sequence[tuple[str, str]]]
"""Give the pairs of field names of two entries that mean the same, each name at most once."""

NEIGHBOURS = 4  # how many later members each is compared with, and as many that are spread over the cluster


@dataclass(frozen=True, slots=True)
class Cluster:
    """Entries that belong together. Shape: `apps` sorted ids."""

    id: str
    apps: tuple[str, ...]


def choose_pairs(members: Sequence[App], neighbours: int = NEIGHBOURS) -> Iterator[tuple[App, App]]:
    """Give the pairs worth comparing: all of a small cluster; of a large one a ring with chords, so that cost grows with members.

    Entries that write the same columns stand beside one another in the ring, so that chords join those that write them otherwise.
    """
    kept = sorted((app for app in members if app.fields), key=lambda app: (sorted(field.name for field in app.fields), app.id))
    if len(kept) <= 4 * neighbours:
        yield from combinations(kept, 2)
        return
    steps = {*range(1, neighbours + 1), *(max(1, len(kept) * turn // (2 * neighbours + 1)) for turn in range(1, neighbours + 1))}
    done: set[tuple[int, int]] = set()
    for place in range(len(kept)):
        for step in sorted(steps):
            pair = (min(place, (place + step) % len(kept)), max(place, (place + step) % len(kept)))
            if pair[0] != pair[1] and pair not in done:
                done.add(pair)
                yield kept[pair[0]], kept[pair[1]]
