"""Envelopes hold one element, faults mean what the dialect says, and a UsernameToken proves us once."""

from __future__ import annotations

import base64
import hashlib

import pytest
from lxml import etree

from gateway.translate.dialect import FaultTable
from gateway.translate.problems import Untranslatable
from gateway.translate.xml.parse import parse_xml
from gateway.translate.xml.security import WSSE, WSU, make_token_writer
from gateway.translate.xml.soap import SOAP11, SOAP12, compile_envelope, find_fault, open_envelope
from gateway.values.faults import CATALOGUE, Refused
from gateway.values.model import UsernameToken

TABLE = FaultTable(
    {"Client.TidakDitemukan": CATALOGUE["SUBJECT_NOT_FOUND"], "Server": CATALOGUE["PROVIDER_BUSY"]}, CATALOGUE["PROVIDER_FAILED"]
)


def envelope(body: str, version=SOAP11, head: str = "") -> bytes:
    return f"<e:Envelope xmlns:e='{version.namespace}'>{head}<e:Body>{body}</e:Body></e:Envelope>".encode()


def fault11(code: str) -> str:
    return f"<e:Fault xmlns:w='{WSSE}'><faultcode>{code}</faultcode><faultstring>rahasia</faultstring></e:Fault>"


def fault12(*codes: str) -> str:
    inside = ""
    for code in reversed(codes[1:]):
        inside = f"<e:Subcode><e:Value>{code}</e:Value>{inside}</e:Subcode>"
    return f"<e:Fault xmlns:w='{WSSE}'><e:Code><e:Value>{codes[0]}</e:Value>{inside}</e:Code></e:Fault>"


@pytest.mark.parametrize(
    ("version", "fault", "kind"),
    [
        (SOAP11, fault11("e:Client.TidakDitemukan"), "SUBJECT_NOT_FOUND"),
        (SOAP11, fault11("Client.TidakDitemukan.Arsip"), "SUBJECT_NOT_FOUND"),
        (SOAP11, fault11("q:Client"), "PROVIDER_FAILED"),
        (SOAP11, fault11("Server.Sibuk"), "PROVIDER_BUSY"),
        (SOAP11, fault11(""), "PROVIDER_FAILED"),
        (SOAP11, fault11("w:FailedAuthentication"), "PROVIDER_REFUSED_GATEWAY"),
        (SOAP11, fault11("x:FailedAuthentication"), "PROVIDER_FAILED"),
        (SOAP11, "<e:Fault/>", "PROVIDER_FAILED"),
        (SOAP12, fault12("e:Sender", "k:Client.TidakDitemukan"), "SUBJECT_NOT_FOUND"),
        (SOAP12, fault12("e:Sender", "k:Server", "k:Client.TidakDitemukan"), "SUBJECT_NOT_FOUND"),
        (SOAP12, fault12("e:Sender", "w:InvalidSecurity"), "PROVIDER_REFUSED_GATEWAY"),
        (SOAP12, fault12("e:Receiver"), "PROVIDER_FAILED"),
    ],
)
def test_a_fault_means_the_most_special_code_that_is_known(version, fault, kind):
    root = parse_xml(envelope(fault, version))
    with pytest.raises(Refused) as caught:
        open_envelope(version, root, TABLE)
    assert caught.value.fault.kind.name == kind
    assert "rahasia" not in caught.value.fault.reason
    found = find_fault(version, root, TABLE)
    assert found is not None
    assert found.kind.name == kind


@pytest.mark.parametrize(
    "raw",
    [
        b"<a/>",
        envelope("<a/>", SOAP12),
        envelope(""),
        envelope("<a/><b/>"),
        envelope("<a/>", head="<e:Body/>"),
        envelope("<a/>", head="<e:Header/><e:Header/>"),
    ],
)
def test_what_is_no_envelope_of_the_version_is_refused(raw):
    with pytest.raises(Untranslatable) as caught:
        open_envelope(SOAP11, parse_xml(raw), TABLE)
    assert caught.value.findings[0].keyword == "soap"


def test_a_header_that_must_be_understood_is_refused_and_any_other_let_be():
    other = "<e:Header><x:Jejak xmlns:x='urn:x'>1</x:Jejak></e:Header>"
    assert open_envelope(SOAP11, parse_xml(envelope("<a/>", head=other)), TABLE).tag == "a"
    with pytest.raises(Refused) as caught:
        must = other.replace("<x:Jejak", "<x:Jejak e:mustUnderstand='1'")
        open_envelope(SOAP11, parse_xml(envelope("<a/>", head=must)), TABLE)
    assert caught.value.fault.kind.name == "PROVIDER_INVALID"


@pytest.mark.parametrize("version", [SOAP11, SOAP12])
def test_an_envelope_that_is_written_opens_again(version):
    raw = compile_envelope(version, lambda document: f"<a>{document}</a>")("x", "1", 0.0)
    assert open_envelope(version, parse_xml(raw), TABLE).text == "x"


def token_of(raw: bytes) -> etree._Element:
    found = parse_xml(raw).find(f".//{{{WSSE}}}UsernameToken")
    assert found is not None
    return found


def test_a_digest_is_that_of_nonce_time_and_password_and_the_password_is_not_in_the_message():
    header = make_token_writer(UsernameToken("u & i", "rahasia<1>"), SOAP12.must_understand)
    raw = compile_envelope(SOAP12, lambda document: "<a/>", header)(None, "exchange-1", 1_790_000_000.25)
    token = token_of(raw)
    created = token.findtext(f"{{{WSU}}}Created") or ""
    nonce = base64.b64decode(token.findtext(f"{{{WSSE}}}Nonce") or "")
    wanted = hashlib.sha1(nonce + created.encode() + b"rahasia<1>").digest()
    assert created == "2026-09-21T14:13:20.250Z"
    assert len(nonce) == 16
    assert token.findtext(f"{{{WSSE}}}Username") == "u & i"
    assert token.findtext(f"{{{WSSE}}}Password") == base64.b64encode(wanted).decode()
    assert b"rahasia" not in raw


def test_a_password_as_text_is_escaped():
    header = make_token_writer(UsernameToken("u", "rahasia<1>", is_digest=False), SOAP11.must_understand)
    raw = compile_envelope(SOAP11, lambda document: "<a/>", header)(None, "1", 0.0)
    assert token_of(raw).findtext(f"{{{WSSE}}}Password") == "rahasia<1>"


def test_a_nonce_is_of_one_exchange_and_one_time():
    write = make_token_writer(UsernameToken("u", "p"), SOAP11.must_understand)
    assert len({write("1", 1.0), write("2", 1.0), write("1", 2.0)}) == 3
    assert write("1", 1.0) == write("1", 1.0)


def test_a_token_does_not_show_its_password():
    assert "rahasia" not in repr(UsernameToken("u", "rahasia"))
