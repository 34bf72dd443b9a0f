"""Fields that depend on values: switch, pick, split, and their claims."""

import pytest
import yaml

from gateway.translate.compile import compile_mapping
from gateway.translate.problems import Untranslatable
from tests.unit.translate.samples import make_library, table, text


def build(agency, canonical, fields, **more):
    document = {"mapping": "m", "from": "a@1", "to": "c@1", "fields": yaml.safe_load(fields) if isinstance(fields, str) else fields, **more}
    return compile_mapping(document, make_library(agency, canonical))


def messages(compiled):
    return [(problem.code, problem.message) for problem in compiled.problems]


def both(compiled):
    assert compiled.problems == compiled.to_canonical.problems == compiled.to_agency.problems == (), (
        compiled.problems,
        compiled.to_canonical.problems,
        compiled.to_agency.problems,
    )
    return compiled.to_canonical.run, compiled.to_agency.run


def one_of(*branches):
    return {"oneOf": list(branches)}


LICENCE_A = table(
    ["jenis"],
    jenis=text(enum=["NIB", "SS", "IZIN"]),
    no_ss=text(),
    no_izin=text(),
    status=text(enum=["A", "B"]),
)
LICENCE_UNION = one_of(
    table(["jenis", "nib"], jenis=text(const="NIB"), nib=text()),
    table(["jenis", "no_ss"], jenis=text(const="SS"), no_ss=text()),
    table(["jenis", "izin"], jenis=text(const="IZIN"), izin=table(["no", "status"], no=text(), status=text())),
)
PERMIT_UNION = table(
    ["permit"],
    permit=one_of(
        table(["kind", "nib"], kind=text(const="registration"), nib=text()),
        table(["kind", "number"], kind=text(const="standard"), number=text()),
        table(["kind", "number", "status"], kind=text(const="licence"), number=text(), status=text()),
    ),
)
SWITCH = """
permit.kind:
  switch: jenis
  cases:
    NIB: {is: registration, fields: {permit.nib: nib}}
    SS: {is: standard, fields: {permit.number: no_ss}}
    IZIN: {is: licence, fields: {permit: {number: izin.no, status: izin.status}}}
"""
LICENCES = [
    ({"jenis": "NIB", "nib": "1"}, {"permit": {"kind": "registration", "nib": "1"}}),
    ({"jenis": "SS", "no_ss": "2"}, {"permit": {"kind": "standard", "number": "2"}}),
    ({"jenis": "IZIN", "izin": {"no": "3", "status": "A"}}, {"permit": {"kind": "licence", "number": "3", "status": "A"}}),
]


@pytest.mark.parametrize(("theirs", "ours"), LICENCES)
def test_a_union_becomes_a_union_case_by_case_and_comes_back(theirs, ours):
    get, create = both(build(LICENCE_UNION, PERMIT_UNION, SWITCH))
    assert get(theirs) == ours
    assert create(ours) == theirs


def test_a_tag_of_no_case_is_refused_and_its_value_not_shown():
    get, _ = both(build(LICENCE_UNION, PERMIT_UNION, SWITCH))
    with pytest.raises(Untranslatable) as caught:
        get({"jenis": "LAIN"})
    (finding,) = caught.value.findings
    assert (finding.pointer, finding.keyword) == ("/jenis", "switch")
    assert "LAIN" not in str(finding)


def test_in_each_case_every_leaf_that_may_be_there_is_claimed():
    flat = table(["jenis"], jenis=text(enum=["NIB", "SS"]), nib=text(), no_ss=text())
    fields = "{permit.kind: {switch: jenis, cases: {NIB: {is: registration}, SS: {is: standard, fields: {permit.number: no_ss}}}}}"
    canonical = table([], permit=table([], kind=text(enum=["registration", "standard"]), number=text()))
    said = messages(build(flat, canonical, fields, drop={"nib": {"class": "unused", "reason": "kept elsewhere"}}))
    assert ("JB-MAP-021", "no_ss of a@1 is claimed by nothing in this case") in said
    assert ("JB-MAP-021", "permit.number of c@1 is claimed by nothing in this case") in said
    assert len(said) == 2


