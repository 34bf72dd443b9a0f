"""Laws of writing back, on documents generated from schemas: get(create(t)) = t, put(get(s), s) = s, get(put(t, s)) = t."""

from __future__ import annotations

import copy
import random

import pytest
import yaml

from gateway.translate.compile import compile_mapping
from gateway.translate.library import Library
from tests.property.test_translate import AGENCY_DATE, DATE, HOUSE, HOUSE_A, HOUSE_C, PERSON, PERSON_MAPPING, WARGA, digits
from tests.unit.translate.samples import CODELISTS, PERSON_NAME, table, text

WORD = "abAB01 -"


def word(rng):
    return "".join(rng.choice(WORD) for _ in range(rng.randrange(0, 4)))


def invent(schema, rng, schemas):
    """Give a random document of a schema (the subset that these tests use): arrays of 0, 1, many; null, absent, empty."""
    if "$ref" in schema:
        return invent(schemas[schema["$ref"]], rng, schemas)
    for keyword, make in (("x-invent", lambda make: make(rng)), ("const", lambda value: value), ("enum", rng.choice)):
        if keyword in schema:
            return make(schema[keyword])
    if "oneOf" in schema:
        return invent(rng.choice(schema["oneOf"]), rng, schemas)
    kind = rng.choice(schema["type"]) if isinstance(schema["type"], list) else schema["type"]
    if kind == "object":
        names = [name for name in schema["properties"] if name in schema.get("required", ()) or rng.random() < 0.6]
        return {name: invent(schema["properties"][name], rng, schemas) for name in names}
    if kind == "array":
        return [invent(schema["items"], rng, schemas) for _ in range(rng.choice((0, 1, 3)))]
    if schema.get("format") == "date":
        return f"{rng.randrange(1, 10000):04d}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    return {"null": lambda: None, "boolean": lambda: rng.random() < 0.5, "integer": lambda: rng.randrange(99)}.get(
        kind, lambda: word(rng)
    )()


def array(items):
    return {"type": "array", "items": items}


def keyed(name, most=3):
    """Give an array's schema whose elements have different values of one field."""
    return lambda schema: {"x-invent": lambda rng: _distinct(schema, name, rng, rng.randrange(most + 1))}


def _distinct(schema, name, rng, count):
    made = [invent(schema, rng, {}) for _ in range(count)]
    return list({one[name]: one for one in made}.values())


class Pair:
    """A mapping between two schemas, and what of a canonical document survives (its normal form)."""

    def __init__(self, agency, canonical, fields, normal=lambda document: document, **more):
        self.normal = normal
        document = {"mapping": "m", "from": "a@1", "to": "c@1", "fields": yaml.safe_load(fields), **more}
        self.schemas = {"a@1": agency, "c@1": canonical, "person-name@1": PERSON_NAME}
        self.compiled = compile_mapping(document, Library(self.schemas, CODELISTS))


DROP = {"class": "unused", "reason": "r"}
VISITS_A = {
    **array(table(["KODE", "UTAMA"], KODE=digits(2), UTAMA=text(enum=["Y", "T"]), CATATAN=text())),
}
DIAGNOSIS = table(["code", "primary"], code=digits(2), primary={"type": "boolean"})
KEYED_A = table(["NR"], NR=text(), D={**VISITS_A, **keyed("KODE")(VISITS_A["items"])})
KEYED_C = table(["nr"], nr=text(), d={**array(DIAGNOSIS), **keyed("code")(DIAGNOSIS)})
KEYED = """
nr: NR
d:
  each: D
  key: KODE
  fields: {code: KODE, primary: {from: UTAMA, via: [{bool: {"yes": "Y", "no": "T"}}]}}
  drop: {CATATAN: {class: unused, reason: r}}
"""

