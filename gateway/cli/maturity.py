"""`jembatan maturity …`: how mature an agency's digital government is, by indicator sets that are data."""

from __future__ import annotations

import argparse

from .frame import add_subcommands

NAME = "maturity"
HELP = "Maturity of an agency: score, dossier of evidence, comparison."
EXAMPLE = "  jembatan maturity example > city.yaml\n  jembatan maturity score kota-contoh --scores city.yaml\n  jembatan maturity --help"
SUBCOMMANDS = ("score", "evidence", "compare", "example")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    add_subcommands(parser, NAME, SUBCOMMANDS)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return int(arguments.subrun(arguments))
