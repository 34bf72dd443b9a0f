"""Scores side by side: the change of an agency from year to year, and agencies by category.

Must not know: how scores were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import mean

from .score import Score


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two years. Shape: `moved` indicator → (level before, level after)."""

    agency: str
    before: int
    after: int
    index: tuple[Decimal, Decimal]
    moved: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Category:
    """The agencies of a category in a year by one set. Shape: `ranked` (agency, index), highest first."""

    name: str
    year: int
    set: str
    ranked: tuple[tuple[str, Decimal], ...]

    @property
    def mean(self) -> Decimal:
        """Give the mean index."""
        return Decimal(mean(index for _, index in self.ranked)).quantize(Decimal("0.01"))


def find_changes(scores: Sequence[Score]) -> list[Change]:
    """Give the changes of each agency between the years that follow one another, by one set."""
    lines: dict[tuple[str, str], list[Score]] = {}
    for score in sorted(scores, key=lambda one: one.sheet.year):
        lines.setdefault((score.sheet.agency, score.set.id), []).append(score)
    return [_compare(before, after) for _, line in sorted(lines.items()) for before, after in pairwise(line)]


def _compare(before: Score, after: Score) -> Change:
    old = {one.indicator.id: one.level for one in before.standings}
    new = {one.indicator.id: one.level for one in after.standings}
    moved = tuple((name, old[name], level) for name, level in new.items() if old.get(name) != level)
    return Change(after.sheet.agency, before.sheet.year, after.sheet.year, (before.index, after.index), moved)


def rank_categories(scores: Sequence[Score]) -> list[Category]:
    """Give the agencies of each category, year and set, ranked."""
    groups: dict[tuple[str, int, str], list[tuple[str, Decimal]]] = {}
    for score in scores:
        key = (score.sheet.category or "-", score.sheet.year, score.set.id)
        groups.setdefault(key, []).append((score.sheet.agency, score.index))
    return [Category(*key, tuple(sorted(rows, key=lambda row: (-row[1], row[0])))) for key, rows in sorted(groups.items())]
