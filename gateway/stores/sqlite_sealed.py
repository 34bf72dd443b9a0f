"""What is kept under which key, as marks in the rows of the stores' file.

Laws: the port's. A key is written down when a process that knows it opens the file, before it keeps anything under it: so whoever does not
know it finds out. Rows from before there were marks get that of the key that was then in use.
Must not know: transactions (each deed has one), keys.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from math import inf

from ..values.faults import refuse
from ..values.sealed import COUNTED_MAX, PARTS, Hanging, Part
from .clock import Clock

SCHEMA = """
CREATE TABLE IF NOT EXISTS store_keys (mark TEXT PRIMARY KEY, since REAL NOT NULL) STRICT, WITHOUT ROWID;
"""
TABLES = ("kept", "journeys", "consent")  # each has the mark of its key in the column `key`
# what hangs on a key; a journey that has ended too, until it is swept: by its Idempotency-Key it is not begun again
_HANGING: dict[Part, str] = {
    "answers": "FROM kept WHERE key = ? AND until > ?",
    "journeys": "FROM journeys WHERE key = ? AND ? > 0",
    "consents": "FROM consent WHERE key = ? AND ended_as = '' AND until > ?",
}
_SET_ASIDE = """INSERT INTO journey_events SELECT id, (SELECT coalesce(max(place), 0) + 1 FROM journey_events WHERE journey = id), ?,
  'stuck', '', 0, 'JOURNEY_UNREADABLE', x'' FROM journeys WHERE key = ? AND ended_s = 9e999"""
_HALT = "UPDATE journeys SET state = 'failed', wake_s = ?, lease_s = 0, fence = fence + 1 WHERE key = ? AND ended_s = 9e999"


class SqliteSealed:
    """Implements `Sealed` over the connection of the stores. Shape: `marks` of the keys that are known, the one in use first; () = all."""

    __slots__ = ("_clock", "_db", "marks")

    def __init__(self, db: sqlite3.Connection, clock: Clock, marks: Sequence[str] = ()) -> None:
        self._db = db
        self._clock = clock
        self.marks = tuple(marks)

    @property
    def mark(self) -> str:
        """Give the mark of what is new."""
        return self.marks[0] if self.marks else ""

    def enter(self, before: str, now_s: float) -> None:
        """Write down which keys are known, and which one rows without a mark are from."""
        self._db.executemany("INSERT OR IGNORE INTO store_keys VALUES (?, ?)", [(mark, now_s) for mark in reversed(self.marks)])
        if before:
            for table in TABLES:
                self._db.execute(f"UPDATE {table} SET key = ? WHERE key = ''", (before,))  # noqa: S608

    def need_known(self, part: Part) -> None:
        """Refuse where things of a part hang on a key that is not known.

        Faults: STORE_KEY_UNKNOWN.
        """
        if not self.marks:
            return
        unknown = f"SELECT mark FROM store_keys WHERE mark NOT IN ({', '.join('?' * len(self.marks))})"  # noqa: S608
        for (mark,) in self._db.execute(unknown, self.marks).fetchall():
            sql = f"SELECT 1 {_HANGING[part]} LIMIT 1"
            if self._db.execute(sql, (mark, self._clock.now_s)).fetchone():
                raise refuse("STORE_KEY_UNKNOWN", reason=f"{part} of the key {mark}")

    def tally(self) -> Sequence[Hanging]:
        """Count what hangs on each key that this store has seen, in the order in which it came."""
        marks = [mark for (mark,) in self._db.execute("SELECT mark FROM store_keys ORDER BY since, mark")]
        return [Hanging(mark, *(self._count(part, mark) for part in PARTS)) for mark in marks]

    def _count(self, part: Part, mark: str) -> int:
        sql = f"SELECT count(*) FROM (SELECT 1 {_HANGING[part]} LIMIT {COUNTED_MAX})"  # noqa: S608
        (count,) = self._db.execute(sql, (mark, self._clock.now_s)).fetchone()
        return int(count)

    def give_up(self, mark: str) -> bool:
        """Let go of what hangs on a key; say whether it was known."""
        if not self._db.execute("DELETE FROM store_keys WHERE mark = ?", (mark,)).rowcount:
            return False
        self._db.execute(_SET_ASIDE, (self._clock.now_s, mark))
        self._db.execute(_HALT, (inf, mark))
        return True
