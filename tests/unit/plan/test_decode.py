"""Decoding by the specification of a kind."""

import pytest

from gateway.plan.decode import decode_document
from gateway.plan.kinds import KINDS
from gateway.plan.read import make_source, read_trees
from gateway.plan.render import render_text
from gateway.values.keys import Key, ListOf, MapOf, OneOf, Record


def decode(text):
    source, found = make_source("f.yaml", text.encode())
    assert not found
    ((tree, mistakes),) = list(read_trees(source))
    document, more = decode_document(tree)
    return document, mistakes + more


@pytest.mark.parametrize("kind", [spec for spec in KINDS.values() if not spec.later], ids=lambda spec: spec.name)
def test_the_example_of_each_kind_is_right(kind):
    document, found = decode(kind.example)
    assert found == []
    assert document.kind == kind.name


def test_defaults_are_filled_in_and_units_converted():
    document, found = decode("gateway: g\nbounds: {body: 2MiB, idle: 1m}\n")
    assert not found
    value = document.value
    assert (value["gateway"], value["listen"], value["workers"], value["loop"]) == ("g", "127.0.0.1:8080", 1, "uvloop")
    assert (value["bounds"]["body"], value["bounds"]["idle"], value["bounds"]["headers"]) == (2 << 20, 60.0, 16 << 10)
    assert value["drain"] == {"grace": 1.0, "deadline": 30.0}
    assert "tls" not in value


def test_a_default_is_nobody_elses():
    one, two = decode("gateway: g\n")[0], decode("gateway: h\n")[0]
    one.value["drain"]["grace"] = 99.0
    assert two.value["drain"]["grace"] == 1.0
    assert decode("gateway: i\n")[0].value["drain"]["grace"] == 1.0


def test_a_schema_keeps_every_other_key():
    document, found = decode("schema: a@1\nversion: 1.0.0\ntype: object\nx-own: {deep: [1, 2.5, null, yes]}\n")
    assert not found
    assert document.value["x-own"] == {"deep": [1, 2.5, None, "yes"]}


def test_the_first_of_two_equal_keys_is_taken_as_the_reader_sees_it():
    document, found = decode("schema: a@1\nversion: 1.0.0\nx: {a: 1, a: 2}\n")
    assert [one.code for one in found] == ["JB-SYN-005"]
    assert document.value["x"] == {"a": 1}


def test_what_is_right_in_a_wrong_document_is_decoded():
    document, found = decode("upstream: u\nowner: a\nurl: nonsense\nauth: none\nlimits: {connect: 3, answer: 2s}\n")
    assert len(found) == 2
    assert "url" not in document.value
    assert (document.value["limits"]["answer"], document.value["limits"]["connections"]) == (2.0, 64)


def test_without_an_id_there_is_no_document():
    document, found = decode("purpose: [a]\ntitle: {id: a, en: b}\nlegal_basis: [c]\n")
    assert document is None
    assert [one.code for one in found] == ["JB-KEY-003"]


def test_a_status_is_a_bare_number_and_decoded_to_its_text():
    document, found = decode("upstream: u\nowner: a\nurl: http://x.example\nauth: none\ndialect: {http: {404: SUBJECT_NOT_FOUND}}\n")
    assert not found
    assert document.value["dialect"]["http"] == {"404": "SUBJECT_NOT_FOUND"}


def every_key(shape, seen):
    if id(shape) in seen:
        return
    seen.add(id(shape))
    children = {
        Record: lambda: [*(key.shape for key in shape.keys), shape.rest],
        OneOf: lambda: [shape.scalar, shape.sequence, shape.mapping, *(record for _, record in shape.records)],
        ListOf: lambda: [shape.item],
        MapOf: lambda: [shape.key, shape.value],
    }.get(type(shape), list)()
    if isinstance(shape, Record):
        yield from shape.keys
    for child in children:
        yield from every_key(child, seen)


def test_every_specification_says_what_it_is_for():
    """One sentence each; names are unique in a record; what is required has no default and does not come later."""
    for spec in KINDS.values():
        assert spec.doc.endswith(".")
        for key in every_key(spec.body, set()):
            assert isinstance(key, Key)
            assert key.doc.endswith("."), key
            assert not (key.required and (key.default is not None or key.later)), key


def test_no_kind_word_is_another_kinds_top_level_key():
    """YAML.md, rule 1."""
    for spec in KINDS.values():
        assert not {key.name for key in spec.body.keys} & KINDS.keys()


def test_a_document_full_of_mistakes_is_cut_short():
    document, found = decode("schema: a@1\nversion: 1.0.0\nx: {" + ", ".join(f"{n}: 1" for n in range(5000)) + "}\n")
    assert document is None
    assert (len(found), found[-1].code) == (201, "JB-SYN-016")


@pytest.mark.parametrize("secret", ["12345", "true", "[geheim]", "geheim", "1.50", "~"])
def test_a_secret_of_any_form_is_never_repeated(secret):
    """Neither in words nor in the excerpt."""
    text = f"upstream: u\nowner: a\nurl: http://x.example\nauth: {{bearer: {{token: {secret}}}}}\n"
    _, found = decode(text)
    assert found
    said = render_text(found, {"f.yaml": make_source("f.yaml", text.encode())[0]})
    assert secret not in said.replace("JB-SEC-010", "")


def test_a_message_cannot_steer_a_terminal():
    text = 'purpose: a\n"\\e[31m\\nx": 1\ntitle: {id: a, en: b}\nlegal_basis: [c]\n'
    _, found = decode(text)
    said = render_text(found, {"f.yaml": make_source("f.yaml", text.encode())[0]})
    assert "\x1b" not in said
    assert said.startswith('error[JB-KEY-001]: unknown key "�[31m�x" of purpose\n')
