"""Ditjen Imigrasi's SIMKIM: `RC` and `HASIL` in a 200, upper-case names, documents of three kinds, each post's own clock, HTTP Basic."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, matches
from gateway.values.model import Json

_REFUSALS: dict[Reason, str] = {
    "credential": "0401",
    "media_type": "0415",
    "not_json": "0400",
    "fields": "0422",
    "busy": "0503",
    "no_such_path": "0404",
    "method": "0405",
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"RC": _REFUSALS[reason], "KET": " ".join(("DITOLAK", *fields))})


def _say(found: Json) -> Answer:
    if found is None:
        return Answer({"RC": "0014", "KET": "TIDAK ADA DATA"})
    return Answer({"RC": "0000", "KET": "SUKSES", "HASIL": found})


def open_imigrasi(seeds: dict[str, Json]) -> Agency:
    """Open SIMKIM over its seeds: `dokumen` by number, `perlintasan` by passport."""
    documents = {row["DOKUMEN"]["NOMOR"]: row for row in seeds["dokumen"]}
    crossings = {row["PASPOR"]: {"LINTAS": row["LINTAS"]} for row in seeds["perlintasan"]}

    def find_document(call: Call) -> Answer:
        return _say(documents.get(call.body["NOMOR"]))

    def list_crossings(call: Call) -> Answer:
        return _say(crossings.get(call.body["PASPOR"]))

    return Agency(
        "imigrasi",
        "SIMKIM",
        "basic",
        (
            Endpoint("POST", "/dokumen", find_document, body=Fields({"NOMOR": matches("[0-9A-Z]{8,16}")})),
            Endpoint("POST", "/perlintasan", list_crossings, body=Fields({"PASPOR": matches("[A-Z][0-9]{7}")})),
        ),
        _refuse,
        base="/simkim",
    )
