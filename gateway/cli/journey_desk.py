"""What the commands over journeys that write share: the journeys of a store, one by its id, an operator's word.

Laws: 1. Nothing here opens what is sealed: an operator sees steps, codes and times. 2. An operator's word is an event with a name to it.
Must not know: how a journey runs.
"""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..journey.doors import Beginning
from ..journey.lasting import Lasting
from ..stores.sqlite_state import SqliteState
from ..values.journeys import ENDS, Event, Kept
from ..values.stores import Stores
from .frame import FINDINGS, FINE, UsageError, load_for_reading, say
from .store_desk import add_store, open_state


@dataclass(frozen=True, slots=True)
class Desk:
    """The store of a federation, and its journeys that write by operation."""

    stores: SqliteState
    lastings: dict[str, Lasting]


def add_word(parser: argparse.ArgumentParser) -> None:
    """Declare what an operator's word takes."""
    parser.add_argument("id", metavar="JOURNEY", help="its id, as `journey ls` shows it")
    add_store(parser)
    parser.add_argument("--by", default="", metavar="NAME", help="who says so (default: the name of the login)")
    for name, what in (("not-done", "this write is known not to have been done"), ("undone", "this write was undone by hand")):
        parser.add_argument(f"--{name}", action="append", default=[], metavar="STEP", help=f"{what}; of a list STEP/0, STEP/1, …")


@contextmanager
def open_desk(arguments: argparse.Namespace, *, may_write: bool = False) -> Iterator[Desk | None]:
    """Open the store; None, and the diagnostics are printed, where the federation does not compile.

    Faults: UsageError where there is no store.
    """
    loaded = load_for_reading(arguments)
    if loaded is None:
        yield None
        return
    _, plan = loaded
    lastings = {route.id: route.supply.lasting for route in plan.routes if isinstance(route.supply, Beginning)}
    with open_state(arguments, plan, "nothing has been begun", may_write=may_write) as (_, kept):
        yield Desk(kept, lastings)


def find_journey(desk: Desk, id: str) -> Kept:
    """Give a journey by its id.

    Faults: UsageError.
    """
    kept = desk.stores.consult(lambda stores: stores.journeys.find(id))
    if kept is None:
        raise UsageError(f"there is no journey {id}")
    return kept


def put_word(arguments: argparse.Namespace, kind: str, done: str) -> int:
    """Add an operator's word to a journey; whoever runs journeys takes it up within a second."""
    with open_desk(arguments, may_write=True) as desk:
        if desk is None:
            return FINDINGS
        kept = find_journey(desk, arguments.id)
        note = arguments.by or getpass.getuser()
        words = [*_read_spots("failed", arguments.not_done, "PROVIDER_FAILED"), *_read_spots("undone", arguments.undone, note)]
        words.append(Event(kind, note=note))
        refusal = refuse_word(desk, kept, kind) or "; ".join(filter(None, (_refuse_finding(kept, word, kind) for word in words)))
        if refusal:
            say(f"{kept.begun.id}: {refusal}")
            return FINDINGS
        if not desk.stores.consult(lambda stores: _add_all(stores, kept, words)):
            say(f"{kept.begun.id}: it went on meanwhile; look again")
            return FINDINGS
        say(f"{kept.begun.id}: {done}")
        return FINE


def refuse_word(desk: Desk, kept: Kept, kind: str) -> str:
    """Say why a word comes too late; "" where it does not."""
    if kept.state in ENDS:
        return f"it is {kept.state}"
    lasting = desk.lastings.get(kept.begun.operation)
    if lasting is None:
        return f"this federation has no journey {kept.begun.operation}"
    if kind == "cancelled" and any(event.kind == "started" and event.step == lasting.final for event in kept.events):
        return f"its final write, {lasting.final}, has begun: it cannot be taken back"
    return ""


def _refuse_finding(kept: Kept, word: Event, kind: str) -> str:
    """Say why what an operator says of a write cannot be; "" where it can: it was begun, and what is kept does not say otherwise."""
    if not word.step:
        return ""
    known = {event.kind for event in kept.events if (event.step, event.element) == (word.step, word.element)}
    name = f"{word.step}/{word.element}" if word.element else word.step
    if "started" not in known:
        return f"{name} is no write that was begun"
    if word.kind == "failed":
        return f"{name} is done, as its provider said" if "done" in known else ""
    if "done" not in known:
        return f"nobody knows that {name} was done: --not-done, where it was not or stands no more"
    is_failing = kind == "cancelled" or any(event.kind == "failing" for event in kept.events)
    return "" if is_failing else f"{name} is still wanted: only what is taken back may be undone by hand, so cancel"


def _read_spots(kind: str, names: list[str], note: str) -> list[Event]:
    found = []
    for name in names:
        step, _, element = name.partition("/")
        if element and not element.isdigit():
            raise UsageError(f"{name}: STEP or STEP/NUMBER")
        found.append(Event(kind, step, int(element or 0), note))
    return found


def _add_all(stores: Stores, kept: Kept, words: list[Event]) -> bool:
    seen = len(kept.events)
    return all(stores.journeys.add(kept.begun.id, seen + place, word) for place, word in enumerate(words))
