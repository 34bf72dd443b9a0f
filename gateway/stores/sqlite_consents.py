"""Citizens' consents, as rows of the stores' file.

Laws: the port's. That at most one stands, and that what was given is not changed, the file itself holds.
Must not know: transactions (each deed has one), who a citizen is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..values.consents import Consent, Ended, Offer, Sought
from ..values.model import Json
from .clock import Clock
from .sqlite_sealed import SqliteSealed

SCHEMA = """
CREATE TABLE IF NOT EXISTS consent (subject BLOB NOT NULL, number INTEGER NOT NULL, agency TEXT NOT NULL, purpose TEXT NOT NULL,
  fields TEXT NOT NULL, shown TEXT NOT NULL, until REAL NOT NULL, given_by TEXT NOT NULL, given_in TEXT NOT NULL, given REAL NOT NULL,
  ended REAL NOT NULL DEFAULT 0, ended_as TEXT NOT NULL DEFAULT '' CHECK (ended_as IN ('', 'withdrawn', 'renewed')),
  ended_by TEXT NOT NULL DEFAULT '', ended_in TEXT NOT NULL DEFAULT '', key TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (subject, number)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS consent_stands ON consent (subject, agency, purpose) WHERE ended_as = '';
CREATE INDEX IF NOT EXISTS consent_of ON consent (subject, agency, purpose, number);
CREATE INDEX IF NOT EXISTS consent_by_time ON consent (given);
CREATE INDEX IF NOT EXISTS consent_to ON consent (agency, given);
CREATE INDEX IF NOT EXISTS consent_for ON consent (purpose, given);
CREATE INDEX IF NOT EXISTS consent_by_key ON consent (key, until) WHERE ended_as = '';
CREATE TRIGGER IF NOT EXISTS consent_keeps_its_key BEFORE UPDATE OF key ON consent WHEN old.key <> ''
BEGIN SELECT RAISE(ABORT, 'a consent is evidence'); END;
CREATE TRIGGER IF NOT EXISTS consent_ends_once BEFORE UPDATE OF ended, ended_as, ended_by, ended_in ON consent WHEN old.ended_as <> ''
BEGIN SELECT RAISE(ABORT, 'a consent is evidence'); END;
CREATE TRIGGER IF NOT EXISTS consent_is_evidence
BEFORE UPDATE OF subject, number, agency, purpose, fields, shown, until, given_by, given_in, given ON consent
BEGIN SELECT RAISE(ABORT, 'a consent is evidence'); END;
CREATE TRIGGER IF NOT EXISTS consent_stays BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'a consent is evidence'); END;
"""
_INSERT = """INSERT INTO consent (number, subject, agency, purpose, fields, shown, until, given_by, given_in, given, key)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SELECT = """SELECT number, subject, agency, purpose, fields, shown, until, given_by, given_in, given, ended, ended_as, ended_by, ended_in,
  key FROM consent WHERE """
_STATE = "CASE WHEN ended_as <> '' AND ended <= ? THEN ended_as WHEN ? < until THEN 'given' ELSE 'ended' END"
_END = "UPDATE consent SET ended = ?, ended_as = ?, ended_by = ?, ended_in = ? WHERE subject = ? AND number = ? AND ended_as = ''"
_LAST = b"\xff" * 32  # behind every digest
_ENDED: dict[str, Ended] = {"": "", "withdrawn": "withdrawn", "renewed": "renewed"}


