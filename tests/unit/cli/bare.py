"""A federation of empty folders, with the keys of its store in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest


def make_bare(folder: Path, monkeypatch: pytest.MonkeyPatch, keys: Mapping[str, str]) -> None:
    """Make the folders, and set each key under its name."""
    for name, secret in keys.items():
        monkeypatch.setenv(name, secret)
    for part in ("routes", "schemas", "policies"):
        (folder / part).mkdir()
