"""Kemendesa's village system: `ok` as a text, families that hold members that hold documents, numbers with zeros, an API key."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_REFUSALS: dict[Reason, str] = {
    "credential": "kunci",
    "media_type": "jenis",
    "not_json": "json",
    "fields": "isian",
    "busy": "penuh",
    "no_such_path": "alamat",
    "method": "metode",
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"ok": _REFUSALS[reason], "kolom": list(fields)})


def open_kemendesa(seeds: dict[str, Json]) -> Agency:
    """Open the village system over its seeds: `rukun_tetangga` by village, RT and RW."""
    units = {(row["kode_desa"], row["rt"], row["rw"]): row for row in seeds["rukun_tetangga"]}

    def find_unit(call: Call) -> Answer:
        found = units.get((call.body["kode_desa"], call.body["rt"], call.body["rw"]))
        return Answer({"ok": "tiada"}) if found is None else Answer({"ok": "ya", "isi": found})

    wanted = Fields({"kode_desa": digits(10), "rt": digits(3), "rw": digits(3)})
    return Agency("kemendesa", "SID", "api_key", (Endpoint("POST", "/rt", find_unit, body=wanted),), _refuse, header="X-Desa")
