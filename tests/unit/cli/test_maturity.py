"""`jembatan maturity`: a score from what is given, its dossier, its change; what is not given is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli.frame import FINE, USAGE
from gateway.sandbox.places import find_reference

SCRAPE = """# TYPE jembatan_caller_requests counter
jembatan_caller_requests_total{caller="karawang",route="population.person.lookup"} 4
# TYPE jembatan_responses counter
jembatan_responses_total{route="population.person.lookup",origin="provider",status="200",fault=""} 3
jembatan_responses_total{route="population.person.lookup",origin="gateway",status="502",fault="PROVIDER_FAILED"} 1
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    assert main(["maturity", "example"]) == FINE
    Path("city.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    Path("scrape.txt").write_text(SCRAPE, encoding="utf-8")
    return tmp_path


def test_the_worked_example_is_scored_from_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["maturity", "score", "kota-contoh", "--scores", "city.yaml"]) == FINE
    said = capsys.readouterr().out
    assert "3.76, sangat baik (very good)" in said
    assert "unverified" in said


def test_facts_come_from_the_federation_and_a_scrape(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["dukcapil", "--federation", str(find_reference()), "--metrics", "scrape.txt", "--year", "2026", "--format", "json"]
    assert main(["maturity", "score", *words]) == FINE
    score = json.loads(capsys.readouterr().out)
    (service,) = [one for one in score["indicators"] if one["no"] == "28"]
    assert service["basis"] == {"calls": "4", "answered_share": "0.750"}
    assert service["level"] == 2


def test_the_dossier_is_written_whole() -> None:
    pytest.importorskip("reportlab")
    words = ["dukcapil", "--federation", str(find_reference()), "--metrics", "scrape.txt", "--out", "dossier"]
    assert main(["maturity", "evidence", *words]) == FINE
    assert "population.person.lookup" in Path("dossier/dossier.html").read_text(encoding="utf-8")
    assert Path("dossier/dossier.pdf").read_bytes().startswith(b"%PDF-")
    assert Path("dossier/architecture.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("score", "x", "--scores", "city.yaml"), "is of kota-contoh"),
        (("score", "x", "--set", "nothing"), "spbe-2020"),
        (("score", "x", "--set", "pemdi-2026"), "outline"),
        (("score", "x", "--federation", "."), "routes/"),
        (("score", "x", "--metrics", "city.yaml"), "scrape"),
        (("compare", "scrape.txt"), "scrape.txt"),
        (("score", "x", "--scores", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_what_is_given_wrongly_is_told(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["maturity", *words]) == USAGE
    assert said in capsys.readouterr().err
