"""`jembatan journey cancel`: an operator's word to a journey that writes."""

from __future__ import annotations

import argparse

from .journey_desk import add_word, put_word

HELP = "Cancel a journey: what it wrote is undone. Not once its final write has begun."
EXAMPLE = "  jembatan journey cancel 5f0c6a0e-6c55-8b4e-9d7c-3a1a52a2b3c4 country/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes."""
    add_word(parser)


def run(arguments: argparse.Namespace) -> int:
    """Put the word; 1 where it comes too late."""
    return put_word(arguments, "cancelled", "it is cancelled within a second, and what it wrote is undone")
