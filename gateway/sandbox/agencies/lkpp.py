"""LKPP's SPSE: plain statuses, pages by a cursor, money as texts with dots and a comma, BPS's codes of places, a bearer token."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, matches
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 404, "method": 405}
_PAGE = Fields({"satker": matches("[A-Z]{3}-[0-9]{2}"), "batas": matches("[1-9]|[1-4][0-9]|50")}, {"sesudah": matches("T[0-9]{8}")})


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"galat": reason, "kolom": list(fields)}, _REFUSALS.get(reason, 422))


def open_lkpp(seeds: dict[str, Json]) -> Agency:
    """Open SPSE over its seeds: `tender`, each of an office."""
    tenders: list[Json] = seeds["tender"]

    def list_tenders(call: Call) -> Answer:
        after = int(call.query.get("sesudah", "T0")[1:])
        found = [row["paket"] for row in tenders if row["satker"] == call.query["satker"] and row["paket"]["kode_tender"] > after]
        shown = found[: int(call.query["batas"])]
        following = f"T{shown[-1]['kode_tender']:08d}" if len(shown) < len(found) else None
        return Answer({"data": shown, "tautan": {"berikut": following}})

    return Agency("lkpp", "SPSE", "bearer", (Endpoint("GET", "/tender", list_tenders, query=_PAGE),), _refuse, base="/v2")
