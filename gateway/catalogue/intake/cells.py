# ruff: noqa: E501 - tables
"""Cells of a table → values of an entry: numbers, words and lists as agencies write them.

Laws: 1. A cell gives a value or says why it gives none. 2. What would leave a spreadsheet as a formula never enters as a text.
Must not know: files, rows, entries.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeAlias

import orjson

from ...values.model import Json
from ..form import ID_CHARS_MAX, ITEMS_MAX, NUMBER_MAX, TEXT_CHARS_MAX, YEARS

WHOLE_RUPIAH = 1_000  # below it a fraction may be of millions
EMPTY = frozenset({"", "-", "--", "n/a", "na", "null", "none", "nihil", "tidak ada", "belum ada", "kosong", "?", "…", "..."})
UNITS = {  # "M" is left out: 10⁹ for one reader, 10⁶ for another
    "ribu": 10**3, "rb": 10**3, "thousand": 10**3, "juta": 10**6, "jt": 10**6, "million": 10**6, "miliar": 10**9, "milyar": 10**9,
    "mlr": 10**9, "billion": 10**9, "triliun": 10**12, "trilyun": 10**12, "trillion": 10**12,
}  # fmt: skip
CLASSES = {
    "shared": "shared", "umum": "shared", "aplikasi umum": "shared", "nasional": "shared", "berbagi pakai": "shared", "general": "shared",
    "special": "special", "khusus": "special", "aplikasi khusus": "special", "lokal": "special", "specific": "special", "mandiri": "special",
}  # fmt: skip
LIFECYCLES = {
    "proposed": "proposed", "usulan": "proposed", "rencana": "proposed", "direncanakan": "proposed", "perencanaan": "proposed",
    "planned": "proposed", "diusulkan": "proposed", "recommended": "recommended", "direkomendasikan": "recommended",
    "building": "building", "pengembangan": "building", "dalam pengembangan": "building", "pembangunan": "building",
    "dikembangkan": "building", "uji coba": "building", "development": "building", "live": "live", "aktif": "live", "active": "live",
    "operasional": "live", "beroperasi": "live", "digunakan": "live", "berjalan": "live", "produksi": "live", "production": "live",
    "masih digunakan": "live", "ya": "live", "deprecated": "deprecated", "akan dihentikan": "deprecated", "merged": "merged",
    "digabung": "merged", "retired": "retired", "tidak aktif": "retired", "nonaktif": "retired",
    "non aktif": "retired", "tidak digunakan": "retired", "dihentikan": "retired", "mati": "retired", "inactive": "retired",
    "tidak beroperasi": "retired", "dihapus": "retired",
}  # fmt: skip
OUTCOMES = {
    "reuse": "reuse", "pakai ulang": "reuse", "gunakan yang ada": "reuse", "extend": "extend", "kembangkan": "extend",
    "connect": "connect", "hubungkan": "connect", "integrasikan": "connect", "build": "build", "bangun": "build",
}  # fmt: skip
_NUMBER = re.compile(
    rf"(?:rp\.?|idr)?\s*([0-9][0-9.,\s]*?)[\s.]*({'|'.join(UNITS)})?(?:\s*(?:rupiah|orang|pengguna|users?|/\s*tahun))?(?:,-|\.-)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]{1,2})?")
_ONE_GROUP = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
_FIELD = re.compile(r"(?:(?P<group>[^.:<,]+)\.)?(?P<name>[^:<,]+?)\s*(?::\s*(?P<type>[^<]*?))?\s*(?:<\s*(?P<source>.*))?")
_OUTSIDE_BRACKETS = re.compile(r",(?![^(]*\))")
_RISKY = re.compile(r"[\s'\0]*[=+\-@＝＋－＠]")  # what a spreadsheet takes for a formula, also behind blanks and apostrophes
_DAY = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}(?:[T ].*)?|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4})")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a cell gives no value."""

    message: str
    hint: str = ""


Converted: TypeAlias = "Json | Wrong"


def convert_cell(key: str, text: str) -> Converted:
    """Give the value that a cell's text has for a key; None where it says nothing."""
    flat = text.strip()
    if flat.lower() in EMPTY:
        return None
    if flat.startswith("="):
        return Wrong("a formula stands where a value belongs", "paste the values in place of the formulas")
    return CONVERTERS[key](unguard_cell(flat))


def guard_cell(text: str) -> str:
    """Keep a text from being read as a formula by a spreadsheet."""
    return "'" + text if _RISKY.match(text) else text


def unguard_cell(text: str) -> str:
    """Take the guard off again."""
    return text[1:] if text.startswith("'") and _RISKY.match(text[1:]) else text


SLUG_CHARS_MAX = (ID_CHARS_MAX - 1) // 2  # an id is one of an owner's and one of a title's


def make_slug(text: str) -> str:
    """Give a text as a part of an id; empty where no letter or digit is left; one that is cut keeps a digest, so that two stay two."""
    flat = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    slug = _SLUG.sub("-", flat.lower()).strip("-")
    if len(slug) <= SLUG_CHARS_MAX:
        return slug
    return slug[: SLUG_CHARS_MAX - 9].strip("-") + "-" + hashlib.sha256(slug.encode()).hexdigest()[:8]


def read_rupiah(text: str) -> int | Wrong:
    """Read an amount of money; cents of a larger one are rounded: Rp 1.234.567,89."""
    return read_number(text, is_money=True)


