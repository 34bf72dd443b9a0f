"""Journeys that write, as rows of the stores' file: one row a journey, one an event, which is never changed.

Laws: the port's. Events go only with their whole journey, when it is swept. How many there are is kept beside them by the file itself, so
that a bound or a gauge costs one look; and so is which of them wait (`sqlite_waits.py`).
Must not know: transactions (each deed has one), what an event means.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from math import inf

from ..values.journeys import ENDS, Begun, Event, Kept, State, Tally, Waiting
from ..values.model import Json
from .clock import Clock
from .sqlite_sealed import SqliteSealed

SCHEMA = """
CREATE TABLE IF NOT EXISTS journeys (id TEXT PRIMARY KEY, operation TEXT NOT NULL, agency TEXT NOT NULL, user TEXT NOT NULL,
  purpose TEXT NOT NULL, digest BLOB NOT NULL, sealed BLOB NOT NULL, begun_s REAL NOT NULL, due_s REAL NOT NULL, state TEXT NOT NULL
  CHECK (state IN ('running', 'waiting', 'failed', 'complete', 'compensated', 'cancelled')), wake_s REAL NOT NULL, lease_s REAL NOT NULL,
  fence INTEGER NOT NULL, ended_s REAL NOT NULL, key TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS journeys_due ON journeys (wake_s) WHERE ended_s = 9e999;
CREATE INDEX IF NOT EXISTS journeys_ended ON journeys (operation, ended_s, begun_s);
CREATE INDEX IF NOT EXISTS journeys_by_key ON journeys (key);
CREATE TABLE IF NOT EXISTS journeys_of (operation TEXT NOT NULL, state TEXT NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (operation, state)) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS journey_comes AFTER INSERT ON journeys BEGIN
  INSERT INTO journeys_of VALUES (new.operation, new.state, 1) ON CONFLICT DO UPDATE SET amount = amount + 1;
END;
CREATE TRIGGER IF NOT EXISTS journey_moves AFTER UPDATE OF state ON journeys WHEN old.state <> new.state BEGIN
  UPDATE journeys_of SET amount = amount - 1 WHERE operation = old.operation AND state = old.state;
  INSERT INTO journeys_of VALUES (new.operation, new.state, 1) ON CONFLICT DO UPDATE SET amount = amount + 1;
END;
CREATE TABLE IF NOT EXISTS journey_events (journey TEXT NOT NULL REFERENCES journeys, place INTEGER NOT NULL, at_s REAL NOT NULL,
  kind TEXT NOT NULL, step TEXT NOT NULL, element INTEGER NOT NULL, note TEXT NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (journey, place)) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS journey_events_stay BEFORE UPDATE ON journey_events BEGIN
  SELECT RAISE (ABORT, 'events are never changed');
END;
CREATE TRIGGER IF NOT EXISTS journey_goes AFTER DELETE ON journeys BEGIN
  DELETE FROM journey_events WHERE journey = old.id;
  UPDATE journeys_of SET amount = amount - 1 WHERE operation = old.operation AND state = old.state;
END;
"""
_ROW = "id, operation, agency, user, purpose, digest, sealed, begun_s, due_s, state, wake_s, lease_s, fence, ended_s"
_HELD = "UPDATE journeys SET lease_s = ? WHERE id = ? AND fence = ? AND ended_s = 9e999"
_PLACE = "SELECT coalesce(max(place), 0) FROM journey_events WHERE journey = ?"
_BACK = "UPDATE journeys SET lease_s = 0, state = ?, wake_s = ?, ended_s = ? WHERE id = ? AND fence = ? AND ended_s = 9e999"


class SqliteJourneys:
    """Implements `Journeys` over the connection of the stores."""

    __slots__ = ("_clock", "_db", "_sealed")

    def __init__(self, db: sqlite3.Connection, clock: Clock, sealed: SqliteSealed) -> None:
        self._db = db
        self._clock = clock
        self._sealed = sealed

    def begin(self, begun: Begun, open_max: int) -> Kept | None:
        """Keep a journey and give it, or the one that is there under its id; None where too many of its operation have not ended."""
        found = self.find(begun.id)
        if found is not None:
            return found
        self._sealed.need_known("journeys")
        sql = "SELECT coalesce(sum(amount), 0) FROM journeys_of WHERE operation = ? AND state IN ('running', 'waiting', 'failed')"
        (amount,) = self._db.execute(sql, (begun.operation,)).fetchone()
        if amount >= open_max:
            return None
        kept = Kept(begun, wake_s=self._clock.now_s)
        row = (begun.id, begun.operation, begun.agency, begun.user, begun.purpose, begun.digest, begun.sealed, begun.begun_s, begun.due_s)
        self._db.execute(
            "INSERT INTO journeys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, 0, 0, ?, ?)", (*row, kept.wake_s, inf, self._sealed.mark)
        )
        return kept

    def find(self, id: str) -> Kept | None:
        """Give a journey with its events."""
        row = self._db.execute(f"SELECT {_ROW} FROM journeys WHERE id = ?", (id,)).fetchone()  # noqa: S608
        return None if row is None else _read(row, self._events(id))

    def _events(self, id: str) -> tuple[Event, ...]:
        sql = "SELECT kind, step, element, note, sealed, at_s FROM journey_events WHERE journey = ? ORDER BY place"
        return tuple(Event(*row) for row in self._db.execute(sql, (id,)))

    def take(self, operations: Sequence[str], lease_s: float, id: str = "") -> Kept | None:
        """Lease the journey that has been due for longest, or the one named if it is due; None where there is none."""
        now_s = self._clock.now_s
        marks = self._sealed.marks
        chosen = "id = ?" if id else f"+operation IN ({_holes(operations)})"  # the index is that of what is due
        chosen += f" AND +key IN ('', {_holes(marks)})" if marks else ""  # what another key sealed is left to whoever has it
        due = f"SELECT id FROM journeys WHERE ended_s = 9e999 AND wake_s <= ? AND lease_s <= ? AND {chosen} ORDER BY wake_s LIMIT 1"  # noqa: S608
        sql = f"UPDATE journeys SET fence = fence + 1, state = 'running', lease_s = ? WHERE id = ({due}) RETURNING {_ROW}"  # noqa: S608
        row = self._db.execute(sql, (now_s + lease_s, now_s, now_s, *((id,) if id else operations), *marks)).fetchone()
        return None if row is None else _read(row, self._events(row[0]))

    def append(self, id: str, fence: int, seen: int, event: Event, lease_s: float, is_strict: bool = False) -> int:
        """Add an event of who holds the lease, and lengthen it; give the event's place, 0 where another holds it."""
        (place,) = self._db.execute(_PLACE, (id,)).fetchone()
        if is_strict and place != seen:
            return 0
        if self._db.execute(_HELD, (self._clock.now_s + lease_s, id, fence)).rowcount == 0:
            return 0
        return self._insert(id, place + 1, event)

    def add(self, id: str, seen: int, event: Event) -> bool:
        """Add an event from outside and make the journey due; say whether it was: it has not ended and only `seen` events were there."""
        (place,) = self._db.execute(_PLACE, (id,)).fetchone()
        sql = "UPDATE journeys SET wake_s = ? WHERE id = ? AND ended_s = 9e999"
        if place != seen or self._db.execute(sql, (self._clock.now_s, id)).rowcount == 0:
            return False
        return self._insert(id, place + 1, event) > 0

    def _insert(self, id: str, place: int, event: Event) -> int:
        row = (id, place, self._clock.now_s, event.kind, event.step, event.element, event.note, event.sealed)
        self._db.execute("INSERT INTO journey_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return place

    def hand_back(self, id: str, fence: int, seen: int, state: State, wake_s: float) -> bool:
        """Let go of a lease; say whether it was held."""
        (place,) = self._db.execute(_PLACE, (id,)).fetchone()
        if place != seen and state not in ENDS:
            state, wake_s = "running", self._clock.now_s
        ended_s = self._clock.now_s if state in ENDS else inf
        return self._db.execute(_BACK, (state, wake_s, ended_s, id, fence)).rowcount == 1

    def list(self, states: Sequence[State], most: int, operation: str = "") -> Sequence[Kept]:
        """Give journeys in these states without their events, the oldest first."""
        where = f"state IN ({_holes(states)}) AND (? = '' OR operation = ?)"
        sql = f"SELECT {_ROW} FROM journeys WHERE {where} ORDER BY begun_s, id LIMIT ?"  # noqa: S608
        return [_read(row, ()) for row in self._db.execute(sql, (*states, operation, operation, most))]

    def tally(self) -> Sequence[Tally]:
        """Count the journeys that have not ended, by operation and state."""
        oldest = "SELECT min(begun_s) FROM journeys WHERE operation = of.operation AND ended_s = 9e999"
        sql = (
            f"SELECT operation, state, amount, ({oldest}) FROM journeys_of AS of "  # noqa: S608
            "WHERE amount > 0 AND state IN ('running', 'waiting', 'failed') ORDER BY operation, state"
        )
        return [Tally(*row) for row in self._db.execute(sql)]

    def list_waiting(self, operation: str, step: str, after: Waiting, most: int) -> Sequence[Waiting]:
        """Give the journeys that wait at a step and stand behind `after`, the one that waits longest first."""
        self._sealed.need_known("journeys")
        sql = (
            "SELECT since_s, journey FROM journey_waits WHERE operation = ? AND step = ? AND (since_s, journey) > (?, ?) "
            "ORDER BY since_s, journey LIMIT ?"
        )
        return [Waiting(*row) for row in self._db.execute(sql, (operation, step, after.since_s, after.journey, most))]

    def tally_waiting(self) -> Sequence[tuple[str, str, int]]:
        """Count the journeys that wait, by operation and step."""
        sql = "SELECT operation, step, amount FROM journey_waits_of WHERE amount > 0 ORDER BY operation, step"
        return list(self._db.execute(sql))

    def sweep(self, operation: str, kept_s: float, most: int) -> int:
        """Forget journeys that ended longer ago than this, at most so many; give how many."""
        sql = "DELETE FROM journeys WHERE id IN (SELECT id FROM journeys WHERE operation = ? AND ended_s < ? ORDER BY ended_s LIMIT ?)"
        return self._db.execute(sql, (operation, self._clock.now_s - kept_s, most)).rowcount


def _holes(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _read(row: Sequence[Json], events: tuple[Event, ...]) -> Kept:
    state, wake_s, lease_s, fence, ended_s = row[9:]
    return Kept(Begun(*row[:9]), state, wake_s, lease_s, fence, ended_s, events)
