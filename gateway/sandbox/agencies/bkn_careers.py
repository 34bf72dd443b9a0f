"""What SIASN knows of a career: the ranks that a civil servant has held, and the next one."""

from __future__ import annotations

from gateway.sandbox.desk import Answer, Call, Endpoint
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json


def list_career_endpoints(seeds: dict[str, Json], unknown: Answer) -> tuple[Endpoint, ...]:
    """Give the endpoints over `golongan`, by NIP; `unknown` is what is said where there is no such officer."""
    histories = {row["nip"]: row for row in seeds["golongan"]}

    def find_ranks(call: Call) -> Answer:
        found = histories.get(call.body["nip"])
        return unknown if found is None else Answer(found)

    return (Endpoint("POST", "/pns/riwayat-golongan", find_ranks, body=Fields({"nip": digits(18)})),)
