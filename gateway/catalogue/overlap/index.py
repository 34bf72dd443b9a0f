"""The index of a catalogue: every entry as one sparse row over all channels, and for each term who has it.

Holds: the table of terms, rows normalised by channel, postings capped, rows that came since it was built.
Laws: 1. How rare a term is counts agencies, not entries: what one agency says five hundred times is said once. 2. Rows stand in the order
of ids: the same entries give the same index. 3. An entry that is added, changed or taken out counts in the next query; how rare terms are
is counted anew when the index is built anew. 4. A query's cost is bounded: postings are capped, and so are its look-ups; of those that came
since, at most `FRESH_MAX` stand outside the postings.
Must not know: what scores mean, verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ..entry import App
from .envelopes import Sighting, find_common_operations, find_envelopes
from .explain import Side, read_side
from .profile import CHANNELS, DATA, Envelope, Profile, describe_app, sign_operation
from .words import Lexicon

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

POSTINGS_MAX = 4_000
POSTINGS_SHARE = 0.2
LOOKUPS_MAX = 250_000
BY_SUM, BY_DATA = 50, 50
RARITY_MIN = 0.05
AGENCIES_LEAST = 500  # in a small catalogue a word that all say may still be rare in the country
ROOM = 4_096
SIDES_MAX = 4_096
FRESH_MAX = 256
_TEXT = CHANNELS.index("text")
_DATA_CHANNELS = np.array([channel in DATA for channel in CHANNELS])


@dataclass(frozen=True, slots=True)
class Row:
    """One entry over all channels. Shape: `columns` with `values` of length 1 in each channel; `norms` the lengths before, by channel."""

    columns: Ints
    values: Floats
    norms: Floats


@dataclass(slots=True)
class Terms:
    """The table of terms. Shape: one column a channel and term; `channels` and `rarity` by column, with room to grow."""

    places: tuple[dict[str, int], ...]
    channels: NDArray[np.int8]
    rarity: Floats
    used: int = 0
    unseen: float = 1.0

    def find(self, channel: int, term: str) -> int:
        """Give the column of a term, a new one for a term that nobody had."""
        place = self.places[channel].get(term)
        if place is None:
            place = self.places[channel][term] = self.used
            self.used += 1
            if place >= len(self.channels):
                self.channels = np.concatenate([self.channels, np.zeros(len(self.channels) // 4 + ROOM, np.int8)])
                self.rarity = np.concatenate([self.rarity, np.full(len(self.channels) - len(self.rarity), self.unseen, np.float32)])
            self.channels[place] = channel
        return place

    def weigh(self, columns: Ints, owners: NDArray[np.int64], number: int) -> None:
        """Say how rare each term is: over the agencies that say it."""
        width = len(self.channels)
        number = max(number, AGENCIES_LEAST)
        said = np.unique(owners * width + columns)
        counts = np.bincount(said % width, minlength=width)
        self.unseen = float(np.log(2 * (1 + number)))
        self.rarity = np.log((1 + number) / (0.5 + counts)).clip(RARITY_MIN).astype(np.float32)


def make_terms() -> Terms:
    """Make an empty table of terms."""
    return Terms(tuple({} for _ in CHANNELS), np.zeros(ROOM, np.int8), np.zeros(ROOM, np.float32))


@dataclass(slots=True)
class Index:
    """A catalogue made ready for questions. Mutable: entries come and go; made by `build_index`."""

    lexicon: Lexicon
    terms: Terms
    envelopes: tuple[Envelope, ...]
    common: frozenset[str]
    apps: list[App]
    rows: list[Row]
    built: csr_matrix
    postings: tuple[NDArray[np.int64], Ints, Floats]
    places: dict[str, int]
    gone: set[int] = field(default_factory=set)
    is_aged: bool = False  # entries came or went since it was counted how rare terms are
    room: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    masters: dict[frozenset[str], set[str]] = field(default_factory=dict)
    sides: dict[str, Side] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for app in self.apps:
            self._enter_masters(app)

    def _enter_masters(self, app: App) -> None:
        for master in app.masters:
            self.masters.setdefault(self.sign_master(master), set()).add(app.id)

    def sign_master(self, master: str) -> frozenset[str]:
        """Give what master data is of, in concepts, whatever language says it."""
        return frozenset(term.concepts[0] for term in self.lexicon.read_text(master) if term.kind != "generic")

    def read_side(self, app: App) -> Side:
        """Read an entry for explanations; entries asked for lately are remembered."""
        side = self.sides.get(app.id)
        if side is None or side.app is not app:
            if len(self.sides) >= SIDES_MAX:
                self.sides.clear()
            side = self.sides[app.id] = read_side(app, self.lexicon, self.envelopes, self.common)
        return side

    def weigh_concept(self, concept: str) -> float:
        """Say how rare a concept is in texts of the catalogue."""
        place = self.terms.places[_TEXT].get(concept)
        return self.terms.unseen if place is None else float(self.terms.rarity[place])

    def profile(self, app: App) -> Profile:
        """Describe an application as the entries here are described."""
        return describe_app(app, self.lexicon, self.envelopes)

    def make_row(self, app: App) -> Row:
        """Give an application as a row."""
        return make_row(self.profile(app), self.terms)

    def put(self, app: App) -> None:
        """Add an entry, or change the one of this id: the next query sees it."""
        self.take(app.id)
        self.places[app.id] = len(self.rows)
        self.apps.append(app)
        self.rows.append(self.make_row(app))
        self._enter_masters(app)
        self.is_aged = True

    def _fold(self) -> None:
        """Take what came since into the postings, what is gone out of all, and put the rows in the order of ids again."""
        order = [place for _, place in sorted(self.places.items())]
        self.apps, self.rows = [self.apps[place] for place in order], [self.rows[place] for place in order]
        self.places = {app.id: at for at, app in enumerate(self.apps)}
        self.gone.clear()
        begins = np.concatenate([[0], np.cumsum([len(row.columns) for row in self.rows])]).astype(np.int64)
        columns, values = (np.concatenate(parts) for parts in zip(*((row.columns, row.values) for row in self.rows), strict=True))
        self.built = csr_matrix((values, columns, begins), shape=(len(self.rows), len(self.terms.rarity)))
        self.postings = _cap_postings(self.built)

    def take(self, app_id: str) -> None:
        """Take an entry out."""
        place = self.places.pop(app_id, None)
        if place is not None:
            self.is_aged = True
            self.gone.add(place)
            for master in self.apps[place].masters:
                self.masters[self.sign_master(master)].discard(app_id)

    def find_candidates(self, row: Row, weights: Floats) -> NDArray[np.int64]:
        """Give the rows worth a closer look: the best by all channels, the best by fields, and all that came since.

        Shape: places of rows, until the next entry comes or goes.
        """
        if len(self.rows) - self.built.shape[0] > FRESH_MAX:
            self._fold()
        total, by_data = self._sum_postings(row, weights)
        best = {*_pick_best(total, BY_SUM), *_pick_best(by_data, BY_DATA), *range(self.built.shape[0], len(self.rows))}
        return np.array(sorted(best - self.gone), dtype=np.int64)

    def _sum_postings(self, row: Row, weights: Floats) -> tuple[Floats, Floats]:
        """Give the weighted cosine with every built row, over all channels and over those of fields; the rarest terms come first."""
        begins, entries, values = self.postings
        known = row.columns < len(begins) - 1
        columns = row.columns[known]
        shares = row.values[known] * weights[self.terms.channels[columns]]
        lengths = begins[columns + 1] - begins[columns]
        order = np.argsort(lengths, kind="stable")
        order = order[np.cumsum(lengths[order]) <= LOOKUPS_MAX]
        sums: list[Floats] = []
        by_data = _DATA_CHANNELS[self.terms.channels[columns[order]]]
        for chosen in (order[by_data], order[~by_data]):
            low, long = begins[columns[chosen]], lengths[chosen]
            at = np.repeat(low - np.cumsum(long) + long, long) + np.arange(long.sum())
            weighed = values[at] * np.repeat(shares[chosen], long)
            sums.append(np.bincount(entries[at], weights=weighed, minlength=self.built.shape[0]).astype(np.float32))
        return sums[0] + sums[1], sums[0]

    def compare(self, row: Row, places: Sequence[int] | NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Give, for each row, the cosine by channel and the norms by channel."""
        cosines = np.zeros((len(places), len(CHANNELS)), np.float32)
        if not len(places):
            return cosines, cosines
        dense = self._scatter(row)
        chosen = [self.rows[place] for place in places]
        lengths = [len(one.columns) for one in chosen]
        columns = np.concatenate([one.columns for one in chosen])
        products = dense[columns] * np.concatenate([one.values for one in chosen])
        hit = np.flatnonzero(products)
        cells = np.repeat(np.arange(len(chosen)), lengths)[hit] * len(CHANNELS) + self.terms.channels[columns[hit]]
        cosines = np.bincount(cells, weights=products[hit], minlength=cosines.size).reshape(cosines.shape).astype(np.float32)
        dense[row.columns] = 0
        return cosines, np.stack([one.norms for one in chosen])

    def _scatter(self, row: Row) -> Floats:
        if len(self.room) < len(self.terms.channels):
            self.room = np.zeros(len(self.terms.channels), np.float32)
        self.room[row.columns] = row.values
        return self.room


