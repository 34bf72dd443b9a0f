"""`jembatan catalogue …`: what can be asked of the catalogue of applications, one file a subcommand, in one table."""

from __future__ import annotations

import argparse
import importlib
from typing import cast

from .frame import Command
from .mapping import AnyOrder

NAME = "catalogue"
HELP = "The catalogue of applications: bring in, search, show, change, hand out."
EXAMPLE = "  jembatan catalogue import inventory.xlsx --preview\n  jembatan catalogue --help"
SUBCOMMANDS = (
    "import", "search", "list", "show", "history", "set", "export",
    "overlap", "plan", "report", "consolidate", "progress", "unregistered", "reference",
    "screen", "case", "serve",
)  # fmt: skip
_KEEP = argparse.RawDescriptionHelpFormatter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    choices = parser.add_subparsers(dest="subcommand", metavar="SUBCOMMAND", required=True, parser_class=AnyOrder)
    for name in SUBCOMMANDS:
        command = _load(name)
        sub = choices.add_parser(
            name, help=command.HELP, description=command.HELP, epilog="example:\n" + command.EXAMPLE, formatter_class=_KEEP
        )
        command.add_arguments(sub)
        sub.set_defaults(subrun=command.run)


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand."""
    return int(arguments.subrun(arguments))


def _load(name: str) -> Command:
    return cast(Command, importlib.import_module(f".catalogue_{name.replace('-', '_')}", __package__))
