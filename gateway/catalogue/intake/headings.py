# ruff: noqa: E501 - a table
"""Headings of columns, in Indonesian and English, and what each means: data, and one function that looks a heading up.

Laws: 1. A heading means one key or nothing; what is only near is said to be a guess. 2. A heading that nothing matches is reported, not
dropped in silence.
Must not know: rows, values.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

Sure: TypeAlias = Literal["exact", "guess", "said"]
IGNORED = "number"  # a running number: understood, and of no use
HEADING_CHARS_MAX = 200
_NEAR = 0.86

# key → headings as agencies write them, folded (small letters, single blanks, no signs)
HEADINGS: dict[str, tuple[str, ...]] = {
    IGNORED: ("no", "nomor", "no urut", "nomor urut", "number", "nr", "s n"),
    "app": ("app", "id", "app id", "id aplikasi", "kode aplikasi", "kode", "application id", "kode sistem", "id sistem", "code", "identifier"),
    "title.id": (
        "title id", "nama", "nama aplikasi", "nama sistem", "nama sistem informasi", "aplikasi", "judul", "sistem informasi",
        "nama aplikasi sistem informasi", "nama layanan", "nama produk", "nama aplikasi id", "nama domain aplikasi", "nama sistem aplikasi",
    ),
    "title.en": ("title en", "title", "name", "application", "application name", "app name", "system name", "name of application", "nama inggris"),
    "description.id": (
        "description id", "deskripsi", "uraian", "keterangan", "penjelasan", "deskripsi aplikasi", "uraian aplikasi", "deskripsi singkat",
        "uraian singkat", "gambaran umum", "tujuan", "kegunaan",
    ),
    "description.en": ("description en", "description", "summary", "purpose", "about", "short description", "objective"),
    "owner": (
        "owner", "pemilik", "instansi", "opd", "skpd", "perangkat daerah", "unit kerja", "kode opd", "dinas", "produsen", "agency",
        "institution", "organisation", "organization", "department", "pengelola", "penanggung jawab", "satuan kerja", "satker",
        "nama opd", "nama instansi", "kementerian lembaga", "instansi pemilik", "pemilik aplikasi", "opd pengelola", "walidata",
        "perangkat daerah pengelola", "unit pengelola", "owner agency",
    ),
    "function": (
        "function", "fungsi", "fungsi aplikasi", "proses bisnis", "urusan", "layanan", "business function", "urusan pemerintahan",
        "layanan spbe", "tugas dan fungsi", "business process",
    ),
    "class": ("class", "jenis", "jenis aplikasi", "kategori aplikasi", "klasifikasi", "sifat aplikasi", "umum khusus", "type", "kind", "tipe aplikasi"),
    "sector": ("sector", "sektor", "bidang", "bidang urusan", "kategori", "domain", "category", "klaster", "tema", "topic", "topics"),
    "lifecycle": (
        "lifecycle", "status", "status aplikasi", "kondisi", "state", "status operasional", "status pengembangan", "keadaan", "tahap",
        "aktif tidak aktif", "status penggunaan", "stage",
    ),
    "users": ("users", "pengguna", "jumlah pengguna", "jml pengguna", "number of users", "banyak pengguna", "user", "jumlah user", "active users"),
    "cost.rupiah": (
        "cost rupiah", "cost", "biaya", "anggaran", "biaya tahunan", "nilai", "nilai anggaran", "pagu", "pagu anggaran", "budget", "anggaran rp",
        "biaya rp", "annual cost", "yearly cost", "biaya per tahun", "biaya operasional", "total anggaran",
    ),
    "cost.year": ("cost year", "tahun", "tahun anggaran", "ta", "year", "budget year", "fiscal year", "tahun biaya"),
    "legal_basis": ("legal basis", "dasar hukum", "regulasi", "peraturan", "payung hukum", "legal", "landasan hukum", "legislation", "legislations"),
    "inputs": ("inputs", "input", "masukan", "informasi terkait input", "data masukan", "informasi input", "data input", "input data"),
    "outputs": ("outputs", "output", "keluaran", "informasi terkait output", "data keluaran", "informasi output", "luaran", "output data"),
    "fields": ("fields", "kolom", "kolom data", "elemen data", "atribut", "variabel", "struktur data", "columns", "data elements", "attributes", "data yang disimpan"),
    "masters": ("masters", "data induk", "master data", "data master", "data pokok", "data utama", "masterdata", "stored data"),
    "consumes": ("consumes", "mengonsumsi", "integrasi dengan", "terintegrasi dengan", "consumed apis", "integrasi", "memakai layanan", "integrated with"),
    "contacts": (
        "contacts", "kontak", "narahubung", "contact", "email", "surel", "telepon", "contact person", "kontak person", "pic", "e mail", "telp",
    ),
    "successor": ("successor", "pengganti", "aplikasi pengganti", "digantikan oleh", "replaced by", "penerus"),
    "interfaces.openapi": ("openapi", "swagger", "interfaces openapi", "dokumentasi api", "api docs", "url openapi"),
    "interfaces.wsdl": ("wsdl", "interfaces wsdl", "url wsdl"),
    "decided.outcome": ("decided outcome", "keputusan", "rekomendasi", "decision"),
    "decided.by": ("decided by", "diputuskan oleh", "pemberi rekomendasi"),
    "decided.reason": ("decided reason", "alasan keputusan", "alasan rekomendasi"),
    "decided.until": ("decided until", "berlaku sampai", "masa berlaku rekomendasi"),
}  # fmt: skip
_BY_HEADING = {heading: key for key, headings in HEADINGS.items() for heading in headings}
_SIGNS = re.compile(r"[^a-z0-9]+")
_IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column means. Shape: `key` "" where nothing is understood, then `why` says so; `place` its number from 1."""

    place: int
    heading: str
    key: str
    sure: Sure = "exact"
    why: str = ""


def fold_heading(text: str) -> str:
    """Give a heading in small letters without accents and signs."""
    flat = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _SIGNS.sub(" ", flat.lower()).strip()


def find_key(heading: str) -> tuple[str, Sure]:
    """Give the key that a heading means and how sure that is; no key where nothing is near."""
    for text in (fold_heading(heading), fold_heading(_IN_BRACKETS.sub(" ", heading))):
        if text in _BY_HEADING:
            return _BY_HEADING[text], "exact"
    folded = fold_heading(heading)
    near = difflib.get_close_matches(folded, [known for known in _BY_HEADING if len(known) > 4], 1, _NEAR) if len(folded) > 4 else []
    return (_BY_HEADING[near[0]], "guess") if near else ("", "exact")


def read_headings(cells: dict[int, str], said: dict[str, str]) -> list[Column]:
    """Give what the columns of a row of headings mean. Shape: `said` is heading → key as a person told it."""
    told = {fold_heading(heading): key for heading, key in said.items()}
    columns: list[Column] = []
    taken: dict[str, str] = {}
    for place, text in sorted(cells.items()):
        heading = " ".join(text.split())[:HEADING_CHARS_MAX]
        known = told.get(fold_heading(heading))
        found: tuple[str, Sure] = (known, "said") if known is not None else find_key(heading)
        key, sure = found
        if key and key in taken and key != IGNORED:
            columns.append(Column(place, heading, "", "exact", f'"{taken[key]}" is taken for {key} already'))
            continue
        taken[key] = heading
        columns.append(Column(place, heading, key, sure, "" if key else "no heading that is known"))
    return columns
