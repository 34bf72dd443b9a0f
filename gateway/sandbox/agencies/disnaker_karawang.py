"""Karawang's labour office: bare statuses, a card of a job seeker (AK-1) by NIK, HTTP Basic."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_STATUSES: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 400, "method": 405, "media_type": 415, "not_json": 400}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"galat": reason, "isian": list(fields)}, _STATUSES.get(reason, 422))


def open_disnaker_karawang(seeds: dict[str, Json]) -> Agency:
    """Open the register of cards over its seeds: `ak1`, by NIK."""
    cards = {row["nik"]: row for row in seeds["ak1"]}

    def find_card(call: Call) -> Answer:
        found = cards.get(call.body["nik"])
        return Answer({"galat": "tidak ada"}, 404) if found is None else Answer(found)

    endpoint = Endpoint("POST", "/ak1/cari", find_card, body=Fields({"nik": digits(16)}))
    return Agency("disnaker-karawang", "KARAWANG_NAKER", "basic", (endpoint,), _refuse)
