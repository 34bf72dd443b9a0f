"""Kementan's e-RDKK: no envelope, 410 for nobody, camelCase, whole numbers in the smallest units, a bearer token."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits, matches
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (401, "token"),
    "media_type": (415, "tipe"),
    "not_json": (400, "json"),
    "fields": (400, "isian"),
    "busy": (429, "kuota"),
    "no_such_path": (404, "alamat"),
    "method": (405, "metode"),
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    status, word = _REFUSALS[reason]
    return Answer({"kesalahan": word, "isian": list(fields)}, status, {"Retry-After": "3"} if status == 429 else {})


def open_kementan(seeds: dict[str, Json]) -> Agency:
    """Open e-RDKK over its seeds: `rdkk` by NIK and season."""
    rows = {(row["petani"]["nik"], row["musim"]): row for row in seeds["rdkk"]}

    def find_allocation(call: Call) -> Answer:
        found = rows.get((call.body["nik"], call.body["musim"]))
        if found is None:
            return Answer({"kesalahan": "tiada"}, 410)
        return Answer({name: value for name, value in found.items() if name != "musim"})

    wanted = Fields({"nik": digits(16), "musim": matches("20[0-9]{2}-[1-3]")})
    return Agency("kementan", "RDKK", "bearer", (Endpoint("POST", "/kueri", find_allocation, body=wanted),), _refuse, base="/erdkk")
