"""Every operator: its table of cases, concrete and emitted, both ways."""

import pytest

from gateway.translate.chain import build_chain
from gateway.translate.emit import MISSES, compile_function
from gateway.translate.operators import OPERATORS, SPECS
from gateway.translate.operators.spec import REFUSED
from gateway.translate.paths import EVERY
from gateway.translate.writer import Writer
from tests.unit.translate.samples import LIBRARY

CASES = [(name, case) for name, entry in OPERATORS.items() for case in entry.cases]


def chain_of(name, case, canonical=EVERY):
    use = name if case.argument is None else {name: case.argument}
    chain, problems = build_chain([use], (), case.types, canonical, LIBRARY)
    assert not problems
    return chain.operators[0]


def emitted(run, emit):
    """Give the emitted statements of one direction as a function."""
    writer = Writer(lambda path: ("body", path), {}, frozenset())
    lines = emit("d", "v", writer) if emit else (f"v = {writer.name_constant(run)}(d)",)
    return compile_function("def translate(d):\n    " + "\n    ".join([*lines, "return v"]), writer.constants)


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{number}" for number, (name, _) in enumerate(CASES)])
def test_an_operator_does_what_its_cases_say_concrete_and_emitted(name, case):
    for canonical in (EVERY, frozenset({"integer"})):
        if canonical != EVERY and name != "scale":
            continue
        operator = chain_of(name, case, canonical)
        ways = (
            ("to_canonical", operator.to_canonical, operator.emit_to_canonical, case.agency, case.canonical),
            ("to_agency", operator.to_agency, operator.emit_to_agency, case.canonical, case.agency),
        )
        for way, run, emit, given, wanted in ways:
            if given is REFUSED or case.way not in ("both", way):
                continue
            for function in (run, emitted(run, emit)):
                if wanted is REFUSED:
                    with pytest.raises(MISSES):
                        function(given)
                else:
                    got = function(given)
                    assert got == wanted
                    assert type(got) is type(wanted)


@pytest.mark.parametrize("name", SPECS)
def test_an_operator_has_a_reference_entry_whose_example_can_be_read(name):
    spec = SPECS[name]
    assert spec.name == name
    assert spec.doc.endswith(".")
    example = {"codes": {"codes": "dukcapil/sex@1"}}.get(name, spec.example)
    _, problems = build_chain([example], (), EVERY, EVERY, LIBRARY)
    assert problems == []


@pytest.mark.parametrize("name", OPERATORS)
def test_a_class_i_operator_comes_back_to_the_same_value_in_each_case(name):
    for case in OPERATORS[name].cases:
        operator = chain_of(name, case)
        if operator.classes == ("I", "I") and case.way == "both" and REFUSED not in (case.agency, case.canonical):
            assert operator.to_agency(operator.to_canonical(case.agency)) == case.agency
            assert operator.to_canonical(operator.to_agency(case.canonical)) == case.canonical


@pytest.mark.parametrize(
    ("via", "code", "hint"),
    [
        ([{"dat": "DD-MM-YYYY"}], "JB-MAP-010", 'did you mean "date"?'),
        ([{"date": "DD-MM"}], "JB-MAP-011", "for example"),
        ([{"date": "DD-MM-YYYY-YYYY"}], "JB-MAP-011", "once"),
        ([{"date": 5}], "JB-MAP-011", "quote it"),
        ([{"date": {"from": "x", "form": "YYYYMMDD"}}], "JB-MAP-011", "form"),
        (["date"], "JB-MAP-011", "for example"),
        ([{"codes": "dukcapil/sexe@1"}], "JB-REF-003", 'did you mean "dukcapil/sex@1"?'),
        ([{"datetime": {"form": "DD-MM-YYYY HH:mm"}}], "JB-MAP-011", "zone: WIB"),
        ([{"datetime": {"form": "DD-MM-YYYY HH:mm", "zone": "Asia/Atlantis"}}], "JB-MAP-011", "IANA"),
        ([{"datetime": {"form": "DD-MM-YYYY HH:mm", "zone": "param.zone"}}], "JB-MAP-011", "params: {NAME: TYPE}"),
        ([{"scale": 0}], "JB-MAP-011", "scale: 1000"),
        ([{"case": "uper"}], "JB-MAP-011", 'did you mean "upper"?'),
        ([{"affix": {}}], "JB-MAP-011", "prefix"),
        ([{"bool": {"yes": 1, "no": 1}}], "JB-MAP-011", ""),
        ([{"split": ","}], "JB-MAP-010", "into"),
        ([{"offset": 0}], "JB-MAP-011", "offset: 1900"),
        ([{"assume": {"reason": "r", "until": "2027-06-30"}}], "JB-MAP-011", "pattern"),
        ([{"assume": {"pattern": "(?=x)", "reason": "r", "until": "2027-06-30"}}], "JB-MAP-011", ""),
        ([{"assume": {"pattern": "x", "reason": "r", "until": "soon"}}], "JB-MAP-011", "2027-06-30"),
        ([{"assume": {"pattern": "x", "until": "2027-06-30"}}], "JB-MAP-011", "for example"),
        ([{"assume": {"enum": "x", "reason": "r", "until": "2027-06-30"}}], "JB-MAP-011", "enum: ["),
        ([{"trim": None}, {"null_as": "-"}], "JB-MAP-010", ""),
        ([{"default": "x"}, "trim"], "JB-MAP-010", ""),
        ("date", "JB-MAP-010", "via:"),
        ([{"scale": 10}, {"date": "YYYYMMDD"}], "JB-MAP-012", "number"),
    ],
)
def test_a_wrong_use_is_one_problem_with_a_code_and_a_cure(via, code, hint):
    _, problems = build_chain(via, ("fields", "x", "via"), EVERY, EVERY, LIBRARY)
    assert [problem.code for problem in problems] == [code]
    assert hint in problems[0].hint
    assert problems[0].path[:3] == ("fields", "x", "via")
