"""Cases in one SQLite file beside the catalogue's: only events, and a file that refuses to change or lose one.

Laws: the port's. Durable: an event that was added outlives a crash (synchronous FULL). Two processes may write; an event's place in its
case is unique, so that one of them is told to look again.
Must not know: what events mean.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson

from ..catalogue.gate.deeds import PEOPLE, Deed, Event, read_deed, write_deed
from ..catalogue.gate.port import Stale
from .sqlite_file import Form, NotOurs, begin_writing, open_file

APPLICATION_ID = 0x4A4D4243  # JMBC
VERSION = 1
_SCHEMA = """
CREATE TABLE events (number INTEGER PRIMARY KEY, case_id TEXT NOT NULL, place INTEGER NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL,
  at TEXT NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (case_id, place)) STRICT;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE (ABORT, 'events are never changed'); END;
CREATE TRIGGER events_last BEFORE DELETE ON events BEGIN SELECT RAISE (ABORT, 'events are never taken away'); END;
"""
_FORM = Form(APPLICATION_ID, VERSION, _SCHEMA)


class WrongCases(ValueError):
    """The file holds no cases, or those of a later version."""


class SqliteCases:
    """Cases in a file; one connection, used by one thread at a time."""

    __slots__ = ("_db",)

    def __init__(self, path: Path | str, wait_s: float = 10.0) -> None:
        """Open a file, or make it.

        Units: `wait_s` how long another program's writing is waited for.
        Faults: WrongCases.
        """
        try:
            self._db = open_file(path, _FORM, wait_s)
        except NotOurs as error:
            raise WrongCases(f"{path} holds no cases: it {error}") from None
        except sqlite3.DatabaseError as error:
            raise WrongCases(f"{path} holds no cases: {error}") from None

    def __enter__(self) -> SqliteCases:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def append(self, case: str, seen: int, who: str, role: str, when: datetime, deed: Deed) -> Event:
        """Add one event.

        Faults: Stale, Busy.
        """
        kind, rows = write_deed(deed)
        begin_writing(self._db)
        try:
            (held,) = self._db.execute("SELECT coalesce(max(place), 0) FROM events WHERE case_id = ?", (case,)).fetchone()
            if held != seen:
                raise Stale(case)
            stamp = (case, seen + 1, who, role, when.astimezone(UTC).isoformat(), kind, orjson.dumps(rows))
            sql = "INSERT INTO events (case_id, place, who, role, at, kind, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
            number = self._db.execute(sql, stamp).lastrowid
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return Event(number or 0, case, seen + 1, who, role, when, deed)

    def events(self, case: str = "", after: int = 0) -> Iterator[Event]:
        """Give events in their order."""
        where, given = ("number > ? AND case_id = ?", (after, case)) if case else ("number > ?", (after,))
        sql = f"SELECT number, case_id, place, who, role, at, kind, body FROM events WHERE {where} ORDER BY number"  # noqa: S608
        for number, id, place, who, role, at, kind, body in self._db.execute(sql, given):
            yield Event(number, id, place, who, role, datetime.fromisoformat(at), read_deed(kind, orjson.loads(body)))

    def cases(self) -> tuple[str, ...]:
        """Give the ids of all cases in order."""
        rows = self._db.execute("SELECT DISTINCT case_id FROM events WHERE case_id <> ? ORDER BY case_id", (PEOPLE,))
        return tuple(id for (id,) in rows)
