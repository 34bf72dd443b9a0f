"""The words of the one-page report, in two languages, and how the page looks.

Law: both languages say the same. Must not know: figures.
"""
# ruff: noqa: E501 - texts

from __future__ import annotations

from collections.abc import Mapping

from .words import Language

TEXTS: Mapping[Language, Mapping[str, str]] = {
    "id": {
        "title": "Aplikasi pemerintah: apa yang sama, apa yang digabung",
        "lead": "{applications} aplikasi milik {owners} instansi melayani {functions} fungsi: {clustered} di antaranya berada dalam {clusters} kelompok yang melakukan hal yang sama, {alone} berdiri sendiri.",
        "money": "Biaya tahunan yang berjalan {yearly} ({without_cost} aplikasi tidak menyebut biaya). {planned} aplikasi baru direncanakan seharga {planned_rupiah}.",
        "save": "Bila yang layak digabung: hemat {saved_rupiah} setahun, {avoided_rupiah} tidak perlu dibangun, sekali biaya {once_rupiah}.",
        "new": "{successions} aplikasi berjalan hendak diganti aplikasi baru milik instansi yang sama.",
        "largest": "Sepuluh kelompok terbesar",
        "first": "Dua puluh penggabungan pertama",
        "columns": "fungsi|aplikasi|instansi|biaya setahun|hemat setahun|cakupan|kemurnian",
        "merge": "fungsi|aplikasi|hemat setahun|tidak dibangun|sekali biaya|sistem rujukan (usulan)",
        "note": "Hemat = {saved_share} biaya aplikasi yang ditutup dikurangi {growth_share} pertumbuhan; satu hari kerja {day_rupiah}. Angka lain: lihat asumsi pada rencana.",
    },
    "en": {
        "title": "Government applications: what is the same, what to merge",
        "lead": "{applications} applications of {owners} agencies serve {functions} functions: {clustered} of them stand in {clusters} groups that do the same, {alone} stand alone.",
        "money": "Running costs are {yearly} a year ({without_cost} applications say no cost). {planned} new ones are planned for {planned_rupiah}.",
        "save": "Where merging pays: {saved_rupiah} saved a year, {avoided_rupiah} not built, {once_rupiah} once.",
        "new": "{successions} live applications are to be replaced by a new one of the same agency.",
        "largest": "The ten largest groups",
        "first": "The first twenty merges",
        "columns": "function|applications|agencies|cost a year|saved a year|coverage|purity",
        "merge": "function|applications|saved a year|not built|once|system of record (proposed)",
        "note": "Saved = {saved_share} of the cost of what is closed, less {growth_share} growth; a working day is {day_rupiah}. Other figures: the plan's assumptions.",
    },
}
STYLE = (
    "body{font:10pt/1.35 sans-serif;margin:0 auto;max-width:19cm;color:#111}section{page-break-after:always}h1{font-size:16pt}"
    "h2{font-size:11pt;margin:.8em 0 .2em}table{border-collapse:collapse;width:100%;font-size:8.5pt}td,th{text-align:left;padding:.1em .4em;"
    "border-bottom:1px solid #ccc}td.n{text-align:right;white-space:nowrap}@page{size:A4;margin:1.2cm}"
)
