"""Which operations a policy means: named exactly, by service, or by tag.

Laws: 1. A pattern that matches nothing is a problem, never an empty policy. 2. `a.b@1` and `a.b` are one name; `a.*` covers all majors.
Must not know: grants, YAML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.values.problem import Problem, suggest_name


@dataclass(frozen=True, slots=True)
class TagOf:
    """All operations with a tag: `{tag: NAME}` among a policy's operations."""

    name: str


@dataclass(frozen=True, slots=True)
class Expanded:
    """The ids that patterns mean, and what is wrong with the patterns; `at` of a problem is ("operations", index)."""

    operations: frozenset[str]
    problems: tuple[Problem, ...]


def expand_operations(patterns: Sequence[str | TagOf], tags: Mapping[str, Sequence[str]]) -> Expanded:
    """Expand patterns over all operations of the federation; `tags` gives each one's tags."""
    found: set[str] = set()
    problems: list[Problem] = []
    for index, pattern in enumerate(patterns):
        matched = _match_pattern(pattern, tags)
        found |= matched
        if not matched:
            problems.append(_explain_miss(pattern, ("operations", index), tags))
    return Expanded(frozenset(found), tuple(problems))


def _match_pattern(pattern: str | TagOf, tags: Mapping[str, Sequence[str]]) -> set[str]:
    if isinstance(pattern, TagOf):
        return {operation for operation, its in tags.items() if pattern.name in its}
    if pattern.endswith(".*"):
        return {operation for operation in tags if operation.startswith(pattern[:-1])}
    wanted = pattern.removesuffix("@1")
    return {operation for operation in (wanted, wanted + "@1") if operation in tags}


def _explain_miss(pattern: str | TagOf, at: tuple[str | int, ...], tags: Mapping[str, Sequence[str]]) -> Problem:
    if isinstance(pattern, TagOf):
        known = {tag for its in tags.values() for tag in its}
        return Problem(at, "JB-POL-007", f'no operation has the tag "{pattern.name}"', suggest_name(pattern.name, known))
    if pattern.endswith(".*"):
        prefixes = {operation.split(".")[0] + ".*" for operation in tags}
        return Problem(at, "JB-POL-006", f'no operation begins with "{pattern[:-1]}"', suggest_name(pattern, prefixes))
    is_service = any(operation.startswith(pattern + ".") for operation in tags)
    hint = f'did you mean "{pattern}.*"?' if is_service else suggest_name(pattern, tags)
    return Problem(at, "JB-POL-001", f'unknown operation "{pattern}"', hint)
