"""Surabaya: billboards by offset and count, permits that are applied for, NPWP as an integer, a key in `X-Kunci-Kota`."""

from __future__ import annotations

import hashlib

import orjson

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, dated, matches, one_of, text, whole
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 404, "method": 405}
_VILLAGE, _DAY = matches(r"35\.78\.[0-9]{2}\.[0-9]{4}"), dated("%d/%m/%Y")
_BOARD = Fields(
    {
        "jenis": one_of("PPN", "KAN", "VID"),
        "jalan": text(120),
        "kel": _VILLAGE,
        "ukuran": Fields({"p": whole(1, 5000), "l": whole(1, 5000), "sisi": whole(1, 4)}),
        "tayang": Fields({"dari": _DAY, "sampai": _DAY}),
        "pemilik": Fields({"nama": text(100), "npwp": whole(0, 10**15 - 1)}),
    },
)
_SLICE = Fields({"kel": _VILLAGE, "mulai": matches("0|[1-9][0-9]{0,5}"), "batas": matches("[1-9]|[1-4][0-9]|50")})


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"pesan": reason, "isian": list(fields)}, _REFUSALS.get(reason, 422))


def open_surabaya(seeds: dict[str, Json]) -> Agency:
    """Open the city's permits over its seeds: `reklame`; what is applied for is kept apart, by its content's number."""
    boards: list[Json] = seeds["reklame"]
    applied: dict[str, Json] = {}

    def list_boards(call: Call) -> Answer:
        found = [row for row in boards if row["kel"] == call.query["kel"]]
        begin = int(call.query["mulai"])
        return Answer({"jumlah": len(found), "reklame": found[begin : begin + int(call.query["batas"])]})

    def apply(call: Call) -> Answer:
        if any(row["jalan"] == call.body["jalan"] and row["kel"] == call.body["kel"] for row in boards):
            return Answer({"pesan": "sudah ada reklame di sana"}, 409)
        number = f"{int(hashlib.sha256(orjson.dumps(call.body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8], 16) % 1_000_000}/REK"
        applied[number] = call.body
        size = call.body["ukuran"]
        return Answer({"nomor": number, "retribusi": size["p"] * size["l"] * size["sisi"] * 5}, 201)

    return Agency(
        "surabaya",
        "SURABAYA",
        "api_key",
        (Endpoint("GET", "/reklame", list_boards, query=_SLICE), Endpoint("POST", "/reklame", apply, body=_BOARD)),
        _refuse,
        header="X-Kunci-Kota",
    )
