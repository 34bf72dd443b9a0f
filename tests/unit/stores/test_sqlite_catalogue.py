"""What the SQLite file of the catalogue holds beyond the port's contract."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.catalogue.entry import App, Text
from gateway.catalogue.gate.deeds import Withdrawn
from gateway.catalogue.port import Busy
from gateway.stores.sqlite_cases import SqliteCases
from gateway.stores.sqlite_catalogue import SqliteCatalogue, WrongFile

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("statement", ["DELETE FROM events", "UPDATE events SET who = 'nobody'"])
def test_no_program_changes_an_event(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "catalogue.db"
    with SqliteCatalogue(path) as store:
        store.put(App("a.a", "a", Text("A")), "ani", NOON, "registered")
    with pytest.raises(sqlite3.IntegrityError):
        sqlite3.connect(path).execute(statement)


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (a)")
    other.close()
    with pytest.raises(WrongFile, match="another program"):
        SqliteCatalogue(path)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir, " * 500)
    with pytest.raises(WrongFile, match="no catalogue"):
        SqliteCatalogue(path)
    assert path.read_text() == "Dear Sir, " * 500


def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    SqliteCatalogue(path).close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(WrongFile, match="later version"):
        SqliteCatalogue(path)


@pytest.mark.parametrize("make", [SqliteCatalogue, SqliteCases])
def test_who_would_write_while_another_program_writes_is_told_so_and_reads_on(tmp_path: Path, make: type) -> None:
    path = tmp_path / "x.db"
    make(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with make(path, wait_s=0.0) as held:
        for _ in range(2):
            with pytest.raises(Busy):
                write(held)
        assert list(held.events()) == []
        other.execute("ROLLBACK")
        write(held)
        assert len(list(held.events())) == 1
    other.close()


def write(held: SqliteCatalogue | SqliteCases) -> None:
    when = datetime(2026, 3, 2, 12, tzinfo=UTC)
    if isinstance(held, SqliteCatalogue):
        held.put(App("a.b", "a", Text("B")), "t", when, "made up")
    else:
        held.append("K-2026-0001", 0, "t", "proposer", when, Withdrawn("made up"))
