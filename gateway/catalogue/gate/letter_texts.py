"""The words of letters and pages, in Indonesian and English.

Law: both languages have the same keys. Must not know: what is filled in.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")

TEXTS: dict[str, tuple[str, str]] = {
    # key: Indonesian, English
    "title": ("Surat rekomendasi", "Letter of recommendation"),
    "number": ("Nomor", "Number"),
    "date": ("Tanggal", "Date"),
    "subject": ("Perihal", "Subject"),
    "agency": ("Instansi pengusul", "Proposing agency"),
    "moment": ("Tahap", "Moment"),
    "building": ("sebelum membangun", "before building"),
    "data-change": ("sebelum mengubah data", "before its data change"),
    "going-live": ("sebelum beroperasi", "before going live"),
    "retiring": ("sebelum dihentikan", "before retiring"),
    "recommendation": ("Rekomendasi hasil penapisan", "Recommendation of the screening"),
    "decision": ("Keputusan", "Decision"),
    "reuse": ("GUNAKAN YANG ADA", "REUSE"),
    "extend": ("KEMBANGKAN YANG ADA", "EXTEND"),
    "connect": ("HUBUNGKAN", "CONNECT"),
    "build": ("BANGUN", "BUILD"),
    "build.retiring": ("PERTAHANKAN", "KEEP"),
    "applications": ("Aplikasi yang dimaksud", "Applications that are meant"),
    "reason": ("Alasan", "Reason"),
    "until": ("Berlaku sampai", "Holds until"),
    "budget": ("Anggaran yang diusulkan", "Budget proposed"),
    "avoided": ("Anggaran yang dihemat", "Money avoided"),
    "overrides": ("Menyimpang dari", "Goes against"),
    "over.recommendation": ("rekomendasi {what}", "the recommendation {what}"),
    "over.answers": ("tanggapan yang belum masuk: {what}", "answers not awaited: {what}"),
    "over.refusal": ("penolakan oleh {what}", "the refusal of {what}"),
    "over.moratorium": ("penghentian pembangunan sejak {what}", "the moratorium since {what}"),
    "evidence": ("Bukti: aplikasi yang serupa", "Evidence: applications that are alike"),
    "application": ("Aplikasi", "Application"),
    "owner": ("Pemilik", "Owner"),
    "verdict": ("Penilaian", "Verdict"),
    "probability": ("Peluang", "Probability"),
    "coverage": ("Cakupan usulan / yang ada", "Coverage of the proposal / of it"),
    "fields": ("Kolom yang sama", "Fields in common"),
    "missing": ("Bukti yang tidak ada", "Evidence that is not there"),
    "missing.mine.name": ("nama usulan", "name of the proposal"),
    "missing.theirs.name": ("nama aplikasi yang ada", "name of the existing one"),
    "missing.mine.fields": ("kolom usulan", "fields of the proposal"),
    "missing.theirs.fields": ("kolom aplikasi yang ada", "fields of the existing one"),
    "missing.mine.description": ("uraian usulan", "description of the proposal"),
    "missing.theirs.description": ("uraian aplikasi yang ada", "description of the existing one"),
    "missing.mine.operations": ("layanan (operasi) usulan", "operations of the proposal"),
    "missing.theirs.operations": ("layanan (operasi) aplikasi yang ada", "operations of the existing one"),
    "no.matches": ("Tidak ditemukan aplikasi yang serupa.", "No application like it was found."),
    "unsaid": (
        "Usulan tidak menyebut {what}: aplikasi yang serupa mungkin tidak ditemukan.",
        "The proposal does not say {what}: what is like it may not have been found.",
    ),
    "unsaid.description": ("uraiannya", "what it is for"),
    "unsaid.function": ("fungsinya", "its function"),
    "unsaid.fields": ("data yang akan dikelolanya", "which data it would keep"),
    "lacking": ("Yang kurang pada aplikasi yang ada, bila dikembangkan", "What the existing ones lack, were they extended"),
    "supplied": ("Data yang sudah disediakan layanan nasional", "Data that national services supply already"),
    "field": ("Kolom", "Field"),
    "service": ("Layanan", "Service"),
    "their.field": ("Kolom layanan", "Field of the service"),
    "masters": ("Data induk yang sudah dikelola", "Master data that is kept already"),
    "master": ("Data induk", "Master data"),
    "replaces": (
        "Temuan: menggantikan aplikasi instansi sendiri yang masih beroperasi",
        "Finding: replaces a live application of the same agency",
    ),
    "adds": ("Kolom yang akan ditambah", "Fields that it would keep from then on"),
    "drops": ("Kolom yang akan dihapus", "Fields that it would no longer keep"),
    "dependants": ("Aplikasi yang bergantung padanya", "Applications that depend on it"),
    "answers": ("Tanggapan pemilik", "Answers of owners"),
    "answer": ("Tanggapan", "Answer"),
    "same": ("sudah melayani kebutuhan ini", "serves this already"),
    "differs": ("berbeda", "differs"),
    "granted": ("diberikan", "granted"),
    "refused": ("ditolak", "refused"),
    "none.yet": ("belum menanggapi", "has not answered"),
    "due": ("Batas waktu", "Due"),
    "came": ("Diterima", "Came on"),
    "late": ("terlambat", "late"),
    "duplicate": ("duplikat", "duplicate"),
    "overlap": ("tumpang tindih", "overlap"),
    "related": ("terkait", "related"),
    "not enough evidence": ("bukti tidak cukup", "not enough evidence"),
    "signature": ("Tanda tangan", "Signature"),
    "signed.by": ("Diputuskan oleh", "Decided by"),
    "role": ("Peran", "Role"),
    "role.reviewer": ("penelaah", "reviewer"),
    "role.proposer": ("pengusul", "proposer"),
    "role.owner": ("pemilik", "owner"),
    "role.head": ("kepala", "head"),
    "place": ("Tempat dan tanggal", "Place and date"),
    "sign.here": ("Nama, NIP, tanda tangan dan cap", "Name, official number, signature and seal"),
    "trace": ("Sidik digital berkas", "Fingerprint of the case"),
    "request": ("Permintaan data", "Request for data"),
    "provider": ("Instansi pemilik data", "Agency that has the data"),
    "purpose": ("Tujuan", "Purpose"),
    "legal.basis": ("Dasar hukum", "Legal basis"),
    "what": ("Hal", "What"),
    "said": ("Isi", "Said"),
    "not.said": ("tidak disebutkan", "not said"),
}

OVERRIDES = {  # how the laws begin what a decision goes against → the text
    "recommendation: ": "over.recommendation",
    "answers not awaited: ": "over.answers",
    "refusal of ": "over.refusal",
    "moratorium since ": "over.moratorium",
}


def say(key: str, language: Language) -> str:
    """Give a text; a key that has none is its own."""
    pair = TEXTS.get(key)
    return key if pair is None else pair[LANGUAGES.index(language)]


def say_rupiah(amount: int | None, language: Language) -> str:
    """Give an amount of money as it is written in the language."""
    if amount is None:
        return say("not.said", language)
    return f"Rp {amount:,}".replace(",", ".") if language == "id" else f"Rp {amount:,}"
