"""Rows of the table in docs/overlap.md, recomputed: one figure a question, so that they can be resampled."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from gateway.catalogue.entry import App, Interface, Text
from gateway.catalogue.merging.columns import bring_together
from gateway.catalogue.overlap.align import align_fields, read_meanings
from gateway.catalogue.overlap.clusters import Cluster, find_clusters
from gateway.catalogue.overlap.explain import Explanation, explain_pair, without_evidence
from gateway.catalogue.overlap.index import Index, build_index
from gateway.catalogue.overlap.pairs import PairModel, compute_features
from gateway.catalogue.overlap.screen import Match, find_matches
from gateway.catalogue.overlap.verdict import WORDS, Verdict, judge_pair
from gateway.catalogue.overlap.words import Lexicon

from .corpora import Entry, is_held_out
from .queries import Published, Question, ask_schemas, ask_services

RESAMPLES = 2_000
STRONG = ("duplicate", "overlap")
GENERIC = ("Users", "Tasks", "Groups", "Secrets", "Records", "Sistem Informasi", "Data", "Dashboard")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its 95 % interval over resampled groups (functions, types or applications, never single questions of one)."""

    row: str
    what: str
    value: float
    low: float
    high: float
    number: int
    bar: str


def resample(row: str, what: str, bar: str, values: Sequence[tuple[str, float]]) -> Figure:
    """Give the mean with its interval. Shape: `values` are (group, figure)."""
    groups: dict[str, list[float]] = defaultdict(list)
    for group, value in values:
        groups[group].append(value)
    sums = np.array([[sum(one), len(one)] for one in groups.values()], float)
    chance = np.random.default_rng(7)
    drawn = sums[chance.integers(0, len(sums), (RESAMPLES, len(sums)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return Figure(row, what, float(sums[:, 0].sum() / sums[:, 1].sum()), float(low), float(high), len(values), bar)


@dataclass(frozen=True, slots=True)
class Judge:
    """An index with a model: what is measured."""

    index: Index
    model: PairModel

    def rank(self, question: Question) -> list[str]:
        """Rank all entries that may answer, by probability."""
        row = self.index.make_row(question.app)
        ids = sorted((question.among if question.among is not None else frozenset(self.index.places)) - {question.app.id})
        cosines, norms = self.index.compare(row, [self.index.places[one] for one in ids])
        features = compute_features(row.norms, cosines, norms)
        scores = features.astype(np.float64) @ self.model.weights.astype(
            np.float64
        )  # a probability of 1.0 in single precision ranks nothing
        return [ids[at] for at in np.argsort(-scores, kind="stable")]

    def judge(self, mine: App, theirs: App) -> tuple[float, Verdict | None]:
        """Judge one pair."""
        row = self.index.make_row(mine)
        cosines, norms = self.index.compare(row, [self.index.places[theirs.id]])
        chance = float(self.model.judge(compute_features(row.norms, cosines, norms))[0])
        why = explain_pair(self.index.read_side(mine), self.index.read_side(theirs), self.index.weigh_concept)
        return chance, judge_pair(chance, why)


def average_precision(ranked: Iterable[str], right: frozenset[str]) -> float:
    """Give the mean of the precisions at each right answer."""
    hits, total = 0, 0.0
    for place, one in enumerate(ranked, 1):
        if one in right:
            hits += 1
            total += hits / place
    return total / len(right)


def measure_ranking(judge: Judge, row: str, what: str, bars: tuple[str, str], questions: Iterable[Question]) -> list[Figure]:
    """Give MAP and P@1 of questions."""
    found = [(question, judge.rank(question)) for question in questions]
    if not found:
        return []
    return [
        resample(row, f"{what}: MAP", bars[0], [(one.label, average_precision(ranked, one.right)) for one, ranked in found]),
        resample(row, f"{what}: P@1", bars[1], [(one.label, float(ranked[0] in one.right)) for one, ranked in found]),
    ]


def measure_services(judge: Judge, published: Published, held_out: bool) -> list[Figure]:
    """Rows 3, 4, 5: services of agencies, by everything, by Indonesian name alone, and without a name."""
    asked = list(ask_services(published.services, held_out))
    by = {family: [one for one in asked if one.family == family] for family in {one.family for one in asked}}
    wrong = [(one.label, float(calls_wrongly(judge, one))) for one in by["services without name"]]
    return [
        *measure_ranking(judge, "3", "services", (">= .95", ">= .95"), by["services"]),
        *measure_ranking(judge, "4", "services, Indonesian name alone", (">= .60", ">= .50"), by["services by Indonesian name"]),
        resample("5", "name withheld: wrongly a duplicate", "<= .05", wrong),
    ]


def calls_wrongly(judge: Judge, question: Question) -> bool:
    """Say whether the gate calls an entry a duplicate of one that is none."""
    return any(match.verdict.word == "duplicate" and match.app.id not in question.right for match in match_entry(judge, question.app))


def match_entry(judge: Judge, app: App) -> tuple[Match, ...]:
    """Give the matches of an entry."""
    return find_matches(judge.index, judge.model, app)


def measure_schemas(judge: Judge, published: Published, held_out: bool) -> list[Figure]:
    """Row 6: tables that say nothing but their columns."""
    cross = list(ask_schemas(published.schemas, held_out, ("id", "en")))
    everything = frozenset(one.app.id for one in published.schemas)
    mixed = [replace(one, among=everything - {one.app.id}) for one in cross]
    return [
        *measure_ranking(judge, "6", "tables, columns only, all", (">= .45", ""), ask_schemas(published.schemas, held_out)),
        *measure_ranking(judge, "6", "tables, Indonesian to English", (">= .28", ""), cross),
        *measure_ranking(judge, "6", "the same, Indonesian ones in the way (and wrong)", ("", ""), mixed),
    ]


def measure_summaries(judge: Judge, questions: Sequence[Question], what: str, bars: tuple[str, str]) -> list[Figure]:
    """Row 7: applications by an Indonesian text."""
    found = [(one, judge.rank(one)) for one in questions]
    places = [(one.label, ranked.index(next(iter(one.right)))) for one, ranked in found]
    return [
        resample("7", f"{what}: R@1", bars[0], [(label, float(place == 0)) for label, place in places]),
        resample("7", f"{what}: R@10", bars[1], [(label, float(place < 10)) for label, place in places]),
    ]


def measure_alignment(lexicon: Lexicon, entries: Sequence[Entry], gold: dict[str, str], what: str) -> list[Figure]:
    """Row 9: fields aligned, against annotated columns; pairs of which neither column is annotated are passed over."""
    read = {one.app.id: read_meanings(one.app.fields, lexicon) for one in entries}
    found = []
    for one, other in combinations(entries, 2):
        pairs = align_fields(read[one.app.id], read[other.app.id])
        named = [(gold.get(pair.mine.name), gold.get(pair.theirs.name)) for pair in pairs]
        mine, theirs = (Counter(gold.get(field.name) for field in each.app.fields) for each in (one, other))
        want = sum(min(mine[concept], theirs[concept]) for concept in mine if concept)
        found.append((one, other, sum(a == b and a is not None for a, b in named), sum(bool(a or b) for a, b in named), want))
    figures = [_score("9", f"fields of {what}: F1", ">= .75", [row[2:] for row in found], [row[0].app.id for row in found])]
    cross = [row for row in found if row[0].language != row[1].language]
    if cross:
        ids = [row[0].app.id for row in cross]
        figures.append(_score("9", f"fields of {what}, Indonesian to English: F1", ">= .65", [row[2:] for row in cross], ids))
    return figures


def _score(row: str, what: str, bar: str, counts: Sequence[tuple[int, int, int]], groups: Sequence[str]) -> Figure:
    """Give F1 over pairs of tables (right, cited, wanted), resampled by table."""
    table = np.array(counts, float)
    names = sorted(set(groups))
    sums = np.array([table[[group == name for group in groups]].sum(axis=0) for name in names])
    chance = np.random.default_rng(7)
    drawn = sums[chance.integers(0, len(sums), (RESAMPLES, len(sums)))].sum(axis=1)
    low, high = np.percentile(2 * drawn[:, 0] / (drawn[:, 1] + drawn[:, 2]), [2.5, 97.5])
    right, cited, wanted = table.sum(axis=0)
    return Figure(row, what, float(2 * right / (cited + wanted)), float(low), float(high), len(counts), bar)


def measure_columns(lexicon: Lexicon, entries: Sequence[Entry], gold: dict[str, str], what: str) -> list[Figure]:
    """Row 10: the canonical columns of one function: error of the coverage, and F1 of pairs of columns brought together."""
    apps = [one.app for one in entries]
    read = {app.id: read_meanings(app.fields, lexicon) for app in apps}
    compared = [
        (one, other, [(pair.mine.name, pair.theirs.name) for pair in align_fields(read[one.id], read[other.id])])
        for one, other in combinations(apps, 2)
    ]
    canonical = bring_together(apps, compared)
    group = {(app, name): at for at, field in enumerate(canonical.fields) for app, names in field.members.items() for name in names}
    columns = [(app.id, field.name) for app in apps for field in app.fields]
    users: dict[str, set[str]] = defaultdict(set)
    for app, name in columns:
        users[gold.get(name, f"{app}.{name}")].add(app)
    wanted = sum(len(users[gold.get(name, f"{app}.{name}")]) > 1 for app, name in columns) / len(columns)
    same = [(one, other) for one, other in combinations([one for one in columns if one[1] in gold], 2) if one[0] != other[0]]
    ours = {pair for pair in same if group.get(pair[0], -1) == group.get(pair[1], -2)}
    theirs = {pair for pair in same if gold[pair[0][1]] == gold[pair[1][1]]}
    score = 2 * len(ours & theirs) / (len(ours) + len(theirs))
    error = abs(canonical.coverage - wanted)
    return [
        Figure("10", f"coverage of {what}: error against gold ({wanted:.2f})", error, error, error, len(apps), "<= .08"),
        Figure("10", f"columns of {what} brought together: F1", score, score, score, len(apps), ">= .75"),
    ]


def measure_order(apps: Sequence[App], lexicon: Lexicon, model: PairModel) -> Figure:
    """Row 15: the same clusters whatever the order of registration (adjusted Rand index; entries come one by one after the first half)."""
    shuffled = list(apps)
    random.Random(11).shuffle(shuffled)
    index = build_index(shuffled[: len(shuffled) // 2], lexicon)
    for app in shuffled[len(shuffled) // 2 :]:
        index.put(app)
    one = label_apps(find_clusters(build_index(apps, lexicon), model), apps)
    other = label_apps(find_clusters(index, model), apps)
    value = compare_labels(one, other)
    return Figure("15", "clusters in another order of registration: ARI", value, value, value, len(apps), ">= .99")


def label_apps(clusters: Iterable[Cluster], apps: Iterable[App]) -> list[str]:
    """Give each app the id of its cluster, its own where it is alone."""
    of = {member: cluster.id for cluster in clusters for member in cluster.members}
    return [of.get(app.id, app.id) for app in apps]


def compare_labels(one: Sequence[str], other: Sequence[str]) -> float:
    """Give the adjusted Rand index."""

    def pairs(counts: Iterable[int]) -> float:
        return sum(count * (count - 1) / 2 for count in counts)

    both, left, right = pairs(Counter(zip(one, other, strict=True)).values()), pairs(Counter(one).values()), pairs(Counter(other).values())
    chance = left * right / pairs([len(one)])
    return 1.0 if left == right == both else (both - chance) / ((left + right) / 2 - chance)


def measure_evidence(judge: Judge, apps: Sequence[App]) -> list[Figure]:
    """Row 16: what is cited is there, coverage counted again is the same, and without what is cited the verdict is weaker."""
    there, again, weaker = [], [], []
    for app in apps:
        for match in match_entry(judge, app):
            why = match.verdict.explanation
            there.append((app.id, float(is_there(app, match.app, why))))
            again.append((app.id, float(counts_again(app, match.app, why, judge.index))))
            if match.verdict.word in STRONG:
                left = judge.judge(replace(without_evidence(app, why), id="?"), match.app)[1]
                weaker.append((app.id, float(left is None or WORDS.index(left.word) < WORDS.index(match.verdict.word))))
    rows = (("cited and there", "= 1", there), ("coverage counted again", "= 1", again), ("weaker without what is cited", ">= .90", weaker))
    return [resample("16", what, bar, values) for what, bar, values in rows]


def is_there(mine: App, theirs: App, why: Explanation) -> bool:
    """Say whether everything that is cited stands in the entries, looked up without the code that cites."""

    def fields(app: App) -> set[str]:
        return {field.name for field in app.fields}

    def says(app: App, words: str) -> bool:
        texts = (app.title.id, app.title.en, app.description.id, app.description.en, app.function, *app.masters, *app.outputs)
        return " ".join(words.split()) in " ".join("".join(c if c.isalnum() else " " for c in " ".join(texts).lower()).split())

    def offers(app: App, operation: str) -> bool:
        return any(operation in one.operations for one in app.interfaces)

    terms = (*why.names, *why.texts, *why.masters)
    return (
        all(one.mine.name in fields(mine) and one.theirs.name in fields(theirs) for one in why.fields)
        and len({one.mine for one in why.fields}) == len(why.fields) == len({one.theirs for one in why.fields})
        and all(offers(mine, a) and offers(theirs, b) for a, b in why.operations)
        and all(says(mine, one.mine) and says(theirs, one.theirs) for one in terms if one.mine.isascii() and one.theirs.isascii())
    )


def counts_again(mine: App, theirs: App, why: Explanation, index: Index) -> bool:
    """Say whether the coverage is the cited fields over those that are no envelope and in no way any table's."""

    def counted(app: App) -> int:
        housekeeping = {field for field in app.fields if index.lexicon.read_field(field.name).is_housekeeping}
        envelope = index.read_side(app).envelope
        return sum(field not in housekeeping and field.name not in envelope for field in app.fields)

    shares = ((why.mine, counted(mine)), (why.theirs, counted(theirs)))
    return all(one.share == (len(why.fields) / number if number else 0.0) for one, number in shares)


def measure_negatives(judge: Judge, published: Published, held_out: bool | None = None) -> Figure:
    """Row 17, first figure: tables of different functions called duplicates."""
    entries = [one for one in published.schemas if one.label and (held_out is None or is_held_out(one.label) == held_out)]
    values = []
    for one, other in combinations(entries, 2):
        if one.label != other.label:
            verdict = judge.judge(one.app, other.app)[1]
            values.append((one.label, float(verdict is not None and verdict.word == "duplicate")))
    return resample("17", "tables of other functions called a duplicate", "<= .05", values)


def measure_generic(judge: Judge, published: Published, held_out: bool) -> Figure:
    """Row 17, its question: every table gets one generic name and one operation of that name; how many of other functions are strong."""
    entries = [one for one in published.schemas if one.label and is_held_out(one.label) == held_out]
    values: list[tuple[str, float]] = []
    for name in GENERIC:
        offered = (Interface("openapi", operations=(f"GET /{name.lower().replace(' ', '-')}",)),)
        named = {one.app.id: replace(one.app, title=Text(en=name), description=Text(), function="", interfaces=offered) for one in entries}
        others = [one.app for one in (*published.services, *published.schemas) if one.app.id not in named]
        among = Judge(build_index([*others, *named.values()], judge.index.lexicon), judge.model)
        for one, other in combinations(entries, 2):
            if one.label != other.label:
                verdict = among.judge(named[one.app.id], named[other.app.id])[1]
                values.append((one.label, float(verdict is not None and verdict.word in STRONG)))
    return resample("17", "the same under one generic name, called duplicate or overlap", "<= .05", values)


def measure_gate(judge: Judge, published: Published, held_out: bool) -> list[Figure]:
    """Row 11: services at p >= .5, over all pairs of different agencies."""
    entries = [one for one in published.services if is_held_out(one.label) == held_out]
    yes, right = [], []
    for one in entries:
        others = [other for other in entries if other.app.owner != one.app.owner]
        row = judge.index.make_row(one.app)
        cosines, norms = judge.index.compare(row, [judge.index.places[other.app.id] for other in others])
        chances = judge.model.judge(compute_features(row.norms, cosines, norms))
        for other, chance in zip(others, chances, strict=True):
            if chance >= 0.5:
                yes.append((one.label, float(other.label == one.label)))
            if other.label == one.label:
                right.append((one.label, float(chance >= 0.5)))
    return [resample("11", "services at p >= .5: precision", ">= .95", yes), resample("11", "services at p >= .5: recall", ">= .95", right)]


def measure_clusters(clusters: Sequence[Cluster], truth: dict[str, str], what: str, bar: str) -> Figure:
    """Row 12: B-cubed F1 of clusters against a truth."""
    of = {member: cluster.id for cluster in clusters for member in cluster.members}
    ours, theirs = defaultdict(set), defaultdict(set)
    for one, label in truth.items():
        ours[of.get(one, one)].add(one)
        theirs[label].add(one)
    values = []
    for one, label in truth.items():
        group, wanted = ours[of.get(one, one)], theirs[label]
        both = len(group & wanted)
        values.append((both / len(group), both / len(wanted)))
    precision, recall = np.mean(values, axis=0)
    value = float(2 * precision * recall / (precision + recall))
    return Figure("12", f"{what}: B3-F1 (P {precision:.2f}, R {recall:.2f})", value, value, value, len(truth), bar)
