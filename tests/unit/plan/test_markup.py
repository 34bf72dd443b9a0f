"""A provider that speaks SOAP: what its message, its media type and its status mean, through the whole exchange."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gateway.cli.rehearsal import StatedCaller, rehearse
from gateway.plan.load import read_and_build
from gateway.plan.markup import is_markup
from gateway.sandbox.places import find_reference
from gateway.values.model import Reply, Request

XML = b"text/xml; charset=utf-8"
E11 = "http://schemas.xmlsoap.org/soap/envelope/"
HEADERS = {b"content-type": b"application/json", b"jembatan-purpose": b"tax-service"}
PLAN = read_and_build([find_reference()])[1].plan
DATA = (
    '<dataNIB nib="9120005556667" aktif="1"><nama_perseroan>PT MISAL</nama_perseroan><npwp_perseroan>0033456789433000</npwp_perseroan>'
    "<jenis_perseroan>17</jenis_perseroan><tgl_terbit_nib>2024-02-29</tgl_terbit_nib>"
    '<total_modal mata_uang="IDR">1</total_modal><w:alamat xmlns:w="urn:oss:wilayah:1"><w:jalan>JL</w:jalan>'
    "<w:kode_wilayah>3215011004</w:kode_wilayah></w:alamat><kegiatan_usaha><kegiatan><kbli>01111</kbli><resiko>T</resiko></kegiatan>"
    '</kegiatan_usaha><tgl_berakhir xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="1"/></dataNIB>'
)


def envelope(inside: str) -> bytes:
    return f'<e:Envelope xmlns:e="{E11}"><e:Body>{inside}</e:Body></e:Envelope>'.encode()


def answer(inside: str = DATA, code: str = "200") -> bytes:
    return envelope(f'<inqueryNIBResponse xmlns="urn:oss:nib:1"><kode>{code}</kode><pesan>rahasia</pesan>{inside}</inqueryNIBResponse>')


def fault(code: str) -> bytes:
    return envelope(f"<e:Fault><faultcode>{code}</faultcode><faultstring>rahasia</faultstring></e:Fault>")


def ask(status: int, kind: bytes, body: bytes) -> Any:
    assert PLAN is not None
    sent = b'{"nib": "9120005556667"}'
    request = Request("POST", "/business/v1/licences/lookup", "", HEADERS, "127.0.0.1", has_body=True)
    return rehearse(PLAN, StatedCaller("djp"), request, sent, lambda call: Reply(status, {b"content-type": kind}, body), 1_790_000_000.0)


@pytest.mark.parametrize(
    ("status", "kind", "body", "code"),
    [
        (500, XML, fault("Client.Struktur"), "PROVIDER_REFUSED_TRANSLATION"),
        (200, XML, fault("Client.Struktur"), "PROVIDER_REFUSED_TRANSLATION"),
        (500, XML, fault("Server"), "PROVIDER_FAILED"),
        (500, b"text/html", fault("Client.Struktur"), "PROVIDER_FAILED"),
        (500, XML, b"<html>", "PROVIDER_FAILED"),
        (500, XML, answer(), "PROVIDER_FAILED"),
        (503, XML, fault("Client.Struktur"), "PROVIDER_BUSY"),
        (401, XML, fault("Client.Struktur"), "PROVIDER_REFUSED_GATEWAY"),
        (404, XML, fault("Client.Struktur"), "PROVIDER_FAILED"),
        (200, b"application/json", b"{}", "PROVIDER_MEDIA_TYPE"),
        (200, b"application/soap+xml", answer(), "PROVIDER_MEDIA_TYPE"),
        (200, b"text/xml; charset=iso-8859-1", answer(), "PROVIDER_MEDIA_TYPE"),
        (200, XML, b"{}", "PROVIDER_INVALID"),
        (200, XML, b"<!DOCTYPE x>" + answer(), "PROVIDER_INVALID"),
        (200, XML, answer().replace(b"nib:1", b"nib:2"), "PROVIDER_INVALID"),
        (200, XML, answer(DATA * 2), "PROVIDER_INVALID"),
        (200, XML, answer(DATA.replace("2024-02-29", "2023-02-29")), "PROVIDER_INVALID"),
        (200, XML, answer(""), "PROVIDER_INVALID"),
        (200, XML, answer("", "404"), "SUBJECT_NOT_FOUND"),
        (200, XML, answer("", "500"), "PROVIDER_FAILED"),
        (200, XML, answer(DATA.replace('aktif="1"', 'aktif="ya"')), "PROVIDER_INVALID"),
    ],
)
def test_an_answer_that_is_none_is_its_own_fault_and_shows_nothing_of_it(status: int, kind: bytes, body: bytes, code: str) -> None:
    done = ask(status, kind, body)
    assert done.defects == []
    assert orjson.loads(done.response.body)["code"] == code
    assert b"rahasia" not in done.response.body


def test_an_answer_is_translated_and_what_no_schema_names_is_left_out() -> None:
    done = ask(200, XML, answer(DATA.replace("</dataNIB>", "<baru>1</baru></dataNIB>")))
    said = orjson.loads(done.response.body)
    assert (done.defects, done.response.status, said["owners"], said["expires_on"]) == ([], 200, [], None)
    assert "baru" not in said


def test_the_call_is_one_post_with_action_and_credential_and_no_header_of_the_callers() -> None:
    (call,) = ask(200, XML, answer()).calls
    assert (call.method, call.target) == (b"POST", b"/nib")
    lines = call.head.decode().split("\r\n")
    assert "Content-Type: text/xml; charset=utf-8" in lines
    assert 'SOAPAction: "urn:oss:nib:1/inqueryNIB"' in lines
    assert [line for line in lines if line.lower().startswith("content-type")] == ["Content-Type: text/xml; charset=utf-8"]
    assert b'<inqueryNIB xmlns="urn:oss:nib:1"><nib>9120005556667</nib></inqueryNIB>' in call.body


@pytest.mark.parametrize(
    ("kind", "form", "is_right"),
    [
        (b"text/xml", "soap11", True),
        (b'Text/XML; charset="UTF-8"', "soap11", True),
        (b"application/xml", "soap11", False),
        (b'application/soap+xml; charset=utf-8; action="urn:x"', "soap12", True),
        (b"application/soap+xml; charset=utf-16", "soap12", False),
        (b"application/xml", "xml", True),
        (b"application/atom+xml", "xml", True),
        (b"text/html", "xml", False),
        (b"", "xml", False),
    ],
)
def test_a_media_type_is_that_of_the_format_in_the_dialects_encoding(kind: bytes, form: str, is_right: bool) -> None:
    assert is_markup(kind, form, "utf-8") is is_right
