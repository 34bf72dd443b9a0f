"""Every command of `jembatan`, by the installed script: exit codes, formats, examples in the help, and no credential shown."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import jwt
import pytest

from gateway.cli import COMMANDS
from gateway.plan.codes import CODES
from gateway.plan.kinds import KINDS
from gateway.sandbox.places import find_reference

from .talk import COMMAND

REFERENCE = find_reference()
PERSON = "/population/v1/persons/lookup"
AS_TASPEN = ("--as", "taspen", "-H", "jembatan-purpose: pension-payment")
NIK = '{"nik": "3215014502930002"}'
SECRETS = {"SIAK_PASSWORD": "very-secret-synthetic", "SIAK_USER": "user-synthetic", "ECHO_TOKEN": "token-secret-synthetic"}
FINE, FINDINGS, USAGE, INTERNAL = 0, 1, 3, 4


def run(*words: str | Path, cwd: Path | None = None, typed: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [COMMAND, *words], cwd=cwd, input=typed, capture_output=True, text=True, timeout=60, env={**os.environ, **SECRETS}, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    for secret in SECRETS.values():
        assert secret not in done.stdout + done.stderr
    return done


def read_rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    rows = json.loads(done.stdout)
    assert isinstance(rows, list)
    assert all(isinstance(row, dict) for row in rows)
    return rows


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("init") / "country"
    assert run("init", folder, "--copy").returncode == FINE
    return folder


@pytest.fixture(scope="module")
def broken(copied: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference with three mistakes, of three sorts, in three files."""
    folder = tmp_path_factory.mktemp("broken") / "country"
    shutil.copytree(copied, folder)
    for name, right, wrong in (
        ("population/person-lookup.yaml", "upstream: dukcapil.siak", "upstream: dukcapil.siap"),
        ("platform/ping.yaml", "effect: read", "effect: [read"),
        ("tax/taxpayer-lookup.yaml", "limits: {deadline", "limits: {dedline"),
    ):
        path = folder / "routes" / name
        text = path.read_text()
        assert right in text
        path.write_text(text.replace(right, wrong))
    return folder


