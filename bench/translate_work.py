"""The work that is translated: two schemas, a mapping, a nested document of 2 KB, and the same work as a person would write it.

Run as `python -m bench.translate_work` it measures the generated function and the written one in turns, and prints JSON.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

from gateway.translate.compile import compile_mapping
from gateway.translate.library import Library

ROUNDS, CALLS = 15, 400
TEXT = {"type": "string"}
DATE = {"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}-[0-9]{4}$"}
RELATIONS = {"1": "head", "2": "spouse", "4": "child", "7": "parent"}
SEXES = {"L": "male", "P": "female"}
MARITAL = {"1": "single", "2": "married", "3": "divorced", "4": "widowed"}
SCHOOLS = {"SD": "primary", "SMP": "junior", "SMA": "senior", "S1": "bachelor"}


def table(**properties: Any) -> dict[str, Any]:
    """Give the schema of an object whose fields are all there."""
    return {"type": "object", "required": list(properties), "properties": properties}


AGENCY = table(
    NIK=TEXT, NO_KK=TEXT, NAMA_LGKP=TEXT, TMPT_LHR=TEXT, TGL_LHR=DATE, JENIS_KLMIN=TEXT, STAT_KWN=TEXT, AGAMA=TEXT,
    ALAMAT=table(JALAN=TEXT, RT=TEXT, RW=TEXT, NO_PROP=TEXT, NO_KAB=TEXT, NO_KEC=TEXT, NO_KEL=TEXT, KODE_POS=TEXT),
    PENGHASILAN=table(NILAI_RIBU={"type": "integer"}, TAHUN=TEXT),
    KONTAK=table(HP=TEXT, EMAIL=TEXT),
    ANGGOTA={
        "type": "array",
        "items": table(NIK=TEXT, NAMA_LGKP=TEXT, SHDK=TEXT, JENIS_KLMIN=TEXT, TGL_LHR=DATE, PDDK=TEXT, PEKERJAAN=TEXT),
    },
)  # fmt: skip
CANONICAL = table(
    identifiers=table(nik=TEXT, family_card=TEXT),
    name=table(full=TEXT),
    birth=table(place=TEXT, date={"type": "string", "format": "date"}),
    sex=TEXT,
    marital_status=TEXT,
    address=table(street=TEXT, rt=TEXT, rw=TEXT, postal_code=TEXT, region=table(code=TEXT, scheme=TEXT)),
    income=table(value={"type": "integer"}, currency=TEXT, year=TEXT),
    contact=table(phone=TEXT, email=TEXT),
    members={
        "type": "array",
        "items": table(nik=TEXT, name=table(full=TEXT), relation=TEXT, sex=TEXT, birth=table(date=TEXT), education=TEXT, occupation=TEXT),
    },
)
MAPPING = {
    "mapping": "bench/household",
    "from": "bench/household@1",
    "to": "household@1",
    "fields": {
        "identifiers.nik": "NIK",
        "identifiers.family_card": "NO_KK",
        "name.full": "NAMA_LGKP",
        "birth.place": "TMPT_LHR",
        "birth.date": {"from": "TGL_LHR", "via": [{"date": "DD-MM-YYYY"}]},
        "sex": {"from": "JENIS_KLMIN", "via": [{"codes": "bench/sex@1"}]},
        "marital_status": {"from": "STAT_KWN", "via": [{"codes": "bench/marital@1"}]},
        "address.street": "ALAMAT.JALAN",
        "address.rt": "ALAMAT.RT",
        "address.rw": "ALAMAT.RW",
        "address.postal_code": "ALAMAT.KODE_POS",
        "address.region.code": {
            "join": ["ALAMAT.NO_PROP", "ALAMAT.NO_KAB", "ALAMAT.NO_KEC", "ALAMAT.NO_KEL"], "widths": [2, 2, 2, 4],
        },
        "address.region.scheme": {"const": "kemendagri"},
        "income.value": {"from": "PENGHASILAN.NILAI_RIBU", "via": [{"scale": 1000}]},
        "income.currency": {"const": "IDR"},
        "income.year": "PENGHASILAN.TAHUN",
        "contact.phone": "KONTAK.HP",
        "contact.email": "KONTAK.EMAIL",
        "members": {
            "each": "ANGGOTA",
            "fields": {
                "nik": "NIK",
                "name.full": "NAMA_LGKP",
                "relation": {"from": "SHDK", "via": [{"codes": "bench/relation@1"}]},
                "sex": {"from": "JENIS_KLMIN", "via": [{"codes": "bench/sex@1"}]},
                "birth.date": {"from": "TGL_LHR", "via": [{"date": "DD-MM-YYYY"}]},
                "education": {"from": "PDDK", "via": [{"codes": "bench/school@1"}]},
                "occupation": "PEKERJAAN",
            },
        },
    },
    "drop": {"AGAMA": {"class": "sensitive", "reason": "no canonical service needs it"}},
}  # fmt: skip


class Codes:
    """A code list, as mappings take one."""

    otherwise = "reject"

    def __init__(self, codes: dict[str, str]) -> None:
        """Take the agency's codes."""
        self.to_canonical = codes
        self.to_agency = {canonical: code for code, canonical in codes.items()}


