"""The commands on merging: from a file of entries and clusters to plans, the page, a draft, progress, and what is not registered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli.frame import FINDINGS, FINE, USAGE

APPS = [
    {"app": "kab-a.akta", "title": {"id": "Akta A"}, "owner": "kab-a", "function": "akta kelahiran", "users": 10,
     "cost": {"rupiah": 1000, "year": 2025}, "fields": [{"name": "nik"}, {"name": "tgl_lahir"}, {"name": "nama"}]},
    {"app": "kab-b.akta", "title": {"id": "Akta B"}, "owner": "kab-b", "function": "akta kelahiran",
     "fields": [{"name": "NIK"}, {"name": "TanggalLahir"}, {"name": "NamaLengkap"}]},
]  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("scipy")
    monkeypatch.chdir(tmp_path)
    Path("apps.jsonl").write_text("".join(json.dumps(app) + "\n" for app in APPS), encoding="utf-8")
    Path("clusters.jsonl").write_text('{"cluster": "k", "apps": ["kab-a.akta", "kab-b.akta", "gone.app"]}\n', encoding="utf-8")
    return tmp_path


def ask(command: str, *words: str) -> int:
    return main(["catalogue", command, "--store", "apps.jsonl", *words])


def test_a_plan_is_json_with_its_assumptions(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("plan", "--clusters", "clusters.jsonl", "--format", "json") == FINE
    (plan,) = json.loads(capsys.readouterr().out)
    assert plan["applications"] == 2
    assert {field["name"]: field["support"] for field in plan["canonical"]}["nik"] == 2
    assert plan["assumptions"]["day_rupiah"]["means"]


def test_one_cluster_is_found_by_one_of_its_applications(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("plan", "--clusters", "clusters.jsonl", "--cluster", "kab-b.akta") == FINE
    assert capsys.readouterr().out.startswith("k: ")
    assert ask("plan", "--clusters", "clusters.jsonl", "--cluster", "nobody") == USAGE


def test_the_report_writes_the_page_and_the_clusters(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("report", "--clusters", "clusters.jsonl", "--out", "out", "--language", "en") == FINE
    assert "2 applications of 2 agencies serve 1 functions" in capsys.readouterr().out
    assert json.loads(Path("out/report.json").read_text(encoding="utf-8"))["functions"] == 1
    assert Path("out/report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(Path("out/clusters.jsonl").read_text(encoding="utf-8"))["apps"] == ["kab-a.akta", "kab-b.akta"]


def test_a_draft_goes_into_a_new_folder_only_and_checks(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("k", "--clusters", "clusters.jsonl", "--out", "draft")
    assert ask("consolidate", *words) == FINE
    assert main(["check", "draft"]) == FINE
    assert ask("consolidate", *words) == USAGE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "--clusters", "clusters.jsonl", "--assume", "luck=1"), "no assumption luck"),
        (("plan", "--clusters", "clusters.jsonl", "--assume", "day_rupiah"), "NAME=VALUE"),
        (("plan", "--clusters", "apps.jsonl"), "cluster"),
        (("plan", "--clusters", "clusters.jsonl", "--federation", "."), "routes/"),
        (("unregistered",), "name where to look"),
        (("consolidate", "k", "--clusters", "clusters.jsonl", "--out", "x", "--name", "No Name"), "small letters"),
    ],
)
def test_what_is_asked_wrongly_says_how_it_is_asked(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(*words) == USAGE
    assert said in capsys.readouterr().err


def test_a_line_that_is_no_entry_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("apps.jsonl").write_text('{"app": "x"}\n', encoding="utf-8")
    assert ask("plan", "--clusters", "clusters.jsonl") == USAGE
    assert "apps.jsonl:1" in capsys.readouterr().err


def test_callers_of_the_log_that_own_nothing_are_not_registered(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [{"event": "exchange", "caller": "kab-z"}, {"event": "exchange", "caller": "kab-a"}, {"event": "refused"}, {"caller": "kab-z"}]
    Path("access.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert ask("unregistered", "--access-log", "access.jsonl", "--format", "json") == FINDINGS
    assert json.loads(capsys.readouterr().out) == [{"kind": "caller", "name": "kab-z", "seen": "access log", "calls": 2}]


def test_progress_is_counted_from_the_events_of_a_store(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "import", "apps.jsonl", "--store", "c.db", "--who", "ani"]) == FINE
    Path("targets.yaml").write_text("targets: [{by: 2020-01-01, gone: 1}]", encoding="utf-8")
    assert main(["catalogue", "progress", "--store", "c.db", "--targets", "targets.yaml", "--weeks", "2"]) == FINDINGS
    said = capsys.readouterr().out
    assert "at least 1 gone" in said
    assert "missed" in said


def test_the_reference_is_written_with_its_truth(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "reference", "--out", "made", "--total", "700"]) == FINE
    ids = [json.loads(line)["app"] for line in Path("made/apps.jsonl").read_text(encoding="utf-8").splitlines()]
    assert ids == [json.loads(line)["app"] for line in Path("made/truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert main(["catalogue", "reference", "--out", "made", "--total", "3"]) == USAGE
