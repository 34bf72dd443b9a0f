"""What a reader says of a place in a file.

Laws: an error refuses its row (or the file, where no row is named); a warning loses a value; a remark loses nothing.
Must not know: formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Weight: TypeAlias = Literal["error", "warning", "remark"]
FINDINGS_MAX = 1_000  # kept of one file; the rest is counted


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file. Shape: `line` from 1, 0 = the whole file; `row` the data row from 1; `cell` `C17`, a pointer or a heading."""

    file: str
    line: int = 0
    row: int = 0
    cell: str = ""

    def show(self) -> str:
        """Give the place for a reader: FILE:LINE (row ROW, CELL)."""
        more = ", ".join(filter(None, (f"row {self.row}" if self.row else "", self.cell)))
        return self.file + (f":{self.line}" if self.line else "") + (f" ({more})" if more else "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or worth knowing."""

    weight: Weight
    place: Place
    message: str
    hint: str = ""

    def show(self) -> str:
        """Give the finding on one line."""
        return f"{self.weight}: {self.place.show()}: {self.message}" + (f"; {self.hint}" if self.hint else "")
