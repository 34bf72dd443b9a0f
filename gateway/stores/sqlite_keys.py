"""Answers kept by idempotency key, as rows of the stores' file.

Laws: the port's. How many names a caller has is kept beside them by the file itself, so that the bound costs one look.
Must not know: transactions (each deed has one), what a name is made of.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from ..values.kept import Claim, Claimed
from .clock import Clock
from .sqlite_sealed import SqliteSealed

SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, caller TEXT NOT NULL, digest BLOB NOT NULL, state TEXT NOT NULL
  CHECK (state IN ('running', 'unsure', 'done')), turn INTEGER NOT NULL, lease_until REAL NOT NULL, until REAL NOT NULL,
  answer BLOB, key TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_by_end ON kept (until);
CREATE INDEX IF NOT EXISTS kept_by_key ON kept (key, until);
CREATE TABLE IF NOT EXISTS kept_of (caller TEXT PRIMARY KEY, amount INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS kept_comes AFTER INSERT ON kept BEGIN
  INSERT INTO kept_of VALUES (new.caller, 1) ON CONFLICT (caller) DO UPDATE SET amount = amount + 1;
END;
CREATE TRIGGER IF NOT EXISTS kept_goes AFTER DELETE ON kept BEGIN
  UPDATE kept_of SET amount = amount - 1 WHERE caller = old.caller;
END;
"""
_FIND = "SELECT digest, state, turn, lease_until, answer FROM kept WHERE name = ? AND until > ?"
_KEEP = "UPDATE kept SET state = 'done', answer = ? WHERE name = ? AND turn = ? AND state = 'running'"
_DOUBT = "UPDATE kept SET state = 'unsure' WHERE name = ? AND turn = ? AND state = 'running'"
_FREE = "DELETE FROM kept WHERE name = ? AND turn = ? AND state = 'running'"


class SqliteKeys:
    """Implements `KeptAnswers` over the connection of the stores."""

    __slots__ = ("_clock", "_db", "_sealed")

    def __init__(self, db: sqlite3.Connection, clock: Clock, sealed: SqliteSealed) -> None:
        self._db = db
        self._clock = clock
        self._sealed = sealed

    def claim(self, claim: Claim) -> Claimed:
        """Take a name, or say what stands under it."""
        now_s = self._clock.now_s
        digests: dict[str, list[bytes]] = {claim.name: [claim.digest]}
        for other, digest in claim.others:
            digests.setdefault(other, []).append(digest)
        for name, known in digests.items():
            row = self._db.execute(_FIND, (name, now_s)).fetchone()
            if row is not None:
                found = Claimed("other") if row[0] not in known else self._take(claim, name, row[1:], now_s)
                return found if name == claim.name else replace(found, name=name)
        return self._begin(claim, now_s)

    def _take(self, claim: Claim, name: str, row: tuple[str, int, float, bytes], now_s: float) -> Claimed:
        state, turn, lease_until, answer = row
        if state == "done":
            return Claimed("kept", answer=answer)
        if state == "running" and lease_until > now_s:
            return Claimed("running", left_s=lease_until - now_s)
        again = "UPDATE kept SET state = 'running', turn = turn + 1, lease_until = ?, until = ? WHERE name = ?"
        self._db.execute(again, (now_s + claim.lease_s, now_s + claim.keep_s, name))
        return Claimed("ours", turn + 1, is_repeat=True)

    def _begin(self, claim: Claim, now_s: float) -> Claimed:
        self._sealed.need_known("answers")
        self._db.execute("DELETE FROM kept WHERE name = ?", (claim.name,))
        held = self._db.execute("SELECT amount FROM kept_of WHERE caller = ?", (claim.caller,)).fetchone()
        if held is not None and held[0] >= claim.most:
            gone = self._db.execute("DELETE FROM kept WHERE caller = ? AND until <= ?", (claim.caller, now_s)).rowcount
            if held[0] - gone >= claim.most:
                return Claimed("full")
        row = (claim.name, claim.caller, claim.digest, now_s + claim.lease_s, now_s + claim.keep_s, self._sealed.mark)
        self._db.execute("INSERT INTO kept VALUES (?, ?, ?, 'running', 1, ?, ?, NULL, ?)", row)
        return Claimed("ours", 1)

    def keep(self, name: str, turn: int, answer: bytes) -> bool:
        """Keep what came of a claim; say whether the turn still held it."""
        return self._db.execute(_KEEP, (answer, name, turn)).rowcount == 1

    def doubt(self, name: str, turn: int) -> bool:
        """Take note that nobody knows what came of a claim; say whether the turn still held it."""
        return self._db.execute(_DOUBT, (name, turn)).rowcount == 1

    def free(self, name: str, turn: int) -> bool:
        """Take note that a turn did nothing; say whether it still held the claim."""
        if turn > 1:
            return self.doubt(name, turn)
        return self._db.execute(_FREE, (name, turn)).rowcount == 1

    def sweep(self, most: int) -> int:
        """Take away at most this many whose time is over; give how many."""
        sql = "DELETE FROM kept WHERE name IN (SELECT name FROM kept WHERE until <= ? ORDER BY until LIMIT ?)"
        return self._db.execute(sql, (self._clock.now_s, most)).rowcount
