"""BPS: a verdict in `data-availability`, everything deep inside, its own codes of regions, years from 1900, dots in numerals."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 404, "method": 405}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"status": "Error", "message": reason, "fields": list(fields)}, _REFUSALS.get(reason, 422))


def _say(found: Json) -> Answer:
    is_there = found is not None
    return Answer(
        {"status": "OK", "data-availability": "available" if is_there else "list-not-available", "data": found if is_there else ""}
    )


def open_bps(seeds: dict[str, Json]) -> Agency:
    """Open the statistics office over its seeds: `wilayah` by code, `penduduk` by regency."""
    areas = {"".join(row["id"][name] for name in ("prov", "kab", "kec", "desa")): row for row in seeds["wilayah"]}
    counts = {row["domain"]["id"]: row for row in seeds["penduduk"]}

    def find_area(call: Call) -> Answer:
        return _say(areas.get(call.params["kode"]))

    def find_count(call: Call) -> Answer:
        return _say(counts.get(call.params["domain"]))

    return Agency(
        "bps",
        "BPS",
        "bearer",
        (
            Endpoint("GET", "/mfd/{kode}", find_area, params=Fields({"kode": digits(10)})),
            Endpoint("GET", "/penduduk/{domain}", find_count, params=Fields({"domain": digits(4)})),
        ),
        _refuse,
        base="/v1/api",
    )
