"""The regency of Karawang: short lower-case names, local times DD/MM/YYYY HH:mm, a new queue service that speaks the national shape."""

from __future__ import annotations

import hashlib

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, dated, digits, matches, one_of, text
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (401, "token salah"),
    "media_type": (415, "harus json"),
    "not_json": (400, "json salah"),
    "fields": (422, "isian salah"),
    "busy": (503, "sibuk"),
    "no_such_path": (404, "alamat salah"),
    "method": (405, "cara salah"),
}
_COMPLAINT = Fields(
    {
        "kat": one_of("JLN", "JBT", "SMP", "LPJ", "AIR", "LLN"),
        "isi": text(500),
        "tgl_jam": dated("%d/%m/%Y %H:%M"),
        "lok": Fields({"desa": digits(10)}, {"ket": text(120)}),
        "pelapor": Fields({"nama": text(100)}, {"hp": matches("08[0-9]{8,11}")}),
    },
)

_SLICE = Fields({"desa": digits(10), "mulai": matches("0|[1-9][0-9]{0,5}"), "batas": matches("[1-9]|[1-9][0-9]|100")})


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    status, message = _REFUSALS[reason]
    return Answer({"err": message, "kolom": list(fields)}, status)


def open_karawang(seeds: dict[str, Json]) -> Agency:
    """Open the regency's server over its seeds: `pengaduan` by ticket, `antrean` by counter."""
    complaints = {row["no_tiket"]: row for row in seeds["pengaduan"]}
    queues = {row["counter"]: row for row in seeds["antrean"]}

    def file_complaint(call: Call) -> Answer:
        key = " ".join((call.body["kat"], call.body["tgl_jam"], call.body["lok"]["desa"], call.body["isi"]))
        ticket = "KRW" + hashlib.sha256(key.encode()).hexdigest()[:8].upper()
        complaints[ticket] = {**call.body, "no_tiket": ticket, "sts": "B"}
        return Answer({"no_tiket": ticket, "sts": "B"}, 201)

    def find_complaint(call: Call) -> Answer:
        found = complaints.get(call.params["tiket"])
        return Answer({"err": "tiket tidak ada"}, 404) if found is None else Answer(found)

    def list_complaints(call: Call) -> Answer:
        found = [row for ticket, row in sorted(complaints.items()) if row["lok"]["desa"] == call.query["desa"]]
        begin = int(call.query["mulai"])
        return Answer({"pengaduan": found[begin : begin + int(call.query["batas"])]})

    def find_queue(call: Call) -> Answer:
        found = queues.get(call.params["loket"])
        return Answer({"err": "loket tidak ada"}, 404) if found is None else Answer(found)

    return Agency(
        "karawang",
        "KARAWANG",
        "api_key",
        (
            Endpoint("POST", "/pengaduan", file_complaint, body=_COMPLAINT),
            Endpoint("GET", "/pengaduan", list_complaints, query=_SLICE),
            Endpoint("GET", "/pengaduan/{tiket}", find_complaint, params=Fields({"tiket": matches("KRW[0-9A-F]{8}")})),
            Endpoint("GET", "/antrean/{loket}", find_queue, params=Fields({"loket": matches("[a-z-]{2,20}")})),
        ),
        _refuse,
        header="X-Token",
    )
