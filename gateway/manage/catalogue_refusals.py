"""Why something cannot be done, in Indonesian: the English of laws and readers → what an official reads on a page.

Laws: 1. Every refusal that a page can show has its row; what is filled in stays as it is, but for words of the gate. 2. A text that has no
row is given as it is. Must not know: who refuses, pages.
"""

from __future__ import annotations

import re
from functools import cache

from ..catalogue.gate.letter_texts import Language
from .catalogue_texts import WORDS, say

# fmt: off
REFUSALS: dict[str, str] = {
    # of the gate
    "{who} is {role} and may not {act}": "{who} berperan sebagai {role} dan tidak boleh {act}",
    "the case is open already": "berkas usulan ini sudah dibuka",
    "there is no such case": "berkas usulan ini tidak ada",
    "there is no case {case}": "berkas usulan {case} tidak ada",
    "no deed of a case": "ini bukan tindakan pada berkas usulan",
    "{case} was withdrawn": "berkas usulan {case} sudah ditarik",
    "{who} is of {agency} and does not speak for {other}": "{who} dari {agency}, tidak mewakili {other}",
    "a reason has {least} to {most} characters": "alasan terdiri atas {least} sampai {most} huruf",
    "{app} is of {owner}; {agency} proposes its own": "{app} milik {owner}; {agency} hanya mengusulkan aplikasinya sendiri",
    "a budget is 0 to {most} Rupiah": "anggaran antara 0 dan {most} Rupiah",
    "an agency asks another one for data, not itself": "data diminta dari instansi lain, bukan dari instansi sendiri",
    "a request names an application or operation, and at most {most} fields":
        "permintaan menyebut satu aplikasi atau operasi, dan paling banyak {most} kolom",
    "{case} is a request for data: nothing is screened": "{case} adalah permintaan data: tidak ada yang ditapis",
    "{case} waits for a decision on its last screening": "{case} menunggu keputusan atas penapisan terakhirnya",
    "{agency} was not asked in {case}": "{agency} tidak diminta menanggapi {case}",
    "{case} is decided": "{case} sudah diputuskan",
    "{agency} has answered already": "{agency} sudah menanggapi",
    "an answer here is one of {words}": "tanggapan di sini salah satu dari {words}",
    "{case} was opened by {who}": "{case} dibuka oleh {who}",
    "nobody decides what they opened themselves": "berkas usulan tidak diputuskan oleh yang membukanya",
    "answers may still come ({waits}); before that the head decides":
        "tanggapan masih ditunggu ({waits}); sebelum itu hanya kepala (head) yang memutuskan",
    "{case} is {phase}: it is decided after a screening, once a round":
        "{case} {phase}: keputusan diambil setelah penapisan, sekali setiap putaran",
    "a request for data is decided by `connect`: the data are to be given":
        "permintaan data diputuskan dengan HUBUNGKAN: datanya diberikan",
    "{outcome} names the application that is meant": "keputusan {outcome} menyebut aplikasi yang dimaksud",
    "build names no application": "keputusan BANGUN tidak menyebut aplikasi",
    "the money avoided is at most the budget proposed": "anggaran yang dihemat paling banyak sebesar anggaran yang diusulkan",
    "a decision holds to a day from today on, at most {days} days":
        "keputusan berlaku sampai tanggal (TTTT-BB-HH) mulai hari ini, paling lama {days} hari",
    "building is stopped since {since} until {until} ({title}): only the head may allow it":
        "pembangunan dihentikan sejak {since} sampai {until} ({title}): hanya kepala (head) yang boleh mengizinkannya",
    "building is stopped since {since} ({title}): only the head may allow it":
        "pembangunan dihentikan sejak {since} ({title}): hanya kepala (head) yang boleh mengizinkannya",
    "{app} stands in the catalogue as an application of {owner}": "{app} sudah tercatat dalam katalog sebagai aplikasi milik {owner}",
    "somebody else was faster; load the page again": "orang lain lebih dulu; muat ulang halaman ini",
    # of what was typed
    "no id: small letters, digits, hyphens; dots between words": "bukan kode: huruf kecil, angka, tanda hubung; titik di antara kata",
    "missing": "harus diisi",
    "empty": "harus diisi",
    "no text": "bukan teks",
    "longer than {most} characters": "lebih dari {most} huruf",
    "more than {most} items": "lebih dari {most} butir",
    "a sign that no text holds (a control character)": "ada tanda yang tidak boleh ada dalam teks (karakter kendali)",
    "the field {name} stands twice": "kolom {name} ditulis dua kali",
    "no such application": "aplikasi ini tidak ada",
    "no app {app} stands in the catalogue": "aplikasi {app} tidak ada dalam katalog",
    "one of {words}": "salah satu dari {words}",
    "reuse, extend, connect or build": "reuse, extend, connect atau build",
    'no number: "{text}"; digits, grouped by dots or commas; ribu, juta, miliar, triliun':
        'bukan angka: "{text}"; tulis angkanya, dengan titik atau koma pemisah ribuan; ribu, juta, miliar, triliun',
    'no whole number: "{text}"; write the digits alone': 'bukan bilangan bulat: "{text}"; tulis angkanya saja',
    'no number that is clear: "{text}"; write the digits alone': 'angka yang tidak jelas: "{text}"; tulis angkanya saja',
    'a number that two readers read differently: "{text}"; write the digits alone':
        'angka yang dapat dibaca berbeda: "{text}"; tulis angkanya saja',
    "a number beyond all bounds": "angka terlalu besar",
    # of the listener
    "An integrator sees no entry and no case": "Integrator tidak melihat aplikasi dan berkas usulan",
    "Not from a page of this catalogue": "Bukan dari halaman katalog ini",
    "A token is needed": "Perlu token",
    "A defect of the catalogue": "Katalog mengalami gangguan",
    "The catalogue's file is in use by another program: try again in a moment":
        "Berkas katalog sedang dipakai program lain: coba lagi sebentar lagi",
    "Method Not Allowed": "Cara ini tidak dilayani",
    "Request Entity Too Large": "Isian terlalu besar",
    "Unsupported Media Type": "Bentuk isian ini tidak dilayani",
    "No PDF: the extra jembatan[documents] is not installed": "PDF tidak tersedia: jembatan[documents] belum dipasang",
}
ACTS = {"open": "membuka berkas usulan", "screen": "menapis", "answer": "menanggapi", "decide": "memutuskan", "withdraw": "menarik usulan"}
LABELS = {
    "app": "app.id", "title": "name", "description": "description", "function": "function", "fields": "fields.form",
    "masters": "masters.form",
    "budget": "budget.form", "subject": "application", "moment": "moment", "apps": "with", "outcome": "decision",
}  # what a person calls what a pointer begins with
# fmt: on


def say_refusal(text: str, language: Language, pointer: str = "") -> str:
    """Give why something cannot be done; with the name of the field where a pointer says one."""
    label = LABELS.get(pointer.split("/")[1] if pointer.startswith("/") else "", "")
    said = _translate(text) if language == "id" else text
    name = say(label, language).split(",")[0].split(" (")[0] if label else pointer
    return f"{name}: {said}" if name else said


def _translate(text: str) -> str:
    for pattern, form in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return form.format(**{name: _say_word(value) for name, value in found.groupdict().items()})
    return text


def _say_word(value: str) -> str:
    if value in ACTS:
        return ACTS[value]
    return say(value, "id") if value in WORDS else value.replace(" until ", " sampai ")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    made = []
    for english, indonesian in REFUSALS.items():
        parts = re.split(r"\{(\w+)\}", english)
        text = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        made.append((re.compile(text, re.DOTALL), indonesian))
    return tuple(made)
