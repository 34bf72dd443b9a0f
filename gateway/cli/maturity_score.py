"""`jembatan maturity score`: level by level, the index, what is missing for the next level."""

from __future__ import annotations

import argparse
import sys

import orjson

from ..catalogue.maturity.score import Score, Standing
from ..values.model import Json
from .frame import FINE, add_format, print_rows, say
from .maturity_inputs import add_inputs, load_score

HELP = "Score an agency: index, predicate, each indicator with its basis and what is missing for the next level."
EXAMPLE = (
    "  jembatan maturity score kota-contoh --scores city.yaml\n"
    "  jembatan maturity score dukcapil --federation . --metrics scrape.txt --store catalogue.db --format json"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_inputs(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Score and print."""
    score, _ = load_score(arguments)
    if arguments.format == "json":
        sys.stdout.write(orjson.dumps(write_score(score), option=orjson.OPT_INDENT_2).decode() + "\n")
        return FINE
    rows = [_show(one) for one in score.standings]
    print_rows(rows, "text", ("no", "level", "from", "counted", "indicator", "missing"))
    say("")
    for key, index in score.domains.items():
        say(f"domain {key}: {index}  {score.set.domains[key].title.en}")
    predicate = f", {score.predicate.id} ({score.predicate.en})" if score.predicate.id else ""
    say(f"{score.sheet.agency} {score.sheet.year}, {score.set.id} {score.set.version}: {score.index}{predicate}")
    for note in score.notes:
        say(f"note: {note}")
    return FINE


def write_score(score: Score) -> dict[str, Json]:
    """Give a score as JSON; figures are texts, so that they stay exact."""
    return {
        "agency": score.sheet.agency,
        "year": score.sheet.year,
        "category": score.sheet.category,
        "set": {"id": score.set.id, "version": score.set.version, "source": score.set.source},
        "index": str(score.index),
        "predicate": {"id": score.predicate.id, "en": score.predicate.en},
        "domains": {key: str(index) for key, index in score.domains.items()},
        "aspects": {key: str(index) for key, index in score.aspects.items()},
        "indicators": [_write(one) for one in score.standings],
        "notes": list(score.notes),
    }


def _write(one: Standing) -> dict[str, Json]:
    return {
        "no": one.indicator.id,
        "title": {"id": one.indicator.title.id, "en": one.indicator.title.en},
        "weight": str(one.indicator.weight),
        "source": one.indicator.source or "unverified",
        "level": one.level,
        "from": one.origin,
        "counted": one.counted,
        "basis": {name: str(value) for name, value in one.basis},
        "evidence": list(one.evidence),
        "missing": list(one.missing),
    }


def _show(one: Standing) -> dict[str, Json]:
    counted = "" if one.counted is None else one.counted
    missing = "; ".join(one.missing)
    return {
        "no": one.indicator.id,
        "level": one.level,
        "from": one.origin,
        "counted": counted,
        "indicator": one.indicator.title.en,
        "missing": missing,
    }
