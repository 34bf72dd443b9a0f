"""Kemendagri's register of regions: a verdict in `STATUS`, names in capitals, codes asked with dots and answered in columns, an API key."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, matches
from gateway.values.model import Json

_REFUSALS: dict[Reason, str] = {"credential": "7", "busy": "8", "no_such_path": "404", "method": "404"}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"STATUS": _REFUSALS.get(reason, "9"), "PESAN": reason.upper(), "KOLOM": list(fields)})


def open_kemendagri(seeds: dict[str, Json]) -> Agency:
    """Open the register over its seeds: `desa` by code."""
    villages = {".".join(row[name] for name in ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")): row for row in seeds["desa"]}

    def find_village(call: Call) -> Answer:
        found = villages.get(call.query["KODE"])
        return Answer({"STATUS": "0", "PESAN": "TIDAK ADA"} if found is None else {"STATUS": "1", "PESAN": "OK", "DATA": found})

    by_code = Fields({"KODE": matches(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}")})
    return Agency("kemendagri", "WILAYAH", "api_key", (Endpoint("GET", "/DESA", find_village, query=by_code),), _refuse, header="X-Kunci")
