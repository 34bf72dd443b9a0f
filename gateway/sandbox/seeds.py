"""Reads the synthetic data of the simulated agencies.

Law: a file that doesn't say `synthetic: true` is not read.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from gateway.values.model import Json


def read_seeds(folder: Path, agency: str) -> dict[str, Json]:
    """Read one agency's data: tables by name.

    Faults: ValueError where the file is not marked as synthetic.
    """
    document = yaml.safe_load((folder / f"{agency}.yaml").read_text(encoding="utf-8"))
    if not isinstance(document, dict) or document.pop("synthetic", None) is not True:
        raise ValueError(f"seeds/{agency}.yaml does not say `synthetic: true`")
    return document
