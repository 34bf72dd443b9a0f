"""Diagnostics in four forms."""

import json

import pytest

from gateway.plan.codes import CODES, explain_code
from gateway.plan.diagnose import Diagnostic, Related
from gateway.plan.marks import Mark, Source
from gateway.plan.render import RENDERERS, Excerpts, render_text

SOURCES = {"a.yaml": Source("a.yaml", "first: 1\nauth: {password: geheim, other: 2}\n")}
ONE = Diagnostic(
    "JB-KEY-001",
    'unknown key, "x": 100%',
    Mark("a.yaml", 2, 27, 5),
    "did you mean y?",
    "so it is",
    (Related("there", Mark("b.yaml", 7, 3, 1)),),
)


def test_text_is_that_of_a_compiler():
    assert render_text([ONE], SOURCES) == (
        'error[JB-KEY-001]: unknown key, "x": 100%\n'
        "  --> a.yaml:2:27\n"
        "    2 | auth: {password: ••••••, other: 2}\n"
        "      |                           ^^^^^ did you mean y? (b.yaml:7)\n"
        "   = effect: so it is\n"
    )


def test_json_is_a_list_of_objects():
    (row,) = json.loads(RENDERERS["json"]([ONE], SOURCES))
    assert (row["code"], row["file"], row["line"], row["column"], row["length"], row["severity"]) == (
        "JB-KEY-001",
        "a.yaml",
        2,
        27,
        5,
        "error",
    )
    assert row["related"] == [{"message": "there", "file": "b.yaml", "line": 7, "column": 3, "length": 1}]


def test_workflow_commands_are_escaped():
    assert RENDERERS["github"]([ONE], SOURCES) == (
        '::error file=a.yaml,line=2,col=27,endColumn=32,title=JB-KEY-001::unknown key, "x": 100%25 - did you mean y?\n'
    )
    other = Diagnostic("JB-KEY-001", "two\nlines", Mark("a,b:c.yaml"))
    assert RENDERERS["github"]([other], {}) == "::error file=a%2Cb%3Ac.yaml,title=JB-KEY-001::two%0Alines\n"


def test_sarif_names_its_rules_and_places():
    run = json.loads(RENDERERS["sarif"]([ONE], SOURCES))["runs"][0]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "JB-KEY-001"
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "a.yaml"}, "region": {"startLine": 2, "startColumn": 27, "endColumn": 32}}
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 7


@pytest.mark.parametrize("form", list(RENDERERS))
def test_nothing_wrong_renders_as_an_empty_form(form):
    said = RENDERERS[form]([], {})
    assert said == "" if form in ("text", "github") else json.loads(said) is not None


@pytest.mark.parametrize(
    "line",
    [
        "password: geheim", "  bearer: {token: geheim}", 'client_secret: "geheim"', "'api_token': 'geheim'", "  value: geheim # x",
        "{password:   geheim, a: b}", "my_password: geheim",
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_never_shows(line):
    shown = Excerpts({"a": Source("a", line)}, []).line("a", 1)
    assert "geheim" not in shown
    assert len(shown) == len(line)


@pytest.mark.parametrize("line", ["password: ${env:P}", 'token: "${file:/p}"', "value: {secret_dir: /x}", "secret: [a]"])
def test_a_reference_to_a_secret_shows(line):
    assert Excerpts({"a": Source("a", line)}, []).line("a", 1) == line


def test_a_marked_secret_is_masked_for_every_diagnostic_of_its_line():
    source = {"a": Source("a", "auth: {basic: {key9: geheim, oops: 1}}")}
    secret = Diagnostic("JB-SEC-010", "m", Mark("a", 1, 22, 6), is_secret=True)
    other = Diagnostic("JB-KEY-001", "m", Mark("a", 1, 30, 4))
    assert "geheim" not in render_text([other, secret], source)


def test_every_code_is_explained_whole():
    for code, row in CODES.items():
        assert all((row.title, row.what.endswith("."), row.why.endswith("."), row.mend.endswith("."))), code
        assert explain_code(code.lower()).startswith(f"{code}: ")
    assert explain_code("JB-NOPE-1") == ""
