"""The verdict on one direction: PROVED, REFUTED with a document, or UNKNOWN with rule and reason.

Laws: see the room's. A budget that is spent is UNKNOWN.
Must not know: how mappings are written, where schemas are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from gateway.values.model import Json
from gateway.values.problem import Path

from ...schema.language import TooLarge as LanguageTooLarge
from ...schema.language import Unreadable
from ..ir import Write
from .contain import STEPS_MAX, Budget
from .domain import Field, Object, TooLarge, Value, know
from .image import make_painter
from .judge import ALWAYS, Judge
from .read import list_assuming
from .search import Trial, find_refutation, is_shown
from .tree import Issue

WISHES_MAX = 64
VERSION = "2"  # changes with whatever changes a verdict
Word = Literal["PROVED", "REFUTED", "UNKNOWN"]
_SPENT = (TooLarge, LanguageTooLarge, Unreadable, RecursionError)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one direction.

    Shape: `at` is the rule's path in the mapping; `document` refutes where the word is REFUTED. What is UNKNOWN `is_assumed` where every
    rule that is not proved says `assume`.
    """

    word: Word
    at: Path = ()
    reason: str = ""
    document: Json = None
    is_assumed: bool = False

    @property
    def rule(self) -> str:
        """The rule as a user would name it: the canonical fields down to it."""
        return ".".join(str(word) for word in self.at if word != "fields")


PROVED = Verdict("PROVED")


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be proved: that these writes make a valid target of every valid source.

    Shape: with `old`, that they can be put into every such document; what refutes that is {call, old}.
    """

    writes: Sequence[Write]
    source: Callable[[], Value]
    target: Callable[[], Value]
    trial: Trial
    old: Callable[[], Value] | None = None


def prove(claim: Claim, is_late: Callable[[], bool] = lambda: False) -> Verdict:
    """Give the verdict on a claim.

    Shape: `is_late` is the caller's clock: once it says so, what is not known stays unknown.
    """
    budget = Budget(STEPS_MAX, is_late)
    try:
        source = claim.source()
        issues = list_issues(claim, source, budget)
    except _SPENT as error:
        return Verdict("UNKNOWN", (), f"too large to prove: {error}")
    if not issues:
        return PROVED
    try:
        return _refute(claim, _pair(claim, source), issues, budget)
    except _SPENT:
        return _leave_open(claim, issues)


def _pair(claim: Claim, source: Value) -> Value:
    """Give what documents are made of that may refute."""
    if claim.old is None:
        return source
    return Value(objects=(Object({"call": Field(know(source), True), "old": Field(know(claim.old()), True)}),))


def _leave_open(claim: Claim, issues: Sequence[Issue]) -> Verdict:
    """Give the verdict on what is neither proved nor refuted: at a rule that assumes nothing, if there is one."""
    assuming = set(list_assuming(claim.writes))
    bare = [issue for issue in issues if issue.at not in assuming]
    return Verdict("UNKNOWN", [*bare, *issues][0].at, [*bare, *issues][0].reason, None, not bare)


def _refute(claim: Claim, source: Value, issues: Sequence[Issue], budget: Budget) -> Verdict:
    others: list[Verdict] = []  # what refutes, and shows something else than the issue that it was made for
    for issue in issues:
        budget.spend(100)
        found = find_refutation(claim.trial, source, issue.wishes, budget.spend) if issue.wishes else None
        if found is not None:
            verdict = Verdict("REFUTED", issue.at, issue.reason, found[0])
            if any(is_shown(found[0], wish) for wish in issue.wishes):
                return verdict
            others.append(verdict)
    if others:
        return others[0]
    found = find_refutation(claim.trial, source, (), budget.spend)
    if found is not None:
        return Verdict("REFUTED", issues[0].at, issues[0].reason, found[0])
    return _leave_open(claim, issues)


def list_issues(claim: Claim, source: Value, budget: Budget) -> list[Issue]:
    """Give everything that keeps a claim from being proved."""
    is_put = claim.old is not None
    painter, judge = make_painter(budget), Judge(budget, is_put)
    trees = painter.paint(claim.writes, source, ("call",) if is_put else ())
    found: dict[tuple[Path, str], Issue] = {}
    for issue in chain(painter.issues, *(judge.list_issues(tree, claim.target(), {ALWAYS}, has_old=is_put) for tree in trees)):
        known = found.get((issue.at, issue.reason))  # one issue of many worlds is one issue
        found[issue.at, issue.reason] = issue if known is None else _join_issues(known, issue)
    return list(found.values())


def _join_issues(one: Issue, other: Issue) -> Issue:
    return replace(one, wishes=(*one.wishes, *(wish for wish in other.wishes if wish not in one.wishes))[:WISHES_MAX])
