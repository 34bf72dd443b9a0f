"""`jembatan catalogue show APP`: one entry whole, with what is missing of it."""

from __future__ import annotations

import argparse

import yaml

from ..catalogue.completeness import score_app
from ..catalogue.form import write_app
from .catalogue_shelf import add_store, find_app, open_store
from .frame import FINE, add_format, print_rows, say

HELP = "Show one entry whole, as an app document, and what is missing of it."
EXAMPLE = "  jembatan catalogue show karawang.simpeg"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("app", metavar="APP", help="the id of the entry")
    add_store(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    with open_store(arguments) as store:
        app = find_app(store, arguments.app)
    scored = score_app(app)
    if arguments.format == "json":
        print_rows([{**write_app(app), "complete": {"score": scored.score, "missing": list(scored.missing)}}], "json", ())
        return FINE
    say(yaml.safe_dump(write_app(app), sort_keys=False, allow_unicode=True, width=120).rstrip())
    missing = f"; missing: {', '.join(scored.missing)}" if scored.missing else ""
    say(f"# complete: {scored.score} of 100{missing}")
    return FINE
