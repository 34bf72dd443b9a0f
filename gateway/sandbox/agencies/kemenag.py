"""Kemenag's SIMKAH: no envelope, plain statuses, dates DD.MM.YYYY, all parties of a marriage in one list, an API key."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (403, "kunci salah"),
    "media_type": (415, "kirim json"),
    "not_json": (400, "json rusak"),
    "fields": (422, "isian salah"),
    "busy": (503, "coba lagi nanti"),
    "no_such_path": (404, "alamat salah"),
    "method": (405, "metode salah"),
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    status, message = _REFUSALS[reason]
    return Answer({"galat": {"pesan": message, "isian": list(fields)}}, status)


def open_kemenag(seeds: dict[str, Json]) -> Agency:
    """Open SIMKAH over its seeds: `nikah` by number of the certificate."""
    marriages = {row["no_akta"]: row for row in seeds["nikah"]}

    def find_marriage(call: Call) -> Answer:
        found = marriages.get(call.body["no_akta"])
        return Answer({"galat": {"pesan": "akta tidak ada"}}, 404) if found is None else Answer(found)

    return Agency(
        "kemenag",
        "SIMKAH",
        "api_key",
        (Endpoint("POST", "/akta/cari", find_marriage, body=Fields({"no_akta": digits(19)})),),
        _refuse,
        header="X-Kunci",
    )
