"""What is written is read back as the same document, whatever its values hold."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from gateway.translate.problems import Untranslatable
from gateway.translate.xml.decode import compile_decoder
from gateway.translate.xml.encode import compile_encoder

from .documents import NS, REGISTRY, SCHEMAS, draw

DRAWN = ("flat@1", "licence@1", "tree@1")


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_written_reads_back_as_the_same_document(name):
    encode, decode = compile_encoder(REGISTRY, name), compile_decoder(REGISTRY, name, unknown="refuse")
    for seed in range(300):
        document = draw(SCHEMAS[name], random.Random(seed))
        assert decode(encode(document)) == (document, 0), seed


@pytest.mark.parametrize("name", DRAWN)
def test_another_parser_sees_one_root_of_the_right_name_and_no_more_elements_than_the_document_has(name):
    encode = compile_encoder(REGISTRY, name)
    words = SCHEMAS[name]["xml"]
    for seed in range(50):
        root = etree.fromstring(encode(draw(SCHEMAS[name], random.Random(seed))))
        assert root.tag == (f"{{{words['namespace']}}}{words['name']}" if "namespace" in words else words["name"])
        assert not [one for one in root.iter() if not isinstance(one.tag, str)]


def test_parts_of_a_schema_that_apply_together_give_one_element():
    decode = compile_decoder(REGISTRY, "merged@1")
    raw = compile_encoder(REGISTRY, "merged@1")({"NIK": "1", "EMAIL": "a@contoh.example"})
    assert decode(raw)[0] == {"NIK": "1", "EMAIL": "a@contoh.example"}


@pytest.mark.parametrize("document", [{"a": "x"}, {"b": 3}])
def test_alternatives_are_read_by_the_elements_that_are_there(document):
    raw = compile_encoder(REGISTRY, "either@1")(document)
    assert compile_decoder(REGISTRY, "either@1")(raw) == (document, 0)


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_none_one_and_many_elements_give_a_list(count):
    raw = f"<dataNIB xmlns='{NS}' nib='1'>{'<pemilik><NAMA>A</NAMA></pemilik>' * count}</dataNIB>".encode()
    assert compile_decoder(REGISTRY, "licence@1")(raw)[0]["pemilik"] == [{"nama": "A"}] * count


def test_a_list_with_an_element_of_its_own_is_absent_empty_or_filled():
    decode = compile_decoder(REGISTRY, "licence@1")
    read = [decode(f"<dataNIB xmlns='{NS}' nib='1'>{inside}</dataNIB>".encode())[0].get("kegiatan") for inside in
            ("", "<kegiatan/>", "<kegiatan><kbli>1</kbli></kegiatan>")]  # fmt: skip
    assert read == [None, [], ["1"]]


def test_elements_are_written_in_the_order_of_the_schema_whatever_the_order_of_the_document():
    root = etree.fromstring(compile_encoder(REGISTRY, "flat@1")({"LAHIR": "2020-01-01", "UMUR": 3, "NIK": "1"}))
    assert [child.tag for child in root] == ["NIK", "UMUR", "LAHIR"]


@pytest.mark.parametrize(
    ("document", "pointer", "keyword"),
    [
        ({"NIK": "a\0b"}, "/NIK", "form"),
        ({"NIK": "\ud800"}, "/NIK", "form"),
        ({"NIK": "\ufffe"}, "/NIK", "form"),
        ({"NIK": "1", "UMUR": None}, "/UMUR", "nil"),
        ({"NIK": "1", "LAIN": 1}, "/LAIN", "unknown"),
        ({"NIK": {}}, "/NIK", "form"),
        ({"NIK": "1", "TINGGI": float("inf")}, "/TINGGI", "form"),
        ([], "", "type"),
    ],
)
def test_what_xml_cannot_carry_is_refused_with_its_place(document, pointer, keyword):
    with pytest.raises(Untranslatable) as caught:
        compile_encoder(REGISTRY, "flat@1")(document)
    assert [(finding.pointer, finding.keyword) for finding in caught.value.findings] == [(pointer, keyword)]


def test_a_wrong_item_is_named_by_its_index():
    document = {"nib": "1", "pemilik": [{"nama": "A"}, {"nama": "B", "x": 1}]}
    with pytest.raises(Untranslatable) as caught:
        compile_encoder(REGISTRY, "licence@1")(document)
    assert caught.value.findings[0].pointer == "/pemilik/1/x"