def test_a_case_drops_and_lacks_for_itself():
    flat = table(["jenis"], jenis=text(enum=["NIB", "SS"]), no_ss=text())
    canonical = table(["permit"], permit=table(["kind"], kind=text(enum=["registration", "standard"]), number=text()))
    fields = """
permit.kind:
  switch: jenis
  cases:
    NIB: {is: registration, drop: {no_ss: {class: unused, reason: not of a NIB}}, lack: {permit.number: a NIB has none}}
    SS: {is: standard, fields: {permit.number: no_ss}}
"""
    get, create = both(build(flat, canonical, fields))
    assert get({"jenis": "NIB", "no_ss": "x"}) == {"permit": {"kind": "registration"}}
    assert get({"jenis": "SS", "no_ss": "x"}) == {"permit": {"kind": "standard", "number": "x"}}
    assert create({"permit": {"kind": "registration", "number": "y"}}) == {"jenis": "NIB"}


def test_a_field_of_a_case_clashes_with_one_outside_and_not_with_another_case():
    said = messages(build(LICENCE_UNION, PERMIT_UNION, SWITCH + "permit.number: no_ss\n"))
    assert {code for code, _ in said} == {"JB-MAP-020"}


def test_a_required_field_that_a_case_does_not_feed_blocks_the_direction():
    without = SWITCH.replace("number: izin.no, ", "")
    compiled = build(LICENCE_UNION, PERMIT_UNION, without, drop={"izin.no": {"class": "unused", "reason": "r"}}, lack={"permit.x": "r"})
    assert {code for code, _ in messages(compiled)} == {"JB-MAP-005"}
    compiled = build(
        LICENCE_UNION,
        PERMIT_UNION,
        without.replace("izin.status}}}", "izin.status}}, lack: {permit.number: r}, drop: {izin.no: {class: unused, reason: r}}}"),
    )
    assert messages(compiled) == []
    assert [problem.message for problem in compiled.to_canonical.problems] == [
        "the canonical schema requires permit.number and nothing feeds it"
    ]


def test_a_tag_that_a_schema_does_not_know_and_one_written_twice_are_problems():
    assert messages(build(LICENCE_UNION, PERMIT_UNION, SWITCH.replace("SS:", "XX:")))[0][0] == "JB-MAP-014"
    assert messages(build(LICENCE_UNION, PERMIT_UNION, SWITCH.replace("is: standard", "is: other")))[0][0] == "JB-MAP-014"
    twice = "{kind: {switch: t, cases: {A: {is: x}, B: {is: x}}}}"
    shapes = table(["t"], t=text(enum=["A", "B"])), table(["kind"], kind=text(enum=["x"]))
    assert [code for code, _ in messages(build(*shapes, twice))] == ["JB-MAP-014"]
    one_way = "{kind: {switch: t, cases: {A: x, B: x}, only: to_canonical}}"
    assert build(*shapes, one_way).to_canonical.run({"t": "B"}) == {"kind": "x"}


def test_tags_may_be_numbers_and_booleans_and_an_absent_tag_writes_nothing():
    agency = table([], t={"type": "integer", "enum": [1, 2]}, u={"type": "boolean"})
    canonical = table([], kind=text(enum=["x", "y"]), own=text(enum=["yes", "no"]))
    fields = {"kind": {"switch": "t", "cases": {"1": "x", "2": "y"}}, "own": {"switch": "u", "cases": {"true": "yes", "false": "no"}}}
    get, create = both(build(agency, canonical, fields))
    for theirs, ours in [({}, {}), ({"t": 2}, {"kind": "y"}), ({"t": 1, "u": False}, {"kind": "x", "own": "no"})]:
        assert get(theirs) == ours
        assert create(ours) == theirs


def test_a_switch_stands_in_elements_and_in_cases_and_points_into_them():
    inner = one_of(
        table(["t", "a"], t=text(const="A"), a=text()),
        table(["t", "u"], t=text(const="B"), u=text(enum=["1", "2"])),
    )
    ours = one_of(
        table(["kind", "a"], kind=text(const="x"), a=text()),
        table(["kind", "level"], kind=text(const="y"), level=text(enum=["low", "high"])),
    )
    agency, canonical = table(["L"], L={"type": "array", "items": inner}), table(["l"], l={"type": "array", "items": ours})
    fields = """
l:
  each: L
  fields:
    kind:
      switch: t
      cases:
        A: {is: x, fields: {a: a}}
        B: {is: y, fields: {level: {switch: u, cases: {"1": low, "2": high}}}}
"""
    get, create = both(build(agency, canonical, fields))
    theirs = {"L": [{"t": "A", "a": "!"}, {"t": "B", "u": "2"}]}
    assert get(theirs) == {"l": [{"kind": "x", "a": "!"}, {"kind": "y", "level": "high"}]}
    assert create(get(theirs)) == theirs
    with pytest.raises(Untranslatable) as caught:
        get({"L": [{"t": "B", "u": "2"}, {"t": "B", "u": "3"}]})
    assert [finding.pointer for finding in caught.value.findings] == ["/L/1/u"]


