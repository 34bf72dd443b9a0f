"""`jembatan mapping …`: what can be asked of mappings, one file a subcommand, in one table."""

from __future__ import annotations

import argparse
import importlib
from typing import cast

from .frame import Command

NAME = "mapping"
HELP = "Mappings: what they cover, what they do to a document, drafts of new ones."
EXAMPLE = "  jembatan mapping report country/ --field person.birth.date\n  jembatan mapping --help"
SUBCOMMANDS = ("prove", "show", "suggest")
_KEEP = argparse.RawDescriptionHelpFormatter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    choices = parser.add_subparsers(dest="subcommand", metavar="SUBCOMMAND", required=True)
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
    return cast(Command, importlib.import_module(f".mapping_{name}", __package__))
