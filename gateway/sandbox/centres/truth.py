"""What happened at each health centre: the visits that all its software tells of, made from its code alone.

Law: the same code has the same visits at every start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ..seeds import read_seeds

PATIENTS = ("3215014502930002", "3215011405180001", "3215011708910003")  # synthetic: nobody has these numbers
_DIAGNOSES = ("J06.9", "R50", "Z00.0", "A09", "I10", "E11.9", "K29.7", "M54.5")
_BEGIN = datetime(2025, 1, 6, tzinfo=UTC)
_DAYS = 600
VISITS_MAX = 3


@dataclass(frozen=True, slots=True)
class Centre:
    """A health centre: its code, its software, and where its clock stands."""

    code: str
    software: str
    zone: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit. Shape: `number` eight hexadecimal digits, `began` an aware moment to the minute; the first diagnosis is the main one."""

    number: str
    nik: str
    began: datetime
    diagnoses: tuple[str, ...]


def read_centres(seeds: Path) -> dict[str, Centre]:
    """Read the register of centres by code."""
    rows = read_seeds(seeds, "health-centres")["centres"]
    return {code: Centre(code, software, zone) for code, software, zone in rows}


def _draw(*words: object) -> int:
    return int.from_bytes(hashlib.sha256(" ".join(map(str, words)).encode()).digest()[:8])


def list_visits(centre: Centre, nik: str) -> tuple[Visit, ...]:
    """Give the visits of a patient to a centre, the oldest first; () where the centre does not know the patient."""
    if nik not in PATIENTS:
        return ()
    count = 1 + _draw(centre.code, nik) % VISITS_MAX
    made = [_make_visit(centre, nik, place) for place in range(count)]
    return tuple(sorted(made, key=lambda visit: visit.began))


def _make_visit(centre: Centre, nik: str, place: int) -> Visit:
    words = centre.code, nik, place
    zone = ZoneInfo(centre.zone)
    day = (_BEGIN + timedelta(days=_draw(*words, "day") % _DAYS)).replace(tzinfo=zone)
    began = day + timedelta(hours=7 + _draw(*words, "hour") % 7, minutes=_draw(*words, "minute") % 60)
    codes = [_DIAGNOSES[_draw(*words, "code", index) % len(_DIAGNOSES)] for index in range(_draw(*words, "codes") % 3)]
    return Visit(f"{_draw(*words, 'number'):016X}"[:8], nik, began, tuple(dict.fromkeys(codes)))


def number_new(centre: Centre, said: Mapping[str, str]) -> str:
    """Give the number of a visit that is recorded: the same for the same visit."""
    return f"{_draw(centre.code, *(said[name] for name in sorted(said))):016X}"[:8]
