"""Each simulated agency refuses, in its own dialect, what its own manual doesn't allow; and keeps what was written."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
import pytest_asyncio

from gateway.sandbox.agencies import AGENCIES
from gateway.sandbox.places import find_reference
from gateway.sandbox.world import Sandbox


@dataclass(frozen=True)
class Good:
    """A call that the agency takes: what is found in the answer, and where its verdict on a wrong call stands."""

    agency: str
    method: str
    path: str
    body: Any = None
    found: str = ""
    dated: tuple[str, ...] = ()
    wrong_date: str = ""
    headers: dict[str, str] = field(default_factory=dict)


SHOT = {
    "nik_pasien": "3215014502930002", "kd_faskes": "P3215010201", "jns_vaksin": "COV", "tgl_pemberian": "02/11/2026",
    "dosis_ke": 1, "petugas": {"nama": "BIDAN CONTOH", "no_str": "3215000000000001"},
}  # fmt: skip
REFERRAL = {
    "noKartu": "0001234567803", "tglRujukan": "2026-11-03", "ppkDirujuk": "1301R001", "jnsPelayanan": "2", "diagRujukan": "J18.9",
    "user": "x",
}  # fmt: skip
CONTACT = {
    "nip": "199108172015031003", "telepon": "081200000001", "berlakuMulai": "01-12-2026",
    "alamat": {"jalan": "JL CONTOH", "prop": "32", "kab": "15", "kec": "01", "kel": "1001"},
}  # fmt: skip
COMPLAINT = {
    "kat": "JLN", "isi": "contoh", "tgl_jam": "03/11/2026 19:45", "lok": {"desa": "3215011001"}, "pelapor": {"nama": "SITI CONTOH"},
}  # fmt: skip
CLEARANCE = {"pemohon": {"npwp16": "0013456789433000", "nama": "PT CONTOH MAJU"}, "keperluan": "KREDIT", "tanggalPermohonan": "20261102"}
LANDING = {
    "noRegister": "CD000123", "waktu": "02/03/2026 06:30", "pelabuhan": "PPN CONTOH", "alat": "TANPA",
    "hasil": [{"ikan": "TUNA", "beratKg": "30"}],
}  # fmt: skip
LANDED = Good("kkp", "POST", "/pendaratan", LANDING, "LPR", ("waktu",), "02-03-2026 06:30")
BILLBOARD = {
    "jenis": "KAN", "jalan": "JL CONTOH 99", "kel": "35.78.01.1001", "ukuran": {"p": 100, "l": 600, "sisi": 1},
    "tayang": {"dari": "01/12/2026", "sampai": "31/12/2026"}, "pemilik": {"nama": "PT CONTOH", "npwp": 13456789433000},
}  # fmt: skip
SHIPMENT = {
    "ref": "JBT-TSP0001", "pengirim": "PT TASPEN", "penerima": {"nama": "UJANG MISAL", "alamat": "JL MISAL", "kodepos": "40111"},
    "berat": "00020", "layanan": {"isi": "DOK"},
}  # fmt: skip
NEWBORN = {
    "NAMA": "NONA CONTOH", "JENIS_KLMIN": "P", "WAKTU_LHR": "09/11/2026 04:35", "IBU": {"NIK": "3215014502930002"},
    "SKL": "SKL/2026/000017", "ANAK_KE": "02",
}  # fmt: skip
CHILD = {"nik": "3215014911260017", "lahir": "09/11/2026", "berat_gram": 3150}
PENSION = {"NIP": "196801121990031001", "NO_TASPEN": "160-004711", "NO_SK": "SK-PENS-2026-00001", "MULAI": "01/02/2028"}
GOOD = (
    Good("dukcapil", "GET", "/ws/warga?nik=3215011708910003", found="ASEP CONTOH"),
    Good("dukcapil", "POST", "/ws/keluarga", {"NO_KK": "3215012301120007"}, "UDIN CONTOH"),
    Good("djp", "POST", "/wajib-pajak/kueri", {"npwp16": "0013456789433000"}, "PT CONTOH MAJU"),
    Good("djp", "POST", "/surat-keterangan-fiskal", CLEARANCE, "/SKF/WPJ/2026", ("tanggalPermohonan",), "2026-11-02"),
    Good("kemenkes", "GET", "/api/faskes/P3215010201", found="PUSKESMAS CONTOH"),
    Good("kemenkes", "POST", "/api/imunisasi", SHOT, "TERCATAT", ("tgl_pemberian",), "2026-11-02"),
    Good("kemenkes", "POST", "/api/imunisasi/riwayat", {"nik_pasien": "3215011405180001"}, "BCG"),
    Good("kemendikbudristek", "GET", "/ijazah/UCK-2014-000123", found="Teknik Informatika"),
    Good("kemendikbudristek", "GET", "/sekolah?kode_kec=321501&bentuk=SMA", found="SMA NEGERI CONTOH 1"),
    Good("bpjs-kesehatan", "GET", "/Peserta/nik/3215014502930002/tglSEP/2026-11-02", found="SITI CONTOH"),
    Good(
        "bpjs-kesehatan",
        "POST",
        "/Rujukan/insert",
        {"request": {"t_rujukan": REFERRAL}},
        "0901R001",
        ("request", "t_rujukan", "tglRujukan"),
        "03-11-2026",
    ),
    Good("bkn", "GET", "/pns/data-utama?nip=199108172015031003&riwayat=Y", found="PRANATA KOMPUTER"),
    Good("bkn", "PUT", "/pns/kontak", CONTACT, "DITERIMA", ("berlakuMulai",), "2026-12-01"),
    Good("kemensos", "POST", "/periksa", {"NIK": "9171015010900001", "PERIODE": "2026"}, "YOSEFA REKAAN"),
    Good("atr-bpn", "GET", "/bidang?nib=32150100001234", found="SITI CONTOH"),
    Good("karawang", "POST", "/pengaduan", COMPLAINT, "KRW", ("tgl_jam",), "2026-11-03T19:45:00+07:00"),
    Good("karawang", "GET", "/pengaduan/KRW0000CAFE", found="DPUPR"),
    Good("karawang", "GET", "/antrean/kependudukan", found="A-031"),
    Good("komdigi", "POST", "/echo", {"a": 1}, '{"a":1}'),
    Good("kemendagri", "GET", "/DESA?KODE=32.15.01.1001", found="KELURAHAN CONTOH"),
    Good("bps", "GET", "/mfd/1101010001", found="GAMPONG CONTOH"),
    Good("bpom", "GET", "/produk?kelas=PO&hal=1&jml=1", found="KOPI CONTOH"),
    Good("lkpp", "GET", "/tender?satker=KRW-01&batas=1", found="T10054321"),
    Good("dpmptsp-karawang", "GET", "/izin/5032612", found="PBG"),
    Good("disnaker-karawang", "POST", "/ak1/cari", {"nik": "3215014502930002"}, "3215-26-000117"),
    Good("pln", "POST", "/pelanggan", {"IDPEL": "321500012345"}, "SITI CONTOH"),
    Good("surabaya", "GET", "/reklame?kel=35.78.01.1001&mulai=0&batas=1", found="PT CONTOH MAJU"),
    Good("surabaya", "POST", "/reklame", BILLBOARD, "/REK", ("tayang", "dari"), "2026-12-01"),
    Good("pos-indonesia", "POST", "/kiriman", SHIPMENT, "P0"),
    Good("djp", "POST", "/npwp/padanan", {"npwp16": "0013456789433000"}, "01.345.678.9-433.000"),
    Good("kemensos", "POST", "/salur/cari", {"NIK": "9171015010900001"}, "99100"),
    Good("kemensos", "PUT", "/salur", {"NIK": "9171015010900001", "CARA": 3, "KPRK": "99100"}, "Tersimpan"),
    Good("bpjs-kesehatan", "POST", "/Klaim/cari", {"noSep": "0901R00111260000001"}, "J18.9"),
    Good("imigrasi", "POST", "/dokumen", {"NOMOR": "2C11JE0001"}, "KITAS"),
    Good("imigrasi", "POST", "/perlintasan", {"PASPOR": "X0000001"}, "SKOUW"),
    Good("kemenag", "POST", "/akta/cari", {"no_akta": "3215010001032015012"}, "2.500.000"),
    Good("korlantas", "POST", "/kendaraan/cek", {"NOPOL": "T 1234 ABC"}, "SILVER"),
    Good("korlantas", "POST", "/sim/cek", {"NIK": "3215011708910003"}, "BIIU"),
    Good("kementan", "POST", "/kueri", {"nik": "3215014502930002", "musim": "2026-1"}, "SRI CONTOH"),
    Good("kkp", "GET", "/kapal/CD000123", found="CONTOH BAHARI"),
    LANDED,
    Good("kejaksaan", "GET", "/perkara?nomor=PDM-12/JPR/Eoh.2/2026", found="Cakra"),
    Good("pelindo", "GET", "/pengeluaran/26030200000000000000000017", found="CTOU1234567"),
    Good("kemendesa", "POST", "/rt", {"kode_desa": "3215011001", "rt": "003", "rw": "010"}, "ANAK ANGKAT"),
    Good("bkn", "POST", "/pns/riwayat-golongan", {"nip": "199108172015031003"}, "SK-23-0401"),
    Good("djp", "POST", "/kswp", {"npwp16": "3215011708910003"}, "20260310"),
    Good("kemendikbudristek", "POST", "/lulusan", {"nik": "3215011708910003"}, "UCK-2014-000123"),
    Good("kemenkes", "POST", "/api/kelahiran/cari", {"no_skl": "SKL/2026/000017"}, "P3215010201"),
    Good("bkpsdm-karawang", "POST", "/ekinerja/rekap", {"nip": "199108172015031003"}, "91,25"),
    Good("bkpsdm-karawang", "POST", "/simpeg/usulan-kp", {"nip": "199108172015031003", "gol_tujuan": "III/d"}, "00012"),
    Good("inspektorat-karawang", "POST", "/hukdis", {"NIP": 199206202019031005}, "10.03.2022"),
    Good("lan", "POST", "/v2/diklat/query", {"pegawai": {"nip": "199108172015031003"}}, "PKP-24-0017"),
    Good("polri", "POST", "/catatan", {"identitas": {"jenis": "KTP", "nomor": "3215011708910003"}}, "SKCK/004711"),
    Good("taspen", "POST", "/ESTIMASI", {"NIP": "196801121990031001"}, "4.273.400"),
    Good("taspen", "POST", "/PEMBAYARAN", PENSION, "BYR-", ("MULAI",), "2028-02-01"),
    Good("bkn", "POST", "/kp/sk", {"nip": "199108172015031003", "golongan": "34"}, "SK-KP-2026-"),
    Good("bkn", "POST", "/pensiun/sk/batal", {"nomorSk": "SK-PENS-2026-00001"}, "BATAL"),
    Good("dukcapil", "POST", "/ws/kelahiran", NEWBORN, "3215014911260017", ("WAKTU_LHR",), "2026-11-09 04:35"),
    Good("kemenkes", "POST", "/api/kia", {"anak": CHILD, "nik_ibu": "3215014502930002", "kd_faskes": "P3215010201"}, "KIA-"),
    Good("kemensos", "POST", "/art/hapus", {"NO_ART": "ART-00001"}, "Terhapus"),
    Good("bpjs-kesehatan", "POST", "/Peserta/bayi/batal", {"request": {"noKartu": "0009900100001"}}, "0009900100001"),
    Good(
        "kemendikbudristek",
        "POST",
        "/paud/pradaftar",
        {"calon": {"nik": "3215014911260017", "nama": "NONA CONTOH", "tglLahir": "09/11/2026"}, "kodeDesa": "3215011001"},
        "PRA-",
    ),
    Good("dukcapil", "POST", "/ws/domisili", {"NIK": "3215014502930002"}, "23-01-2012"),
    Good("bpjs-kesehatan", "POST", "/Peserta/domisili", {"nik": "3215014502930002"}, "JL BARU CONTOH 9"),
    Good("kemensos", "POST", "/alamat", {"NIK": "3215014502930002"}, "12/05/2024"),
)
SPEAK_XML = {
    "bkpm",
    "dinkes-karawang",
    "bea-cukai",
    "djpb",
    "mahkamah-agung",
    "bmkg",
    "kemenpanrb",
    "bpjs-ketenagakerjaan",
}  # test_soap_agencies has their manuals
WITH_BODY = [good for good in GOOD if good.body is not None and good.agency != "komdigi"]

# how each agency says no: (reason → status, where the verdict stands, its value)
SAYS: dict[str, Callable[[str], tuple[int, str, Any]]] = {
    "dukcapil": lambda why: (200, "status", {"credential": "21", "busy": "30"}.get(why, "40")),
    "djp": lambda why: {
        "credential": (401, "galat.kode", "AUTH-01"),
        "media_type": (415, "galat.kode", "REQ-02"),
        "not_json": (400, "galat.kode", "REQ-01"),
        "fields": (400, "galat.kode", "REQ-03"),
        "busy": (429, "galat.kode", "SYS-09"),
    }[why],
    "kemenkes": lambda why: (
        401 if why == "credential" else 200,
        "meta.kode",
        {"credential": 401, "media_type": 415, "not_json": 400, "fields": 422, "busy": 503}[why],
    ),
    "kemendikbudristek": lambda why: ({"credential": 403, "media_type": 415, "busy": 503}.get(why, 400), "ok", False),
    "bpjs-kesehatan": lambda why: (
        200,
        "metaData.code",
        {"credential": "401", "media_type": "415", "not_json": "400", "fields": "422", "busy": "503"}[why],
    ),
    "bkn": lambda why: (
        {"credential": 401, "media_type": 415, "not_json": 400, "fields": 422, "busy": 503}[why],
        "message",
        {
            "credential": "Unauthorized",
            "media_type": "Unsupported Media Type",
            "not_json": "Malformed JSON",
            "fields": "Data tidak valid",
            "busy": "Service Unavailable",
        }[why],
    ),
    "kemensos": lambda why: (200, "kode", 5 if why == "busy" else 9),
    "atr-bpn": lambda why: (
        {"credential": 401, "fields": 400, "busy": 503}[why],
        "galat",
        {"credential": "Login gagal", "fields": "Parameter salah", "busy": "Server penuh"}[why],
    ),
    "karawang": lambda why: (
        {"credential": 401, "media_type": 415, "not_json": 400, "fields": 422, "busy": 503}[why],
        "err",
        {"credential": "token salah", "media_type": "harus json", "not_json": "json salah", "fields": "isian salah", "busy": "sibuk"}[why],
    ),
    "komdigi": lambda why: ({"credential": 401, "busy": 503}[why], "error", why),
    "imigrasi": lambda why: (
        200,
        "RC",
        {"credential": "0401", "media_type": "0415", "not_json": "0400", "fields": "0422", "busy": "0503"}[why],
    ),
    "kemenag": lambda why: (
        {"credential": 403, "media_type": 415, "not_json": 400, "fields": 422, "busy": 503}[why],
        "galat.pesan",
        {"credential": "kunci salah", "media_type": "kirim json", "not_json": "json rusak", "fields": "isian salah"}.get(
            why, "coba lagi nanti"
        ),
    ),
    "korlantas": lambda why: (
        200,
        "respon.hasil.kode",
        {"credential": 91, "media_type": 92, "not_json": 93, "fields": 94, "busy": 95}[why],
    ),
    "kementan": lambda why: (
        {"credential": 401, "media_type": 415, "busy": 429}.get(why, 400),
        "kesalahan",
        {"credential": "token", "media_type": "tipe", "not_json": "json", "fields": "isian", "busy": "kuota"}[why],
    ),
    "kkp": lambda why: (200, "stat", {"credential": "TOLAK", "busy": "SIBUK"}.get(why, "SALAH")),
    "kejaksaan": lambda why: ({"credential": 401, "fields": 400, "busy": 503}[why], "pesan", why),
    "pelindo": lambda why: ({"credential": 401, "fields": 400, "busy": 503}[why], "sukses", False),
    "kemendesa": lambda why: (
        200,
        "ok",
        {"credential": "kunci", "media_type": "jenis", "not_json": "json", "fields": "isian", "busy": "penuh"}[why],
    ),
    "kemendagri": lambda why: (200, "STATUS", {"credential": "7", "busy": "8"}.get(why, "9")),
    "bps": lambda why: ({"credential": 401, "busy": 503}.get(why, 422), "message", why),
    "bpom": lambda why: ({"credential": 401, "busy": 503}.get(why, 422), "alasan", why),
    "lkpp": lambda why: ({"credential": 401, "busy": 503}.get(why, 422), "galat", why),
    "dpmptsp-karawang": lambda why: (401 if why == "credential" else 200, "ok", {"credential": 7, "busy": 9}.get(why, 5)),
    "disnaker-karawang": lambda why: ({"credential": 401, "busy": 503, "media_type": 415, "not_json": 400}.get(why, 422), "galat", why),
    "pln": lambda why: (200, "RC", {"credential": "63", "busy": "91"}.get(why, "30")),
    "surabaya": lambda why: ({"credential": 401, "busy": 503}.get(why, 422), "pesan", why),
    "pos-indonesia": lambda why: ({"credential": 401, "busy": 503}.get(why, 422), "kesalahan", why),
    "bkpsdm-karawang": lambda why: (200, "rc", {"credential": "1", "busy": "8"}.get(why, "9")),
    "inspektorat-karawang": lambda why: (
        {"credential": 401, "media_type": 415, "not_json": 400, "fields": 422, "busy": 503}[why],
        "GALAT",
        why.upper(),
    ),
    "lan": lambda why: ({"credential": 401, "media_type": 415, "busy": 503}.get(why, 400), "status", "fail"),
    "polri": lambda why: (
        200,
        "kdRespon",
        {"credential": "S401", "media_type": "S415", "not_json": "S400", "fields": "S422", "busy": "S503"}[why],
    ),
    "taspen": lambda why: (
        200,
        "RESPON.KODE",
        {"credential": "00401", "media_type": "00415", "not_json": "00400", "fields": "00422", "busy": "00503"}[why],
    ),
}


class World:
    """A started sandbox and a client that knows its credentials."""

    def __init__(self, sandbox: Sandbox, told: dict[str, str], client: aiohttp.ClientSession) -> None:
        self.sandbox, self.told, self.client = sandbox, told, client

    async def call(self, agency: str, method: str, path: str, body: bytes | None = None, **headers: str | None) -> tuple[int, bytes]:
        desk = self.sandbox.desks[agency]
        sent: dict[str, str] = {"content-type": "application/json"} if body is not None else {}
        if desk.credential.header:
            sent[desk.credential.header.lower()] = desk.credential.value
        for name, value in headers.items():
            sent.pop(name.replace("_", "-"), None)
            if value is not None:
                sent[name.replace("_", "-")] = value
        url = self.told[desk.agency.prefix + "_URL"] + path
        async with self.client.request(method, url, data=body, headers=sent, allow_redirects=False) as answer:
            return answer.status, await answer.read()

    async def call_good(self, good: Good, body: Any = None) -> tuple[int, bytes]:
        whole = good.body if body is None else body
        return await self.call(good.agency, good.method, good.path, None if whole is None else orjson.dumps(whole))


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    sandbox = Sandbox(find_reference() / "seeds", tmp_path)
    told = await sandbox.start()
    async with aiohttp.ClientSession() as client:
        yield World(sandbox, told, client)
    await sandbox.stop()


def hold(agency: str, why: str, said: tuple[int, bytes]) -> None:
    status, where, verdict = SAYS[agency](why)
    document = orjson.loads(said[1])
    for name in where.split("."):
        document = document[name]
    assert (said[0], document) == (status, verdict)


def name_of(good: Good) -> str:
    return f"{good.agency} {good.method} {good.path.split('?')[0]}"


def test_every_agency_is_called_here() -> None:
    assert {good.agency for good in GOOD} == set(AGENCIES) - SPEAK_XML == set(SAYS)


async def test_what_the_manual_allows_is_answered_the_same_each_time(world: World) -> None:
    for good in GOOD:
        first = await world.call_good(good)
        assert good.found.encode() in first[1], name_of(good)
        assert await world.call_good(good) == first, name_of(good)


async def test_a_wrong_credential_is_refused(world: World) -> None:
    for good in GOOD:
        header = world.sandbox.desks[good.agency].credential.header.lower()
        if not header:
            continue
        body = None if good.body is None else orjson.dumps(good.body)
        for wrong in (None, "Bearer x", world.sandbox.desks[good.agency].credential.value + "x"):
            hold(good.agency, "credential", await world.call(good.agency, good.method, good.path, body, **{header: wrong}))


async def test_another_content_type_is_refused(world: World) -> None:
    for good in WITH_BODY:
        said = await world.call(good.agency, good.method, good.path, orjson.dumps(good.body), content_type="text/plain")
        hold(good.agency, "media_type", said)


async def test_what_is_no_json_is_refused(world: World) -> None:
    for good in WITH_BODY:
        hold(good.agency, "not_json", await world.call(good.agency, good.method, good.path, b"{"))


async def test_each_missing_field_is_refused(world: World) -> None:
    for good in WITH_BODY:
        for name in good.body:
            body = {key: value for key, value in good.body.items() if key != name}
            hold(good.agency, "fields", await world.call_good(good, body))


async def test_an_unexpected_field_is_refused(world: World) -> None:
    for good in WITH_BODY:
        hold(good.agency, "fields", await world.call_good(good, {**good.body, "tambahan": "x"}))


async def test_a_number_where_a_text_belongs_is_refused(world: World) -> None:
    for good in WITH_BODY:
        for name, value in good.body.items():
            if isinstance(value, str):
                hold(good.agency, "fields", await world.call_good(good, {**good.body, name: 12}))


async def test_a_date_in_another_form_is_refused(world: World) -> None:
    dated = [good for good in GOOD if good.dated]
    assert len(dated) == 9
    for good in dated:
        body = copy.deepcopy(good.body)
        inner = body
        for name in good.dated[:-1]:
            inner = inner[name]
        for wrong in (good.wrong_date, "", "30/02/2026"):
            inner[good.dated[-1]] = wrong
            hold(good.agency, "fields", await world.call_good(good, body))


@pytest.mark.parametrize(
    ("agency", "path"),
    [
        ("dukcapil", "/ws/warga?nik=3215011708910003&lengkap=Y"),
        ("dukcapil", "/ws/warga"),
        ("dukcapil", "/ws/warga?nik=3215011708910003&nik=3215011708910003"),
        ("kemendikbudristek", "/sekolah?kode_kec=3215&bentuk=SMA"),
        ("kemendikbudristek", "/sekolah?kode_kec=321501&bentuk=senior_secondary"),
        ("bpjs-kesehatan", "/Peserta/nik/3215014502930002/tglSEP/02-11-2026"),
        ("bkn", "/pns/data-utama?nip=199108172015031003"),
        ("atr-bpn", "/bidang?nib=1"),
        ("kkp", "/kapal/cd1"),
        ("kejaksaan", "/perkara"),
        ("pelindo", "/pengeluaran/1"),
        ("kemendagri", "/DESA?KODE=3215011001"),
        ("bps", "/mfd/11"),
        ("bpom", "/produk?hal=0&jml=1"),
        ("lkpp", "/tender?satker=KRW-01&batas=51"),
        ("surabaya", "/reklame?kel=3578011001&mulai=0&batas=1"),
        ("pos-indonesia", "/jejak/1"),
    ],
)
async def test_a_wrong_query_or_path_is_refused(world: World, agency: str, path: str) -> None:
    hold(agency, "fields", await world.call(agency, "GET", path))


@pytest.mark.parametrize(
    ("write", "read", "found"),
    [
        (GOOD[3], lambda said: ("GET", "/surat-keterangan-fiskal?nomor=" + said["nomorSurat"], None), b"0013456789433000"),
        (GOOD[5], lambda said: ("POST", "/api/imunisasi/riwayat", {"nik_pasien": SHOT["nik_pasien"]}), b"02/11/2026"),
        (GOOD[10], lambda said: ("GET", "/Rujukan/" + said["response"]["rujukan"]["noRujukan"], None), b"J18.9"),
        (GOOD[12], lambda said: ("GET", "/pns/kontak?nip=" + said["nip"], None), b"JL CONTOH"),
        (GOOD[15], lambda said: ("GET", "/pengaduan/" + said["no_tiket"], None), b"SITI CONTOH"),
        (LANDED, lambda said: ("GET", "/pendaratan/" + said["isi"]["nomorLapor"], None), b"PPN CONTOH"),
    ],
    ids=lambda value: value.agency if isinstance(value, Good) else "",
)
async def test_a_later_read_sees_what_was_written(world: World, write: Good, read: Callable[[Any], Any], found: bytes) -> None:
    said = orjson.loads((await world.call_good(write))[1])
    method, path, body = read(said)
    status, seen = await world.call(write.agency, method, path, None if body is None else orjson.dumps(body))
    assert status == 200
    assert found in seen


async def test_a_scan_comes_and_goes_as_bytes(world: World) -> None:
    status, scan = await world.call("atr-bpn", "GET", "/sertipikat/10150102101234/pindai")
    assert (status, len(scan)) == (200, 4 * 1000 * 65)
    where = "/sertipikat/10150102101234/pindai"
    assert (await world.call("atr-bpn", "PUT", where, scan, content_type="application/pdf"))[0] == 400
    assert (await world.call("atr-bpn", "PUT", where, scan, x_kantor="10150"))[0] == 415
    status, said = await world.call("atr-bpn", "PUT", where, scan, content_type="application/pdf", x_kantor="10150")
    assert orjson.loads(said)["ukuran"] == len(scan)
    assert (await world.call("atr-bpn", "GET", "/sertipikat/10150102101234/unggahan"))[1] != b""


async def test_nobody_is_found_in_each_dialect(world: World) -> None:
    unknown = {
        "dukcapil": ("GET", "/ws/warga?nik=3215011708910004", None, b'"14"'),
        "djp": ("POST", "/wajib-pajak/kueri", {"npwp16": "0099999999999999"}, b"WP-01"),
        "kemenkes": ("GET", "/api/faskes/P0000000000", None, b'"kode":404'),
        "kemendikbudristek": ("GET", "/ijazah/UCK-1900-999999", None, b'"ok":false'),
        "bpjs-kesehatan": ("GET", "/Peserta/nik/3215011708910003/tglSEP/2026-11-02", None, b'"201"'),
        "bkn": ("GET", "/pns/data-utama?nip=199001012020121001&riwayat=Y", None, b"PNS tidak ditemukan"),
        "kemensos": ("POST", "/periksa", {"NIK": "3215011708910004", "PERIODE": "2026"}, b'"kode":0'),
        "atr-bpn": ("GET", "/bidang?nib=11110000000000", None, b"Bidang tidak ditemukan"),
        "karawang": ("GET", "/pengaduan/KRW00000000", None, b"tiket tidak ada"),
        "imigrasi": ("POST", "/dokumen", {"NOMOR": "X9999999"}, b'"0014"'),
        "kemenag": ("POST", "/akta/cari", {"no_akta": "3215010001032015999"}, b"akta tidak ada"),
        "korlantas": ("POST", "/sim/cek", {"NIK": "3215011708910004"}, b'"kode":4'),
        "kementan": ("POST", "/kueri", {"nik": "3215014502930002", "musim": "2026-2"}, b"tiada"),
        "kkp": ("GET", "/kapal/ZZ999999", None, b"KOSONG"),
        "kejaksaan": ("GET", "/perkara?nomor=PDM-99/JPR/Eoh.2/2026", None, b"perkara tidak ada"),
        "pelindo": ("GET", "/pengeluaran/00000000000000000000000000", None, b'"sukses":false'),
        "kemendesa": ("POST", "/rt", {"kode_desa": "3215011001", "rt": "099", "rw": "010"}, b"tiada"),
        "bkpsdm-karawang": ("POST", "/ekinerja/rekap", {"nip": "199001012020121001"}, b'"rc":"4"'),
        "inspektorat-karawang": ("POST", "/hukdis", {"NIP": 199001012020121001}, b"NIHIL"),
        "lan": ("POST", "/v2/diklat/query", {"pegawai": {"nip": "199001012020121001"}}, b"empty"),
        "polri": ("POST", "/catatan", {"identitas": {"jenis": "KTP", "nomor": "3215011708910004"}}, b"S204"),
        "taspen": ("POST", "/ESTIMASI", {"NIP": "199001012020121001"}, b"00204"),
    }
    for agency, (method, path, body, said) in unknown.items():
        answer = await world.call(agency, method, path, None if body is None else orjson.dumps(body))
        assert said in answer[1], agency


async def plan(world: World, **wanted: Any) -> int:
    async with world.client.post(world.told["SANDBOX_URL"] + "/_sandbox/faults", json=wanted) as answer:
        return answer.status


async def test_a_planned_mishap_befalls_as_many_calls_as_planned_and_no_other_agency(world: World) -> None:
    assert await plan(world, agency="dukcapil", kind="error", count=2) == 201
    assert [(await world.call_good(GOOD[0]))[0] for _ in range(3)] == [500, 500, 200]
    assert await plan(world, agency="djp", kind="garbage") == 201
    assert (await world.call_good(GOOD[0]))[0] == 200
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads((await world.call_good(GOOD[2]))[1])
    assert await plan(world, agency="djp", kind="wrong_shape") == 201
    assert "wajibPajak" not in orjson.loads((await world.call_good(GOOD[2]))[1])
    assert await plan(world, agency="djp", kind="latency", seconds=0.001) == 201
    assert b"PT CONTOH MAJU" in (await world.call_good(GOOD[2]))[1]


async def test_a_cut_connection_ends_before_the_answer_does(world: World) -> None:
    assert await plan(world, agency="dukcapil", kind="cut") == 201
    with pytest.raises(aiohttp.ClientPayloadError):
        await world.call_good(GOOD[0])
    assert (await world.call_good(GOOD[0]))[0] == 200


async def test_every_agency_can_be_busy(world: World) -> None:
    for good in {good.agency: good for good in GOOD}.values():
        assert await plan(world, agency=good.agency, kind="busy") == 201
        hold(good.agency, "busy", await world.call_good(good))


async def test_a_mishap_that_nobody_knows_is_not_planned(world: World) -> None:
    assert await plan(world, agency="nobody", kind="error") == 422
    assert await plan(world, agency="djp", kind="fire") == 422
    assert await plan(world, agency="djp", kind="error", count=0) == 422
    where, json = world.told["SANDBOX_URL"] + "/_sandbox/faults", {"content-type": "application/json"}
    async with world.client.post(where, data=b"{", headers=json) as answer:
        assert answer.status == 400
    async with world.client.post(where, data=b"{}", headers={"content-type": "text/plain"}) as answer:
        assert answer.status == 415


async def test_mishaps_are_forgotten_on_demand(world: World) -> None:
    assert await plan(world, agency="dukcapil", kind="error", count=9) == 201
    async with world.client.delete(world.told["SANDBOX_URL"] + "/_sandbox/faults") as answer:
        assert answer.status == 204
    assert (await world.call_good(GOOD[0]))[0] == 200


async def test_every_call_is_counted_the_refused_ones_too(world: World) -> None:
    await world.call_good(GOOD[0])
    await world.call("dukcapil", "GET", "/ws/tidak-ada")
    await world.call("dukcapil", "GET", "/ws/warga", authorization=None)
    async with world.client.get(world.told["SANDBOX_URL"] + "/_sandbox/calls") as answer:
        counted = await answer.json()
    assert counted["dukcapil"]["calls"] == 3
    assert {name: count for name, count in counted["dukcapil"]["endpoints"].items() if count} == {"GET /ws/warga": 1}
    assert counted["djp"]["calls"] == 0


async def test_credentials_are_new_at_each_start(tmp_path: Path, world: World) -> None:
    other = Sandbox(find_reference() / "seeds", tmp_path)
    told = await other.start()
    await other.stop()
    secret = [name for name in told if name.endswith(("_PASSWORD", "_KEY", "_TOKEN"))]
    assert len(secret) >= 14
    assert all(told[name] != world.told[name] and len(told[name]) >= 32 for name in secret)
