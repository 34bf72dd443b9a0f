"""Whether one abstract value lies within another, and a document that shows that it does not.

Laws: 1. Nothing is called within that may not be: what is not known is a gap without a document. 2. Two recursive values that are being
compared already are taken to fit. 3. Each comparison costs a step of the budget.
Must not know: mappings, schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gateway.values.model import Json

from ...schema.language.machine import METER
from .domain import LATER_NEVER, Array, Facts, Object, TooLarge, Value
from .ranges import find_number_outside, fit, show_number
from .samples import find_smallest
from .texts import outside

STEPS_MAX = 200_000
WORD_STEPS_MAX = 1_000_000  # about two seconds
MISSING = object()


@dataclass(slots=True)
class Budget:
    """How much work may still be done: comparisons and trials in `steps`, the work on languages in `word_steps`.

    Shape: `is_late` is the caller's clock. Without one, how much is done is the same on every machine.
    """

    steps: int = STEPS_MAX
    is_late: Callable[[], bool] = field(default=lambda: False)
    word_steps: int = WORD_STEPS_MAX
    _begin: int = field(default_factory=lambda: METER.steps)

    def spend(self, steps: int = 1) -> None:
        """Count work.

        Faults: TooLarge.
        """
        self.steps -= steps
        if self.steps < 0 or METER.steps - self._begin > self.word_steps or self.is_late():
            raise TooLarge("the mapping's budget of work is spent")


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a value is not known to lie within another. Shape: `document` MISSING = none is known that shows it."""

    reason: str
    document: Json = MISSING

    @property
    def has_document(self) -> bool:
        """Whether there is a document that is in the one and not in the other."""
        return self.document is not MISSING


