"""`jembatan consent show`: one consent, with all that is kept of it as evidence."""

from __future__ import annotations

import argparse
import time

from ..values.consents import Consent
from ..values.model import Json
from .consent_desk import ABSENT, describe_consent, find_consent, show_moment
from .frame import FINDINGS, FINE, add_format, load_for_reading, print_whole
from .store_desk import add_store, open_state

HELP = "Show one consent: what was shown, when, through whom and in which exchange it was given and ended. The citizen is not named."
EXAMPLE = "  jembatan consent show 5f0c6a0e4b1d9c7a3a1a/3 country/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("id", metavar="CONSENT", help="its name, as `consent ls` shows it")
    add_store(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show; 1 where the federation does not compile."""
    loaded = load_for_reading(arguments)
    if loaded is None:
        return FINDINGS
    with open_state(arguments, loaded[1], ABSENT) as (_, state):
        consent = find_consent(state, arguments.id)
    parts = {
        "events": _list_events(consent),
        "fields": [_describe_line(line) for line in consent.offer.fields.split("\n")],
        "evidence": [{"shown": consent.offer.shown, "key": consent.key}],
    }
    print_whole(describe_consent(consent, time.time()), parts, arguments.format)
    return FINE


def _list_events(consent: Consent) -> list[dict[str, Json]]:
    offer = consent.offer
    given: dict[str, Json] = {"at": show_moment(consent.given_s), "event": "given", "by": offer.by, "exchange": offer.exchange}
    if not consent.ended:
        return [given]
    ended = {"at": show_moment(consent.ended_s), "event": consent.ended, "by": consent.ended_by, "exchange": consent.ended_exchange}
    return [given, ended]


def _describe_line(line: str) -> dict[str, Json]:
    """Give one line of what was agreed to: the field of an operation, and how it was to be shown."""
    operation, _, field = line.partition(" ")
    name, _, mask = field.partition(":")
    return {"operation": operation, "field": name, "shown": mask or "in full"}
