"""`jembatan store keys`: how much hangs on which key, so that an operator sees when a former one may be dropped.

Laws: 1. A key is shown by its mark, never itself. 2. What hangs on a key that is not configured is a finding.
Must not know: what is kept.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from ..stores.sqlite_state import SqliteState
from ..values.model import Json, StoreOptions
from ..values.sealed import COUNTED_MAX, PARTS, Hanging
from .frame import FINDINGS, FINE, add_format, load_for_reading, print_rows, read_environment
from .store_desk import add_store, open_state

HELP = "Show what hangs on each key of the store, by the key's mark. Run where `serve` runs: the keys are looked up."
EXAMPLE = "  jembatan store keys country/"
_COLUMNS = ("key", "is", *PARTS, "needed")
_MISSING = "not configured"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_store(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show; 1 where something hangs on a key that is not configured."""
    with open_keys(arguments) as opened:
        if opened is None:
            return FINDINGS
        options, state = opened
        found = {each.mark: each for each in state.consult(lambda stores: stores.sealed.tally())}
    names = name_keys(options)
    rows = [_describe(name, found.pop(mark, Hanging(mark, 0, 0, 0))) for mark, name in names.items()]
    lost = [_describe(_MISSING, each) for each in found.values() if any(each.counts)]
    print_rows([*rows, *lost], arguments.format, _COLUMNS)
    return FINDINGS if lost else FINE


@contextmanager
def open_keys(arguments: argparse.Namespace, *, may_write: bool = False) -> Iterator[tuple[StoreOptions, SqliteState] | None]:
    """Open the store beside what the gateway says of it; None, and the diagnostics are printed, where it does not compile.

    Faults: UsageError where there is no store.
    """
    loaded = load_for_reading(arguments, read_environment())
    if loaded is None:
        yield None
        return
    with open_state(arguments, loaded[1], "nothing is kept", may_write=may_write) as opened:
        yield opened


def name_keys(options: StoreOptions) -> dict[str, str]:
    """Say of each key that is configured what it is, by mark."""
    last = options.marks.index(options.before)
    return {mark: "in use" if not place else "former" if place <= last else "next" for place, mark in enumerate(options.marks)}


def _describe(name: str, hanging: Hanging) -> dict[str, Json]:
    counts: dict[str, Json] = {
        part: f"{count}+" if count >= COUNTED_MAX else count for part, count in zip(PARTS, hanging.counts, strict=True)
    }
    is_needed = name in ("in use", "next") or any(hanging.counts)
    return {"key": hanging.mark, "is": name, **counts, "needed": "yes" if is_needed else "no: it may be dropped"}
