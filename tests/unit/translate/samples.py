"""Schemas, code lists and mappings for the tests of this room. All data are synthetic."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from gateway.translate.library import Library


@dataclass(frozen=True)
class Codes:
    """A code list as a mapping sees it."""

    to_canonical: dict
    to_agency: dict
    otherwise: str = "reject"
    extra: dict = field(default_factory=dict)


def text(**more):
    """Give the schema of a text."""
    return {"type": "string", **more}


CODELISTS = {
    "dukcapil/sex@1": Codes({"L": "male", "P": "female"}, {"male": "L", "female": "P"}),
    "test/sex@1": Codes({"L": "male", "P": "female"}, {"male": "L", "female": "P"}),
    "test/kept@1": Codes({"A": "a"}, {"a": "A"}, "keep"),
    "test/many@1": Codes({"1": "known", "2": "known"}, {"known": "1"}, "unknown"),
}
WARGA = {
    "type": "object",
    "required": ["NIK", "NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN", "ALAMAT"],
    "properties": {
        "NIK": text(),
        "NAMA_LGKP": text(),
        "TGL_LHR": text(),
        "JENIS_KLMIN": text(enum=["L", "P"]),
        "AGAMA": text(),
        "ALAMAT": {
            "type": "object",
            "required": ["NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"],
            "properties": {name: text() for name in ("JALAN", "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")},
        },
    },
}
PERSON = {
    "type": "object",
    "required": ["identifiers", "name", "birth"],
    "properties": {
        "identifiers": {"type": "object", "required": ["nik"], "properties": {"nik": {"$ref": "#/$defs/nik"}, "npwp": text()}},
        "name": {"$ref": "person-name@1"},
        "birth": {"type": "object", "properties": {"date": text(format="date")}},
        "sex": text(enum=["male", "female"]),
        "address": {
            "type": "object",
            "properties": {
                "street": text(),
                "region": {"type": "object", "required": ["code", "scheme"], "properties": {"code": text(), "scheme": text()}},
            },
        },
    },
    "$defs": {"nik": {"type": "string", "pattern": "^[0-9]{16}$"}},
}
PERSON_NAME = {"type": "object", "required": ["full"], "properties": {"full": text()}}
PERSON_MAPPING = yaml.safe_load(
    """
mapping: dukcapil/warga
from: dukcapil/warga@1
to: person@1
fields:
  identifiers.nik: NIK
  name.full: NAMA_LGKP
  birth.date: {from: TGL_LHR, via: [{date: DD-MM-YYYY}]}
  sex: {from: JENIS_KLMIN, via: [{codes: dukcapil/sex@1}]}
  address.street: ALAMAT.JALAN
  address.region.code: {join: [ALAMAT.NO_PROP, ALAMAT.NO_KAB, ALAMAT.NO_KEC, ALAMAT.NO_KEL], widths: [2, 2, 2, 4]}
  address.region.scheme: {const: kemendagri}
drop:
  AGAMA: {class: sensitive, reason: no canonical service needs it}
lack:
  identifiers.npwp: held by DJP
"""
)
WARGA_DOCUMENT = {
    "NIK": "3215011708910003",
    "NAMA_LGKP": "ASEP CONTOH",
    "TGL_LHR": "17-08-1991",
    "JENIS_KLMIN": "L",
    "ALAMAT": {"JALAN": "JL TUPAREV 1", "NO_PROP": "32", "NO_KAB": "15", "NO_KEC": "01", "NO_KEL": "1001"},
}
PERSON_DOCUMENT = {
    "identifiers": {"nik": "3215011708910003"},
    "name": {"full": "ASEP CONTOH"},
    "birth": {"date": "1991-08-17"},
    "sex": "male",
    "address": {"street": "JL TUPAREV 1", "region": {"code": "3215011001", "scheme": "kemendagri"}},
}
LIBRARY = Library({"dukcapil/warga@1": WARGA, "person@1": PERSON, "person-name@1": PERSON_NAME}, CODELISTS)


def make_library(agency, canonical):
    """Give a library of two schemas, `a@1` and `c@1`."""
    return Library({"a@1": agency, "c@1": canonical}, CODELISTS)


def table(required=(), **properties):
    """Give the schema of an object."""
    return {"type": "object", "required": list(required), "properties": properties}
