"""The columns of a cluster, brought together: which names mean one thing, how many members have it, how sure that is.

Laws: 1. Every column of every member stands in exactly one group. 2. Two columns that an application keeps side by side are seldom one
thing, whatever a chain of likenesses says: groups that meet in one application too often are not joined. 3. Coverage says how much of the
members' columns is canonical, purity how much of that the comparisons themselves bear out; one without the other says nothing.
Must not know: how two columns are compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from ..entry import App

SUPPORT_MIN = 2
JOIN_MIN = 0.25  # of the comparisons that could have joined two groups, this share did
TOGETHER_MAX = 0.12  # of the smaller group's members at most this share keep both


@dataclass(frozen=True, slots=True)
class CanonicalField:
    """One column of the candidate.

    Shape: `names` as members write it, most used first; `members` app → its columns in this group (more than one is a collision);
    `types` kind → members; `purity` share of its pairs of columns that comparisons bear out, from 0 to 1.
    """

    name: str
    names: tuple[tuple[str, int], ...]
    members: Mapping[str, tuple[str, ...]]
    types: tuple[tuple[str, int], ...]
    purity: float

    @property
    def support(self) -> int:
        """How many members keep it."""
        return len(self.members)

    @property
    def has_conflict(self) -> bool:
        """Whether members declare it as things that do not convert by themselves."""
        return len(self.types) > 1


@dataclass(frozen=True, slots=True)
class Canonical:
    """The candidate of a cluster. Shape: `fields` with support of at least two, most used first; `alone` columns that one member has."""

    fields: tuple[CanonicalField, ...]
    columns: int
    alone: int

    @property
    def coverage(self) -> float:
        """Give the share of the members' columns that the candidate holds."""
        return sum(len(names) for field in self.fields for names in field.members.values()) / self.columns if self.columns else 0.0

    @property
    def purity(self) -> float:
        """Give the share that comparisons bear out, weighted by columns."""
        weights = [sum(map(len, field.members.values())) for field in self.fields]
        return sum(field.purity * weight for field, weight in zip(self.fields, weights, strict=True)) / sum(weights) if weights else 0.0

    def covers(self, app: App) -> float:
        """Give the share of one member's columns that the candidate holds."""
        held = sum(len(field.members.get(app.id, ())) for field in self.fields)
        return held / len(app.fields) if app.fields else 0.0


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the comparisons say: of two names how often they were joined, and how often they could have been."""

    owners: Mapping[str, frozenset[str]]
    joined: Mapping[tuple[str, str], int]
    possible: Mapping[tuple[str, str], int]


def bring_together(members: Sequence[App], compared: Iterable[tuple[App, App, Sequence[tuple[str, str]]]]) -> Canonical:
    """Group the columns of a cluster's members by what comparisons of some pairs of them say."""
    evidence = _weigh(members, compared)
    groups = _join(evidence)
    keyed: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    kinds: dict[str, dict[str, str]] = defaultdict(dict)
    for app in members:
        for field in app.fields:
            keyed[key_of(field.name)][app.id].append(field.name)
            if kind := kind_of(field.type):
                kinds[key_of(field.name)][app.id] = kind
    found = [_make_field(group, keyed, kinds, evidence) for group in groups]
    kept = sorted((field for field in found if field.support >= SUPPORT_MIN), key=lambda field: (-field.support, field.name))
    columns = sum(len(app.fields) for app in members)
    held = sum(len(names) for field in kept for names in field.members.values())
    return Canonical(_name_apart(kept), columns, columns - held)


