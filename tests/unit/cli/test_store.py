"""The commands over the keys of the store: what hangs on which, and giving up a lost one. All data are synthetic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.policy.seals import make_seal
from gateway.stores.sqlite_state import SqliteState
from gateway.values.journeys import Begun

from .bare import make_bare

KEYS = {"A": "a" * 32, "B": "b" * 32, "C": "c" * 32}
MARKS = {name: make_seal(secret).mark for name, secret in KEYS.items()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_bare(tmp_path, monkeypatch, KEYS)
    with SqliteState(tmp_path / "state.db", marks=(MARKS["A"],)) as state:
        state.consult(lambda stores: stores.journeys.begin(Begun("j", "lab.o", "office", "", "p", b"d", b"s", 1.0, 2.0), 9))
    return tmp_path


def run(folder: Path, capsys: pytest.CaptureFixture[str], keys: str, *words: str) -> tuple[int, str]:
    (folder / "routes" / "gateway.yaml").write_text(f"gateway: lab\nsandbox: true\nstores: {{path: state.db, {keys}}}\n")
    capsys.readouterr()
    code = main(["store", *words, str(folder), "--state", str(folder)])
    said = capsys.readouterr()
    return code, said.out + said.err


def rows(text: str) -> list[tuple[Any, ...]]:
    return [(row["key"], row["is"], row["journeys"], row["needed"].partition(":")[0]) for row in json.loads(text)]


def test_an_operator_sees_which_key_is_needed_by_its_mark_and_never_a_key(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = 'key: "${env:B}", former: ["${env:A}"], next: "${env:C}"'
    code, text = run(folder, capsys, keys, "keys", "--format", "json")
    assert code == 0
    assert rows(text) == [(MARKS["B"], "in use", 0, "yes"), (MARKS["A"], "former", 1, "yes"), (MARKS["C"], "next", 0, "yes")]
    assert not any(secret in text for secret in KEYS.values())
    assert (MARKS["C"], "former", 0, "no") in rows(
        run(folder, capsys, 'key: "${env:B}", former: ["${env:A}", "${env:C}"]', "keys", "--format", "json")[1]
    )


def test_what_hangs_on_a_key_that_is_not_configured_is_a_finding_until_it_is_given_up(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = 'key: "${env:B}"'
    code, text = run(folder, capsys, key, "keys", "--format", "json")
    assert code == 1 and (MARKS["A"], "not configured", 1, "yes") in rows(text)
    assert run(folder, capsys, 'key: "${env:B}", former: ["${env:A}"]', "forget", MARKS["A"])[0] == 3
    assert run(folder, capsys, key, "forget", MARKS["A"]) == (0, f"{MARKS['A']}: given up\n")
    assert run(folder, capsys, key, "forget", MARKS["A"])[0] == 1
    assert run(folder, capsys, key, "keys")[0] == 0


def test_where_nothing_is_kept_it_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "state.db").unlink()
    code, text = run(folder, capsys, 'key: "${env:B}"', "keys")
    assert code == 3 and "nothing is kept" in text


def test_a_file_that_is_no_store_is_said_with_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "state.db").write_bytes(b"no database " * 99)
    code, text = run(folder, capsys, 'key: "${env:B}"', "keys")
    assert (code, text) == (3, f"jembatan store: {folder / 'state.db'}: the file is damaged: put back its last copy\n")
