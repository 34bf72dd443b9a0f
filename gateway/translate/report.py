"""What a mapping covers: its fields with their place and class, what is dropped and lacking, what is assumed.

Laws: 1. What is counted are leaves of the schemas, each once. 2. No value of a payload is known here.
Must not know: files, routes, how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.values.model import Json
from gateway.values.problem import Path

from .compile import Compiled
from .forms import Body, Choice, Each, Form, Picked, Split
from .mapping import parse_mapping
from .paths import ITEM, Segments, list_leaves, read_shape, show_path


@dataclass(frozen=True, slots=True)
class Row:
    """One field: where it is written in the mapping, from where to where it runs, its class per direction ("-": it does not run)."""

    canonical: str
    agency: tuple[str, ...]
    to_canonical: str
    to_agency: str
    at: Path


@dataclass(frozen=True, slots=True)
class Left:
    """A place that no field takes, on purpose. Shape: `kind` is a drop's class, "" for a lack."""

    path: str
    kind: str
    reason: str
    at: Path


@dataclass(frozen=True, slots=True)
class Assumed:
    """A use of `assume`. Shape: `until` is the last day; `since` "" where the mapping does not say it."""

    at: Path
    reason: str
    until: str
    since: str


@dataclass(frozen=True, slots=True)
class Side:
    """Leaves of one schema: all, those that fields take, those left on purpose."""

    leaves: int
    fields: int
    left: int

    @property
    def open(self) -> int:
        """Leaves that nothing claims."""
        return self.leaves - self.fields - self.left


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report of one mapping."""

    id: str
    agency: Side
    canonical: Side
    rows: tuple[Row, ...]
    drops: tuple[Left, ...]
    lacks: tuple[Left, ...]
    assumes: tuple[Assumed, ...]


def describe_mapping(document: Json, compiled: Compiled, schemas: Mapping[str, Json]) -> Coverage:
    """Describe a mapping that compiles."""
    body, _ = parse_mapping(document)
    places = list(_list_places(body, (), ()))
    rows = tuple(_locate(compiled, places, body))
    drops = tuple(_list_left(body, (), "agency"))
    lacks = tuple(_list_left(body, (), "canonical"))
    agency = _count(compiled.agency_schema, schemas, [path for row in rows for path in row.agency], drops)
    canonical = _count(compiled.canonical_schema, schemas, [row.canonical for row in rows], lacks)
    return Coverage(compiled.id, agency, canonical, rows, drops, lacks, tuple(_list_assumes(document, ())))


def _scopes(form: Form, canonical: Segments) -> list[tuple[Body, Segments, Segments]]:
    """Give the bodies inside a form, each with what its paths stand behind: on the agency's side (from the form's own scope), and here."""
    if isinstance(form, Each):
        return [(form.body, (*form.agency, ITEM), (*canonical, *form.canonical, ITEM))] if form.body else []
    if isinstance(form, Choice):
        return [(case.body, (), canonical) for case in form.cases]
    if isinstance(form, Picked):
        return [(form.body, (*form.agency, ITEM), (*canonical, *form.canonical))]
    return []


def _list_places(body: Body, agency: Segments, canonical: Segments) -> Iterator[tuple[str, Path]]:
    """Give the canonical path of every field, and where it is written."""
    for form in body.fields:
        if isinstance(form, Split):
            for path in form.into:
                yield show_path((*canonical, *form.canonical, *path)), form.at
        yield show_path((*canonical, *form.canonical)), form.at
        for inner, theirs, ours in _scopes(form, canonical):
            yield from _list_places(inner, (*agency, *theirs), ours)


def _locate(compiled: Compiled, places: list[tuple[str, Path]], body: Body) -> Iterator[Row]:
    """Give each line its place; of several fields with one canonical path (cases), each line the next."""
    rest = list(places)
    for line in compiled.lines:
        found = next((place for place in rest if place[0] == line.canonical), None)
        if found is not None and sum(place[0] == line.canonical for place in rest) > 1:
            rest.remove(found)
        at = found[1] if found is not None else (*body.at, "fields")
        yield Row(line.canonical, line.agency, line.to_canonical, line.to_agency, at)


def _list_left(body: Body, prefix: Segments, side: str) -> Iterator[Left]:
    if side == "agency":
        for drop in body.drops:
            yield Left(show_path(prefix + drop.path), drop.kind, drop.reason, drop.at)
    else:
        for lack in body.lacks:
            yield Left(show_path(prefix + lack.path), "", lack.reason, lack.at)
    for form in body.fields:
        for inner, theirs, ours in _scopes(form, prefix):
            yield from _list_left(inner, (*prefix, *theirs) if side == "agency" else ours, side)


def _count(name: str, schemas: Mapping[str, Json], fields: list[str], left: tuple[Left, ...]) -> Side:
    leaves = [leaf for leaf in list_leaves(read_shape(schemas[name], schemas)) if leaf]
    taken = {path.replace("[]", "") for path in fields}
    declared = {each.path.replace("[]", "") for each in left}
    in_fields = [leaf for leaf in leaves if _is_below(leaf, taken)]
    in_left = [leaf for leaf in leaves if leaf not in in_fields and _is_below(leaf, declared)]
    return Side(len(leaves), len(in_fields), len(in_left))


def _is_below(leaf: Segments, paths: set[str]) -> bool:
    return any(show_path(leaf[:depth]).replace("[]", "") in paths for depth in range(1, len(leaf) + 1))


def _list_assumes(value: Json, at: Path) -> Iterator[Assumed]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _list_assumes(item, (*at, index))
    if isinstance(value, dict):
        given = value.get("assume")
        if isinstance(given, dict) and "until" in given:
            yield Assumed((*at, "assume"), str(given.get("reason", "")), str(given["until"]), str(given.get("since", "")))
        else:
            for key, inner in value.items():
                yield from _list_assumes(inner, (*at, key))
