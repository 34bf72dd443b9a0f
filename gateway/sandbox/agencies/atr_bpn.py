"""ATR/BPN: nested documents with fractions and Y/N, dates DD/MM/YYYY, scans of certificates as plain bytes both ways, HTTP Basic."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from aiohttp import web

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (401, "Login gagal"),
    "media_type": (415, "Tipe konten salah"),
    "not_json": (400, "JSON salah"),
    "fields": (400, "Parameter salah"),
    "busy": (503, "Server penuh"),
    "no_such_path": (404, "Tidak ada"),
    "method": (405, "Tidak boleh"),
}
_LINE = b"PINDAIAN SINTETIS - BUKAN SERTIPIKAT - SYNTHETIC SCAN OF NOTHING\n"
_LINES_A_PAGE = 1000
_PDF = "application/pdf"


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    status, message = _REFUSALS[reason]
    return Answer({"galat": message, "parameter": list(fields)}, status)


def _refuse_stream(status: int, message: str) -> web.Response:
    return web.json_response({"galat": message}, status=status)


@dataclass(slots=True)
class _Scans:
    """Certificates by number: how many pages each has, and what was deposited."""

    pages: dict[str, int]
    deposited: dict[str, Json] = field(default_factory=dict)

    async def send(self, request: web.Request) -> web.StreamResponse:
        count = self.pages.get(request.match_info["nomor"])
        if count is None:
            return _refuse_stream(404, "Sertipikat tidak ditemukan")
        page = _LINE * _LINES_A_PAGE
        response = web.StreamResponse(headers={"Content-Type": _PDF, "Content-Length": str(len(page) * count)})
        await response.prepare(request)
        for _ in range(count):
            await response.write(page)
        await response.write_eof()
        return response

    async def take(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["nomor"]
        if number not in self.pages:
            return _refuse_stream(404, "Sertipikat tidak ditemukan")
        if request.content_type != _PDF:
            return _refuse_stream(415, "Hanya application/pdf")
        if re.fullmatch(r"[0-9]{5}", request.headers.get("X-Kantor", "")) is None:
            return _refuse_stream(400, "X-Kantor salah")
        digest, size = hashlib.sha256(), 0
        async for chunk in request.content.iter_any():
            digest.update(chunk)
            size += len(chunk)
        self.deposited[number] = {"nomor": number, "ukuran": size, "sha256": digest.hexdigest()}
        return web.json_response(self.deposited[number])

    def find_deposit(self, call: Call) -> Answer:
        found = self.deposited.get(call.params["nomor"])
        return Answer({"galat": "Belum ada unggahan"}, 404) if found is None else Answer(found)


def open_atr_bpn(seeds: dict[str, Json]) -> Agency:
    """Open the land office over its seeds: `bidang` by parcel number, `sertipikat` by number of the certificate."""
    parcels = {row["nib"]: row for row in seeds["bidang"]}
    scans = _Scans({row["nomor"]: row["halaman"] for row in seeds["sertipikat"]})

    def find_parcel(call: Call) -> Answer:
        found = parcels.get(call.query["nib"])
        return Answer({"galat": "Bidang tidak ditemukan"}, 404) if found is None else Answer({"bidang": found})

    return Agency(
        "atr-bpn",
        "BHUMI",
        "basic",
        (
            Endpoint("GET", "/bidang", find_parcel, query=Fields({"nib": digits(14)})),
            Endpoint("GET", "/sertipikat/{nomor}/pindai", stream=scans.send),
            Endpoint("PUT", "/sertipikat/{nomor}/pindai", stream=scans.take),
            Endpoint("GET", "/sertipikat/{nomor}/unggahan", scans.find_deposit, params=Fields({"nomor": digits(14)})),
        ),
        _refuse,
        base="/bhumi",
    )
