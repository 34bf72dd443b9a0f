"""Kemenkes: a verdict as a number in `meta.kode`, snake_case, dates DD/MM/YYYY, string numbers, ya/tidak, an API key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, dated, digits, matches, one_of, text, whole
from gateway.values.model import Json

from .kemenkes_births import list_birth_endpoints

_REFUSALS: dict[Reason, tuple[int, str, int]] = {
    "credential": (401, "Kunci API salah", 401),
    "media_type": (415, "Hanya application/json", 200),
    "not_json": (400, "JSON tidak terbaca", 200),
    "fields": (422, "Isian tidak sah", 200),
    "busy": (503, "Layanan sedang penuh", 200),
    "no_such_path": (404, "Rute tidak ada", 404),
    "method": (405, "Metode tidak ada", 405),
}
_FACILITY = matches("[A-Z][0-9]{10}")
_PAGE = Fields({"hal": matches("[1-9][0-9]{0,5}"), "jml": matches("[1-9]|[1-4][0-9]|50")}, {"prop": digits(2)})
_PERFORMER = Fields({"nama": text(100), "no_str": digits(16)})
_SHOT = Fields(
    {
        "nik_pasien": digits(16),
        "kd_faskes": _FACILITY,
        "jns_vaksin": one_of("BCG", "POL", "DPT", "MRB", "COV"),
        "tgl_pemberian": dated("%d/%m/%Y"),
        "dosis_ke": whole(1, 9),
        "petugas": _PERFORMER,
    },
    {"no_batch": matches("[A-Z0-9-]{3,20}")},
)


def _say(code: int, message: str, found: Json = None, did: str = "") -> Answer:
    document: dict[str, Json] = {"meta": {"kode": code, "pesan": message}}
    if found is not None:
        document["data"] = found
    return Answer(document, did=did)


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    code, message, status = _REFUSALS[reason]
    return Answer({"meta": {"kode": code, "pesan": message, "isian": list(fields)}}, status)


def _number_shot(shot: Json) -> str:
    key = " ".join((shot["nik_pasien"], shot["jns_vaksin"], str(shot["dosis_ke"])))
    return "IMN" + str(int(hashlib.sha256(key.encode()).hexdigest()[:12], 16) % 10**10).zfill(10)


def _open_list_facilities(facilities: dict[str, Json]) -> Callable[[Call], Answer]:
    def list_facilities(call: Call) -> Answer:
        found = [
            row
            for code, row in sorted(facilities.items())
            if row["alamat"]["kode_prop"] == call.query.get("prop", row["alamat"]["kode_prop"])
        ]
        begin, size = (int(call.query["hal"]) - 1) * int(call.query["jml"]), int(call.query["jml"])
        return Answer({"meta": {"kode": 200, "pesan": "OK", "total": len(found)}, "data": found[begin : begin + size]})

    return list_facilities


def _open_find_facility(facilities: dict[str, Json]) -> Callable[[Call], Answer]:
    def find_facility(call: Call) -> Answer:
        found = facilities.get(call.params["kode"])
        return _say(404, "Faskes tidak ditemukan") if found is None else _say(200, "OK", found)

    return find_facility


def open_kemenkes(seeds: dict[str, Json]) -> Agency:
    """Open the health ministry over its seeds: `faskes` by code, `imunisasi` by patient and number, `kelahiran` by notice."""
    facilities = {row["kode"]: row for row in seeds["faskes"]}
    shots: dict[str, dict[str, Json]] = {}

    def keep(shot: Json) -> str:
        number = _number_shot(shot)
        shots.setdefault(shot["nik_pasien"], {})[number] = shot
        return number

    for row in seeds["imunisasi"]:
        keep(row)

    def record_shot(call: Call) -> Answer:
        if call.body["kd_faskes"] not in facilities:
            return _say(409, "Faskes belum terdaftar")
        return replace(_say(201, "Tersimpan", {"no_reg": keep(call.body), "status": "TERCATAT"}), did="imunisasi")

    def list_shots(call: Call) -> Answer:
        found = shots.get(call.body["nik_pasien"])
        if found is None:
            return _say(404, "Pasien tidak ditemukan")
        rows = [{"no_reg": number, **{k: v for k, v in shot.items() if k != "nik_pasien"}} for number, shot in sorted(found.items())]
        return _say(200, "OK", {"nik_pasien": call.body["nik_pasien"], "riwayat": rows})

    return Agency(
        "kemenkes",
        "FASKES",
        "api_key",
        (
            Endpoint("GET", "/api/faskes", _open_list_facilities(facilities), query=_PAGE),
            Endpoint("GET", "/api/faskes/{kode}", _open_find_facility(facilities), params=Fields({"kode": _FACILITY})),
            Endpoint("POST", "/api/imunisasi", record_shot, body=_SHOT),
            *list_birth_endpoints(seeds, _say),
            Endpoint("POST", "/api/imunisasi/riwayat", list_shots, body=Fields({"nik_pasien": digits(16)})),
        ),
        _refuse,
        header="X-Api-Key",
    )
