"""From scores of pairs to one guess a field: arrays first, then what is in them, the best pairs before the others.

Laws: 1. Each leaf stands in one guess at most. 2. A guess is sure only where it scores SURE, nothing else scores nearly as much, and no
doubt is left. 3. The same schemas and samples give the same guesses.
Must not know: YAML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from gateway.values.model import Json

from ..paths import ITEM, Segments, Shape, show_path
from .columns import Columns, find_columns
from .evidence import Evidence, list_concepts, weigh_pair
from .leaves import Leaf, read_leaves, read_picked
from .values import CodeGuess, Lists
from .words import Bag, Glossary, compare_bags, make_bag

SURE, FLOOR, MARGIN, ONLY = 0.75, 0.42, 0.08, 0.5
NAMES = 0.7  # what a perfect name alone is worth
TITLES = 0.9  # what a title's words count against the name's


@dataclass(frozen=True, slots=True)
class Guess:
    """One field of the draft. Shape: `form` has paths from the innermost array on, as a mapping writes them."""

    canonical: Leaf
    agency: tuple[Leaf, ...]
    form: Json
    score: float
    reasons: tuple[str, ...]
    is_sure: bool
    codes: CodeGuess | None = None


@dataclass(frozen=True, slots=True)
class ArrayGuess:
    """Two arrays of objects that hold the same."""

    canonical: Segments
    agency: Segments
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """All guesses, and the leaves that have none."""

    guesses: tuple[Guess, ...]
    arrays: tuple[ArrayGuess, ...]
    drops: tuple[Segments, ...]
    lacks: tuple[Segments, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    score: float
    agency: Leaf
    canonical: Leaf
    evidence: Evidence
    reasons: tuple[str, ...]


_Scores: TypeAlias = "dict[tuple[Segments, Segments], _Pair]"


@dataclass(slots=True)
class _Work:
    glossary: Glossary
    lists: Lists
    agency: list[Leaf]
    canonical: list[Leaf]
    stem: int  # how many segments all of the agency's paths share
    guesses: list[Guess] = field(default_factory=list)
    arrays: list[ArrayGuess] = field(default_factory=list)

    def bag_of(self, path: Segments, is_agency: bool) -> Bag:
        return make_bag(path[self.stem :] if is_agency and len(path) > self.stem else path, self.glossary)


def suggest_mapping(agency: Shape, canonical: Shape, samples: Sequence[Json], glossary: Glossary, lists: Lists) -> Suggestion:
    """Guess the fields of a mapping between two schemas."""
    ours = read_leaves(canonical)
    has_lists = any(leaf.array for leaf in ours)
    theirs = read_leaves(agency, samples) if has_lists else read_picked(agency, samples)
    work = _Work(glossary, lists, theirs, ours, _shared_stem(theirs))
    _pair_arrays(work, (), ())
    for pair in (ArrayGuess((), (), 1.0), *work.arrays):
        inside = [leaf for leaf in work.agency if leaf.array == pair.agency]
        _assign(work, inside, [leaf for leaf in work.canonical if leaf.array == pair.canonical])
    _add_constants(work)
    drops, lacks = _list_drops(work), _list_lacks(work)
    ordered = sorted(work.guesses, key=lambda guess: (not guess.is_sure, guess.canonical.path))
    return Suggestion(tuple(ordered), tuple(work.arrays), drops, lacks)


def _list_drops(work: _Work) -> tuple[Segments, ...]:
    done = {leaf.path for guess in work.guesses for leaf in guess.agency}
    rest = [leaf for leaf in work.agency if leaf.path not in done]
    return _list_open([leaf.picked.array if leaf.picked else leaf.path for leaf in rest], {pair.agency for pair in work.arrays})


def _list_lacks(work: _Work) -> tuple[Segments, ...]:
    made = {guess.canonical.path for guess in work.guesses}
    return _list_open([leaf.path for leaf in work.canonical if leaf.path not in made], {pair.canonical for pair in work.arrays})


def _shared_stem(leaves: Sequence[Leaf]) -> int:
    paths = [leaf.path for leaf in leaves]
    shared = 0
    while len(paths) > 1 and all(len(path) > shared + 1 and path[shared] == paths[0][shared] != ITEM for path in paths):
        shared += 1
    return shared


def _list_open(paths: Sequence[Segments], paired: set[Segments]) -> tuple[Segments, ...]:
    """Give what no guess took; of an array that has no partner, the array."""
    found: dict[Segments, None] = {}
    for path in paths:
        cut = next((at for at, segment in enumerate(path) if segment == ITEM and path[:at] not in paired), len(path))
        found[path[:cut]] = None
    return tuple(sorted(found))


def _pair_arrays(work: _Work, agency: Segments, canonical: Segments) -> None:
    """Pair the arrays directly inside a pair of scopes, and those inside them."""
    theirs, ours = _arrays_in(work.agency, agency), _arrays_in(work.canonical, canonical)
    rows = [(_score_arrays(work, left, right), left, right) for left in theirs for right in ours]
    taken: set[Segments] = set()
    for score, left, right in sorted(rows, key=lambda row: (-row[0], row[1], row[2])):
        is_only = len(theirs) == len(ours) == 1 and score >= FLOOR / 2
        if (score >= FLOOR or is_only) and left not in taken and right not in taken:
            taken |= {left, right}
            work.arrays.append(ArrayGuess(right, left, score))
            _pair_arrays(work, left, right)


def _arrays_in(leaves: Sequence[Leaf], scope: Segments) -> list[Segments]:
    start = len(scope) + 1 if scope else 0
    found: dict[Segments, None] = {}
    for leaf in leaves:
        inside = leaf.path[start:]
        if leaf.path[: len(scope)] == scope and ITEM in inside and (not scope or leaf.path[len(scope)] == ITEM):
            found[leaf.path[: start + inside.index(ITEM)]] = None
    return list(found)


def _score_arrays(work: _Work, agency: Segments, canonical: Segments) -> float:
    names, _ = compare_bags(work.bag_of(agency, True), work.bag_of(canonical, False))
    theirs = [leaf for leaf in work.agency if leaf.path[: len(agency)] == agency]
    ours = [leaf for leaf in work.canonical if leaf.path[: len(canonical)] == canonical]
    best = [max((pair.score for left in theirs if (pair := _score(work, left, right))), default=0.0) for right in ours]
    return 0.4 * names + 0.6 * (sum(best) / len(best) if best else 0.0)


def _score(work: _Work, agency: Leaf, canonical: Leaf) -> _Pair | None:
    theirs = work.bag_of(agency.inner if agency.array else agency.path, not agency.array)
    evidence = weigh_pair(agency, canonical, list_concepts(word.concepts for word in theirs), work.lists)
    if evidence is None:
        return None
    likeness, met = compare_bags(theirs, work.bag_of(canonical.inner, False))
    title = str(canonical.said.get("title", ""))
    by_title, met_title = compare_bags(theirs, make_bag((*canonical.inner[:-1], title), work.glossary)) if title else (0.0, [])
    if by_title * TITLES > likeness:
        likeness, met = by_title * TITLES, [*met_title, "by the title"]
    score = round(min(max(NAMES * likeness + evidence.amount, 0.0), 1.0), 2)
    words = ("names: " + " ".join(met)) if met else "no word in common"
    return _Pair(score, agency, canonical, evidence, (words, *evidence.reasons))


def _assign(work: _Work, theirs: Sequence[Leaf], ours: Sequence[Leaf]) -> None:
    joined = [_make_join(found) for found in find_columns(theirs, ours, work.glossary)]
    work.guesses += joined
    spent = {leaf.path for guess in joined for leaf in guess.agency}
    made = {guess.canonical.path for guess in joined}
    rights = [leaf for leaf in ours if leaf.path not in made and not _is_constant(leaf)]
    pairs = [_score(work, left, right) for left in theirs if left.path not in spent for right in rights]
    scores: _Scores = {(pair.agency.path, pair.canonical.path): pair for pair in pairs if pair is not None}
    _lift_only(scores)
    chosen = _choose(scores)
    for pair in chosen:
        work.guesses.append(_make_guess(pair, _is_clear(pair, scores, chosen)))


def _lift_only(scores: _Scores) -> None:
    """Lift a pair that alone has its form on both sides: a number of residents, a date. A name says whether it is sure."""
    formed = [path for path, pair in scores.items() if pair.evidence.has_form]
    for left, right in formed:
        if sum(one == left for one, _ in formed) == 1 == sum(other == right for _, other in formed):
            pair = scores[left, right]
            reasons = (*pair.reasons, "nothing else has this form")
            scores[left, right] = replace(pair, score=max(pair.score, ONLY), reasons=reasons)


def _make_join(found: Columns) -> Guess:
    reasons = (found.reason, *([found.doubt] if found.doubt else []))
    return Guess(found.canonical, found.agency, found.form, found.score, reasons, not found.doubt)


def _choose(scores: _Scores) -> list[_Pair]:
    taken: set[Segments] = set()
    chosen: list[_Pair] = []
    for (left, right), pair in sorted(scores.items(), key=lambda row: (-row[1].score, row[0])):
        ours = ("", *right)
        if pair.score >= FLOOR and left not in taken and ours not in taken:
            taken |= {left, ours}
            chosen.append(pair)
    return chosen


def _is_clear(pair: _Pair, scores: _Scores, chosen: Sequence[_Pair]) -> bool:
    """Whether no other pair with one of these leaves comes near, those apart whose other leaf has a clearly better place."""
    best = {path: each.score for each in chosen for path in (("a", *each.agency.path), ("c", *each.canonical.path))}
    for (left, right), other in scores.items():
        is_rival = (left == pair.agency.path) != (right == pair.canonical.path)
        if not is_rival or other.score < pair.score - MARGIN:
            continue
        elsewhere = best.get(("c", *right) if left == pair.agency.path else ("a", *left), 0.0)
        if elsewhere < other.score + MARGIN:
            return False
    return True


def _make_guess(pair: _Pair, is_clear: bool) -> Guess:
    evidence = pair.evidence
    doubts = [evidence.doubt] if evidence.doubt else []
    doubts += [] if is_clear else ["another field comes near"]
    is_sure = pair.score >= SURE and not doubts
    source = show_path(pair.agency.source)
    form: Json = {"from": source, "via": evidence.via} if evidence.via else source
    if evidence.cases:
        form = {"switch": source, "cases": evidence.cases}
    picked = pair.agency.picked
    if picked is not None and not picked.is_whole:
        form = {"pick": show_path(picked.array), "where": {show_path((picked.where[0],)): picked.where[1]}, "value": form}
    return Guess(pair.canonical, (pair.agency,), form, pair.score, (*pair.reasons, *doubts), is_sure, evidence.codes)


def _is_constant(leaf: Leaf) -> bool:
    return leaf.values is not None and len(leaf.values) == 1


def _add_constants(work: _Work) -> None:
    """Guess constants: a canonical field with one value, and the scheme of a code that is there."""
    made: Mapping[Segments, Guess] = {guess.canonical.path: guess for guess in work.guesses}
    paired = {(), *(pair.canonical for pair in work.arrays)}
    for leaf in work.canonical:
        if leaf.path in made or leaf.array not in paired or not leaf.values:
            continue
        if _is_constant(leaf):
            work.guesses.append(Guess(leaf, (), {"const": leaf.values[0]}, 0.95, ("the only value",), True))
        elif leaf.path[-1] == "scheme" and (*leaf.path[:-1], "code") in made:
            reasons = ("the first scheme", "whose code is it?")
            work.guesses.append(Guess(leaf, (), {"const": leaf.values[0]}, 0.5, reasons, False))
