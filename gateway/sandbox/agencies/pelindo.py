"""Pelindo's PHINNISI: true or false as the verdict and a reason beside it, a header and details, decimals as texts, a bearer token."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (401, "token"),
    "media_type": (415, "tipe isi"),
    "not_json": (400, "bukan json"),
    "fields": (400, "parameter"),
    "busy": (503, "pemeliharaan"),
    "no_such_path": (404, "alamat"),
    "method": (405, "metode"),
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    status, message = _REFUSALS[reason]
    return Answer({"sukses": False, "alasan": message}, status)


def open_pelindo(seeds: dict[str, Json]) -> Agency:
    """Open PHINNISI over its seeds: `pengeluaran` by number."""
    releases = {row["header"]["noDo"]: row for row in seeds["pengeluaran"]}

    def find_release(call: Call) -> Answer:
        found = releases.get(call.params["noDo"])
        return Answer({"sukses": False, "alasan": "surat tidak ada"}) if found is None else Answer({"sukses": True, "isi": found})

    endpoint = Endpoint("GET", "/pengeluaran/{noDo}", find_release, params=Fields({"noDo": digits(26)}))
    return Agency("pelindo", "PHINNISI", "bearer", (endpoint,), _refuse, base="/phinnisi")
