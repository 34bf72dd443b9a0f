"""The courts' SIPP: SOAP 1.2 with WS-Security, dates with dots, moments of Jakarta without an offset, a verdict once there is one."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from gateway.sandbox.desk import Agency, Endpoint, Reason
from gateway.sandbox.desk import Answer as Refusal
from gateway.sandbox.fields import matches
from gateway.sandbox.soap import Element, Operation, Part, Said, Service
from gateway.values.model import Json

from .wsdl import write_wsdl

NAMESPACE = "urn:sipp:perkara:2"
_REFUSALS: dict[Reason, int] = {"busy": 503, "no_such_path": 404, "method": 405}
_TYPES = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
 <xs:element name="InfoPerkara"><xs:complexType><xs:sequence><xs:element name="Nomor" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="InfoPerkaraResponse"><xs:complexType><xs:sequence>
  <xs:element name="Nomor" type="xs:string"/><xs:element name="Status" type="xs:string"/><xs:element name="TglDaftar" type="xs:string"/>
  <xs:element name="Pihak" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
   <xs:attribute name="peran" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
  <xs:element name="JadwalSidang"><xs:complexType><xs:sequence>
   <xs:element name="Sidang" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence><xs:element name="Waktu" type="xs:string"/>
    <xs:element name="Agenda" type="xs:string"/><xs:element name="Ruang" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="Putusan" minOccurs="0"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
   <xs:attribute name="tanggal" type="xs:date" use="required"/><xs:attribute name="kabul" type="xs:string" use="required"/>
  </xs:extension></xs:simpleContent></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""  # noqa: E501 - a document


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Refusal:
    return Refusal({"galat": reason}, _REFUSALS.get(reason, 400))


def _write_hearing(row: Json) -> str:
    room = f"<Ruang>{escape(row['ruang'])}</Ruang>" if "ruang" in row else ""
    return f"<Sidang><Waktu>{row['waktu']}</Waktu><Agenda>{escape(row['agenda'])}</Agenda>{room}</Sidang>"


def _write_case(row: Json) -> str:
    parties = "".join(f'<Pihak peran="{one["peran"]}">{escape(one["nama"])}</Pihak>' for one in row["pihak"])
    hearings = "".join(_write_hearing(one) for one in row["sidang"])
    verdict = row.get("putusan")
    given = f"<Putusan tanggal={quoteattr(verdict['tanggal'])} kabul='{verdict['kabul']}'>{verdict['amar']}</Putusan>" if verdict else ""
    return (
        f'<InfoPerkaraResponse xmlns="{NAMESPACE}"><Nomor>{row["nomor"]}</Nomor><Status>{row["status"]}</Status>'
        f"<TglDaftar>{row['daftar']}</TglDaftar>{parties}<JadwalSidang>{hearings}</JadwalSidang>{given}</InfoPerkaraResponse>"
    )


def open_mahkamah_agung(seeds: dict[str, Json]) -> Agency:
    """Open SIPP over its seeds: `perkara` by number."""
    cases = {row["nomor"]: row for row in seeds["perkara"]}

    def find_case(message: Element) -> str:
        found = cases.get(message.findtext(f"{{{NAMESPACE}}}Nomor", ""))
        if found is None:
            raise Said("TidakDitemukan", "perkara tidak ditemukan")
        return _write_case(found)

    operation = Operation("InfoPerkara", (Part("Nomor", matches(r"[0-9]+/[A-Za-z.]+/[0-9]{4}/[A-Za-z.]+")),), find_case)
    service = Service("1.2", NAMESPACE, {"InfoPerkara": operation}, write_wsdl("1.2", NAMESPACE, "Perkara", ("InfoPerkara",), _TYPES))
    return Agency(
        "mahkamah-agung",
        "SIPP",
        "ws_security",
        (Endpoint("POST", "/perkara", stream=service.serve), Endpoint("GET", "/perkara", stream=service.describe)),
        _refuse,
        on_credential=lambda secrets: setattr(service, "secrets", secrets),
    )
