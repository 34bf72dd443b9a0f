"""The gate from the command line: screening, a case to its letter, decisions into a federation, and what check says of them.

All data are made up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway import __version__
from gateway.cli import catalogue_case_acts, main
from gateway.cli.catalogue_desk import load_screener, now, read_proposals
from gateway.cli.catalogue_shelf import open_store
from gateway.cli.frame import FINDINGS, FINE, USAGE, UsageError
from gateway.plan.against import check_against
from gateway.plan.federation import read_federation

APPS = [
    {"app": "bkn.siasn", "title": {"id": "Sistem Informasi Pegawai Negeri"}, "owner": "bkn", "function": "manajemen kepegawaian",
     "description": {"id": "Data induk pegawai, riwayat jabatan dan pangkat"}, "masters": ["NIP"],
     "fields": [{"name": "nip"}, {"name": "nama_lengkap"}, {"name": "tgl_lahir"}, {"name": "jabatan"}, {"name": "pangkat"}]},
    {"app": "bekasi.antrian", "title": {"id": "Antrian Puskesmas"}, "owner": "bekasi", "fields": [{"name": "no_antrian"}]},
]  # fmt: skip
NEW = (
    "app: karawang.pegawai\ntitle: {id: Sistem Informasi Kepegawaian, en: Personnel}\nowner: karawang\nfunction: manajemen kepegawaian\n"
    'description: {id: "Data pegawai, riwayat jabatan dan pangkat"}\ncost: {rupiah: 450000000, year: 2026}\n'
    "fields: [{name: nip}, {name: nama}, {name: tanggal_lahir}, {name: jabatan}, {name: pangkat}]\n"
)
RULES = "gate: test\nanswer_days: 14\naccess_days: 10\ndecision_days: 365\ndecision_days_max: 700\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("scipy")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JEMBATAN_TOKEN", raising=False)
    Path("apps.jsonl").write_text("".join(json.dumps(app) + "\n" for app in APPS), encoding="utf-8")
    Path("new.yaml").write_text(NEW, encoding="utf-8")
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    ask("import", "apps.jsonl", "--who", "ani")
    return tmp_path


@pytest.fixture
def many() -> None:
    rows = ({**APPS[0], "app": f"bkn.salinan-{at}"} for at in range(220))
    Path("many.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def ask(*words: str) -> int:
    return main(["catalogue", *words])


def admit(capsys: pytest.CaptureFixture[str], name: str, agency: str, role: str) -> str:
    capsys.readouterr()
    assert ask("case", "admit", name, "--agency", agency, "--role", role) == FINE
    path = Path(f"{name}.token")
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return str(path)


def act(who: str, *words: str) -> int:
    return ask("case", *words, "--rules", "rules.yaml", "--token-file", f"{who}.token")


def test_a_screening_finds_what_is_there_and_fails_on_a_duplicate(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("screen", "new.yaml") == FINE
    said = capsys.readouterr().out
    assert "karawang.pegawai: duplicate; recommendation: reuse" in said and "bkn.siasn" in said
    assert ask("screen", "new.yaml", "--fail-on", "duplicate", "--format", "sarif") == FINDINGS
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("JB-APP-003", "error")
    assert ask("screen", "new.yaml", "--format", "json") == FINE
    (rows,) = json.loads(capsys.readouterr().out)
    assert (rows["app"], rows["strongest"], rows["recommended"]) == ("karawang.pegawai", "duplicate", "reuse")
    Path("other.yaml").write_text("app: x.y\ntitle: {id: Peta Banjir, en: Flood map}\nowner: x\n", encoding="utf-8")
    assert ask("screen", "other.yaml", "--fail-on", "duplicate") == FINE


async def test_what_came_in_bulk_is_taken_in_by_turns_and_counts_in_the_next_screening(many: None) -> None:
    arguments = argparse.Namespace(store=Path("catalogue.db"), glossary=[], federation=None)
    with open_store(arguments) as store:
        screener, turns = load_screener(arguments, store), 0
        assert ask("import", "many.jsonl", "--who", "ani") == FINE
        reading = asyncio.ensure_future(screener.catch_up())
        while not reading.done():
            turns += 1
            await asyncio.sleep(0)
        assert turns > 4
        found = screener.screen(read_proposals(Path("new.yaml"))[0][0][0], 400)
    assert len([one for one in found["matches"] if one["app"].startswith("bkn.salinan-")]) == 220


def test_the_id_of_somebody_elses_application_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.yaml").write_text(NEW.replace("karawang.pegawai", "bkn.siasn"), encoding="utf-8")
    capsys.readouterr()
    assert ask("screen", "new.yaml", "--fail-on", "duplicate") == FINDINGS
    admit(capsys, "ani", "karawang", "proposer")
    assert act("ani", "open", "new.yaml") == USAGE


@pytest.mark.parametrize("text", ["", "app: x\n", "route: x.y\n", "app: a.b\ntitle: {id: A, en: A}\nowner: a\ncolour: red\n", "\x00"])
def test_a_proposal_that_is_none_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(text, encoding="utf-8")
    assert ask("screen", "bad.yaml") == FINDINGS
    assert "bad.yaml" in capsys.readouterr().err
    admit(capsys, "ani", "karawang", "proposer")
    assert act("ani", "open", "bad.yaml") == USAGE
    assert act("ani", "ls") == FINE
    assert "0 cases" in capsys.readouterr().out


def test_in_a_folder_of_proposals_one_that_cannot_be_read_is_said_with_its_place_and_the_others_are_screened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("in/.hidden").mkdir(parents=True)
    for name, text in {
        "a.yaml": f"# a note\n{NEW}", "b.yml": "app: x.y\ntitle: {id: Parkir\nowner: x\n", ".hidden/c.yaml": "nothing: here\n", "d.md": "x",
        "e.yaml": "app: x.y\ntitle: {id: Parkir, en: Parking}\nowner: x\n---\napp: x.z\ncolour: red\n",
    }.items():  # fmt: skip
        Path("in", name).write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert ask("screen", "in", "--format", "sarif") == FINDINGS
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert run["tool"]["driver"]["version"] == __version__
    places = [(one["ruleId"], one["level"], place_of(one)) for one in run["results"]]
    assert set(places) == {
        ("JB-APP-003", "error", ("in/a.yaml", 2)), ("JB-APP-005", "error", ("in/b.yml", 2)), ("JB-APP-005", "error", ("in/e.yaml", 5)),
        ("JB-APP-005", "error", ("in/e.yaml", 6)),
    }  # fmt: skip
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["JB-APP-003", "JB-APP-005"]
    assert ask("screen", "in") == FINDINGS
    said = capsys.readouterr()
    assert "karawang.pegawai: duplicate" in said.out and "x.y: " in said.out and "in/b.yml:2" in said.err
    Path("empty").mkdir()
    assert ask("screen", "empty") == USAGE


def place_of(result: dict[str, Any]) -> tuple[str, int]:
    place = result["locations"][0]["physicalLocation"]
    return place["artifactLocation"]["uri"], place["region"]["startLine"]


@pytest.mark.parametrize("bar", ["related", "overlap", "duplicate"])
def test_what_a_screening_fails_on_stands_in_the_log(bar: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = "app: karawang.cuti\ntitle: {id: Cuti Pegawai}\nowner: karawang\nfields: [{name: nip}, {name: jabatan}, {name: tgl_mulai}]\n"
    Path("near.yaml").write_text(text, encoding="utf-8")
    capsys.readouterr()
    ended = ask("screen", "near.yaml", "--fail-on", bar, "--format", "sarif")
    levels = [one["level"] for one in json.loads(capsys.readouterr().out)["runs"][0]["results"]]
    assert ("error" in levels) == (ended == FINDINGS)


def test_a_case_goes_to_its_letter_and_its_decision_into_a_federation(capsys: pytest.CaptureFixture[str]) -> None:
    for name, agency, role in (("ani", "karawang", "proposer"), ("budi", "bkn", "owner"), ("citra", "komdigi", "reviewer")):
        admit(capsys, name, agency, role)
    assert act("ani", "open", "new.yaml") == FINE
    assert "answering; waits for bkn" in capsys.readouterr().out
    assert act("citra", "decide", "K-2026-0001".replace("2026", year()), "reuse", "--with", "bkn.siasn", "--why", "too early") == USAGE
    case = f"K-{year()}-0001"
    assert act("budi", "answer", case, "same", "--why", "SIASN serves this") == FINE
    assert act("citra", "decide", case, "reuse", "--with", "nobody.nothing", "--why", "no such app") == USAGE
    assert act("citra", "decide", case, "reuse", "--with", "bkn.siasn", "--why", "SIASN serves this") == FINE
    assert act("citra", "letter", case, "--out", "letters") == FINE
    assert "REUSE" in Path(f"letters/{case}-1.en.html").read_text(encoding="utf-8")
    assert "GUNAKAN" in Path(f"letters/{case}-1.id.html").read_text(encoding="utf-8")
    pdf = Path(f"letters/{case}-1.id.pdf")
    assert not pdf.exists() or pdf.read_bytes().startswith(b"%PDF")
    capsys.readouterr()
    assert act("citra", "ls") == FINE
    assert "1 cases; money avoided: Rp 450,000,000" in capsys.readouterr().out
    assert act("citra", "show", case, "--format", "json") == FINE
    assert [(one["who"], one["did"]) for one in json.loads(capsys.readouterr().out)] == [
        ("ani", "proposed"), ("ani", "screened"), ("budi", "answered"), ("citra", "decided"),
    ]  # fmt: skip
    assert ask("export", "--decisions", "decided.yaml") == FINE
    assert "decided: {outcome: reuse" in Path("decided.yaml").read_text(encoding="utf-8")
    assert ask("list", "--decided", "reuse") == FINE
    assert "1 entries" in capsys.readouterr().out


def year() -> str:
    return str(now().year)


def test_a_case_that_cannot_be_screened_is_not_opened(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    admit(capsys, "ani", "karawang", "proposer")

    def refuse(*_: object) -> None:
        raise UsageError("no numeric libraries")

    monkeypatch.setattr(catalogue_case_acts, "load_screener", refuse)
    assert act("ani", "open", "new.yaml") == USAGE
    assert ask("show", "karawang.pegawai") == USAGE
    capsys.readouterr()
    assert act("ani", "ls") == FINE
    assert "0 cases" in capsys.readouterr().out


def test_terms_and_decisions_hold_by_days_of_jakarta() -> None:
    assert now().utcoffset() == timedelta(hours=7)


def test_who_has_no_token_or_another_role_gets_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("case", "ls") == USAGE
    admit(capsys, "pt", "pt-contoh", "integrator")
    Path("wrong.token").write_text("wrong", encoding="utf-8")
    assert ask("case", "ls") == act("wrong", "ls") == act("pt", "ls") == act("pt", "open", "new.yaml") == USAGE
    monkeypatch.setenv("JEMBATAN_TOKEN", Path("pt.token").read_text(encoding="utf-8").strip())
    assert ask("case", "requests") == USAGE
    assert ask("case", "people") == FINE
    assert ask("case", "dismiss", "pt", "--why", "done") == FINE
    assert ask("case", "dismiss", "pt", "--why", "done") == USAGE


def test_a_request_for_data_is_answered_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    admit(capsys, "ani", "karawang", "proposer")
    admit(capsys, "budi", "bkn", "owner")
    assert act("ani", "request", "bkn.siasn", "--provider", "bkn", "--field", "nip", "--why", "payroll") == FINE
    assert act("budi", "answer", f"K-{year()}-0001", "refused", "--why", "no legal basis") == FINE
    capsys.readouterr()
    assert act("budi", "requests", "--format", "json") == FINE
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["agency"], row["refused"], row["refusals"][0]["reason"]) == ("bkn", 1, "no legal basis")


@pytest.mark.parametrize(
    ("decided", "severities"),
    [
        ("decided: {outcome: reuse, by: x, reason: y}\n", ["warning", "error"]), ("", ["warning", "error"]),
        ("decided: {outcome: connect, by: x, reason: y}\n", []), ("decided: {outcome: build, by: x, reason: y}\n", []),
        ("decided: {outcome: build, by: x, reason: y, until: 2027-01-01}\n", []),
        ("decided: {outcome: build, by: x, reason: y, until: 2026-12-31}\n", ["warning", "error"]),
    ],
)  # fmt: skip
def test_a_new_route_to_what_is_not_to_be_built_is_an_error_and_a_live_one_a_warning(decided: str, severities: list[str]) -> None:
    for folder, routes in (("base", ["s.v.old"]), ("next", ["s.v.old", "s.v.upcoming"])):
        Path(folder, "routes").mkdir(parents=True)
        Path(folder, "routes/apps.yaml").write_text(f"app: a.b\ntitle: {{id: A, en: A}}\nowner: a\n{decided}", encoding="utf-8")
        text = "---\n".join(f"route: {id}\nprovider: {{upstream: a.u}}\n" for id in routes)
        Path(folder, "routes/routes.yaml").write_text(text, encoding="utf-8")
        Path(folder, "routes/upstreams.yaml").write_text("upstream: a.u\nentry: a.b\n", encoding="utf-8")
    found = check_against(read_federation((Path("next"),)), read_federation((Path("base"),)), date(2027, 1, 1))
    assert [one.severity for one in found] == severities
    assert {one.code for one in found} <= {"JB-APP-004"}


SEVERAL = "route: s.v.r\nproviders: {choose: {table: t, key: body.k}, any_of: [{upstream: a.one}, {upstream: a.two}]}\n"
ONE = "route: s.v.r\nentry: a.built\nprovider: {upstream: a.one}\n"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [(ONE, SEVERAL, 2), (ONE, ONE.replace("a.built", "a.undecided"), 2), (ONE, ONE.replace("a.one", "a.two"), 3), (SEVERAL, ONE, 0)],
)
def test_whoever_answers_counts_and_an_old_route_that_newly_leads_there_is_an_error(before: str, after: str, line: int) -> None:
    ground = (
        "app: a.built\ntitle: {id: A, en: A}\nowner: a\ndecided: {outcome: build, by: x, reason: y}\n---\napp: a.undecided\n"
        "title: {id: A, en: A}\nowner: a\n---\nupstream: a.one\nentry: a.built\n---\nupstream: a.two\nentry: a.undecided\n"
    )
    for folder, text in (("base", before), ("next", after)):
        Path(folder, "routes").mkdir(parents=True)
        Path(folder, "routes/ground.yaml").write_text(ground, encoding="utf-8")
        Path(folder, "routes/route.yaml").write_text(text, encoding="utf-8")
    found = check_against(read_federation((Path("next"),)), read_federation((Path("base"),)), date(2027, 1, 1))
    assert [(one.severity, one.mark.line) for one in found] == ([("error", line)] if line else [])


def test_check_refuses_against_a_base_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    Path("next/routes").mkdir(parents=True)
    assert main(["check", "next", "--against", "nowhere", "--no-cache"]) == USAGE
    Path("base/routes").mkdir(parents=True)
    text = "agency: a\n---\napp: a.b\ntitle: {id: A, en: A}\nowner: a\n---\nroute: s.v.upcoming\nentry: a.b\n"
    Path("next/routes/a.yaml").write_text(text, encoding="utf-8")
    assert main(["check", "next", "--against", "base", "--no-cache"]) == FINDINGS
    said = capsys.readouterr().out
    assert 'a new route "s.v.upcoming" leads to the app "a.b": nothing was decided of it' in said and "JB-APP-004" in said
