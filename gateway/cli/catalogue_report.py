"""`jembatan catalogue report`: the one page that a minister reads."""

from __future__ import annotations

import argparse
import sys
from typing import cast

import orjson

from ..catalogue.merging.plan import plan_merge
from ..catalogue.merging.report import make_report, report_rows, show_report, write_report
from ..catalogue.merging.words import Language
from .catalogue_merging import add_planning, find_clusters, load_around, load_entries
from .frame import FINE, add_format

HELP = "One page: how many distinct functions, the largest clusters, the money, the first twenty merges; Indonesian and English."
EXAMPLE = "  jembatan catalogue report\n  jembatan catalogue report --language id --format html > laporan.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_planning(parser)
    parser.add_argument("--language", choices=("id", "en", "both"), default="both", help="of the page (default: both)")
    add_format(parser, "html")


def run(arguments: argparse.Namespace) -> int:
    """Plan all clusters, sum up, print."""
    apps = load_entries(arguments.store)
    around = load_around(arguments)
    plans = [plan_merge(one, apps, around) for one in find_clusters(arguments, apps)]
    report = make_report(apps.values(), plans, around.assumptions)
    languages: tuple[Language, ...] = ("id", "en") if arguments.language == "both" else (cast(Language, arguments.language),)
    if arguments.format == "json":
        sys.stdout.write(orjson.dumps(report_rows(report), option=orjson.OPT_INDENT_2).decode() + "\n")
    elif arguments.format == "html":
        sys.stdout.write(write_report(report, languages))
    else:
        sys.stdout.write("\n".join(show_report(report, language) for language in languages))
    return FINE