CONTACT_A = table(
    [],
    KONTAK={"type": "array", "items": table(["JENIS", "NILAI"], JENIS=text(enum=["EMAIL", "TELP", "FAX"]), NILAI=text())},
)
CONTACT = table([], contact=table([], email=text(), phone=text()))
PICKS = """
contact.email: {pick: KONTAK, where: {JENIS: EMAIL}, value: NILAI}
contact.phone: {pick: KONTAK, where: {JENIS: TELP}, value: {from: NILAI, via: [{affix: {prefix: "0"}}]}, arity: first}
"""


def contact(*pairs):
    return {"KONTAK": [{"JENIS": kind, "NILAI": value} for kind, value in pairs]}


def test_elements_told_apart_by_a_constant_become_fields_and_come_back():
    get, create = both(build(CONTACT_A, CONTACT, PICKS))
    theirs = contact(("EMAIL", "a@b"), ("TELP", "021"))
    assert get(theirs) == {"contact": {"email": "a@b", "phone": "21"}}
    assert create(get(theirs)) == theirs
    assert get({}) == get({"KONTAK": []}) == {}
    assert create({}) == {}
    assert create({"contact": {"phone": "1"}}) == contact(("TELP", "01"))


def test_a_second_element_is_refused_or_left_and_one_that_nothing_takes_is_refused_unless_dropped():
    get, _ = both(build(CONTACT_A, CONTACT, PICKS))
    assert get(contact(("TELP", "01"), ("TELP", "02"))) == {"contact": {"phone": "1"}}
    for document, pointer in [(contact(("EMAIL", "a"), ("EMAIL", "b")), "/KONTAK/1"), (contact(("FAX", "1")), "/KONTAK/0")]:
        with pytest.raises(Untranslatable) as caught:
            get(document)
        assert [(finding.pointer, finding.keyword) for finding in caught.value.findings] == [(pointer, "pick")]
    loose = build(CONTACT_A, CONTACT, PICKS, drop={"KONTAK": {"class": "unused", "reason": "other ways to be reached"}})
    assert both(loose)[0](contact(("FAX", "1"), ("EMAIL", "b"))) == {"contact": {"email": "b"}}
    assert {line.to_agency for line in loose.lines} == {"C"}


def test_picked_objects_have_fields_and_a_required_list_is_written_empty():
    agency = table(
        ["ALAMAT"],
        ALAMAT={"type": "array", "items": table(["JENIS", "JALAN"], JENIS=text(enum=["KTP", "DOM"]), JALAN=text(), RT=text())},
    )
    canonical = table([], home=table(["street"], street=text(), rt=text()), registered=table(["street"], street=text()))
    fields = """
home: {pick: ALAMAT, where: {JENIS: DOM}, fields: {street: JALAN, rt: RT}}
registered: {pick: ALAMAT, where: {JENIS: KTP}, fields: {street: JALAN}, drop: {RT: {class: unused, reason: r}}}
"""
    get, create = both(build(agency, canonical, fields))
    theirs = {"ALAMAT": [{"JENIS": "DOM", "JALAN": "a", "RT": "1"}, {"JENIS": "KTP", "JALAN": "b"}]}
    assert get(theirs) == {"home": {"street": "a", "rt": "1"}, "registered": {"street": "b"}}
    assert create(get(theirs)) == theirs
    assert create({}) == {"ALAMAT": []}


def test_two_picks_of_the_same_element_clash_and_a_leaf_of_a_picked_element_is_claimed():
    twice = PICKS.replace("JENIS: TELP", "JENIS: EMAIL")
    (said,) = build(CONTACT_A, CONTACT, twice).problems
    assert (said.code, said.message) == ("JB-MAP-020", "another pick takes this element of KONTAK")
    wide = table([], KONTAK={"type": "array", "items": table(["JENIS", "NILAI"], JENIS=text(), NILAI=text(), CATATAN=text())})
    assert {code for code, _ in messages(build(wide, CONTACT, PICKS))} == {"JB-MAP-021"}


