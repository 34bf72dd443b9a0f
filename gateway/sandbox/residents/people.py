"""The residents of each service, drawn from its code; and the truth that its answers are held to.

Laws: 1. All of them are synthetic: nobody has these names or numbers. 2. The truth is written in the nation's form (`person@1`), from the
record and from which fields a software tells, never from what it answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from gateway.values.model import Json

from .families import Family, list_leaves
from .forms import is_whole
from .register import Service, draw

RESIDENTS = 5
_MEN = ("ASEP", "UJANG", "BUDI", "WAYAN", "YOHANES", "MA'RUF", "DAENG", "TEUKU")
_WOMEN = ("SITI", "DEWI", "YOSEFA", "NI'MAH", "AISYAH", "KETUT", "MARIA", "INTAN")
_FAMILIES = ("CONTOH", "MISAL", "REKAAN", "UMPAMA", "FIKTIF", "KARANGAN")
_STREETS = ("JL MAWAR", "JL DR. CONTOH", "GG MELATI II", "JL ANGGREK & KENANGA", "JL CAFÉ", "DUSUN <BARU>")
_JOBS = ("PETANI", "NELAYAN", "GURU", "PEDAGANG", "BELUM BEKERJA")
_BLOOD = ("A", "B", "AB", "O", None)
_MARITAL = ("single", "married", "divorced", "widowed")
_BORN, _BORN_DAYS = date(1965, 1, 1), 15_000
_ADULT_BORN_BEFORE = date(2004, 1, 1)
_TRUTH: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("nik", ("identifiers", "nik")), ("kk", ("identifiers", "family_card")), ("npwp", ("identifiers", "npwp")),
    ("name", ("name", "full")), ("birth_date", ("birth", "date")), ("birth_place", ("birth", "place")), ("sex", ("sex",)),
    ("marital", ("marital_status",)), ("street", ("address", "street")), ("region", ("address", "region", "code")),
)  # fmt: skip


@lru_cache(maxsize=1024)
def list_residents(service: Service) -> tuple[Mapping[str, str], ...]:
    """Give the records of a service's residents: field → text; what a resident has not is absent."""
    return tuple(_make_resident(service, place) for place in range(RESIDENTS))


def find_resident(service: Service, nik: str) -> Mapping[str, str] | None:
    """Find a resident's record by the resident's number."""
    return next((record for record in list_residents(service) if record["nik"] == nik), None)


def _make_resident(service: Service, place: int) -> Mapping[str, str]:
    def pick(what: str, count: int) -> int:
        return draw(service.code, place, what) % count

    home = service.regions[pick("home", len(service.regions))]
    area = f"{home.code}{1 + pick('district', 12):02}"
    born = _BORN + timedelta(days=pick("born", _BORN_DAYS))
    is_male = not pick("sex", 2)
    names = _MEN if is_male else _WOMEN
    record: dict[str, str | None] = {
        "nik": _number(area, born, 0 if is_male else 40, 1 + place * 1000 + pick("serial", 999)),
        "kk": _number(area, _BORN + timedelta(days=15_000 + pick("card", 5000)), 0, 1 + pick("family", 9998)),
        "npwp": f"0{pick('npwp', 10**15):015}" if born < _ADULT_BORN_BEFORE and pick("taxed", 3) else None,
        "name": f"{names[pick('name', len(names))]} {_FAMILIES[pick('family name', len(_FAMILIES))]}",
        "birth_date": born.isoformat(),
        "birth_place": home.name.partition(" ")[2],
        "sex": "male" if is_male else "female",
        "marital": _MARITAL[pick("marital", 4)] if born < _ADULT_BORN_BEFORE else "single",
        "street": f"{_STREETS[pick('street', len(_STREETS))]} {1 + pick('house', 200)}",
        "region": f"{area}{(1001, 2001)[pick('village kind', 2)] + pick('village', 15)}",
        "religion": str(1 + pick("religion", 6)),
        "blood": _BLOOD[pick("blood", len(_BLOOD))],
        "rt": f"{1 + pick('rt', 20):03}",
        "rw": f"{1 + pick('rw', 10):03}",
        "job": _JOBS[pick("job", len(_JOBS))],
        "mother": f"{_WOMEN[pick('mother', len(_WOMEN))]} {_FAMILIES[pick('mother name', len(_FAMILIES))]}",
        "phone": f"+62800{pick('phone', 10**7):07}",
        "updated": (datetime(2025, 1, 1) + timedelta(minutes=pick("updated", 500_000))).isoformat(),  # noqa: DTZ001 - a clock on a wall
        "office": service.title,
        "service": service.code,
    }
    return {name: text for name, text in record.items() if text is not None}


def _number(area: str, day: date, more_days: int, serial: int) -> str:
    return f"{area}{day.day + more_days:02}{day:%m%y}{serial:04}"


def tell_truth(family: Family, record: Mapping[str, str]) -> dict[str, Json]:
    """Write what a software must be understood to say of a resident."""
    leaves = list_leaves(family)
    truth: dict[str, Json] = {}
    for field, path in _TRUTH:
        if field in record and is_whole(field, leaves):
            inner = truth
            for name in path[:-1]:
                inner = inner.setdefault(name, {})
            inner[path[-1]] = record[field]
    if "region" in truth.get("address", {}):
        truth["address"]["region"]["scheme"] = "kemendagri"
    return truth
