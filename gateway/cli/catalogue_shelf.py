"""The store of the catalogue, for the subcommands of `jembatan catalogue`: which file, who changes it, how entries are printed.

Laws: a command that only reads makes no file. Must not know: what is asked.
"""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..catalogue.completeness import score_app
from ..catalogue.entry import App
from ..catalogue.form import write_app
from ..catalogue.port import FACETS
from ..stores.sqlite_catalogue import SqliteCatalogue, WrongFile
from ..values.model import Json
from .frame import UsageError, print_rows, say

DEFAULT = Path("catalogue.db")
COLUMNS = ("app", "title", "owner", "sector", "lifecycle", "complete")


def add_store(parser: argparse.ArgumentParser) -> None:
    """Declare where the catalogue stands."""
    parser.add_argument("--store", type=Path, default=DEFAULT, metavar="FILE", help=f"the catalogue's file (default: {DEFAULT})")


def add_stamp(parser: argparse.ArgumentParser) -> None:
    """Declare who changes something and why."""
    parser.add_argument("--who", default="", help="who does it (default: the user of this machine)")
    parser.add_argument("--why", default="", help="why; it stands in the history")


def add_facets(parser: argparse.ArgumentParser) -> None:
    """Declare what a list can be narrowed by."""
    for name in FACETS:
        parser.add_argument(f"--{name}", metavar="VALUE", help=f"only entries with this {name}; - = without one")


def open_store(arguments: argparse.Namespace, makes: bool = False, wait_s: float = 10.0) -> SqliteCatalogue:
    """Open the catalogue.

    Faults: UsageError where there is none and none is made, or where the file is something else.
    """
    path: Path = arguments.store
    if not makes and not path.is_file():
        raise UsageError(f"no catalogue stands at {path}: `jembatan catalogue import FILE` makes one")
    try:
        return SqliteCatalogue(path, wait_s)
    except WrongFile as error:
        raise UsageError(str(error)) from None


def facets_of(arguments: argparse.Namespace) -> dict[str, str]:
    """Give the facets that were asked for."""
    return {name: value for name in FACETS if (value := getattr(arguments, name)) is not None}


def who_of(arguments: argparse.Namespace) -> str:
    """Give who does it."""
    return str(arguments.who or getpass.getuser())


def find_app(store: SqliteCatalogue, id: str) -> App:
    """Give an entry.

    Faults: UsageError where there is none; the nearest by its words is named.
    """
    app = store.get(id)
    if app is None:
        near = store.search(id, limit=3).apps or store.search(id.rpartition(".")[2], limit=3).apps
        hint = "; near: " + ", ".join(each.id for each in near) if near else ""
        raise UsageError(f"no app {id} stands in the catalogue{hint}")
    return app


def row_of(app: App) -> dict[str, Json]:
    """Give an entry as a row of a table."""
    title = app.title.id or app.title.en
    return {
        "app": app.id, "title": title if len(title) <= 50 else title[:49] + "…", "owner": app.owner, "sector": app.sector,
        "lifecycle": app.lifecycle, "complete": score_app(app).score,
    }  # fmt: skip


def print_apps(apps: Sequence[App], chosen: str) -> None:
    """Print entries as a table, or whole as JSON."""
    print_rows([write_app(app) for app in apps] if chosen == "json" else [row_of(app) for app in apps], chosen, COLUMNS)


def print_counts(counts: Mapping[str, Mapping[str, int]], most: int = 6) -> None:
    """Print how many entries have which value of each facet."""
    for name, values in counts.items():
        if set(values) - {"-"}:
            ranked = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
            rest = f", … {len(ranked) - most} more" if len(ranked) > most else ""
            say(f"{name}: " + ", ".join(f"{value} {number}" for value, number in ranked[:most]) + rest)
