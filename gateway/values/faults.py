"""The catalogue of faults, as data, and the one exception that carries a fault.

Holds: every reason why Jembatan refuses or fails, with whose fault it is, its status, whether a retry helps, and what
to do about it, in English and Indonesian.
Laws: 1. A fault is a frozen value; `Refused` is the only exception that carries one. 2. What is rendered is RFC 9457
and never holds a payload value, a stack trace or an upstream's address. 3. A kind never changes its meaning.
Must not know: routes, sockets, payloads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import orjson

Whose = Literal["caller", "provider", "gateway"]

FINDINGS_MAX = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a document: where (a JSON Pointer in its part), which rule, and in words."""

    pointer: str
    keyword: str
    detail: str
    part: str = "body"  # path | query | header | body


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the catalogue: what, whose fault, status, whether a retry helps, title and cure in both languages."""

    name: str
    whose: Whose
    status: int
    retry: bool
    title_en: str
    title_id: str
    cure_en: str = ""
    cure_id: str = ""

    @property
    def is_providers_word(self) -> bool:
        """Say whether a provider's answer decided it: its own failure, or its verdict on what was asked (`Jembatan-Origin`)."""
        return self.whose == "provider" or self.name in _VERDICTS or self.name not in CATALOGUE


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one exchange was refused or failed.

    Units: retry_after_s whole seconds, None where nothing is promised. `allow` and `challenge` are the values of the
    `Allow` and `WWW-Authenticate` headers. `reason` goes to the log only and holds no personal data.
    """

    kind: Kind
    findings: tuple[Finding, ...] = ()
    retry_after_s: int | None = None
    allow: str = ""
    challenge: str = ""
    reason: str = ""


class Refused(Exception):
    """Carries one fault; the only way in which a room says no."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind.name)
        self.fault = fault


