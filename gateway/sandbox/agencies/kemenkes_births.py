"""What the health ministry knows of births: notices of health facilities, and the record of a child's health (KIA), opened and closed."""

from __future__ import annotations

from collections.abc import Callable

from gateway.sandbox.desk import Answer, Call, Endpoint
from gateway.sandbox.fields import Fields, dated, digits, matches, text, whole
from gateway.sandbox.papers import open_papers
from gateway.values.model import Json

_CHILD = Fields(
    {
        "anak": Fields({"nik": digits(16), "lahir": dated("%d/%m/%Y"), "berat_gram": whole(200, 9000)}),
        "nik_ibu": digits(16),
        "kd_faskes": matches("[A-Z][0-9]{10}"),
    }
)


def list_birth_endpoints(seeds: dict[str, Json], say: Callable[[int, str, Json, str], Answer]) -> tuple[Endpoint, ...]:
    """Give the endpoints over birth notices, by number, and over children's records; `say` writes the envelope and notes the deed."""
    births = {f"SKL/{row['skl']['tahun']}/{row['skl']['urut']}": row for row in seeds["kelahiran"]}
    facilities = {row["kode"] for row in seeds["faskes"]}
    records = open_papers("KIA-{:05d}", seeds["kia"])

    def find_birth(call: Call) -> Answer:
        found = births.get(call.body["no_skl"])
        return say(404, "Surat tidak ditemukan", None, "") if found is None else say(200, "OK", found, "")

    def open_record(call: Call) -> Answer:
        if call.body["kd_faskes"] not in facilities:
            return say(409, "Faskes belum terdaftar", None, "")
        return say(201, "Tersimpan", {"no_kia": records.give(call.body["anak"]["nik"])}, "kia buka")

    def close_record(call: Call) -> Answer:
        number = call.body["no_kia"]
        if not records.take_back(number):
            return say(404, "KIA tidak ditemukan", None, "")
        return say(200, "OK", {"no_kia": number, "tutup": "ya"}, "kia tutup")

    return (
        Endpoint("POST", "/api/kelahiran/cari", find_birth, body=Fields({"no_skl": matches("SKL/[0-9]{4}/[0-9]{6}")})),
        Endpoint("POST", "/api/kia", open_record, body=_CHILD),
        Endpoint("POST", "/api/kia/tutup", close_record, body=Fields({"no_kia": text(20)})),
    )
