"""The mapping language and its laws."""

import copy
import random

import pytest
import yaml

from gateway.translate.compile import compile_mapping
from gateway.translate.problems import Untranslatable
from tests.unit.translate.samples import (
    LIBRARY,
    PERSON_DOCUMENT,
    PERSON_MAPPING,
    WARGA_DOCUMENT,
    make_library,
    table,
    text,
)


def build(agency, canonical, fields, **more):
    document = {"mapping": "m", "from": "a@1", "to": "c@1", "fields": yaml.safe_load(fields) if isinstance(fields, str) else fields, **more}
    return compile_mapping(document, make_library(agency, canonical))


def codes(compiled):
    return sorted(problem.code for problem in compiled.problems)


def test_the_person_mapping_of_the_manual_runs_to_the_canonical():
    compiled = compile_mapping(PERSON_MAPPING, LIBRARY)
    assert compiled.problems == ()
    assert compiled.to_canonical.problems == ()
    assert compiled.to_canonical.run(WARGA_DOCUMENT) == PERSON_DOCUMENT


def test_a_direction_whose_required_field_may_be_absent_is_blocked_and_says_which():
    compiled = compile_mapping(PERSON_MAPPING, LIBRARY)
    assert compiled.to_agency.run is None
    assert {problem.code for problem in compiled.to_agency.problems} == {"JB-MAP-031"}
    assert ("fields", "birth.date") in [problem.path for problem in compiled.to_agency.problems]


def test_an_optional_parent_is_made_only_where_a_child_is_there_and_constants_follow_it():
    agency = table([], A=table(["S"], S=text(), T=text()))
    canonical = table([], a=table(["s", "scheme"], s=text(), t=text(), scheme=text()))
    compiled = build(agency, canonical, "{a.s: A.S, a.t: A.T, a.scheme: {const: x}}")
    assert compiled.problems == compiled.to_canonical.problems == compiled.to_agency.problems == ()
    for theirs, ours in [({}, {}), ({"A": {"S": "1"}}, {"a": {"s": "1", "scheme": "x"}})]:
        assert compiled.to_canonical.run(theirs) == ours
        assert compiled.to_agency.run(ours) == theirs


def test_absent_null_and_empty_are_three_values():
    shape = table([], X={"type": ["string", "null"]})
    compiled = build(shape, table([], x={"type": ["string", "null"]}), "{x: X}")
    for theirs, ours in [({}, {}), ({"X": None}, {"x": None}), ({"X": ""}, {"x": ""})]:
        assert compiled.to_canonical.run(theirs) == ours
        assert compiled.to_agency.run(ours) == theirs


def test_null_passes_operators_by_where_both_sides_know_it_and_blocks_where_one_does_not():
    nullable = {"type": ["string", "null"]}
    compiled = build(table([], X=nullable), table([], x=nullable), "{x: {from: X, via: [{date: YYYYMMDD}]}}")
    assert compiled.to_canonical.run({"X": None}) == {"x": None}
    blocked = build(table([], X=nullable), table([], x=text()), "{x: X}")
    assert [problem.code for problem in blocked.to_canonical.problems] == ["JB-MAP-013"]
    assert blocked.to_agency.run({"x": "1"}) == {"X": "1"}


@pytest.mark.parametrize(
    ("agency", "canonical", "theirs", "ours"),
    [
        (table(["X"], X=text()), table([], x=text()), {"X": "-"}, {}),
        (table(["X"], X=text()), table(["x"], x={"type": ["string", "null"]}), {"X": "-"}, {"x": None}),
        (table([], X=text()), table([], x={"type": ["string", "null"]}), {"X": "-"}, {"x": None}),
        (table([], X=text()), table([], x={"type": ["string", "null"]}), {}, {}),
        (table(["X"], X=text()), table([], x=text()), {"X": ""}, {"x": ""}),
    ],
)
def test_null_as_is_nothing_or_null_as_the_canonical_field_allows(agency, canonical, theirs, ours):
    compiled = build(agency, canonical, '{x: {from: X, via: [{null_as: "-"}]}}')
    assert compiled.problems == compiled.to_canonical.problems == compiled.to_agency.problems == ()
    assert compiled.to_canonical.run(theirs) == ours
    assert compiled.to_agency.run(ours) == theirs


def test_a_required_field_of_a_filled_parent_is_filled_too():
    agency = table([], A=table(["S", "T"], S=text(), T=text()))
    canonical = table([], a=table(["s"], s=text(), t=text()))
    compiled = build(agency, canonical, "{a.s: A.S, a.t: {from: A.T, via: [{null_as: null}]}}")
    assert [problem.code for problem in compiled.to_agency.problems] == []
    assert compiled.to_agency.run({"a": {"s": "1"}}) == {"A": {"S": "1", "T": None}}
    assert compiled.to_agency.run({}) == {}


