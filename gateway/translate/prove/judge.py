"""Whether the tree of a direction fits its target.

Laws: 1. A required field is there iff, for every condition under which its object exists, one of its own needs no more than that. 2. An
object fits where one alternative of the target holds it.
Must not know: how the tree was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.values.model import Json

from ..paths import ITEM, Segments
from ..presence import Conditions
from ..problems import is_same
from .contain import MISSING, Budget, Comparison, find_length_gap, find_open_fact
from .domain import LATER_NEVER, NO_FACTS, Array, Count, Facts, Field, Object, Value, Where, implies, is_structure, know
from .tree import Issue, Items, Node, Wish

ALWAYS: Conditions = frozenset()
OMIT = "\0omit"


class Judge:
    """Compares a tree with a target.

    Shape: what `is_put` is woven into an old document that is valid: where an old object surely stands, it has what nothing feeds.
    """

    def __init__(self, budget: Budget, is_put: bool = False) -> None:
        self.budget = budget
        self.is_put = is_put
        self.comparison = Comparison(budget)

    def list_issues(
        self, node: Node, target: Value, fires: set[Conditions], where: str = "", prefix: Segments = (), has_old: bool = False
    ) -> list[Issue]:
        """Give why a node is not known to fit a value.

        Shape: `fires` are the conditions under which it is there, `where` its place in the target; `prefix` is where the scope's source
        stands; `has_old` = an old object surely stands here.
        """
        self.budget.spend()
        prefix = prefix if node.prefix is None else node.prefix
        issues: list[Issue] = []
        if node.value is not None:
            issues += self._judge_value(node, node.value, target, where)
        if node.items is not None:
            issues += self._judge_items(node, node.items, target, where)
        for option in node.options:
            issues += self.list_issues(option, target, {ALWAYS}, where)
        if node.value is None and node.items is None and not node.options:
            issues += self._judge_object(node, target, fires, where, prefix, has_old)
        return [issue.given(node.given) for issue in issues]

    def _judge_value(self, node: Node, value: Value, target: Value, where: str) -> Iterator[Issue]:
        gap = self.comparison.find_gap(value, target)
        if gap is None:
            return
        wishes = node.origin.wish(gap.document) if node.origin is not None and gap.document is not MISSING else ()
        yield Issue(node.at, _say(where, gap.reason), wishes)

    def _judge_items(self, node: Node, items: Items, target: Value, where: str) -> list[Issue]:
        found: list[list[Issue]] = []
        for other in target.arrays:
            issues = list(self._judge_list(node, items, other, where))
            for element in items.elements if items.most != 0 else ():
                issues += self.list_issues(element, other.item.get(), {ALWAYS}, f"{where}[]")
            if not issues:
                return []
            found.append(issues)
        return min(found, key=len, default=[Issue(node.at, _say(where, "a list does not belong there"))])

    def _judge_list(self, node: Node, items: Items, other: Array, where: str) -> Iterator[Issue]:
        """Give why a list as a whole is not known to fit: its length, and what is asked of all its elements together."""
        length = find_length_gap(Array(LATER_NEVER, items.least, items.most), other)
        lengths = _wish_lengths(items, other)
        if self.is_put and items.kinds and (other.most is not None or other.least or other.facts):
            reason = "bounds of a list are not followed where elements are put into an old one"
            yield Issue(node.at, _say(where, reason), lengths)
        if length is not None:
            yield Issue(node.at, _say(where, length.reason), lengths)
        fact = find_open_fact(_list_held(items, other), other.facts) if items.most != 0 or other.counts else None
        if fact is not None:
            two = () if items.source is None else (Wish(lengths=((items.source, 2),)),)
            yield Issue(node.at, _say(where, fact.reason), (*lengths, *two))

    def _judge_object(self, node: Node, target: Value, fires: set[Conditions], where: str, prefix: Segments, has_old: bool) -> list[Issue]:
        found: list[list[Issue]] = []
        if self.is_put and len(target.objects) > 1:
            return [Issue(node.at, _say(where, "alternatives that are written into an old document are not followed"), (Wish(),))]
        for other in target.objects:
            issues = list(self._judge_fields(node, other, fires, where, prefix, has_old))
            if not issues:
                return []
            found.append(issues)
        return min(found, key=len, default=[Issue(node.at, _say(where, "an object does not belong there"), (Wish(),))])

    def _judge_fields(
        self, node: Node, target: Object, fires: set[Conditions], where: str, prefix: Segments, has_old: bool
    ) -> Iterator[Issue]:
        for name, wanted in target.fields.items():
            if wanted.is_required and not (has_old and name not in node.children):
                yield from _judge_required(node, name, fires, f"{where}.{name}".lstrip("."), prefix)
        for name, child in node.children.items():
            known: Field | None = target.fields.get(name)
            inner = known.value if known is not None else target.rest or know(Value())
            value = inner.get()
            is_held = has_old and known is not None and known.is_required and is_structure(value) and not value.arrays
            yield from self.list_issues(child, value, child.fires or fires, f"{where}.{name}".lstrip("."), prefix, is_held)
        fact = find_open_fact(NO_FACTS, target.facts)
        if fact is not None:
            yield Issue(node.at, _say(where, fact.reason), (Wish(),))


def _list_held(items: Items, other: Array) -> Facts:
    """Give the facts that hold of elements that are made one by one: how many have some constants, and that no two are the same."""
    wheres = [where for where, _ in items.kinds]
    held = {count.fact for count in other.counts if items.kinds and _is_counted(items, count)}
    pairs = [(one, two) for index, one in enumerate(wheres) for two in wheres[index + 1 :]]
    if wheres and all(_differ(one, two) for one, two in pairs):
        held.add('uniqueItems: {"uniqueItems": true}')
    return frozenset(held)


def _is_counted(items: Items, count: Count) -> bool:
    least = sum(is_sure and implies(where, count.where) for where, is_sure in items.kinds)
    most = sum(not _differ(where, count.where) for where, _ in items.kinds)
    return least >= count.least and (count.most is None or most <= count.most)


def _differ(one: Where, two: Where) -> bool:
    """Whether no element has the constants of both."""
    return any(path == at and not is_same(value, other) for path, value in one for at, other in two)


def _judge_required(node: Node, name: str, fires: set[Conditions], where: str, prefix: Segments) -> Iterator[Issue]:
    child = node.children.get(name)
    if child is None:
        yield Issue(node.at, f"{where} is required and nothing feeds it", tuple(_wish_conditions(prefix, whole, ()) for whole in fires))
        return
    if child.is_filled or not child.fires:
        return
    for whole in sorted(fires, key=sorted):
        if not any(own <= whole for own in child.fires):
            missing = [sorted(own - whole)[0] for own in child.fires]
            omits = child.origin.omit if child.origin is not None else ()
            yield Issue(child.at, f"{where} is required and may not be there", (_wish_conditions(prefix, whole, missing, omits),))


def _wish_conditions(prefix: Segments, whole: Conditions, missing: Sequence[Segments], omits: tuple[Json, ...] = ()) -> Wish:
    """Give a document in which some conditions hold and others do not; without conditions, the scope itself is there."""
    ends = (ITEM, OMIT)
    present = frozenset((*prefix, *(path[:-1] if path[-1] in ends else path)) for path in whole)
    nulls = tuple(((*prefix, *path[:-1]), None) for path in missing if path[-1] == ITEM)
    omitted = tuple(((*prefix, *path[:-1]), omit) for path in missing if path[-1] == OMIT for omit in omits)
    absent = frozenset((*prefix, *path) for path in missing if path[-1] not in ends)
    return Wish(nulls + omitted, present | ({prefix} if prefix else set()), absent)


def _wish_lengths(items: Items, other: Array) -> tuple[Wish, ...]:
    if items.source is None:
        return Wish(present=items.feeds), Wish(absent=items.feeds)
    lengths = [items.least, *([other.most + 1] if other.most is not None else [])]
    return tuple(Wish(lengths=((items.source, length),)) for length in lengths)


def _say(where: str, reason: str) -> str:
    return f"{where}: {reason}" if where else reason
