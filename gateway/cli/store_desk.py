"""What the commands over the durable store share: where it is, and how it is opened.

Laws: 1. A command that only looks changes nothing, takes no lock that a gateway waits for, and reads one moment as a whole. 2. What is the
matter with a file is said with what to do about it.
Must not know: what is kept.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..stores.sqlite_state import SqliteState
from ..values.model import StoreOptions
from ..values.route import Plan
from ..values.stores import StoreFailed
from .frame import STATE, UsageError, add_folders, say_store


def add_store(parser: argparse.ArgumentParser) -> None:
    """Declare the folders of the federation, and where its store lasts."""
    add_folders(parser)
    parser.add_argument(
        "--state", type=Path, default=STATE, help="the folder of the gateway's state, as `serve` has it (default: .jembatan)"
    )
    parser.set_defaults(format="text")


@contextmanager
def open_state(
    arguments: argparse.Namespace, plan: Plan, absent: str, *, may_write: bool = False
) -> Iterator[tuple[StoreOptions, SqliteState]]:
    """Open the store of a gateway, beside what the gateway says of it; `absent` is what it means that there is no file yet.

    Faults: UsageError where there is none, or it cannot be read.
    """
    options = plan.gateway.stores
    if options is None:
        raise UsageError("the gateway has no stores: `stores:` in its `gateway:` document names their file")
    path = arguments.state / options.path
    if not path.exists():
        raise UsageError(f"{path} is not there: {absent}, or --state names another folder")
    try:
        with SqliteState(path, may_make=False, may_write=may_write) as state:
            yield options, state
    except (StoreFailed, sqlite3.Error) as failed:
        cause = failed.__cause__ if isinstance(failed.__cause__, Exception) else failed
        said = say_store(cause)
        raise UsageError(f"{path}: {said}" if said else f"the store cannot be used: {failed}") from failed
    except UnicodeDecodeError as failed:  # what SQLite says of tables whose names are damaged
        raise UsageError(f"{path}: the file is damaged: put back its last copy") from failed
