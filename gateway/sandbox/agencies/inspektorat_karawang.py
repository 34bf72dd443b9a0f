"""The inspectorate's SIDIS: no envelope, capitals, the number of a civil servant as a number, dates with dots, a key in a header."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, whole
from gateway.values.model import Json

_STATUSES: dict[Reason, int] = {
    "credential": 401,
    "media_type": 415,
    "not_json": 400,
    "fields": 422,
    "busy": 503,
    "no_such_path": 421,
    "method": 405,
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"GALAT": reason.upper(), "ISIAN": list(fields)}, _STATUSES[reason])


def open_inspektorat_karawang(seeds: dict[str, Json]) -> Agency:
    """Open SIDIS over its seeds: `hukdis` by NIP."""
    records = {row["NIP"]: row for row in seeds["hukdis"]}

    def find_record(call: Call) -> Answer:
        found = records.get(call.body["NIP"])
        return Answer({"GALAT": "NIHIL", "ISIAN": []}, 404) if found is None else Answer(found)

    return Agency(
        "inspektorat-karawang",
        "SIDIS",
        "api_key",
        (Endpoint("POST", "/hukdis", find_record, body=Fields({"NIP": whole(0, 10**18 - 1)})),),
        _refuse,
        header="X-Sidis",
    )
