"""Places in the files of a federation.

Laws: 1. Lines and columns count from 1, through the file, in characters. 2. A mark outlives the tree it was taken from.
Must not know: YAML, kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..values.problem import Path

__all__ = ["Mark", "Path", "Source"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands. Units: `length` characters on that line; 0 = the place itself; line 0 = the file as a whole."""

    file: str
    line: int = 0
    column: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The text of a file, kept for excerpts and marks; `digest` is the SHA-256 of its bytes in hex."""

    file: str
    text: str
    digest: str = ""

    def line(self, number: int) -> str:
        """Give one line without its break; empty where there is none."""
        lines = self.text.split("\n") if number > 0 else []
        return lines[number - 1] if 0 < number <= len(lines) else ""
