"""The operators: one file each, one line each in the table below.

Laws: see spec.py. A new operator is one file with its specification, its functions both ways, its emitters and its cases.
"""

from __future__ import annotations

from . import affix, assume, bool, case, codes, date, datetime, number, offset, pad, picture, scale, trim
from .presence import DEFAULT, NULL_AS
from .spec import Entry, Spec

OPERATORS: dict[str, Entry] = {
    "codes": codes.ENTRY,
    "date": date.ENTRY,
    "datetime": datetime.ENTRY,
    "scale": scale.ENTRY,
    "offset": offset.ENTRY,
    "affix": affix.ENTRY,
    "pad": pad.ENTRY,
    "picture": picture.ENTRY,
    "case": case.ENTRY,
    "trim": trim.ENTRY,
    "number": number.ENTRY,
    "bool": bool.ENTRY,
    "assume": assume.ENTRY,
}
PRESENCE: dict[str, Spec] = {"null_as": NULL_AS, "default": DEFAULT}
SPECS: dict[str, Spec] = {**{name: entry.spec for name, entry in OPERATORS.items()}, **PRESENCE}
