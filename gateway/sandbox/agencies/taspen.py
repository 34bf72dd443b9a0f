"""Taspen's ANDAL: a verdict of five digits in `RESPON.KODE`, capitals with underscores, amounts as texts with dots, a key in a header."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, dated, digits, matches, text
from gateway.sandbox.papers import open_papers
from gateway.values.model import Json

_REFUSALS: dict[Reason, str] = {
    "credential": "00401",
    "media_type": "00415",
    "not_json": "00400",
    "fields": "00422",
    "busy": "00503",
    "no_such_path": "00404",
    "method": "00405",
}


def _say(code: str, found: Json = None, did: str = "") -> Answer:
    answer: dict[str, Json] = {"RESPON": {"KODE": code}}
    return Answer(answer if found is None else {**answer, "DATA": found}, did=did)


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return _say(_REFUSALS[reason])


def open_taspen(seeds: dict[str, Json]) -> Agency:
    """Open ANDAL over its seeds: `estimasi` by NIP."""
    payments = open_papers("BYR-{:05d}")
    estimates = {row["NIP"]: row for row in seeds["estimasi"]}

    def find_estimate(call: Call) -> Answer:
        found = estimates.get(call.body["NIP"])
        return _say("00204") if found is None else _say("00000", found)

    def start_payment(call: Call) -> Answer:
        if call.body["NIP"] not in estimates:
            return _say("00204")
        return _say("00000", {"NO_BAYAR": payments.give(call.body["NIP"], call.body["NO_SK"])}, "pensiun bayar")

    wanted = Fields({"NIP": digits(18), "NO_TASPEN": matches("[0-9]{3}-[0-9]{6}"), "NO_SK": text(40), "MULAI": dated("%d/%m/%Y")})
    return Agency(
        "taspen",
        "ANDAL",
        "api_key",
        (
            Endpoint("POST", "/ESTIMASI", find_estimate, body=Fields({"NIP": digits(18)})),
            Endpoint("POST", "/PEMBAYARAN", start_payment, body=wanted),
        ),
        _refuse,
        header="X-Andal",
        base="/ANDAL",
    )
