"""The cases of a scope's switches, spread out: in each world every tag is known, or not there.

Laws: 1. Every source document is in one of the worlds; what a world's root holds is at least what the documents of that world have there.
2. At most 256 worlds.
Must not know: what is written, the target.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gateway.values.model import Json
from gateway.values.problem import Path

from ..ir import Case, Switch, Write
from ..paths import Segments
from ..presence import Conditions
from ..problems import is_same
from .domain import LATER_NEVER, NEVER, Field, Object, TooLarge, Value, know, meet_scalars, value_of
from .read import Read
from .tree import NO_WISH, Wish

WORLDS_MAX = 256


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that is written: where, and its value."""

    at: Path
    path: Segments
    value: Json


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One way in which the cases of a scope may be taken. Shape: `taken` are the writes of its cases, `given` what documents have there."""

    root: Value
    writes: tuple[Write, ...]
    taken: tuple[Write, ...] = ()
    tags: tuple[Tag, ...] = ()
    known: Conditions = frozenset()
    given: Wish = NO_WISH


class Reader(Protocol):
    """What reads places, and notes what may stand there besides the tags of the cases."""

    def read(self, at: Path, root: Value, path: Segments) -> Read:
        """Read a place."""

    def hold(self, at: Path, value: Value, path: Segments, documents: Sequence[Json], reason: str) -> None:
        """Note where a value may be none of these documents."""


def list_worlds(reader: Reader, writes: Sequence[Write], root: Value, prefix: Segments) -> Sequence[World]:
    """Give the worlds of a scope. Faults: TooLarge."""
    plain = tuple(write for write in writes if not isinstance(write, Switch))
    worlds = [World(root, plain)]
    for switch in writes:
        if isinstance(switch, Switch):
            worlds = [inner for world in worlds for inner in _spread(reader, world, switch, prefix)]
            if len(worlds) > WORLDS_MAX:
                raise TooLarge(f"more than {WORLDS_MAX} ways to combine cases")
    return worlds


def _spread(reader: Reader, world: World, switch: Switch, prefix: Segments) -> Iterator[World]:
    path = switch.source.path
    found = reader.read(switch.at, world.root, path)
    reader.hold(switch.at, found.value, prefix + path, [case.value for case in switch.cases], "the tag may be none of the cases")
    for index, case in enumerate(switch.cases):
        root = know_at(world.root, path, case.value)
        if not root.is_never and not any(is_same(case.value, earlier.value) for earlier in switch.cases[:index]):
            yield from _take(reader, replace(world, root=root), switch, case, prefix)
    root = lack_at(world.root, path)
    if found.is_maybe and not root.is_never:
        yield replace(world, root=root, given=Wish(absent=frozenset({prefix + path})).given(world.given))


def _take(reader: Reader, world: World, switch: Switch, case: Case, prefix: Segments) -> Sequence[World]:
    """Give the worlds in which a case is taken: one, unless there are switches in it."""
    taken = replace(
        world,
        taken=world.taken + tuple(write for write in case.body if not isinstance(write, Switch)),
        tags=(*world.tags, Tag(switch.at, switch.target, case.tag)),
        known=world.known | switch.source.conditions,
        given=Wish(((prefix + switch.source.path, case.value),)).given(world.given),
    )
    worlds = [taken]
    for nested in case.body:
        if isinstance(nested, Switch):
            worlds = [inner for each in worlds for inner in _spread(reader, each, nested, prefix)]
    return worlds


def know_at(value: Value, path: Segments, document: Json) -> Value:
    """Give what of a value has this document (a scalar) at a place."""
    if not path:
        return meet_scalars(value, value_of(document))
    kept: list[Object] = []
    for one in value.objects:
        own = one.fields.get(path[0])
        if own is None and one.rest is None:
            continue
        later = own.value if own is not None else one.rest
        inner = know_at(later.get(), path[1:], document) if later is not None else NEVER
        if not inner.is_never:
            kept.append(replace(one, fields={**one.fields, path[0]: Field(know(inner), True)}))
    return Value(objects=tuple(kept))


def lack_at(value: Value, path: Segments) -> Value:
    """Give what of a value has nothing at a place."""
    kept: list[Object] = []
    for one in value.objects:
        own = one.fields.get(path[0])
        inner = NEVER if own is None or len(path) == 1 else lack_at(own.value.get(), path[1:])
        if own is not None and own.is_required and inner.is_never:
            continue
        is_required = own is not None and own.is_required
        if own is None and len(path) > 1:
            kept.append(one)
            continue
        field = Field(LATER_NEVER if inner.is_never else know(inner), is_required)
        kept.append(replace(one, fields={**one.fields, path[0]: field}))
    return replace(value, objects=tuple(kept), origin=None)
