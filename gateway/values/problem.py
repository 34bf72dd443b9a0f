"""A problem in what a platform engineer wrote, before it has a file and a line.

Laws: a problem points into its document by a path of keys and indices; whoever read the file turns the path into a position.
Must not know: files, lines, severities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]


NAME_CHARS_MAX = 60  # comparing costs as much as the lengths multiplied


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where in the document, a stable code (`JB-SCH-003`), what is wrong, and how to mend it.

    Shape: `is_on_key` says that the key at the end of the path is wrong, not the value that stands there.
    """

    path: Path
    code: str
    message: str
    hint: str = ""
    is_on_key: bool = False


def find_near(wrong: str, known: Iterable[str]) -> str:
    """Give the known name that was most likely meant, or nothing; nothing either for a text too long to be a name."""
    near = get_close_matches(wrong, list(known), n=1, cutoff=0.6) if len(wrong) <= NAME_CHARS_MAX else []
    return near[0] if near else ""


def suggest_name(wrong: str, known: Iterable[str]) -> str:
    """Give `did you mean "…"?` for the nearest known name, or nothing where none is near."""
    near = find_near(wrong, known)
    return f'did you mean "{near}"?' if near else ""
