"""E-Formasi of the ministry of administrative reform: SOAP 1.1 behind a basic credential, numbers as attributes of an empty element."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from gateway.sandbox.desk import Agency, Endpoint, Reason
from gateway.sandbox.desk import Answer as Refusal
from gateway.sandbox.fields import matches, text
from gateway.sandbox.soap import Element, Operation, Part, Said, Service
from gateway.values.model import Json

from .wsdl import write_wsdl

NAMESPACE = "urn:eformasi:1"
_REFUSALS: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 404, "method": 405}
_TYPES = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
 <xs:element name="CekFormasi"><xs:complexType><xs:sequence><xs:element name="KodeUnit" type="xs:string"/>
  <xs:element name="Golru" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="CekFormasiResponse"><xs:complexType><xs:sequence>
  <xs:element name="Unit"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
   <xs:attribute name="kode" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
  <xs:element name="Kuota"><xs:complexType><xs:attribute name="golru" type="xs:string" use="required"/>
   <xs:attribute name="formasi" type="xs:int" use="required"/><xs:attribute name="terisi" type="xs:int" use="required"/>
  </xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Refusal:
    return Refusal({"galat": reason}, _REFUSALS.get(reason, 400))


def open_kemenpanrb(seeds: dict[str, Json]) -> Agency:
    """Open E-Formasi over its seeds: `formasi` by unit and rank."""
    quotas = {(row["unit"], row["golru"]): row for row in seeds["formasi"]}

    def find_quota(message: Element) -> str:
        unit, rank = (message.findtext(f"{{{NAMESPACE}}}{name}", "") for name in ("KodeUnit", "Golru"))
        found = quotas.get((unit, rank))
        if found is None:
            raise Said("Client.TidakAda", "formasi tidak ditemukan")
        return (
            f'<CekFormasiResponse xmlns="{NAMESPACE}"><Unit kode={quoteattr(unit)}>{escape(found["nama"])}</Unit>'
            f'<Kuota golru="{rank}" formasi="{found["formasi"]}" terisi="{found["terisi"]}"/></CekFormasiResponse>'
        )

    parts = (Part("KodeUnit", text(40)), Part("Golru", matches("[1-4][a-e]")))
    operation = Operation("CekFormasi", parts, find_quota)
    service = Service("1.1", NAMESPACE, {"CekFormasi": operation}, write_wsdl("1.1", NAMESPACE, "Formasi", ("CekFormasi",), _TYPES))
    return Agency(
        "kemenpanrb",
        "EFORMASI",
        "basic",
        (Endpoint("POST", "/formasi", stream=service.serve), Endpoint("GET", "/formasi", stream=service.describe)),
        _refuse,
    )
