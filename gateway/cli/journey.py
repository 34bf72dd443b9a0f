"""`jembatan journey …`: what can be asked of journeys, one file a subcommand."""

from __future__ import annotations

HELP = "Journeys: what each replaces and fetches; those that write, as the store has them, and an operator's word to them."
EXAMPLE = "  jembatan journey report country/\n  jembatan journey ls country/ --stuck"
SUBCOMMANDS = ("report", "ls", "show", "retry", "cancel")
