"""Kemensos' DTKS: a verdict as a whole number in `kode`, upper-case names, Y/T, thousands of rupiah, ISO dates, no credential at all."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits, matches, one_of, text, whole
from gateway.sandbox.papers import open_papers
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[int, str]] = {
    "credential": (7, "Akses ditolak"),
    "media_type": (9, "Kirim application/json"),
    "not_json": (9, "Kiriman tidak terbaca"),
    "fields": (9, "Kiriman salah"),
    "busy": (5, "Antrean penuh"),
    "no_such_path": (8, "Layanan tidak ada"),
    "method": (8, "Layanan tidak ada"),
}

_PAYOUT = Fields(
    {"NIK": digits(16), "CARA": whole(1, 3)},
    {
        "REKENING": Fields({"BANK": one_of("002", "009", "008", "200"), "NOMOR": matches("[0-9]{10,16}")}),
        "HP": matches("08[0-9]{8,11}"),
        "KPRK": digits(5),
    },
)
_COLUMN = {1: "REKENING", 2: "HP", 3: "KPRK"}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    code, message = _REFUSALS[reason]
    return Answer({"kode": code, "keterangan": message, "kolom": list(fields)})


def _say(found: Json, words: str, did: str = "") -> Answer:
    if found is None:
        return Answer({"kode": 0, "keterangan": "Tidak terdaftar"})
    return Answer({"kode": 1, "keterangan": words, "isi": found}, did=did)


def _list_household_endpoints(rows: dict[str, Json], before: list[str]) -> tuple[Endpoint, ...]:
    """Give the endpoints by which a member of a household is entered and struck out."""
    members = open_papers("ART-{:05d}", before)

    def enter(call: Call) -> Answer:
        if call.body["NIK_IBU"] not in rows:
            return _say(None, "")
        return _say({"NO_ART": members.give(call.body["NIK"])}, "Tersimpan", "art masuk")

    def strike_out(call: Call) -> Answer:
        number = call.body["NO_ART"]
        return _say({"NO_ART": number}, "Terhapus", "art hapus") if members.take_back(number) else _say(None, "")

    entry = Fields({"NIK": digits(16), "NAMA": text(100), "NIK_IBU": digits(16), "SHDK": one_of("ANAK")})
    return (
        Endpoint("POST", "/art", enter, body=entry),
        Endpoint("POST", "/art/hapus", strike_out, body=Fields({"NO_ART": text(20)})),
    )


def open_kemensos(seeds: dict[str, Json]) -> Agency:
    """Open DTKS over its seeds: `dtks` by NIK, `salur`, how a person is paid, and `alamat`, where one was met."""
    rows = {row["NIK"]: row for row in seeds["dtks"]}
    payouts = {row["NIK"]: row for row in seeds["salur"]}
    homes = {row["NIK"]: row for row in seeds["alamat"]}

    def check_aid(call: Call) -> Answer:
        return _say(rows.get(call.body["NIK"]), "Terdaftar")

    def find_home(call: Call) -> Answer:
        return _say(homes.get(call.body["NIK"]), "Ada")

    def find_payout(call: Call) -> Answer:
        return _say(payouts.get(call.body["NIK"]), "Ada")

    def change_payout(call: Call) -> Answer:
        if call.body.keys() - {"NIK", "CARA"} != {_COLUMN[call.body["CARA"]]}:
            return _refuse("fields", ("CARA",))
        if call.body["NIK"] in payouts:
            payouts[call.body["NIK"]] = call.body
        return _say(payouts.get(call.body["NIK"]), "Tersimpan")

    return Agency(
        "kemensos",
        "DTKS",
        "none",
        (
            Endpoint("POST", "/periksa", check_aid, body=Fields({"NIK": digits(16), "PERIODE": digits(4)})),
            Endpoint("POST", "/alamat", find_home, body=Fields({"NIK": digits(16)})),
            Endpoint("POST", "/salur/cari", find_payout, body=Fields({"NIK": digits(16)})),
            Endpoint("PUT", "/salur", change_payout, body=_PAYOUT),
            *_list_household_endpoints(rows, seeds["art"]),
        ),
        _refuse,
        base="/dtks",
    )
