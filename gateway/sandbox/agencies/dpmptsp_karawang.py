"""Karawang's one-stop office: `ok` is a number and says all, also what went wrong; permits by number, a key in a header."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_VERDICTS: dict[Reason, int] = {"credential": 7, "busy": 9}
_STATUSES: dict[Reason, int] = {"credential": 401, "no_such_path": 404, "method": 405}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"ok": _VERDICTS.get(reason, 5), "isian": list(fields)}, _STATUSES.get(reason, 200))


def open_dpmptsp_karawang(seeds: dict[str, Json]) -> Agency:
    """Open the register of permits over its seeds: `izin`, by number."""
    permits = {row["no"]: row for row in seeds["izin"]}

    def find_permit(call: Call) -> Answer:
        found = permits.get(call.params["nomor"])
        return Answer({"ok": 2}) if found is None else Answer({"ok": 1, "izin": found})

    endpoint = Endpoint("GET", "/izin/{nomor}", find_permit, params=Fields({"nomor": digits(7)}))
    return Agency("dpmptsp-karawang", "KARAWANG_IZIN", "api_key", (endpoint,), _refuse, header="X-Kunci")
