"""Who runs which software: 514 regencies and cities, 300 of their social offices, 38 provinces, 37 ministries with four systems each.

Law: the same seeds give the same 1,000 services.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from gateway.values.model import Json

from .families import Family

SINCE = "2024-01-01"
_SOCIAL = 300
_SYSTEMS = ("layanan", "bantuan", "perizinan", "pendataan")
COLUMNS = ("code", "software", "url", "owner", "zone", "since", "until")


@dataclass(frozen=True, slots=True)
class Region:
    """A regency or city. Shape: `code` four digits."""

    code: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Service:
    """One installation. Shape: `code` begins its path; `kind` regency, social, province or ministry; `regions` where its residents live."""

    code: str
    kind: str
    software: str
    owner: str
    title: str
    zone: str
    regions: tuple[Region, ...]


def draw(*words: object) -> int:
    """Draw a number that depends on these words alone."""
    return int.from_bytes(hashlib.sha256(" ".join(map(str, words)).encode()).digest()[:8])


def read_regions(seeds: Path) -> tuple[Region, ...]:
    """Read the regencies and cities, in the order of their codes."""
    found = []
    for province in _read(seeds)["provinces"]:
        for kind, names in (("KABUPATEN", province["regencies"]), ("KOTA", province["cities"])):
            for number, _, name in (each.partition(" ") for each in names):
                found.append(Region(province["code"] + number, f"{kind} {name}".upper(), province["zone"]))
    return tuple(sorted(found, key=lambda region: region.code))


def read_register(seeds: Path, families: Mapping[str, Family]) -> dict[str, Service]:
    """Read the 1,000 services by code."""
    regions, said = read_regions(seeds), _read(seeds)
    by_code = {region.code: region for region in regions}
    social = sorted(by_code, key=lambda code: draw("social", code))[:_SOCIAL]
    wanted: list[tuple[str, str, str, str, str, tuple[Region, ...]]] = []
    wanted += [(one.code, "regency", "daerah-" + one.code, one.name, one.zone, (one,)) for one in regions]
    for code in sorted(social):
        one = by_code[code]
        wanted.append((code + "-sosial", "social", "daerah-" + code, one.name, one.zone, (one,)))
    for province in said["provinces"]:
        inside = tuple(one for one in regions if one.code.startswith(province["code"]))
        name = f"PROVINSI {province['name']}".upper()
        wanted.append((province["code"], "province", "daerah-" + province["code"], name, province["zone"], inside))
    for ministry, title in said["ministries"].items():
        wanted += [(f"{ministry}-{system}", "ministry", ministry, title.upper(), "Asia/Jakarta", regions) for system in _SYSTEMS]
    softwares = _deal_softwares([(code, kind) for code, kind, *_ in wanted], families)
    return {code: Service(code, kind, softwares[code], owner, title, zone, home) for code, kind, owner, title, zone, home in wanted}


def _deal_softwares(services: Iterable[tuple[str, str]], families: Mapping[str, Family]) -> dict[str, str]:
    """Deal softwares like cards: each kind of owner has those of its own, as often as they weigh."""
    dealt: dict[str, str] = {}
    decks = {kind: [id for id, one in families.items() for _ in range(one.used.get(kind, 0))] for _, kind in services}
    for kind, deck in decks.items():
        codes = sorted((code for code, its in services if its == kind), key=lambda code: draw("software", code))
        dealt.update((code, deck[place % len(deck)]) for place, code in enumerate(codes))
    return dealt


def _read(seeds: Path) -> dict[str, Json]:
    said = yaml.safe_load((seeds / "residents" / "regions.yaml").read_text(encoding="utf-8"))
    assert isinstance(said, dict)
    return said


def write_rows(services: Iterable[Service]) -> str:
    """Write the table of the services as CSV, as a platform engineer would be handed it."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(COLUMNS)
    lines.writerows((one.code, one.software, "/" + one.code, one.owner, one.zone, SINCE, "") for one in services)
    return file.getvalue()


def write_owners(services: Iterable[Service]) -> str:
    """Write who owns services, as CSV: id and name."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(("owner", "title"))
    lines.writerows({one.owner: one.title for one in services}.items())
    return file.getvalue()
