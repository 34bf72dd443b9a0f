"""`jembatan mapping …`: what can be asked of mappings, one file a subcommand, in one table."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from typing import TypeVar, cast

from .frame import Command, Parser

NAME = "mapping"
HELP = "Mappings: what they cover, what they do to a document, drafts of new ones."
EXAMPLE = "  jembatan mapping report country/ --field person.birth.date\n  jembatan mapping --help"
SUBCOMMANDS = ("prove", "report", "show", "run", "suggest")
_KEEP = argparse.RawDescriptionHelpFormatter


_Names = TypeVar("_Names")


class AnyOrder(Parser):
    """A parser to which it does not matter whether options stand before, between or behind names and files."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: _Names | None = None
    ) -> tuple[_Names | argparse.Namespace, list[str]]:
        """Parse with the options first: argparse itself gives up an optional name once an option follows."""
        if self._subparsers is not None:  # the words behind a name belong to what it names
            return super().parse_known_args(args, namespace)
        options, names = [], []
        rest = iter(args or ())
        for word in rest:
            action = self._option_string_actions.get(word)
            if action is not None and action.nargs is None:
                options += [word, *([value] if (value := next(rest, None)) is not None else [])]
            elif word.startswith("-") and word != "-":
                options.append(word)
            else:
                names.append(word)
        return super().parse_known_args([*options, *names], namespace)


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
    return cast(Command, importlib.import_module(f".mapping_{name}", __package__))