def make_document() -> dict[str, Any]:
    """Make the document: synthetic, a household of twelve."""
    member = {
        "NIK": "3215011708910003",
        "NAMA_LGKP": "BUDI CONTOH",
        "SHDK": "4",
        "JENIS_KLMIN": "L",
        "TGL_LHR": "17-08-2011",
        "PDDK": "SD",
        "PEKERJAAN": "PELAJAR",
    }
    members = [
        {**member, "NIK": f"321501170891{n:04}", "TGL_LHR": f"{n + 1:02}-08-2011", "SHDK": "12477"[n % 5], "JENIS_KLMIN": "LP"[n % 2]}
        for n in range(12)
    ]
    return {
        "NIK": "3215011708910003", "NO_KK": "3215012304150007", "NAMA_LGKP": "ASEP CONTOH", "TMPT_LHR": "KARAWANG",
        "TGL_LHR": "17-08-1991", "JENIS_KLMIN": "L", "STAT_KWN": "2", "AGAMA": "X",
        "ALAMAT": {
            "JALAN": "JL TUPAREV 1", "RT": "001", "RW": "002", "NO_PROP": "32", "NO_KAB": "15", "NO_KEC": "01", "NO_KEL": "1001",
            "KODE_POS": "41311",
        },
        "PENGHASILAN": {"NILAI_RIBU": 54_000, "TAHUN": "2025"},
        "KONTAK": {"HP": "081200000000", "EMAIL": "asep@contoh.example"},
        "ANGGOTA": members,
    }  # fmt: skip


def compile_get() -> Callable[[Any], Any]:
    """Give the generated function."""
    lists = {"bench/sex@1": SEXES, "bench/marital@1": MARITAL, "bench/relation@1": RELATIONS, "bench/school@1": SCHOOLS}
    library = Library({"bench/household@1": AGENCY, "household@1": CANONICAL}, {name: Codes(codes) for name, codes in lists.items()})
    run = compile_mapping(MAPPING, library).to_canonical.run
    if run is None:
        raise SystemExit("the mapping of the bench does not compile")
    return run


def read_date(text: str) -> str:
    """Turn DD-MM-YYYY; refuse what is not of the calendar."""
    if len(text) != 10 or text[2] != "-" or text[5] != "-":
        raise ValueError
    turned = f"{text[6:]}-{text[3:5]}-{text[:2]}"
    date.fromisoformat(turned)
    return turned


def join_region(address: dict[str, str]) -> str:
    """Join the four columns; refuse a wrong width."""
    parts = address["NO_PROP"], address["NO_KAB"], address["NO_KEC"], address["NO_KEL"]
    if tuple(map(len, parts)) != (2, 2, 2, 4):
        raise ValueError
    return "".join(parts)


def translate_by_hand(d: dict[str, Any]) -> dict[str, Any]:
    """Do the same work, as a person would write it."""
    address, income, contact = d["ALAMAT"], d["PENGHASILAN"], d["KONTAK"]
    return {
        "identifiers": {"nik": d["NIK"], "family_card": d["NO_KK"]},
        "name": {"full": d["NAMA_LGKP"]},
        "birth": {"place": d["TMPT_LHR"], "date": read_date(d["TGL_LHR"])},
        "sex": SEXES[d["JENIS_KLMIN"]],
        "marital_status": MARITAL[d["STAT_KWN"]],
        "address": {
            "street": address["JALAN"], "rt": address["RT"], "rw": address["RW"], "postal_code": address["KODE_POS"],
            "region": {"code": join_region(address), "scheme": "kemendagri"},
        },
        "income": {"value": income["NILAI_RIBU"] * 1000, "currency": "IDR", "year": income["TAHUN"]},
        "contact": {"phone": contact["HP"], "email": contact["EMAIL"]},
        "members": [
            {
                "nik": member["NIK"],
                "name": {"full": member["NAMA_LGKP"]},
                "relation": RELATIONS[member["SHDK"]],
                "sex": SEXES[member["JENIS_KLMIN"]],
                "birth": {"date": read_date(member["TGL_LHR"])},
                "education": SCHOOLS[member["PDDK"]],
                "occupation": member["PEKERJAAN"],
            }
            for member in d["ANGGOTA"]
        ],
    }  # fmt: skip


def time_calls(functions: dict[str, Callable[[Any], Any]], document: Any) -> dict[str, float]:
    """Give the CPU time of a call of each function, in turns. Units: microseconds, the median over rounds."""
    spent: dict[str, list[float]] = {name: [] for name in functions}
    gc.disable()
    for turn in range(ROUNDS):
        order = list(functions.items())
        for name, function in order if turn % 2 else reversed(order):
            began = time.process_time()
            for _ in range(CALLS):
                function(document)
            spent[name].append((time.process_time() - began) / CALLS * 1e6)
    gc.enable()
    return {name: median(each) for name, each in spent.items()}


def main() -> None:
    """Measure, and print."""
    document, get = make_document(), compile_get()
    if get(document) != translate_by_hand(document):
        raise SystemExit("the generated function and the written one differ")
    print(json.dumps(time_calls({"generated": get, "by hand": translate_by_hand}, document)))


if __name__ == "__main__":
    main()