def build_index(apps: Iterable[App], lexicon: Lexicon) -> Index:
    """Build the index of a catalogue."""
    ordered = sorted(apps, key=lambda app: app.id)
    sightings = [_sight(app, lexicon) for app in ordered]
    envelopes, common = tuple(find_envelopes(sightings)), find_common_operations(sightings)
    terms = make_terms()
    lengths, columns, weights = _encode_all(ordered, lexicon, envelopes, terms)
    owners = {owner: at for at, owner in enumerate(sorted({app.owner for app in ordered}))}
    terms.weigh(columns, np.repeat(np.array([owners[app.owner] for app in ordered], np.int64), lengths), len(owners))
    begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    values, norms = _normalise(terms, columns, weights, np.repeat(np.arange(len(ordered)), lengths), len(ordered))
    built = csr_matrix((values, columns, begins), shape=(len(ordered), len(terms.rarity)))
    rows = [Row(columns[low:high], values[low:high], norms[at]) for at, (low, high) in enumerate(pairwise(begins))]
    places = {app.id: at for at, app in enumerate(ordered)}
    return Index(lexicon, terms, envelopes, common, ordered, rows, built, _cap_postings(built), places)


def _encode_all(
    apps: Sequence[App], lexicon: Lexicon, envelopes: Sequence[Envelope], terms: Terms
) -> tuple[NDArray[np.int64], Ints, Floats]:
    """Give all entries as columns with weights, one behind the other, and how many each has."""
    bags = [encode_bags(describe_app(app, lexicon, envelopes), terms) for app in apps]
    nothing = (np.zeros(0, np.int32), np.zeros(0, np.float32))
    lengths = np.array([len(columns) for columns, _ in bags], np.int64)
    return lengths, np.concatenate([one for one, _ in (*bags, nothing)]), np.concatenate([one for _, one in (*bags, nothing)])


