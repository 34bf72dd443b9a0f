"""Each agency that speaks SOAP refuses, as a fault in its own words, what its WSDL doesn't allow; an independent client gets through."""

from __future__ import annotations

import asyncio
import base64
import threading
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from gateway.sandbox.places import find_reference
from gateway.sandbox.world import Sandbox

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
NIB = '<n:inqueryNIB xmlns:n="urn:oss:nib:1"><n:nib>9120005556667</n:nib></n:inqueryNIB>'
ACTION = '"urn:oss:nib:1/inqueryNIB"'


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    sandbox = Sandbox(find_reference() / "seeds", tmp_path_factory.mktemp("state"))
    yield asyncio.run_coroutine_threadsafe(sandbox.start(), loop).result()
    asyncio.run_coroutine_threadsafe(sandbox.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def ask(told: dict[str, str], body: str, action: str = ACTION, kind: str = "text/xml; charset=utf-8", user: str = "") -> tuple[int, str]:
    pair = f"{user or told['OSS_USER']}:{told['OSS_PASSWORD']}"
    headers = {"Content-Type": kind, "SOAPAction": action, "Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    raw = f'<e:Envelope xmlns:e="{SOAP11}"><e:Body>{body}</e:Body></e:Envelope>'.encode()
    request = urllib.request.Request(told["OSS_URL"] + "/nib", raw, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize(
    ("body", "action", "kind", "code"),
    [
        (NIB, '""', "text/xml", "Client.Action"),
        (NIB, ACTION, "application/json", "Client.ContentType"),
        (NIB, ACTION, "text/xml; charset=iso-8859-1", "Client.ContentType"),
        (NIB.replace("nib:1", "nib:2"), ACTION, "text/xml", "Client.Operasi"),
        (NIB.replace("n:nib", "nib"), ACTION, "text/xml", "Client.Struktur"),
        (NIB.replace("</n:nib>", "</n:nib><n:lain/>"), ACTION, "text/xml", "Client.Struktur"),
        (NIB.replace("9120005556667", "912"), ACTION, "text/xml", "Client.Isian"),
        (NIB * 2, ACTION, "text/xml", "Client.Struktur"),
        ("<", ACTION, "text/xml", "Client.XML"),
    ],
)
def test_what_the_wsdl_does_not_allow_is_a_fault(told: dict[str, str], body: str, action: str, kind: str, code: str) -> None:
    status, text = ask(told, body, action, kind)
    assert (status, ET.fromstring(text).findtext(".//faultcode")) == (500, code)


def test_a_right_message_is_answered_and_a_wrong_credential_is_not(told: dict[str, str]) -> None:
    assert "UDIN CONTOH" in ask(told, NIB)[1]
    assert ask(told, NIB, user="x")[0] == 401


def test_an_independent_client_reads_the_wsdl_and_is_served(told: dict[str, str]) -> None:
    zeep = pytest.importorskip("zeep")
    from requests import Session
    from requests.auth import HTTPBasicAuth
    from zeep.transports import Transport

    session = Session()
    session.auth = HTTPBasicAuth(told["OSS_USER"], told["OSS_PASSWORD"])
    with session:
        client = zeep.Client(told["OSS_URL"] + "/nib?wsdl", transport=Transport(session=session))
        found = client.service.inqueryNIB(nib="9120001234567")
        assert found.kode == "200"
        assert found.dataNIB.nama_perseroan == "PT CONTOH MAJU & REKAN"
        assert [one.kbli for one in found.dataNIB.kegiatan_usaha.kegiatan] == ["62019", "47111"]
        assert found.dataNIB.total_modal.mata_uang == "IDR"
        assert found.dataNIB.aktif is True


def test_an_independent_client_proves_itself_with_a_digest(told: dict[str, str]) -> None:
    zeep = pytest.importorskip("zeep")
    from requests import Session
    from zeep.transports import Transport
    from zeep.wsse.username import UsernameToken

    with Session() as session:
        where, transport = told["SIKDA_URL"] + "/kunjungan?wsdl", Transport(session=session)
        token = UsernameToken(told["SIKDA_USER"], told["SIKDA_PASSWORD"], use_digest=True)
        found = zeep.Client(where, wsse=token, transport=transport).service.CariKunjungan(Nik="3215014502930002")
        assert [one.NoKunjungan for one in found] == ["KJ00000001", "KJ00000002"]
        wrong = UsernameToken(told["SIKDA_USER"], "x", use_digest=True)
        with pytest.raises(zeep.exceptions.Fault) as caught:
            zeep.Client(where, wsse=wrong, transport=transport).service.CariKunjungan(Nik="3215014502930002")
        assert [code.localname for code in caught.value.subcodes] == ["FailedAuthentication"]


@pytest.mark.parametrize(
    ("prefix", "path", "operation", "key", "found"),
    [
        ("CEISA", "/pib?wsdl", "CekPib", {"NomorAju": "00001000012320260302000001"}, lambda said: said.Barang[1].Jumlah.satuan == "PCE"),
        ("SIPP", "/perkara?wsdl", "InfoPerkara", {"Nomor": "12/Pdt.G/2026/PN.Kwg"}, lambda said: said.Pihak[2].peran == "TT"),
        ("SMILETK", "/kepesertaan?wsdl", "CekKepesertaan", {"Nik": "3273021201680001"}, lambda said: said.Program[1].kode == "JKM"),
        ("GPP", "/gaji?wsdl", "LanjutkanGaji", {"NomorTransaksi": "STOP-00001"}, lambda said: said.Status == "AKTIF"),
    ],
)
def test_an_independent_client_reads_attributes_and_lists(told, prefix, path, operation, key, found):
    zeep = pytest.importorskip("zeep")
    from requests import Session
    from zeep.transports import Transport
    from zeep.wsse.username import UsernameToken

    with Session() as session:
        token = UsernameToken(told[prefix + "_USER"], told[prefix + "_PASSWORD"], use_digest=True)
        client = zeep.Client(told[prefix + "_URL"] + path, wsse=token, transport=Transport(session=session))
        assert found(getattr(client.service, operation)(**key))
