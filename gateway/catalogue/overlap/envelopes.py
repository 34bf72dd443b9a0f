"""Envelopes: fields that travel together around unlike contents (a consent, a signature, a status).

Laws: 1. An envelope stands at many agencies and around many things: fields that come together because they describe one thing are none.
2. The same applications give the same envelopes in whatever order.
Must not know: pairs, verdicts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from .profile import Envelope

AGENCIES_MIN = 5
ENTRIES_MIN = 8
TOGETHER_MIN = 0.8
FIELDS_MIN = 4
ONE_THING_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is looked at of one application: keys of its fields, concepts of its name."""

    owner: str
    keys: frozenset[str]
    names: frozenset[str]
    operations: frozenset[str] = frozenset()


def find_common_operations(sightings: Sequence[Sighting]) -> frozenset[str]:
    """Find the operations that unlike applications of many agencies offer (`POST /data`): sharing one is no evidence."""
    offered: dict[str, list[Sighting]] = {}
    for one in sightings:
        for operation in one.operations:
            offered.setdefault(operation, []).append(one)
    return frozenset(
        operation
        for operation, around in offered.items()
        if len(around) >= ENTRIES_MIN and len({one.owner for one in around}) >= AGENCIES_MIN and not _have_one_name(around)
    )


def find_envelopes(sightings: Sequence[Sighting]) -> list[Envelope]:
    """Find the envelopes of a catalogue."""
    entries: Counter[str] = Counter()
    owners: dict[str, set[str]] = {}
    for one in sightings:
        entries.update(one.keys)
        for key in one.keys:
            owners.setdefault(key, set()).add(one.owner)
    keys = sorted(key for key, count in entries.items() if count >= ENTRIES_MIN and len(owners[key]) >= AGENCIES_MIN)
    if len(keys) < FIELDS_MIN:
        return []
    groups = _group_keys(sightings, {key: at for at, key in enumerate(keys)})
    found = [frozenset(keys[at] for at in group) for group in groups if len(group) >= FIELDS_MIN]
    return [Envelope(group) for group in found if not _is_about_one_thing(group, sightings)]


def _group_keys(sightings: Sequence[Sighting], places: Mapping[str, int]) -> list[list[int]]:
    """Group the keys that mostly come together."""
    cells = [(row, places[key]) for row, one in enumerate(sightings) for key in one.keys if key in places]
    rows, columns = np.array(cells, dtype=np.int32).T
    seen = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(sightings), len(places)))
    together = (seen.T @ seen).tocoo()
    counts = np.asarray(seen.sum(axis=0)).ravel()
    either = counts[together.row] + counts[together.col] - together.data
    near = together.data >= TOGETHER_MIN * either
    graph = coo_matrix((together.data[near], (together.row[near], together.col[near])), shape=together.shape)
    number, labels = connected_components(graph, directed=False)
    groups: list[list[int]] = [[] for _ in range(number)]
    for at, label in enumerate(labels):
        groups[label].append(at)
    return groups


def _is_about_one_thing(group: frozenset[str], sightings: Sequence[Sighting]) -> bool:
    around = [one for one in sightings if len(one.keys & group) >= TOGETHER_MIN * len(group)]
    return len({one.owner for one in around}) < AGENCIES_MIN or _have_one_name(around)


def _have_one_name(around: Sequence[Sighting]) -> bool:
    """Say whether most of the names share a concept."""
    names = Counter(name for one in around for name in one.names)
    return max(names.values(), default=0) >= ONE_THING_SHARE * len(around)
