"""`merge:` of a gather, compiled: whose each field is, held to the canonical schema.

Laws: 1. A field that is named stands in the schema, and in no other that is named. 2. What the answer must have, a provider that is surely
there has. 3. A merged answer is valid where the schema is made of nothing but objects and their properties as far as fields are named; else
it is checked when it is made.
Must not know: who is asked, how documents are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from ..journey.merge import Field, Node
from ..translate.paths import Lost, Place, Segments, Shape, find_place, show_path, split_path
from ..values.model import Json
from ..values.problem import Path, suggest_name
from .decode import Document
from .notes import Notes

CODE_MERGE, CODE_MAY_MISS = "JB-GTH-002", "JB-GTH-005"
NOT_COMPILED = "the route has no provider, so it is refused"
AT: Path = ("providers", "gather", "merge")
_MOMENTS = ("date", "date-time")
_PLAIN = frozenset(
    ("type", "properties", "required", "title", "description", "$ref", "allOf", "additionalProperties", "unevaluatedProperties",
     "schema", "version", "examples", "deprecated", "default", "$comment", "$defs")
)  # fmt: skip


@dataclass(slots=True)
class Merging:
    """What the compilation of one `merge:` needs: the answer's shape, the lines' upstreams in order, which of them are surely there."""

    document: Document
    notes: Notes
    shape: Shape
    lines: Sequence[str]
    required: frozenset[str]
    is_proved: bool = True

    def note(self, path: Path, code: str, message: str, hint: str = "") -> None:
        """Note what is wrong at a place of the route."""
        self.notes.note(self.document, path, code, message, hint, NOT_COMPILED)

    def find_field(self, text: str, at: Path, on_key: bool = False) -> Place | None:
        """Give a field of the answer; None where there is none, which is noted."""
        found = find_place(self.shape, split_path(text))
        if isinstance(found, Place):
            return found
        hint = suggest_name(found.name, found.known) or (f"known there: {', '.join(sorted(found.known)[:8])}" if found.known else "")
        why = found.why or f'the answer has no "{found.name}"'
        self.notes.note(self.document, at, CODE_MERGE, f"{text} leads nowhere: {why}", hint, NOT_COMPILED, on_key=on_key)
        return None


@dataclass(slots=True)
class _Named:
    """A field that is named: where, and who may say it; None = whoever is newest."""

    place: Place
    ranks: tuple[int | None, ...]
    newest: Callable[[Json], float] | None = None


def build_merge(merging: Merging, given: Json) -> Node:
    """Compile a `merge:`; what is wrong is noted, and `is_proved` of the merging taken back where the result must be checked."""
    given = given or {}
    order = _read_order(merging, given.get("otherwise"))
    named: dict[Segments, _Named] = {}
    for text, rule in (given.get("fields") or {}).items():
        at = (*AT, "fields", text)
        place = merging.find_field(text, at, on_key=True)
        if place is None:
            continue
        near = next((path for path in named if path[: len(place.path)] == place.path or place.path[: len(path)] == path), None)
        if near is not None:
            message = f"{text} and {show_path(near)}: one stands in the other, so a part of it would have two rules"
            merging.notes.note(merging.document, at, CODE_MERGE, message, "name one of them", NOT_COMPILED, on_key=True)
            continue
        found = _read_rule(merging, place, rule, at, order)
        if found is not None:
            named[place.path] = found
    _prove(merging, named)
    return _plant(named, order, ())


def _read_order(merging: Merging, given: Json) -> tuple[int, ...]:
    """Give the place of each line in the order of all fields that are not named."""
    said = _find_lines(merging, given or (), (*AT, "otherwise"))
    listed = [*said, *(number for number in range(len(merging.lines)) if number not in said)]
    return tuple(listed.index(number) for number in range(len(merging.lines)))


def _find_lines(merging: Merging, names: Sequence[str], at: Path) -> list[int]:
    found: list[int] = []
    for index, name in enumerate(names):
        if name not in merging.lines:
            hint = suggest_name(name, merging.lines) or "known here: " + ", ".join(merging.lines[:8])
            merging.note((*at, index), CODE_MERGE, f"{name} is not asked here", hint)
        elif (number := merging.lines.index(name)) in found:
            merging.note((*at, index), CODE_MERGE, f"{name} stands twice", "take one out")
        else:
            found.append(number)
    return found


def _read_rule(merging: Merging, place: Place, rule: Json, at: Path, order: tuple[int, ...]) -> _Named | None:
    if isinstance(rule, dict):
        newest = _find_moment(merging, rule["newest"], (*at, "newest"))
        return None if newest is None else _Named(place, order, newest)
    listed = _find_lines(merging, rule, at)
    if not place.conditions and listed and not any(merging.lines[number] in merging.required for number in listed):
        sources = ", ".join(merging.lines[number] for number in listed)
        hint = "need: required in one of their lines, or name more of them"
        merging.note(at, CODE_MAY_MISS, f"the answer always has {show_path(place.path)}, and {sources} may be missing", hint)
    return _Named(place, tuple(listed.index(number) if number in listed else None for number in range(len(merging.lines))))


def _find_moment(merging: Merging, text: str, at: Path) -> Callable[[Json], float] | None:
    """Make what reads the moment by which the newest is told; None where the field is none, which is noted."""
    place = merging.find_field(text, at)
    if place is None:
        return None
    formats = {part.node.get("format") for part in place.shape.parts} & {*_MOMENTS}
    if place.shape.types != {"string"} or not formats:
        merging.note(at, CODE_MERGE, f"{text} is neither a date nor a moment", "a field with format: date or date-time")
        return None
    return make_moment_reader(place.path)


def make_moment_reader(path: Segments) -> Callable[[Json], float]:
    """Make what reads a date or a moment of a document as seconds; without one it is the oldest."""

    def read_moment(document: Json) -> float:
        for name in path:
            document = document.get(name) if isinstance(document, dict) else None
        if not isinstance(document, str):
            return -inf
        try:
            moment = datetime.fromisoformat(document if len(document) > 10 else document + "T00:00:00+07:00")
        except ValueError:
            return -inf
        return moment.timestamp()

    return read_moment


def _plant(named: Mapping[Segments, _Named], order: tuple[int, ...], prefix: Segments) -> Node:
    """Make the tree of the fields that are named below a place."""
    below: dict[str, dict[Segments, _Named]] = {}
    for path, rule in named.items():
        below.setdefault(path[len(prefix)], {})[path] = rule
    fields: dict[str, Field | Node] = {}
    for name, rules in below.items():
        here = (*prefix, name)
        fields[name] = Field(show_path(here), rules[here].ranks, rules[here].newest) if here in rules else _plant(rules, order, here)
    return Node(fields, order, show_path(prefix) + "." if prefix else "")


def _prove(merging: Merging, named: Mapping[Segments, _Named]) -> None:
    """Hold law 3: say whether what is merged of valid documents is valid."""
    spines = {path[:length] for path in named for length in range(len(path))} | {()}
    merging.is_proved = all(_is_plain(merging.shape, path) for path in spines) and all(_is_kept(merging, rule) for rule in named.values())


def _is_plain(shape: Shape, path: Segments) -> bool:
    found = find_place(shape, path) if path else Place((), shape)
    if isinstance(found, Lost) or found.shape.unions or not found.shape.types <= {"object"}:
        return False
    return all(key in _PLAIN or key.startswith("x-") for part in found.shape.parts for key in part.node)


def _is_kept(merging: Merging, rule: _Named) -> bool:
    """Say whether a field that its object must have is there wherever the object is."""
    path = rule.place.path
    if path in rule.place.optional or None not in rule.ranks:
        return True
    sure = any(merging.lines[number] in merging.required for number, rank in enumerate(rule.ranks) if rank is not None)
    return sure and not rule.place.conditions
