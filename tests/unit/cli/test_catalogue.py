"""`jembatan catalogue`: in, found, changed, out; a bad file changes nothing that it should not. All data are synthetic."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import tracemalloc
from pathlib import Path

import pytest

from gateway.catalogue.intake import merge
from gateway.cli import main
from gateway.cli.frame import FINDINGS, FINE, USAGE
from gateway.stores.sqlite_catalogue import SqliteCatalogue

TABLE = "id;Nama Aplikasi;OPD;Biaya (Rp);Tahun\nkarawang.simpeg;SIMPEG;karawang;Rp 450.000.000;2026\nbekasi.siap;SIAP;bekasi;banyak;2026\n"
APP = "app: karawang.simpeg\ntitle: {id: SIMPEG, en: Personnel}\nowner: karawang\nsector: personnel\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("inventory.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def ask(*words: str) -> int:
    return main(["catalogue", *words])


def test_a_preview_says_what_would_happen_and_makes_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("import", "inventory.csv", "--preview") == FINDINGS
    said = capsys.readouterr().out
    assert 'error: inventory.csv:3 (row 2, "Biaya (Rp)"): no number: "banyak"' in said
    assert "1 new, 0 changed, 0 as before, 1 refused" in said
    assert not Path("catalogue.db").exists()


def test_good_rows_are_written_and_found_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("import", "inventory.csv", "--who", "ani") == FINDINGS
    assert ask("search", "simpeg") == FINE
    assert ask("list", "--owner", "karawang") == FINE
    assert ask("show", "karawang.simpeg") == FINE
    said = capsys.readouterr().out
    assert "1 found, 1 shown" in said
    assert "1 entries, 1 shown" in said
    assert "rupiah: 450000000" in said
    assert "# complete: 13 of 100; missing: fields" in said


def test_what_is_wrong_all_over_a_file_is_said_a_few_times_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"a.b{at};Sistem caf\xe9 {at};a" for at in range(40)] + ["a.c;;a", "a.d;Sistem Baik;a"]
    Path("old.csv").write_bytes("\n".join(["Kode;Nama Aplikasi;OPD", *rows]).encode("cp1252"))
    assert ask("import", "old.csv", "--who", "ani") == FINDINGS
    said = capsys.readouterr().out
    assert said.count("--encoding windows-1252 would read 'é'") == 3
    assert "… the same in 37 places more" in said and "findings more" not in said
    assert "old.csv:42" in said and "1 new, 0 changed, 0 as before, 41 refused; 41 errors" in said


def test_an_import_again_changes_nothing_and_a_preview_over_a_file_writes_nothing() -> None:
    ask("import", "inventory.csv")
    with SqliteCatalogue("catalogue.db") as store:
        last = store.last()
    Path("inventory.csv").write_text(TABLE.replace("SIMPEG", "LAIN"), encoding="utf-8")
    ask("import", "inventory.csv", "--preview")
    with SqliteCatalogue("catalogue.db") as store:
        assert store.last() == last == 1


def test_what_a_person_sets_stays_after_an_import_and_stands_in_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    ask("import", "inventory.csv", "--who", "bot")
    assert ask("set", "karawang.simpeg", "title.id=SIMPEG Daerah", "lifecycle=deprecated", "--who", "ani", "--why", "letter 12") == FINE
    ask("import", "inventory.csv")
    assert "kept: inventory.csv:2 (row 1): karawang.simpeg: title stays as ani decided; the file says" in capsys.readouterr().out
    ask("history", "karawang.simpeg", "--format", "json")
    events = json.loads(capsys.readouterr().out)
    assert [(event["who"], event["via"], event["why"]) for event in events] == [
        ("bot", "import", "import of inventory.csv"), ("ani", "person", "letter 12"),
    ]  # fmt: skip
    assert events[1]["change"] == {"title": {"id": "SIMPEG Daerah"}, "lifecycle": "deprecated"}


@pytest.mark.parametrize(
    "words", [("lifecycle=alive",), ("colour=red",), ("app=x",), ("title",), ("cost.rupiah=[",), ("title.fr=x",), ("owner=",)]
)
def test_a_change_that_cannot_be_is_refused_and_leaves_no_event(words: tuple[str, ...]) -> None:
    ask("import", "inventory.csv")
    assert ask("set", "karawang.simpeg", *words, "--why", "x") == USAGE
    with SqliteCatalogue("catalogue.db") as store:
        assert store.last() == 1


def test_a_change_by_hand_says_why() -> None:
    ask("import", "inventory.csv")
    assert ask("set", "karawang.simpeg", "users=5") == USAGE


def test_a_federations_apps_come_in_by_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    Path("routes").mkdir()
    Path("routes/apps.yaml").write_text(APP, encoding="utf-8")
    assert ask("import", ".") == FINE
    assert "1 new" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("list",), ("search", "x"), ("show", "x"), ("export",), ("history",), ("import", "nothing.csv"),
        ("import", "inventory.csv", "--owner", "A B"), ("import", "inventory.csv", "--column", "Nama"),
        ("import", "inventory.csv", "--column", "Nama=colour"), ("import", "inventory.csv", "--store", "inventory.csv"),
    ],
)  # fmt: skip
def test_a_command_without_what_it_needs_says_so_and_makes_no_file(words: tuple[str, ...]) -> None:
    assert ask(*words) == USAGE
    assert not Path("catalogue.db").exists()
    assert Path("inventory.csv").read_text(encoding="utf-8") == TABLE


def test_an_app_that_is_not_there_is_refused_and_the_nearest_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    ask("import", "inventory.csv")
    assert ask("show", "bekasi.simpeg") == USAGE
    assert "near: karawang.simpeg" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_what_is_exported_comes_in_elsewhere_as_the_same(form: str) -> None:
    Path("apps.yaml").write_text(APP + "description: {id: '=cmd()'}\nfields: [{name: nip, type: char(18)}]\n", encoding="utf-8")
    ask("import", "apps.yaml")
    assert ask("export", "--as", form, "--out", f"out.{form}") == FINE
    assert ask("import", f"out.{form}", "--store", "other.db") == FINE
    with SqliteCatalogue("catalogue.db") as one, SqliteCatalogue("other.db") as other:
        assert list(one.entries()) == list(other.entries()) != []


def test_a_csv_holds_no_formula_and_turtle_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("apps.yaml").write_text(APP + "description: {id: '=cmd()'}\n", encoding="utf-8")
    ask("import", "apps.yaml")
    ask("export", "--as", "csv", "--out", "out.csv", "--owner", "karawang")
    rows = list(csv.DictReader(Path("out.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0]["description.id"] == "'=cmd()"
    capsys.readouterr()
    assert ask("export", "--as", "turtle") == FINE
    assert "dcat:Dataset" in capsys.readouterr().out
    assert ask("export", "--base", "javascript:x") == USAGE


def test_a_failing_import_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("long.csv").write_text("id,Nama,OPD\n" + "".join(f"a.x{n},N{n},a\n" for n in range(1200)), encoding="utf-8")
    real = merge.read_app

    def fail(rows: dict[str, object]) -> object:
        if rows["app"] == "a.x1100":
            raise sqlite3.OperationalError("disk full")
        return real(rows)

    ask("import", "inventory.csv")
    monkeypatch.setattr(merge, "read_app", fail)
    assert ask("import", "long.csv") == USAGE
    with SqliteCatalogue("catalogue.db") as store:
        assert ([app.id for app in store.entries()], store.last()) == (["karawang.simpeg"], 1)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "json", "yaml", "wsdl", "sql"])
def test_a_file_of_a_gigabyte_is_refused_in_bounded_memory_and_what_came_before_is_kept(
    ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "id,Nama,OPD\n" + "".join(f"a.x{n},N,a\n" for n in range(2000))
    lines = "".join(f'{{"app":"a.x{n}","owner":"a","title":"N"}}\n' for n in range(2000))
    path = Path(f"big.{ending}")
    path.write_text({"csv": rows, "jsonl": lines}.get(ending, ""), encoding="utf-8")
    os.truncate(path, 1 << 30)  # what is not written takes no room on the disk
    tracemalloc.start()
    try:
        assert ask("import", str(path), "--owner", "a") == FINDINGS
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()
    kept = 2000 if ending in ("csv", "jsonl") else 0
    assert f"{kept:,} new, 0 changed, 0 as before, 1 refused" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "said"),
    [(sqlite3.SQLITE_BUSY, "another program writes"), (sqlite3.SQLITE_READONLY, "only be read"), (sqlite3.SQLITE_CORRUPT, "is damaged")],
)
def test_a_file_that_cannot_be_used_is_said_to_be_so_and_is_no_defect(
    code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask("import", "inventory.csv") == FINDINGS

    def fail(*_: object, **__: object) -> object:
        error = sqlite3.OperationalError("made up")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr(SqliteCatalogue, "search", fail)
    capsys.readouterr()
    assert ask("list") == USAGE
    told = capsys.readouterr().err
    assert said in told and "defect" not in told
