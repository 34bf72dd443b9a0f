"""DJP: nested camelCase, no envelope but plain statuses, dates YYYYMMDD, thousands of rupiah, a bearer token."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, dated, matches, one_of, text
from gateway.values.model import Json

_DAY = dated("%Y%m%d")
_NPWP = matches("[0-9]{16}")

_REFUSALS: dict[Reason, tuple[int, str, str]] = {
    "credential": (401, "AUTH-01", "Token tidak sah"),
    "media_type": (415, "REQ-02", "Content-Type harus application/json"),
    "not_json": (400, "REQ-01", "Badan permintaan bukan JSON"),
    "fields": (400, "REQ-03", "Parameter tidak sesuai"),
    "busy": (429, "SYS-09", "Kuota layanan habis"),
    "no_such_path": (404, "SYS-04", "Layanan tidak ada"),
    "method": (405, "SYS-05", "Metode tidak didukung"),
}


def _say_no(status: int, code: str, message: str, fields: tuple[str, ...] = ()) -> Answer:
    headers = {"Retry-After": "2"} if status == 429 else {}
    return Answer({"galat": {"kode": code, "pesan": message, "parameter": list(fields)}}, status, headers)


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return _say_no(*_REFUSALS[reason], fields)


def _open_check_duties(rows: list[Json]) -> Callable[[Call], Answer]:
    duties = {row["wp"]["npwp16"]: row for row in rows}

    def check_duties(call: Call) -> Answer:
        found = duties.get(call.body["npwp16"])
        return _say_no(404, "WP-01", "Wajib pajak tidak terdaftar") if found is None else Answer(found)

    return check_duties


def _open_find_match(rows: list[Json]) -> Callable[[Call], Answer]:
    pairs = {row["npwp16"]: row for row in rows}
    pairs |= {"0" + "".join(filter(str.isdigit, row["npwpLama"])): row for row in rows if row["npwpLama"] != "-"}

    def find_match(call: Call) -> Answer:
        found = pairs.get(call.body["npwp16"])
        return _say_no(404, "WP-01", "Wajib pajak tidak terdaftar") if found is None else Answer(found)

    return find_match


def open_djp(seeds: dict[str, Json]) -> Agency:
    """Open the tax office: `wajib_pajak` and `kswp` by NPWP, `padanan` by both its numbers; fiscal certificates are issued."""
    taxpayers = {row["wajibPajak"]["npwp16"]: row for row in seeds["wajib_pajak"]}
    certificates: dict[str, Json] = {}

    def find_taxpayer(call: Call) -> Answer:
        found = taxpayers.get(call.body["npwp16"])
        return _say_no(404, "WP-01", "Wajib pajak tidak terdaftar") if found is None else Answer(found)

    def issue_certificate(call: Call) -> Answer:
        npwp, day = call.body["pemohon"]["npwp16"], call.body["tanggalPermohonan"]
        found = taxpayers.get(npwp)
        if found is None:
            return _say_no(404, "WP-01", "Wajib pajak tidak terdaftar")
        if found["kewajiban"]["tunggakanRibuan"] > 0:
            return _say_no(409, "SKF-02", "Masih ada tunggakan pajak")
        digest = hashlib.sha256(f"{npwp} {day} {call.body['keperluan']}".encode()).hexdigest()
        number = f"KET-{int(digest[:8], 16) % 100_000:05d}/SKF/WPJ/{day[:4]}"
        issued = {"nomorSurat": number, "berlakuSampai": f"{day[:4]}1231", "kantor": found["wajibPajak"]["kpp"]["kode"]}
        certificates[number] = {**issued, "npwp16": npwp}
        return Answer(issued, 201)

    def find_certificate(call: Call) -> Answer:
        found = certificates.get(call.query["nomor"])
        return _say_no(404, "SKF-01", "Surat tidak ditemukan") if found is None else Answer(found)

    applicant = Fields({"npwp16": _NPWP, "nama": text(100)})
    wanted = Fields({"pemohon": applicant, "keperluan": one_of("LELANG", "KREDIT", "IZIN"), "tanggalPermohonan": _DAY})
    return Agency(
        "djp",
        "DJP",
        "bearer",
        (
            Endpoint("POST", "/wajib-pajak/kueri", find_taxpayer, body=Fields({"npwp16": _NPWP})),
            Endpoint("POST", "/npwp/padanan", _open_find_match(seeds["padanan"]), body=Fields({"npwp16": _NPWP})),
            Endpoint("POST", "/kswp", _open_check_duties(seeds["kswp"]), body=Fields({"npwp16": _NPWP})),
            Endpoint("POST", "/surat-keterangan-fiskal", issue_certificate, body=wanted),
            Endpoint("GET", "/surat-keterangan-fiskal", find_certificate, query=Fields({"nomor": text(40)})),
        ),
        _refuse,
        base="/api/v2",
    )
