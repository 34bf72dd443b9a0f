"""`jembatan catalogue history [APP]`: every change, with who, when and why."""

from __future__ import annotations

import argparse
from collections import deque

import orjson

from ..values.model import Json
from .catalogue_shelf import add_store, find_app, open_store
from .frame import FINE, add_format, print_rows

HELP = "Show every change of an entry, or the last ones of all, with who, when and why."
EXAMPLE = "  jembatan catalogue history karawang.simpeg"
_COLUMNS = ("number", "when", "app", "who", "via", "change", "why")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("app", nargs="?", metavar="APP", help="the id of an entry (default: all)")
    add_store(parser)
    parser.add_argument("--limit", type=int, default=50, help="how many, the last ones (default: 50)")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the events."""
    with open_store(arguments) as store:
        if arguments.app:
            find_app(store, arguments.app)
        events = deque(store.events(arguments.app or ""), max(arguments.limit, 1))
    rows: list[dict[str, Json]] = [
        {
            "number": event.number, "when": event.when.isoformat(timespec="seconds"), "app": event.app, "who": event.who, "via": event.via,
            "change": dict(event.change) if arguments.format == "json" else _shorten(dict(event.change)), "why": event.why,
        }
        for event in events
    ]  # fmt: skip
    print_rows(rows, arguments.format, _COLUMNS)
    return FINE


def _shorten(change: dict[str, Json]) -> str:
    if "app" in change:
        return "registered"
    text = ", ".join(f"{key}: {orjson.dumps(value).decode()}" for key, value in change.items())
    return text if len(text) <= 60 else text[:59] + "…"
