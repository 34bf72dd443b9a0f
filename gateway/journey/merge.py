"""Several providers' documents about one thing, made one: whose each field is, by precedence.

Holds: `Field` (whose a field is), `Node` (an object of which fields are named), `merge_documents`; `index_by_key` for lists.
Laws: 1. The same documents in whatever order they came give the same: precedence decides, among equals the order of asking. 2. A
document merged with itself is that document. 3. What a provider says that may say it is there, unless one before it says it too; a
field is one provider's whole. 4. What is merged is never written to.
Must not know: providers, schemas, how the documents were had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, TypeAlias

from ..values.model import Json

Moment: TypeAlias = float
Sources: TypeAlias = dict[int, list[str]]  # the number of a part → the fields that are its


class Part(NamedTuple):
    """One provider's document. Shape: `number` is its place in the order of asking, `line` that of its line in the route."""

    number: int
    line: int
    document: Json


@dataclass(frozen=True, slots=True)
class Field:
    """Whose a field is.

    Shape: `ranks` gives for each line its place in the precedence, None where it is no source of this field; `newest` reads the moment by
    which the newest of all is told, before the ranks are asked.
    """

    path: str
    ranks: tuple[int | None, ...]
    newest: Callable[[Json], Moment] | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """An object: the fields of it that are named, in it or further below; `ranks` order the lines for all others."""

    fields: Mapping[str, Field | Node]
    ranks: tuple[int, ...]
    path: str = ""


Held: TypeAlias = "list[tuple[Part, Json]]"  # parts, each with what it has at the place in question


def merge_documents(node: Node, parts: Sequence[Part], sources: Sources | None = None, until: Moment = inf) -> Json:
    """Merge what several providers say of one thing; `sources` takes which field is whose.

    Shape: `parts` hold objects, at least one; a moment later than `until` is none.
    """
    held = [(part, part.document) for part in parts]
    if len(held) > 1:
        held.sort(key=lambda one: (node.ranks[one[0].line], one[0].number))
    return _merge(node, held, sources, until)


def _merge(node: Node, held: Held, sources: Sources | None, until: Moment) -> Json:
    merged: dict[str, Json] = {}
    for name, rule in node.fields.items():
        having = [(part, value[name]) for part, value in held if name in value]
        if not having:
            continue
        if isinstance(rule, Node):
            _merge_below(merged, name, rule, having, sources, until)
        elif (best := _choose(rule, having, until)) is not None:
            merged[name] = best[1]
            _note(sources, best[0], rule.path)
    for part, value in held:
        for name, inner in value.items():
            if name not in merged and name not in node.fields:
                merged[name] = inner
                _note(sources, part, f"{node.path}{name}")
    return merged


def _merge_below(merged: dict[str, Json], name: str, node: Node, having: Held, sources: Sources | None, until: Moment) -> None:
    objects = [(part, value) for part, value in having if isinstance(value, dict)]
    if not objects:
        merged[name] = having[0][1]
        _note(sources, having[0][0], node.path[:-1])
        return
    below = _merge(node, objects, sources, until)
    if below or not any(value for _, value in objects):
        merged[name] = below


def _choose(rule: Field, having: Held, until: Moment) -> tuple[Part, Json] | None:
    """Give whose value holds; `having` in the order of the node, so that of equals the first holds."""
    best: tuple[Part, Json] | None = None
    best_rank: tuple[float, int] = (0.0, 0)
    for one in having:
        rank = rule.ranks[one[0].line]
        if rank is None:
            continue
        moment = 0.0 if rule.newest is None else rule.newest(one[0].document)
        place = (-moment if moment <= until else inf, rank)
        if best is None or place < best_rank:
            best, best_rank = one, place
    return best


def _note(sources: Sources | None, part: Part, path: str) -> None:
    if sources is not None:
        sources.setdefault(part.number, []).append(path)


Key: TypeAlias = tuple[Json, ...]


def index_by_key(parts: Sequence[Part], read_key: Callable[[Json], Key]) -> list[tuple[Key, list[Part]]]:
    """Give the elements of several lists by their key, in its order; each part's document is a list here.

    Shape: of one provider's elements with one key the first stands.
    """
    found: dict[Key, list[Part]] = {}
    for part in parts:
        for element in part.document:
            same = found.setdefault(read_key(element), [])
            if not same or same[-1].number != part.number:
                same.append(Part(part.number, part.line, element))
    return sorted(found.items(), key=lambda one: one[0])
