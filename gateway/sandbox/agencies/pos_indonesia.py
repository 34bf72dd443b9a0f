"""Pos Indonesia: shipments are created in capitals and fixed widths; a trace of one event stands without its list; a bearer token."""

from __future__ import annotations

import hashlib

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits, matches, one_of, text, whole
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 404, "method": 405}
_NAME = matches("[A-Z .]{1,60}")
_RECEIVER = Fields({"nama": _NAME, "alamat": text(120), "kodepos": digits(5)}, {"hp": matches("628[0-9]{8,11}")})
_SHIPMENT = Fields(
    {
        "ref": matches("JBT-[A-Z0-9]{4,20}"),
        "pengirim": _NAME,
        "penerima": _RECEIVER,
        "berat": digits(5),
        "layanan": Fields({"isi": one_of("DOK", "BRG")}, {"tercatat": whole(0, 1)}),
    },
)


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"kesalahan": reason, "isian": list(fields)}, _REFUSALS.get(reason, 422))


def open_pos_indonesia(seeds: dict[str, Json]) -> Agency:
    """Open the post over its seeds: `jejak` by number; a shipment's number follows from its reference."""
    traces = {row["resi"]: row["riwayat"] for row in seeds["jejak"]}
    closed: list[str] = seeds["kodepos_tutup"]
    shipments: dict[str, Json] = {}

    def create_shipment(call: Call) -> Answer:
        if call.body["penerima"]["kodepos"] in closed:
            return Answer({"kesalahan": "kantor tujuan tutup"}, 409)
        number = f"P{int(hashlib.sha256(call.body['ref'].encode()).hexdigest()[:12], 16) % 10**12:012d}"
        shipments[number] = call.body
        return Answer({"resi": number, "ongkos": 5000 + 2 * int(call.body["berat"])}, 201)

    def trace_shipment(call: Call) -> Answer:
        found = traces.get(call.params["resi"])
        if found is None:
            return Answer({"kesalahan": "resi tidak dikenal"}, 404)
        return Answer({"resi": call.params["resi"], "riwayat": found[0] if len(found) == 1 else found})

    return Agency(
        "pos-indonesia",
        "POS",
        "bearer",
        (
            Endpoint("POST", "/kiriman", create_shipment, body=_SHIPMENT),
            Endpoint("GET", "/jejak/{resi}", trace_shipment, params=Fields({"resi": matches("P[0-9]{12}")})),
        ),
        _refuse,
    )
