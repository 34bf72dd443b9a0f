"""The law of claims: every leaf is claimed exactly once.

Must not know: what a claim does with its leaf.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json
from gateway.values.problem import Path, Problem

from .paths import ITEM, Segments, Shape, list_leaves, narrow_shape, show_path

CODE_OVERLAP, CODE_UNCLAIMED = "JB-MAP-020", "JB-MAP-021"
BOTH = frozenset({"to_canonical", "to_agency"})


Chosen: TypeAlias = "tuple[tuple[Segments, Json], ...]"  # tags (full paths) whose values are known where something is claimed


@dataclass(frozen=True, slots=True)
class Claim:
    """A field, drop or lack that answers for a place and all below it, in these directions; in a case, where the tags are `chosen`.

    Shape: without directions it is a reading, which answers for a place and clashes with nothing.
    """

    path: Segments
    at: Path
    ways: frozenset[str] = BOTH
    chosen: Chosen = ()

    def is_apart(self, chosen: Chosen) -> bool:
        """Whether it never holds where these tags are known: some tag has another value."""
        return any(path == other and value != given for path, value in self.chosen for other, given in chosen)


def judge_claims(
    claims: Sequence[Claim], shape: Shape, side: str, cure: str, at: Path, cases: Iterable[tuple[Chosen, Path]] = ()
) -> list[Problem]:
    """Give a problem for every leaf that is claimed by nothing, and for every claim that overlaps another.

    Shape: `side` names the schema, `cure` how a leaf is left out on purpose, `at` where that would be written. In each of `cases` every
    leaf that may be there is claimed too.
    """
    tree: dict[Segments, list[Claim]] = {}
    problems: list[Problem] = []
    for claim in sorted(claims, key=lambda claim: (len(claim.path), claim.path, str(claim.at))):
        clash = _find_clash(claim, tree)
        if clash is not None:
            where = ".".join(str(key) for key in clash.at)
            problems.append(
                Problem(claim.at, CODE_OVERLAP, f"{show_path(claim.path)} of {side} is claimed twice", f"the other claim: {where}")
            )
        tree.setdefault(claim.path, []).append(claim)
    problems += _list_unclaimed(claims, shape, (), side, cure, at)
    known = {problem.message for problem in problems}
    for chosen, here in cases:
        found = _list_unclaimed(claims, shape, chosen, side, cure, here)
        problems += [problem for problem in found if problem.message not in known]
    return problems


def _list_unclaimed(claims: Sequence[Claim], shape: Shape, chosen: Chosen, side: str, cure: str, at: Path) -> list[Problem]:
    for path, value in chosen:
        shape = narrow_shape(shape, path, value)
    claimed = {claim.path for claim in claims if not claim.is_apart(chosen)}
    problems: list[Problem] = []
    for leaf in list_leaves(shape):
        if leaf and not any(prefix in claimed for prefix in _prefixes(leaf)):
            shown = show_path(tuple(segment for segment in leaf if segment != ITEM))
            where = " in this case" if chosen else ""
            message = f"{show_path(leaf)} of {side} is claimed by nothing" + where
            problems.append(Problem(at, CODE_UNCLAIMED, message, cure.replace("PATH", shown)))
    return problems


def _prefixes(path: Segments) -> list[Segments]:
    return [path[:depth] for depth in range(len(path) + 1)]


def _find_clash(claim: Claim, tree: dict[Segments, list[Claim]]) -> Claim | None:
    above = [other for prefix in _prefixes(claim.path) for other in tree.get(prefix, ())]
    return next((other for other in above if other.ways & claim.ways and not other.is_apart(claim.chosen)), None)
