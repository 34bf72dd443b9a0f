"""`jembatan catalogue reference`: the synthetic catalogue of a whole country, with its truth."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import orjson

from ..catalogue.form import write_app
from ..sandbox.applications.make import SEED, TOTAL, Made, make_catalogue
from ..sandbox.applications.tables import read_tables
from ..sandbox.applications.truth import write_truth
from ..sandbox.places import find_reference
from ..values.model import Json
from .frame import FINE, UsageError, say

HELP = f"Make the reference catalogue: {TOTAL:,} synthetic applications and the truth of which are the same."
EXAMPLE = "  jembatan catalogue reference --out build/catalogue\n  jembatan catalogue reference --out build/small --total 1000"
TOTAL_MAX = 200_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="writes apps.jsonl and truth.jsonl there")
    parser.add_argument("--total", type=int, default=TOTAL, help=f"how many applications (default: {TOTAL:,})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another seed makes another country (default: {SEED})")
    parser.add_argument("--tables", type=Path, metavar="DIR", help="the tables to make it from (default: seeds/catalogue of the reference)")


def run(arguments: argparse.Namespace) -> int:
    """Make it and write it."""
    if not 1 <= arguments.total <= TOTAL_MAX:
        raise UsageError(f"--total is 1 to {TOTAL_MAX:,}")
    try:
        tables = read_tables(arguments.tables or find_reference() / "seeds" / "catalogue")
        made = make_catalogue(tables, arguments.total, arguments.seed)
    except ValueError as error:
        raise UsageError(str(error)) from error
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_lines(arguments.out / "apps.jsonl", (write_app(one.app) for one in made))
    write_lines(arguments.out / "truth.jsonl", (write_truth(one.truth) for one in made))
    say(_summarise(made))
    return FINE


def write_lines(path: Path, rows: Iterable[Json]) -> None:
    """Write JSON lines."""
    with path.open("wb") as file:
        file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def _summarise(made: list[Made]) -> str:
    owners = len({one.app.owner for one in made})
    functions = len({one.truth.function for one in made})
    origins = ", ".join(f"{number:,} {origin}" for origin, number in sorted(Counter(one.truth.origin for one in made).items()))
    return f"{len(made):,} synthetic applications of {owners} owners, {functions:,} functions: {origins}"
