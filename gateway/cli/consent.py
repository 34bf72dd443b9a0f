"""`jembatan consent …`: what an auditor can ask of citizens' consents, one file a subcommand."""

from __future__ import annotations

import argparse

from .frame import add_subcommands

NAME = "consent"
HELP = "Citizens' consents, as the store keeps them as evidence: to whom, for what, how they stand, and what was shown."
EXAMPLE = "  jembatan consent ls country/ --purpose own-data --state-is given\n  jembatan consent show 5f0c6a0e4b1d9c7a3a1a/3 country/"
SUBCOMMANDS = ("ls", "show")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    add_subcommands(parser, NAME, SUBCOMMANDS)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return int(arguments.subrun(arguments))
