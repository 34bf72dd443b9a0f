"""Computed values: the expressions of `derive` over abstract values.

Laws: 1. Numbers are reckoned as the emitted Python does, see `reckon`. 2. A test narrows what is read where it holds. 3. Sources of few
values are reckoned value by value.
Must not know: the target's schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

from gateway.values.model import Json

from ..expression import Binary, Choose, Expression, Field, Fixed, Size, Unary, Within
from ..ir import Derive
from .domain import NEVER, Value, is_structure, join_values, meet_scalars, text_of, value_of
from .painter import Painter
from .ranges import Range, exact, has_number, make_range, meet_all, show_number
from .reckon import EXACT_MAX, NUMBER_MAX, compare, negate, reckon
from .samples import find_smallest
from .texts import Language, glue, minus, of_lengths, of_words, outside
from .transfer import list_documents
from .tree import Origin, Scope, Wish

CASES_MAX = 128
TRIES_MAX = 24
LENGTH_MAX = 2_000
_FAR = (10**20, -(10**20), 10**15, -(10**15), 1, -1)


def paint_derive(painter: Painter, scope: Scope, write: Derive) -> None:
    """Paint a computed value."""
    given = [painter.read(write.at, scope.root, source.path).value for source in write.sources]
    paths = tuple(scope.prefix + source.path for source in write.sources)
    tries = tuple(Wish(tuple(zip(paths, values, strict=True))) for values in _list_tries(given))
    if any(value.null or _count_kinds(value) > 1 for value in given):
        painter.note(write.at, "a field that is computed with may be of another type", *tries)
    value = _reckon_cases(write.expression, given)
    bound = {"integer": EXACT_MAX, "number": NUMBER_MAX}.get(write.expression.type)
    if bound is not None:
        value = _hold_range(painter, write, value, bound, tries)
    node = scope.plant(write.target, write.conditions, write.at)
    node.value = value
    node.origin = Origin(paths, lambda document: (), (), tries)


def _count_kinds(value: Value) -> int:
    return sum((value.null, bool(value.booleans), value.text is not None, bool(value.numbers), bool(value.objects), bool(value.arrays)))


def _hold_range(painter: Painter, write: Derive, value: Value, bound: Json, tries: Sequence[Wish]) -> Value:
    """Give what of a number is in range; an issue where it may not be."""
    held = (Range(-exact(bound), exact(bound)),)
    if all(one.low is not None and one.high is not None and max(abs(one.low), abs(one.high)) <= exact(bound) for one in value.numbers):
        return value
    painter.note(write.at, "the computed value may be out of range", *tries)
    return Value(numbers=meet_all(value.numbers, held))


def _list_tries(given: Sequence[Value]) -> Iterator[tuple[Json, ...]]:
    """Give values of the sources that are likely to show something: few values all, of others the ends."""
    each = [list(dict.fromkeys(map(_Exactly, _list_ends(value)))) for value in given]
    yield from islice((tuple(one.value for one in chosen) for chosen in product(*each)), TRIES_MAX)


class _Exactly:
    """A document that is compared with its type: true is not 1."""

    def __init__(self, value: Json) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Exactly) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))


def _list_ends(value: Value) -> Iterator[Json]:
    few = list_documents(value, 8)
    if few is not None:
        yield from few
        return
    for one in value.numbers:
        yield from (show_number(end) for end in (one.low, one.high) if end is not None)
        yield from (far for far in _FAR if has_number((one,), exact(far)))
    if value.text is not None:
        yield from value.text.words(4)
    if is_structure(value) and (found := find_smallest(value)) is not None:
        yield found[0]


def _reckon_cases(node: Expression, given: Sequence[Value]) -> Value:
    """Reckon an expression, one by one where there are few cases."""
    few = [list_documents(value) for value in given]
    count = 1
    for documents in few:
        count *= CASES_MAX + 1 if documents is None else len(documents)
    if count > CASES_MAX:
        return evaluate(node, given)
    chosen = product(*(documents or () for documents in few))
    found = {_Exactly(_key(value)): value for one in chosen for value in [evaluate(node, [value_of(document) for document in one])]}
    return join_values(found.values())


def _key(value: Value) -> Json:
    documents = list_documents(value, 4)
    return [id(value)] if documents is None else documents


def evaluate(node: Expression, given: Sequence[Value]) -> Value:
    """Give what an expression may be for what its sources may be; what is of another type than the expression's is left out."""
    return _EVALUATORS[type(node)](node, given)


def _evaluate_fixed(node: Fixed, given: Sequence[Value]) -> Value:
    return value_of(node.value)


def _evaluate_field(node: Field, given: Sequence[Value]) -> Value:
    value = given[node.index]
    if node.type == "string":
        return text_of(value.text)
    if node.type == "boolean":
        return Value(booleans=value.booleans)
    return Value(arrays=value.arrays) if node.type == "array" else Value(numbers=value.numbers)


def _evaluate_unary(node: Unary, given: Sequence[Value]) -> Value:
    inner = evaluate(node.inner, given)
    if node.word == "!":
        return Value(booleans=frozenset(not one for one in inner.booleans))
    return Value(numbers=tuple(negate(one) for one in inner.numbers))


def _evaluate_binary(node: Binary, given: Sequence[Value]) -> Value:
    left, right = evaluate(node.left, given), evaluate(node.right, given)
    if node.word == "&&":
        return Value(booleans=left.booleans - {True} | (right.booleans if True in left.booleans else frozenset()))
    if node.word == "||":
        return Value(booleans=left.booleans - {False} | (right.booleans if False in left.booleans else frozenset()))
    if left.is_never or right.is_never:
        return NEVER
    if node.word not in ("+", "-", "*"):
        return Value(booleans=_compare(node.word, left, right))
    if left.text is not None and right.text is not None:
        return text_of(glue(left.text, right.text))
    return Value(numbers=reckon(node.word, left.numbers, right.numbers))


