"""XML that is wrong, strange or meant to harm: each is read as it should be or refused with one finding that holds no value."""

from __future__ import annotations

import re

import pytest

from gateway.translate.problems import Untranslatable
from gateway.translate.xml.decode import XSI, compile_decoder
from gateway.translate.xml.parse import parse_xml

from .documents import NS, REGISTRY

LAUGHS = "<!DOCTYPE WARGA [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{'&' + a + ';' * 1}{('&' + a + ';') * 9}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
) + "]><WARGA><NIK>&i;</NIK></WARGA>"  # fmt: skip
DEEP = "<u:unit xmlns:u='urn:contoh:1'><u:nama>x</u:nama>".replace("u:", "")


def warga(inside: str, attributes: str = "") -> str:
    return f"<WARGA{attributes}>{inside}</WARGA>"


REFUSED = [
    ("billion laughs", LAUGHS, "doctype", ""),
    ("an external entity", "<!DOCTYPE WARGA [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><WARGA><NIK>&x;</NIK></WARGA>", "doctype", ""),
    ("a parameter entity", "<!DOCTYPE WARGA [<!ENTITY % x SYSTEM 'http://127.0.0.1:1/x'>%x;]><WARGA><NIK>1</NIK></WARGA>", "doctype", ""),
    ("a DTD elsewhere", "<!DOCTYPE WARGA SYSTEM 'http://127.0.0.1:1/x.dtd'><WARGA><NIK>1</NIK></WARGA>", "doctype", ""),
    ("an entity without a DTD", warga("<NIK>&x;</NIK>"), "xml", ""),
    ("two roots", "<WARGA><NIK>1</NIK></WARGA><WARGA/>", "xml", ""),
    ("nothing", "", "xml", ""),
    ("JSON", '{"NIK": "1"}', "xml", ""),
    ("an open element", "<WARGA><NIK>1</NIK>", "xml", ""),
    ("an attribute twice", "<WARGA a='1' a='2'><NIK>1</NIK></WARGA>", "xml", ""),
    ("an unbound prefix", "<x:WARGA><NIK>1</NIK></x:WARGA>", "xml", ""),
    ("a control character", warga("<NIK>\x01</NIK>"), "xml", ""),
    ("a reference to a control character", warga("<NIK>&#1;</NIK>"), "xml", ""),
    ("another root", "<ORANG><NIK>1</NIK></ORANG>", "root", ""),
    ("a root of another namespace", "<WARGA xmlns='urn:lain'><NIK>1</NIK></WARGA>", "root", ""),
    ("another encoding", "<?xml version='1.0' encoding='ISO-8859-1'?><WARGA><NIK>1</NIK></WARGA>", "encoding", ""),
    ("UTF-7", "<?xml version='1.0' encoding='UTF-7'?><WARGA><NIK>1</NIK></WARGA>", "encoding", ""),
    ("an element twice", warga("<NIK>1</NIK><NIK>2</NIK>"), "duplicate", "/NIK"),
    ("text between elements", warga("<NIK>1</NIK>teks"), "mixed", ""),
    ("text before elements", warga("teks<NIK>1</NIK>"), "mixed", ""),
    ("an element in a text", warga("<NIK>1<b/></NIK>"), "mixed", "/NIK"),
    ("a nil that may not be", warga("<NIK xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='true'/>"), "nil", "/NIK"),
    ("a whole number with a point", warga("<NIK>1</NIK><UMUR>1.0</UMUR>"), "form", "/UMUR"),
    ("a whole number too large", warga("<NIK>1</NIK><UMUR>9007199254740993</UMUR>"), "form", "/UMUR"),
    ("a number of many digits", warga(f"<NIK>1</NIK><UMUR>{'9' * 5000}</UMUR>"), "form", "/UMUR"),
    ("no number", warga("<NIK>1</NIK><TINGGI>NaN</TINGGI>"), "form", "/TINGGI"),
    ("an infinity", warga("<NIK>1</NIK><TINGGI>INF</TINGGI>"), "form", "/TINGGI"),
    ("an exponent too large", warga("<NIK>1</NIK><TINGGI>1e9999</TINGGI>"), "form", "/TINGGI"),
    ("a decimal comma", warga("<NIK>1</NIK><TINGGI>1,5</TINGGI>"), "form", "/TINGGI"),
    ("digits of another script", warga("<NIK>1</NIK><UMUR>१</UMUR>"), "form", "/UMUR"),
    ("no truth value", warga("<NIK>1</NIK><KAWIN>ya</KAWIN>"), "form", "/KAWIN"),
    ("an empty number", warga("<NIK>1</NIK><UMUR/>"), "form", "/UMUR"),
    ("too many elements", warga("<a/>" * 120_000), "size", ""),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "keyword", "pointer"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_wrong_message_is_refused_with_one_finding_without_a_value(raw, keyword, pointer):
    with pytest.raises(Untranslatable) as caught:
        compile_decoder(REGISTRY, "flat@1")(raw.encode())
    (finding,) = caught.value.findings
    assert (finding.keyword, finding.pointer) == (keyword, pointer)
    assert "teks" not in finding.detail
    assert "passwd" not in finding.detail


READ = [
    ("comments and instructions are gone", warga("<NIK>1<!-- 9 -->2<?php x?>3</NIK><!-- x -->"), {"NIK": "123"}),
    ("CDATA is text", warga("<NIK><![CDATA[<a>&amp;]]></NIK>"), {"NIK": "<a>&amp;"}),
    ("references are their characters", warga("<NIK>&lt;&#65;&#x42;&amp;</NIK>"), {"NIK": "<AB&"}),
    ("blanks of a text are kept", warga("<NIK> 1 </NIK>"), {"NIK": " 1 "}),
    ("blanks of a number, a truth value and a format are not",
     warga("<NIK/><UMUR> +07\n</UMUR><KAWIN> 1 </KAWIN><LAHIR> 2020-01-01 </LAHIR>"),
     {"NIK": "", "UMUR": 7, "KAWIN": True, "LAHIR": "2020-01-01"}),
    ("elements in another order", warga("<UMUR>1</UMUR><NIK>1</NIK>"), {"UMUR": 1, "NIK": "1"}),
    ("a byte order mark", "\ufeff<WARGA><NIK>1</NIK></WARGA>", {"NIK": "1"}),
    ("an exponent and a bare point", warga("<NIK>1</NIK><TINGGI>.5E1</TINGGI>"), {"NIK": "1", "TINGGI": 5.0}),
    ("ASCII is UTF-8", "<?xml version='1.0' encoding='us-ascii'?><WARGA><NIK>1</NIK></WARGA>", {"NIK": "1"}),
    ("what belongs to XML itself",
     f"<WARGA xml:lang='id' xmlns:i='{XSI}' i:schemaLocation='a b'><NIK i:type='s'>1</NIK></WARGA>",
     {"NIK": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "document"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_a_strange_message_is_read(raw, document):
    assert compile_decoder(REGISTRY, "flat@1", unknown="refuse")(raw.encode()) == (document, 0)


UNKNOWN = [
    ("an element", warga("<NIK>1</NIK><LAIN><a/><b/></LAIN>"), 1, "/LAIN"),
    ("an element of another namespace", warga("<NIK>1</NIK><x:NIK xmlns:x='urn:x'>2</x:NIK>"), 1, "/NIK"),
    ("an attribute", warga("<NIK x='1'>1</NIK>", " y='2'"), 2, ""),
    ("an attribute of a huge value", warga("<NIK>1</NIK>", f" y='{'x' * 500_000}'"), 1, ""),
]


@pytest.mark.parametrize(("raw", "dropped", "pointer"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_what_no_schema_names_is_dropped_and_counted_or_refused(raw, dropped, pointer):
    assert compile_decoder(REGISTRY, "flat@1")(raw.encode()) == ({"NIK": "1"}, dropped)
    with pytest.raises(Untranslatable) as caught:
        compile_decoder(REGISTRY, "flat@1", unknown="refuse")(raw.encode())
    assert [(finding.keyword, finding.pointer) for finding in caught.value.findings] == [("unknown", pointer)]


@pytest.mark.parametrize(("depth", "is_read"), [(30, True), (63, True), (80, False), (20_000, False)])
def test_depth_is_bounded_also_where_a_schema_holds_itself(depth, is_read):
    raw = (f"<unit xmlns='{NS}'><nama>x</nama>" + "<unit><nama>x</nama>" * depth + "</unit>" * depth + "</unit>").encode()
    decode = compile_decoder(REGISTRY, "tree@1")
    if is_read:
        assert decode(raw)[1] == 0
    else:
        with pytest.raises(Untranslatable) as caught:
            decode(raw)
        assert caught.value.findings[0].keyword in ("depth", "xml")


@pytest.mark.parametrize(
    ("encoding", "name", "is_read"),
    [("iso-8859-1", "ISO-8859-1", True), ("windows-1252", "windows-1252", True), ("utf-16", "utf-16", True), ("utf-8", "ISO-8859-1", False),
     ("iso-8859-1", "UTF-8", False), ("utf-8", "utf-16", False)],
)  # fmt: skip
def test_an_encoding_holds_only_where_the_dialect_declares_it(encoding, name, is_read):
    raw = f"<?xml version='1.0' encoding='{name}'?><WARGA><NIK>é</NIK></WARGA>".encode(name)
    if is_read:
        assert compile_decoder(REGISTRY, "flat@1", encoding=encoding)(raw)[0] == {"NIK": "é"}
    else:
        with pytest.raises(Untranslatable) as caught:
            compile_decoder(REGISTRY, "flat@1", encoding=encoding)(raw)
        assert caught.value.findings[0].keyword in ("encoding", "xml")


def test_a_finding_of_the_parser_names_line_and_column_and_no_text():
    with pytest.raises(Untranslatable) as caught:
        parse_xml(b"<a>\n<rahasia></b></a>")
    assert re.fullmatch(r"not well-formed XML at line 2, column \d+", caught.value.findings[0].detail)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_prefix_is_nobodys_business():
    decode = compile_decoder(REGISTRY, "licence@1", unknown="refuse")
    texts = (
        f"<dataNIB xmlns='{NS}' xmlns:q='urn:lain:1' nib='1' q:aktif='1'><alamat xmlns='urn:wilayah:1'><jalan>J</jalan></alamat></dataNIB>",
        f"<n:dataNIB xmlns:n='{NS}' xmlns:l='urn:lain:1' nib='1' l:aktif='true'>"
        "<w:alamat xmlns:w='urn:wilayah:1'><w:jalan>J</w:jalan></w:alamat></n:dataNIB>",
    )
    assert [decode(text.encode())[0] for text in texts] == [
        {"nib": "1", "aktif": True, "alamat": {"jalan": "J"}, "pemilik": [], "baris": []}
    ] * 2