def test_a_default_stands_for_absence_and_is_left_out_on_the_way_back():
    compiled = build(table([], X=text()), table(["x"], x=text()), "{x: {from: X, via: [{codes: test/sex@1}, {default: unknown}]}}")
    assert compiled.problems == compiled.to_canonical.problems == ()
    assert compiled.to_canonical.run({}) == {"x": "unknown"}
    assert compiled.to_canonical.run({"X": "L"}) == {"x": "male"}
    assert compiled.to_agency.run({"x": "unknown"}) == {}
    assert compiled.to_agency.run({"x": "female"}) == {"X": "P"}


def test_absent_error_refuses_and_names_the_field():
    compiled = build(table([], X=text()), table(["x"], x=text()), "{x: {from: X, absent: error}}")
    assert compiled.to_canonical.run({"X": "1"}) == {"x": "1"}
    with pytest.raises(Untranslatable) as caught:
        compiled.to_canonical.run({})
    assert [(f.pointer, f.keyword) for f in caught.value.findings] == [("/X", "absent")]


def test_all_findings_come_at_once_with_pointers_and_without_values():
    agency = table(["D", "S", "R"], D=text(), S=text(), R={"type": "array", "items": table(["K"], K=text())})
    canonical = table(["d", "s", "r"], d=text(), s=text(), r={"type": "array", "items": table(["k"], k=text())})
    rows = "{each: R, key: K, fields: {k: {from: K, via: [{codes: test/sex@1}]}}}"
    fields = "{d: {from: D, via: [{date: YYYYMMDD}]}, s: {from: S, via: [trim, {codes: test/sex@1}]}, r: " + rows + "}"
    compiled = build(agency, canonical, fields)
    assert compiled.problems == ()
    with pytest.raises(Untranslatable) as caught:
        compiled.to_canonical.run({"D": "99999999", "S": "RAHASIA", "R": [{"K": "L"}, {"K": "RAHASIA"}]})
    assert sorted((f.pointer, f.keyword, f.part) for f in caught.value.findings) == [
        ("/D", "date", "body"),
        ("/R/1/K", "codes", "body"),
        ("/S", "codes", "body"),
    ]
    assert "RAHASIA" not in repr(caught.value.findings)


def test_arrays_of_none_one_and_many_and_arrays_in_arrays():
    inner = {"type": "array", "items": table(["y"], y=text())}
    theirs = table(["R"], R={"type": "array", "items": table(["C"], C={"type": "array", "items": table(["Y"], Y=text())})})
    compiled = build(
        theirs, table(["r"], r={"type": "array", "items": table(["c"], c=inner)}), "{r: {each: R, fields: {c: {each: C, fields: {y: Y}}}}}"
    )
    assert compiled.problems == compiled.to_canonical.problems == compiled.to_agency.problems == ()
    for rows in ([], [[]], [["a"], ["b", "c"]]):
        one = {"R": [{"C": [{"Y": y} for y in row]} for row in rows]}
        two = {"r": [{"c": [{"y": y} for y in row]} for row in rows]}
        assert compiled.to_canonical.run(one) == two
        assert compiled.to_agency.run(two) == one


def test_an_array_of_plain_values_takes_operators():
    array = {"type": "array", "items": text()}
    compiled = build(table([], D=array), table([], d=array), "{d: {each: D, via: [{date: DD/MM/YYYY}]}}")
    assert compiled.to_canonical.run({"D": ["01/02/2020"]}) == {"d": ["2020-02-01"]}
    assert compiled.to_agency.run({"d": []}) == {"D": []}
    with pytest.raises(Untranslatable) as caught:
        compiled.to_canonical.run({"D": ["01/02/2020", "x"]})
    assert caught.value.findings[0].pointer == "/D/1"


def test_a_join_is_cut_again_and_what_does_not_fit_is_refused():
    agency, canonical = table(["P", "Q"], P=text(), Q=text()), table(["x"], x=text())
    widths = build(agency, canonical, "{x: {join: [P, Q], widths: [2, 3]}}")
    assert widths.to_canonical.run({"P": "ab", "Q": "cde"}) == {"x": "abcde"}
    assert widths.to_agency.run({"x": "abcde"}) == {"P": "ab", "Q": "cde"}
    sep = build(agency, canonical, '{x: {join: [P, Q], sep: "/"}}')
    assert sep.to_agency.run(sep.to_canonical.run({"P": "", "Q": "c"})) == {"P": "", "Q": "c"}
    for run, given in [
        (widths.to_canonical.run, {"P": "a", "Q": "bcde"}),
        (widths.to_agency.run, {"x": "abcd"}),
        (sep.to_canonical.run, {"P": "a/b", "Q": "c"}),
        (sep.to_agency.run, {"x": "a/b/c"}),
    ]:
        with pytest.raises(Untranslatable) as caught:
            run(given)
        assert caught.value.findings[0].keyword == "join"


