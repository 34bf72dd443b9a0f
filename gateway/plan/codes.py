"""Every code of a diagnostic: what it says, why it is a mistake, how to mend it.

Laws: 1. A code never changes its meaning and is never used again for another. 2. Whoever adds a diagnostic adds its row to `code_rows`.
Must not know: where a diagnostic is found.
"""

from __future__ import annotations

from dataclasses import dataclass

from .code_rows import ROWS


@dataclass(frozen=True, slots=True)
class Code:
    """One row: the code, its title, and the three sentences of its explanation."""

    code: str
    title: str
    what: str
    why: str
    mend: str


CODES: dict[str, Code] = {row[0]: Code(*row) for row in ROWS}


def explain_code(code: str) -> str:
    """Give the explanation of a code under its title: what and why, then how to mend it; empty where there is none."""
    row = CODES.get(code.upper())
    return "" if row is None else f"{row.code}: {row.title}\n\n{row.what} {row.why}\n\n{row.mend}"
