"""A draft from a WSDL passes the checker as it is, says what a person must do, and reads what the agency really sends."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gateway.cli import main
from gateway.sandbox.agencies import AGENCIES
from gateway.sandbox.places import find_reference
from gateway.sandbox.seeds import read_seeds
from gateway.schema.lint import lint_schema
from gateway.schema.registry import Registry
from gateway.translate.xml.decode import compile_decoder
from gateway.translate.xml.wsdl import read_wsdl

SOAP = {"bkpm": "oss", "dinkes-karawang": "sikda"}
AGENCY = """agency: {id}
title: {{id: Contoh, en: Example}}
class: ministry
"""
OSS = """<inqueryNIBResponse xmlns="urn:oss:nib:1" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><kode>200</kode><keterangan>OK</keterangan>
<dataNIB nib="9120005556667" aktif="1"><nama_perseroan>PT</nama_perseroan><npwp_perseroan>1</npwp_perseroan>
<jenis_perseroan>17</jenis_perseroan>
<tgl_terbit_nib>2024-02-29</tgl_terbit_nib><total_modal mata_uang="IDR">1.5</total_modal>
<w:alamat xmlns:w="urn:oss:wilayah:1"><w:jalan>J</w:jalan><w:kode_wilayah>3</w:kode_wilayah></w:alamat>
<kegiatan_usaha><kegiatan><kbli>01111</kbli><resiko>T</resiko></kegiatan></kegiatan_usaha>
<pemegang_saham><nama>U</nama><persen>100</persen></pemegang_saham><tgl_berakhir i:nil="true"/></dataNIB></inqueryNIBResponse>"""


def wsdl_of(agency: str) -> bytes:
    opened = AGENCIES[agency](read_seeds(find_reference() / "seeds", agency))
    (describe,) = [endpoint.stream for endpoint in opened.endpoints if endpoint.method == "GET"]
    text: str = describe.__self__.wsdl  # type: ignore[union-attr]
    return text.encode()


@pytest.mark.parametrize("agency", SOAP)
def test_a_draft_passes_the_checker_and_marks_what_is_left(agency: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.wsdl").write_bytes(wsdl_of(agency))
    country = tmp_path / "country"
    for folder in ("routes", "schemas", "policies"):
        (country / folder).mkdir(parents=True)
    (country / "routes" / "agencies.yaml").write_text(AGENCY.format(id=agency), encoding="utf-8")
    given = ["import", "wsdl", str(tmp_path / "x.wsdl"), "--owner", agency, "--name", SOAP[agency], "--into", str(country)]
    assert main(given) == 0
    assert main(["check", str(country)]) == 0, capsys.readouterr().out
    drafts = [path.read_text(encoding="utf-8") for path in country.rglob(f"{SOAP[agency]}.yaml")]
    assert len(drafts) == 2
    assert all("# TODO" in draft for draft in drafts)
    assert main(given) == 3, "what is there is not overwritten"


def test_a_drafted_schema_reads_what_the_agency_sends() -> None:
    service = read_wsdl(wsdl_of("bkpm"), lambda where: None)
    schema = service.types.draft("{urn:oss:nib:1}inqueryNIBResponse")
    assert lint_schema("bkpm/x@1", schema) == ()
    registry = Registry({"bkpm/x@1": schema})
    document, dropped = compile_decoder(registry, "bkpm/x@1", unknown="refuse")(OSS.encode())
    assert dropped == 0
    assert registry.compile_schema("bkpm/x@1").is_valid(document)
    assert document["dataNIB"]["pemegang_saham"] == [{"nama": "U", "persen": 100}]
    assert document["dataNIB"]["total_modal"] == {"nilai": 1.5, "mata_uang": "IDR"}
    assert document["dataNIB"]["kegiatan_usaha"]["kegiatan"][0]["kbli"] == "01111"
    assert document["dataNIB"]["tgl_berakhir"] is None


def test_the_service_is_read_with_its_actions() -> None:
    service = read_wsdl(wsdl_of("dinkes-karawang"), lambda where: None)
    assert (service.format, service.namespace) == ("soap12", "urn:sikda:kunjungan:2")
    assert [(one.name, one.action) for one in service.operations] == [
        ("CariKunjungan", "urn:sikda:kunjungan:2/CariKunjungan"),
        ("CatatKunjungan", "urn:sikda:kunjungan:2/CatatKunjungan"),
    ]


def test_an_identifier_is_drafted_as_a_text_and_a_named_type_that_holds_itself_is_referred_to() -> None:
    schema = """<s xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:schema targetNamespace="urn:x" xmlns:t="urn:x">
      <xs:element name="akar" type="t:Unit"/><xs:complexType name="Dasar">
      <xs:sequence><xs:element name="nik" type="xs:long"/></xs:sequence></xs:complexType>
      <xs:complexType name="Unit"><xs:complexContent><xs:extension base="t:Dasar"><xs:sequence><xs:element name="kode"><xs:simpleType>
      <xs:restriction base="xs:int"><xs:enumeration value="1"/><xs:enumeration value="2"/></xs:restriction></xs:simpleType></xs:element>
      <xs:element name="bawahan" type="t:Unit" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:extension></xs:complexContent>
      </xs:complexType></xs:schema></s>"""
    from gateway.translate.xml.parse import parse_xml
    from gateway.translate.xml.xsd import XS, read_types

    drafted = read_types(parse_xml(schema.encode()).iter(XS + "schema")).draft("{urn:x}akar")
    registry = Registry({"x@1": drafted})
    raw = b"<t:akar xmlns:t='urn:x'><nik>3215</nik><kode>2</kode><bawahan><nik>1</nik><kode>1</kode></bawahan></t:akar>"
    assert compile_decoder(registry, "x@1", unknown="refuse")(raw)[0] == {
        "nik": "3215", "kode": 2, "bawahan": [{"nik": "1", "kode": 1, "bawahan": []}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<a/>", "no binding to SOAP"),
        ("{}", "not well-formed"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "document type"),
        ('<d xmlns:x="http://www.w3.org/2001/XMLSchema"><x:import schemaLocation="http://127.0.0.1:1/x.xsd"/></d>', "not beside it"),
        ('<d xmlns:x="http://www.w3.org/2001/XMLSchema"><x:include schemaLocation="../../../etc/passwd"/></d>', "not beside it"),
    ],
)
def test_what_is_no_wsdl_is_said_in_words_and_nothing_is_fetched(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.wsdl").write_text(text, encoding="utf-8")
    assert main(["import", "wsdl", str(tmp_path / "x.wsdl"), "--owner", "bkpm", "--name", "oss"]) == 3
    assert said in capsys.readouterr().err


def test_what_is_printed_is_yaml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.wsdl").write_bytes(wsdl_of("bkpm"))
    assert main(["import", "wsdl", str(tmp_path / "x.wsdl"), "--owner", "bkpm", "--name", "oss"]) == 0
    documents = list(yaml.safe_load_all(capsys.readouterr().out))
    assert [next(iter(document)) for document in documents] == ["upstream", "schema", "schema"]
