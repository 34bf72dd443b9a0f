"""The small tables that the reference catalogue is made from: regions, owners, objects, activities, columns.

Laws: a table that names what no other holds is refused when it is read.
Must not know: what is made of them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Concept:
    """What a column means, its declared type, and how three kinds of programmer write it."""

    id: str
    type: str
    indonesian: tuple[str, ...]
    short: tuple[str, ...]
    english: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """What an application does with its objects. Shape: `operations` verbs; `resource` Indonesian and English."""

    id: str
    indonesian: tuple[str, ...]
    english: tuple[str, ...]
    stems: tuple[str, ...]
    concepts: tuple[str, ...]
    operations: tuple[str, ...]
    resource: tuple[str, str]
    weight: float


@dataclass(frozen=True, slots=True)
class Object:
    """What an application is about. Shape: `activities` with the share of regions that have it, in percent."""

    id: str
    sector: str
    indonesian: str
    english: str
    short: str
    concepts: tuple[str, ...]
    activities: dict[str, float]
    resource: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns applications. Units: `weight` applications, where a number is given; `kind` ministry, province, regency, city."""

    id: str
    kind: str
    indonesian: str
    english: str
    domain: str
    weight: int
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """All of them."""

    concepts: dict[str, Concept]
    activities: dict[str, Activity]
    objects: dict[str, Object]
    ministries: tuple[Owner, ...]
    regions: tuple[Owner, ...]


def read_tables(folder: Path) -> Tables:
    """Read the tables of a folder.

    Faults: ValueError where a table names what no other holds.
    """
    concepts = {
        row["concept"]: Concept(row["concept"], row["type"], _cut(row["indonesian"]), _cut(row["short"]), _cut(row["english"]))
        for row in _rows(folder / "concepts.csv")
    }
    activities = {row["activity"]: _read_activity(row) for row in _rows(folder / "activities.csv")}
    objects = {row["object"]: _read_object(row) for row in _rows(folder / "objects.csv")}
    ministries = tuple(
        Owner(
            row["owner"], "ministry", row["indonesian"], row["english"], f"{row['domain']}.example", int(row["apps"]), _cut(row["sectors"])
        )
        for row in _rows(folder / "owners.csv")
    )
    tables = Tables(concepts, activities, objects, ministries, tuple(_read_region(row) for row in _rows(folder / "regions.csv")))
    _check(tables)
    return tables


def _check(tables: Tables) -> None:
    objects = tables.objects.values()
    lists = [one.concepts for one in objects] + [one.concepts for one in tables.activities.values()]
    concepts = {concept for named in lists for concept in named}
    activities = {activity for one in objects for activity in one.activities}
    sectors = {sector for one in tables.ministries for sector in one.sectors}
    missing = (concepts - set(tables.concepts)) | (activities - set(tables.activities)) | (sectors - {one.sector for one in objects})
    if missing:
        raise ValueError(f"the tables of the reference catalogue name what is in none of them: {', '.join(sorted(missing))}")


def _read_activity(row: dict[str, str]) -> Activity:
    indonesian, english = row["resource"].split(";")
    return Activity(
        row["activity"], _cut(row["indonesian"]), _cut(row["english"]), _cut(row["stems"]), _cut(row["concepts"]),
        tuple(row["operations"].split()), (indonesian, english), float(row["weight"]),
    )  # fmt: skip


def _read_object(row: dict[str, str]) -> Object:
    shares = {name: float(share or 0) for name, _, share in (one.partition(":") for one in _cut(row["activities"]))}
    indonesian, english = row["resource"].split(";")
    return Object(
        row["object"], row["sector"], row["indonesian"], row["english"], row["short"], _cut(row["concepts"]), shares, (indonesian, english)
    )


_REGIONS = {
    "province": ("prov", "Pemerintah Provinsi", "Province of", "prov", 75),
    "regency": ("kab", "Kabupaten", "Regency of", "kab", 25),
    "city": ("kota", "Kota", "City of", "kota", 25),
}


def _read_region(row: dict[str, str]) -> Owner:
    prefix, indonesian, english, domain, apps = _REGIONS[row["kind"]]
    slug = row["name"].lower().replace(" ", "-").replace("'", "")
    plain = slug.replace("-", "")
    return Owner(
        f"{prefix}-{slug}", row["kind"], f"{indonesian} {row['name']}", f"{english} {row['name']}", f"{plain}{domain}.example", apps
    )


def _cut(text: str) -> tuple[str, ...]:
    return tuple(text.split(";"))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))
