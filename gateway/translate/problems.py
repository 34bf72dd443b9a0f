"""What is translated but has no counterpart (Untranslatable, at run time), and words about problems at load.

Laws: neither holds a value of a payload.
Must not know: YAML, files, lines.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from gateway.values.faults import Finding
from gateway.values.problem import Path, Problem, suggest_name

NOT_YET = "JB-YET-001"


class Untranslatable(Exception):
    """A document holds values that have no counterpart on the other side; carries all the findings."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} values have no counterpart")
        self.findings = findings


def say_not_yet(at: Path, what: str) -> Problem:
    """Make the problem for a word of the language that a later version will take."""
    return Problem(at, NOT_YET, f"{what} is known and not served yet", "leave it out for now")


def hint_known(name: object, known: Collection[str]) -> str:
    """Give a did-you-mean, or the first of the names that are known there."""
    shown = sorted(known)
    return suggest_name(str(name), shown) or (f"known there: {', '.join(shown[:8])}" if shown else "")


def is_json(value: object, depth: int = 32) -> bool:
    """Whether a value that a user wrote is a JSON value that survives as a constant (no dates, no infinities, string keys)."""
    if isinstance(value, float):
        return math.isfinite(value)
    if depth and isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and is_json(list(value.values()), depth)
    if depth and isinstance(value, list):
        return all(is_json(item, depth - 1) for item in value)
    return value is None or isinstance(value, bool | str | int)


def is_same(left: object, right: object) -> bool:
    """Whether two JSON values are the same one: a boolean is no number, 1 and 1.0 are one number."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right
