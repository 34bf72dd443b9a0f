"""LAN's Smart ASN: `status` as a word and `result`, every course in one list, the key in a header of its own."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_STATUSES: dict[Reason, int] = {
    "credential": 401,
    "media_type": 415,
    "not_json": 400,
    "fields": 400,
    "busy": 503,
    "no_such_path": 410,
    "method": 405,
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"status": "fail", "errors": [reason, *fields]}, _STATUSES[reason])


def open_lan(seeds: dict[str, Json]) -> Agency:
    """Open Smart ASN over its seeds: `diklat` by NIP."""
    records = {row["nip"]: row for row in seeds["diklat"]}

    def find_courses(call: Call) -> Answer:
        found = records.get(call.body["pegawai"]["nip"])
        return Answer({"status": "empty"}) if found is None else Answer({"status": "success", "result": found})

    return Agency(
        "lan",
        "SMARTASN",
        "api_key",
        (Endpoint("POST", "/v2/diklat/query", find_courses, body=Fields({"pegawai": Fields({"nip": digits(18)})})),),
        _refuse,
        header="X-Lan-Key",
    )
