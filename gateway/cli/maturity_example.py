"""`jembatan maturity example`: the worked example, as a sheet to begin from."""

from __future__ import annotations

import argparse
import sys

from ..sandbox.places import find_reference
from .frame import FINE

HELP = "Print the worked example: 47 synthetic levels that make 3.76; a form for one's own scores."
EXAMPLE = "  jembatan maturity example > city.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the subcommand takes: nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    sys.stdout.write((find_reference() / "seeds" / "maturity" / "worked-example.yaml").read_text(encoding="utf-8"))
    return FINE
