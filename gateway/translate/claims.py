"""The law of claims: every leaf is claimed exactly once.

Must not know: what a claim does with its leaf.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.values.problem import Path, Problem

from .paths import ITEM, Segments, Shape, list_leaves, show_path

CODE_OVERLAP, CODE_UNCLAIMED = "JB-MAP-020", "JB-MAP-021"
BOTH = frozenset({"to_canonical", "to_agency"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A field, drop or lack that answers for a place and all below it, in these directions."""

    path: Segments
    at: Path
    ways: frozenset[str] = BOTH


def judge_claims(claims: Iterable[Claim], shape: Shape, side: str, cure: str, at: Path) -> list[Problem]:
    """Give a problem for every leaf that is claimed by nothing, and for every claim that overlaps another.

    Shape: `side` names the schema, `cure` how a leaf is left out on purpose, `at` where that would be written.
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
    for leaf in list_leaves(shape):
        if leaf and not any(prefix in tree for prefix in _prefixes(leaf)):
            shown = show_path(tuple(segment for segment in leaf if segment != ITEM))
            problems.append(Problem(at, CODE_UNCLAIMED, f"{show_path(leaf)} of {side} is claimed by nothing", cure.replace("PATH", shown)))
    return problems


def _prefixes(path: Segments) -> list[Segments]:
    return [path[:depth] for depth in range(len(path) + 1)]


def _find_clash(claim: Claim, tree: dict[Segments, list[Claim]]) -> Claim | None:
    above = [other for prefix in _prefixes(claim.path) for other in tree.get(prefix, ())]
    return next((other for other in above if other.ways & claim.ways), None)
