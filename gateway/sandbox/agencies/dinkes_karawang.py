"""Karawang's SIKDA: SOAP 1.2, WS-Security with a digest, lists inside lists, a number of a visit from what was written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from xml.sax.saxutils import escape

from gateway.sandbox.desk import Agency, Endpoint, Reason
from gateway.sandbox.desk import Answer as Refusal
from gateway.sandbox.soap import Element, Operation, Part, Said, Service
from gateway.values.model import Json

from .wsdl import write_wsdl

NAMESPACE = "urn:sikda:kunjungan:2"
_REFUSALS: dict[Reason, int] = {"busy": 503, "no_such_path": 404, "method": 405}
_VISIT = """<xs:element name="KodeFaskes" type="xs:string"/><xs:element name="Waktu" type="xs:dateTime"/>
   <xs:element name="Pasien"><xs:complexType><xs:sequence><xs:element name="Nik" type="xs:string"/>
   </xs:sequence></xs:complexType></xs:element>
   <xs:element name="DaftarDiagnosa"><xs:complexType><xs:sequence>
    <xs:element name="Diagnosa" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
     <xs:element name="Icd" type="xs:string"/><xs:element name="Utama" type="xs:boolean"/></xs:sequence></xs:complexType></xs:element>
   </xs:sequence></xs:complexType></xs:element>"""
_TYPES = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
 <xs:element name="CariKunjungan"><xs:complexType><xs:sequence>
  <xs:element name="Nik" type="xs:string"/><xs:element name="TglAwal" type="xs:date" minOccurs="0"/>
 </xs:sequence></xs:complexType></xs:element>
 <xs:element name="CariKunjunganResponse"><xs:complexType><xs:sequence>
  <xs:element name="Kunjungan" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
   <xs:element name="NoKunjungan" type="xs:string"/>{_VISIT}</xs:sequence></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element>
 <xs:element name="CatatKunjungan"><xs:complexType><xs:sequence>{_VISIT}</xs:sequence></xs:complexType></xs:element>
 <xs:element name="CatatKunjunganResponse"><xs:complexType><xs:sequence>
  <xs:element name="NoKunjungan" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Refusal:
    return Refusal({"galat": reason}, _REFUSALS.get(reason, 400))


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


_DIAGNOSIS = (Part("Icd", _like(r"[A-Z][0-9]{2}(\.[0-9])?")), Part("Utama", _like("true|false")))
_RECORD = (
    Part("KodeFaskes", _like("[A-Z][0-9]{10}")),
    Part("Waktu", _is_moment),
    Part("Pasien", parts=(Part("Nik", _like("[0-9]{16}")),)),
    Part("DaftarDiagnosa", parts=(Part("Diagnosa", parts=_DIAGNOSIS, least=0, most=20),)),
)
SEARCH = (Part("Nik", _like("[0-9]{16}")), Part("TglAwal", _like("[0-9]{4}-[0-9]{2}-[0-9]{2}"), least=0))


def write_visit(row: Json) -> str:
    """Write one visit as its manual has it."""
    diagnoses = "".join(
        f"<k:Diagnosa><k:Icd>{escape(one['icd'])}</k:Icd><k:Utama>{'true' if one['utama'] else 'false'}</k:Utama></k:Diagnosa>"
        for one in row["diagnosa"]
    )
    return (
        f"<k:Kunjungan><k:NoKunjungan>{row['nomor']}</k:NoKunjungan><k:KodeFaskes>{row['faskes']}</k:KodeFaskes><k:Waktu>{row['waktu']}</k:Waktu>"
        f"<k:Pasien><k:Nik>{row['nik']}</k:Nik></k:Pasien><k:DaftarDiagnosa>{diagnoses}</k:DaftarDiagnosa></k:Kunjungan>"
    )


def _read_visit(message: Element) -> dict[str, Json]:
    name = f"{{{NAMESPACE}}}"
    found = [
        {"icd": one.findtext(name + "Icd", ""), "utama": one.findtext(name + "Utama") == "true"} for one in message.iter(name + "Diagnosa")
    ]
    nik, facility, moment = (next(message.iter(name + part)).text or "" for part in ("Nik", "KodeFaskes", "Waktu"))
    number = "KJ" + hashlib.sha256(f"{nik} {facility} {moment}".encode()).hexdigest()[:8].upper()
    return {"nomor": number, "faskes": facility, "waktu": moment, "nik": nik, "diagnosa": found}


def open_dinkes_karawang(seeds: dict[str, Json]) -> Agency:
    """Open SIKDA over its seeds: `kunjungan`; what is recorded is kept by number, apart from what was there."""
    visits = [*seeds["kunjungan"]]
    recorded: dict[str, Json] = {}

    def search(message: Element) -> str:
        nik, since = (message.findtext(f"{{{NAMESPACE}}}{part}", "") for part in ("Nik", "TglAwal"))
        known = [row for row in visits if row["nik"] == nik]
        if not known:
            raise Said("TidakDitemukan", "pasien tidak ditemukan")
        found = "".join(write_visit(row) for row in known if row["waktu"][:10] >= since)
        return f'<k:CariKunjunganResponse xmlns:k="{NAMESPACE}">{found}</k:CariKunjunganResponse>'

    def record(message: Element) -> str:
        row = _read_visit(message)
        recorded[row["nomor"]] = row
        return f'<CatatKunjunganResponse xmlns="{NAMESPACE}"><NoKunjungan>{row["nomor"]}</NoKunjungan></CatatKunjunganResponse>'

    operations = {
        "CariKunjungan": Operation("CariKunjungan", SEARCH, search),
        "CatatKunjungan": Operation("CatatKunjungan", _RECORD, record),
    }
    service = Service("1.2", NAMESPACE, operations, write_wsdl("1.2", NAMESPACE, "Kunjungan", tuple(operations), _TYPES))
    return Agency(
        "dinkes-karawang",
        "SIKDA",
        "ws_security",
        (Endpoint("POST", "/kunjungan", stream=service.serve), Endpoint("GET", "/kunjungan", stream=service.describe)),
        _refuse,
        on_credential=lambda secrets: setattr(service, "secrets", secrets),
    )