class Comparison:
    """Compares values of one proof."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._seen: dict[tuple[int, int], Gap | None] = {}
        self._kept: list[tuple[Value, Value]] = []  # identities stay taken while they are keys

    def find_gap(self, one: Value, other: Value) -> Gap | None:
        """Give why a value is not known to lie within another; None where it does."""
        self.budget.spend()
        if one is other or one.is_never or (one.origin is not None and one.origin == other.origin):
            return None
        key = id(one), id(other)
        if key in self._seen:
            return self._seen[key]
        self._seen[key] = None
        self._kept.append((one, other))
        begin = len(self._kept)
        gaps = list(self._list_gaps(one, other))
        if not gaps:
            return None
        for left, right in self._kept[begin:]:  # what fitted may have leant on this
            if self._seen.get((id(left), id(right))) is None:
                self._seen.pop((id(left), id(right)), None)
        self._seen[key] = min(gaps, key=_plainness)
        return self._seen[key]

    def _list_gaps(self, one: Value, other: Value) -> Iterator[Gap]:
        yield from _list_plain_gaps(one, other)
        yield from _list_text_gaps(one, other)
        yield from _list_number_gaps(one, other)
        for each in one.objects:
            gap = self._fit_object(each, other.objects)
            if gap is not None:
                yield gap
        for items in one.arrays:
            gap = self._fit_array(items, other.arrays)
            if gap is not None:
                yield gap

    def _fit_object(self, one: Object, others: tuple[Object, ...]) -> Gap | None:
        """Find an alternative that holds an object; the gap to the nearest where there is none."""
        if not others:
            return Gap("an object does not belong there", _try_smallest(Value(objects=(one,))))
        gaps: list[Gap] = []
        for other in others:
            gap = self.find_object_gap(one, other)
            if gap is None:
                return None
            gaps.append(gap)
        return gaps[0] if len(gaps) == 1 else Gap("none of the alternatives surely holds this object", gaps[0].document)

    def find_object_gap(self, one: Object, other: Object) -> Gap | None:
        """Give why an alternative of objects is not known to lie within another."""
        for name, wanted in other.fields.items():
            own = one.fields.get(name)
            if wanted.is_required and (own is None or not own.is_required):
                return Gap(f"the field {name} is required and may not be there", _without(one, name))
        for name, own in one.fields.items():
            known = other.fields.get(name)
            target = known.value if known is not None else other.rest or LATER_NEVER
            gap = self.find_gap(own.value.get(), target.get())
            if gap is not None:
                return Gap(f"{name}: {gap.reason}", _with(one, name, gap.document))
        if one.rest is not None:
            gap = self._fit_rest(one, other)
            if gap is not None:
                return gap
        return find_open_fact(one.facts, other.facts)

    def _fit_rest(self, one: Object, other: Object) -> Gap | None:
        assert one.rest is not None
        targets = [wanted.value for name, wanted in other.fields.items() if name not in one.fields]
        for target in (*targets, other.rest or LATER_NEVER):
            gap = self.find_gap(one.rest.get(), target.get())
            if gap is not None:
                return Gap(f"a field that is not named: {gap.reason}")
        return None

    def _fit_array(self, one: Array, others: tuple[Array, ...]) -> Gap | None:
        if not others:
            return Gap("a list does not belong there", _try_smallest(Value(arrays=(one,))))
        gaps = [self.find_array_gap(one, other) for other in others]
        return None if None in gaps else gaps[0]

    def find_array_gap(self, one: Array, other: Array) -> Gap | None:
        """Give why an alternative of lists is not known to lie within another."""
        gap = find_length_gap(one, other)
        if gap is not None:
            return gap
        if one.most != 0:
            gap = self.find_gap(one.item.get(), other.item.get())
            if gap is not None:
                lists = [gap.document] * max(one.least, 1) if gap.has_document else MISSING
                return Gap(f"an element: {gap.reason}", lists)
        return find_open_fact(one.facts, other.facts)


def find_length_gap(one: Array, other: Array) -> Gap | None:
    """Give why a list's length is not within another's."""
    if one.least < other.least:
        return Gap(f"a list of {one.least} elements is too short", _try_smallest(Value(arrays=(one,))))
    if other.most is not None and (one.most is None or one.most > other.most):
        longer = Array(one.item, other.most + 1, one.most)
        return Gap(f"a list of {other.most + 1} elements is too long", _try_smallest(Value(arrays=(longer,))))
    return None


def find_open_fact(held: Facts, wanted: Facts) -> Gap | None:
    """Give a gap for what a target asks for and is not known to hold."""
    missing = sorted(fact for fact in wanted if fact.startswith("!") or fact not in held)
    return Gap(f"the target's `{missing[0].partition(':')[0].lstrip('!')}` is not modelled") if missing else None


def _plainness(gap: Gap) -> tuple[bool, int]:
    return not gap.has_document, len(repr(gap.document))


def _list_plain_gaps(one: Value, other: Value) -> Iterator[Gap]:
    if one.null and not other.null:
        yield Gap("null does not belong there", None)
    for value in sorted(one.booleans - other.booleans):
        yield Gap(f"{'true' if value else 'false'} does not belong there", value)
    if one.null or one.booleans:
        gap = find_open_fact(one.plain_facts, other.plain_facts)
        if gap is not None:
            yield gap


def _list_text_gaps(one: Value, other: Value) -> Iterator[Gap]:
    if one.text is None:
        return
    if other.text is None:
        yield Gap("a text does not belong there", one.text.shortest_word())
        return
    word = outside(one.text, other.text)
    if word is not None:
        yield Gap("a text has not the form that is asked for", word)
        return
    gap = find_open_fact(one.text_facts, other.text_facts)
    if gap is not None:
        yield gap


def _list_number_gaps(one: Value, other: Value) -> Iterator[Gap]:
    if not one.numbers:
        return
    if not fit(one.numbers, other.numbers):
        found = find_number_outside(one.numbers, other.numbers)
        yield Gap("a number is outside of what is asked for", MISSING if found is None else show_number(found))
        return
    gap = find_open_fact(one.number_facts, other.number_facts)
    if gap is not None:
        yield gap


def _try_smallest(value: Value) -> Json:
    found = find_smallest(value)
    return MISSING if found is None else found[0]


def _without(one: Object, name: str) -> Json:
    return _try_smallest(Value(objects=(Object({key: own for key, own in one.fields.items() if key != name}, one.rest),)))


def _with(one: Object, name: str, inner: Json) -> Json:
    if inner is MISSING:
        return MISSING
    least = _without(one, name)
    return MISSING if least is MISSING else {**least, name: inner}
