"""Derived fields: a small total language, typed, compiled from its tree alone."""

import random

import pytest

from gateway.translate.compile import compile_mapping
from gateway.translate.derive import read_expression
from gateway.translate.emit_expression import emit_expression
from gateway.translate.paths import read_shape
from gateway.translate.problems import Untranslatable
from tests.unit.translate.samples import make_library, table, text

INTEGER, NUMBER, BOOLEAN = {"type": "integer"}, {"type": "number"}, {"type": "boolean"}
AGENCY = table(
    ["n", "m", "x", "s", "u", "b", "l"],
    n=INTEGER, m=INTEGER, x=NUMBER, s=text(), u=text(), b=BOOLEAN, l={"type": "array", "items": text()},
    o=INTEGER, z={"type": ["string", "null"]}, either={"type": ["string", "integer"]}, **{"a-b": text()}, deep=table([], v=INTEGER),
)  # fmt: skip
DOCUMENT = {"n": 7, "m": -2, "x": 0.5, "s": "abc", "u": "é", "b": True, "l": ["p", "q"], "a-b": "t"}


def derive(expression, canonical):
    """Compile a mapping whose one canonical field is derived; all of the agency's fields are dropped."""
    drop = {f'"{name}"' if "-" in name else name: {"class": "unused", "reason": "only computed with"} for name in AGENCY["properties"]}
    document = {"mapping": "m", "from": "a@1", "to": "c@1", "fields": {"d": {"derive": expression}}, "drop": drop}
    return compile_mapping(document, make_library(AGENCY, table([], d=canonical)))


@pytest.mark.parametrize(
    ("expression", "canonical", "value"),
    [
        ("n + m * 3 - 1", INTEGER, 0),
        ("-(n - m)", INTEGER, -9),
        ("n * x", NUMBER, 3.5),
        ("n == 7 && !(m > 0) || false", BOOLEAN, True),
        ("s + '-' + u + \"!\"", text(), "abc-é!"),
        ("size(s) + size(l) + size(u)", INTEGER, 6),
        ("s in ['x', 'abc']", BOOLEAN, True),
        ("n in [1, 2]", BOOLEAN, False),
        ("b ? 'yes' : n > 3 ? 'mid' : 'no'", text(), "yes"),
        ("s < u", BOOLEAN, True),
        ("n <= 7 == b", BOOLEAN, True),
        ("`a-b` + 't'", text(), "tt"),
        (r"'it\'s'", text(), "it's"),
        ("1 + 2 == 3 && 2 * 2 != 5", BOOLEAN, True),
        ("n >= 7.0", BOOLEAN, True),
    ],
)
def test_an_expression_means_what_cel_says(expression, canonical, value):
    compiled = derive(expression, canonical)
    if expression != "n <= 7 == b":
        assert compiled.problems == compiled.to_canonical.problems == ()
        result = compiled.to_canonical.run(DOCUMENT)["d"]
        assert (result, type(result)) == (value, type(value))
    else:
        assert compiled.to_canonical.run(DOCUMENT)["d"] is True


