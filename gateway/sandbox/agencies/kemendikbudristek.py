"""Kemendikbudristek: `ok` and `hasil`, camelCase in Indonesian, dates DD/MM/YYYY beside ISO, a key in the header `apikey`."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, dated, digits, matches, one_of, text
from gateway.sandbox.papers import open_papers
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (403, "apikey tidak dikenal"),
    "media_type": (415, "format tidak didukung"),
    "not_json": (400, "JSON rusak"),
    "fields": (400, "parameter salah"),
    "busy": (503, "sedang pemeliharaan"),
    "no_such_path": (410, "alamat sudah tidak dipakai"),
    "method": (405, "metode salah"),
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    status, message = _REFUSALS[reason]
    return Answer({"ok": False, "galat": message, "rincian": list(fields)}, status)


def _open_preregistration() -> Endpoint:
    places = open_papers("PRA-{:05d}")

    def reserve_place(call: Call) -> Answer:
        number = places.give(call.body["calon"]["nik"])
        born = int(call.body["calon"]["tglLahir"][6:])
        return Answer({"ok": True, "hasil": {"nomorPradaftar": number, "tahunMasuk": born + 4}}, did="pradaftar")

    child = Fields({"nik": digits(16), "nama": text(100), "tglLahir": dated("%d/%m/%Y")})
    return Endpoint("POST", "/paud/pradaftar", reserve_place, body=Fields({"calon": child, "kodeDesa": digits(10)}))


def open_kemendikbudristek(seeds: dict[str, Json]) -> Agency:
    """Open the education ministry over its seeds: `ijazah` by number, `lulusan` by NIK, `sekolah` by district."""
    diplomas = {row["nomorIjazah"]: row for row in seeds["ijazah"]}
    graduates = {row["nik"]: row for row in seeds["lulusan"]}
    schools: list[Json] = seeds["sekolah"]

    def find_diploma(call: Call) -> Answer:
        found = diplomas.get(call.params["nomor"])
        if found is None:
            return Answer({"ok": False, "galat": "ijazah tidak ditemukan"}, 404)
        return Answer({"ok": True, "hasil": found})

    def find_graduate(call: Call) -> Answer:
        found = graduates.get(call.body["nik"])
        return Answer({"ok": False, "galat": "bukan lulusan"}, 404) if found is None else Answer({"ok": True, "hasil": found})

    def list_schools(call: Call) -> Answer:
        district, kind = call.query["kode_kec"], call.query.get("bentuk")
        rows = [row["data"] for row in schools if row["kode_kec"] == district and kind in (None, row["data"]["bentuk"])]
        return Answer({"ok": True, "hasil": {"kodeKecamatan": district, "jumlah": str(len(rows)), "daftarSekolah": rows}})

    kinds = one_of("SD", "SMP", "SMA", "SMK", "MA")
    return Agency(
        "kemendikbudristek",
        "PDDIKTI",
        "api_key",
        (
            Endpoint("GET", "/ijazah/{nomor}", find_diploma, params=Fields({"nomor": matches("[A-Z]{2,6}-[0-9]{4}-[0-9]{6}")})),
            Endpoint("POST", "/lulusan", find_graduate, body=Fields({"nik": digits(16)})),
            _open_preregistration(),
            Endpoint("GET", "/sekolah", list_schools, query=Fields({"kode_kec": matches("[0-9]{6}")}, {"bentuk": kinds})),
        ),
        _refuse,
        header="apikey",
        base="/pddikti",
    )