MEMBER = table(["peran", "nik"], peran=text(enum=["DICARI", "LAIN"]), nik=text(), depan=text(), belakang=text(), hari=text())
ONE_SOUGHT = {"contains": table(["peran"], peran=text(const="DICARI")), "maxContains": 1}
HOUSEHOLD_A = table(["kk", "anggota"], kk=text(), anggota={"type": "array", "items": MEMBER, **ONE_SOUGHT})
RESIDENT = table(["id", "name"], id=table(["nik", "card"], nik=text(), card=text()), name=text(), day=text())
WHOLE = """
id.card: kk
.:
  pick: anggota
  where: {peran: DICARI}
  fields: {id.nik: nik, name: {join: [depan, belakang], sep: " ", only: to_canonical}, day: hari}
"""
REST = {"anggota": {"class": "unused", "reason": "the others of the household"}}


def test_fields_of_a_picked_element_are_fields_of_the_whole():
    """Beside what stands around the list, and in one object with it; absent ones are absent."""
    compiled = build(HOUSEHOLD_A, table(["id"], **RESIDENT["properties"]), WHOLE, drop=REST)
    assert compiled.problems == compiled.to_canonical.problems == ()
    get = compiled.to_canonical.run
    theirs = {"kk": "9", "anggota": [{"peran": "LAIN", "nik": "0"}, {"peran": "DICARI", "nik": "1", "depan": "A", "hari": "05"}]}
    assert get(theirs) == {"id": {"card": "9", "nik": "1"}, "name": "A", "day": "05"}
    theirs["anggota"][1] = {"peran": "DICARI", "nik": "1"}
    assert get(theirs) == {"id": {"card": "9", "nik": "1"}}
    with pytest.raises(Untranslatable) as caught:
        get({**theirs, "anggota": [theirs["anggota"][1]] * 2})
    assert [(finding.pointer, finding.keyword) for finding in caught.value.findings] == [("/anggota/1", "pick")]


def test_an_element_that_is_the_whole_comes_back_where_the_schema_promises_it():
    """Without the promise nobody could say whether an element without fields was there."""
    one = {"type": "array", "items": table(["t"], t=text(const="R"), a=text(), b=table([], c=text())), "maxItems": 1}
    ours, fields = table([], x=text(), y=text()), "{.: {pick: L, where: {t: R}, fields: {x: a, y: b.c}}}"
    get, create = both(build(table(["L"], L={**one, "minItems": 1}), ours, fields))
    for theirs, canonical in [([{"t": "R"}], {}), ([{"t": "R", "a": "1", "b": {"c": "2"}}], {"x": "1", "y": "2"})]:
        assert get({"L": theirs}) == canonical
        assert create(canonical) == {"L": theirs}
    open_ended = build(table(["L"], L=one), ours, fields)
    assert [problem.code for problem in open_ended.to_agency.problems] == ["JB-MAP-031"]
    assert open_ended.to_canonical.run({"L": []}) == {}


