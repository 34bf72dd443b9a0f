"""The formats of strings, each as one regular expression.

Holds: national identifiers with the structure that their sources agree on, and dates and times.
Laws: 1. A format is a regular language, calendar and leap years included, so that what is checked at run time is what a
prover reads. 2. What sources contradict each other about stays opaque digits. 3. An identifier is a string: a number loses
leading zeros and, beyond 2^53, digits.
Must not know: which schema uses which format.

Where we are narrower than RFC 3339: `T` and `Z` in upper case, years from 0001, at most nine digits of a second, no leap
second (no agency's system can hold one).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# Pieces. Two digits from 01 to 99, and the last two digits of a year that are a leap year's in the Gregorian calendar.
_TWO = "(?:0[1-9]|[1-9][0-9])"
_LEAP_TWO = "(?:0[48]|[2468][048]|[13579][26])"
_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = f"(?:[0-9]{{2}}{_LEAP_TWO}|(?:[02468][48]|[2468]0|[13579][26])00)"
_RECENT = "(?:19|20)[0-9]{2}"
_RECENT_LEAP = f"(?:(?:19|20){_LEAP_TWO}|2000)"
_MONTH = "(?:0[1-9]|1[0-2])"


def _days(form: str, day: str, last: str, thirty: str, leap_day: str, year: str, leap_year: str) -> str:
    """Spell every date of a calendar: `form` orders `{d}`, `{m}` and `{y}`; days up to 28, 29 and 30, 31, and 29 February."""
    rows = (
        (day, _MONTH, year),
        (thirty, "(?:0[13-9]|1[0-2])", year),
        (last, "(?:0[13578]|1[02])", year),
        (leap_day, "02", leap_year),
    )
    return "(?:" + "|".join(form.format(d=d, m=m, y=y) for d, m, y in rows) + ")"


def _calendar(form: str, year: str, leap_year: str) -> str:
    return _days(form, "(?:0[1-9]|1[0-9]|2[0-8])", "31", "(?:29|30)", "29", year, leap_year)


# A two-digit year may be of either century: 29 February needs a year that is leap in one of them, and 00 is (2000).
_SHORT_YEAR, _SHORT_LEAP = "[0-9]{2}", "(?:[02468][048]|[13579][26])"
_BORN_MALE = _calendar("{d}{m}{y}", _SHORT_YEAR, _SHORT_LEAP)
_BORN_FEMALE = _days("{d}{m}{y}", "(?:4[1-9]|5[0-9]|6[0-8])", "71", "(?:69|70)", "69", _SHORT_YEAR, _SHORT_LEAP)
_AREA = f"[1-9][0-9]{_TWO}{_TWO}"  # province, regency or city, district
_NIK = f"{_AREA}(?:{_BORN_MALE}|{_BORN_FEMALE})[0-9]{{4}}"
_NPWP = f"(?:0[0-9]{{15}}|{_NIK})"
_DATE = _calendar("{y}-{m}-{d}", _YEAR, _LEAP_YEAR)
_COMPACT_DATE = _calendar("{y}{m}{d}", _RECENT, _RECENT_LEAP)
_CLOCK, _BARE_CLOCK = (f"(?:[01][0-9]|2[0-3]){sign}[0-5][0-9]" for sign in (":", ""))
_DMY_DASHED, _DMY_SLASHED, _DMY_DOTTED, _DMY = (
    _calendar(f"{{d}}{sign}{{m}}{sign}{{y}}", _YEAR, _LEAP_YEAR) for sign in ("-", "/", "[.]", "")
)
_YMD, _YMD_SLASHED, _YMD_DOTTED = (_calendar(f"{{y}}{sign}{{m}}{sign}{{d}}", _YEAR, _LEAP_YEAR) for sign in ("", "/", "[.]"))
_MDY_SLASHED = _calendar("{m}/{d}/{y}", _YEAR, _LEAP_YEAR)
_TIME = rf"{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,9}})?(?:Z|[+-]{_CLOCK})"


@dataclass(frozen=True, slots=True)
class Format:
    """One format of strings.

    Shape: `pattern` uses classes, groups, alternation and counted repetition only; no anchors, it stands for the whole string.
    `source` names where the structure is laid down; `example` is synthetic.
    """

    name: str
    pattern: str
    example: str
    title_en: str
    title_id: str
    source: str


_LIST: Final = (
    Format("nik", _NIK, "3215011708910003", "Resident identity number", "Nomor Induk Kependudukan",
           "UU 23/2006 art. 13; PP 40/2019: area of issue, birth date (day + 40 for women), serial; no check digit"),
    Format("nkk", f"{_AREA}{_BORN_MALE}[0-9]{{4}}", "3215012304150007", "Family card number", "Nomor Kartu Keluarga",
           "PP 40/2019; Permendagri 109/2019: area, date of recording, serial"),
    Format("npwp", _NPWP, "0013456789054000", "Taxpayer number, 16 digits", "Nomor Pokok Wajib Pajak 16 digit",
           "PMK 112/PMK.03/2022 art. 2-5: a resident person's NIK, for others 0 and the 15 digits"),
    Format("npwp15", "[0-9]{15}", "013456789054000", "Taxpayer number, 15 digits", "Nomor Pokok Wajib Pajak 15 digit",
           "PER-04/PJ/2020; sources contradict on the check digit: opaque"),
    Format("nitku", f"{_NPWP}[0-9]{{6}}", "0013456789054000000001", "Place of business number", "Nomor Identitas Tempat Kegiatan Usaha",
           "PMK 112/PMK.03/2022 art. 1: NPWP of 16 digits and a serial of 6"),
    Format("nip", f"{_COMPACT_DATE}{_RECENT}{_MONTH}[12][0-9]{{3}}", "198501152010011004", "Civil servant number", "Nomor Induk Pegawai",
           "Perka BKN 22/2007: birth date, month of appointment, sex, serial"),
    Format("nip-pppk", f"{_COMPACT_DATE}[0-9]{{6}}[12][0-9]{{3}}", "199003022021211005", "Contract civil servant number",
           "Nomor Induk PPPK", "Peraturan BKN 1/2019; sources contradict on digits 9 to 14: opaque"),
    Format("nib", "[0-9]{13}", "9120001234567", "Business registration number", "Nomor Induk Berusaha", "PP 5/2021: 13 digits, opaque"),
    Format("bpjs-card", "[0-9]{13}", "0001234567890", "Health insurance card number", "Nomor kartu BPJS Kesehatan",
           "sources contradict on the inner structure: opaque"),
    Format("region-code", f"[1-9][0-9](?:{_TWO}(?:{_TWO}(?:[12][0-9]{{3}})?)?)?", "3215011001", "Region code (Kemendagri)",
           "Kode wilayah Kemendagri", "Permendagri 137/2017: province, regency or city, district, village, without dots"),
    Format("region-code-bps", "[1-9][0-9](?:[0-9]{2}(?:[0-9]{3}(?:[0-9]{3})?)?)?", "3215010001", "Region code (BPS)", "Kode wilayah BPS",
           "Perka BPS on codes of working areas: 2 + 2 + 3 + 3; not the code of Kemendagri"),
    Format("iso-province", "ID-[A-Z]{2}", "ID-JB", "Province code (ISO)", "Kode provinsi ISO", "ISO 3166-2:ID"),
    Format("postal-code", "[1-9][0-9]{4}", "41311", "Postal code", "Kode pos", "Permenkominfo 5/2013 and Pos Indonesia: 5 digits"),
    Format("phone", r"\+[1-9][0-9]{6,14}", "+6281200000000", "Telephone number", "Nomor telepon", "ITU-T E.164, with the plus sign"),
    Format("nisn", "[0-9]{10}", "0012345678", "Pupil number", "Nomor Induk Siswa Nasional",
           "Kemendikbud PDSP; sources contradict on the inner structure: opaque"),
    Format("npsn", "[0-9A-Z][0-9]{7}", "20217654", "School number", "Nomor Pokok Sekolah Nasional",
           "Kemendikbud PDSP: 8 digits, the first a letter for some religious schools"),
    Format("nop", "[1-9][0-9]{17}", "321501000100203040", "Property tax object number", "Nomor Objek Pajak",
           "KEP-533/PJ/2000: region (2 + 2 + 3 + 3), block, serial, kind"),
    Format("kbli", "[0-9]{5}", "62019", "Business classification code", "Kode KBLI", "Peraturan BPS 2/2020: 5 digits"),
    Format("date", _DATE, "1991-08-17", "Date", "Tanggal", "RFC 3339 5.6 full-date"),
    Format("time", _TIME, "07:30:00+07:00", "Time with offset", "Waktu dengan selisih", "RFC 3339 5.6 full-time"),
    Format("date-time", f"{_DATE}T{_TIME}", "2026-08-17T07:30:00+07:00", "Date and time", "Tanggal dan waktu", "RFC 3339 5.6 date-time"),
    Format("date-DD-MM-YYYY", _DMY_DASHED, "17-08-1991", "Date, day first, with dashes", "Tanggal, hari di depan, dengan strip",
           "a date of the calendar, as forms on paper write it"),
    Format("date-DD/MM/YYYY", _DMY_SLASHED, "17/08/1991", "Date, day first, with slashes", "Tanggal, hari di depan, dengan garis miring",
           "a date of the calendar, as forms on paper write it"),
    Format("date-YYYYMMDD", _YMD, "19910817", "Date without signs between", "Tanggal tanpa tanda pemisah",
           "ISO 8601-1 5.2.2.1 b, basic format"),
    Format("date-DD.MM.YYYY", _DMY_DOTTED, "17.08.1991", "Date, day first, with dots", "Tanggal, hari di depan, dengan titik",
           "a date of the calendar, as registers of paper write it"),
    Format("date-DDMMYYYY", _DMY, "17081991", "Date, day first, without signs between", "Tanggal, hari di depan, tanpa tanda pemisah",
           "a date of the calendar, as columns of fixed width write it"),
    Format("date-YYYY/MM/DD", _YMD_SLASHED, "1991/08/17", "Date, year first, with slashes", "Tanggal, tahun di depan, dengan garis miring",
           "a date of the calendar, as programs sort it"),
    Format("date-YYYY.MM.DD", _YMD_DOTTED, "1991.08.17", "Date, year first, with dots", "Tanggal, tahun di depan, dengan titik",
           "a date of the calendar, as programs sort it"),
    Format("date-MM/DD/YYYY", _MDY_SLASHED, "08/17/1991", "Date, month first, with slashes", "Tanggal, bulan di depan, dengan garis miring",
           "a date of the calendar, as American programs write it"),
    Format("date-YYYY-MM-DDT00:00:00", f"{_DATE}T00:00:00", "1991-08-17T00:00:00", "Date written as its midnight, without offset",
           "Tanggal sebagai tengah malamnya, tanpa selisih", "xs:dateTime of programs that have no type for dates (affix T00:00:00)"),
    Format("datetime-DD/MM/YYYY-HH:mm", f"{_DMY_SLASHED} {_CLOCK}", "17/08/1991 07:30", "Date and time to the minute",
           "Tanggal dan jam setempat sampai menit", "a date of the calendar and a clock of 24 hours"),
    Format("datetime-DD-MM-YYYY-HH:mm:ss", f"{_DMY_DASHED} {_CLOCK}:[0-5][0-9]", "17-08-1991 07:30:00", "Date and time to the second",
           "Tanggal dan jam setempat sampai detik", "a date of the calendar and a clock of 24 hours"),
    Format("datetime-YYYYMMDDHHmmss", f"{_YMD}{_BARE_CLOCK}[0-5][0-9]", "19910817073000",
           "Date and time to the second, without signs", "Tanggal dan jam setempat tanpa tanda pemisah", "ISO 8601-1 basic, without T"),
)  # fmt: skip

FORMATS: Final[Mapping[str, Format]] = MappingProxyType({one.name: one for one in _LIST})

# Asserted by the validator itself, as JSON Schema 2020-12 validation 7.3 defines them.
NATIVE_FORMATS: Final = frozenset(
    {
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uuid",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
    }
)
KNOWN_FORMATS: Final = frozenset(FORMATS) | NATIVE_FORMATS


def _make_check(pattern: str) -> Callable[[str], bool]:
    match = re.compile(pattern, re.ASCII).fullmatch

    def has_format(text: str) -> bool:
        return match(text) is not None

    return has_format


CHECKS: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType({one.name: _make_check(one.pattern) for one in _LIST})
