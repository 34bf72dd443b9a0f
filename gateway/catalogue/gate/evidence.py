"""From a screening, as JSON, to what a case keeps of it: the recommendation, who is asked, named findings.

Laws: 1. The recommendation follows from the evidence alone, by rules in order. 2. The owners of what is a duplicate or an overlap are
asked, the proposer's own agency is not. 3. An integrator is told verdicts and what services supply, nothing of others' entries.
Must not know: how a screening comes about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...values.model import Json
from ..entry import App, Outcome
from .deeds import Moment, Rows, Screened

STRONG = ("duplicate", "overlap")
RUNNING = ("live", "deprecated", "building")
ASKED_MAX = 20


def find_dependants(app: App, entries: Iterable[App]) -> tuple[str, ...]:
    """Give the applications that copy fields from an application: who retires it pulls these along."""
    return tuple(sorted(one.id for one in entries if one.id != app.id and any(each.source == app.id for each in one.fields)))


def find_replaced(app: App, matches: Sequence[Rows]) -> tuple[str, ...]:
    """Give the live applications of the same owner that a proposal would replace: new head, new application."""
    strong = (one for one in matches if one["verdict"] in STRONG and one["owner"] == app.owner)
    return tuple(str(one["app"]) for one in strong if one.get("lifecycle") in RUNNING)


def find_unsaid(app: App) -> tuple[str, ...]:
    """Give what a proposal does not say of what overlaps are seen by: without it little is found, and that proves nothing."""
    said = {"description": app.description.id or app.description.en, "function": app.function, "fields": app.fields}
    return tuple(key for key, value in said.items() if not value)


def complete_screening(app: App, screening: Rows) -> dict[str, Json]:
    """Give a screening before building with what follows from it."""
    rows: dict[str, Json] = {**screening, "dependants": [], "unsaid": list(find_unsaid(app))}
    return {**rows, "replaces": list(find_replaced(app, rows["matches"])), "recommended": recommend(rows, "building")}


def make_screened(app: App, screening: Rows, moment: Moment, dependants: Sequence[str] = (), held: App | None = None) -> Screened:
    """Give the deed of a screening.

    Shape: `screening` as `write_screening` of the overlap gives it; `held` the entry as the catalogue has it, where it is to change.
    """
    matches = screening["matches"]
    owners = dict.fromkeys(one["owner"] for one in matches if one["verdict"] in STRONG and one["owner"] != app.owner)
    evidence: dict[str, Json] = {**screening, "replaces": list(find_replaced(app, matches)), "dependants": list(dependants)}
    evidence |= {"unsaid": list(unsaid)} if (unsaid := find_unsaid(app)) else {}
    before, after = ({one.name for one in each.fields} for each in (held or app, app))
    evidence |= {key: sorted(names) for key, names in (("adds", after - before), ("drops", before - after)) if names}
    return Screened(moment, evidence, recommend(evidence, moment), dict.fromkeys(list(owners)[:ASKED_MAX], ""))


def recommend(evidence: Rows, moment: Moment) -> Outcome:
    """Give the recommendation.

    Source: rules in order; the first that fits holds.
    """
    rules: tuple[tuple[Outcome, bool], ...] = (
        ("connect", moment == "retiring" and bool(evidence["dependants"])),
        ("reuse", evidence["strongest"] == "duplicate"),
        ("extend", evidence["strongest"] == "overlap"),
        ("connect", bool(evidence["supplied"])),
    )
    return next((outcome for outcome, fits in rules if fits), "build")


def narrow_for_integrator(screening: Rows) -> dict[str, Json]:
    """Give what a company that drafts may know: how alike something is, not what; and what canonical services supply."""
    counts: dict[str, int] = {}
    for match in screening["matches"]:
        counts[match["verdict"]] = counts.get(match["verdict"], 0) + 1
    told = {key: screening[key] for key in ("supplied", "unsaid") if key in screening}
    return {"strongest": screening["strongest"], "verdicts": counts, **told}
