"""Kemensos' DTKS: a verdict as a whole number in `kode`, upper-case names, Y/T, thousands of rupiah, ISO dates, no credential at all."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (7, "Akses ditolak"),
    "media_type": (9, "Kirim application/json"),
    "not_json": (9, "Kiriman tidak terbaca"),
    "fields": (9, "Kiriman salah"),
    "busy": (5, "Antrean penuh"),
    "no_such_path": (8, "Layanan tidak ada"),
    "method": (8, "Layanan tidak ada"),
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    code, message = _REFUSALS[reason]
    return Answer({"kode": code, "keterangan": message, "kolom": list(fields)})


def open_kemensos(seeds: dict[str, Json]) -> Agency:
    """Open DTKS over its seeds: `dtks` by NIK."""
    rows = {row["NIK"]: row for row in seeds["dtks"]}

    def check_aid(call: Call) -> Answer:
        found = rows.get(call.body["NIK"])
        if found is None:
            return Answer({"kode": 0, "keterangan": "Tidak terdaftar"})
        return Answer({"kode": 1, "keterangan": "Terdaftar", "isi": found})

    return Agency(
        "kemensos",
        "DTKS",
        "none",
        (Endpoint("POST", "/periksa", check_aid, body=Fields({"NIK": digits(16), "PERIODE": digits(4)})),),
        _refuse,
        base="/dtks",
    )
