"""`jembatan mapping …`: what can be asked of mappings, one file a subcommand, in one table."""

from __future__ import annotations

HELP = "Mappings: what they cover, what they do to a document, drafts of new ones."
EXAMPLE = "  jembatan mapping report country/ --field person.birth.date\n  jembatan mapping --help"
SUBCOMMANDS = ("prove", "report", "show", "run", "suggest")