def read_number(text: str, is_money: bool = False) -> int | Wrong:
    """Read a whole number as it is written in Indonesia or in English: Rp 1.250.000,00; 1,250,000; 2,5 miliar."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return Wrong(f'no number: "{text[:40]}"', "digits, grouped by dots or commas; ribu, juta, miliar, triliun")
    unit = UNITS[found[2].lower()] if found[2] else 1
    if unit > 1 and _ONE_GROUP.fullmatch(found[1]):
        return Wrong(f'a number that two readers read differently: "{text[:40]}"', "write the digits alone")
    plain = _plain_digits(found[1])
    try:
        amount = Decimal(plain) * unit
    except InvalidOperation:
        return Wrong(f'no number that is clear: "{text[:40]}"', "write the digits alone")
    if amount != int(amount):
        if not (is_money and amount >= WHOLE_RUPIAH):
            return Wrong(f'no whole number: "{text[:40]}"', "write the digits alone")
        amount = amount.quantize(Decimal(1), ROUND_HALF_UP)
    return int(amount) if amount <= NUMBER_MAX else Wrong("a number beyond all bounds")


def _plain_digits(digits: str) -> str:
    """Take the grouping out; what remains behind a comma or dot is a fraction."""
    if grouped := _GROUPED.fullmatch(digits):
        separator = grouped[1]
        return digits.replace(separator, "").replace(",", ".") if separator != "," else digits.replace(",", "")
    return digits.replace(",", ".")


def _year(text: str) -> Converted:
    low, high = YEARS
    day = _DAY.fullmatch(text)
    plain = text.removesuffix(".0") if day is None else day[1] or day[2]
    if not (plain.isascii() and plain.isdigit() and low <= int(plain[:9]) <= high):
        return Wrong(f'no year: "{text[:40]}"', f"{low} to {high}; of a date that is kept as a number, write the year alone")
    return int(plain)


def _word_of(table: dict[str, str]) -> Callable[[str], Converted]:
    def convert(text: str) -> Converted:
        known = table.get(" ".join(re.sub(r"[^a-z]+", " ", text.lower()).split()))
        return (
            known if known is not None else Wrong(f'"{text[:40]}" is none of the words for this', ", ".join(dict.fromkeys(table.values())))
        )

    return convert


def _text(text: str) -> Converted:
    return text if len(text) <= TEXT_CHARS_MAX else Wrong(f"longer than {TEXT_CHARS_MAX:,} characters")


def split_list(text: str) -> list[str]:
    """Split a cell into its items: by lines, semicolons or bars; by commas outside brackets where there are none of these."""
    parts = re.split(r"[;\n|]", text)
    if len(parts) == 1:
        parts = _OUTSIDE_BRACKETS.split(text)
    return list(dict.fromkeys(each for part in parts if (each := " ".join(part.split()).lstrip("-•* "))))


def read_items(text: str) -> list[str]:
    """Read the items of a cell: a JSON list where it is one (how our own export writes what separators would tear), else split."""
    made = _read_json_list(text)
    return [str(each) for each in made] if made is not None else split_list(text)


def _read_json_list(text: str) -> list[Json] | None:
    if not text.startswith("["):
        return None
    try:
        made = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return made if isinstance(made, list) else None


def _list(text: str) -> Converted:
    items = read_items(text)
    return list(items) if len(items) <= ITEMS_MAX else Wrong(f"more than {ITEMS_MAX:,} items")


def _fields(text: str) -> Converted:
    whole = _read_json_list(text)
    if whole is not None:
        return whole
    made: dict[tuple[str, str], Json] = {}
    for item in split_list(text):
        found = _FIELD.fullmatch(item)
        if found is None:
            return Wrong(f'no field: "{item[:40]}"', "GROUP.NAME:TYPE<SOURCE; all but NAME may be left out")
        field = {part: value.strip() for part, value in found.groupdict().items() if value and value.strip()}
        if "name" not in field:
            return Wrong(f'no field: "{item[:40]}"', "GROUP.NAME:TYPE<SOURCE; all but NAME may be left out")
        made.setdefault((field.get("group", ""), field["name"]), field)
    return list(made.values()) if len(made) <= ITEMS_MAX else Wrong(f"more than {ITEMS_MAX:,} fields")


def _id(text: str) -> Converted:
    whole = " " in text  # a name, whose dots mean nothing
    parts = [make_slug(part) for part in ([text] if whole else text.replace("/", ".").split("."))]
    slug = ".".join(part for part in parts if part)[:ID_CHARS_MAX]
    return slug if slug and slug[0].isalpha() else Wrong(f'no id: "{text[:40]}"', "letters, digits, hyphens; it begins with a letter")


def _day(text: str) -> Converted:
    return text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else Wrong(f'no day: "{text[:40]}"', "YYYY-MM-DD")


_LISTS = ("legal_basis", "inputs", "outputs", "masters", "consumes", "contacts")
CONVERTERS: dict[str, Callable[[str], Converted]] = {
    "app": _id,
    "owner": _id,
    "successor": _id,
    "class": _word_of(CLASSES),
    "lifecycle": _word_of(LIFECYCLES),
    "users": read_number,
    "cost.rupiah": read_rupiah,
    "cost.year": _year,
    "fields": _fields,
    "decided.outcome": _word_of(OUTCOMES),
    "decided.until": _day,
    **dict.fromkeys(_LISTS, _list),
    **dict.fromkeys(
        ("title.id", "title.en", "description.id", "description.en", "function", "sector", "decided.by", "decided.reason"), _text
    ),
    **dict.fromkeys(("interfaces.openapi", "interfaces.wsdl"), _text),
}
