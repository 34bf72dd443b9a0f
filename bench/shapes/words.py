"""The words of 400 made-up applications: how each field is named, in two languages, long and short, and how its values are written.

Laws: 1. Nothing here is read from what `mapping suggest` knows, and nothing there from here. 2. What a code means is said here alone.
"""

from __future__ import annotations

from collections.abc import Mapping

# field of the visit → names that makers give it; the words of a name are joined in the maker's style
NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("nomor kunjungan", "no kunj", "no reg", "id kunjungan", "visit number", "visit no", "encounter id", "nomor registrasi"),
    "facility": ("kode faskes", "kd pkm", "kode puskesmas", "faskes", "facility code", "facility id", "kd unit", "puskesmas kode"),
    "nik": ("nik", "no nik", "nomor induk", "nik pasien", "national id", "no ktp", "nik px", "resident number"),
    "name": ("nama", "nama pasien", "nm pasien", "nama lengkap", "nm lgkp", "patient name", "full name", "nm px"),
    "birth": ("tanggal lahir", "tgl lahir", "tgl lhr", "lahir", "birth date", "dob", "date of birth", "tgllahir"),
    "sex": ("jenis kelamin", "jk", "kelamin", "jns kel", "sex", "gender", "sex code", "jnskelamin"),
    "phone": ("telepon", "no hp", "telp", "nomor telepon", "phone", "mobile", "phone number", "hp"),
    "street": ("alamat", "almt", "jalan", "alamat rumah", "address", "street", "address line", "alamat pasien"),
    "village": ("kode desa", "kd desa", "desa", "kode kelurahan", "village code", "area code", "kode wilayah", "kd wil"),
    "visited": (
        "tanggal kunjungan",
        "tgl kunj",
        "tgl kunjungan",
        "tgl periksa",
        "visit date",
        "visited on",
        "tgl berkunjung",
        "date of visit",
    ),
    "kind": ("jenis kunjungan", "jns kunj", "jenis rawat", "tipe kunjungan", "visit type", "kind of visit", "jns rawat", "care type"),
    "insured": ("peserta bpjs", "bpjs", "jaminan", "is bpjs", "insured", "has insurance", "status bpjs", "ditanggung"),
    "cost": ("biaya", "tarif", "biaya total", "total biaya", "cost", "charge", "tagihan", "total cost"),
    "diagnoses": ("diagnosa", "daftar diagnosa", "diagnosis", "dx", "diagnoses", "list diagnosa", "penyakit", "data dx"),
    "code": ("kode", "kode icd", "icd", "icd10", "code", "icd code", "kd icd", "kd diagnosa"),
    "primary": ("utama", "is utama", "dx utama", "diagnosa utama", "primary", "is primary", "main", "flag utama"),
}
PARTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "birth": (("tgl", "bln", "thn"), ("hari lahir", "bulan lahir", "tahun lahir"), ("birth day", "birth month", "birth year")),
    "name": (("nama depan", "nama belakang"), ("first name", "last name"), ("given name", "surname")),
    "village": (("prov", "kab", "kec", "desa"), ("kd prop", "kd kab", "kd kec", "kd kel"), ("province", "regency", "district", "village")),
}
GROUPS = ("pasien", "px", "patient", "identitas", "data pasien", "person")
ROOTS = ("", "", "", "kunjungan", "data", "visit")
STYLES = ("UPPER_SNAKE", "lower_snake", "camelCase", "PascalCase", "runtogether")
DATES = ("DD-MM-YYYY", "DD/MM/YYYY", "YYYY-MM-DD", "YYYYMMDD", "DD.MM.YYYY", "DDMMYYYY", "YYYY/MM/DD", "MM/DD/YYYY")
CODES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "sex": (("L", "P"), ("1", "2"), ("M", "F"), ("LAKI-LAKI", "PEREMPUAN"), ("Pria", "Wanita"), ("male", "female"), ("0", "1")),
    "kind": (
        ("RJ", "RI", "IGD"),
        ("1", "2", "3"),
        ("RAWAT JALAN", "RAWAT INAP", "GAWAT DARURAT"),
        ("outpatient", "inpatient", "emergency"),
        ("J", "I", "D"),
    ),
}
MEANINGS: Mapping[str, tuple[str, ...]] = {"sex": ("male", "female"), "kind": ("outpatient", "inpatient", "emergency")}
TRUTHS = (("Y", "T"), ("1", "0"), ("YA", "TIDAK"), ("A", "N"), ("true", "false"))
# fields that the nation does not ask for: name, class, reason
EXTRAS = (
    ("agama", "sensitive", "no canonical service needs it"), ("nama dokter", "unused", "the visit does not name staff"),
    ("no antrian", "unused", "of the day only"), ("golongan darah", "sensitive", "no canonical service needs it"),
    ("room", "unused", "inside the house only"), ("pekerjaan", "unused", "the visit does not tell it"),
    ("input by", "unused", "who typed it is the centre's own"), ("keterangan", "unused", "free text"),
    ("poli", "unused", "inside the house only"),
)  # fmt: skip
LACKS = {
    "phone": "not asked there",
    "street": "held by the register of residents",
    "insured": "held by the insurer",
    "cost": "not kept there",
}
