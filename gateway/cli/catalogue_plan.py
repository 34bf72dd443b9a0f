"""`jembatan catalogue plan`: for each cluster what merging it saves, in which schema and order."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

import orjson

from ..catalogue.merging.page import write_page
from ..catalogue.merging.plan import MergePlan, plan_merge, rank_plans
from ..catalogue.merging.plan_texts import LANGUAGES
from ..catalogue.merging.rows import summarise_plan, write_plan
from ..catalogue.merging.text import show_plan
from .catalogue_merging import add_planning, find_clusters, load_around, load_entries
from .frame import FINE, UsageError, add_format, print_rows

HELP = "What to merge: one plan a cluster, the most worthwhile first."
EXAMPLE = (
    "  jembatan catalogue plan --sector health --top 20\n"
    "  jembatan catalogue plan --cluster kab-karawang.simpeg --format html > plan.html\n"
    "  jembatan catalogue plan --assume day_rupiah=3000000 --assume saved_share=0.5"
)
_COLUMNS = (
    "cluster",
    "label",
    "sector",
    "applications",
    "owners",
    "coverage",
    "purity",
    "yearly_now",
    "yearly_saved",
    "avoided_new",
    "once",
    "worth",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_planning(parser)
    parser.add_argument("--sector", default="", help="only clusters of this sector")
    parser.add_argument("--cluster", default="", metavar="ID", help="one cluster, or the cluster of one application, whole")
    parser.add_argument("--top", type=int, default=20, help="how many (default: 20)")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the page (default: en)")
    add_format(parser, "html")


def run(arguments: argparse.Namespace) -> int:
    """Plan and print."""
    apps = load_entries(arguments.store)
    around = load_around(arguments)
    clusters = find_clusters(arguments, apps, around)
    if arguments.cluster:
        clusters = [one for one in clusters if arguments.cluster == one.id or arguments.cluster in one.apps]
        if not clusters:
            raise UsageError(f"there is no cluster {arguments.cluster}, and no application of that id in one")
    plans = rank_plans(plan_merge(one, apps, around) for one in clusters)
    plans = [plan for plan in plans if arguments.sector in ("", plan.sector)][: max(0, arguments.top)]
    if arguments.format == "html":
        sys.stdout.write(write_page(plans, around.assumptions, arguments.language))
    elif arguments.format == "json":
        rows = [write_plan(plan, around.assumptions) for plan in plans]
        sys.stdout.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print_text(plans, bool(arguments.cluster))
    return FINE


def _print_text(plans: Iterable[MergePlan], is_whole: bool) -> None:
    if is_whole:
        sys.stdout.write("\n".join(show_plan(plan) for plan in plans))
    else:
        print_rows([summarise_plan(plan) for plan in plans], "text", _COLUMNS)
