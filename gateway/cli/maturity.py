"""`jembatan maturity …`: how mature an agency's digital government is, by indicator sets that are data."""

from __future__ import annotations

import argparse
import importlib
from typing import cast

from .frame import Command
from .mapping import AnyOrder

NAME = "maturity"
HELP = "Maturity of an agency: score, dossier of evidence, comparison."
EXAMPLE = "  jembatan maturity example > city.yaml\n  jembatan maturity score kota-contoh --scores city.yaml\n  jembatan maturity --help"
SUBCOMMANDS = ("score", "evidence", "compare", "example")
_KEEP = argparse.RawDescriptionHelpFormatter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    choices = parser.add_subparsers(dest="subcommand", metavar="SUBCOMMAND", required=True, parser_class=AnyOrder)
    for name in SUBCOMMANDS:
        command = cast(Command, importlib.import_module(f".maturity_{name}", __package__))
        epilog = "example:\n" + command.EXAMPLE
        sub = choices.add_parser(name, help=command.HELP, description=command.HELP, epilog=epilog, formatter_class=_KEEP)
        command.add_arguments(sub)
        sub.set_defaults(subrun=command.run)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return int(arguments.subrun(arguments))
