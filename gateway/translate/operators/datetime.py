"""`datetime`: a moment in the agency's form and zone ⇄ RFC 3339 date-time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from gateway.values.model import Json

from ..prove.domain import Value
from ..prove.texts import Language, glue, minus, of_format, of_whole, of_words
from ..prove.transfer import Image, Transfer, give_up, image_of_texts
from .date import change_form, find_slices, reorder_tokens
from .spec import REFUSED, STRING, Argument, ArgumentError, Case, Entry, Flow, Operator, Spec, want_text

SPEC = Spec(
    "datetime",
    "A moment in the agency's form. Without an offset in the form the zone says what its clock shows; a local time that a zone "
    "skips or has twice is refused. What the agency's form cannot show (seconds, fractions) is refused, never cut off.",
    (
        Argument(
            "form",
            "string",
            "YYYY, MM, DD, HH, mm and, if there, ss, with signs between; or `rfc3339`.",
            "DD-MM-YYYY HH:mm",
            is_required=True,
        ),
        Argument("zone", "string", "WIB, WITA, WIT, UTC, an offset such as +07:00, or an IANA name.", "WIB"),
    ),
    "form",
    {"datetime": {"form": "DD-MM-YYYY HH:mm", "zone": "WIB"}},
)
_ZONES = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0}
_OFFSET = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")
_RFC3339 = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_FULL = "YYYY-MM-DDTHH:mm:ss"


def find_zone(name: str) -> tzinfo:
    """Give the zone of a name.

    Faults: ArgumentError.
    """
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name])) if _ZONES[name] else UTC
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, hours, minutes = offset.groups()
        return timezone((1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes)))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ArgumentError("zone", f'unknown zone "{name}"', "WIB, WITA, WIT, UTC, +07:00 or an IANA name such as Asia/Jakarta") from error


def read_moment(text: str) -> tuple[datetime, str]:
    """Read an RFC 3339 date-time: the moment to the second, and the digits of its fraction without trailing zeros.

    Faults: ValueError. Source: RFC 3339 5.6 (leap seconds are not taken).
    """
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise ValueError("no date-time")
    day, clock, fraction, offset = found.groups()
    if offset not in "Zz" and _OFFSET.fullmatch(offset) is None:
        raise ValueError("no offset")
    return datetime.fromisoformat(day + "T" + clock + ("+00:00" if offset in "Zz" else offset)), (fraction or "").rstrip("0")


def write_moment(moment: datetime) -> str:
    """Write an aware moment as RFC 3339, in its own offset; UTC as Z."""
    text = moment.isoformat(timespec="seconds")
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def localize(local: datetime, zone: tzinfo) -> datetime:
    """Give the one moment at which the zone's clock showed this.

    Faults: ValueError where there is none, or more than one, or its offset has seconds.
    """
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    offset = first.utcoffset()
    if offset is None or offset != second.utcoffset() or offset.total_seconds() % 60:
        raise ValueError("the clock did not show this once")
    return first


def _build_rfc3339(detail: str) -> Operator:
    def check(value: Json) -> Json:
        read_moment(want_text(value))
        return value

    def image(value: Value) -> Image:
        return image_of_texts(value, of_format("date-time"), lambda language: language, detail)

    return Operator("datetime", check, check, STRING, STRING, detail, images=(image, image))


_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"


@lru_cache(maxsize=64)
def settle_zone(zone: tzinfo) -> tuple[int, timezone] | None:
    """Give the first year from whose beginning to the end of the calendar a zone has one offset, and that offset; None where it has none.

    Shape: a zone is asked every week to 2100; a rule that turns the clock every year would show before.
    """
    if isinstance(zone, timezone):
        return 1, zone
    weeks = [datetime(1900, 1, 1, tzinfo=UTC) + timedelta(days=7 * week) for week in range(200 * 52)]
    offsets = [(week, zone.utcoffset(week.astimezone(zone))) for week in weeks]
    last = offsets[-1][1]
    changed = max((week.year for week, offset in offsets if offset != last), default=1899)
    return None if last is None or changed >= 2050 else (changed + 2, timezone(last))


def _write_years(first: int) -> str:
    """Write a pattern of the years of four digits from one to 9998."""
    if first <= 2:
        return "(?:0001|9999)"
    digits = f"{first:04}"
    below = [digits[:place] + f"[0-{int(sign) - 1}]" + "[0-9]" * (3 - place) for place, sign in enumerate(digits) if sign != "0"]
    return f"(?:{'|'.join(['9999', *below])})"


def _list_days(first: int) -> Language:
    """Give the days of the calendar from a year on, without its last year: an offset may lead out of it."""
    return minus(of_format("date") or of_words(()), of_whole(_write_years(first) + "-[0-9]{2}-[0-9]{2}"))


def _make_images(form: str, full: str, zone: tzinfo, detail: str) -> tuple[Transfer | None, Transfer | None]:
    """Give the transfers; of a zone whose offset always changes nothing is known."""
    settled = settle_zone(zone)
    if settled is None:
        return (lambda value: give_up("the zone's offset changes with the years"),) * 2
    first, offset = settled
    seconds = ":[0-5][0-9]" if full == _FULL else ""
    days = _list_days(first)
    moments = glue(of_format("date") or of_words(()) if first == 1 else days, of_words(("T",)), of_whole(_CLOCK + seconds))
    shown = reorder_tokens(moments, full, form)
    if shown is None:
        return None, None
    tail = of_words((("" if seconds else ":00") + write_moment(datetime(2000, 1, 1, tzinfo=offset))[19:],))
    exact = glue(days, of_whole(rf"T{_CLOCK}{seconds or ':00'}(?:\.0+)?(?:Z|[+-]{_CLOCK})"))

    def to_full(language: Language) -> Language:
        return glue(reorder_tokens(language, form, full) or moments, tail)

    return (
        lambda value: image_of_texts(value, shown, to_full, detail),
        lambda value: image_of_texts(value, exact, lambda language: shown, detail),
    )


def build(arguments: Mapping[str, Json], flow: Flow) -> Operator:
    """Make one use."""
    form, zone_name = arguments["form"], arguments.get("zone")
    if form == "rfc3339":
        if zone_name:
            raise ArgumentError("zone", "rfc3339 carries its own offset", "leave `zone` out")
        return _build_rfc3339("not an RFC 3339 date-time")
    if not zone_name:
        raise ArgumentError("zone", "the form has no offset, so a zone is needed", "zone: WIB")
    has_seconds = "ss" in form
    find_slices(form, ("YYYY", "MM", "DD", "HH", "mm", *(("ss",) if has_seconds else ())))
    zone = find_zone(zone_name)
    full = _FULL if has_seconds else _FULL[:-3]

    def to_canonical(value: Json) -> Json:
        text = change_form(want_text(value), form, full)
        if not text.isascii():
            raise ValueError("digits")
        return write_moment(localize(datetime.fromisoformat(text), zone))

    def to_agency(value: Json) -> Json:
        moment, fraction = read_moment(want_text(value))
        local = moment.astimezone(zone)
        if fraction or (local.second and not has_seconds):
            raise ValueError("finer than the form")
        bare = local.replace(tzinfo=None, fold=0)
        if localize(bare, zone) != moment:
            raise ValueError("not once")
        return change_form(bare.isoformat(timespec="seconds")[: len(full)], full, form)

    detail = f"not a moment that the agency's form {form} shows"
    return Operator("datetime", to_canonical, to_agency, STRING, STRING, detail, ("I", "Q"), images=_make_images(form, full, zone, detail))


_WIB = {"form": "DD-MM-YYYY HH:mm", "zone": "WIB"}
_NEW_YORK = {"form": "YYYY-MM-DD HH:mm:ss", "zone": "America/New_York"}
CASES = (
    Case(_WIB, "17-08-2024 10:00", "2024-08-17T10:00:00+07:00"),
    Case(_WIB, "17-08-2024 10:00", "2024-08-17T03:00:00Z", way="to_agency"),
    Case(_WIB, REFUSED, "2024-08-17T03:00:01Z"),
    Case(_WIB, REFUSED, "2024-08-17T03:00:00.5Z"),
    Case(_WIB, "17-08-2024 10:00", "2024-08-17T03:00:00.000Z", way="to_agency"),
    Case(_WIB, REFUSED, "2024-08-17T03:00:60Z"),
    Case(_WIB, REFUSED, "0001-01-01T00:00:00+23:00"),
    Case(_WIB, "30-02-2024 10:00", REFUSED),
    Case(_WIB, "17-08-2024 24:00", REFUSED),
    Case({"form": "YYYYMMDDHHmmss", "zone": "WIT"}, "20240817100000", "2024-08-17T10:00:00+09:00"),
    Case({"form": "YYYY-MM-DDTHH:mm:ss", "zone": "UTC"}, "2024-08-17T10:00:00", "2024-08-17T10:00:00Z"),
    Case({"form": "YYYY-MM-DD HH:mm", "zone": "+05:30"}, "2024-08-17 10:00", "2024-08-17T10:00:00+05:30"),
    Case({"form": "YYYY-MM-DD HH:mm", "zone": "Asia/Makassar"}, "2024-08-17 10:00", "2024-08-17T10:00:00+08:00"),
    Case({"form": "YYYY-MM-DD HH:mm", "zone": "Asia/Makassar"}, "1900-01-01 10:00", REFUSED),
    Case(_NEW_YORK, "2024-03-10 02:30:00", REFUSED),
    Case(_NEW_YORK, "2024-11-03 01:30:00", REFUSED),
    Case(_NEW_YORK, REFUSED, "2024-11-03T05:30:00Z"),
    Case("rfc3339", "2024-08-17T10:00:00+07:00", "2024-08-17T10:00:00+07:00"),
    Case("rfc3339", "2024-08-17 10:00:00", REFUSED),
)
ENTRY = Entry(SPEC, build, CASES)
