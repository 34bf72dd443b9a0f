"""Whether what a schema requires is there whenever it must be.

Laws: an object exists iff one of its active writes fires; a required property is supplied iff, for every condition under which its object
exists, one of its own writes needs no more than that condition.
Must not know: emission, YAML beyond where a write stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path, Problem

from .ir import Copy, Cut, Expect, Gather, Pick, Put, Rest, Switch, Write
from .paths import Segments, Shape, narrow_shape, show_path

CODE_UNFED, CODE_OPTIONAL, CODE_CASES = "JB-MAP-030", "JB-MAP-031", "JB-MAP-032"
COMBINATIONS_MAX = 256
PICKED = "\0("  # how the segment begins that stands for a picked element, see ir.Pick
Conditions: TypeAlias = frozenset[Segments]


@dataclass(slots=True)
class _Node:
    """One place of the target while it is judged."""

    children: dict[str, _Node] = field(default_factory=dict)
    at: Path = ()
    fires: set[Conditions] = field(default_factory=set)  # of active writes here or below
    is_filled: bool = False  # a passive write here
    is_whole: bool = False  # a write exactly here


Target: TypeAlias = "tuple[Segments, Conditions | None, bool]"


def list_targets(write: Write) -> Iterator[Target]:
    """Give what a write writes: where, on which conditions (None = passive), and whether it fills when they do not hold.

    Shape: of a switch, the tag; what its cases write is listed by find_unfed.
    """
    if isinstance(write, Put):
        yield write.target, None, True
    elif isinstance(write, Cut):
        for target in write.targets:
            yield target, write.conditions, False
    elif isinstance(write, Pick) and not write.target:
        yield from _list_spread(write)
    elif not isinstance(write, Expect | Rest):
        fills = (isinstance(write, Copy) and write.fill is not None) or (isinstance(write, Gather) and write.is_filled)
        yield write.target, write.conditions, fills


def _list_spread(pick: Pick) -> Iterator[Target]:
    """Give what is written of an element whose fields are those of the whole."""
    for write in pick.body:
        for path, own, is_filled in list_targets(write):
            yield path, pick.hang(frozenset() if is_filled else own or frozenset()), False


def find_unfed(writes: Iterable[Write], shape: Shape, side: str, at: Path) -> list[Problem]:
    """Give a problem for every required place that may stay empty; `side` is the word for the target, `at` where the scope stands."""
    problems: dict[Problem, None] = {}
    combined = list(islice(_spread(list(writes)), COMBINATIONS_MAX + 1))
    if len(combined) > COMBINATIONS_MAX:
        return [Problem(at, CODE_CASES, f"the cases of one scope combine in more than {COMBINATIONS_MAX} ways", "split the mapping")]
    for planted, chosen in combined:
        narrowed = shape
        for path, value in chosen:
            narrowed = narrow_shape(narrowed, path, value, is_there=False)
        for problem in _find_unfed(planted, narrowed, side, at):
            problems[problem] = None
    return list(problems)


_Planted: TypeAlias = "list[tuple[Target, Path]]"
_Choice: TypeAlias = "tuple[tuple[Segments, Json], ...]"


def _spread(writes: list[Write]) -> Iterator[tuple[_Planted, _Choice]]:
    """Give what is written in each combination of cases, and the tags that are written then."""
    plain: _Planted = [(target, write.at) for write in writes for target in list_targets(write)]
    switches = [list(_spread_cases(write)) for write in writes if isinstance(write, Switch)]
    for chosen in product(*switches):
        yield [*plain, *(each for planted, _ in chosen for each in planted)], tuple(tag for _, tags in chosen for tag in tags)


def _spread_cases(switch: Switch) -> Iterator[tuple[_Planted, _Choice]]:
    for case in switch.cases:
        for planted, tags in _spread(list(case.body)):
            yield [(_hang(target, switch.conditions), at) for target, at in planted], ((switch.target, case.tag), *tags)


def _hang(target: Target, tag: Conditions) -> Target:
    """Give a target as it is in a case: what fills is written whenever the case is taken."""
    path, own, is_filled = target
    return path, tag if is_filled else tag | (own or frozenset()), False


def _find_unfed(planted: _Planted, shape: Shape, side: str, at: Path) -> list[Problem]:
    root = _Node(at=at)
    for (path, conditions, is_filled), where in planted:
        _plant(root, path, conditions, is_filled, where)
    problems: list[Problem] = []
    root.fires = {frozenset()}
    _judge(root, shape, root.fires, (), side, problems)
    return problems


def _plant(root: _Node, path: Segments, conditions: Conditions | None, is_filled: bool, at: Path) -> None:
    node = root
    for segment in path:
        node = node.children.setdefault(segment, _Node(at=at))
        if conditions is not None:
            node.fires.add(conditions)
    node.is_whole, node.is_filled = True, is_filled


def _judge(node: _Node, shape: Shape, fires: set[Conditions], path: Segments, side: str, problems: list[Problem]) -> None:
    for name in sorted(shape.required):
        problem = _judge_required(node.children.get(name), fires, f"{side} requires {show_path((*path, name))}", node.at)
        if problem is not None:
            problems.append(problem)
    for name, child in node.children.items():
        inner = shape.child(name)
        if inner is not None and not child.is_whole:
            _judge(child, inner, child.fires or fires, (*path, name), side, problems)


def _judge_required(child: _Node | None, fires: set[Conditions], words: str, at: Path) -> Problem | None:
    if child is None:
        hint = "add a field for it; `lack` and `drop` leave this direction out (a drop may say `const:`)"
        return Problem(at, CODE_UNFED, f"{words} and nothing feeds it", hint)
    is_passive = child.is_filled or not child.fires
    if is_passive or all(any(own <= whole for own in child.fires) for whole in fires):
        return None
    is_picked = any(segment.startswith(PICKED) for own in child.fires for path in own for segment in path)
    hint = "`absent: error` refuses such a document, `default` or `null_as` fills the place"
    if is_picked:
        hint = "`contains`, or `minItems` where all elements are of this kind, promises the element in the agency's schema"
    return Problem(child.at, CODE_OPTIONAL, f"{words}, which is fed by what may be absent", hint)
