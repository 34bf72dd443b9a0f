"""The mappings of a federation, compiled, for the subcommands of `jembatan mapping`.

Laws: what is wrong elsewhere (a route, a policy) does not hinder a look at the mappings; what is wrong with a mapping is told.
Must not know: what is looked at.
"""

from __future__ import annotations

import argparse
import sys

from ..plan.federation import Federation, read_federation
from ..plan.notes import Notes
from ..plan.render import RENDERERS
from ..plan.shelf import Shelf, fill_shelf
from .frame import find_folders


def load_shelf(arguments: argparse.Namespace) -> tuple[Federation, Shelf] | None:
    """Read and compile what mappings stand on; print the diagnostics and give None where something of it is wrong."""
    federation = read_federation(find_folders(arguments))
    notes = Notes(list(federation.diagnostics))
    shelf = fill_shelf(federation, notes)
    wrong = tuple(each for each in notes.diagnostics if each.severity == "error")
    if wrong:
        sys.stderr.write(RENDERERS["text"](wrong, federation.sources))
        return None
    return federation, shelf
