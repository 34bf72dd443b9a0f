"""Formats as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One format of strings.

    Shape: `pattern` is a regular expression of plain syntax (classes, groups, alternation, counted repetition; no anchors: it
    matches the whole string); `dates` are `(start, form)` slices that must be calendar dates besides; `source` names where it is laid down.
    """

    name: str
    pattern: str
    source: str
    example: str
    title_en: str
    title_id: str
    dates: tuple[tuple[int, str], ...] = ()


FORMATS: Mapping[str, Format] = {}
CHECKS: Mapping[str, Callable[[str], bool]] = {}  # for every format of FORMATS
KNOWN_FORMATS: frozenset[str] = frozenset()  # FORMATS and those of JSON Schema that are asserted
