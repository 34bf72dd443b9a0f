"""What SIASN knows of a career: the ranks that a civil servant has held, decrees of promotion and of retirement, given and withdrawn."""

from __future__ import annotations

from gateway.sandbox.desk import Answer, Call, Endpoint
from gateway.sandbox.fields import Fields, dated, digits, one_of, text
from gateway.sandbox.papers import open_papers
from gateway.values.model import Json

_RANKS = one_of(*(f"{group}{step}" for group in "1234" for step in "12345"))
_PROMOTED_ON = "01-04-2027"  # ranks change in April and October


def list_career_endpoints(seeds: dict[str, Json], unknown: Answer) -> tuple[Endpoint, ...]:
    """Give the endpoints over `golongan`, by NIP, and over decrees; `unknown` is what is said where there is no such officer."""
    histories = {row["nip"]: row for row in seeds["golongan"]}

    def find_ranks(call: Call) -> Answer:
        found = histories.get(call.body["nip"])
        return unknown if found is None else Answer(found)

    return (
        Endpoint("POST", "/pns/riwayat-golongan", find_ranks, body=Fields({"nip": digits(18)})),
        *_list_promotion_endpoints({row["nipBaru"] for row in seeds["pns"]}, seeds["sk"], unknown),
        *_list_retirement_endpoints({row["nipBaru"] for row in seeds["pns"]}, seeds["sk"], unknown),
    )


def _list_promotion_endpoints(officers: set[str], before: list[str], unknown: Answer) -> tuple[Endpoint, ...]:
    decrees = open_papers("SK-KP-2026-{:05d}", before)

    def issue(call: Call) -> Answer:
        nip, rank = call.body["nip"], call.body["golongan"]
        if nip not in officers:
            return unknown
        number = decrees.give(nip, rank)
        return Answer({"nomorSk": number, "nip": nip, "golongan": {"id": rank, "tmt": _PROMOTED_ON}}, 201, did="sk pangkat terbit")

    def revoke(call: Call) -> Answer:
        number = call.body["nomorSk"]
        if not decrees.take_back(number):
            return Answer({"message": "SK tidak ditemukan"}, 404)
        return Answer({"nomorSk": number, "statusSk": "DICABUT"}, did="sk pangkat cabut")

    return (
        Endpoint("POST", "/kp/sk", issue, body=Fields({"nip": digits(18), "golongan": _RANKS}, {"pemutus": text(1000)})),
        Endpoint("POST", "/kp/sk/cabut", revoke, body=Fields({"nomorSk": text(40)})),
    )


def _list_retirement_endpoints(officers: set[str], before: list[str], unknown: Answer) -> tuple[Endpoint, ...]:
    decrees = open_papers("SK-PENS-2026-{:05d}", before)

    def grant(call: Call) -> Answer:
        nip, day = call.body["nip"], call.body["tmtPensiun"]
        if nip not in officers:
            return unknown
        return Answer({"sk": {"nomor": decrees.give(nip, day), "tmtPensiun": day}, "nip": nip}, 201, did="sk pensiun terbit")

    def withdraw(call: Call) -> Answer:
        number = call.body["nomorSk"]
        if not decrees.take_back(number):
            return Answer({"message": "SK tidak ditemukan"}, 404)
        return Answer({"sk": {"nomor": number, "status": "BATAL"}}, did="sk pensiun batal")

    return (
        Endpoint("POST", "/pensiun/sk", grant, body=Fields({"nip": digits(18), "tmtPensiun": dated("%d-%m-%Y")})),
        Endpoint("POST", "/pensiun/sk/batal", withdraw, body=Fields({"nomorSk": text(40)})),
    )
