"""Notations of dates, from a pattern or from samples.

Must not know: names, scores.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gateway.schema.formats import FORMATS

from .leaves import Leaf

_DIGITS = re.compile(r"(?:\[0-9\]|\\d)(?:\{([0-9]+)\})?")
_DATES = ("DD-MM-YYYY", "DD/MM/YYYY", "DD.MM.YYYY", "YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "YYYYMMDD", "DDMMYYYY", "MM/DD/YYYY")
_TIMES = ("HH:mm:ss", "HH:mm", "HH.mm", "HHmmss")
_FORMS = (*_DATES, *(f"{date}{gap}{time}" for date in _DATES[:-1] for gap in (" ", "T") for time in _TIMES))
_RANGES = {"YYYY": (1850, 2200), "MM": (1, 12), "DD": (1, 31), "HH": (0, 23), "mm": (0, 59), "ss": (0, 59)}
_PIECES = re.compile("|".join(_RANGES))


def find_notation(leaf: Leaf) -> str:
    """Give the notation (`DD-MM-YYYY`, `DD/MM/YYYY HH:mm`) that the format, the pattern or all samples have, or nothing."""
    if leaf.format in ("date", "date-time"):
        return ""
    texts = [value for value in leaf.samples if isinstance(value, str)]
    if leaf.format.startswith("date") and leaf.format in FORMATS:  # a notation with a name of its own: its example shows it
        texts.append(FORMATS[leaf.format].example)
    fits = [form for form in _FORMS if _is_possible(form, leaf.pattern) and all(_is_of(form, text) for text in texts)]
    if not texts and not leaf.pattern:
        return ""
    return fits[0] if fits else ""


def _is_possible(form: str, pattern: str) -> bool:
    if not pattern:
        return True
    plain = _DIGITS.sub(lambda found: "9" * int(found[1] or 1), pattern.removeprefix("^").removesuffix("$")).replace("\\", "")
    return plain == _PIECES.sub(lambda found: "9" * len(found[0]), form)


def _make_test(form: str) -> Callable[[str], bool]:
    expression = re.compile("".join(f"(?P<{part}>[0-9]{{{len(part)}}})" if part in _RANGES else re.escape(part) for part in _cut(form)))

    def is_of(text: str) -> bool:
        found = expression.fullmatch(text)
        return found is not None and all(low <= int(found[part]) <= high for part, (low, high) in _RANGES.items() if part in form)

    return is_of


def _cut(form: str) -> list[str]:
    return [part for part in re.split("(" + "|".join(_RANGES) + ")", form) if part]


MIDNIGHT = "T00:00:00"


def is_midnight(leaf: Leaf) -> bool:
    """Whether a date is written as its midnight."""
    return leaf.format == "date-YYYY-MM-DD" + MIDNIGHT


_TESTS = {form: _make_test(form) for form in _FORMS}


def _is_of(form: str, text: str) -> bool:
    return _TESTS[form](text)