class SqliteConsents:
    """Implements `Consents` over the connection of the stores."""

    __slots__ = ("_clock", "_db", "_sealed")

    def __init__(self, db: sqlite3.Connection, clock: Clock, sealed: SqliteSealed) -> None:
        self._db = db
        self._clock = clock
        self._sealed = sealed

    def give(self, offer: Offer, most: int, others: Sequence[bytes] = ()) -> Consent | None:
        """Keep a consent, which ends the one that stood as renewed; None where the citizen has given this agency as many as may be kept."""
        now_s = self._clock.now_s
        standing = self.find(offer.subject, offer.agency, offer.purpose, others)
        sql = "SELECT coalesce(max(number), 0), coalesce(sum(agency = ?), 0) FROM consent WHERE subject = ?"
        rows = [self._db.execute(sql, (offer.agency, subject)).fetchone() for subject in (offer.subject, *others)]
        last, theirs = max(row[0] for row in rows), sum(row[1] for row in rows)
        if theirs >= most:
            return None
        if standing is not None and not standing.ended:
            self._db.execute(_END, (now_s, "renewed", offer.by, offer.exchange, standing.offer.subject, standing.number))
        what = (offer.agency, offer.purpose, offer.fields, offer.shown, offer.until_s, offer.by, offer.exchange, now_s)
        self._db.execute(_INSERT, (last + 1, offer.subject, *what, self._sealed.mark))
        return Consent(last + 1, offer, now_s, key=self._sealed.mark)

    def find(self, subject: bytes, agency: str, purpose: str, others: Sequence[bytes] = ()) -> Consent | None:
        """Give the newest consent of a citizen to an agency for a purpose, whether it stands or was ended."""
        found = self._select("AND agency = ? AND purpose = ? ORDER BY number DESC LIMIT 1", (subject, *others), agency, purpose)
        return found[0] if found else None

    def list(self, subject: bytes, agency: str, most: int, others: Sequence[bytes] = ()) -> tuple[Consent, ...]:
        """Give a citizen's consents, those that were not ended first, then the newest; `agency` "" = to whomever they were given."""
        return self._select("AND ? IN ('', agency) ORDER BY ended_as <> '', number DESC LIMIT ?", (subject, *others), agency, most)

    def withdraw(self, subject: bytes, agency: str, number: int, by: str, exchange: str, others: Sequence[bytes] = ()) -> Consent | None:
        """End a consent and give it; one that had ended stays as it was; None where the citizen has none of this number there."""
        found = self._select("AND number = ? AND ? IN ('', agency)", (subject, *others), number, agency)
        if not found:
            return None
        named = found[0].offer.subject
        self._db.execute(_END, (self._clock.now_s, "withdrawn", by, exchange, named, number))
        return self._select("AND number = ?", (named,), number)[0]

    def _select(self, rest: str, subjects: Sequence[bytes], *values: object) -> tuple[Consent, ...]:
        """Give consents of one citizen, whichever key named them."""
        self._sealed.need_known("consents")
        sql = f"{_SELECT} subject IN ({_holes(subjects)}) {rest}"
        return tuple(_read(row) for row in self._db.execute(sql, (*subjects, *values)))

    def search(self, sought: Sought, most: int, after: Consent | None = None) -> Sequence[Consent]:
        """Give consents of any citizen in the order in which they were given, behind one of them; those of a key that is not known too."""
        start = (sought.since_s, b"", 0)
        if after is not None:
            start = max(start, (after.given_s, after.offer.subject, after.number))
        parts: list[tuple[str, Sequence[object]]] = [
            ("(given, subject, number) > (?, ?, ?)", start),
            ("given < ?", (sought.until_s,)),
            (f"{_STATE} IN ({_holes(sought.states)})", (sought.at_s, sought.at_s, *sought.states)),
        ]
        parts += [(f"subject IN ({_holes(sought.subjects)})", sought.subjects)] if sought.subjects else []
        parts += [(f"{name} = ?", (value,)) for name, value in (("agency", sought.agency), ("purpose", sought.purpose)) if value]
        sql = f"{_SELECT} {' AND '.join(part for part, _ in parts)} ORDER BY given, subject, number LIMIT ?"
        return [_read(row) for row in self._db.execute(sql, (*(value for _, values in parts for value in values), most))]

    def pick(self, start: bytes, number: int) -> Consent | None:
        """Give a consent by its number and the start of its citizen's digest."""
        sql = f"{_SELECT} subject >= ? AND subject <= ? AND number = ? LIMIT 1"
        row = self._db.execute(sql, (start, start + _LAST, number)).fetchone()
        return None if row is None else _read(row)

    def list_keys(self) -> Sequence[str]:
        """Give the marks of the keys under which consents were ever given, also those of keys that were given up."""
        return [mark for (mark,) in self._db.execute("SELECT DISTINCT key FROM consent ORDER BY key")]


def _holes(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _read(row: Sequence[Json]) -> Consent:
    number, subject, agency, purpose, fields, shown, until_s, by, exchange, *rest, key = row
    given_s, ended_s, ended, ended_by, ended_in = rest
    offer = Offer(subject, agency, purpose, fields, shown, until_s, by, exchange)
    return Consent(number, offer, given_s, ended_s, _ENDED[ended], ended_by, ended_in, key)
