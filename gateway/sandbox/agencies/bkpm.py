"""BKPM's OSS: SOAP 1.1 with a verdict inside the body, attributes, an amount with its currency, two namespaces, lists of one, Basic."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from gateway.sandbox.desk import Agency, Endpoint, Reason
from gateway.sandbox.desk import Answer as Refusal
from gateway.sandbox.soap import Element, Operation, Part, Service
from gateway.values.model import Json

from .wsdl import write_wsdl

NAMESPACE = "urn:oss:nib:1"
_REGION = "urn:oss:wilayah:1"
_REFUSALS: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 404, "method": 405}
_TYPES = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:w="{_REGION}" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
 <xs:import namespace="{_REGION}"/>
 <xs:element name="inqueryNIB"><xs:complexType><xs:sequence>
  <xs:element name="nib"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]{{13}}"/></xs:restriction></xs:simpleType></xs:element>
 </xs:sequence></xs:complexType></xs:element>
 <xs:element name="inqueryNIBResponse"><xs:complexType><xs:sequence>
  <xs:element name="kode" type="xs:string"/>
  <xs:element name="keterangan" type="xs:string"/>
  <xs:element name="dataNIB" minOccurs="0"><xs:complexType><xs:sequence>
   <xs:element name="nama_perseroan" type="xs:string"/>
   <xs:element name="npwp_perseroan" type="xs:string"/>
   <xs:element name="jenis_perseroan"><xs:simpleType><xs:restriction base="xs:string">
    <xs:enumeration value="01"/><xs:enumeration value="02"/><xs:enumeration value="17"/></xs:restriction></xs:simpleType></xs:element>
   <xs:element name="tgl_terbit_nib" type="xs:date"/>
   <xs:element name="total_modal"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal">
    <xs:attribute name="mata_uang" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
   <xs:element ref="w:alamat"/>
   <xs:element name="kegiatan_usaha"><xs:complexType><xs:sequence>
    <xs:element name="kegiatan" maxOccurs="unbounded"><xs:complexType><xs:sequence>
     <xs:element name="kbli" type="xs:string"/><xs:element name="resiko" type="xs:string"/>
    </xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
   <xs:element name="pemegang_saham" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="nama" type="xs:string"/><xs:element name="persen" type="xs:decimal"/></xs:sequence></xs:complexType></xs:element>
   <xs:element name="tgl_berakhir" type="xs:date" nillable="true"/>
  </xs:sequence><xs:attribute name="nib" type="xs:string" use="required"/><xs:attribute name="aktif" type="xs:boolean" use="required"/>
  </xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element>
</xs:schema>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{_REGION}" elementFormDefault="qualified">
 <xs:element name="alamat"><xs:complexType><xs:sequence>
  <xs:element name="jalan" type="xs:string"/><xs:element name="kode_wilayah" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>"""  # noqa: E501 - a document


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Refusal:
    return Refusal({"galat": reason}, _REFUSALS.get(reason, 400))


def _write_licence(row: Json) -> str:
    activities = "".join(f"<kegiatan><kbli>{one['kbli']}</kbli><resiko>{one['resiko']}</resiko></kegiatan>" for one in row["kegiatan"])
    owners = "".join(
        f"<o:pemegang_saham xmlns:o='{NAMESPACE}'><nama>{escape(one['nama'])}</nama><persen> {one['persen']} </persen></o:pemegang_saham>"
        for one in row["pemegang_saham"]
    )
    ends = f"<tgl_berakhir>{row['tgl_berakhir']}</tgl_berakhir>" if row["tgl_berakhir"] else '<tgl_berakhir xsi:nil="1"/>'
    return (
        f'<dataNIB nib={quoteattr(row["nib"])} aktif="{int(row["aktif"])}">\n  <!-- data sintetis -->'
        f"<nama_perseroan><![CDATA[{row['nama']}]]></nama_perseroan><npwp_perseroan>{row['npwp']}</npwp_perseroan>"
        f"<jenis_perseroan>{row['jenis']}</jenis_perseroan><tgl_terbit_nib>{row['tgl_terbit']}</tgl_terbit_nib>"
        f'<total_modal mata_uang="IDR">{row["modal"]}</total_modal>'
        f'<w:alamat xmlns:w="{_REGION}"><w:jalan>{escape(row["jalan"])}</w:jalan>'
        f"<w:kode_wilayah>{row['wilayah']}</w:kode_wilayah></w:alamat>"
        f"<kegiatan_usaha>\n{activities}</kegiatan_usaha>{owners}{ends}</dataNIB>"
    )


def open_bkpm(seeds: dict[str, Json]) -> Agency:
    """Open OSS over its seeds: `izin` by NIB."""
    licences = {row["nib"]: row for row in seeds["izin"]}

    def find_licence(message: Element) -> str:
        found = licences.get(message.findtext(f"{{{NAMESPACE}}}nib", ""))
        verdict = ("200", "OK") if found is not None else ("404", "NIB tidak ditemukan")
        inside = _write_licence(found) if found is not None else ""
        names = f'xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        return f"<inqueryNIBResponse {names}><kode>{verdict[0]}</kode><keterangan>{verdict[1]}</keterangan>{inside}</inqueryNIBResponse>"

    is_nib = Part("nib", lambda text: len(text) == 13 and text.isdecimal())
    operation = Operation("inqueryNIB", (is_nib,), find_licence)
    service = Service("1.1", NAMESPACE, {"inqueryNIB": operation}, write_wsdl("1.1", NAMESPACE, "NIB", ("inqueryNIB",), _TYPES))
    return Agency(
        "bkpm",
        "OSS",
        "basic",
        (Endpoint("POST", "/nib", stream=service.serve), Endpoint("GET", "/nib", stream=service.describe)),
        _refuse,
        base="/ws",
    )
