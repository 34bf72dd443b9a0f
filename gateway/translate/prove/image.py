"""What the plain writes of a mapping make: one value to one place, constants, lists element by element.

Laws: those of `tree`.
Must not know: the target's schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ir import Copy, Cut, Derive, Expect, Gather, Glue, Loop, Pick, Put, Rest
from ..paths import ITEM, Segments
from .choice import paint_gather, paint_pick, paint_rest
from .computed import paint_derive
from .contain import Budget
from .domain import NEVER, NULL, Array, Value, join_values, value_of, without_null, without_text
from .glued import paint_cut, paint_glue
from .painter import Paint, Painter
from .read import pull_back, take_out
from .tree import Items, Node, Origin, Scope, Wish


def make_painter(budget: Budget) -> Painter:
    """Give a painter that knows every write."""
    return Painter(budget, _PAINTS)


def _set_aside(write: Copy, value: Value) -> tuple[Value, list[Value], bool]:
    """Give what goes through the steps, what is written without them, and whether a value may mean that nothing is there."""
    out: list[Value] = []
    is_omitted = False
    if write.fill_null and value.null:
        out.append(value_of(write.fill_null.value))
        value = without_null(value)
    if write.omit:
        value, is_in = take_out(value, write.omit.value)
        out += [NULL] if is_in and write.is_null_written else []
        is_omitted = is_in and not write.is_null_written
    if write.is_null_passed and write.steps and value.null:
        out.append(NULL)
        value = without_null(value)
    return value, out, is_omitted


def _paint_copy(painter: Painter, scope: Scope, write: Copy) -> None:
    path = scope.prefix + write.source.path
    found = painter.read(write.at, scope.root, write.source.path)
    if found.is_maybe and write.is_absence_refused:
        painter.note(write.at, "the field is needed here and may not be there", Wish(absent=frozenset({path})))
    value, out, is_omitted = _set_aside(write, found.value)
    out.append(painter.run(write.at, value, write.steps, path))
    if (found.is_maybe or is_omitted) and write.fill:
        out.append(value_of(write.fill.value))
    conditions = (
        frozenset[Segments]() if write.fill and scope.is_taken else write.conditions
    )  # a case's fillings are written for themselves
    node = scope.plant(write.target, conditions, write.at)
    node.value, node.is_filled = join_values(out), write.fill is not None
    omit = (write.omit.value,) if write.omit else ()
    node.origin = Origin((path,), lambda document: pull_back(write.steps, document), omit)


def _paint_put(painter: Painter, scope: Scope, write: Put) -> None:
    node = scope.plant(write.target, None, write.at)
    node.value, node.is_filled = value_of(write.value), True
    node.origin = Origin((), lambda document: ())


def _paint_expect(painter: Painter, scope: Scope, write: Expect) -> None:
    found = painter.read(write.at, scope.root, write.source.path)
    path = scope.prefix + write.source.path
    painter.hold(write.at, found.value, path, [write.value], "the field may hold another value than the constant")


def _paint_loop(painter: Painter, scope: Scope, write: Loop) -> None:
    path = scope.prefix + write.source.path
    found = painter.read(write.at, scope.root, write.source.path)
    others = without_text(found.value) if found.value.text is None else found.value
    if others.null and not write.is_null_passed:
        painter.note(write.at, "the list may be null", Wish(((path, None),)))
    if found.value.text is not None or found.value.numbers or found.value.booleans or found.value.objects:
        painter.note(write.at, "the list may be something else")
    node = scope.plant(write.target, write.conditions, write.at)
    node.value = NULL if found.value.null and write.is_null_passed else NEVER
    if not found.value.arrays:
        return
    node.items = _paint_items(painter, write, found.value.arrays, path)


def _paint_items(painter: Painter, write: Loop, arrays: Sequence[Array], path: Segments) -> Items:
    least = min(one.least for one in arrays)
    most = None if any(one.most is None for one in arrays) else max(one.most or 0 for one in arrays)
    item = join_values([one.item.get() for one in arrays if one.most != 0])
    inner = (*path, ITEM)
    if write.body is not None:
        if item.null or item.booleans or item.text is not None or item.numbers or item.arrays:
            painter.note(write.at, "an element may be no object")
        elements = painter.paint(write.body, item, inner)
        for element in elements:
            element.at = write.at
    else:
        out = painter.run(write.at, item, write.steps, inner)
        elements = [Node(write.at, value=out, origin=Origin((inner,), lambda document: pull_back(write.steps, document)))]
    return Items(tuple(elements), least, most, path)


_PAINTS: Mapping[type, Paint] = {
    Copy: _paint_copy,
    Put: _paint_put,
    Expect: _paint_expect,
    Loop: _paint_loop,
    Glue: paint_glue,
    Cut: paint_cut,
    Pick: paint_pick,
    Rest: paint_rest,
    Gather: paint_gather,
    Derive: paint_derive,
}