def test_what_a_schema_promises_of_a_list_feeds_what_is_required():
    """A count of at least one, or one element at least that is always of the kind."""
    sought = table(["peran"], peran=text(const="DICARI"))
    items = {"type": "array", "items": table(["peran", "nik"], peran=text(enum=["DICARI", "LAIN"]), nik=text())}
    always = {"type": "array", "items": table(["peran", "nik"], peran=text(const="DICARI"), nik=text()), "minItems": 1}
    need = table(["nik"], nik=text())
    fields, drop = "{nik: {pick: L, where: {peran: DICARI}, value: nik, arity: first}}", {"L": REST["anggota"]}
    for given, is_promised in [
        ({**items, "contains": sought}, True),
        ({**items, "allOf": [{"contains": sought, "minContains": 2}]}, True),
        (always, True),
        ({**items, "contains": sought, "minContains": 0}, False),
        ({**items, "contains": table(["peran"], peran=text(const="LAIN"))}, False),
        ({**items, "minItems": 1}, False),
        ({**always, "type": ["array", "null"]}, False),
    ]:
        made = build(table(["L"], L=given), need, fields, drop=drop)
        assert made.problems == ()
        assert (made.to_canonical.problems == ()) is is_promised, given


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("{.: KONTAK}", "JB-MAP-001"),
        ("{.: {pick: KONTAK, where: {JENIS: EMAIL}, value: NILAI}}", "JB-MAP-001"),
        ("{.: {pick: KONTAK, where: {JENIS: EMAIL}, fields: {contact.email: {pick: NILAI, where: {a: b}, value: c}}}}", "JB-MAP-006"),
        ("{contact.email: {pick: KONTAK, where: {JENIS: SURAT}, value: NILAI}}", "JB-MAP-014"),
        ("{contact.email: {pick: KONTAK, where: {JENIS: 5}, value: NILAI}}", "JB-MAP-014"),
        ("{contact.email: {pick: KONTAK, where: {TIPE: EMAIL}, value: NILAI}}", "JB-MAP-005"),
        ("{contact.email: {pick: KONTAK, where: {}, value: NILAI}}", "JB-MAP-001"),
        ("{contact.email: {pick: KONTAK, where: {JENIS: EMAIL}}}", "JB-MAP-001"),
        ("{contact.email: {pick: KONTAK, where: {JENIS: EMAIL}, value: NILAI, arity: all}}", "JB-MAP-001"),
        ("{contact.email: {pick: KONTAK, where: {JENIS: EMAIL}, value: [NILAI]}}", "JB-MAP-001"),
        ("{contact.email: {pick: KONTAK, where: {JENIS: EMAIL}, value: {from: NILAI, only: to_agency}}}", "JB-MAP-001"),
        ("{contact.email: {switch: KONTAK, cases: {}}}", "JB-MAP-001"),
        ("{contact.email: {switch: KONTAK, cases: {A: [1]}}}", "JB-MAP-001"),
        ("{contact.email: {switch: KONTAK, cases: {A: {is: b, then: c}}}}", "JB-KEY-001"),
        ("{contact: {split: KONTAK, into: [email], sep: x}}", "JB-MAP-001"),
        ("{contact: {split: KONTAK, into: [email, phone]}}", "JB-MAP-001"),
        ("{contact.email: {derive: 5}}", "JB-MAP-001"),
    ],
)
def test_a_wrong_form_is_a_problem_with_a_code(fields, code):
    assert code in [problem.code for problem in build(CONTACT_A, CONTACT, fields).problems]


def test_one_text_is_split_into_fields_and_joined_back():
    agency, canonical = table(["NAMA"], NAMA=text()), table(["name"], name=table(["family", "given"], family=text(), given=text()))
    get, create = both(build(agency, canonical, '{name: {split: NAMA, into: [family, given], sep: ", "}}'))
    assert get({"NAMA": "CONTOH, ASEP"}) == {"name": {"family": "CONTOH", "given": "ASEP"}}
    assert create({"name": {"family": "CONTOH", "given": "ASEP"}}) == {"NAMA": "CONTOH, ASEP"}
    for run, document in [(get, {"NAMA": "CONTOH"}), (get, {"NAMA": "a, b, c"}), (create, {"name": {"family": "a, b", "given": "c"}})]:
        with pytest.raises(Untranslatable):
            run(document)


def test_a_region_code_is_split_by_widths_through_operators():
    agency = table(["KODE"], KODE=text())
    canonical = table(["province", "regency"], province=text(), regency=text())
    compiled = build(
        agency,
        table(["region"], region=canonical),
        "{region: {split: KODE, into: [province, regency], widths: [2, 2], via: [{affix: {prefix: R}}]}}",
    )
    get, create = both(compiled)
    assert get({"KODE": "R3215"}) == {"region": {"province": "32", "regency": "15"}}
    assert create(get({"KODE": "R3215"})) == {"KODE": "R3215"}


def test_the_source_of_a_mapping_does_not_hang_on_the_order_of_its_fields():
    fields = yaml.safe_load(SWITCH + "other: other\n")
    agency = {"allOf": [LICENCE_UNION, table([], other=text())]}
    canonical = {**PERMIT_UNION, "properties": {**PERMIT_UNION["properties"], "other": text()}}
    turned = dict(reversed(fields.items()))
    one, other = build(agency, canonical, fields), build(agency, canonical, turned)
    assert one.problems == ()
    assert one.to_canonical.code == other.to_canonical.code != ""
