"""The words of plans on pages, in Indonesian and English.

Law: both languages have the same keys. Must not know: figures.
"""

from __future__ import annotations

from collections.abc import Mapping

from .words import Language

LANGUAGES: tuple[Language, ...] = ("id", "en")
TEXTS: Mapping[str, tuple[str, str]] = {
    # key: Indonesian, English
    "title": ("Rencana penggabungan", "Merge plan"),
    "figures": ("Angka", "Figures"),
    "what": ("Hal", "What"),
    "how.much": ("Nilai", "How much"),
    "applications": ("aplikasi", "applications"),
    "owners": ("instansi", "agencies"),
    "users": ("pengguna", "users"),
    "now": ("biaya setahun", "cost a year"),
    "unknown": ("{number} tidak menyebut biaya", "{number} say no cost"),
    "saved": ("hemat setahun", "saved a year"),
    "avoided": ("tidak dibangun", "not built"),
    "once": ("sekali biaya", "once"),
    "worth": ("manfaat tiga tahun", "worth in three years"),
    "payback": ("balik modal, bulan", "paid for after, months"),
    "coverage": ("cakupan", "coverage"),
    "purity": ("kemurnian", "purity"),
    "hours": ("jam mengetik yang hilang setahun", "hours of typing gone, a year"),
    "schema": ("Skema kanonik (usulan)", "Candidate schema"),
    "field": ("kolom", "field"),
    "members": ("aplikasi", "members"),
    "written": ("ditulis sebagai", "written as"),
    "types": ("tipe", "types"),
    "conflict": ("bertentangan", "conflict"),
    "record": ("Sistem rujukan (usulan)", "System of record, proposed"),
    "application": ("aplikasi", "application"),
    "points": ("nilai", "points"),
    "why": ("mengapa", "why"),
    "order": ("Urutan perpindahan (pengguna × biaya × cakupan ÷ upaya)", "Order of migration (users × cost × coverage ÷ effort)"),
    "place": ("urutan", "place"),
    "lifecycle": ("keadaan", "lifecycle"),
    "owner": ("pemilik", "owner"),
    "covered": ("tercakup", "covered"),
    "days": ("hari kerja", "days"),
    "left": ("kolom tanpa tempat", "columns without a place"),
    "supplied": ("Kolom yang tidak perlu diketik lagi", "Fields that nobody types again"),
    "operation": ("layanan", "operation"),
    "its.field": ("kolom layanan", "its field"),
    "head": ("Temuan: kepala baru, aplikasi baru", "Finding: new head, new app"),
    "live": ("berjalan", "live"),
    "to.follow": ("penggantinya", "to follow"),
    "stated": ("dinyatakan pemiliknya", "said by its owner"),
    "yes": ("ya", "yes"),
    "no": ("tidak", "no"),
    "assumptions": ("Asumsi", "Assumptions"),
    "name": ("nama", "name"),
    "value": ("nilai", "value"),
    "means": ("arti", "means"),
    "function": ("fungsi", "function"),
    "sector": ("sektor", "sector"),
    # why an application could be the system of record
    "is live": ("beroperasi", "live"),
    "is shared": ("dinyatakan aplikasi umum", "declared shared"),
    "is master": ("menyatakan diri pengelola data induknya", "says that it is the master of its data"),
    "has interface": ("menyediakan antarmuka", "offers an interface"),
    "is national": ("milik pusat, bukan satu daerah", "owned by the state, not by one region"),
    "columns": ("menyimpan {number} kolom kanonik", "keeps {number} canonical columns"),
    "has users": ("{number} pengguna", "{number} users"),
    # what assumptions mean
    "day_rupiah": ("biaya satu hari kerja seorang perekayasa, Rupiah", "what a working day of an engineer costs, Rupiah"),
    "days_a_member": (
        "hari untuk menghubungkan satu aplikasi dan memindahkan penggunanya, berapa pun besarnya",
        "days to connect one application and move its users, whatever its size",
    ),
    "days_a_field": ("hari untuk satu kolom yang ada pada skema kanonik", "days for a column that the canonical schema has"),
    "days_an_unmapped_field": (
        "hari untuk memutuskan dan memindahkan kolom yang tidak ada padanya",
        "days to decide on and carry over a column that it has not",
    ),
    "days_a_conflict": (
        "hari untuk kolom yang oleh aplikasi lain dinyatakan berjenis lain",
        "days for a column that others declare as another kind of value",
    ),
    "days_without_interface": (
        "hari tambahan bila aplikasi tidak menyediakan antarmuka",
        "days more where an application offers no interface",
    ),
    "saved_share": (
        "bagian biaya tahunan aplikasi yang ditutup yang tidak lagi dikeluarkan",
        "share of a retired application's yearly cost that is no longer spent",
    ),
    "growth_share": (
        "bagian biaya itu yang menambah biaya layanan yang tersisa",
        "share of it by which the remaining service becomes dearer",
    ),
    "forms_a_user": ("formulir yang diisi seorang pengguna dalam setahun", "forms that a user fills in a year"),
    "seconds_a_field": ("detik untuk mengetik satu kolom", "seconds to type one field"),
}


def say(key: str, language: Language) -> str:
    """Give a text."""
    return TEXTS[key][LANGUAGES.index(language)]
