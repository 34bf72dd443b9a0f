"""The police's SKCK: a verdict in `kdRespon`, an identity as kind and number, moments without signs between, a basic credential."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, one_of, text
from gateway.values.model import Json

_REFUSALS: dict[Reason, str] = {
    "credential": "S401",
    "media_type": "S415",
    "not_json": "S400",
    "fields": "S422",
    "busy": "S503",
    "no_such_path": "S404",
    "method": "S405",
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"kdRespon": _REFUSALS[reason], "isian": list(fields)})


def open_polri(seeds: dict[str, Json]) -> Agency:
    """Open SKCK over its seeds: `catatan` by NIK."""
    records = {row["noIdentitas"]: row for row in seeds["catatan"]}

    def find_record(call: Call) -> Answer:
        found = records.get(call.body["identitas"]["nomor"])
        return Answer({"kdRespon": "S204"}) if found is None else Answer({"kdRespon": "S000", "data": found})

    identity = Fields({"jenis": one_of("KTP", "PASPOR"), "nomor": text(16)})
    return Agency(
        "polri",
        "SKCK",
        "basic",
        (Endpoint("POST", "/catatan", find_record, body=Fields({"identitas": identity})),),
        _refuse,
        base="/skck/api",
    )
