"""Screening: a proposal against the catalogue, before anything is built.

Holds: `screen`, the question of the gate; what to reuse and to extend, what canonical services supply already, masters it would duplicate.
Laws: 1. A screening is a function of index, model and proposal: asked again, it answers the same. 2. Its cost is bounded whatever the
catalogue holds. 3. An entry is never matched with itself.
Must not know: cases, people, stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..entry import App, Field
from .align import Meaning, Pair, align_surely, read_meanings
from .explain import explain_pair
from .index import Index
from .pairs import PairModel, compute_features
from .verdict import BOUNDS, WORDS, Bounds, Verdict, judge_pair
from .words import Lexicon

MATCHES_MAX = 10
LOOKED_AT = 6  # beyond the limit, for those of which nothing can be said


@dataclass(frozen=True, slots=True)
class Match:
    """An existing application beside the proposal."""

    app: App
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Extension:
    """An existing application that would serve if it kept more. Shape: `fields` of the proposal that it lacks."""

    app: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supply:
    """What a canonical service gives already. Shape: `operation` of the federation; `gives` less `asks`, what it must be asked with."""

    operation: str
    gives: tuple[Meaning, ...]
    asks: tuple[Meaning, ...] = ()


@dataclass(frozen=True, slots=True)
class Supplied:
    """A field that the proposal would ask for again, and who has it."""

    field: Field
    operation: str
    pair: Pair


@dataclass(frozen=True, slots=True)
class MasterClash:
    """Master data that the proposal would keep and another application keeps already."""

    master: str
    app: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The answer to a proposal: the strongest matches first."""

    matches: tuple[Match, ...]
    reuse: tuple[str, ...]
    extend: tuple[Extension, ...]
    supplied: tuple[Supplied, ...]
    clashes: tuple[MasterClash, ...]

    @property
    def strongest(self) -> str:
        """Give the strongest verdict, "" where nothing matches."""
        return max((match.verdict.word for match in self.matches), key=WORDS.index, default="")


def screen(
    index: Index,
    model: PairModel,
    app: App,
    supplies: Sequence[Supply] = (),
    limit: int = MATCHES_MAX,
    bounds: Bounds = BOUNDS,
) -> Screening:
    """Screen a proposal (or an entry) against the catalogue."""
    matches = find_matches(index, model, app, limit, bounds)
    reuse = tuple(match.app.id for match in matches if match.verdict.word == "duplicate")
    meanings = read_meanings(app.fields, index.lexicon)
    extend = tuple(
        Extension(match.app.id, _find_lacking([one for one in meanings if not one.field.source], match.verdict))
        for match in matches
        if match.verdict.word in {"duplicate", "overlap"}
    )
    return Screening(matches, reuse, extend, find_supplied(meanings, supplies), find_clashes(index, app))


def find_matches(index: Index, model: PairModel, app: App, limit: int = MATCHES_MAX, bounds: Bounds = BOUNDS) -> tuple[Match, ...]:
    """Give the entries that are most like this one, each with verdict and explanation."""
    row = index.make_row(app)
    places = index.find_candidates(row, model.search)
    cosines, norms = index.compare(row, places)
    chances = model.judge(compute_features(row.norms, cosines, norms))
    found: list[Match] = []
    mine = index.read_side(app)
    for at in np.argsort(-chances, kind="stable")[: limit + LOOKED_AT]:
        other = index.apps[places[at]]
        if other.id != app.id and len(found) < limit:
            verdict = judge_pair(float(chances[at]), explain_pair(mine, index.read_side(other), index.weigh_concept), bounds)
            found += [Match(other, verdict)] if verdict else []
    found.sort(key=lambda match: (-WORDS.index(match.verdict.word), -match.verdict.probability, match.app.id))
    return tuple(found)


def _find_lacking(meanings: Iterable[Meaning], verdict: Verdict) -> tuple[str, ...]:
    cited = {pair.mine for pair in verdict.explanation.fields}
    return tuple(meaning.field.name for meaning in meanings if meaning.field not in cited)


def read_supply(operation: str, gives: Iterable[str], asks: Iterable[str], lexicon: Lexicon) -> Supply:
    """Read what a service gives, by the names of its schemas; what it must be asked with is known already and no gift."""
    keys = tuple(dict.fromkeys(asks))
    given = [Field(name) for name in dict.fromkeys(gives) if name not in keys]
    return Supply(operation, tuple(read_meanings(given, lexicon)), tuple(read_meanings(map(Field, keys), lexicon)))


def find_supplied(meanings: Sequence[Meaning], supplies: Sequence[Supply]) -> tuple[Supplied, ...]:
    """Give the fields that canonical services supply already: they need not be asked for again.

    A service supplies only those who keep what it must be asked with, and of several the one that supplies most comes first.
    """
    wanted = [one for one in meanings if not one.field.source]
    asked = [supply for supply in supplies if len(align_surely(meanings, supply.asks)) == len(supply.asks)]
    offers = [(supply.operation, align_surely(wanted, supply.gives)) for supply in asked]
    found: dict[Field, Supplied] = {}
    for operation, pairs in sorted(offers, key=lambda offer: (-len(offer[1]), offer[0])):
        for pair in pairs:
            found.setdefault(pair.mine, Supplied(pair.mine, operation, pair))
    return tuple(sorted(found.values(), key=lambda one: one.field.name))


def find_clashes(index: Index, app: App) -> tuple[MasterClash, ...]:
    """Give the applications that are the master of what the proposal would be the master of."""
    return tuple(
        MasterClash(master, other)
        for master in app.masters
        for other in sorted(index.masters.get(index.sign_master(master), ()))
        if other != app.id and other in index.places
    )
