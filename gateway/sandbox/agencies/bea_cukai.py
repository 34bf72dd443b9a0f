"""Customs' CEISA: SOAP 1.1 with WS-Security, attributes, goods in a namespace of their own, the time of release nil while there is none."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from gateway.sandbox.desk import Agency, Endpoint, Reason
from gateway.sandbox.desk import Answer as Refusal
from gateway.sandbox.fields import digits
from gateway.sandbox.soap import Element, Operation, Part, Said, Service
from gateway.values.model import Json

from .wsdl import write_wsdl

NAMESPACE, _GOODS = "urn:ceisa:pib:1", "urn:ceisa:barang:1"
_REFUSALS: dict[Reason, int] = {"busy": 503, "no_such_path": 404, "method": 405}
_WITH_UNIT = """<xs:complexType><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="{}" type="xs:string" use="required"/>
  </xs:extension></xs:simpleContent></xs:complexType>"""
_TYPES = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:b="{_GOODS}" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
 <xs:import namespace="{_GOODS}"/>
 <xs:element name="CekPib"><xs:complexType><xs:sequence><xs:element name="NomorAju" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="CekPibResponse"><xs:complexType><xs:sequence><xs:element name="Pib"><xs:complexType><xs:sequence>
  <xs:element name="Importir"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
   <xs:attribute name="npwp" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
  <xs:element name="Pelabuhan" type="xs:string"/><xs:element name="TanggalAju" type="xs:date"/>
  <xs:element name="NilaiPabean">{_WITH_UNIT.format("valuta")}</xs:element><xs:element ref="b:Barang" maxOccurs="unbounded"/>
  <xs:element name="WaktuKeluar" type="xs:dateTime" nillable="true"/></xs:sequence>
  <xs:attribute name="nomorAju" type="xs:string" use="required"/><xs:attribute name="jalur" type="xs:string" use="required"/>
 </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
</xs:schema>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{_GOODS}" elementFormDefault="qualified">
 <xs:element name="Barang"><xs:complexType><xs:sequence><xs:element name="Hs" type="xs:string"/><xs:element name="Uraian" type="xs:string"/>
  <xs:element name="Jumlah">{_WITH_UNIT.format("satuan")}</xs:element><xs:element name="Asal" type="xs:string" minOccurs="0"/></xs:sequence>
  <xs:attribute name="seri" type="xs:int" use="required"/></xs:complexType></xs:element>
</xs:schema>"""  # noqa: E501 - a document


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Refusal:
    return Refusal({"galat": reason}, _REFUSALS.get(reason, 400))


def _write_goods(row: Json) -> str:
    origin = f"<Asal>{row['asal']}</Asal>" if "asal" in row else ""
    return (
        f'<Barang xmlns="{_GOODS}" seri="{row["seri"]}"><Hs>{row["hs"]}</Hs><Uraian>{escape(row["uraian"])}</Uraian>'
        f'<Jumlah satuan="{row["satuan"]}">{row["jumlah"]}</Jumlah>{origin}</Barang>'
    )


def _write_declaration(row: Json) -> str:
    left = f"<p:WaktuKeluar>{row['keluar']}</p:WaktuKeluar>" if row["keluar"] else '<p:WaktuKeluar xsi:nil="true"/>'
    return (
        f'<p:CekPibResponse xmlns:p="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<p:Pib nomorAju="{row["nomor"]}" jalur="{row["jalur"]}">\n'
        f"<p:Importir npwp={quoteattr(row['npwp'])}>{escape(row['nama'])}</p:Importir><p:Pelabuhan>{row['pelabuhan']}</p:Pelabuhan>"
        f'<p:TanggalAju>{row["tanggal"]}</p:TanggalAju><p:NilaiPabean valuta="{row["valuta"]}">{row["nilai"]}</p:NilaiPabean>'
        f"{''.join(_write_goods(one) for one in row['barang'])}{left}</p:Pib></p:CekPibResponse>"
    )


def open_bea_cukai(seeds: dict[str, Json]) -> Agency:
    """Open CEISA over its seeds: `pib` by number."""
    declarations = {row["nomor"]: row for row in seeds["pib"]}

    def find_declaration(message: Element) -> str:
        found = declarations.get(message.findtext(f"{{{NAMESPACE}}}NomorAju", ""))
        if found is None:
            raise Said("Client.TidakAda", "PIB tidak ditemukan")
        return _write_declaration(found)

    operation = Operation("CekPib", (Part("NomorAju", digits(26)),), find_declaration)
    service = Service("1.1", NAMESPACE, {"CekPib": operation}, write_wsdl("1.1", NAMESPACE, "Pib", ("CekPib",), _TYPES))
    return Agency(
        "bea-cukai",
        "CEISA",
        "ws_security",
        (Endpoint("POST", "/pib", stream=service.serve), Endpoint("GET", "/pib", stream=service.describe)),
        _refuse,
        on_credential=lambda secrets: setattr(service, "secrets", secrets),
    )
