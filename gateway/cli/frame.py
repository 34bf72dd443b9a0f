"""What all commands share: exit codes, the arguments for folders and formats, and how rows are printed.

Laws: 1. Exit codes are stable: 0 fine, 1 findings, 2 changes, 3 usage, 4 internal. 2. Where there is output to read, `--format json`
gives a list of objects. 3. Findings go to standard output, what went wrong with the command itself to standard error.
Must not know: what any command does.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar, cast, runtime_checkable

import orjson

from ..plan.build import Built
from ..plan.days import find_day
from ..plan.federation import Federation
from ..plan.load import read_and_build
from ..plan.render import RENDERERS
from ..plan.verdict import Verdict
from ..values.model import Json
from ..values.route import Plan

FINE, FINDINGS, CHANGES, USAGE, INTERNAL = 0, 1, 2, 3, 4
PARTS = ("routes", "schemas", "policies")
STATE = Path(".jembatan")
_KEEP = argparse.RawDescriptionHelpFormatter
_Names = TypeVar("_Names")
_UNSHOWN = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd")  # what a terminal would obey
_FOLDERS = "a folder with routes/, schemas/, policies/ (default: here); further ones are overlays, which add to it"


@runtime_checkable
class Group(Protocol):
    """Commands under one name: a module of this room that names them."""

    HELP: str
    EXAMPLE: str
    SUBCOMMANDS: Sequence[str]


class Command(Protocol):
    """One command: a module of this room."""

    HELP: str
    EXAMPLE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare what the command takes."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; give the exit code."""


class UsageError(Exception):
    """The command was called wrongly; the text says how to call it."""


class Parser(argparse.ArgumentParser):
    """A parser whose usage errors end with our code."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to learn more."""
        self.print_usage(sys.stderr)
        sys.stderr.write(f"{self.prog}: {message} ({self.prog} --help tells more)\n")
        raise SystemExit(USAGE)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Name the nearest choice: a list of fifteen hides it."""
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        near = difflib.get_close_matches(str(value), choices, 1)
        hint = f'did you mean "{near[0]}"?' if near else f"choose from {', '.join(choices)}"
        raise argparse.ArgumentError(action, f'there is no "{value}": {hint}')


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
        found, unknown = super().parse_known_args([*options, *names], namespace)
        if unknown:
            near = difflib.get_close_matches(unknown[0], self._option_string_actions, 1)
            self.error(f'there is no "{unknown[0]}"' + (f': did you mean "{near[0]}"?' if near else ""))
        return found, unknown


def add_command(choices: argparse._SubParsersAction[AnyOrder], name: str, command: Command | Group) -> None:
    """Declare a command, or a group with its subcommands: each of them is a module `NAME_SUBCOMMAND` of this room."""
    epilog = "example:\n" + command.EXAMPLE
    sub = choices.add_parser(name, help=command.HELP, description=command.HELP, epilog=epilog, formatter_class=_KEEP)
    if not isinstance(command, Group):
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
        return
    inner = sub.add_subparsers(dest="subcommand", metavar="SUBCOMMAND", required=True, parser_class=AnyOrder)
    for each in command.SUBCOMMANDS:
        add_command(inner, each, cast(Command, importlib.import_module(f".{name}_{each}", __package__)))


def today() -> date:
    """Give the day in Jakarta."""
    return find_day(datetime.now(UTC))


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Declare the folders of the federation."""
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help=_FOLDERS)


def add_format(parser: argparse.ArgumentParser, *others: str) -> None:
    """Declare the output format."""
    parser.add_argument("--format", choices=("text", "json", *others), default="text", help="how to print (default: text)")


def find_folders(arguments: argparse.Namespace) -> tuple[Path, ...]:
    """Give the folders of the federation.

    Faults: UsageError where a folder is none.
    """
    return check_folders(tuple(arguments.folders) or (Path(),))


def check_folders(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """Hold folders to being federations, each of them once.

    Faults: UsageError.
    """
    for index, folder in enumerate(folders):
        if not any((folder / part).is_dir() for part in PARTS):
            raise UsageError(f"{folder} has none of {', '.join(f'{part}/' for part in PARTS)}: name the folder of a federation")
        if any(folder.resolve() == other.resolve() for other in folders[:index]):
            raise UsageError(f"{folder} is named twice: name each folder once, the federation's own first")
    return folders


def load_for_reading(arguments: argparse.Namespace, environment: Mapping[str, str] | None = None) -> tuple[Federation, Plan] | None:
    """Compile for a command that only looks at the plan; print the diagnostics and give None where it does not compile."""
    federation, built = read_and_build(find_folders(arguments), environment)
    if built.plan is None:
        sys.stdout.write(RENDERERS[arguments.format](built.diagnostics, federation.sources))
        return None
    return federation, built.plan


def summarise(federation: Federation, built: Built | Verdict) -> str:
    """Give one line on what was checked and what was found."""
    errors = sum(each.severity == "error" for each in built.diagnostics)
    warnings = len(built.diagnostics) - errors
    counted = [(kind, len(federation.of(kind))) for kind in ("route", "agency", "schema", "mapping", "policy")]
    what = ", ".join(f"{number} {_plural(kind, number)}" for kind, number in counted)
    return f"{what}; {built.series} series; {errors} {_plural('error', errors)}, {warnings} {_plural('warning', warnings)}"


def _plural(word: str, number: int) -> str:
    if number == 1:
        return word
    return word[:-1] + "ies" if word.endswith("y") else word + "s"


def print_rows(rows: Sequence[Mapping[str, Json]], chosen: str, columns: Sequence[str]) -> None:
    """Print rows as a table of some columns, or whole as JSON."""
    if chosen == "json":
        sys.stdout.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    texts = [[str(row.get(column, "")).translate(_UNSHOWN) for column in columns] for row in rows]
    widths = [max([len(column), *(len(text[place]) for text in texts)]) for place, column in enumerate(columns)]
    for line in [list(columns), *texts] if columns else []:
        sys.stdout.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")


def print_whole(row: Mapping[str, Json], parts: Mapping[str, Sequence[Mapping[str, Json]]], chosen: str) -> None:
    """Print one thing and the rows that belong to it: as tables one below another, or whole as JSON."""
    if chosen == "json":
        print_rows([{**row, **parts}], chosen, ())
        return
    for rows in ([row], *parts.values()):
        print_rows(rows, chosen, tuple(rows[0]) if rows else ())


def read_environment() -> Mapping[str, str]:
    """Give the environment that references to secrets are looked up in."""
    return dict(os.environ)


def say(text: str) -> None:
    """Write a line for a person, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_store(error: Exception) -> str:
    """Give what is the matter with the file of a store and what to do, empty where it is something else."""
    import sqlite3  # few commands open a store: the others do not load what it takes

    from ..catalogue.port import Busy

    said = {
        sqlite3.SQLITE_BUSY: "another program writes to the file now: try again in a moment",
        sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: its rights, or those of its folder, in which files are made beside it",
        sqlite3.SQLITE_READONLY: "the file may only be read: its rights, or those of its folder",
        sqlite3.SQLITE_CORRUPT: "the file is damaged: put back its last copy",
        sqlite3.SQLITE_NOTADB: "the file is damaged: put back its last copy",
        sqlite3.SQLITE_FULL: "no space is left on the disk: nothing was written",
    }
    code = sqlite3.SQLITE_BUSY if isinstance(error, Busy) else getattr(error, "sqlite_errorcode", 0)
    return said.get(code & 0xFF, "")