MISTAKES = {
    ("JB-REF-003", "routes/population/person-lookup.yaml", 11, 13),
    ("JB-SYN-001", "routes/platform/ping.yaml", 9, 9),
    ("JB-KEY-001", "routes/tax/taxpayer-lookup.yaml", 18, 10),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_an_example(name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == FINE
    assert "example:" in done.stdout
    assert "jembatan " in done.stdout.split("\nexample:")[1]


def test_the_help_names_every_command_and_the_version_is_told() -> None:
    done = run("--help")
    assert done.returncode == FINE
    assert all(re.search(rf"^    {name}\s", done.stdout, re.MULTILINE) for name in COMMANDS)
    assert run("--version").stdout.startswith("jembatan ")


@pytest.mark.parametrize(
    "words",
    [
        (), ("nonsense",), ("check", "--nope"), ("check", "nowhere"), ("check", "--explain", "JB-NO"),
        ("check", "--as-of", "tomorrow"),
        ("check", "--format", "xml"), ("test", "nowhere"), ("serve",), ("serve", "--workers", "0", str(REFERENCE)),
        ("serve", "--listen", "x"),
        ("serve", "--listen", "127.0.0.1:99999"), ("demo", "--workers", "x"), ("init",), ("routes", "nowhere"), ("explain",),
        ("explain", "GET"),
        ("explain", "GET", "no-slash", str(REFERENCE)), ("explain", "GET", "/x", str(REFERENCE), "-H", "no colon"),
        ("explain", "POST", "/x", str(REFERENCE), "-d", "@nowhere"), ("explain", "GET", "/x", str(REFERENCE), "--as", "taspem"),
        ("schema", "nonsense"), ("sandbox", "--nope"), ("token",), ("token", "taspen"), ("token", "taspen", "--state", "nowhere"),
        ("init", "/proc/nowhere"), ("schema", "--write", "/proc/nowhere"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_use_ends_with_three_and_says_why_on_standard_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(*words, cwd=tmp_path)
    assert done.returncode == USAGE
    assert done.stdout == ""
    assert done.stderr.strip()
    assert "invalid read_" not in done.stderr
    assert "_" not in done.stderr.splitlines()[-1].partition(": ")[2].partition(str(REFERENCE))[0], "no name of a function is told"


# -- check


def test_check_of_the_reference_finds_nothing(copied: Path) -> None:
    done = run("check", copied)
    assert (done.returncode, done.stderr) == (FINE, "")
    assert "0 errors, 0 warnings" in done.stdout
    assert run("check", cwd=copied).returncode == FINE, "the default folder is here"
    assert read_rows(run("check", copied, "--format", "json")) == []
    assert run("check", copied, "--format", "github").stdout == ""


def test_check_tells_every_mistake_at_once_with_file_line_and_cure(broken: Path) -> None:
    done = run("check", broken)
    assert done.returncode == FINDINGS
    for code, file, line, column in MISTAKES:
        assert f"error[{code}]" in done.stdout
        assert f"--> {broken / file}:{line}:{column}" in done.stdout
    assert 'did you mean "dukcapil.siak"?' in done.stdout
    assert 'did you mean "deadline"?' in done.stdout
    assert "3 errors" in done.stdout


def test_check_as_json_is_a_list_of_objects(broken: Path) -> None:
    done = run("check", broken, "--format", "json")
    rows = read_rows(done)
    assert done.returncode == FINDINGS
    assert {(row["code"], row["file"], row["line"], row["column"]) for row in rows} == {
        (code, str(broken / file), line, column) for code, file, line, column in MISTAKES
    }
    assert all(row["severity"] == "error" and row["message"] and row["hint"] for row in rows)


def test_check_as_sarif_and_github_name_the_same_places(broken: Path) -> None:
    github = run("check", broken, "--format", "github")
    sarif = run("check", broken, "--format", "sarif")
    assert github.returncode == sarif.returncode == FINDINGS
    for code, file, line, column in MISTAKES:
        assert f"::error file={broken / file},line={line},col={column}," in github.stdout
        assert f"title={code}::" in github.stdout
    document = json.loads(sarif.stdout)
    assert document["version"] == "2.1.0"
    (said,) = document["runs"]
    found = set()
    for result in said["results"]:
        (place,) = result["locations"]
        region = place["physicalLocation"]["region"]
        file = place["physicalLocation"]["artifactLocation"]["uri"]
        found.add((result["ruleId"], Path(file).relative_to(broken).as_posix(), region["startLine"], region["startColumn"]))
    assert found == MISTAKES
    assert {rule["id"] for rule in said["tool"]["driver"]["rules"]} == {code for code, *_ in MISTAKES}


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained(code: str) -> None:
    from gateway.cli import main  # many codes, one answer: not a process each

    assert main(["check", "--explain", code]) == FINE


def test_check_explains_a_code_by_the_script() -> None:
    done = run("check", "--explain", "JB-REF-003")
    assert done.returncode == FINE
    assert done.stdout.startswith("JB-REF-003: ")


def test_check_as_of_a_day_tells_what_has_ended_by_then(copied: Path) -> None:
    done = run("check", copied, "--as-of", "2040-01-01")
    assert done.returncode == FINDINGS
    assert "ended by 2040-01-01: weakening population.person.lookup:personal-in-url" in done.stdout
    assert run("check", copied, "--as-of", "2026-06-01").returncode == FINE
    other = run("check", copied, "--as-of", "2040-01-01", "--format", "json")
    assert (other.returncode, read_rows(other)) == (FINDINGS, [])
    assert "ended by 2040-01-01" in other.stderr


def test_check_resolves_secrets_only_when_told(copied: Path) -> None:
    done = run("check", copied, "--resolve", "--format", "json")
    assert done.returncode == FINDINGS
    assert {row["code"] for row in read_rows(done)} == {"JB-SEC-004"}


# -- test, routes, schema, token, init


def test_test_runs_every_example_of_the_reference(copied: Path) -> None:
    done = run("test", copied)
    assert (done.returncode, done.stderr) == (FINE, "")
    assert " passed, 0 failed" in done.stdout
    rows = read_rows(run("test", copied, "--format", "json"))
    assert len(rows) > 100
    assert all(row["wrong"] == [] and row["operation"] and row["where"] for row in rows)
    some = run("test", copied, "-k", "person.lookup", "--format", "json")
    assert {row["operation"] for row in read_rows(some)} == {"population.person.lookup"}


def test_an_example_that_does_not_hold_is_a_finding_with_its_place(copied: Path, tmp_path: Path) -> None:
    folder = tmp_path / "country"
    shutil.copytree(copied, folder)
    path = folder / "routes/population/person-lookup.yaml"
    text = path.read_text()
    line = text.splitlines().index("  - name: a resident of Karawang, as the pension company sees her") + 1
    path.write_text(text.replace("name: {full: SITI CONTOH}, birth", "name: {full: SITI LAIN}, birth"))
    done = run("test", folder)
    assert done.returncode == FINDINGS
    assert f"--> {path}:{line}" in done.stdout
    assert "1 failed" in done.stdout


def test_routes_lists_one_object_an_operation(copied: Path) -> None:
    rows = read_rows(run("routes", copied, "--format", "json"))
    assert len(rows) >= 12
    assert len({row["operation"] for row in rows}) == len(rows)
    fields = {"operation", "method", "path", "effect", "service", "owner", "upstream", "where"}
    assert all(fields <= row.keys() for row in rows)
    text = run("routes", copied).stdout
    assert all(row["operation"] in text for row in rows)


def test_schema_gives_json_schemas_for_editors(tmp_path: Path) -> None:
    whole, route = (json.loads(run("schema", *words).stdout) for words in ((), ("route",)))
    for document in (whole, route):
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema" or "draft-07" in document["$schema"]
    assert "route" in route["properties"]
    assert run("schema", "--write", cwd=tmp_path).returncode == FINE
    written = {path.name for path in (tmp_path / ".jembatan/schema").iterdir()}
    assert written == {"file.json", *(f"{kind}.json" for kind in KINDS)}
    assert run("schema", "--write", tmp_path / "there").returncode == FINE
    assert json.loads((tmp_path / "there/route.json").read_text()) == route


def test_init_begins_an_empty_federation_that_checks(tmp_path: Path) -> None:
    folder = tmp_path / "deep/country"
    assert run("init", folder).returncode == FINE
    assert "0 errors" in run("check", folder).stdout
    assert (folder / ".jembatan/schema/file.json").exists()
    none = run("test", folder)
    assert none.returncode == FINDINGS, "a federation without an example shows nothing"
    assert "example" in none.stdout
    assert read_rows(run("routes", folder, "--format", "json")) == []


def test_init_touches_no_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for words in ((tmp_path,), (tmp_path, "--copy"), (tmp_path / "mine",)):
        done = run("init", *words)
        assert done.returncode == USAGE
        assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_token_is_minted_only_where_a_sandbox_has_been(tmp_path: Path) -> None:
    done = run("token", "taspen", cwd=tmp_path)
    assert done.returncode == USAGE
    assert "jembatan demo" in done.stderr
    assert not list(tmp_path.iterdir()), "no key is made in passing"
    from gateway.sandbox.identity import load_key

    load_key(tmp_path)
    claims = jwt.decode(run("token", "taspen", "--state", tmp_path, "--lifetime", "60").stdout.strip(), options={"verify_signature": False})
    assert (claims["agency"], claims["exp"] - claims["iat"]) == ("taspen", 60)


def test_token_refuses_a_caller_that_the_named_federation_does_not_know_and_warns_of_one_that_none_here_knows(
    copied: Path, tmp_path: Path
) -> None:
    from gateway.sandbox.identity import load_key

    load_key(tmp_path)
    refused = run("token", "tespan", copied, "--state", tmp_path)
    assert (refused.returncode, refused.stdout) == (USAGE, "")
    assert 'no caller "tespan"' in refused.stderr and 'did you mean "taspen"?' in refused.stderr
    assert "iss: https://idp.sandbox.example" in run("token", "nobody-at-all", copied, "--state", tmp_path).stderr
    for place in (copied, tmp_path):
        warned = run("token", "tespan", "--state", tmp_path, cwd=place)
        assert warned.returncode == FINE and warned.stdout.count(".") == 2
        assert 'did you mean "taspen"?' in warned.stderr
    assert (
        run("token", "taspen", copied, "--state", tmp_path).stderr == run("token", "taspen", "--state", tmp_path, cwd=tmp_path).stderr == ""
    )


# -- explain


def test_explain_tells_the_route_the_grant_and_each_step(copied: Path) -> None:
    done = run("explain", "POST", PERSON, copied, *AS_TASPEN, "-d", NIK)
    assert (done.returncode, done.stderr) == (FINE, "")
    assert f"population.person.lookup ({copied}/routes/population/person-lookup.yaml:2)" in done.stdout
    assert f"grant 0 of resident-data ({copied}/policies/population.yaml:6)" in done.stdout
    assert '"target":"/ws/warga?nik=3215014502930002"' in done.stdout
    assert "response  200 answer" in done.stdout
    assert done.stdout.rstrip().endswith('"name":{"full":"SITI CONTOH"}}')


def test_explain_as_json_is_one_object_a_step(copied: Path) -> None:
    rows = read_rows(run("explain", "POST", PERSON, copied, *AS_TASPEN, "-d", NIK, "--format", "json"))
    places = ["match", "permit", "permit", "read", "read", "read", "inward", "judge", "judge", "withhold", "response"]
    assert [row["place"] for row in rows] == places
    assert rows[0]["route"] == "population.person.lookup"
    assert rows[6]["changes"]["call"]["after"]["target"] == "/ws/warga?nik=3215014502930002"
    assert rows[8]["changes"]["told"]["after"] == '"dukcapil/warga"; dropped=1; to=canonical'
    assert (rows[-1]["status"], rows[-1]["fault"]) == (200, None)


def test_explain_tells_a_refusal_and_who_decided(copied: Path) -> None:
    done = run("explain", "POST", PERSON, copied, "--as", "taspen", "-H", "jembatan-purpose: health-service", "-d", NIK)
    assert done.returncode == FINE
    assert "PURPOSE_DENIED by grant 0 of resident-data" in done.stdout
    assert f"{copied}/policies/population.yaml:6" in done.stdout
    assert "response  403 PURPOSE_DENIED" in done.stdout


def test_explain_tells_near_misses(copied: Path) -> None:
    wrong_method = run("explain", "GET", PERSON, copied).stdout
    assert "near: POST /population/v1/persons/lookup (population.person.lookup): the method is GET" in wrong_method
    assert "response  405 METHOD_NOT_ALLOWED" in wrong_method
    wrong_path = run("explain", "POST", "/population/v1/person/lookup", copied).stdout
    assert "near: POST /population/v1/persons/lookup (population.person.lookup): `person` is not `persons`" in wrong_path
    assert "response  404 NO_ROUTE" in wrong_path


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("POST", "/population/v1//persons/lookup"), "MALFORMED_REQUEST"),
        (("BREW", PERSON), "NOT_IMPLEMENTED"),
        (("POST", PERSON, "-H", "jembatan-purpose: a", "-H", "jembatan-purpose: b"), "MALFORMED_REQUEST"),
    ],
)
def test_explain_refuses_what_the_wire_refuses(copied: Path, words: tuple[str, ...], fault: str) -> None:
    assert f" {fault}" in run("explain", *words[:2], copied, *words[2:]).stdout
    rows = read_rows(run("explain", *words[:2], copied, *words[2:], "--format", "json"))
    assert rows[0]["place"] == "wire"
    assert rows[-1]["fault"] == fault


def test_explain_judges_a_credential_and_shows_none(copied: Path) -> None:
    token = "eyJhbGciOiJub25lIn0.c2VjcmV0LXRva2Vu.c2lnbmF0dXJl"
    for words in ((), ("--format", "json")):
        done = run("explain", "POST", PERSON, copied, "-H", f"authorization: Bearer {token}", "-d", NIK, *words)
        assert done.returncode == FINE
        assert "CREDENTIAL_INVALID" in done.stdout
        assert token not in done.stdout
        assert "c2VjcmV0LXRva2Vu" not in done.stdout
    done = run("explain", "POST", PERSON, copied, *AS_TASPEN, "-H", "x-api-key: my-own-key", "-d", NIK)
    assert "my-own-key" not in done.stdout
    assert "Basic " not in run("explain", "POST", PERSON, copied, *AS_TASPEN, "-d", NIK).stdout, "nor ours for the provider"


def test_explain_takes_a_body_and_a_provider_from_files_and_standard_input(copied: Path, tmp_path: Path) -> None:
    (tmp_path / "call.json").write_text(NIK)
    (tmp_path / "answer.json").write_text('{"status": "14"}')
    done = run("explain", "POST", PERSON, copied, *AS_TASPEN, "-d", f"@{tmp_path}/call.json", "--provider", f"@{tmp_path}/answer.json")
    assert "response  404 SUBJECT_NOT_FOUND" in done.stdout
    assert "response  400 NOT_JSON" in run("explain", "POST", PERSON, copied, *AS_TASPEN, "-d", "@-", typed="not json").stdout


# -- what does not compile, what cannot start


@pytest.mark.parametrize("words", [("routes",), ("test",), ("explain", "GET", "/x")])
def test_a_broken_federation_is_a_finding_of_every_command(broken: Path, words: tuple[str, ...]) -> None:
    done = run(*words, broken)
    assert done.returncode == FINDINGS
    assert f"{broken}/routes/population/person-lookup.yaml:11:13" in done.stdout
    rows = read_rows(run(*words, broken, "--format", "json"))
    assert {row["code"] for row in rows} == {code for code, *_ in MISTAKES}


def test_a_broken_federation_starts_nothing(broken: Path, tmp_path: Path) -> None:
    done = run("serve", broken, "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0", "--ready-file", tmp_path / "ready")
    assert done.returncode == FINDINGS
    assert f"{broken}/routes/population/person-lookup.yaml:11:13" in done.stderr
    assert "nothing starts" in done.stderr
    assert not (tmp_path / "ready").exists()


def test_a_federation_without_its_secrets_starts_nothing_and_names_them(copied: Path) -> None:
    done = run("serve", copied, "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0")
    assert done.returncode == FINDINGS
    assert done.stderr.count("JB-SEC-004") == 1
    assert "jembatan sandbox --env-file" in done.stderr
    named = {name for path in (copied / "routes").rglob("*.yaml") for name in re.findall(r"\$\{env:(\w+)\}", path.read_text())}
    assert {line.split()[0] for line in done.stderr.splitlines() if line.startswith("   ") and ".yaml:" in line} == named - SECRETS.keys()


def test_an_address_that_is_taken_ends_with_four_and_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run("demo", "--listen", address, "--management", "127.0.0.1:0", "--state", tmp_path)
    assert done.returncode == INTERNAL
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"jembatan: cannot listen: {address}: Address already in use; ")
    assert "--listen" in line


def test_a_management_address_that_is_taken_is_named_in_the_same_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run("demo", "--listen", "127.0.0.1:0", "--management", address, "--state", tmp_path)
    assert done.returncode == INTERNAL
    assert f"cannot listen: {address}: Address already in use; " in done.stderr


def test_a_defect_ends_with_four_and_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from gateway.cli import main, routes

    def fail(_: object) -> int:
        raise RuntimeError("planted")

    monkeypatch.setattr(routes, "run", fail)
    assert main(["routes"]) == INTERNAL
    assert capsys.readouterr().err.count("\n") == 1
