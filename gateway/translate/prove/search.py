"""The search for a document that shows that a direction does not hold.

Laws: 1. A document refutes only what the compiled function and the real validators have seen. 2. The search ends: so many documents. 3. No
clock, and chance from a fixed seed: the same mapping gives the same document.
Must not know: why a document is tried.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from gateway.values.model import Json

from ..operators.spec import MISSES
from ..paths import ITEM, Segments
from ..problems import Untranslatable, is_same
from .domain import Array, Object, Value, is_structure
from .ranges import exact, has_number
from .read import ASSUME
from .samples import draw, find_smallest
from .tree import Wish

DRAWS_MAX = 120
SHRINKS_MAX = 200
LENGTH_MAX = 5_000
STEPS_PER_TRIAL = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """What a document is tried with. Shape: `drop` gives it as the mapping would get it, without unknown fields."""

    run: Callable[[Json], Json]
    is_source: Callable[[Json], bool]
    is_target: Callable[[Json], bool]
    drop: Callable[[Json], Json] = lambda document: document
    spend: Callable[[int], None] = lambda _: None

    def refutes(self, document: Json) -> bool:
        """Whether a document is valid, and its result is not there or not valid."""
        self.spend(STEPS_PER_TRIAL)
        if self.drop(document) != document or not self.is_source(document):
            return False
        try:
            return not self.is_target(self.run(document))
        except Untranslatable as error:
            return any(finding.keyword != ASSUME for finding in error.findings)
        except MISSES:
            return True


def find_refutation(
    trial: Trial, source: Value, wishes: Iterable[Wish], spend: Callable[[int], None] = lambda _: None
) -> tuple[Json] | None:
    """Give, in a tuple, the smallest document found that refutes; None where none was found.

    Shape: each trial is spent. Faults: TooLarge, of `spend`.
    """
    trial = replace(trial, spend=spend)
    wanted = list(wishes)
    found = [document for wish in wanted for document in build_documents(source, wish) if trial.refutes(document)]
    if not wanted:
        found = list(_draw_refutation(trial, source))
    if not found:
        return None
    return (_shrink(trial, min(found, key=_weigh)),)


def _draw_refutation(trial: Trial, source: Value) -> Iterator[Json]:
    chance = Random(1)  # noqa: S311  # repeatable on purpose
    for _ in range(DRAWS_MAX):
        drawn = draw(source, chance)
        if drawn is not None and trial.refutes(drawn[0]):
            yield drawn[0]
            return


def is_shown(document: Json, wish: Wish) -> bool:
    """Whether a document is as a wish says (of lists: one of their elements)."""
    has_values = all(any(is_same(value, one) for one in _list_at(document, path)) for path, value in wish.values)
    has_lengths = all(any(isinstance(one, list) and len(one) == count for one in _list_at(document, path)) for path, count in wish.lengths)
    is_there = all(any(True for _ in _list_at(document, path)) for path in wish.present)
    return has_values and has_lengths and is_there and not any(True for path in wish.absent for _ in _list_at(document, path))


def _list_at(document: Json, path: Segments) -> Iterator[Json]:
    if not path:
        yield document
    elif path[0] == ITEM:
        for one in document if isinstance(document, list) else ():
            yield from _list_at(one, path[1:])
    elif isinstance(document, dict) and path[0] in document:
        yield from _list_at(document[path[0]], path[1:])


def _weigh(document: Json) -> tuple[int, str]:
    text = json.dumps(document, sort_keys=True)
    return len(text), text


def build_documents(source: Value, wish: Wish) -> Iterator[Json]:
    """Give small documents of a value that are as a wish says."""
    built = _build(source, wish, ())
    if built is not None:
        yield built[0]


def _build(value: Value, wish: Wish, path: Segments) -> tuple[Json] | None:
    given = dict(wish.values)
    if path in given:
        return (given[path],) if _may_be(value, given[path]) else None
    below = _list_below(wish, path)
    length = dict(wish.lengths).get(path)
    if value.arrays and (ITEM in below or length is not None):
        return _build_array(value.arrays[0], wish, path, length)
    if not value.objects or not (below or is_structure(value)):
        return find_smallest(value)
    built = (_build_object(one, wish, path, below) for one in value.objects)
    return next((each for each in built if each is not None), None)


def _may_be(value: Value, document: Json) -> bool:
    """Whether a value may hold a document, as far as scalars go."""
    if document is None or isinstance(document, bool):
        return value.null if document is None else document in value.booleans
    if isinstance(document, str):
        return value.text is not None and value.text.accepts(document)
    if isinstance(document, int | float):
        return has_number(value.numbers, exact(document))
    return bool(value.objects if isinstance(document, dict) else value.arrays)


def _list_below(wish: Wish, path: Segments) -> set[str]:
    return {at[len(path)] for at in _list_places(wish) if len(at) > len(path) and at[: len(path)] == path}


def _list_places(wish: Wish) -> Iterator[Segments]:
    yield from (at for at, _ in wish.values)
    yield from wish.present
    yield from (at for at, _ in wish.lengths)
    yield from wish.absent


def _build_array(one: Array, wish: Wish, path: Segments, length: int | None) -> tuple[Json] | None:
    count = max(one.least, 1) if length is None else length
    if count > LENGTH_MAX:
        return None
    if not count:
        return ([],)
    built = _build(one.item.get(), wish, (*path, ITEM))
    return None if built is None else ([built[0]] * count,)


def _build_object(one: Object, wish: Wish, path: Segments, below: set[str]) -> tuple[Json] | None:
    made: dict[str, Json] = {}
    for name, own in one.fields.items():
        here = (*path, name)
        if here in wish.absent and not own.is_required:
            continue
        if not own.is_required and (name not in below or not _is_wanted(wish, here)):
            continue
        built = _build(own.value.get(), wish, here)
        if built is None and own.is_required:
            return None
        if built is not None:
            made[name] = built[0]
    return (made,)


def _is_wanted(wish: Wish, here: Segments) -> bool:
    """Whether a place is there for itself or for what is below it, and not only so that something below it may be absent."""
    wanted = [at for at, _ in wish.values] + list(wish.present) + [at for at, _ in wish.lengths] + [at[:-1] for at in wish.absent]
    return any(at[: len(here)] == here for at in wanted)


def _shrink(trial: Trial, document: Json) -> Json:
    """Take out what is not needed for a document to refute."""
    tries = SHRINKS_MAX
    is_smaller = True
    while is_smaller and tries > 0:
        is_smaller = False
        for less in _list_smaller(document):
            tries -= 1
            if trial.refutes(less):
                document, is_smaller = less, True
                break
            if tries <= 0:
                break
    return document


def _list_smaller(document: Json) -> Iterator[Json]:
    if isinstance(document, dict):
        for name, inner in document.items():
            yield {key: value for key, value in document.items() if key != name}
            yield from ({**document, name: less} for less in _list_smaller(inner))
    elif isinstance(document, list):
        for index, inner in enumerate(document):
            yield document[:index] + document[index + 1 :]
            yield from ([*document[:index], less, *document[index + 1 :]] for less in _list_smaller(inner))
