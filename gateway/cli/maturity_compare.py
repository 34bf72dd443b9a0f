"""`jembatan maturity compare`: agencies by category, and each from year to year."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from ..catalogue.maturity.compare import find_changes, rank_categories
from ..catalogue.maturity.score import Score, score_agency
from ..catalogue.maturity.sets import SetError
from .frame import FINE, UsageError, add_format, say
from .maturity_inputs import load_set, load_sheet

HELP = "Compare agencies by category (ministry, province, city, regency) and each from year to year."
EXAMPLE = "  jembatan maturity compare scores/2024/*.yaml scores/2025/*.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="scores that were entered, one agency and year a file")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Score each file by its set, and print."""
    scores = [_score(path) for path in arguments.files]
    categories, changes = rank_categories(scores), find_changes(scores)
    if arguments.format == "json":
        rows = {
            "categories": [
                {
                    "category": one.name,
                    "year": one.year,
                    "set": one.set,
                    "mean": str(one.mean),
                    "ranked": [[name, str(i)] for name, i in one.ranked],
                }
                for one in categories
            ],
            "changes": [
                {
                    "agency": one.agency,
                    "before": one.before,
                    "after": one.after,
                    "index": list(map(str, one.index)),
                    "moved": list(one.moved),
                }
                for one in changes
            ],
        }
        sys.stdout.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode() + "\n")
        return FINE
    for one in categories:
        say(f"{one.name} {one.year}, {one.set}: mean {one.mean} of {len(one.ranked)}")
        for name, index in one.ranked:
            say(f"  {index}  {name}")
    for change in changes:
        moved = ", ".join(f"{name}: {old} → {new}" for name, old, new in change.moved)
        say(f"{change.agency} {change.before} → {change.after}: {change.index[0]} → {change.index[1]}; {moved or 'no level moved'}")
    return FINE


def _score(path: Path) -> Score:
    sheet = load_sheet(path)
    try:
        return score_agency(sheet, load_set(sheet.set), {})
    except SetError as error:
        raise UsageError(f"{path}: {error}") from error