def test_a_constant_of_another_value_is_refused_on_the_way_back():
    compiled = build(table(["X"], X=text()), table(["x", "k"], x=text(), k={"type": "integer"}), "{x: X, k: {const: 1}}")
    assert compiled.to_canonical.run({"X": "a"}) == {"x": "a", "k": 1}
    assert compiled.to_agency.run({"x": "a", "k": 1}) == {"X": "a"}
    for other in (2, True):
        with pytest.raises(Untranslatable):
            compiled.to_agency.run({"x": "a", "k": other})


def test_only_runs_one_way_and_a_drop_may_say_what_the_agency_gets():
    agency = table(["X", "V"], X=text(), V=text())
    compiled = build(
        agency, table([], x=text()), "{x: {from: X, only: to_canonical}}", drop={"V": {"class": "unused", "reason": "fixed", "const": "1"}}
    )
    assert compiled.to_canonical.run({"X": "a", "V": "7"}) == {"x": "a"}
    assert [problem.code for problem in compiled.to_agency.problems] == ["JB-MAP-030"]
    assert [(line.to_canonical, line.to_agency) for line in compiled.lines] == [("F", "-")]
    both = build(agency, table(["x"], x=text()), "{x: X}", drop={"V": {"class": "unused", "reason": "fixed", "const": "1"}})
    assert both.to_agency.run({"x": "a"}) == {"X": "a", "V": "1"}


A = table(["X"], X=text(), Y=text(), N={"type": "integer"})
C = table(["x"], x=text(), y=text(), n={"type": "integer"})
WHOLE = {"x": "X", "y": "Y", "n": "N"}


@pytest.mark.parametrize(
    ("change", "code", "at", "hint"),
    [
        ({"fields": {"x": "X", "y": "Y"}}, "JB-MAP-021", ("fields",), "drop: {N:"),
        ({"fields": {**WHOLE, "y": "X"}}, "JB-MAP-020", ("fields", "y"), "the other claim"),
        ({"fields": {**WHOLE, "yy": "Y"}}, "JB-MAP-005", ("fields", "yy"), ""),
        ({"fields": {**WHOLE, '"x"': "Y"}}, "JB-MAP-020", ("fields", "x"), "once"),
        ({"fields": {**WHOLE, "y": "YY"}}, "JB-MAP-005", ("fields", "y"), ""),
        ({"fields": {**WHOLE, "y": "N", "n": "Y"}}, "JB-MAP-012", ("fields", "n"), "via"),
        ({"fields": {**WHOLE, "y": 5}}, "JB-MAP-001", ("fields", "y"), "quote it"),
        ({"fields": {**WHOLE, "y": {"const": 5}}}, "JB-MAP-012", ("fields", "y", "const"), "of type string"),
        ({"fields": {**WHOLE, "y": {"from": "Y", "vai": []}}}, "JB-KEY-001", ("fields", "y", "vai"), 'did you mean "via"?'),
        ({"fields": {**WHOLE, "y": {"from": "Y", "only": "inward"}}}, "JB-MAP-001", ("fields", "y", "only"), ""),
        ({"fields": {**WHOLE, "y": {"pick": "Y"}}}, "JB-MAP-001", ("fields", "y"), ""),
        ({"fields": {**WHOLE, "y": {"derive": "1 + 1"}}}, "JB-MAP-012", ("fields", "y", "derive"), ""),
        ({"fields": {**WHOLE, "y": {"from": "Y", "via": ["split"]}}}, "JB-MAP-010", ("fields", "y", "via", 0), "form"),
        ({"feilds": {}}, "JB-KEY-001", ("feilds",), 'did you mean "fields"?'),
        ({"drop": {"Y": {"class": "x"}}}, "JB-KEY-002", ("drop", "Y"), "sensitive"),
        ({"drop": {"Y": {"class": "unused", "reason": "r"}}}, "JB-MAP-020", ("fields", "y"), "drop"),
        ({"lack": {"y": "r"}}, "JB-MAP-020", ("lack", "y"), "fields.y"),
        ({"lack": {"y": 5}}, "JB-KEY-002", ("lack", "y"), "held by"),
        ({"fields": {**WHOLE, "y": {"each": "Y", "fields": {"a": "A"}}}}, "JB-MAP-006", ("fields", "y"), ""),
        ({"fields": {**WHOLE, "y": {"join": ["Y"], "sep": "-"}}}, "JB-MAP-001", ("fields", "y", "join"), ""),
        ({"fields": {**WHOLE, "y": {"join": ["Y", "X"]}}}, "JB-MAP-001", ("fields", "y"), "widths"),
        ({"from": "b@1"}, "JB-REF-003", ("from",), ""),
        ({"to": None}, "JB-REF-003", ("to",), ""),
        ({"fields": []}, "JB-MAP-001", ("fields",), ""),
    ],
)
def test_a_wrong_mapping_is_a_problem_at_its_place_with_a_cure(change, code, at, hint):
    document = {"mapping": "m", "from": "a@1", "to": "c@1", "fields": dict(WHOLE), **change}
    compiled = compile_mapping(document, make_library(A, C))
    found = [problem for problem in compiled.problems if problem.code == code and problem.path == at]
    assert found, compiled.problems
    assert any(hint in problem.hint for problem in found)
    assert compiled.to_canonical.run is None


