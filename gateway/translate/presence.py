"""Whether what a schema requires is there whenever it must be.

Laws: an object exists iff one of its active writes fires; a required property is supplied iff, for every condition under which its object
exists, one of its own writes needs no more than that condition.
Must not know: emission, YAML beyond where a write stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.values.problem import Path, Problem

from .ir import Copy, Cut, Expect, Put, Write
from .paths import Segments, Shape, show_path

CODE_UNFED, CODE_OPTIONAL = "JB-MAP-030", "JB-MAP-031"
Conditions: TypeAlias = frozenset[Segments]


@dataclass(slots=True)
class _Node:
    """One place of the target while it is judged."""

    children: dict[str, _Node] = field(default_factory=dict)
    at: Path = ()
    fires: set[Conditions] = field(default_factory=set)  # of active writes here or below
    is_filled: bool = False  # a passive write here
    is_whole: bool = False  # a write exactly here


def list_targets(write: Write) -> Iterator[tuple[Segments, Conditions | None, bool]]:
    """Give what a write writes: where, on which conditions (None = passive), and whether it fills when they do not hold."""
    if isinstance(write, Put):
        yield write.target, None, True
    elif isinstance(write, Cut):
        for target in write.targets:
            yield target, write.conditions, False
    elif not isinstance(write, Expect):
        yield write.target, write.conditions, isinstance(write, Copy) and write.fill is not None


def find_unfed(writes: Iterable[Write], shape: Shape, side: str, at: Path) -> list[Problem]:
    """Give a problem for every required place that may stay empty; `side` is the word for the target, `at` where the scope stands."""
    root = _Node(at=at)
    for write in writes:
        for path, conditions, is_filled in list_targets(write):
            _plant(root, path, conditions, is_filled, write.at)
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
    hint = "`absent: error` refuses such a document, `default` or `null_as` fills the place"
    return Problem(child.at, CODE_OPTIONAL, f"{words}, which is fed by what may be absent", hint)
