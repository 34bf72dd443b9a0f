"""BPJS Kesehatan's VClaim: `metaData.code` as a string, persons in paths, deep wrappers around writes, ISO dates, a consumer key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, dated, digits, matches, one_of, text
from gateway.values.model import Json

from .bpjs_kesehatan_members import list_member_endpoints

_DAY = dated("%Y-%m-%d")
_REFUSALS: dict[Reason, tuple[str, str]] = {
    "credential": ("401", "Consumer key salah"),
    "media_type": ("415", "Content-Type salah"),
    "not_json": ("400", "Format JSON salah"),
    "fields": ("422", "Isian tidak sesuai"),
    "busy": ("503", "Server sibuk"),
    "no_such_path": ("404", "Service tidak ada"),
    "method": ("405", "Metode salah"),
}
_MEMBER = Fields({"nik": digits(16), "tanggal": _DAY})
_REFERRAL = Fields(
    {
        "noKartu": digits(13),
        "tglRujukan": _DAY,
        "ppkDirujuk": matches("[0-9]{4}[A-Z][0-9]{3}"),
        "jnsPelayanan": one_of("1", "2"),
        "diagRujukan": matches("[A-Z][0-9]{2}(\\.[0-9])?"),
        "user": text(40),
    },
    {"catatan": text(200)},
)


def _say(code: str, message: str, found: Json = None, did: str = "") -> Answer:
    return Answer({"metaData": {"code": code, "message": message}, "response": found}, did=did)


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    code, message = _REFUSALS[reason]
    return _say(code, " ".join((message, *fields)))


def _number_referral(wanted: dict[str, Json]) -> str:
    key = " ".join((wanted["noKartu"], wanted["tglRujukan"], wanted["ppkDirujuk"], wanted["diagRujukan"]))
    return "0901R001" + hashlib.sha256(key.encode()).hexdigest()[:10].upper()


def _open_find_claim(rows: list[dict[str, Json]]) -> Callable[[Call], Answer]:
    claims = {row["noSep"]: row for row in rows}

    def find_claim(call: Call) -> Answer:
        found = claims.get(call.body["noSep"])
        return _say("201", "Klaim tidak ditemukan") if found is None else _say("200", "OK", found)

    return find_claim


def _open_find_member(by_nik: Mapping[str, Json]) -> Callable[[Call], Answer]:
    def find_member(call: Call) -> Answer:
        found = by_nik.get(call.params["nik"])
        if found is None or call.params["tanggal"] < found["tglTMT"]:
            return _say("201", "Peserta tidak ditemukan")
        return _say("200", "OK", {"peserta": found})

    return find_member


def _open_find_home(rows: list[dict[str, Json]]) -> Callable[[Call], Answer]:
    homes = {row["nik"]: row for row in rows}

    def find_home(call: Call) -> Answer:
        found = homes.get(call.body["nik"])
        return _say("201", "Peserta tidak ditemukan") if found is None else _say("200", "OK", found)

    return find_home


def open_bpjs_kesehatan(seeds: dict[str, Json]) -> Agency:
    """Open VClaim over its seeds: `peserta` by NIK and by card, `klaim` by number; referrals are kept by number."""
    by_nik = {row["nik"]: row for row in seeds["peserta"]}
    by_card = {row["noKartu"]: row for row in seeds["peserta"]}
    referrals: dict[str, Json] = {}

    def insert_referral(call: Call) -> Answer:
        wanted = call.body["request"]["t_rujukan"]
        member = by_card.get(wanted["noKartu"])
        if member is None:
            return _say("201", "Kartu tidak ditemukan")
        if member["statusPeserta"]["kode"] != "0":
            return _say("203", "Status peserta tidak aktif")
        number = _number_referral(wanted)
        referrals[number] = {"noRujukan": number, **wanted}
        made = {"noRujukan": number, "peserta": {"nama": member["nama"]}, "tglRujukan": wanted["tglRujukan"]}
        return _say("200", "OK", {"rujukan": made})

    def find_referral(call: Call) -> Answer:
        found = referrals.get(call.params["nomor"])
        return _say("201", "Rujukan tidak ditemukan") if found is None else _say("200", "OK", {"rujukan": found})

    return Agency(
        "bpjs-kesehatan",
        "VCLAIM",
        "api_key",
        (
            Endpoint("GET", "/Peserta/nik/{nik}/tglSEP/{tanggal}", _open_find_member(by_nik), params=_MEMBER),
            Endpoint("POST", "/Peserta/domisili", _open_find_home(seeds["domisili"]), body=Fields({"nik": digits(16)})),
            Endpoint("POST", "/Rujukan/insert", insert_referral, body=Fields({"request": Fields({"t_rujukan": _REFERRAL})})),
            Endpoint("GET", "/Rujukan/{nomor}", find_referral, params=Fields({"nomor": text(30)})),
            Endpoint("POST", "/Klaim/cari", _open_find_claim(seeds["klaim"]), body=Fields({"noSep": matches("[0-9]{4}[A-Z][0-9]{14}")})),
            *list_member_endpoints(by_nik, by_card, seeds["mutasi"], _say),
        ),
        _refuse,
        header="X-Cons-Key",
        base="/vclaim-rest",
    )