def test_all_problems_come_at_once():
    document = {
        "mapping": "m",
        "from": "a@1",
        "to": "c@1",
        "fields": {"x": "XX", "y": {"pick": 1}, "n": {"from": "N", "via": [{"scal": 1}]}},
        "x": 1,
    }
    assert codes(compile_mapping(document, make_library(A, C))) == ["JB-KEY-001", "JB-KEY-008", "JB-MAP-001", "JB-MAP-005", "JB-MAP-010"]


def test_nested_tables_are_dots():
    agency, canonical = table(["X"], X=text()), table(["a"], a=table(["b"], b=text()))
    assert build(agency, canonical, {"a": {"b": "X"}}).to_canonical.code == build(agency, canonical, {"a.b": "X"}).to_canonical.code


def test_the_order_of_fields_changes_nothing():
    first = compile_mapping(PERSON_MAPPING, LIBRARY)
    for seed in range(20):
        shuffled = copy.deepcopy(PERSON_MAPPING)
        items = list(shuffled["fields"].items())
        random.Random(seed).shuffle(items)
        shuffled["fields"] = dict(items)
        again = compile_mapping(shuffled, LIBRARY)
        assert again.to_canonical.code == first.to_canonical.code
        assert again.to_agency.code == first.to_agency.code
        assert again.lines == first.lines


HOSTILE = ["'", '"', "a'b", "x\ny", "\\", "'); import os #", "{0}", "d", "ABSENT", "__import__", "\u2028", "é", "{x!r}", "%s", "'''", "\\'"]


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_names_and_constants_stay_names_and_constants(word):
    quoted = '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
    agency = table([word], **{word: text(), "O": text(), "Z": text()})
    canonical = table([word, "k"], **{word: text(), "o": text(), "k": text(), "z": text()})
    fields = {
        quoted: quoted,
        "o": {"from": "O", "via": [{"affix": {"prefix": word}}, {"default": word}]},
        "z": {"from": "Z", "via": [{"null_as": word}]},
        "k": {"const": word},
    }
    compiled = build(agency, canonical, fields)
    assert compiled.problems == compiled.to_canonical.problems == compiled.to_agency.problems == ()
    ours = compiled.to_canonical.run({word: "1", "O": word + "v", "Z": word})
    assert ours == {word: "1", "o": "v", "k": word}
    assert compiled.to_agency.run(ours) == {word: "1", "O": word + "v", "Z": word}
    assert compiled.to_canonical.run({word: "1"}) == {word: "1", "o": word, "k": word}


def test_a_translation_leaves_its_source_as_it_was():
    source = copy.deepcopy(WARGA_DOCUMENT)
    compile_mapping(PERSON_MAPPING, LIBRARY).to_canonical.run(source)
    assert source == WARGA_DOCUMENT


def test_a_constant_object_is_made_anew_each_time():
    compiled = build(table([], X=text()), table([], x=text(), k={"type": "array", "items": text()}), "{x: X, k: {const: [a]}}")
    first = compiled.to_canonical.run({})
    first["k"].append("b")
    assert compiled.to_canonical.run({}) == {"k": ["a"]}


GOLDEN = """def translate(d):
    bad = []
    s1 = d.get('A', EMPTY)
    x3 = s1.get('B', ABSENT)
    if x3 is ABSENT:
        v2 = ABSENT
    else:
        try:
            v2 = k0[x3]
        except MISSES:
            bad.append(k1(x3))
            v2 = None
    o4 = {}
    if v2 is not ABSENT: o4['y'] = v2
    o5 = {'k': 'c', 'x': d['X']}
    if o4: o5['o'] = o4
    if bad: raise Untranslatable(tuple(bad))
    return o5
"""


def test_the_generated_source_is_straight_and_specialised():
    agency, canonical = table(["X"], X=text(), A=table(["B"], B=text())), table(["x"], x=text(), k=text(), o=table([], y=text()))
    compiled = build(agency, canonical, "{x: X, k: {const: c}, o.y: {from: A.B, via: [{codes: test/sex@1}]}}")
    assert compiled.to_canonical.code == GOLDEN
