"""The employment insurance's SMILE: SOAP 1.2 with WS-Security, an account with its programmes as attributes, thousands of rupiah."""

from __future__ import annotations

from xml.sax.saxutils import escape

from gateway.sandbox.desk import Agency, Endpoint, Reason
from gateway.sandbox.desk import Answer as Refusal
from gateway.sandbox.fields import dated, digits, text
from gateway.sandbox.papers import open_papers
from gateway.sandbox.soap import Element, Operation, Part, Said, Service
from gateway.values.model import Json

from .wsdl import write_wsdl

NAMESPACE = "urn:smile:kepesertaan:1"
_REFUSALS: dict[Reason, int] = {"busy": 503, "no_such_path": 404, "method": 405}
_TYPES = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
 <xs:element name="CekKepesertaan"><xs:complexType><xs:sequence><xs:element name="Nik" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="CekKepesertaanResponse"><xs:complexType><xs:sequence>
  <xs:element name="Peserta"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
   <xs:attribute name="kpj" type="xs:string" use="required"/><xs:attribute name="nik" type="xs:string" use="required"/>
   <xs:attribute name="aktif" type="xs:boolean" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
  <xs:element name="Program" minOccurs="0" maxOccurs="10"><xs:complexType><xs:simpleContent><xs:extension base="xs:int">
   <xs:attribute name="kode" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element>
 <xs:element name="TutupKepesertaan"><xs:complexType><xs:sequence><xs:element name="Kpj" type="xs:string"/>
  <xs:element name="Tanggal" type="xs:date"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="TutupKepesertaanResponse"><xs:complexType><xs:attribute name="klaim" type="xs:string" use="required"/></xs:complexType></xs:element>
 <xs:element name="BukaKepesertaan"><xs:complexType><xs:sequence><xs:element name="Klaim" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="BukaKepesertaanResponse"><xs:complexType><xs:attribute name="klaim" type="xs:string" use="required"/></xs:complexType></xs:element>
</xs:schema>"""  # noqa: E501 - a document


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Refusal:
    return Refusal({"galat": reason}, _REFUSALS.get(reason, 400))


def _write_account(row: Json) -> str:
    programmes = "".join(f'<Program kode="{one["kode"]}">{one["saldoRibu"]}</Program>' for one in row["program"])
    return (
        f'<CekKepesertaanResponse xmlns="{NAMESPACE}"><Peserta kpj="{row["kpj"]}" nik="{row["nik"]}" aktif="{row["aktif"]}">'
        f"{escape(row['nama'])}</Peserta>{programmes}</CekKepesertaanResponse>"
    )


def open_bpjs_ketenagakerjaan(seeds: dict[str, Json]) -> Agency:
    """Open SMILE over its seeds: `peserta` by NIK."""
    claims = open_papers("KLM-{:05d}", seeds["klaim"])
    accounts = {row["nik"]: row for row in seeds["peserta"]}

    def find_account(message: Element) -> str:
        found = accounts.get(message.findtext(f"{{{NAMESPACE}}}Nik", ""))
        if found is None:
            raise Said("BukanPeserta", "NIK tidak terdaftar")
        return _write_account(found)

    def close_account(message: Element) -> str:
        number, day = (message.findtext(f"{{{NAMESPACE}}}{part}", "") for part in ("Kpj", "Tanggal"))
        if number not in {row["kpj"] for row in accounts.values()}:
            raise Said("BukanPeserta", "KPJ tidak terdaftar")
        return f'<TutupKepesertaanResponse xmlns="{NAMESPACE}" klaim="{claims.give(number, day)}"/>'

    def reopen_account(message: Element) -> str:
        number = message.findtext(f"{{{NAMESPACE}}}Klaim", "")
        if not claims.take_back(number):
            raise Said("BukanPeserta", "klaim tidak ditemukan")
        return f'<BukaKepesertaanResponse xmlns="{NAMESPACE}" klaim="{number}"/>'

    operations = {
        "CekKepesertaan": Operation("CekKepesertaan", (Part("Nik", digits(16)),), find_account),
        "TutupKepesertaan": Operation(
            "TutupKepesertaan", (Part("Kpj", digits(11)), Part("Tanggal", dated("%Y-%m-%d"))), close_account, "kepesertaan tutup"
        ),
        "BukaKepesertaan": Operation("BukaKepesertaan", (Part("Klaim", text(20)),), reopen_account, "kepesertaan buka"),
    }
    service = Service("1.2", NAMESPACE, operations, write_wsdl("1.2", NAMESPACE, "Kepesertaan", tuple(operations), _TYPES))
    return Agency(
        "bpjs-ketenagakerjaan",
        "SMILETK",
        "ws_security",
        (Endpoint("POST", "/kepesertaan", stream=service.serve), Endpoint("GET", "/kepesertaan", stream=service.describe)),
        _refuse,
        on_credential=lambda secrets: setattr(service, "secrets", secrets),
    )
