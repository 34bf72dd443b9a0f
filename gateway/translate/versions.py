"""The graph of canonical versions: which mappings lead from one version of a schema to another.

Laws: 1. An edge is one direction of a mapping between canonical schemas. 2. The path taken is the shortest; of equal ones the first by
name, so that a plan does not hang on the order of files.
Must not know: routes, agencies.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from .compile import Compiled, Translation
from .scope import Direction


@dataclass(frozen=True, slots=True)
class Leap:
    """One step of a path: a mapping, and the direction in which it is gone."""

    mapping: Compiled
    way: Direction

    @property
    def end(self) -> str:
        """The schema that it leads to."""
        return self.mapping.canonical_schema if self.way == "to_canonical" else self.mapping.agency_schema

    @property
    def translation(self) -> Translation:
        """The direction's function, or what blocks it."""
        return self.mapping.to_canonical if self.way == "to_canonical" else self.mapping.to_agency


def find_path(begin: str, end: str, mappings: Iterable[Compiled]) -> tuple[Leap, ...] | None:
    """Give the shortest path between two versions; None where none leads there, () where both are the same."""
    edges: dict[str, list[Leap]] = {}
    for mapping in sorted(mappings, key=lambda one: one.id):
        if "/" not in mapping.agency_schema:
            edges.setdefault(mapping.agency_schema, []).append(Leap(mapping, "to_canonical"))
            edges.setdefault(mapping.canonical_schema, []).append(Leap(mapping, "to_agency"))
    known: dict[str, tuple[Leap, ...]] = {begin: ()}
    waiting = deque([begin])
    while waiting and end not in known:
        here = waiting.popleft()
        for leap in edges.get(here, ()):
            if leap.end not in known and leap.translation.run is not None:
                known[leap.end] = (*known[here], leap)
                waiting.append(leap.end)
    return known.get(end)
