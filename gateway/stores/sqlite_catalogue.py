"""The catalogue in one SQLite file, with a full-text index.

Laws: the port's; and: 1. Events cannot be changed or taken away, not even by another program that opens the file (triggers). 2. What is
written is on the disk when the call returns; what was cut off was never there. 3. A file of another program, or of a later version, is
refused.
Must not know: what the entries mean.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import cast

import orjson

from ..catalogue.entry import App
from ..catalogue.form import read_app, write_app
from ..catalogue.port import FACETS, Event, Facets, Found, Via, compare_apps, facet_values, query_words, searched_texts
from .sqlite_file import Form, NotOurs, begin_writing, open_file

APPLICATION_ID = 0x4A4D4254  # JMBT
VERSION = 1
_CHUNK = 500
_SCHEMA = f"""
CREATE TABLE entries (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL,
  {", ".join(f'"f_{name}" TEXT NOT NULL' for name in FACETS)}) STRICT;
CREATE TABLE events (number INTEGER PRIMARY KEY, app TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL,
  via TEXT NOT NULL CHECK (via IN ('import', 'person')), change BLOB NOT NULL) STRICT;
CREATE INDEX events_app ON events (app);
CREATE INDEX events_person ON events (number) WHERE via = 'person';
CREATE VIRTUAL TABLE words USING fts5 (names, said, kept, tokenize = 'ascii', prefix = '2 3');
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE (ABORT, 'events are never changed'); END;
CREATE TRIGGER events_last BEFORE DELETE ON events BEGIN SELECT RAISE (ABORT, 'events are never taken away'); END;
"""
_FORM = Form(APPLICATION_ID, VERSION, _SCHEMA)


class WrongFile(ValueError):
    """The file is no catalogue, or one of a later version."""


class SqliteCatalogue:
    """The catalogue in a file; one connection, used by one thread at a time."""

    __slots__ = ("_db",)

    def __init__(self, path: Path | str, wait_s: float = 10.0) -> None:
        """Open a file, or make it.

        Units: `wait_s` how long another program's writing is waited for.
        Faults: WrongFile.
        """
        try:
            self._db = open_file(path, _FORM, wait_s)
        except NotOurs as error:
            raise WrongFile(f"{path} {error}") from None
        except sqlite3.DatabaseError as error:
            raise WrongFile(f"{path} is no catalogue: {error}") from None

    def __enter__(self) -> SqliteCatalogue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def entries(self) -> Iterator[App]:
        """Give all entries in the order of their ids."""
        for (body,) in self._db.execute("SELECT body FROM entries ORDER BY id"):
            yield read_app(orjson.loads(body))

    def get(self, id: str) -> App | None:
        """Give one entry."""
        row = self._db.execute("SELECT body FROM entries WHERE id = ?", (id,)).fetchone()
        return None if row is None else read_app(orjson.loads(row[0]))

    def put(self, app: App, who: str, when: datetime, why: str, via: Via = "person") -> Event | None:
        """Write one entry whole; give the event, None where nothing changed."""
        if not self.put_all([app], who, when, why, via):
            return None
        return max(self.events(app.id), key=lambda event: event.number)

    def put_all(self, apps: Iterable[App], who: str, when: datetime, why: str, via: Via = "import") -> int:
        """Write many entries, all or none; count those that changed.

        Faults: Busy.
        """
        stamp = (who, when.astimezone(UTC).isoformat(), why, via)
        begin_writing(self._db)
        try:
            rows = iter(apps)
            changed = 0
            while chunk := list(islice(rows, _CHUNK)):
                changed += self._put_chunk(chunk, stamp)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return changed

    def _put_chunk(self, apps: list[App], stamp: tuple[str, str, str, str]) -> int:
        latest = {app.id: app for app in apps}
        if len(latest) < len(apps):  # an entry twice: one after the other, so that the second is compared with the first
            return sum(self._put_chunk([app], stamp) for app in apps)
        known = self._find_bodies(list(latest))
        written = [(app, orjson.dumps(write_app(app)), known.get(app.id)) for app in apps]
        rows = [(app, body, old) for app, body, old in written if old is None or old[1] != body]
        changes = [(app.id, *stamp, body if old is None else _dump_change(old[1], app)) for app, body, old in rows]
        self._db.executemany("INSERT INTO events (app, who, at, why, via, change) VALUES (?, ?, ?, ?, ?, ?)", changes)
        self._insert([(app, body) for app, body, old in rows if old is None])
        self._replace([(old[0], app, body) for app, body, old in rows if old is not None])
        return len(changes)

    def _find_bodies(self, ids: list[str]) -> dict[str, tuple[int, bytes]]:
        marks = ",".join("?" * len(ids))
        found = self._db.execute(f"SELECT id, number, body FROM entries WHERE id IN ({marks})", ids)  # noqa: S608
        return {id: (number, body) for id, number, body in found}

    def _insert(self, rows: list[tuple[App, bytes]]) -> None:
        first = self._db.execute("SELECT coalesce(max(number), 0) + 1 FROM entries").fetchone()[0]
        marks = ",".join("?" * (3 + len(FACETS)))
        entries = [(first + place, app.id, body, *facet_values(app)) for place, (app, body) in enumerate(rows)]
        self._db.executemany(f"INSERT INTO entries VALUES ({marks})", entries)  # noqa: S608
        words = [(first + place, *searched_texts(app)) for place, (app, _) in enumerate(rows)]
        self._db.executemany("INSERT INTO words (rowid, names, said, kept) VALUES (?, ?, ?, ?)", words)

    def _replace(self, rows: list[tuple[int, App, bytes]]) -> None:
        sets = ", ".join(f'"f_{name}" = ?' for name in FACETS)
        entries = [(body, *facet_values(app), number) for number, app, body in rows]
        self._db.executemany(f"UPDATE entries SET body = ?, {sets} WHERE number = ?", entries)  # noqa: S608
        words = [(*searched_texts(app), number) for number, app, _ in rows]
        self._db.executemany("UPDATE words SET names = ?, said = ?, kept = ? WHERE rowid = ?", words)

    def events(self, app: str = "", after: int = 0, via: Via | None = None) -> Iterator[Event]:
        """Give the events in their order."""
        where, given = "number > ?", [str(after)]
        for text, value in (("app = ?", app), ("via = ?", via)):
            where, given = (f"{where} AND {text}", [*given, value]) if value else (where, given)
        sql = f"SELECT number, app, who, at, why, via, change FROM events WHERE {where} ORDER BY number"  # noqa: S608
        for number, id, who, at, why, origin, change in self._db.execute(sql, given):
            yield Event(number, id, who, datetime.fromisoformat(at), why, cast("Via", origin), orjson.loads(change))

    def last(self) -> int:
        """Give the number of the last event."""
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()[0])

    def search(self, query: str = "", facets: Facets | None = None, limit: int = 20) -> Found:
        """Find entries by words and facets."""
        words = query_words(query)
        if query.strip() and not words:
            return Found((), 0)
        asked = [f'"f_{name}" = ?' for name in facets or {}]
        given: list[str] = list((facets or {}).values())
        if words:
            asked.append("number IN (SELECT rowid FROM words WHERE words MATCH ?)")
            given.append(" AND ".join(f'"{word}"*' for word in words))
        where = " AND ".join(asked) or "1"
        columns = ", ".join(f'"f_{name}"' for name in FACETS)
        return _collect(self._db, words, where, given, columns, limit)


def _dump_change(body: bytes, app: App) -> bytes:
    return orjson.dumps(compare_apps(read_app(orjson.loads(body)), app))


def _collect(db: sqlite3.Connection, words: tuple[str, ...], where: str, given: list[str], columns: str, limit: int) -> Found:
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    total = 0
    for *values, number in db.execute(f"SELECT {columns}, count(*) FROM entries WHERE {where} GROUP BY {columns}", given):  # noqa: S608
        total += number
        for name, value in zip(FACETS, values, strict=True):
            counts[name][value] = counts[name].get(value, 0) + number
    named = " + ".join("(number IN (SELECT rowid FROM words WHERE words MATCH ?))" for _ in words) or "(0)"
    more = [f'names : "{word}"*' for word in words]  # names first: each word that stands in a name brings its entry nearer
    sql = f"SELECT body FROM entries WHERE {where} ORDER BY 0 + {named} DESC, id LIMIT ?"  # noqa: S608
    bodies = db.execute(sql, [*given, *more, limit])
    return Found(tuple(read_app(orjson.loads(body)) for (body,) in bodies), total, counts)
