"""`jembatan consent …`: what an auditor can ask of citizens' consents, one file a subcommand."""

from __future__ import annotations

HELP = "Citizens' consents, as the store keeps them as evidence: to whom, for what, how they stand, and what was shown."
EXAMPLE = "  jembatan consent ls country/ --purpose own-data --state-is given\n  jembatan consent show 5f0c6a0e4b1d9c7a3a1a/3 country/"
SUBCOMMANDS = ("ls", "show")
