"""`jembatan store forget`: gives up what hangs on a key that is lost, so that the store serves again."""

from __future__ import annotations

import argparse

from .frame import FINDINGS, FINE, UsageError, say
from .store_desk import add_store
from .store_keys import name_keys, open_keys

HELP = "Give up what hangs on a key that is lost: its journeys are set aside, its answers and consents are as if they had never been."
EXAMPLE = "  jembatan store forget 5f0c6a0e country/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    parser.add_argument("mark", metavar="KEY", help="the key's mark, as `store keys` shows it")
    add_store(parser)


def run(arguments: argparse.Namespace) -> int:
    """Give up; 3 where the key is configured."""
    with open_keys(arguments, may_write=True) as opened:
        if opened is None:
            return FINDINGS
        options, state = opened
        if arguments.mark in name_keys(options):
            raise UsageError(f"the key {arguments.mark} is configured: take it out of `stores:` first")
        is_done = state.consult(lambda stores: stores.sealed.give_up(arguments.mark))
    say(f"{arguments.mark}: given up" if is_done else f"{arguments.mark}: the store has seen no such key")
    return FINE if is_done else FINDINGS
