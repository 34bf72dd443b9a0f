"""Kejaksaan's CMS: plain statuses, snake_case, clocks of WIT without signs, HTTP Basic."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, text
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {
    "credential": 401,
    "media_type": 415,
    "not_json": 400,
    "fields": 400,
    "busy": 503,
    "no_such_path": 404,
    "method": 405,
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"pesan": reason, "parameter": list(fields)}, _REFUSALS[reason])


def open_kejaksaan(seeds: dict[str, Json]) -> Agency:
    """Open CMS over its seeds: `perkara` by number."""
    cases = {row["nomor_perkara"]: row for row in seeds["perkara"]}

    def find_case(call: Call) -> Answer:
        found = cases.get(call.query["nomor"])
        return Answer({"pesan": "perkara tidak ada"}, 404) if found is None else Answer(found)

    endpoint = Endpoint("GET", "/perkara", find_case, query=Fields({"nomor": text(40)}))
    return Agency("kejaksaan", "CMS", "basic", (endpoint,), _refuse, base="/cms")
