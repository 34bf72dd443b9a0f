"""What is wrong in what a platform engineer wrote about policies, for the checker to place and print.

Laws: a problem names a place inside the checked document by a path of names and indexes; it never holds a secret.
Must not know: YAML, files, line numbers.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where in its document (`at`), a stable word, in words, and the name that was perhaps meant."""

    at: tuple[str | int, ...]
    word: str
    detail: str
    meant: str = ""


def suggest_name(wrong: str, names: Iterable[str]) -> str:
    """Give the name that was most likely meant, or an empty string."""
    close = difflib.get_close_matches(wrong, list(names), n=1, cutoff=0.6)
    return close[0] if close else ""
