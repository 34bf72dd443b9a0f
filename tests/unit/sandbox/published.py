"""Reads what the makers of the resident services publish, as a stranger would: their manuals, and answers by their manuals alone.

It shares no table with the sandbox: forms are read from the words of the manual.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEANINGS = {
    "identifiers.nik": ("Nomor Induk Kependudukan", "resident identity number"),
    "identifiers.family_card": ("nomor Kartu Keluarga", "family card number"),
    "identifiers.npwp": ("NPWP 16 digit", "tax number of 16 digits"),
    "name.full": ("nama lengkap", "full name"),
    "birth.date": ("tanggal lahir", "date of birth"),
    "birth.place": ("tempat lahir", "place of birth"),
    "sex": ("jenis kelamin", "sex"),
    "marital_status": ("status perkawinan", "marital status"),
    "address.street": ("alamat jalan", "street address"),
    "address.region.code": (
        "kode wilayah Kemendagri 10 digit sampai desa",
        "region code of the home ministry, 10 digits down to the village",
    ),
}
CODES = {
    "laki-laki": "male", "perempuan": "female", "male": "male", "female": "female",
    "belum kawin": "single", "kawin": "married", "cerai hidup": "divorced", "cerai mati": "widowed",
    "never married": "single", "married": "married", "divorced": "divorced", "widowed": "widowed",
}  # fmt: skip
DIGITS = re.compile(r"digits? ([0-9]+) (?:to|sampai) ([0-9]+)")


@dataclass(frozen=True)
class Row:
    """A line of a manual's table."""

    path: tuple[str, ...]
    meaning: str
    form: str


@dataclass(frozen=True)
class Manual:
    """What a manual says."""

    method: str
    path: str
    speaks: str
    style: str
    namespace: str
    asked: tuple[Row, ...]
    told: tuple[Row, ...]
    absent: Any
    refusals: dict[str, list[str]]


def read_manual(file: Path) -> Manual:
    text = file.read_text(encoding="utf-8")
    _, asked, told, refused = re.split(r"^## .*$", text, flags=re.MULTILINE)
    head = re.search(r"^`(\S+) (\S+)`, [^.]*\. (.*?)\. (?:Kredensial|Credential): (.*)\.$", asked, re.MULTILINE)
    assert head
    namespace = re.search("^Namespace: `(.*)`", asked, re.MULTILINE)
    absent = re.search(r"^(?:Yang tidak|What a person).*?(?:`(.*)`)?\.$", told, re.MULTILINE)
    assert absent
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in refused.splitlines() if line.startswith("|")][2:]
    return Manual(
        *head.groups(), namespace[1] if namespace else "", read_rows(asked), read_rows(told),
        absent[1], {line[0]: line[1:] for line in lines},
    )  # fmt: skip


def read_rows(text: str) -> tuple[Row, ...]:
    rows = re.findall(r"^\| `(.*?)` \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    return tuple(Row(tuple(path.split(".")), meaning, form) for path, meaning, form in rows)


def read_raw(manual: Manual, body: bytes) -> dict[tuple[str, ...], Any]:
    """Read an answer into its values by path."""
    if manual.speaks == "JSON":
        return dict(list_values(json.loads(body)))
    root = ET.fromstring(body)
    if root.tag.endswith("Envelope"):
        root = next(iter(root))[0]
    return dict(list_elements(root))


def list_values(value: Any, at: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    return [(at, value)] if named is None else [one for name, inner in named for one in list_values(inner, (*at, str(name)))]


def list_elements(element: ET.Element, at: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    here = (*at, element.tag.rpartition("}")[2])
    found: list[tuple[tuple[str, ...], Any]] = [((*here, "@" + name), text) for name, text in element.attrib.items()]
    for child in element:
        found += list_elements(child, here)
    text = element.text or ""
    return [*found, (here, text), ((*here, "#"), text)]


def read_person(manual: Manual, body: bytes) -> dict[str, Any]:
    """Read the person that an answer tells of, in the nation's form."""
    raw, parts = read_raw(manual, body), {}
    for row in manual.told:
        value = raw.get(row.path)
        if row.form.startswith(("always", "selalu")):
            assert str(value) == row.form.split("`")[1] or json.dumps(value) == row.form.split("`")[1], row
        field = next((name for name, words in MEANINGS.items() if row.meaning in words), None)
        if field and value is not None and str(value) != (manual.absent if manual.absent != "null" else None):
            parts.setdefault(field, []).append((row.form.partition(";")[0], value))
    person: dict[str, Any] = {}
    for field, said in parts.items():
        text = put_together(field, said)
        if text is not None:
            put(person, field.split("."), text)
    if "region" in person.get("address", {}):
        person["address"]["region"]["scheme"] = "kemendagri"
    return person


def put(person: dict[str, Any], path: list[str], text: str) -> None:
    for name in path[:-1]:
        person = person.setdefault(name, {})
    person[path[-1]] = text


def put_together(field: str, said: list[tuple[str, Any]]) -> str | None:
    if field == "birth.date":
        return read_date(said)
    if field in ("sex", "marital_status"):
        return read_code(*said[0])
    if field == "address.region.code":
        return read_region(said)
    words = {form: str(value) for form, value in said}
    first, rest = (next((text for form, text in words.items() if form in names), None) for names in NAME_PARTS)
    if first and rest:
        return f"{first} {rest}"
    ((form, value),) = said
    text = str(value)
    if "`" in form:
        before, _, after = form.strip("`").partition("{}")
        text = text.removeprefix(before).removesuffix(after)
    return text.strip().upper() if field == "name.full" else text


NAME_PARTS = (("first word", "kata pertama"), ("words after it", "kata sesudahnya"))


def read_code(form: str, value: Any) -> str:
    codes = dict(re.findall("`([^`]*)` = ([^,]*)", form))
    return CODES[codes[json.dumps(value) if isinstance(value, bool | int) else value]]


def read_date(said: list[tuple[str, Any]]) -> str:
    found = {}
    for form, value in said:
        form, text = form.strip("`"), str(value)
        assert len(form) == len(text), (form, text)
        for sign in ("YYYY", "MM", "DD"):
            if sign in form:
                found[sign] = text[form.index(sign) : form.index(sign) + len(sign)]
    return f"{found['YYYY']}-{found['MM']}-{found['DD']}"


def read_region(said: list[tuple[str, Any]]) -> str | None:
    digits: dict[int, str] = {}
    for form, value in said:
        cut = DIGITS.search(form)
        begin, end = (int(cut[1]) - 1, int(cut[2])) if cut else (0, 10)
        text = str(value).replace(".", "").zfill(end - begin)
        assert len(text) == end - begin
        digits.update(enumerate(text, begin))
    return "".join(digits[place] for place in range(10)) if len(digits) == 10 else None
