"""BKN's SIASN: no envelope, camelCase, dates DD-MM-YYYY, lists of history, M/F, PUT for changes, a bearer token."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, dated, digits, matches, one_of, text, whole
from gateway.values.model import Json

from .bkn_careers import list_career_endpoints

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (401, "Unauthorized"),
    "media_type": (415, "Unsupported Media Type"),
    "not_json": (400, "Malformed JSON"),
    "fields": (422, "Data tidak valid"),
    "busy": (503, "Service Unavailable"),
    "no_such_path": (404, "Not Found"),
    "method": (405, "Method Not Allowed"),
}
_ADDRESS = Fields({"jalan": text(120), "prop": digits(2), "kab": digits(2), "kec": digits(2), "kel": digits(4)})
_CONTACT = Fields(
    {"nip": digits(18), "alamat": _ADDRESS, "telepon": matches("08[0-9]{8,11}"), "berlakuMulai": dated("%d-%m-%Y")},
    {"emailPribadi": matches("[^@ ]+@[^@ ]+")},
)

_EMERGENCY = Fields(
    {"nip": digits(18), "nama": text(120), "telepon": matches("08[0-9]{8,11}"), "hubungan": one_of("PASANGAN", "ORANG TUA"),
     "versi": whole(1, 1 << 31)},
    {"catatan": text(200)},
)  # fmt: skip


_PAGE_ROWS = 2  # whoever asks: SIASN takes no size


def _mark(nip: str) -> str:
    return hashlib.sha256(nip.encode()).hexdigest()[:16]


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    status, message = _REFUSALS[reason]
    return Answer({"message": message, "errors": list(fields)}, status)


def _list_emergency_endpoints(officers: dict[str, Json], unknown: Answer) -> tuple[Endpoint, ...]:
    """Give the endpoints of who is called in an emergency: everybody has one from the beginning, and each content its version."""
    changed: dict[str, Json] = {}
    first = {"nama": "CONTOH DARURAT", "telepon": "081200000009", "hubungan": "PASANGAN", "catatan": "formulir 2019"}

    def read(nip: str) -> Json:
        found = {**changed.get(nip, first), "nip": nip}
        return {**found, "versi": int(hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()[:7], 16) + 1}

    def find(call: Call) -> Answer:
        nip = call.body["nip"]
        return unknown if nip not in officers else Answer(read(nip))

    def put(call: Call) -> Answer:
        nip = call.body["nip"]
        if nip not in officers:
            return unknown
        if call.body["versi"] != read(nip)["versi"]:
            return Answer({"message": "Data sudah diubah", "errors": ["versi"]}, 409)
        changed[nip] = {name: value for name, value in call.body.items() if name != "versi"}
        return Answer(read(nip))

    return (
        Endpoint("POST", "/pns/kontak-darurat/cari", find, body=Fields({"nip": digits(18)})),
        Endpoint("PUT", "/pns/kontak-darurat", put, body=_EMERGENCY),
    )


def _open_list_officers(officers: dict[str, Json]) -> Callable[[Call], Answer]:
    def list_officers(call: Call) -> Answer:
        found = [row for nip, row in sorted(officers.items()) if row["unitKerja"]["id"] == call.query["unit"]]
        marks = [_mark(row["nipBaru"]) for row in found]
        after = call.query.get("sesudah")
        if after is not None and after not in marks:
            return Answer({"message": "Kursor tidak dikenal"}, 400)
        begin = 0 if after is None else marks.index(after) + 1
        shown = found[begin : begin + _PAGE_ROWS]
        is_last = begin + _PAGE_ROWS >= len(found)
        return Answer({"rows": shown, "paging": {"sesudah": None if is_last else _mark(shown[-1]["nipBaru"])}})

    return list_officers


def open_bkn(seeds: dict[str, Json]) -> Agency:
    """Open SIASN over its seeds: `pns` and `golongan` by NIP; contacts that were put are kept by NIP, emergency contacts with a version."""
    officers = {row["nipBaru"]: row for row in seeds["pns"]}
    contacts: dict[str, Json] = {}
    unknown = Answer({"message": "PNS tidak ditemukan"}, 404)

    def find_officer(call: Call) -> Answer:
        found = officers.get(call.query["nip"])
        return unknown if found is None else Answer(found)

    def put_contact(call: Call) -> Answer:
        nip = call.body["nip"]
        if nip not in officers:
            return unknown
        contacts[nip] = call.body
        ticket = "USL-" + hashlib.sha256(f"{nip} {call.body['berlakuMulai']}".encode()).hexdigest()[:8]
        return Answer({"idUsulan": ticket, "nip": nip, "statusUsulan": "DITERIMA"})

    def find_contact(call: Call) -> Answer:
        found = contacts.get(call.query["nip"])
        return unknown if found is None else Answer(found)

    by_nip = Fields({"nip": digits(18)})
    return Agency(
        "bkn",
        "SIASN",
        "bearer",
        (
            Endpoint("GET", "/pns/data-utama", find_officer, query=Fields({"nip": digits(18), "riwayat": one_of("Y")})),
            Endpoint("GET", "/pns", _open_list_officers(officers), query=Fields({"unit": text(40)}, {"sesudah": matches("[0-9a-f]{16}")})),
            Endpoint("PUT", "/pns/kontak", put_contact, body=_CONTACT),
            Endpoint("GET", "/pns/kontak", find_contact, query=by_nip),
            *list_career_endpoints(seeds, unknown),
            *_list_emergency_endpoints(officers, unknown),
        ),
        _refuse,
        base="/apisiasn/1.0",
    )
