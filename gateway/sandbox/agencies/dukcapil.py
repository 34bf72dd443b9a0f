"""Dukcapil's SIAK: flat upper-case names, a verdict in `status` inside a 200, dates DD-MM-YYYY, HTTP Basic."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

from .dukcapil_births import list_birth_endpoints

_REFUSALS: dict[Reason, tuple[str, str, int]] = {
    "credential": ("21", "Pengguna tidak dikenal", 200),
    "media_type": ("40", "Jenis isi harus application/json", 200),
    "not_json": ("40", "Isi bukan JSON", 200),
    "fields": ("40", "Isian salah", 200),
    "busy": ("30", "Server sibuk, ulangi beberapa saat lagi", 200),
    "no_such_path": ("99", "Alamat salah", 404),
    "method": ("99", "Metode salah", 405),
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    code, message, status = _REFUSALS[reason]
    return Answer({"status": code, "pesan": ": ".join((message, *fields))}, status)


def _say(found: Json, did: str = "") -> Answer:
    if found is None:
        return Answer({"status": "14", "pesan": "Data tidak ditemukan"})
    return Answer({"status": "00", "pesan": "", "data": found}, did=did)


def open_dukcapil(seeds: dict[str, Json]) -> Agency:
    """Open SIAK over its seeds: `warga` and `domisili` by NIK, `keluarga` by family-card number."""
    residents = {row["NIK"]: row for row in seeds["warga"]}
    families = {row["NO_KK"]: row for row in seeds["keluarga"]}
    homes = {row["NIK"]: row for row in seeds["domisili"]}

    def find_resident(call: Call) -> Answer:
        return _say(residents.get(call.query["nik"]))

    def find_family(call: Call) -> Answer:
        return _say(families.get(call.body["NO_KK"]))

    def find_home(call: Call) -> Answer:
        return _say(homes.get(call.body["NIK"]))

    return Agency(
        "dukcapil",
        "SIAK",
        "basic",
        (
            Endpoint("GET", "/ws/warga", find_resident, query=Fields({"nik": digits(16)})),
            Endpoint("POST", "/ws/keluarga", find_family, body=Fields({"NO_KK": digits(16)})),
            Endpoint("POST", "/ws/domisili", find_home, body=Fields({"NIK": digits(16)})),
            *list_birth_endpoints(residents, seeds["akta"], _say),
        ),
        _refuse,
    )