LOOSE_A = table(
    ["S"],
    S=text(enum=["1", "2"]), N=text(enum=["-", "L", "P"]), U=text(enum=["ab", "AB", "Ab"]),
    X=text(), T=text(enum=[" a", "a", "a  b "]), DATES=array(AGENCY_DATE),
    A=table([], P=text(), Q=text()), B=table(["P"], P=text(), Q=text()),
    Z={"type": ["object", "null"], "properties": {"P": text(), "Q": text()}},
)  # fmt: skip
LOOSE_C = table(
    ["s"],
    s=text(enum=["known"]), n=text(enum=["male", "female"]), u=text(enum=["ab"]), t=text(enum=["a", "a b"]), dates=array(DATE),
    a=text(), b=text(), z=text(),
)  # fmt: skip
LOOSE = """
s: {from: S, via: [{codes: test/many@1}]}
n: {from: N, via: [{null_as: "-"}, {codes: test/sex@1}]}
u: {from: U, via: [{case: {agency: upper, canonical: lower}}]}
t: {from: T, via: [{trim: {collapse: true}}]}
dates: {each: DATES, via: [{date: DD-MM-YYYY}]}
a: A.P
b: B.P
z: Z.P
"""

PERMIT_A = table(
    ["J"],
    J=text(enum=["NIB", "SS", "IZIN"]), NR=text(), ST=text(enum=["L", "P"]), KET=text(), DET=table([], NR=text(), X=text()),
)  # fmt: skip
PERMIT_C = {
    "oneOf": [
        table(["kind"], kind=text(const="registration")),
        table(["kind"], kind=text(const="standard"), number=text()),
        table(["kind"], kind=text(const="licence"), number=text(), status=text(enum=["male", "female"])),
    ]
}
PERMIT = """
kind:
  switch: J
  cases:
    NIB: {is: registration, drop: {NR: &d {class: unused, reason: r}, ST: *d, DET.NR: *d}}
    SS: {is: standard, fields: {number: NR}, drop: {ST: *d, DET.NR: *d}}
    IZIN: {is: licence, fields: {number: DET.NR, status: {from: ST, via: [{codes: test/sex@1}]}}, drop: {NR: *d}}
"""

CONTACT_ITEM = table(["J", "V"], J=text(enum=["EMAIL", "TELP", "FAX"]), V=text(), C=text())
PICK_A = table(["K"], K=array(CONTACT_ITEM), L=keyed("J")(CONTACT_ITEM) | array(CONTACT_ITEM))
PICK_C = table([], email=text(), phone=table(["v"], v=text(), note=text()), fax=text())
PICK = """
email: {pick: K, where: {J: EMAIL}, value: V, arity: first, drop: {C: &d {class: unused, reason: r}}}
phone: {pick: K, where: {J: TELP}, fields: {v: V, note: C}, arity: first}
fax: {pick: L, where: {J: FAX}, value: V, drop: {C: *d}}
"""
ALONE = {**array(table(["J"], J=text(const="P"), V=text(), C=text())), "minItems": 1, "maxItems": 1}
WHOLE_A = table(["I"], I={**ALONE, "x-invent": lambda rng: [invent(ALONE["items"], rng, {})]})
WHOLE_C = table([], v=text(), n=table(["c"], c=text()))
SPLIT_A = table(["NAMA"], NAMA={"type": "string", "x-invent": lambda rng: f"{word(rng)}/{word(rng)}"}, X=text())
SPLIT_C = table(["n"], n=table(["f", "g"], f=text(), g=text()))

