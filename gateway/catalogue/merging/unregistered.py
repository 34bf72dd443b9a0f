"""What is not registered: callers, hosts and interfaces that the gateway or an inventory names, and that no entry covers.

Law: everything that is named is either covered by an entry that is named with it, or in the list. Must not know: where names are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from ..entry import App

Kind: TypeAlias = Literal["caller", "host", "operation", "application"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that was seen. Shape: `name` an agency, host, operation or application's id; `where` what named it; `times` calls."""

    kind: Kind
    name: str
    where: str
    entry: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class Covered:
    """A sighting with the entry that covers it, "" where none does."""

    sighting: Sighting
    by: str


def find_unregistered(sightings: Iterable[Sighting], apps: Sequence[App]) -> list[Covered]:
    """Give what no entry covers: the most used first, each once."""
    return [one for one in cover_sightings(sightings, apps) if not one.by]


def cover_sightings(sightings: Iterable[Sighting], apps: Sequence[App]) -> list[Covered]:
    """Give each thing that was seen, once, with the entry that covers it."""
    index = _index(apps)
    merged: dict[tuple[Kind, str], Sighting] = {}
    for one in sightings:
        name = one.name.lower()
        known = merged.get((one.kind, name))
        if known is None:
            merged[one.kind, name] = one
        else:
            where = ", ".join(dict.fromkeys((*known.where.split(", "), one.where)))
            merged[one.kind, name] = Sighting(one.kind, known.name, where, known.entry or one.entry, known.times + one.times)
    found = [Covered(one, _find(one, index)) for one in merged.values()]
    return sorted(found, key=lambda one: (-one.sighting.times, one.sighting.kind, one.sighting.name))


def _index(apps: Sequence[App]) -> Mapping[tuple[str, str], str]:
    index: dict[tuple[str, str], str] = {}
    for app in sorted(apps, key=lambda app: app.id, reverse=True):
        index["application", app.id.lower()] = app.id
        index["caller", app.owner.lower()] = app.id
        for interface in app.interfaces:
            if host := urlsplit(interface.where).hostname:
                index["host", host] = app.id
            index |= {("operation", operation.lower()): app.id for operation in interface.operations}
    return index


def _find(one: Sighting, index: Mapping[tuple[str, str], str]) -> str:
    if one.entry:
        return index.get(("application", one.entry.lower()), "")
    return index.get((one.kind, one.name.lower()), "")
