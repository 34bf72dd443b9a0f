"""The words of the catalogue's pages, in Indonesian and English; those of letters stand with the gate.

Law: both languages have the same keys. Must not know: pages.
"""

from __future__ import annotations

from ..catalogue.gate.letter_texts import LANGUAGES, TEXTS, Language

# fmt: off
WORDS: dict[str, tuple[str, str]] = {
    # key: Indonesian, English
    "catalogue": ("Katalog aplikasi", "Catalogue of applications"),
    "skip": ("Langsung ke isi", "Skip to the content"),
    "menu": ("Menu utama", "Main menu"),
    "search": ("Cari", "Search"),
    "search.for": ("Kata yang dicari", "Words to search for"),
    "apps": ("Aplikasi", "Applications"),
    "found": ("ditemukan", "found"),
    "shown": ("ditampilkan", "shown"),
    "screen": ("Penapisan usulan", "Screen a proposal"),
    "screen.do": ("Tapis", "Screen"),
    "cases": ("Perkara", "Cases"),
    "case": ("Perkara", "Case"),
    "sign.in": ("Masuk", "Sign in"),
    "sign.out": ("Keluar", "Sign out"),
    "token": ("Token", "Token"),
    "token.wrong": ("Token tidak dikenal atau sudah berakhir.", "The token is nobody's, or has ended."),
    "other.language": ("English", "Bahasa Indonesia"),
    "name": ("Nama aplikasi", "Name of the application"),
    "title.id": ("Nama (Indonesia)", "Title (Indonesian)"),
    "title.en": ("Nama (Inggris)", "Title (English)"),
    "app.id": ("Kode, misalnya karawang.simpeg", "Id, such as karawang.simpeg"),
    "description": ("Uraian", "Description"),
    "function": ("Fungsi", "Function"),
    "sector": ("Sektor", "Sector"),
    "lifecycle": ("Status", "Lifecycle"),
    "budget.form": ("Anggaran (Rupiah)", "Budget (Rupiah)"),
    "masters.form": ("Data induk, satu per baris", "Master data, one a line"),
    "fields.form": ("Kolom data, satu per baris", "Fields, one a line"),
    "complete": ("Kelengkapan", "Completeness"),
    "more.fields": ("Kolom yang akan ditambah, satu per baris (boleh kosong)", "Fields to be added, one a line (may be empty)"),
    "cost": ("Biaya per tahun", "Cost a year"),
    "users": ("Pengguna", "Users"),
    "fields.kept": ("Data yang dikelola", "Fields that it keeps"),
    "screened": ("ditapis", "screened"),
    "answered": ("menanggapi", "answered"),
    "requested": ("meminta data", "asked for data"),
    "type": ("Tipe", "Type"),
    "source": ("Sumber", "Source"),
    "details": ("Rincian", "Details"),
    "result": ("Hasil penapisan", "Result of the screening"),
    "open.case": ("Buka perkara", "Open a case"),
    "phase": ("Keadaan", "Phase"),
    "proposed": ("diusulkan", "proposed"),
    "answering": ("menunggu tanggapan", "waits for answers"),
    "ready": ("siap diputuskan", "ready for a decision"),
    "decided": ("diputuskan", "decided"),
    "ended": ("berakhir", "ended"),
    "withdrawn": ("ditarik", "withdrawn"),
    "is.proposed": ("diusulkan", "proposed"),
    "is.recommended": ("direkomendasikan", "recommended"),
    "is.building": ("sedang dibangun", "building"),
    "is.live": ("beroperasi", "live"),
    "is.deprecated": ("akan dihentikan", "deprecated"),
    "is.merged": ("digabung", "merged"),
    "is.retired": ("dihentikan", "retired"),
    "not.said": ("tidak disebut", "not said"),
    "history": ("Riwayat", "History"),
    "when": ("Waktu", "When"),
    "who": ("Siapa", "Who"),
    "did": ("Tindakan", "Deed"),
    "letter": ("Surat", "Letter"),
    "to.answer": ("Beri tanggapan", "Answer"),
    "to.decide": ("Putuskan", "Decide"),
    "to.screen": ("Tapis lagi", "Screen again"),
    "with": ("Aplikasi yang dimaksud, satu per baris", "Applications that are meant, one a line"),
    "until.form": ("Berlaku sampai (TTTT-BB-HH, boleh kosong)", "Holds until (YYYY-MM-DD, may be empty)"),
    "to.withdraw": ("Tarik usulan", "Take it back"),
    "basis.form": ("Dasar hukum, satu per baris", "Legal basis, one a line"),
    "send": ("Kirim", "Send"),
    "wrong": ("Tidak dapat dilakukan", "It cannot be done"),
    "not.there": ("Tidak ada.", "There is no such thing."),
    "none": ("Belum ada.", "None yet."),
    "waits.for": ("Menunggu", "Waits for"),
    "plan": ("Rencana penggabungan", "What to merge"),
    "all": ("semua", "all"),
    "narrow": ("Saring", "Narrow"),
    "clusters.of": ("kelompok ditemukan pada", "clusters found on"),
    "reckoning": ("Kelompok dan rencana sedang dihitung. Muat ulang halaman ini sebentar lagi.",
                  "Clusters and plans are being reckoned. Load this page again in a moment."),
    "drawn": ("{drawn} dari {all} aplikasi digambar; garis: mungkin sama, makin gelap makin mungkin.",
              "{drawn} of {all} applications are drawn; lines: likely the same, the darker the likelier."),
    "overlaps": ("Apa yang tumpang tindih", "What overlaps"),
    "its.cluster": ("Kelompoknya, dan rencana penggabungannya", "Its cluster, and the plan of merging it"),
    "requests": ("Permintaan data per instansi", "Requests for data, by agency"),
    "refusals": ("Permintaan yang ditolak", "Requests that were refused"),
    "agency.asked": ("Instansi yang diminta", "Agency that was asked"),
    "waiting": ("menunggu", "waiting"),
    "overdue": ("lewat batas waktu", "overdue"),
    "oldest": ("tertua, hari", "oldest, days"),
    "days": ("Hari", "Days"),
}
# fmt: on


def say(key: str, language: Language) -> str:
    """Give a text of pages or letters; a key that has none is its own."""
    pair = WORDS.get(key) or TEXTS.get(key)
    return key if pair is None else pair[LANGUAGES.index(language)]


def say_lifecycle(state: str, language: Language) -> str:
    """Give where an application stands in its life."""
    return say(f"is.{state}", language) if state else ""
