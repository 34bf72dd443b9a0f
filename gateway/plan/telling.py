"""What a translation left behind on purpose, told to the caller and counted.

Laws: 1. A translation that leaves nothing behind costs nothing and says nothing. 2. What is told is how many declared places held
something: no name of a field, no value. 3. It is told beside an answer; a refusal says what is wrong instead.
Must not know: which places are left behind, and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from ..translate.leftover import FindLeft
from ..translate.scope import Direction
from ..values.meters import Layout
from ..values.route import Exchange, Step
from ..values.told import add_told


@dataclass(frozen=True, slots=True)
class Telling:
    """What one direction of a mapping leaves behind. Shape: `find` gives one bit for each place; `tell` tells of these."""

    find: FindLeft
    tell: Callable[[Exchange, int], None]


def make_telling(layout: Layout, mapping: str, way: Direction, find: FindLeft | None) -> Telling | None:
    """Make what tells that a mapping left something behind; None where it leaves nothing.

    Shape: `"dukcapil/warga"; dropped=2; to=canonical`, a member of the list for each translation that left something.
    """
    if find is None:
        return None
    cell = layout.add_series("jembatan_dropped_fields_total", mapping, way)
    member = f'"{mapping}"; dropped='.encode("ascii"), f"; to={way.removeprefix('to_')}".encode("ascii")

    def tell(x: Exchange, found: int) -> None:
        count = found.bit_count()
        x.ports.count(cell, count)
        add_told(x, member, count)

    return Telling(find, tell)


def make_tell_call(telling: Telling) -> Step:
    """Make the step for a call whose body a mapping has translated."""
    find = telling.find
    return _make_tell(telling, lambda x: find(x.body))


def make_tell_bindings(telling: Telling) -> Step:
    """Make the step for a call that bindings have translated."""
    find = telling.find
    return _make_tell(telling, lambda x: find({"path": x.path, "query": x.query, "header": x.headers, "body": x.body}))


def make_tell_answer(telling: Telling) -> Step:
    """Make the step for an answer that a mapping has translated."""
    find = telling.find
    return _make_tell(telling, lambda x: find(x.payload))


def make_tell_list(telling: Telling) -> Step:
    """Make the step for a list whose elements a mapping has translated."""
    find = telling.find
    return _make_tell(telling, lambda x: reduce(or_, map(find, x.payload), 0))


def _make_tell(telling: Telling, look: Callable[[Exchange], int]) -> Step:
    tell = telling.tell

    def tell_left(x: Exchange) -> None:
        found = look(x)
        if found:
            tell(x, found)

    return tell_left