PAIRS = {
    "person": Pair(
        WARGA, PERSON, yaml.safe_dump(PERSON_MAPPING["fields"]),
        lambda document: {**document, "identifiers": {"nik": document["identifiers"]["nik"]}},
        drop=PERSON_MAPPING["drop"], lack=PERSON_MAPPING["lack"],
    ),
    "household": Pair(HOUSE_A, HOUSE_C, yaml.safe_dump(HOUSE["fields"])),
    "keyed": Pair(KEYED_A, KEYED_C, KEYED),
    "loose": Pair(LOOSE_A, LOOSE_C, LOOSE, drop={"X": DROP, "A.Q": DROP, "B.Q": DROP, "Z.Q": DROP}),
    "switch": Pair(PERMIT_A, PERMIT_C, PERMIT, drop={"KET": DROP, "DET.X": DROP}),
    "pick": Pair(PICK_A, PICK_C, PICK, drop={"K": DROP, "L": DROP}),
    "whole": Pair(WHOLE_A, WHOLE_C, "{.: {pick: I, where: {J: P}, fields: {v: V, n.c: C}}}"),
    "split": Pair(SPLIT_A, SPLIT_C, "{n: {split: NAMA, into: [f, g], sep: /}}", drop={"X": DROP}),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_what_was_read_and_is_written_back_unchanged_changes_nothing(name):
    pair, rng = PAIRS[name], random.Random(20261121)
    compiled = pair.compiled
    assert compiled.problems == compiled.to_canonical.problems == compiled.to_agency.problems == ()
    for _ in range(500):
        theirs = invent(pair.schemas["a@1"], rng, pair.schemas)
        theirs["UNKNOWN"] = {"kept": True}
        before = copy.deepcopy(theirs)
        assert compiled.put(compiled.to_canonical.run(theirs), theirs) == before
        assert theirs == before, "the old document is not changed"


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_written_is_read_again_whatever_was_there_before(name):
    pair, rng = PAIRS[name], random.Random(20261122)
    get, put, create = pair.compiled.to_canonical.run, pair.compiled.put, pair.compiled.to_agency.run
    for _ in range(500):
        theirs, ours = (invent(pair.schemas[side], rng, pair.schemas) for side in ("a@1", "c@1"))
        assert get(put(ours, theirs)) == pair.normal(ours)
        assert get(create(ours)) == pair.normal(ours)
        assert put(ours, put(ours, theirs)) == put(ours, theirs)


def test_what_is_dropped_stays_with_the_element_that_it_belongs_to():
    put = PAIRS["keyed"].compiled.put
    old = {"NR": "1", "D": [{"KODE": "01", "UTAMA": "Y", "CATATAN": "x"}, {"KODE": "02", "UTAMA": "T", "CATATAN": "y"}]}
    new = {"nr": "1", "d": [{"code": "02", "primary": True}, {"code": "03", "primary": False}]}
    assert put(new, old)["D"] == [{"KODE": "02", "UTAMA": "Y", "CATATAN": "y"}, {"KODE": "03", "UTAMA": "T"}]


def test_without_a_key_elements_belong_together_by_their_place():
    fields = KEYED.replace("  key: KODE\n", "")
    put = Pair(KEYED_A, KEYED_C, fields).compiled.put
    old = {"NR": "1", "D": [{"KODE": "01", "UTAMA": "Y", "CATATAN": "x"}, {"KODE": "02", "UTAMA": "T", "CATATAN": "y"}]}
    assert put({"nr": "1", "d": [{"code": "02", "primary": True}]}, old)["D"] == [{"KODE": "02", "UTAMA": "Y", "CATATAN": "x"}]


def test_an_object_goes_with_the_required_field_that_went_and_stays_for_what_is_not_ours():
    put = PAIRS["loose"].compiled.put
    old = {"S": "1", "A": {"P": "p", "Q": "q"}, "B": {"P": "p", "Q": "q"}}
    assert put({"s": "known"}, old) == {"S": "1", "A": {"Q": "q"}}
    assert put({"s": "known", "b": "new"}, {"S": "2", "B": {"P": "p", "Q": "q"}}) == {"S": "2", "B": {"P": "new", "Q": "q"}}


def test_another_case_takes_away_what_the_former_case_wrote():
    put = PAIRS["switch"].compiled.put
    old = {"J": "SS", "NR": "1", "KET": "k", "DET": {"NR": "kept", "X": "x"}}
    assert put({"kind": "registration"}, old) == {"J": "NIB", "KET": "k", "DET": {"NR": "kept", "X": "x"}}
    assert put({"kind": "licence", "number": "2"}, old) == {"J": "IZIN", "KET": "k", "DET": {"NR": "2", "X": "x"}}


def test_a_constant_for_the_agency_yields_to_what_the_agency_has():
    pair = Pair(table(["A"], A=text(), B=text()), table(["a"], a=text()), "{a: A}", drop={"B": {**DROP, "const": "new"}})
    assert pair.compiled.put({"a": "1"}, {"A": "0", "B": "old"}) == {"A": "1", "B": "old"}
    assert pair.compiled.put({"a": "1"}, {"A": "0"}) == {"A": "1", "B": "new"}