@pytest.mark.parametrize(
    ("expression", "code", "where"),
    [
        ("n / 2", "JB-MAP-015", 3),
        ("n % 2", "JB-MAP-015", 3),
        ("l[0]", "JB-MAP-015", 2),
        ("nn + 1", "JB-MAP-005", 1),
        ("n + s", "JB-MAP-012", 3),
        ("b + b", "JB-MAP-012", 3),
        ("s - s", "JB-MAP-012", 3),
        ("b < b", "JB-MAP-012", 3),
        ("n ? 1 : 2", "JB-MAP-012", 3),
        ("b ? 1 : 's'", "JB-MAP-012", 3),
        ("!n", "JB-MAP-012", 1),
        ("-s", "JB-MAP-012", 1),
        ("size(n)", "JB-MAP-012", 1),
        ("n in ['a']", "JB-MAP-012", 3),
        ("n in [m]", "JB-MAP-015", 3),
        ("n in []", "JB-MAP-015", 7),
        ("l", "JB-MAP-012", 1),
        ("l == l", "JB-MAP-012", 3),
        ("z == 'a'", "JB-MAP-013", 1),
        ("either == 'a'", "JB-MAP-012", 1),
        ("exec('x')", "JB-MAP-015", 1),
        ("s.__class__", "JB-MAP-005", 1),
        ("n +", "JB-MAP-015", 4),
        ("(n", "JB-MAP-015", 3),
        ("n n", "JB-MAP-015", 3),
        ("9007199254740993", "JB-MAP-015", 1),
        ("'open", "JB-MAP-015", 1),
        ("lambda: 1", "JB-MAP-005", 1),
        ("(" * 40 + "n" + ")" * 40, "JB-MAP-015", 34),
        (" + ".join(["n"] * 150), "JB-MAP-015", None),
        ("s" * 1001, "JB-MAP-015", 1),
    ],
)
def test_what_is_not_in_the_language_or_not_typed_is_a_problem_that_says_where(expression, code, where):
    problems = derive(expression, INTEGER).problems
    assert [problem.code for problem in problems] == [code]
    assert problems[0].path == ("fields", "d", "derive")
    assert where is None or problems[0].message.startswith(f"at character {where}: ")


def test_the_type_of_the_canonical_field_is_held():
    assert [problem.code for problem in derive("n + 1", text()).problems] == ["JB-MAP-012"]


def test_a_derived_field_runs_one_way_reads_without_claiming_and_is_absent_with_its_fields():
    compiled = derive("o + deep.v", INTEGER)
    assert compiled.to_canonical.run(DOCUMENT) == {}
    assert compiled.to_canonical.run({**DOCUMENT, "o": 1, "deep": {"v": 2}}) == {"d": 3}
    assert [(line.to_canonical, line.to_agency) for line in compiled.lines] == [("F", "-")]
    undropped = {"mapping": "m", "from": "a@1", "to": "c@1", "fields": {"d": {"derive": "n"}, "e": "n"}}
    assert compile_mapping(undropped, make_library(table(["n"], n=INTEGER), table([], d=INTEGER, e=INTEGER))).problems == ()


def test_a_result_out_of_range_is_refused_with_a_pointer_and_no_value():
    run = derive("n * n", INTEGER).to_canonical.run
    with pytest.raises(Untranslatable) as caught:
        run({**DOCUMENT, "n": 1 << 40})
    assert [(finding.pointer, finding.keyword) for finding in caught.value.findings] == [("/n", "derive")]
    with pytest.raises(Untranslatable):
        derive("x * 1.5", NUMBER).to_canonical.run({**DOCUMENT, "x": 1.7e308})


def test_an_expression_of_any_tokens_is_a_problem_or_runs_and_never_a_defect():
    rng = random.Random(20261121)
    words = ["n", "m", "x", "s", "b", "l", "1", "2.5", "'a'", "true", "+", "-", "*", "==", "<", "&&", "||", "!", "?", ":", "in", "[", "]"]
    words += ["(", ")", "size(", ",", "`a-b`", "import", "__builtins__"]
    shape, ran = read_shape(AGENCY, {}), 0
    for _ in range(4000):
        expression = " ".join(rng.choice(words) for _ in range(rng.randrange(1, 8)))
        sources, problems = [], []
        node = read_expression(expression, shape, (), sources, problems)
        assert (node is None) == bool(problems)
        if node is not None:
            ran += 1
            world = {f"v{index}": DOCUMENT.get(place.path[0], 0) for index, place in enumerate(sources)}
            constants = {}
            code = emit_expression(node, list(world), lambda value, known=constants: known.setdefault("k", value) and "k")
            value = eval(code, {"__builtins__": {}, "len": len, **world, **constants})
            kind = {bool: "boolean", int: "integer", float: "number", str: "string"}[type(value)]
            assert kind == node.type or {kind, node.type} == {"integer", "number"}
    assert ran > 100
