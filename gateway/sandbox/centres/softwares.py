"""Six softwares of health centres: what each is asked, and how it tells of visits.

Law: each is written from its own manual; what is not in it is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

import orjson
from aiohttp import web

from gateway.values.model import Json

from ..agencies.dinkes_karawang import NAMESPACE, SEARCH, write_visit
from ..effects import DID
from ..fields import Fields, Many, dated, digits, find_wrong, matches, one_of
from ..soap import Element, Operation, Said, Service
from .truth import Centre, Visit, list_visits, number_new

Answer: TypeAlias = "Callable[[Centre, web.Request, Json], web.Response]"
_ICD = matches(r"[A-Z][0-9]{2}(\.[0-9])?")


@dataclass(frozen=True, slots=True)
class Software:
    """One software: its operations by path below a centre (all are POSTs), what each takes, and how it says no."""

    name: str
    style: str  # how it wants to be convinced: of credentials.Style
    header: str
    operations: Mapping[str, tuple[Fields, Answer]]
    refuse: Callable[[int, str], web.Response]
    has_key_a_centre: bool = False
    serve: Callable[[Centre, Mapping[str, str]], Callable[[web.Request], Awaitable[web.StreamResponse]]] | None = None


def reply(body: Json, status: int = 200, did: str = "") -> web.Response:
    """Give a JSON answer; `did` says what was done."""
    response = web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
    response[DID] = did
    return response


def answer_json(software: Software, centre: Centre, operation: str, request: web.Request, raw: bytes) -> web.Response:
    """Answer one call of a software that speaks JSON, or refuse it."""
    fields, answer = software.operations[operation]
    if request.content_type != "application/json":
        return software.refuse(415, "media_type")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return software.refuse(400, "not_json")
    wrong = find_wrong(fields, body)
    return software.refuse(422, ",".join(wrong)) if wrong else answer(centre, request, body)


def _local(visit: Visit) -> str:
    return visit.began.strftime("%d/%m/%Y %H:%M")


def _instant(visit: Visit) -> str:
    return visit.began.isoformat(timespec="seconds")


def _cut(request: web.Request, visits: list[Json], begin: int, size: int) -> list[Json]:
    return visits[begin : begin + size]


# --- simpus -----------------------------------------------------------------------------------------------------------


def _refuse_simpus(status: int, why: str) -> web.Response:
    return reply({"meta": {"kode": status, "pesan": why}}, status if status == 401 else 200)


def _search_simpus(centre: Centre, request: web.Request, body: Json) -> web.Response:
    visits = list_visits(centre, body["nik"])
    if not visits:
        return _refuse_simpus(404, "Pasien tidak ditemukan")
    since = datetime.strptime(body["dari"], "%d/%m/%Y").date() if "dari" in body else date.min  # noqa: DTZ007 - a day
    rows: list[Json] = [
        {
            "no_kunjungan": "SP" + visit.number, "kd_pkm": centre.code, "pasien": {"nik": visit.nik, "alamat": "JL CONTOH 1"},
            "tgl_jam": _local(visit),
            "diagnosa": [{"kode": code, "utama": "T" if place else "Y"} for place, code in enumerate(visit.diagnoses)],
        }
        for visit in visits if visit.began.date() >= since
    ]  # fmt: skip
    page, size = int(request.query.get("hal", "1")), int(request.query.get("jml", "100"))
    return reply({"meta": {"kode": 200, "pesan": "OK", "total": len(rows)}, "data": _cut(request, rows, (page - 1) * size, size)})


def _record_simpus(centre: Centre, request: web.Request, body: Json) -> web.Response:
    if body["kd_pkm"] != centre.code:
        return _refuse_simpus(422, "kd_pkm")
    number = number_new(centre, {"nik": body["pasien"]["nik"], "tgl_jam": body["tgl_jam"]})
    return reply({"meta": {"kode": 201, "pesan": "Tersimpan"}, "data": {"no_kunjungan": "SP" + number}}, 201, "kunjungan")


_SIMPUS_VISIT = Fields(
    {
        "kd_pkm": matches("[A-Z][0-9]{10}"), "pasien": Fields({"nik": digits(16)}), "tgl_jam": dated("%d/%m/%Y %H:%M"),
        "diagnosa": Many(Fields({"kode": _ICD, "utama": one_of("Y", "T")})),
    }
)  # fmt: skip

# --- the others that speak JSON ---------------------------------------------------------------------------------------


def _refuse_plain(status: int, why: str) -> web.Response:
    return reply({"error": why}, status)


def _search_epuskes(centre: Centre, request: web.Request, body: Json) -> web.Response:
    visits = list_visits(centre, body["patient"]["identifier"])
    if not visits:
        return _refuse_plain(404, "no such patient")
    rows: list[Json] = [
        {
            "id": "EP" + visit.number, "facility": centre.code, "patient": {"identifier": visit.nik}, "start": _instant(visit),
            "conditions": [{"icd": code, "main": not place} for place, code in enumerate(visit.diagnoses)],
        }
        for visit in visits if str(visit.began.date()) >= body.get("from", "")
    ]  # fmt: skip
    begin, size = int(request.query.get("after", "0")), int(request.query.get("limit", "50"))
    paging = {"next": str(begin + size)} if begin + size < len(rows) else {}
    return reply({"rows": _cut(request, rows, begin, size), "paging": paging})


def _search_smile(centre: Centre, request: web.Request, body: Json) -> web.Response:
    visits = list_visits(centre, body["nik"])
    if not visits:
        return _refuse_plain(404, "not found")
    rows: list[Json] = [
        {
            "VisitNo": "SM" + visit.number, "FacilityCode": centre.code, "PatientNik": visit.nik, "VisitTime": _instant(visit),
            "Dx": [{"Code": code, "IsPrimary": "0" if place else "1"} for place, code in enumerate(visit.diagnoses)],
        }
        for visit in visits
    ]  # fmt: skip
    return reply({"result": _cut(request, rows, int(request.query.get("start", "0")), int(request.query.get("limit", "200")))})


def _refuse_pkmnet(status: int, why: str) -> web.Response:
    return reply({"ok": False, "pesan": why}, 401 if status == 401 else 200)


def _search_pkmnet(centre: Centre, request: web.Request, body: Json) -> web.Response:
    visits = list_visits(centre, body["NIK"])
    if not visits or body["KODE_PKM"] != centre.code:
        return _refuse_pkmnet(404, "TIDAK ADA")
    rows = [
        {
            "NOMOR": "PN" + visit.number, "KODE_PKM": centre.code, "NIK": visit.nik, "TANGGAL_JAM": _local(visit),
            "DIAGNOSA": [{"ICD10": code, "UTAMA": not place} for place, code in enumerate(visit.diagnoses)],
        }
        for visit in visits
    ]  # fmt: skip
    return reply({"ok": True, "hasil": rows})


def _search_manual(centre: Centre, request: web.Request, body: Json) -> web.Response:
    visits = list_visits(centre, body["nik"])
    if not visits:
        return _refuse_plain(404, "tidak ada")
    rows = [
        {
            "no": "LK" + visit.number, "puskesmas": centre.code, "nik": visit.nik, "waktu": _instant(visit),
            "diagnosa": [{"icd": code, "ke": "tambahan" if place else "utama"} for place, code in enumerate(visit.diagnoses)],
        }
        for visit in visits
    ]  # fmt: skip
    return reply(rows)


# --- sikda ------------------------------------------------------------------------------------------------------------


def _serve_sikda(centre: Centre, secrets: Mapping[str, str]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    def search(message: Element) -> str:
        nik, since = (message.findtext(f"{{{NAMESPACE}}}{part}", "") for part in ("Nik", "TglAwal"))
        visits = list_visits(centre, nik)
        if not visits:
            raise Said("TidakDitemukan", "pasien tidak ditemukan")
        rows = [
            {
                "nomor": "KJ" + visit.number, "faskes": centre.code, "waktu": _instant(visit), "nik": visit.nik,
                "diagnosa": [{"icd": code, "utama": not place} for place, code in enumerate(visit.diagnoses)],
            }
            for visit in visits if str(visit.began.date()) >= since
        ]  # fmt: skip
        return f'<k:CariKunjunganResponse xmlns:k="{NAMESPACE}">{"".join(map(write_visit, rows))}</k:CariKunjunganResponse>'

    return Service("1.1", NAMESPACE, {"CariKunjungan": Operation("CariKunjungan", SEARCH, search)}, "", secrets).serve


_NIK = Fields({"nik": digits(16)})
SOFTWARES: tuple[Software, ...] = (
    Software(
        "simpus", "api_key", "X-Api-Key",
        {
            "/api/kunjungan/cari": (Fields({"nik": digits(16)}, {"dari": dated("%d/%m/%Y")}), _search_simpus),
            "/api/kunjungan": (_SIMPUS_VISIT, _record_simpus),
        },
        _refuse_simpus, has_key_a_centre=True,
    ),
    Software(
        "epuskes", "basic", "",
        {"/v3/encounters/query": (Fields({"patient": Fields({"identifier": digits(16)})}, {"from": dated("%Y-%m-%d")}), _search_epuskes)},
        _refuse_plain,
    ),
    Software("smile", "api_key", "X-Smile-Key", {"/visit/list": (_NIK, _search_smile)}, _refuse_plain),
    Software(
        "pkmnet", "bearer", "",
        {"/kunjungan": (Fields({"NIK": digits(16), "KODE_PKM": matches("[A-Z][0-9]{10}")}), _search_pkmnet)},
        _refuse_pkmnet, has_key_a_centre=True,
    ),
    Software("manual", "none", "", {"/cari": (_NIK, _search_manual)}, _refuse_plain),
    Software("sikda", "ws_security", "", {}, _refuse_plain, serve=_serve_sikda),
)  # fmt: skip
