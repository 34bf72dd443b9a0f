"""`jembatan catalogue list`: entries in the order of their ids, narrowed by facets, with what there is of each."""

from __future__ import annotations

import argparse

from .catalogue_shelf import add_facets, add_store, facets_of, open_store, print_apps, print_counts
from .frame import FINE, add_format, say

HELP = "List entries, narrowed by facets, and count them by each facet."
EXAMPLE = "  jembatan catalogue list --owner karawang --limit 50"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_store(parser)
    add_facets(parser)
    parser.add_argument("--limit", type=int, default=20, help="how many are shown (default: 20)")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """List and print."""
    with open_store(arguments) as store:
        found = store.search("", facets_of(arguments), max(arguments.limit, 0))
    print_apps(found.apps, arguments.format)
    if arguments.format == "text":
        say(f"{found.total:,} entries, {len(found.apps)} shown")
        print_counts(found.counts)
    return FINE
