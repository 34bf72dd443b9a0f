"""`jembatan maturity …`: how mature an agency's digital government is, by indicator sets that are data."""

from __future__ import annotations

HELP = "Maturity of an agency: score, dossier of evidence, comparison."
EXAMPLE = "  jembatan maturity example > city.yaml\n  jembatan maturity score kota-contoh --scores city.yaml\n  jembatan maturity --help"
SUBCOMMANDS = ("score", "evidence", "compare", "example")
