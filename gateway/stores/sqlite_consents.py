"""Citizens' consents, as rows of the stores' file.

Laws: the port's. That at most one stands, and that what was given is not changed, the file itself holds.
Must not know: transactions (each deed has one), who a citizen is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..values.consents import Consent, Ended, Offer
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
_SELECT = """SELECT number, subject, agency, purpose, fields, shown, until, given_by, given_in, given, ended, ended_as, ended_by, ended_in
  FROM consent WHERE subject IN (%s) """
_END = "UPDATE consent SET ended = ?, ended_as = ?, ended_by = ?, ended_in = ? WHERE subject = ? AND number = ? AND ended_as = ''"
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
        return Consent(last + 1, offer, now_s)

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
        sql = _SELECT % ", ".join("?" * len(subjects)) + rest
        return tuple(_read(row) for row in self._db.execute(sql, (*subjects, *values)))


def _read(row: tuple[int, bytes, str, str, str, str, float, str, str, float, float, str, str, str]) -> Consent:
    number, subject, agency, purpose, fields, shown, until_s, by, exchange, given_s, ended_s, ended, ended_by, ended_in = row
    offer = Offer(subject, agency, purpose, fields, shown, until_s, by, exchange)
    return Consent(number, offer, given_s, ended_s, _ENDED[ended], ended_by, ended_in)
