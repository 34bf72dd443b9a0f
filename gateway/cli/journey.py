"""`jembatan journey …`: what can be asked of journeys, one file a subcommand."""

from __future__ import annotations

import argparse

from .frame import add_subcommands

NAME = "journey"
HELP = "Journeys: what each replaces and fetches; those that write, as the store has them, and an operator's word to them."
EXAMPLE = "  jembatan journey report country/\n  jembatan journey ls country/ --stuck"
SUBCOMMANDS = ("report", "ls", "show", "retry", "cancel")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    add_subcommands(parser, NAME, SUBCOMMANDS)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return int(arguments.subrun(arguments))
