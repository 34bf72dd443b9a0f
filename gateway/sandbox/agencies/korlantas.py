"""Korlantas' ERI: a verdict as a whole number deep in the envelope, plates in three columns, dates YYYYMMDD, a bearer token."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits, matches
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {
    "credential": 91,
    "media_type": 92,
    "not_json": 93,
    "fields": 94,
    "busy": 95,
    "no_such_path": 98,
    "method": 99,
}


def _answer(code: int, found: Json = None) -> Answer:
    return Answer({"respon": {"hasil": {"kode": code}, **({} if found is None else {"data": found})}})


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return _answer(_REFUSALS[reason])


def _say(found: Json) -> Answer:
    return _answer(4) if found is None else _answer(0, found)


def open_korlantas(seeds: dict[str, Json]) -> Agency:
    """Open ERI over its seeds: `kendaraan` by plate, `sim` by NIK."""
    vehicles = {" ".join(row["NOPOL"].values()): row for row in seeds["kendaraan"]}
    licences = {row["NIK"]: row for row in seeds["sim"]}

    def find_vehicle(call: Call) -> Answer:
        return _say(vehicles.get(call.body["NOPOL"]))

    def find_licences(call: Call) -> Answer:
        return _say(licences.get(call.body["NIK"]))

    plate = matches("[A-Z]{1,2} [0-9]{1,4} [A-Z]{1,3}")
    return Agency(
        "korlantas",
        "ERI",
        "bearer",
        (
            Endpoint("POST", "/kendaraan/cek", find_vehicle, body=Fields({"NOPOL": plate})),
            Endpoint("POST", "/sim/cek", find_licences, body=Fields({"NIK": digits(16)})),
        ),
        _refuse,
        base="/eri/v3",
    )
