"""Leaves of a schema with all that speaks for or against a pair: types, format, pattern, values, lengths, samples, titles.

Must not know: names' meaning, scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.values.model import Json

from ..paths import EVERY, ITEM, Segments, Shape, Types, list_leaves
from .elements import Picked, list_elements

Samples: TypeAlias = tuple[Json, ...]
VALUES_MAX = 200
_FIXED = re.compile(r"\^?\[0-9\]\{([0-9]+)\}\$?")
_WORDS = ("format", "pattern", "minLength", "maxLength", "minimum", "maximum", "title", "description", "const")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf.

    Shape: `array` is the path of the innermost array around it, () without; `said` are keywords of its schema; `nothing` is what stands
    there where there is no value; what is `picked` out of a list has the path that it would have as a field.
    """

    path: Segments
    types: Types
    said: dict[str, Json]
    values: tuple[Json, ...] | None
    samples: Samples = ()
    nothing: tuple[Json, ...] = ()
    picked: Picked | None = None

    @property
    def array(self) -> Segments:
        """The path of the innermost array that holds it."""
        return array_of(self.path)

    @property
    def inner(self) -> Segments:
        """Its path from that array's elements on."""
        return self.path[len(self.array) + 1 :] if self.array else self.path

    @property
    def source(self) -> Segments:
        """The path by which a mapping names it, from the innermost array or from the element that it is picked of."""
        return self.picked.value if self.picked is not None else self.inner

    @property
    def format(self) -> str:
        """Its format, or nothing."""
        return str(self.said.get("format", ""))

    @property
    def pattern(self) -> str:
        """Its pattern, or nothing."""
        return str(self.said.get("pattern", ""))

    @property
    def digits(self) -> int:
        """How many digits it always has; 0 where that is not said."""
        found = _FIXED.fullmatch(self.pattern)
        return int(found[1]) if found else 0


def array_of(path: Segments) -> Segments:
    """Give the path of the innermost array around a place: what stands before the last ITEM."""
    at = max((index for index, segment in enumerate(path) if segment == ITEM), default=0)
    return path[:at]


def read_leaves(shape: Shape, samples: Sequence[Json] = ()) -> list[Leaf]:
    """Give the leaves of a schema, each with its values in the samples."""
    found = []
    for path in list_leaves(shape):
        place = _descend(shape, path)
        if place is not None and path:
            found.append(_make_leaf(path, place, _draw_values(samples, path)))
    return found


def read_picked(shape: Shape, samples: Sequence[Json] = ()) -> list[Leaf]:
    """Give the leaves of a schema, where lists of names and values, and those of one element, are what is picked from them."""
    found: dict[Segments, list[Leaf]] = {}
    for leaf in read_leaves(shape, samples):
        found.setdefault(leaf.path[: leaf.path.index(ITEM)] if ITEM in leaf.path else (), []).append(leaf)
    return [leaf for array, leaves in found.items() for leaf in _pick_leaves(shape, array) or leaves]


def _pick_leaves(shape: Shape, array: Segments) -> list[Leaf]:
    elements = list_elements(_descend(shape, array), array) if array else ()
    return [_make_leaf(one.path, one.shape, (), one.picked) for one in elements]


def _make_leaf(path: Segments, place: Shape, samples: Samples, picked: Picked | None = None) -> Leaf:
    nothing, place_said = _part_nothing(place)
    return Leaf(path, place.types, _gather_said(place_said), _list_values(place_said), samples, nothing, picked)


def _part_nothing(place: Shape) -> tuple[tuple[Json, ...], Shape]:
    """Part what stands for no value (null, or a text beside the form of the others) from the rest."""
    if "null" in place.types and place.types != EVERY:
        return (None,), place
    for union in place.unions:
        texts = [_list_values(branch) for branch in union]
        bare = [values[0] for values in texts if values is not None and len(values) == 1 and values[0] in ("", "-", "0", "N/A")]
        if len(union) == 2 and len(bare) == 1:
            return (bare[0],), next(branch for branch, values in zip(union, texts, strict=True) if values is None or values[0] != bare[0])
    return (), place


def _descend(shape: Shape, path: Segments) -> Shape | None:
    here: Shape | None = shape
    for segment in path:
        if here is None:
            return None
        here = here.item if segment == ITEM else here.child(segment)
    return here


def _gather_said(shape: Shape) -> dict[str, Json]:
    said: dict[str, Json] = {}
    for part in reversed(shape.parts):
        said.update({word: part.node[word] for word in _WORDS if word in part.node})
    return said


def _list_values(shape: Shape) -> tuple[Json, ...] | None:
    """Give the values that `enum` or `const` leaves; None where neither says any."""
    for part in shape.parts:
        if "const" in part.node:
            return (part.node["const"],)
        if isinstance(part.node.get("enum"), list):
            return tuple(part.node["enum"])
    return None


def _draw_values(samples: Sequence[Json], path: Segments) -> Samples:
    found: list[Json] = []
    for document in samples:
        for value in walk(document, path):
            if value is not None and len(found) < VALUES_MAX:
                found.append(value)
    return tuple(found)


def walk(document: Json, path: Segments) -> Iterator[Json]:
    """Give the values at a path, one an element where it leads through arrays."""
    if not path:
        yield document
    elif path[0] == ITEM:
        for item in document if isinstance(document, list) else ():
            yield from walk(item, path[1:])
    elif isinstance(document, dict) and path[0] in document:
        yield from walk(document[path[0]], path[1:])
