"""`jembatan journey show`: one journey that writes, event by event."""

from __future__ import annotations

import argparse

from ..translate.references import write_time
from ..values.model import Json
from .frame import FINDINGS, FINE, add_format, print_whole
from .journey_desk import find_journey, open_desk
from .journey_ls import describe_kept, name_spot
from .store_desk import add_store

HELP = "Show one journey that writes: how it stands, and every event that is kept of it. What was sent and answered stays sealed."
EXAMPLE = "  jembatan journey show 5f0c6a0e-6c55-8b4e-9d7c-3a1a52a2b3c4 country/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("id", metavar="JOURNEY", help="its id, as `journey ls` shows it")
    add_store(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show; 1 where the federation does not compile."""
    with open_desk(arguments) as desk:
        if desk is None:
            return FINDINGS
        kept = find_journey(desk, arguments.id)
    rows: list[dict[str, Json]] = [
        {"at": write_time(event.at_s), "event": event.kind, "step": name_spot(event.step, event.element), "note": event.note}
        for event in kept.events
    ]
    print_whole(describe_kept(kept), {"events": rows}, arguments.format)
    return FINE
