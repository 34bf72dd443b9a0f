"""Where the reference federation stands: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PARTS = ("routes", "schemas", "policies", "seeds")


def find_reference() -> Path:
    """Find the folder that holds `routes`, `schemas`, `policies` and `seeds` of the reference federation.

    Faults: FileNotFoundError where the installation lacks it.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "reference", package.parent):
        if all((folder / part).is_dir() for part in _PARTS):
            return folder
    raise FileNotFoundError("the reference federation is not installed: " + ", ".join(_PARTS))
