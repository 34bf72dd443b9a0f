"""Where a gathered answer is from: a digest in a header, and on request a member of each element.

Laws: 1. The header says of each agency how many of its parts came and how many are missing; it has a bound. 2. The member says of each
element, or of each field that one provider gave, which agency and when. 3. Neither holds a value of the answer.
Must not know: how the parts were had.
Source: RFC 9651 (the header is a List of Strings with Parameters; dates are its Dates), RFC 7240 3 (Preference-Applied).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from ..values.model import Json
from ..values.route import Exchange
from .prefer import read_preferences, tell_applied
from .together import Member

HEADER = b"jembatan-provenance"
MEMBER = "_provenance"
_PREFERENCE = b"provenance"
APPLIED = tell_applied(_PREFERENCE)
_AGENCIES_MAX = 32  # of the header; the rest is one member
_OTHERS = "_other"


def is_wanted(x: Exchange) -> bool:
    """Say whether the caller prefers to be told where each element is from."""
    return _PREFERENCE in read_preferences(x.request)


def write_header(came: Iterable[Member], failed: Iterable[Member], now_s: float) -> tuple[bytes, bytes]:
    """Give the header of an answer. Units: now_s Unix seconds, when the parts were asked for."""
    counts: dict[str, list[int]] = {}
    for place, members in ((0, came), (1, failed)):
        for member in members:
            known = member.agency in counts or len(counts) < _AGENCIES_MAX
            counts.setdefault(member.agency if known else _OTHERS, [0, 0])[place] += 1
    written = [_write_agency(agency, parts, missing, int(now_s)) for agency, (parts, missing) in counts.items()]
    return HEADER, ", ".join(written).encode("ascii")


def _write_agency(agency: str, parts: int, missing: int, at: int) -> str:
    return f'"{agency}"; parts={parts}' + (f"; missing={missing}" if missing else "") + (f"; at=@{at}" if parts else "")


def describe_sources(members: Sequence[Member], fields: Mapping[int, Sequence[str]], now_s: float) -> Json:
    """Give where one element is from: for each provider agency, row, time and the fields that are its; no fields = all of it."""
    at = datetime.fromtimestamp(now_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    found = []
    for number, names in sorted(fields.items()):
        member = members[number]
        row = {"row": member.key} if member.row is not None else {}
        found.append({"agency": member.agency, **row, "at": at, **({"fields": sorted(names)} if names else {})})
    return found
