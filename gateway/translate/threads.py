"""What woven documents are made of: whether two values mean the same, and which elements of two lists belong together.

Laws: see `weave`.
Must not know: how code is generated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from gateway.values.model import Json

from .ir import Copy, Loop, Where
from .operators.spec import MISSES
from .paths import Segments
from .problems import is_same
from .writer import ABSENT

Weave = Callable[[Json, Json], Json]


def make_alike(back: Copy | Loop) -> Callable[[Json, Json], bool] | None:
    """Make what says whether two agency values have one canonical meaning; None where only equal ones have."""
    if isinstance(back, Loop):
        return _make_alike_elements(back) if back.is_loose else None
    if not (back.is_loose or back.omit or back.fill):
        return None

    def mean(value: Json) -> Json:
        """Give what a value is read as; mirrors what is generated for a Copy."""
        if value is ABSENT or (back.omit and not back.is_null_written and is_same(value, back.omit.value)):
            return back.fill.value if back.fill else ABSENT
        if value is None or (back.omit and is_same(value, back.omit.value)):
            return None
        for step in back.steps:
            value = step.run(value)
        return value

    def is_alike(new: Json, old: Json) -> bool:
        try:
            return is_same(mean(new), mean(old))
        except MISSES:
            return False

    return is_alike


def _make_alike_elements(back: Loop) -> Callable[[Json, Json], bool]:
    def mean(value: Json) -> Json:
        for step in back.steps:
            value = step.run(value)
        return value

    def is_alike(new: Json, old: Json) -> bool:
        if type(new) is not list or type(old) is not list or len(new) != len(old):
            return False
        try:
            return all(is_same(mean(one), mean(other)) for one, other in zip(new, old, strict=True))
        except MISSES:
            return False

    return is_alike


def _read_key(element: Json, path: Segments) -> Json:
    for segment in path:
        element = element.get(segment) if type(element) is dict else None
    return element if type(element) in (str, int, bool) else None


def weave_list(new: Sequence[Json], old: Sequence[Json], key: Segments, weave: Weave) -> list[Json]:
    """Weave each new element into the old one with its key; without a key, into the one at its place."""
    if not key:
        return [weave(one, old[index]) if index < len(old) else one for index, one in enumerate(new)]
    known: dict[Json, deque[Json]] = {}
    for other in old:
        known.setdefault(_read_key(other, key), deque()).append(other)
    out: list[Json] = []
    for one in new:
        waiting = known.get(_read_key(one, key))
        out.append(weave(one, waiting.popleft()) if waiting else one)
    return out


def make_match(where: Where) -> Callable[[Json], bool]:
    """Make the test whether an element has its constants."""

    def is_match(element: Json) -> bool:
        return all(is_same(_read_key(element, path), value) for path, value in where)

    return is_match


def weave_picks(new: Sequence[Json], old: Sequence[Json], parts: Sequence[tuple[Callable[[Json], bool], Weave]]) -> list[Json]:
    """Weave the elements that are told apart into the old list: the first of each kind is replaced; where none is new, all of it go."""
    out = list(old)
    for is_match, weave in parts:
        fresh = next((one for one in new if is_match(one)), None)
        found = [index for index, one in enumerate(out) if is_match(one)]
        if fresh is None:
            out = [one for index, one in enumerate(out) if index not in found]
        elif found:
            out[found[0]] = weave(fresh, out[found[0]])
        else:
            out.append(fresh)
    return out
