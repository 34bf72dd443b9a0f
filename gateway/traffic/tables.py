"""Rows found by a key: exactly, by the longest prefix, or by the range that holds it.

Laws: 1. How often a table is read does not grow with its rows: once for `exact`, at most 16 times for `prefix` and `range`. 2. What is
found are all rows of the key, whenever they hold, the nearest first; `choose_row` takes the one that holds now.
Must not know: where rows come from, what is done with them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from ..values.model import Json
from ..values.route import Row

Match = Literal["exact", "prefix", "range"]
Rows: TypeAlias = tuple[Row, ...]
Find: TypeAlias = Callable[[Json], Rows]
READS_MAX = 16
_Bound: TypeAlias = tuple[int, Json, int]  # length, value, 0 = before it, 1 = after it


def choose_row(rows: Rows, now_s: float) -> Row | None:
    """Give the first of some rows that holds now. Units: now_s Unix seconds."""
    for row in rows:
        if row.since_s <= now_s < row.until_s:
            return row
    return None


@dataclass(slots=True)
class Exact:
    """Rows by their whole key."""

    rows: Mapping[Json, Rows]

    def find(self, key: Json) -> Rows:
        """Give the rows of a key; () where there are none."""
        return self.rows.get(key, ())


@dataclass(slots=True)
class Prefix:
    """Rows whose key begins a text: `32.15` holds for `32.15.01.1001`. A text that holds dots is cut at dots only.

    Shape: `lengths` of keys, the longest first.
    """

    lengths: Sequence[int]
    rows: Mapping[str, Rows]

    def find(self, key: Json) -> Rows:
        """Give the rows of the longest prefix, then of the shorter ones; () where there is none."""
        if not isinstance(key, str):
            return ()
        has_dots = "." in key
        size = len(key)
        found: Rows = ()
        for length in self.lengths:
            if length < size and has_dots and key[length] != ".":
                continue
            if length <= size:
                found += self.rows.get(key[:length], ())
        return found


@dataclass(slots=True)
class Range:
    """Rows whose range holds a value; both ends belong to it. Texts are compared among texts of one length.

    Shape: `starts` are the places where the rows change, in order; `rows` what holds from there to the next.
    """

    starts: Sequence[_Bound]
    rows: Sequence[Rows]

    def find(self, key: Json) -> Rows:
        """Give the rows whose range holds a value; () where there is none."""
        place = bisect_right(self.starts, (measure(key), key, 0)) - 1
        return self.rows[place] if place >= 0 else ()


def measure(value: Json) -> int:
    """Give what values are compared by first: the length of a text; 0 of a number."""
    return len(value) if isinstance(value, str) else 0


def index_exact(rows: Sequence[tuple[Json, Row]]) -> Exact:
    """Index rows by their key."""
    found: dict[Json, Rows] = {}
    for key, row in rows:
        found[key] = (*found.get(key, ()), row)
    return Exact(found)


def index_prefix(rows: Sequence[tuple[str, Row]]) -> Prefix:
    """Index rows by the beginning of a text.

    Faults: ValueError where the keys have more lengths than may be read.
    """
    own = index_exact(rows).rows
    lengths = sorted({len(key) for key in own}, reverse=True)
    if len(lengths) > READS_MAX:
        raise ValueError(f"keys of {len(lengths)} lengths, more than {READS_MAX}")
    return Prefix(lengths, own)


def index_range(rows: Sequence[tuple[Json, Json, Row]]) -> Range:
    """Index rows by the range from a first to a last value.

    Faults: ValueError where more ranges hold one value than may be read.
    """
    turns: dict[_Bound, tuple[list[Row], list[Row]]] = {}
    for low, high, row in rows:
        turns.setdefault((measure(low), low, 0), ([], []))[0].append(row)
        turns.setdefault((measure(high), high, 1), ([], []))[1].append(row)
    starts = sorted(turns)
    held: dict[int, Row] = {}
    found: list[Rows] = []
    for start in starts:
        begun, ended = turns[start]
        held |= {row.index: row for row in begun}
        for row in ended:
            del held[row.index]
        if len(held) > READS_MAX:
            raise ValueError(f"{len(held)} ranges hold one value")
        found.append(tuple(held.values()))
    return Range(starts, found)


def find_overlap(rows: Sequence[Row]) -> tuple[Row, Row] | None:
    """Give two of some rows that hold at one time; None where no two do."""
    ordered = sorted(rows, key=lambda row: row.since_s)
    return next(((one, other) for one, other in pairwise(ordered) if other.since_s < one.until_s), None)
