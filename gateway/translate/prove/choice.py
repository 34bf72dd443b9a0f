"""Elements of a list that a constant tells apart: picked to one place each, and gathered again.

Laws: those of `tree`.
Must not know: the target's schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json

from ..ir import Copy, Gather, Part, Pick, Put, Rest, Where
from ..paths import ITEM, Segments
from ..presence import Conditions
from ..problems import is_same
from .contain import MISSING
from .domain import Array, Value, implies, join_values, value_of
from .painter import Painter
from .read import read_place
from .samples import find_smallest
from .tree import Items, Node, Scope, Wish
from .worlds import know_at, lack_at


@dataclass(frozen=True, slots=True, eq=False)
class _Elements:
    """The lists that are picked from: their elements, where they stand, and whether there may be none."""

    arrays: tuple[Array, ...]
    item: Value
    path: Segments


def _read_elements(painter: Painter, scope: Scope, write: Pick | Rest) -> _Elements:
    path = scope.prefix + write.source.path
    found = painter.read(write.at, scope.root, write.source.path)
    value = found.value
    if value.text is not None or value.numbers or value.booleans or value.objects:
        painter.note(write.at, "the list may be something else")
    item = join_values([one.item.get() for one in value.arrays if one.most != 0])
    inner = (*path, ITEM)
    if item.null or item.booleans or item.text is not None or item.numbers or item.arrays:
        stranger = find_smallest(Value(item.null, item.booleans, item.text, item.numbers, (), item.arrays))
        painter.note(write.at, "an element may be no object", *([Wish(((inner, stranger[0]),))] if stranger else []))
    return _Elements(value.arrays, item, path)


def _wish_where(where: Where, inner: Segments) -> Wish:
    return Wish(tuple(((*inner, *path), value) for path, value in where))


def _is_alone(arrays: Sequence[Array], where: Where) -> bool:
    """Whether no list has two elements of these constants."""
    return all(_count_most(one, where) <= 1 for one in arrays)


def _count_most(items: Array, where: Where) -> int:
    """Give how many elements of these constants there are at most: as many as of any of the constants that the schema counts."""
    bounds = [count.most for count in items.counts if count.most is not None and implies(where, count.where)]
    bounds += [items.most] if items.most is not None else []
    return min(bounds, default=2)


def paint_pick(painter: Painter, scope: Scope, write: Pick) -> None:
    """Paint the element that is picked."""
    found = _read_elements(painter, scope, write)
    inner = (*found.path, ITEM)
    item = found.item
    for path, value in write.where:
        painter.read(write.at, item, path)
        item = know_at(item, path, value)
    if item.is_never:
        return
    given = _wish_where(write.where, inner)
    if not write.is_first and not _is_alone(found.arrays, write.where):
        reason = "there may be more than one such element (the schema may count them: contains, maxContains)"
        painter.note(write.at, reason, Wish(given.values, lengths=((found.path, 2),)))
    if not write.target:
        painter.paint_inside(write.body, scope.enter(item, inner, write), given)
        return
    options = painter.paint(write.body, item, inner, given)
    node = scope.plant(write.target, write.conditions | _list_lacks(write), write.at)
    node.options = options
    for option in options:
        option.at = write.at


def _list_lacks(write: Pick) -> Conditions:
    """Give on what it hangs, besides the element, that a picked value is there; an object always is."""
    bare = [one for one in write.body if isinstance(one, Copy) and not one.target and one.fill is None]
    return frozenset((*write.source.path, *path) for one in bare for path in one.conditions)


def paint_rest(painter: Painter, scope: Scope, write: Rest) -> None:
    """Note where an element may be there that no pick takes."""
    found = _read_elements(painter, scope, write)
    if found.item.is_never:
        return
    stranger = _find_stranger(painter, found.item, write.wheres)
    if stranger is not None:
        painter.note(write.at, "no field takes some elements of the list", *_wish_stranger(stranger, (*found.path, ITEM)))


def _wish_stranger(stranger: Where, inner: Segments) -> tuple[Wish, ...]:
    values = tuple(((*inner, *path), value) for path, value in stranger if value is not MISSING)
    absent = frozenset((*inner, *path) for path, value in stranger if value is MISSING)
    return (Wish(values, frozenset({inner}), absent),)


def _find_stranger(painter: Painter, item: Value, wheres: Sequence[Where]) -> Where | None:
    """Give the constants of an element that is in none of these; None where there is none."""
    painter.budget.spend()
    if item.is_never or not all(wheres):
        return None
    if not wheres:
        return ()
    return next((found for part in _part_elements(painter, item, wheres) if (found := _find_in(painter, part)) is not None), None)


_Part: TypeAlias = "tuple[Where, Value, list[Where]]"  # what these elements have in common, they, and what is left to ask of them


def _find_in(painter: Painter, part: _Part) -> Where | None:
    common, item, wheres = part
    found = _find_stranger(painter, item, wheres)
    return None if found is None else (*common, *found)


def _part_elements(painter: Painter, item: Value, wheres: Sequence[Where]) -> Iterator[_Part]:
    """Part elements by what they have at a place that is asked for: nothing, none of the constants, or one of them."""
    path = wheres[0][0][0]
    found = read_place(item, path)
    constants = [value for where in wheres for at, value in where if at == path]
    bare = [where for where in wheres if path not in dict(where)]
    if found.is_maybe:
        yield ((path, MISSING),), lack_at(item, path), bare
    gap = painter.comparison.find_gap(found.value, join_values([value_of(one) for one in constants]))
    if gap is not None:
        yield (((path, gap.document),) if gap.has_document else ()), item, bare
    for constant in constants:
        rest = [tuple(one for one in where if one[0] != path) for where in wheres if is_same(dict(where).get(path, constant), constant)]
        yield ((path, constant),), know_at(item, path, constant), rest


def paint_gather(painter: Painter, scope: Scope, write: Gather) -> None:
    """Paint the list of the elements that are made."""
    elements: list[Node] = []
    kinds: list[tuple[Where, bool]] = []
    for part in write.parts:
        found = painter.read(write.at, scope.root, part.source.path)
        if found.value.is_never:
            continue
        made = _paint_part(painter, scope, part, found.value)
        elements += made
        kinds.append((part.where, not found.is_maybe))
        scope.plant(write.target, part.source.conditions, write.at)
    if not kinds and not write.is_filled:
        return
    sure = sum(is_sure for _, is_sure in kinds)
    node = scope.plant(write.target, None if write.is_filled else write.parts[0].source.conditions, write.at)
    node.is_filled = write.is_filled
    feeds = frozenset(scope.prefix + part.source.path for part in write.parts)
    node.items = Items(tuple(elements), sure if sure or write.is_filled else 1, len(kinds), None, tuple(kinds), feeds)


def _paint_part(painter: Painter, scope: Scope, part: Part, value: Value) -> list[Node]:
    constants: list[Json] = [Put(part.at, path, constant) for path, constant in part.where]
    made = painter.paint([*constants, *part.body], value, scope.prefix + part.source.path)
    for node in made:
        node.at = part.at
    return made
