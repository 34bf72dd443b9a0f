"""The personnel board's e-Kinerja and Simpeg: `rc` as text, snake_case, decimals with a comma, ranks as III/d, dates DDMMYYYY."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, digits, matches
from gateway.values.model import Json

_REFUSALS: dict[Reason, tuple[str, str]] = {
    "credential": ("1", "token tidak berlaku"),
    "media_type": ("9", "kirim json"),
    "not_json": ("9", "json salah"),
    "fields": ("9", "isian salah"),
    "busy": ("8", "antrean penuh"),
    "no_such_path": ("7", "alamat tidak ada"),
    "method": ("7", "alamat tidak ada"),
}


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    code, message = _REFUSALS[reason]
    return Answer({"rc": code, "pesan": " ".join((message, *fields))})


def _say(found: Json) -> Answer:
    return Answer({"rc": "4", "pesan": "tidak ada"}) if found is None else Answer({"rc": "0", "isi": found})


def open_bkpsdm_karawang(seeds: dict[str, Json]) -> Agency:
    """Open the board over its seeds: `kinerja` by NIP, `usulan` by NIP and rank."""
    appraisals = {row["nip"]: row for row in seeds["kinerja"]}
    proposals = {(row["pegawai"]["nip"], row["pegawai"]["gol_tujuan"]): row for row in seeds["usulan"]}

    def find_appraisals(call: Call) -> Answer:
        return _say(appraisals.get(call.body["nip"]))

    def find_proposal(call: Call) -> Answer:
        return _say(proposals.get((call.body["nip"], call.body["gol_tujuan"])))

    wanted = Fields({"nip": digits(18), "gol_tujuan": matches("I{1,3}/[a-d]|IV/[a-e]")})
    return Agency(
        "bkpsdm-karawang",
        "BKPSDM",
        "bearer",
        (
            Endpoint("POST", "/ekinerja/rekap", find_appraisals, body=Fields({"nip": digits(18)})),
            Endpoint("POST", "/simpeg/usulan-kp", find_proposal, body=wanted),
        ),
        _refuse,
    )
