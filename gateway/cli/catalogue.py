"""`jembatan catalogue …`: what can be asked of the catalogue of applications, one file a subcommand, in one table."""

from __future__ import annotations

HELP = "The catalogue of applications: bring in, search, show, change, hand out."
EXAMPLE = "  jembatan catalogue import inventory.xlsx --preview\n  jembatan catalogue --help"
SUBCOMMANDS = (
    "import", "search", "list", "show", "history", "set", "export",
    "overlap", "plan", "report", "consolidate", "progress", "unregistered", "reference",
    "screen", "case", "serve",
)  # fmt: skip