EITHER = frozenset({True, False})


def _compare(word: str, left: Value, right: Value) -> frozenset[bool]:
    """Give what a comparison may be."""
    if left.numbers and right.numbers:
        return compare(word, left.numbers, right.numbers)
    one, other = list_documents(left, 1), list_documents(right, 1)
    if one and other:
        return frozenset({_ORDERS[word](one[0], other[0])})
    if word not in ("==", "!="):
        return EITHER
    is_apart = left.text is not None and right.text is not None and not left.text.intersects(right.text)
    return frozenset({word == "!="}) if is_apart else EITHER


_ORDERS: Mapping[str, Callable[[Json, Json], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def _evaluate_size(node: Size, given: Sequence[Value]) -> Value:
    inner = evaluate(node.inner, given)
    ranges: list[Range | None] = [make_range(exact(one.least), None if one.most is None else exact(one.most), 1) for one in inner.arrays]
    if inner.text is not None:
        most = inner.text.max_length()
        ranges.append(make_range(exact(inner.text.min_length() or 0), None if most is None else exact(most), 1))
    return Value(numbers=tuple(one for one in ranges if one is not None))


def _evaluate_within(node: Within, given: Sequence[Value]) -> Value:
    inner = evaluate(node.inner, given)
    found: set[bool] = set()
    for value in node.values:
        found |= _compare("==", inner, value_of(value)) if not inner.is_never else set()
    if inner.text is not None and outside(inner.text, of_words(node.values)) is None:
        return Value(booleans=frozenset({True}))
    each = [_compare("==", inner, value_of(value)) for value in node.values]
    if any(False not in one for one in each) and not inner.is_never:
        return Value(booleans=frozenset({True}))
    return Value(booleans=frozenset(found))


def _evaluate_choose(node: Choose, given: Sequence[Value]) -> Value:
    test = evaluate(node.test, given)
    found = [evaluate(node.yes if truth else node.no, narrow_by(node.test, given, truth)) for truth in sorted(test.booleans)]
    return join_values(found)


def narrow_by(test: Expression, given: Sequence[Value], truth: bool) -> Sequence[Value]:
    """Give what the sources may be where a test holds, or does not."""
    if isinstance(test, Unary):
        return narrow_by(test.inner, given, not truth)
    if isinstance(test, Field):
        return _meet_source(test, given, Value(booleans=frozenset({truth})))
    if isinstance(test, Within) and isinstance(test.inner, Field):
        return _narrow_words(test.inner, given, test.values, truth)
    return _narrow_joined(test, given, truth) if isinstance(test, Binary) else given


def _narrow_joined(test: Binary, given: Sequence[Value], truth: bool) -> Sequence[Value]:
    if test.word == ("&&" if truth else "||"):
        return narrow_by(test.right, narrow_by(test.left, given, truth), truth)
    word = test.word if truth else _OPPOSITES.get(test.word, "")
    return _narrow_compared(word, test.left, given, test.right.value) if isinstance(test.right, Fixed) else given


_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def _narrow_compared(word: str, left: Expression, given: Sequence[Value], bound: Json) -> Sequence[Value]:
    if isinstance(bound, str | bool):
        return _narrow_words(left, given, (bound,), word == "==") if isinstance(left, Field) and word in ("==", "!=") else given
    if word not in _SPANS:
        return given
    span = _SPANS[word](bound)
    if isinstance(left, Field):
        return _meet_source(left, given, Value(numbers=(span,)))
    if isinstance(left, Size) and isinstance(left.inner, Field) and left.inner.type == "string":
        return _meet_source(left.inner, given, text_of(_of_span(span)))
    return given


def _of_span(span: Range) -> Language:
    """Give the texts whose length is in a range (of long ones, more)."""
    met = meet_all((span,), (Range(exact(0), step=1),))
    if not met:
        return of_words(())
    low, high = met[0].low, met[0].high
    return of_lengths(min(int(low or 0), LENGTH_MAX), None if high is None or high > LENGTH_MAX else int(high))


_SPANS: Mapping[str, Callable[[Json], Range]] = {
    "==": lambda bound: Range(exact(bound), exact(bound)),
    "<": lambda bound: Range(high=exact(bound), high_out=True),
    "<=": lambda bound: Range(high=exact(bound)),
    ">": lambda bound: Range(low=exact(bound), low_out=True),
    ">=": lambda bound: Range(low=exact(bound)),
}


def _narrow_words(field: Field, given: Sequence[Value], values: Sequence[Json], truth: bool) -> Sequence[Value]:
    if truth:
        return _meet_source(field, given, join_values([value_of(value) for value in values]))
    if field.type == "boolean":
        return _meet_source(field, given, Value(booleans=EITHER - frozenset(values)))
    if field.type != "string":
        return given
    language = given[field.index].text
    return given if language is None else _meet_source(field, given, text_of(minus(language, of_words(values))))


def _meet_source(field: Field, given: Sequence[Value], other: Value) -> Sequence[Value]:
    return [meet_scalars(value, other) if index == field.index else value for index, value in enumerate(given)]


_EVALUATORS: Mapping[type, Callable[[Json, Sequence[Value]], Value]] = {
    Fixed: _evaluate_fixed,
    Field: _evaluate_field,
    Unary: _evaluate_unary,
    Binary: _evaluate_binary,
    Size: _evaluate_size,
    Within: _evaluate_within,
    Choose: _evaluate_choose,
}
