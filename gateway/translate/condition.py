"""Conditions: `when` and `must`, the expressions of `derive` over a call, with one answer: it holds, or not.

Laws: 1. Total: where a field is not there, the condition does not hold. 2. What it reads is known at load.
Must not know: what hangs on a condition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.values.problem import Path, Problem
from gateway.values.route import Exchange

from .derive import CODE_TYPE, read_expression
from .emit import compile_function, emit_function
from .ir import Derive
from .library import Library
from .paths import Place, Segments
from .problems import Untranslatable
from .references import EXPRESSIONS, CallShape, locate, read_call, write_time


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, compiled. Shape: `reads` are the paths that it looks at."""

    holds: Callable[[Exchange], bool]
    reads: tuple[Segments, ...]


def compile_condition(text: str, call: CallShape, library: Library, at: Path, problems: list[Problem]) -> Condition | None:
    """Compile a condition over a call; None, and problems, where it is wrong."""
    sources: list[Place] = []
    node = read_expression(text, read_call(call, library), at, sources, problems)
    if node is None:
        return None
    if node.type != "boolean":
        problems.append(Problem(at, CODE_TYPE, f"a condition is true or false, and this is {node.type}", "compare it: … == …"))
        return None
    if not sources:
        problems.append(Problem(at, CODE_TYPE, "a condition that reads nothing is always the same", "compare a field, or take it out"))
        return None
    source, constants = emit_function([Derive(at, tuple(sources), ("holds",), node)], locate, EXPRESSIONS)
    run = compile_function(source, {**constants, "write_time": write_time})

    def holds(x: Exchange) -> bool:
        try:
            return run(x).get("holds") is True
        except Untranslatable:
            return False

    return Condition(holds, tuple(place.path for place in sources))