def key_of(name: str) -> str:
    """Give a column's name as everybody would write it: small letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


_KINDS = (
    ("boolean", ("bool",)),
    ("date", ("date", "timestamp")),
    ("time", ("time",)),
    ("number", ("int", "num", "dec", "float", "double", "real", "year")),
)


def kind_of(declared: str) -> str:
    """Give what kind of value a declared type holds: text, number, date, time, boolean; nothing where none is declared."""
    word = declared.lower().removeprefix("big").removeprefix("small").removeprefix("tiny")
    return next((kind for kind, starts in _KINDS if word.startswith(starts)), "text") if word else ""


def _weigh(members: Sequence[App], compared: Iterable[tuple[App, App, Sequence[tuple[str, str]]]]) -> _Evidence:
    owners: dict[str, set[str]] = defaultdict(set)
    for key, id in ((key, app.id) for app in members for key in _keys(app)):
        owners[key].add(id)
    joined: Counter[tuple[str, str]] = Counter()
    possible: Counter[tuple[str, str]] = Counter()
    for one, other, pairs in compared:
        links = {(key_of(mine), key_of(theirs)) for mine, theirs in pairs}
        joined.update(_order(*link) for link in links if link[0] != link[1])
        sure = {mine for mine, theirs in links if mine == theirs}
        possible.update(_order(mine, theirs) for mine, theirs in product(_keys(one) - sure, _keys(other) - sure) if mine != theirs)
    return _Evidence({key: frozenset(apps) for key, apps in owners.items()}, joined, possible)


def _keys(app: App) -> set[str]:
    return {key_of(field.name) for field in app.fields}


def _order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _join(evidence: _Evidence) -> list[tuple[str, ...]]:
    """Join names into groups, the best borne out first; by the mean over all pairs, not by the best pair, so that chains break."""
    home = {key: key for key in evidence.owners}
    groups: dict[str, tuple[str, ...]] = {key: (key,) for key in evidence.owners}
    apps = {key: set(owners) for key, owners in evidence.owners.items()}
    ranked = sorted(
        (-_share(evidence, *link), -count, link) for link, count in evidence.joined.items() if _share(evidence, *link) >= JOIN_MIN
    )
    for _, _, (one, other) in ranked:
        left, right = home[one], home[other]
        if left == right or not _may_join(evidence, groups[left], groups[right], apps[left], apps[right]):
            continue
        groups[left] = tuple(sorted((*groups[left], *groups.pop(right))))
        apps[left] |= apps.pop(right)
        home.update(dict.fromkeys(groups[left], left))
    return [groups[key] for key in sorted(groups)]


def _share(evidence: _Evidence, one: str, other: str) -> float:
    link = _order(one, other)
    return evidence.joined.get(link, 0) / max(1, evidence.possible.get(link, 0))


def _may_join(evidence: _Evidence, left: tuple[str, ...], right: tuple[str, ...], mine: set[str], theirs: set[str]) -> bool:
    if len(mine & theirs) > TOGETHER_MAX * min(len(mine), len(theirs)):
        return False
    joined, possible = _count(evidence, left, right)
    return joined >= JOIN_MIN * possible


def _count(evidence: _Evidence, left: Iterable[str], right: Sequence[str]) -> tuple[int, int]:
    links = [_order(one, other) for one in left for other in right]
    return sum(evidence.joined.get(link, 0) for link in links), sum(evidence.possible.get(link, 0) for link in links)


def _make_field(
    group: tuple[str, ...], keyed: Mapping[str, Mapping[str, list[str]]], kinds: Mapping[str, Mapping[str, str]], evidence: _Evidence
) -> CanonicalField:
    members: dict[str, list[str]] = defaultdict(list)
    names: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for key in group:
        for app, columns in keyed[key].items():
            members[app] += columns
            names.update(columns)
        types.update(kinds.get(key, {}).values())
    ranked = sorted(names.items(), key=lambda pair: (-pair[1], pair[0]))
    whole = {app: tuple(sorted(columns)) for app, columns in sorted(members.items())}
    common = tuple(sorted(types.items(), key=lambda pair: (-pair[1], pair[0])))
    return CanonicalField(_choose_name(ranked), tuple(ranked), whole, common, _estimate_purity(group, keyed, evidence))


def _estimate_purity(group: tuple[str, ...], keyed: Mapping[str, Mapping[str, list[str]]], evidence: _Evidence) -> float:
    weights = {key: sum(map(len, keyed[key].values())) for key in group}
    total = sum(weights.values())
    if total < 2:
        return 1.0
    same = sum(weight * (weight - 1) for weight in weights.values())
    pairs = combinations(group, 2)
    crossed = sum(2 * weights[one] * weights[other] * min(1.0, _share(evidence, one, other)) for one, other in pairs)
    return (same + crossed) / (total * (total - 1))


def _choose_name(ranked: Sequence[tuple[str, int]]) -> str:
    """Give the name whose words most members use; of two such the fuller one: `tanggal_lahir`, neither `bir_tgl` nor `tgllhr`."""
    spelt = [(_snake(name), count) for name, count in ranked]
    total = sum(count for _, count in spelt)
    shares: Counter[str] = Counter()
    for name, count in spelt:
        for word in dict.fromkeys(name.split("_")):
            shares[word] += count
    common = [name for name, count in spelt if count * 5 >= ranked[0][1]]
    return min(common, key=lambda name: (-_worth(name.split("_"), shares, total), name))


def _worth(words: Sequence[str], shares: Mapping[str, int], total: int) -> float:
    return sum(shares[word] for word in words) / len(words) / total + 0.02 * min(len("".join(words)), 16)


def _snake(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_") or "field"


def _name_apart(fields: Sequence[CanonicalField]) -> tuple[CanonicalField, ...]:
    """Give every field a name of its own."""
    seen: Counter[str] = Counter()
    named = []
    for field in fields:
        seen[field.name] += 1
        name = field.name if seen[field.name] == 1 else f"{field.name}_{seen[field.name]}"
        named.append(CanonicalField(name, field.names, field.members, field.types, field.purity))
    return tuple(named)
