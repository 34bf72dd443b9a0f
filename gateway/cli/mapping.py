"""`jembatan mapping …`: what can be asked of mappings, one file a subcommand, in one table."""

from __future__ import annotations

import argparse

from .frame import add_subcommands

NAME = "mapping"
HELP = "Mappings: what they cover, what they do to a document, drafts of new ones."
EXAMPLE = "  jembatan mapping report country/ --field person.birth.date\n  jembatan mapping --help"
SUBCOMMANDS = ("prove", "report", "show", "run", "suggest")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    add_subcommands(parser, NAME, SUBCOMMANDS)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return int(arguments.subrun(arguments))
