"""`jembatan catalogue search WORDS`: the entries that hold all the words, narrowed by facets."""

from __future__ import annotations

import argparse

from .catalogue_shelf import add_facets, add_store, facets_of, open_store, print_apps, print_counts
from .frame import FINE, add_format, say

HELP = "Find entries by words and facets; a word matches what begins with it."
EXAMPLE = "  jembatan catalogue search kepegawaian --lifecycle live"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("words", nargs="+", metavar="WORD", help="words of the name, the description, the fields")
    add_store(parser)
    add_facets(parser)
    parser.add_argument("--limit", type=int, default=20, help="how many are shown (default: 20)")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Search and print."""
    with open_store(arguments) as store:
        found = store.search(" ".join(arguments.words), facets_of(arguments), max(arguments.limit, 0))
    print_apps(found.apps, arguments.format)
    if arguments.format == "text":
        say(f"{found.total:,} found, {len(found.apps)} shown")
        print_counts(found.counts)
    return FINE
