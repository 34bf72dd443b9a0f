"""BMKG: forecasts as plain XML without a namespace, asked by a code with dots, an API key."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from aiohttp import web

from gateway.sandbox.desk import Agency, Answer, Endpoint, Reason
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 404, "method": 405}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"galat": reason}, _REFUSALS.get(reason, 400))


def _write_attributes(row: Json) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in row.items() if not isinstance(value, dict | list))


def _write_period(row: Json) -> str:
    wind = row.get("angin")
    inside = f'<angin arah="{wind["arah"]}">{wind["knot"]}</angin>' if wind else ""
    return f"<waktu{_write_attributes(row)}>{inside}</waktu>"


def _write_forecast(row: Json) -> str:
    periods = "\n".join(_write_period(one) for one in row["waktu"])
    return f'<?xml version="1.0"?>\n<prakiraan terbit="{row["terbit"]}" sumber="sintetis"><wilayah{_write_attributes(row["wilayah"])}>\n{periods}</wilayah></prakiraan>'  # noqa: E501 - a document


def open_bmkg(seeds: dict[str, Json]) -> Agency:
    """Open the forecasts over their seeds: `prakiraan` by village."""
    forecasts = {row["wilayah"]["adm4"]: row for row in seeds["prakiraan"]}

    async def find_forecast(request: web.Request) -> web.StreamResponse:
        found = forecasts.get(request.match_info["adm4"])
        if found is None:
            return web.Response(status=404, text="<galat>tidak ada</galat>", content_type="application/xml")
        return web.Response(text=_write_forecast(found), content_type="application/xml", charset="utf-8")

    return Agency("bmkg", "BMKG", "api_key", (Endpoint("GET", "/prakiraan/{adm4}", stream=find_forecast),), _refuse, header="X-Api-Key")
