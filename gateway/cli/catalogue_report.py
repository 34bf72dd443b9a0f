"""`jembatan catalogue report`: the one page that a minister reads."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import cast

import orjson

from ..catalogue.merging.plan import plan_merge
from ..catalogue.merging.report import make_report, report_rows, show_report, write_report
from ..catalogue.merging.words import Language
from .catalogue_merging import add_planning, find_clusters, load_around, load_entries
from .catalogue_reference import write_lines
from .frame import FINE, add_format

HELP = "One page: how many distinct functions, the largest clusters, the money, the first twenty merges; Indonesian and English."
EXAMPLE = "  jembatan catalogue report\n  jembatan catalogue report --language id --format html > laporan.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_planning(parser)
    parser.add_argument("--language", choices=("id", "en", "both"), default="both", help="of the page (default: both)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="also writes report.html, report.json and clusters.jsonl there")
    add_format(parser, "html")


def run(arguments: argparse.Namespace) -> int:
    """Plan all clusters, sum up, print."""
    apps = load_entries(arguments.store)
    around = load_around(arguments)
    clusters = find_clusters(arguments, apps, around)
    report = make_report(apps.values(), [plan_merge(one, apps, around) for one in clusters], around.assumptions)
    languages: tuple[Language, ...] = ("id", "en") if arguments.language == "both" else (cast(Language, arguments.language),)
    shown = {
        "json": lambda: orjson.dumps(report_rows(report), option=orjson.OPT_INDENT_2).decode() + "\n",
        "html": lambda: write_report(report, languages),
        "text": lambda: "\n".join(show_report(report, language) for language in languages),
    }
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "report.html").write_text(shown["html"](), encoding="utf-8")
        (arguments.out / "report.json").write_text(shown["json"](), encoding="utf-8")
        write_lines(arguments.out / "clusters.jsonl", ({"cluster": one.id, "apps": list(one.apps)} for one in clusters))
    sys.stdout.write(shown[arguments.format]())
    return FINE
