"""What the health ministry knows of births: the notices of health facilities."""

from __future__ import annotations

from collections.abc import Callable

from gateway.sandbox.desk import Answer, Call, Endpoint
from gateway.sandbox.fields import Fields, matches
from gateway.values.model import Json

_NOTICE = matches("SKL/[0-9]{4}/[0-9]{6}")


def list_birth_endpoints(rows: list[Json], say: Callable[[int, str, Json], Answer]) -> tuple[Endpoint, ...]:
    """Give the endpoints over birth notices, by number; `say` writes the ministry's envelope."""
    births = {f"SKL/{row['skl']['tahun']}/{row['skl']['urut']}": row for row in rows}

    def find_birth(call: Call) -> Answer:
        found = births.get(call.body["no_skl"])
        return say(404, "Surat tidak ditemukan", None) if found is None else say(200, "OK", found)

    return (Endpoint("POST", "/api/kelahiran/cari", find_birth, body=Fields({"no_skl": _NOTICE})),)