_ROWS: tuple[tuple[str, Whose, int, bool, str, str, str, str], ...] = (
    # name, whose fault, status, retry helps, title en, title id, cure en, cure id
    ("MALFORMED_REQUEST", "caller", 400, False, "The request is not well-formed HTTP/1.1", "Permintaan bukan HTTP/1.1 yang benar",
     "Send one unambiguous HTTP/1.1 message; the connection was closed.", "Kirim satu pesan HTTP/1.1 yang tidak ambigu; koneksi ditutup."),
    ("URI_TOO_LONG", "caller", 414, False, "The request line is too long", "Baris permintaan terlalu panjang",
     "Send data in the body, not in the address.", "Kirim data di badan pesan, bukan di alamat."),
    ("HEADERS_TOO_LARGE", "caller", 431, False, "The header section is too large", "Bagian kepala pesan terlalu besar",
     "Send fewer or shorter headers.", "Kirim kepala pesan yang lebih sedikit atau lebih pendek."),
    ("BODY_TOO_LARGE", "caller", 413, False, "The body is larger than this operation takes", "Badan pesan melebihi batas operasi ini",
     "Send a smaller body; the bound stands in the manual of the operation.", "Kirim badan pesan yang lebih kecil; batasnya ada di manual operasi."),
    ("REQUEST_TIMEOUT", "caller", 408, True, "The request came too slowly", "Permintaan diterima terlalu lambat",
     "Send the whole request without long pauses.", "Kirim seluruh permintaan tanpa jeda panjang."),
    ("EXPECTATION_FAILED", "caller", 417, False, "The expectation cannot be met", "Nilai `Expect` tidak dapat dipenuhi",
     "Send `Expect: 100-continue` or nothing.", "Kirim `Expect: 100-continue` atau tidak sama sekali."),
    ("NOT_IMPLEMENTED", "caller", 501, False, "The method or transfer coding is not known here", "Metode atau pengodean transfer tidak dikenal",
     "Use a method of the manual, and `chunked` as the only transfer coding.", "Pakai metode di manual, dan hanya `chunked` sebagai pengodean transfer."),
    ("NO_ROUTE", "caller", 404, False, "No operation has this path", "Tidak ada operasi dengan jalur ini",
     "Compare the path with the manual.", "Bandingkan jalur dengan manual."),
    ("METHOD_NOT_ALLOWED", "caller", 405, False, "The operation is not called by this method", "Operasi tidak dipanggil dengan metode ini",
     "Use a method that `Allow` names.", "Pakai metode yang disebut `Allow`."),
    ("CREDENTIAL_MISSING", "caller", 401, False, "No credential was sent", "Kredensial tidak dikirim",
     "Send a bearer token or an API key.", "Kirim token bearer atau kunci API."),
    ("CREDENTIAL_INVALID", "caller", 401, False, "The credential is not valid", "Kredensial tidak sah",
     "Get a fresh token from the issuer that your agency is registered with.", "Ambil token baru dari penerbit tempat instansi terdaftar."),
    ("CREDENTIAL_EXPIRED", "caller", 401, True, "The credential has expired", "Kredensial sudah kedaluwarsa",
     "Get a fresh token and send the call again.", "Ambil token baru lalu kirim ulang."),
    ("VERIFICATIONS_SPENT", "caller", 429, True, "Too many credentials to verify from one peer", "Terlalu banyak kredensial untuk diperiksa dari satu alamat",
     "Reuse a token until it expires.", "Pakai ulang token sampai kedaluwarsa."),
    ("ACCESS_DENIED", "caller", 403, False, "No grant gives this caller this operation", "Pemanggil tidak memiliki hak akses pada operasi ini",
     "Ask the owner of the operation for a grant.", "Ajukan permohonan hak akses kepada pemilik operasi."),
    ("PURPOSE_DENIED", "caller", 403, False, "No grant covers this purpose", "Hak akses tidak mencakup tujuan ini",
     "Send `Jembatan-Purpose` with a purpose that your grant names.", "Kirim `Jembatan-Purpose` dengan tujuan yang tercantum dalam hak akses Anda."),
    ("CITIZEN_MISSING", "caller", 403, False, "This purpose needs the citizen's own sign-in", "Tujuan ini mensyaratkan warga sendiri yang masuk",
     "Send the token that the citizen's sign-in at your portal gave, not your agency's own.",
     "Kirim token yang diberikan saat warga masuk di portal Anda, bukan token instansi."),
    ("CITIZEN_MISMATCH", "caller", 403, False, "The call is about another person than the citizen who signed in", "Panggilan ini tentang orang lain, bukan warga yang masuk",
     "Ask about the citizen whose token you send.", "Ajukan hanya tentang warga pemilik token yang Anda kirim."),
    ("CONSENT_MISSING", "caller", 403, False, "The citizen's consent does not cover this call", "Persetujuan warga tidak mencakup panggilan ini",
     "Show the citizen the offer for this purpose and let them consent; it may have been withdrawn, have ended, or cover less than is asked for now.",
     "Tunjukkan penawaran untuk tujuan ini dan mintalah persetujuan warga; mungkin sudah dicabut, berakhir, atau mencakup lebih sedikit."),
    ("CONSENT_OUTDATED", "caller", 409, False, "What was shown to the citizen is no longer what they would consent to", "Yang ditunjukkan kepada warga tidak lagi sama dengan yang akan disetujui",
     "Get the offer again, show it, and send its `shown`.", "Ambil penawaran lagi, tunjukkan, lalu kirim `shown`-nya."),
    ("CONSENT_NOT_FOUND", "caller", 404, False, "There is no such consent, or nothing for this purpose to consent to", "Tidak ada persetujuan ini, atau tidak ada yang perlu disetujui untuk tujuan ini",
     "List the citizen's consents; check the purpose.", "Lihat daftar persetujuan warga; periksa tujuannya."),
    ("NOT_JSON", "caller", 400, False, "The body is not JSON", "Badan pesan bukan JSON",
     "Send one JSON document in UTF-8 without duplicate names.", "Kirim satu dokumen JSON UTF-8 tanpa nama ganda."),
    ("CALL_INVALID", "caller", 422, False, "The call does not match its schema", "Panggilan tidak sesuai skema",
     "Mend each field that `errors` names.", "Perbaiki setiap isian yang disebut `errors`."),
    ("MEDIA_TYPE_UNSUPPORTED", "caller", 415, False, "The media type or content coding is not taken", "Jenis media atau pengodean isi tidak diterima",
     "Send the media type that the manual names, without a content coding.", "Kirim jenis media menurut manual, tanpa pengodean isi."),
    ("NOT_ACCEPTABLE", "caller", 406, False, "The answer cannot be given in what is accepted", "Jawaban tidak tersedia dalam bentuk yang diterima",
     "Accept the media type that the manual names.", "Terima jenis media menurut manual."),
    ("UNTRANSLATABLE", "caller", 422, False, "A value has no counterpart at the provider", "Sebuah nilai tidak memiliki padanan di penyedia",
     "Mend each field that `errors` names.", "Perbaiki setiap isian yang disebut `errors`."),
    ("IDEMPOTENCY_KEY_MISSING", "caller", 400, False, "This write needs an Idempotency-Key", "Penulisan ini memerlukan Idempotency-Key",
     "Send `Idempotency-Key` with a fresh UUID for each new write, and the same again where you repeat one.",
     "Kirim `Idempotency-Key` berisi UUID baru untuk tiap penulisan baru, dan yang sama bila mengulang."),
    ("IDEMPOTENCY_KEY_INVALID", "caller", 400, False, "The Idempotency-Key is none", "Idempotency-Key tidak sah",
     "Send it once: 1 to 255 visible ASCII characters, in quotes or without.", "Kirim satu kali: 1 sampai 255 karakter ASCII yang terlihat, dengan atau tanpa tanda kutip."),
    ("IDEMPOTENCY_KEY_REUSED", "caller", 422, False, "The Idempotency-Key stands for another call", "Idempotency-Key sudah dipakai untuk panggilan lain",
     "Send a new key with a new write, the very same call with a repeat.", "Kirim kunci baru untuk penulisan baru, panggilan yang sama persis untuk ulangan."),
    ("IDEMPOTENCY_KEYS_SPENT", "caller", 429, True, "Too many Idempotency-Keys of this caller are kept", "Terlalu banyak Idempotency-Key pemanggil ini yang disimpan",
     "Wait until older ones are over; the time stands in the manual of the operation.", "Tunggu sampai yang lama berakhir; lamanya ada di manual operasi."),
    ("WRITE_RUNNING", "caller", 409, True, "The write under this Idempotency-Key is still running", "Penulisan dengan Idempotency-Key ini masih berjalan",
     "Send the same call again after `Retry-After`.", "Kirim ulang panggilan yang sama setelah `Retry-After`."),
    ("WRITE_UNSURE", "provider", 409, False, "Nobody knows whether the first try of this write was done", "Belum diketahui apakah percobaan pertama penulisan ini berhasil",
     "This provider does not know a repeat. Look up what it has; if it is not there, send the write with a new key.",
     "Penyedia ini tidak mengenali ulangan. Periksa data di penyedia; bila belum ada, kirim dengan kunci baru."),
    ("NO_PROVIDER", "caller", 422, False, "No provider is registered for a value of the call", "Tidak ada penyedia yang terdaftar untuk sebuah nilai panggilan",
     "`errors` names the field that chooses the provider; send a value that is registered, and valid today.",
     "`errors` menyebut isian yang menentukan penyedia; kirim nilai yang terdaftar dan berlaku hari ini."),
    ("CURSOR_INVALID", "caller", 400, False, "The cursor is none that was given for this call", "Kursor bukan yang diberikan untuk panggilan ini",
     "Send `next` of the last answer as `after`, with the same call, caller and purpose; else begin without `after`.",
     "Kirim `next` dari jawaban terakhir sebagai `after`, dengan panggilan, pemanggil dan tujuan yang sama; atau mulai tanpa `after`."),
    ("CURSOR_EXPIRED", "caller", 400, False, "The cursor has expired", "Kursor sudah kedaluwarsa",
     "Begin the list again without `after`.", "Mulai lagi daftar tanpa `after`."),
    ("SUBJECT_NOT_FOUND", "caller", 404, False, "The provider knows no such subject", "Penyedia tidak mengenal subjek ini",
     "Check the identifier.", "Periksa nomor pengenal."),
    ("CONFLICT", "caller", 409, False, "The subject was changed meanwhile or the change collides", "Data sudah berubah atau perubahan bertabrakan",
     "Read again, decide again, send again.", "Baca ulang, putuskan ulang, kirim ulang."),
    ("CALLER_GONE", "caller", 499, True, "The caller left before the answer", "Pemanggil pergi sebelum jawaban", "", ""),
    ("PROVIDER_FAILED", "provider", 502, False, "The provider failed", "Penyedia gagal",
     "Tell the provider; a retry is safe only where the operation reads.", "Hubungi penyedia; coba ulang hanya aman untuk operasi baca."),
    ("PROVIDER_INVALID", "provider", 502, False, "The provider's answer breaks its own schema", "Jawaban penyedia melanggar skemanya sendiri",
     "Tell the operators; the schema or the provider must be mended.", "Hubungi operator; skema atau penyedia harus diperbaiki."),
    ("PROVIDER_REFUSED_TRANSLATION", "provider", 502, False, "The provider refused what we translated", "Penyedia menolak hasil terjemahan kami",
     "Tell the operators; the mapping or the provider's schema is wrong.", "Hubungi operator; pemetaan atau skema penyedia salah."),
    ("PROVIDER_REFUSED_GATEWAY", "provider", 502, False, "The provider refused our credential", "Penyedia menolak kredensial kami",
     "Tell the operators; your own credential is not concerned.", "Hubungi operator; kredensial Anda tidak terkait."),
    ("PROVIDER_BUSY", "provider", 503, True, "The provider is busy", "Penyedia sibuk",
     "Try again after `Retry-After`.", "Coba lagi setelah `Retry-After`."),
    ("PROVIDER_REDIRECTED", "provider", 502, False, "The provider redirects", "Penyedia mengalihkan alamat",
     "Tell the operators; redirects are not followed.", "Hubungi operator; pengalihan tidak diikuti."),
    ("PROVIDER_TRUNCATED", "provider", 502, True, "The provider's answer ended early", "Jawaban penyedia terputus",
     "Try again where the operation reads, or takes an Idempotency-Key: with the same one.", "Coba lagi bila operasi membaca, atau memakai Idempotency-Key: dengan kunci yang sama."),
    ("PROVIDER_MEDIA_TYPE", "provider", 502, False, "The provider answered in another media type", "Penyedia menjawab dengan jenis media lain",
     "Tell the operators.", "Hubungi operator."),
    ("PROVIDER_PROTOCOL", "provider", 502, False, "The provider's answer is not well-formed HTTP", "Jawaban penyedia bukan HTTP yang benar",
     "Tell the operators.", "Hubungi operator."),
    ("PROVIDER_TOO_LARGE", "provider", 502, False, "The provider's answer is larger than its bound", "Jawaban penyedia melebihi batas",
     "Tell the operators.", "Hubungi operator."),
    ("PROVIDER_TIMEOUT", "provider", 504, True, "The provider did not answer in time", "Penyedia tidak menjawab tepat waktu",
     "Try again later where the operation reads, or takes an Idempotency-Key: with the same one.", "Coba lagi nanti bila operasi membaca, atau memakai Idempotency-Key: dengan kunci yang sama."),
    ("PROVIDER_UNREACHABLE", "provider", 502, True, "The provider cannot be reached", "Penyedia tidak dapat dihubungi",
     "Try again later.", "Coba lagi nanti."),
    ("KEYS_UNAVAILABLE", "gateway", 503, True, "The issuer's keys cannot be had now", "Kunci penerbit belum dapat diambil",
     "Try again shortly.", "Coba lagi sebentar."),
    ("STORE_UNAVAILABLE", "gateway", 503, True, "The gateway's durable store cannot be used now", "Penyimpanan gerbang sedang tidak dapat digunakan",
     "Try again shortly, a write with the same Idempotency-Key.", "Coba lagi sebentar, penulisan dengan Idempotency-Key yang sama."),
    ("STORE_KEY_UNKNOWN", "gateway", 503, True, "The durable store holds things under a key that this gateway does not have", "Penyimpanan gerbang memuat data dengan kunci yang tidak dimiliki gerbang ini",
     "Try again shortly, a write with the same Idempotency-Key; if it lasts, tell the operators: a former key of the stores is missing.",
     "Coba lagi sebentar, penulisan dengan Idempotency-Key yang sama; bila berlanjut, hubungi operator: kunci lama penyimpanan tidak ada."),
    ("OVERLOADED", "gateway", 503, True, "The gateway sheds load", "Gerbang sedang kelebihan beban",
     "Try again after `Retry-After`.", "Coba lagi setelah `Retry-After`."),
    ("WEAKENING_ENDED", "gateway", 503, False, "What allowed this operation has ended", "Izin yang memungkinkan operasi ini telah berakhir",
     "Tell the operators; a `weakens:` of this operation has passed its end date.", "Hubungi operator; `weakens:` operasi ini telah lewat tanggal akhirnya."),
    ("STEP_REFUSED", "gateway", 502, False, "A step of this journey was refused to the journey", "Satu langkah perjalanan ini ditolak bagi perjalanan",
     "Tell the operators the exchange id; the journey's grants or bindings do not fit the operation that it calls.",
     "Sampaikan nomor pertukaran kepada operator; hak atau pengikatan perjalanan tidak sesuai dengan operasi yang dipanggilnya."),
    ("JOURNEY_UNKNOWN", "caller", 404, False, "There is no such journey of yours", "Tidak ada perjalanan Anda dengan nomor ini",
     "Use the address that `Location` gave; ended journeys are kept for a while only.",
     "Pakai alamat dari `Location`; perjalanan yang selesai hanya disimpan sementara."),
    ("JOURNEY_CANCELLED", "caller", 409, False, "The journey was cancelled; nothing of it stands", "Perjalanan dibatalkan; tidak ada yang tersisa darinya",
     "Begin it again under a new Idempotency-Key if it is still wanted.", "Mulai lagi dengan Idempotency-Key baru bila masih diperlukan."),
    ("JOURNEY_OVERDUE", "provider", 504, False, "The journey did not end in its time; nothing of it stands", "Perjalanan tidak selesai pada waktunya; tidak ada yang tersisa darinya",
     "Begin it again under a new Idempotency-Key if it is still wanted.", "Mulai lagi dengan Idempotency-Key baru bila masih diperlukan."),
    ("DECISION_OVERDUE", "provider", 409, False, "Nobody decided in time; nothing of the journey stands", "Keputusan tidak diambil pada waktunya; tidak ada yang tersisa",
     "Begin it again under a new Idempotency-Key, and ask whoever decides.", "Mulai lagi dengan Idempotency-Key baru, dan hubungi pihak yang memutuskan."),
    ("DECISION_CLOSED", "caller", 409, False, "No decision is waited for here now", "Saat ini tidak ada keputusan yang ditunggu di sini",
     "It was taken, its time is over, or the journey is not there yet.", "Keputusan sudah diambil, waktunya habis, atau perjalanan belum sampai di sini."),
    ("DECISION_DENIED", "caller", 403, False, "This decision is another's to take", "Keputusan ini harus diambil orang lain",
     "Who began the journey, or whom its condition leaves out, does not decide it.", "Pihak yang memulai, atau yang dikecualikan syaratnya, tidak boleh memutuskan."),
    ("JOURNEY_CHANGED", "gateway", 500, False, "The journey no longer knows a step that it has begun", "Perjalanan tidak lagi mengenal langkah yang sudah dimulai",
     "Tell the operators: serve the older plan again, then `jembatan journey retry`.", "Hubungi operator: layani lagi rencana lama, lalu `jembatan journey retry`."),
    ("JOURNEY_UNREADABLE", "gateway", 500, False, "What is kept of the journey cannot be opened", "Data perjalanan yang disimpan tidak dapat dibuka",
     "Tell the operators: the key of the stores is another one.", "Hubungi operator: kunci penyimpanan berbeda."),
    ("STEP_TOO_WIDE", "provider", 502, False, "A step of this journey found more elements than it may call for", "Satu langkah perjalanan ini menemukan unsur melebihi batas panggilan",
     "Tell the operators the exchange id.", "Sampaikan nomor pertukaran kepada operator."),
    ("TOO_FEW_ANSWERS", "provider", 502, True, "Fewer providers answered than this operation needs", "Penyedia yang menjawab kurang dari yang diperlukan operasi ini",
     "Try again later.", "Coba lagi nanti."),
    ("INTERNAL", "gateway", 500, False, "A defect of the gateway", "Kesalahan internal pada gerbang",
     "Tell the operators the exchange id.", "Sampaikan nomor pertukaran kepada operator."),
)  # fmt: skip

