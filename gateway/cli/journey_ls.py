"""`jembatan journey ls`: the journeys that write, as the store has them."""

from __future__ import annotations

import argparse

from ..translate.references import write_time
from ..values.journeys import OPEN, STATES, Kept
from ..values.model import Json
from .frame import FINDINGS, FINE, add_format, print_rows
from .journey_desk import open_desk
from .store_desk import add_store

HELP = "List journeys that write: those that have not ended, or those in a state."
EXAMPLE = "  jembatan journey ls country/\n  jembatan journey ls country/ --stuck\n  jembatan journey ls country/ --state-is complete"
_COLUMNS = ("journey", "operation", "state", "begun", "agency", "next")
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
        found = desk.stores.consult(lambda stores: stores.journeys.list(states, most, arguments.operation))
    print_rows([describe_kept(kept) for kept in found], arguments.format, _COLUMNS)
    return FINE


def describe_kept(kept: Kept) -> dict[str, Json]:
    """Give a journey as one row; `next` is when it goes on by itself."""
    begun = kept.begun
    return {
        "journey": begun.id,
        "operation": begun.operation,
        "state": kept.state,
        "begun": write_time(begun.begun_s),
        "agency": begun.agency,
        "next": "-" if kept.state not in ("running", "waiting") else write_time(max(kept.wake_s, kept.lease_s, begun.begun_s)),
    }
