"""`jembatan journey …`: what can be asked of journeys, one file a subcommand."""

from __future__ import annotations

import argparse

from .frame import add_subcommands

NAME = "journey"
HELP = "Journeys: what each replaces, whom it asks, what it fetches instead of asking the citizen."
EXAMPLE = "  jembatan journey report country/"
SUBCOMMANDS = ("report",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    add_subcommands(parser, NAME, SUBCOMMANDS)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return int(arguments.subrun(arguments))
