"""`jembatan store …`: the keys of the durable stores, one file a subcommand."""

from __future__ import annotations

HELP = "The durable store: what hangs on which of its keys, and giving up what hangs on a key that is lost."
EXAMPLE = "  jembatan store keys country/\n  jembatan store forget 5f0c6a0e country/"
SUBCOMMANDS = ("keys", "forget")
