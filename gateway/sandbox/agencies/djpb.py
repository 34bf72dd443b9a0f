"""The treasury's GPP: SOAP 1.1 with WS-Security; salaries are changed, stopped and resumed, each under a number of its own."""

from __future__ import annotations

from collections.abc import Callable

from gateway.sandbox.desk import Agency, Endpoint, Reason
from gateway.sandbox.desk import Answer as Refusal
from gateway.sandbox.fields import dated, digits, text
from gateway.sandbox.papers import Papers, open_papers
from gateway.sandbox.soap import Element, Operation, Part, Said, Service
from gateway.values.model import Json

from .wsdl import write_wsdl

NAMESPACE = "urn:gpp:gaji:3"
_REFUSALS: dict[Reason, int] = {"busy": 503, "no_such_path": 404, "method": 405}
_ASKED = '<xs:element name="{}"><xs:complexType><xs:sequence>{}</xs:sequence></xs:complexType></xs:element>'
_TEXT = '<xs:element name="{}" type="xs:string"/>'
_FORMS = {"Nip": digits(18), "NomorSk": text(40), "TglBerhenti": dated("%Y%m%d"), "NomorTransaksi": text(40)}
_TAKES = {"UbahGaji": ("Nip", "NomorSk"), "HentikanGaji": ("Nip", "NomorSk", "TglBerhenti"), "LanjutkanGaji": ("NomorTransaksi",)}


def _write_types() -> str:
    asked = "".join(_ASKED.format(name, "".join(_TEXT.format(part) for part in parts)) for name, parts in _TAKES.items())
    said = "".join(_ASKED.format(name + "Response", _TEXT.format("NomorTransaksi") + _TEXT.format("Status")) for name in _TAKES)
    return f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
{asked}{said}
</xs:schema>"""


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Refusal:
    return Refusal({"galat": reason}, _REFUSALS.get(reason, 400))


def _say(operation: str, number: str, status: str) -> str:
    return (
        f'<{operation}Response xmlns="{NAMESPACE}"><NomorTransaksi>{number}</NomorTransaksi><Status>{status}</Status></{operation}Response>'
    )


def _open_order(name: str, orders: Papers, paid: set[str], status: str) -> Callable[[Element], str]:
    def order(message: Element) -> str:
        content = [message.findtext(f"{{{NAMESPACE}}}{part}", "") for part in _TAKES[name]]
        if content[0] not in paid:
            raise Said("Client.PegawaiTidakAda", "pegawai tidak dibayar di sini")
        return _say(name, orders.give(*content), status)

    return order


def open_djpb(seeds: dict[str, Json]) -> Agency:
    """Open GPP over its seeds: `pegawai` by NIP, and the `transaksi` of before."""
    paid = {row["nip"] for row in seeds["pegawai"]}
    stops = open_papers("STOP-{:05d}", seeds["transaksi"])

    def resume(message: Element) -> str:
        number = message.findtext(f"{{{NAMESPACE}}}NomorTransaksi", "")
        if not stops.take_back(number):
            raise Said("Client.TransaksiTidakAda", "transaksi tidak ditemukan")
        return _say("LanjutkanGaji", number, "AKTIF")

    answers = {
        "UbahGaji": (_open_order("UbahGaji", open_papers("UBAH-{:05d}"), paid, "AKTIF"), "gaji ubah"),
        "HentikanGaji": (_open_order("HentikanGaji", stops, paid, "HENTI"), "gaji henti"),
        "LanjutkanGaji": (resume, "gaji lanjut"),
    }
    parts = {name: tuple(Part(part, _FORMS[part]) for part in taken) for name, taken in _TAKES.items()}
    operations = {name: Operation(name, parts[name], answer, did) for name, (answer, did) in answers.items()}
    service = Service("1.1", NAMESPACE, operations, write_wsdl("1.1", NAMESPACE, "Gaji", tuple(operations), _write_types()))
    return Agency(
        "djpb",
        "GPP",
        "ws_security",
        (Endpoint("POST", "/gaji", stream=service.serve), Endpoint("GET", "/gaji", stream=service.describe)),
        _refuse,
        on_credential=lambda secrets: setattr(service, "secrets", secrets),
    )
