"""What a pattern of digits says beside the digits: signs between them, a word before them.

Must not know: fields, scores.
"""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(?:\[0-9\]|\\d)(?:\{([0-9]+)\})?")
_SIGN = re.compile(r"\[([. /-])\]|\\([.\-/])")
_PREFIX = re.compile(r"\^([A-Za-z][A-Za-z._-]*)\[0-9\]\{([0-9]+)\}\$")


def read_picture(pattern: str) -> str:
    """Give `99.99.99.9999` for digits with signs at fixed places, "" where a pattern says something else or no sign."""
    plain = _SIGN.sub(lambda found: found[1] or found[2], pattern.removeprefix("^").removesuffix("$"))
    picture = _DIGITS.sub(lambda found: "9" * int(found[1] or 1), plain)
    return picture if re.fullmatch(r"9+(?:[. /-]9+)+", picture) else ""


def read_prefix(pattern: str) -> tuple[str, int] | None:
    """Give the word before some digits, and how many there are; None where a pattern says something else."""
    found = _PREFIX.fullmatch(pattern)
    return (found[1], int(found[2])) if found else None
