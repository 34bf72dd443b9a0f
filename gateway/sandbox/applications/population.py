"""Who has how many applications, and for which functions.

Laws: 1. The numbers add up to what was asked for. 2. What nearly every region has comes first in most of them; the rest is a long tail.
Must not know: names, columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from .chance import Chance
from .designs import Function
from .tables import Object, Owner, Tables

_COMBINED = 0.12  # of the long tail
_NATIONAL = ("border",)
_TAIL = {"province": 0.45, "regency": 0.22, "city": 0.26}


def count_applications(tables: Tables, seed: int, total: int) -> list[tuple[Owner, int]]:
    """Give how many applications each owner has; ministries as the table says, regions by chance around the usual."""
    owners = [*tables.ministries, *tables.regions]
    if total < len(owners):
        raise ValueError(f"at least one application an owner: {len(owners):,}")
    weights = [
        owner.weight * (1.0 if owner.kind == "ministry" else min(3.0, Chance(seed, "size", owner.id).spread(1.0, 0.35))) for owner in owners
    ]
    fixed = sum(weight for owner, weight in zip(owners, weights, strict=True) if owner.kind == "ministry")
    # A small catalogue shrinks everybody; a whole one keeps the ministries as they stand.
    scale = min(1.0, 0.42 * total / fixed)
    rest = (total - fixed * scale) / (sum(weights) - fixed)
    parts = [max(1, int(weight * (scale if owner.kind == "ministry" else rest))) for owner, weight in zip(owners, weights, strict=True)]
    regions = cycle([place for place, owner in enumerate(owners) if owner.kind != "ministry"])
    while sum(parts) > total:
        parts[parts.index(max(parts))] -= 1
    for place in islice(regions, total - sum(parts)):
        parts[place] += 1
    return list(zip(owners, parts, strict=True))


def choose_functions(tables: Tables, chance: Chance, owner: Owner, number: int) -> Iterator[Function]:
    """Give the functions of an owner's applications."""
    singles = list(_singles(tables, owner))
    common = [(function, share) for function, share in singles if share >= 5] if owner.kind != "ministry" else []
    expected = sum(share for _, share in common) / 100 or 1.0
    share = min(1.0, number * (1 - _TAIL.get(owner.kind, 1.0)) / expected)
    first = [function for function, percent in common if chance.roll(percent / 100 * share)]
    for function in first[:number]:
        yield function
    weights = [weight + (2.0 if common else 0.0) for _, weight in singles]
    for _ in range(number - len(first)):
        function = chance.weigh(singles, weights)[0]
        yield _combine(tables, chance, function, owner) if chance.roll(_COMBINED) else function


def _combine(tables: Tables, chance: Chance, function: Function, owner: Owner) -> Function:
    pool = [
        one for one in tables.objects.values() if one.id != function.objects[0].id and (not owner.sectors or one.sector in owner.sectors)
    ]
    return Function((function.objects[0], chance.pick(pool)), function.activity)


def _singles(tables: Tables, owner: Owner) -> Iterator[tuple[Function, float]]:
    for one in tables.objects.values():
        if owner.kind != "ministry" and one.sector in _NATIONAL:
            continue
        if owner.kind == "ministry" and one.sector not in owner.sectors:
            continue
        for activity, percent in one.activities.items():
            weight = _ministry_weight(tables, owner, one, activity, percent) if owner.kind == "ministry" else percent
            yield Function((one,), tables.activities[activity]), weight


def _ministry_weight(tables: Tables, owner: Owner, one: Object, activity: str, percent: float) -> float:
    place = owner.sectors.index(one.sector)
    return (tables.activities[activity].weight + percent / 8) * (3.0 if place == 0 else 1.0)