def _sight(app: App, lexicon: Lexicon) -> Sighting:
    keys = frozenset(reading.key for one in app.fields if not (reading := lexicon.read_field(one.name)).is_housekeeping)
    names = (term for text in (app.title.id, app.title.en) for term in lexicon.read_text(text) if term.kind != "generic")
    operations = (sign_operation(name, lexicon) for one in app.interfaces for name in one.operations)
    return Sighting(app.owner, keys, frozenset(term.concepts[0] for term in names), frozenset(filter(None, operations)))


def encode_bags(profile: Profile, terms: Terms) -> tuple[Ints, Floats]:
    """Give a profile as columns with weights, before it is known how rare the terms are."""
    columns: list[int] = []
    weights: list[float] = []
    for at, channel in enumerate(CHANNELS):
        bag = profile.bags[channel]
        columns += [terms.find(at, term) for term in bag]
        weights += bag.values()
    return np.array(columns, np.int32), np.array(weights, np.float32)


def make_row(profile: Profile, terms: Terms) -> Row:
    """Give a profile as a row."""
    columns, weights = encode_bags(profile, terms)
    values, norms = _normalise(terms, columns, weights, np.zeros(len(columns), np.int64), 1)
    return Row(columns, values, norms[0])


def _normalise(terms: Terms, columns: Ints, weights: Floats, rows: NDArray[np.int64], number: int) -> tuple[Floats, Floats]:
    values = weights * terms.rarity[columns]
    cells = rows * len(CHANNELS) + terms.channels[columns]
    norms = np.sqrt(np.bincount(cells, weights=values * values, minlength=number * len(CHANNELS))).astype(np.float32)
    values /= np.maximum(norms, 1e-9)[cells]
    return values, norms.reshape(number, len(CHANNELS))


def _cap_postings(built: csr_matrix) -> tuple[NDArray[np.int64], Ints, Floats]:
    """Give for each term who has it; a term that too many have finds nobody."""
    turned = built.tocsc()
    counts = np.diff(turned.indptr)
    kept = counts <= max(10, min(POSTINGS_MAX, POSTINGS_SHARE * built.shape[0]))
    mask = np.repeat(kept, counts)
    begins = np.concatenate([[0], np.cumsum(np.where(kept, counts, 0))]).astype(np.int64)
    return begins, turned.indices[mask].astype(np.int32), turned.data[mask]


def _pick_best(scores: Floats, number: int) -> list[int]:
    """Give the places of the best scores above nothing; equals in the order of places."""
    found = np.flatnonzero(scores > 0)
    if len(found) > number:
        least = np.partition(scores[found], len(found) - number)[len(found) - number]
        found = found[scores[found] >= least]
    return [int(at) for at in found[np.argsort(-scores[found], kind="stable")][:number]]
