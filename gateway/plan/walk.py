"""Every scalar of a decoded document with its specification: what cross-file laws are made of.

Laws: it follows the specification, not the names of keys, so that a new key is covered by being specified.
Must not know: which laws.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..values.keys import KindSpec, ListOf, MapOf, OneOf, Record, Scalar, Shape
from ..values.model import Json
from .marks import Path


def iter_scalars(spec: KindSpec, value: dict[str, Json]) -> Iterator[tuple[Path, Scalar, Json]]:
    """Give each scalar that a document holds: its path, its specification, its decoded value."""
    yield from _iter_record(spec.body, value, ())


def _iter_shape(shape: Shape | None, value: Json, path: Path) -> Iterator[tuple[Path, Scalar, Json]]:
    if isinstance(shape, Scalar):
        yield path, shape, value
    elif isinstance(shape, ListOf) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _iter_shape(shape.item, item, (*path, index))
    elif isinstance(shape, MapOf) and isinstance(value, dict):
        for key, item in value.items():
            yield from _iter_shape(shape.value, item, (*path, key))
    elif isinstance(shape, Record) and isinstance(value, dict):
        yield from _iter_record(shape, value, path)
    elif isinstance(shape, OneOf):
        yield from _iter_shape(choose_form(shape, value), value, path)


def _iter_record(record: Record, value: dict[str, Json], path: Path) -> Iterator[tuple[Path, Scalar, Json]]:
    known = {key.name: key.shape for key in record.keys}
    for name, item in value.items():
        shape = known.get(name, record.rest)
        if shape is not None and item is not None:
            yield from _iter_shape(shape, item, (*path, name))


def choose_form(shape: OneOf, value: Json) -> Shape | None:
    """Give the shape that a value of a union has by its form; None where its form is refused."""
    if isinstance(value, dict):
        return next((record for name, record in shape.records if name in value), shape.mapping)
    return shape.sequence if isinstance(value, list) else shape.scalar