_VERDICTS = frozenset({"SUBJECT_NOT_FOUND", "CONFLICT"})  # what a provider says of a call that was in order
CATALOGUE: dict[str, Kind] = {row[0]: Kind(*row) for row in _ROWS}


def fault(kind: str, *findings: Finding, reason: str = "") -> Fault:
    """Make a fault of a kind of the catalogue.

    Faults: KeyError for a name that the catalogue does not hold (a defect of ours).
    """
    return Fault(CATALOGUE[kind], findings[:FINDINGS_MAX], reason=reason)


def refuse(kind: str, *findings: Finding, reason: str = "") -> Refused:
    """Make the exception to raise for a kind of the catalogue."""
    return Refused(fault(kind, *findings, reason=reason))


def render_problem(what: Fault, exchange: str, language: str = "en") -> bytes:
    """Render a fault as `application/problem+json`.

    Shape: RFC 9457 members, and `code`, `exchange`, `whose`, `retry`, `cure`, `errors` (each `pointer`, `part`, `keyword`, `detail`).
    Source: RFC 9457 3.
    """
    kind = what.kind
    is_id = language == "id"
    members: dict[str, object] = {
        "type": "urn:jembatan:fault:" + kind.name.lower().replace("_", "-"),
        "title": kind.title_id if is_id else kind.title_en,
        "status": kind.status,
        "code": kind.name,
        "exchange": exchange,
        "whose": kind.whose,
        "retry": kind.retry,
    }
    if kind.cure_en:
        members["cure"] = kind.cure_id if is_id else kind.cure_en
    if what.findings:
        members["errors"] = [
            {"pointer": f.pointer, "part": f.part, "keyword": f.keyword, "detail": f.detail} for f in what.findings[:FINDINGS_MAX]
        ]
    return orjson.dumps(members)
