"""`jembatan catalogue overlap [APP|--all]`: what overlaps with one entry, or the clusters of all of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import orjson

from ..catalogue.entry import App
from ..values.model import Json
from ..values.problem import suggest_name
from .catalogue_judge import add_judging, load_judge
from .catalogue_merging import add_entries, load_entries
from .frame import FINE, UsageError, say

if TYPE_CHECKING:
    from ..catalogue.overlap.clusters import Cluster
    from ..catalogue.overlap.screen import Match

HELP = "What overlaps: with one entry, field by field, or the clusters of the whole catalogue."
EXAMPLE = (
    "  jembatan catalogue overlap kab-karawang.simpeg\n"
    "  jembatan catalogue overlap --all --sector health --format html > clusters.html\n"
    "  jembatan catalogue overlap --all --format jsonl > clusters.jsonl"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("app", nargs="?", metavar="APP", help="the entry's id")
    parser.add_argument("--all", action="store_true", help="the clusters of all entries")
    add_entries(parser)
    parser.add_argument("--agency", metavar="ID", help="only matches or clusters with an entry of this owner")
    parser.add_argument("--sector", metavar="NAME", help="only matches or clusters with an entry of this sector")
    parser.add_argument("--limit", type=int, default=20, help="how many are shown (default: 20); 0 = all clusters")
    parser.add_argument(
        "--format", choices=("text", "json", "jsonl", "html"), default="text", help="default: text; jsonl is what --clusters reads"
    )
    add_judging(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare and print."""
    if bool(arguments.app) == arguments.all:
        raise UsageError("name an APP, or say --all")
    apps = load_entries(arguments.store)
    if arguments.app and arguments.app not in apps:
        raise UsageError(f"no app {arguments.app} stands in the catalogue {suggest_name(arguments.app, apps)}".rstrip())
    return _run_all(arguments, apps) if arguments.all else _run_one(arguments, apps)


def _run_one(arguments: argparse.Namespace, apps: Mapping[str, App]) -> int:
    index, model = load_judge(arguments, apps.values())
    from ..catalogue.overlap.page import write_page
    from ..catalogue.overlap.rows import say_match, write_match
    from ..catalogue.overlap.screen import find_matches

    narrowed = bool(arguments.agency or arguments.sector)
    found = find_matches(index, model, apps[arguments.app], 100 if narrowed else max(1, arguments.limit or 100))
    matches = [match for match in found if _is_wanted(arguments, match.app)][: arguments.limit or None]
    if arguments.format == "html":
        star = _draw_star(apps[arguments.app], matches)
        sys.stdout.write(write_page(f"What overlaps with {arguments.app}", [star] if matches else [], apps, matches))
    elif arguments.format == "text":
        for match in matches:
            say("\n".join(say_match(match)))
        say(f"{len(matches)} found among {len(apps):,}")
    else:
        _print_json([write_match(match) for match in matches], arguments.format)
    return FINE


def _draw_star(app: App, matches: Sequence[Match]) -> Cluster:
    """Give one entry with its matches as a cluster to be drawn."""
    from ..catalogue.overlap.clusters import Cluster

    edges = tuple((app.id, match.app.id, match.verdict.probability) for match in matches)
    return Cluster(app.id, tuple(sorted({app.id, *(match.app.id for match in matches)})), edges)


def _run_all(arguments: argparse.Namespace, apps: Mapping[str, App]) -> int:
    index, model = load_judge(arguments, apps.values())
    from ..catalogue.overlap.clusters import find_clusters
    from ..catalogue.overlap.page import write_page
    from ..catalogue.overlap.rows import write_cluster

    clusters = [one for one in find_clusters(index, model) if any(_is_wanted(arguments, apps[member]) for member in one.members)]
    shown = clusters[: arguments.limit or None]
    if arguments.format == "html":
        sys.stdout.write(write_page("What overlaps", shown, apps))
    elif arguments.format == "text":
        for cluster in shown:
            _say_cluster(cluster, apps)
        inside = sum(len(one.members) for one in clusters)
        say(f"{len(clusters):,} clusters, {len(shown)} shown; {inside:,} of {len(apps):,} applications stand in one")
    else:
        _print_json([write_cluster(one) for one in (clusters if arguments.format == "jsonl" else shown)], arguments.format)
    return FINE


def _say_cluster(cluster: Cluster, apps: Mapping[str, App]) -> None:
    owners = len({apps[one].owner for one in cluster.members})
    say(f"{cluster.id}: {len(cluster.members)} applications of {owners} owners, mean probability {cluster.cohesion:.2f}")
    for one in cluster.members[:3]:
        say(f"  {one}  {apps[one].title.id or apps[one].title.en}")
    if len(cluster.members) > 3:
        say(f"  and {len(cluster.members) - 3} more")


def _is_wanted(arguments: argparse.Namespace, app: App) -> bool:
    return (not arguments.agency or app.owner == arguments.agency) and (not arguments.sector or app.sector == arguments.sector)


def _print_json(rows: list[dict[str, Json]], chosen: str) -> None:
    if chosen == "jsonl":
        sys.stdout.write("".join(orjson.dumps(row).decode() + "\n" for row in rows))
    else:
        sys.stdout.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode() + "\n")
