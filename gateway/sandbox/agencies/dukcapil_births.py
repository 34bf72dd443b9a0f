"""SIAK's births: a child is registered under its mother's family card, gets a NIK and a certificate; a registration is cancelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from gateway.sandbox.desk import Answer, Call, Endpoint
from gateway.sandbox.fields import Fields, dated, digits, matches, one_of, text
from gateway.sandbox.papers import open_papers
from gateway.values.model import Json

_WOMEN_DAYS = 40  # PP 40/2019: the day of birth in a woman's NIK
_BIRTH = Fields(
    {
        "NAMA": text(100),
        "JENIS_KLMIN": one_of("L", "P"),
        "WAKTU_LHR": dated("%d/%m/%Y %H:%M"),
        "IBU": Fields({"NIK": digits(16)}),
        "SKL": matches("SKL/[0-9]{4}/[0-9]{6}"),
        "ANAK_KE": digits(2),
    }
)


def _number_child(birth: Json, mother: Json) -> str:
    born = datetime.strptime(birth["WAKTU_LHR"], "%d/%m/%Y %H:%M")  # noqa: DTZ007 - a clock on a wall
    area = mother["ALAMAT"]["NO_PROP"] + mother["ALAMAT"]["NO_KAB"] + mother["ALAMAT"]["NO_KEC"]
    day = born.day + (_WOMEN_DAYS if birth["JENIS_KLMIN"] == "P" else 0)
    return f"{area}{day:02d}{born:%m%y}{int(birth['SKL'][-4:]):04d}"


def list_birth_endpoints(residents: Mapping[str, Json], before: list[str], say: Callable[[Json, str], Answer]) -> tuple[Endpoint, ...]:
    """Give the endpoints of births; `say` writes the envelope around a payload and notes the deed."""
    certificates = open_papers("3215-LU-2026-{:05d}", before)

    def register(call: Call) -> Answer:
        birth, mother = call.body, residents.get(call.body["IBU"]["NIK"])
        if mother is None:
            return say(None, "")
        number = certificates.give(birth["SKL"], birth["NAMA"])
        child = {"NIK": _number_child(birth, mother), "NO_KK": mother["NO_KK"], "NAMA": birth["NAMA"]}
        when = {"TGL": birth["WAKTU_LHR"][:10], "TAHUN": birth["WAKTU_LHR"][6:10]}
        return say({"NO_AKTA": number, "ANAK": child, "LAHIR": when}, "kelahiran catat")

    def cancel(call: Call) -> Answer:
        number = call.body["NO_AKTA"]
        is_known = certificates.take_back(number)
        return say({"NO_AKTA": number, "BATAL": "Y"} if is_known else None, "kelahiran batal" if is_known else "")

    return (
        Endpoint("POST", "/ws/kelahiran", register, body=_BIRTH),
        Endpoint("POST", "/ws/kelahiran/batal", cancel, body=Fields({"NO_AKTA": text(30)})),
    )
