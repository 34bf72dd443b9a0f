"""KKP's SIMKADA: a word as the verdict, numerals as people write them, a column more for some gear, clocks of WITA, an API key."""

from __future__ import annotations

import hashlib

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, Many, dated, matches, one_of, text, whole
from gateway.values.model import Json

_VESSEL = matches("[A-Z]{2}[0-9]{6}")
_CATCH = Fields({"ikan": one_of("CAKALANG", "MADIDIHANG", "MATA BESAR", "TUNA", "TONGKOL"), "beratKg": matches("[1-9][0-9]{0,6}")})
_LANDING = Fields(
    {
        "noRegister": _VESSEL,
        "waktu": dated("%d/%m/%Y %H:%M"),
        "pelabuhan": text(60),
        "alat": one_of("JARING", "PANCING", "TANPA"),
        "hasil": Many(_CATCH, 1),
    },
    {"mataJaringMm": whole(1, 1000), "jumlahPancing": whole(1, 10_000)},
)
_COLUMNS = {"JARING": {"mataJaringMm"}, "PANCING": {"jumlahPancing"}, "TANPA": set[str]()}
_REFUSALS: dict[Reason, str] = {
    "credential": "TOLAK",
    "media_type": "SALAH",
    "not_json": "SALAH",
    "fields": "SALAH",
    "busy": "SIBUK",
    "no_such_path": "SALAH",
    "method": "SALAH",
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"stat": _REFUSALS[reason], "kolom": list(fields)})


def open_kkp(seeds: dict[str, Json]) -> Agency:
    """Open SIMKADA over its seeds: `kapal` by registration; landings are kept by number."""
    vessels = {row["noRegister"]: row for row in seeds["kapal"]}
    landings: dict[str, Json] = {}

    def find_vessel(call: Call) -> Answer:
        found = vessels.get(call.params["noRegister"])
        return Answer({"stat": "KOSONG"}) if found is None else Answer({"stat": "OK", "isi": found})

    def report_landing(call: Call) -> Answer:
        landing = call.body
        if landing.keys() & {"mataJaringMm", "jumlahPancing"} != _COLUMNS[landing["alat"]]:
            return _refuse("fields", ("alat",))
        if landing["noRegister"] not in vessels:
            return Answer({"stat": "KOSONG"})
        key = f"{landing['noRegister']} {landing['waktu']}"
        number = "LPR" + hashlib.sha256(key.encode()).hexdigest()[:8].upper()
        landings[number] = landing
        return Answer({"stat": "OK", "isi": {"nomorLapor": number}})

    def find_landing(call: Call) -> Answer:
        found = landings.get(call.params["nomor"])
        return Answer({"stat": "KOSONG"}) if found is None else Answer({"stat": "OK", "isi": found})

    return Agency(
        "kkp",
        "SIMKADA",
        "api_key",
        (
            Endpoint("GET", "/kapal/{noRegister}", find_vessel, params=Fields({"noRegister": _VESSEL})),
            Endpoint("POST", "/pendaratan", report_landing, body=_LANDING),
            Endpoint("GET", "/pendaratan/{nomor}", find_landing, params=Fields({"nomor": matches("LPR[0-9A-F]{8}")})),
        ),
        _refuse,
        header="X-Simkada",
    )
