"""Matches, screenings and clusters as JSON, and one match as lines of text.

Law: what is written is what was computed; nothing is rounded that is counted again. Must not know: who reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...values.model import Json
from .clusters import Cluster
from .explain import Coverage, Explanation, SharedTerm
from .screen import Match, Screening

FIELDS_SAID = 8


def write_match(match: Match) -> dict[str, Json]:
    """Give a match as JSON."""
    verdict, explanation = match.verdict, match.verdict.explanation
    return {
        "app": match.app.id,
        "title": match.app.title.id or match.app.title.en,
        "owner": match.app.owner,
        "lifecycle": match.app.lifecycle,
        "verdict": verdict.word,
        "probability": round(verdict.probability, 4),
        "evidence": list(verdict.kinds),
        "coverage": {"mine": _write_coverage(explanation.mine), "theirs": _write_coverage(explanation.theirs)},
        "fields": [{"mine": one.mine.name, "theirs": one.theirs.name, "why": one.why, "score": one.score} for one in explanation.fields],
        "operations": [{"mine": mine, "theirs": theirs} for mine, theirs in explanation.operations],
        "names": [_write_term(term) for term in explanation.names],
        "texts": [_write_term(term) for term in explanation.texts],
        "masters": [_write_term(term) for term in explanation.masters],
        "envelope": list(explanation.envelope),
        "missing": list(explanation.missing),
    }


def _write_coverage(coverage: Coverage) -> dict[str, Json]:
    return {"cited": coverage.cited, "fields": coverage.fields, "share": coverage.share}


def _write_term(term: SharedTerm) -> dict[str, Json]:
    return {"mine": term.mine, "theirs": term.theirs, "concept": term.concept.lstrip("=")}


def write_screening(screening: Screening) -> dict[str, Json]:
    """Give a screening as JSON."""
    return {
        "strongest": screening.strongest,
        "matches": [write_match(match) for match in screening.matches],
        "reuse": list(screening.reuse),
        "extend": [{"app": one.app, "lacks": list(one.fields)} for one in screening.extend],
        "supplied": [
            {"field": one.field.name, "operation": one.operation, "their_field": one.pair.theirs.name, "why": one.pair.why}
            for one in screening.supplied
        ],
        "masters": [{"master": one.master, "app": one.app} for one in screening.clashes],
    }


def write_cluster(cluster: Cluster) -> dict[str, Json]:
    """Give a cluster as JSON, as `--clusters` reads it."""
    edges: list[Json] = [{"one": one, "other": other, "probability": chance} for one, other, chance in cluster.edges]
    return {"cluster": cluster.id, "apps": list(cluster.members), "cohesion": round(cluster.cohesion, 4), "edges": edges}


def say_match(match: Match) -> Iterator[str]:
    """Give a match as lines for a person."""
    verdict, why = match.verdict, match.verdict.explanation
    yield f"{verdict.word} {verdict.probability:.2f}  {match.app.id}  {match.app.title.id or match.app.title.en} ({match.app.owner})"
    for label, terms in (("name", why.names), ("text", why.texts), ("masters", why.masters)):
        if terms:
            yield f"  {label}: " + ", ".join(one.mine if one.mine == one.theirs else f"{one.mine} = {one.theirs}" for one in terms[:6])
    yield from _say_fields(why)
    for mine, theirs in why.operations[:4]:
        yield f"  operation: {mine} = {theirs}"
    if why.envelope:
        yield f"  envelope, not counted: {', '.join(why.envelope[:6])}{' …' if len(why.envelope) > 6 else ''}"
    if why.missing:
        yield f"  not there: {', '.join(why.missing)}"


def _say_fields(why: Explanation) -> Iterator[str]:
    if why.fields:
        yield f"  fields: {why.mine.cited} of its {why.mine.fields}, {why.theirs.cited} of their {why.theirs.fields}"
    for pair in why.fields[:FIELDS_SAID]:
        yield f"    {pair.mine.name} = {pair.theirs.name}  ({pair.why})"
    if len(why.fields) > FIELDS_SAID:
        yield f"    and {len(why.fields) - FIELDS_SAID} more"
