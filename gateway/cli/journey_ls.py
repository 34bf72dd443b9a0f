"""`jembatan journey ls`: the journeys that write, as the store has them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..translate.references import write_time
from ..values.journeys import OPEN, STATES, Kept, State
from ..values.model import Json
from ..values.stores import Stores
from .frame import FINDINGS, FINE, add_format, print_rows
from .journey_desk import open_desk
from .store_desk import add_store

HELP = "List journeys that write: those that have not ended, or those in a state; of what is stuck at which step and why."
EXAMPLE = "  jembatan journey ls country/\n  jembatan journey ls country/ --stuck\n  jembatan journey ls country/ --state-is complete"
_COLUMNS = ("journey", "operation", "state", "begun", "agency", "next", "step", "way", "problem")
_ROWS_MAX = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_store(parser)
    add_format(parser)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--stuck", action="store_true", help="only those that want an operator (state failed)")
    chosen.add_argument("--state-is", choices=STATES, metavar="STATE", help=f"only those in this state: {', '.join(STATES)}")
    parser.add_argument("--operation", default="", metavar="ID", help="only of this operation")
    parser.add_argument("--most", type=int, default=100, metavar="N", help="at most so many, the oldest first (default: 100)")


def run(arguments: argparse.Namespace) -> int:
    """List; 1 where the federation does not compile."""
    states = ("failed",) if arguments.stuck else (arguments.state_is,) if arguments.state_is else OPEN
    with open_desk(arguments) as desk:
        if desk is None:
            return FINDINGS
        most = min(max(arguments.most, 1), _ROWS_MAX)
        found = desk.stores.consult(lambda stores: _list_kept(stores, states, most, arguments.operation))
    print_rows([describe_kept(kept) for kept in found], arguments.format, _COLUMNS)
    return FINE


def _list_kept(stores: Stores, states: Sequence[State], most: int, operation: str) -> Sequence[Kept]:
    """Give journeys in these states, those that are stuck with their events."""
    listed = stores.journeys.list(states, most, operation)
    return [(stores.journeys.find(kept.begun.id) or kept) if kept.state == "failed" else kept for kept in listed]


def describe_kept(kept: Kept) -> dict[str, Json]:
    """Give a journey as one row.

    Shape: `next` is when it goes on by itself; `problem` the code of why it does not, `step` where, `way` whether it goes forward there, or
    takes back what was done.
    """
    begun = kept.begun
    stuck = next((event for event in reversed(kept.events) if event.kind == "stuck"), None) if kept.state == "failed" else None
    return {
        "journey": begun.id,
        "operation": begun.operation,
        "state": kept.state,
        "begun": write_time(begun.begun_s),
        "agency": begun.agency,
        "next": "-" if kept.state not in ("running", "waiting") else write_time(max(kept.wake_s, kept.lease_s, begun.begun_s)),
        "step": "-" if stuck is None or not stuck.step else name_spot(stuck.step, stuck.element),
        "way": "-" if stuck is None else "back" if any(event.kind == "failing" for event in kept.events) else "forward",
        "problem": "-" if stuck is None else stuck.note,
        "since": "-" if stuck is None else write_time(stuck.at_s),
    }


def name_spot(step: str, element: int) -> str:
    """Give the name of a step, or of one of its elements."""
    return f"{step}/{element}" if element else step
