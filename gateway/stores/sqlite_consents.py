"""Citizens' consents, as rows of the stores' file.

Laws: the port's. That at most one stands, and that what was given is not changed, the file itself holds.
Must not know: transactions (each deed has one), who a citizen is.
"""

from __future__ import annotations

import sqlite3

from ..values.consents import Consent, Ended, Offer
from .clock import Clock

SCHEMA = """
CREATE TABLE IF NOT EXISTS consent (subject BLOB NOT NULL, number INTEGER NOT NULL, agency TEXT NOT NULL, purpose TEXT NOT NULL,
  fields TEXT NOT NULL, shown TEXT NOT NULL, until REAL NOT NULL, given_by TEXT NOT NULL, given_in TEXT NOT NULL, given REAL NOT NULL,
  ended REAL NOT NULL DEFAULT 0, ended_as TEXT NOT NULL DEFAULT '' CHECK (ended_as IN ('', 'withdrawn', 'renewed')),
  ended_by TEXT NOT NULL DEFAULT '', ended_in TEXT NOT NULL DEFAULT '', PRIMARY KEY (subject, number)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS consent_stands ON consent (subject, agency, purpose) WHERE ended_as = '';
CREATE INDEX IF NOT EXISTS consent_of ON consent (subject, agency, purpose, number);
CREATE TRIGGER IF NOT EXISTS consent_ends_once BEFORE UPDATE OF ended, ended_as, ended_by, ended_in ON consent WHEN old.ended_as <> ''
BEGIN SELECT RAISE(ABORT, 'a consent is evidence'); END;
CREATE TRIGGER IF NOT EXISTS consent_is_evidence
BEFORE UPDATE OF subject, number, agency, purpose, fields, shown, until, given_by, given_in, given ON consent
BEGIN SELECT RAISE(ABORT, 'a consent is evidence'); END;
CREATE TRIGGER IF NOT EXISTS consent_stays BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'a consent is evidence'); END;
"""
_INSERT = """INSERT INTO consent (number, subject, agency, purpose, fields, shown, until, given_by, given_in, given)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SELECT = """SELECT number, subject, agency, purpose, fields, shown, until, given_by, given_in, given, ended, ended_as, ended_by, ended_in
  FROM consent WHERE subject = ? """
_END = "UPDATE consent SET ended = ?, ended_as = ?, ended_by = ?, ended_in = ? WHERE subject = ? AND number = ? AND ended_as = ''"
_ENDED: dict[str, Ended] = {"": "", "withdrawn": "withdrawn", "renewed": "renewed"}


class SqliteConsents:
    """Implements `Consents` over the connection of the stores."""

    __slots__ = ("_clock", "_db")

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def give(self, offer: Offer, most: int) -> Consent | None:
        """Keep a consent, which ends the one that stood as renewed; None where the citizen has as many as may be kept."""
        now_s = self._clock.now_s
        sql = "SELECT coalesce(max(number), 0) FROM consent WHERE subject = ?"
        (last,) = self._db.execute(sql, (offer.subject,)).fetchone()
        if last >= most:
            return None
        standing = self.find(offer.subject, offer.agency, offer.purpose)
        if standing is not None and not standing.ended:
            self._db.execute(_END, (now_s, "renewed", offer.by, offer.exchange, offer.subject, standing.number))
        what = (offer.agency, offer.purpose, offer.fields, offer.shown, offer.until_s, offer.by, offer.exchange, now_s)
        self._db.execute(_INSERT, (last + 1, offer.subject, *what))
        return Consent(last + 1, offer, now_s)

    def find(self, subject: bytes, agency: str, purpose: str) -> Consent | None:
        """Give the newest consent of a citizen to an agency for a purpose, whether it stands or was ended."""
        sql = _SELECT + "AND agency = ? AND purpose = ? ORDER BY number DESC LIMIT 1"
        row = self._db.execute(sql, (subject, agency, purpose)).fetchone()
        return None if row is None else _read(row)

    def list(self, subject: bytes, agency: str, most: int) -> tuple[Consent, ...]:
        """Give a citizen's consents, the newest first; `agency` "" = to whomever they were given."""
        sql = _SELECT + "AND ? IN ('', agency) ORDER BY number DESC LIMIT ?"
        return tuple(_read(row) for row in self._db.execute(sql, (subject, agency, most)))

    def withdraw(self, subject: bytes, agency: str, number: int, by: str, exchange: str) -> Consent | None:
        """End a consent and give it; one that had ended stays as it was; None where the citizen has none of this number there."""
        row = self._db.execute(_SELECT + "AND number = ? AND ? IN ('', agency)", (subject, number, agency)).fetchone()
        if row is None:
            return None
        self._db.execute(_END, (self._clock.now_s, "withdrawn", by, exchange, subject, number))
        return _read(self._db.execute(_SELECT + "AND number = ?", (subject, number)).fetchone())


def _read(row: tuple[int, bytes, str, str, str, str, float, str, str, float, float, str, str, str]) -> Consent:
    number, subject, agency, purpose, fields, shown, until_s, by, exchange, given_s, ended_s, ended, ended_by, ended_in = row
    offer = Offer(subject, agency, purpose, fields, shown, until_s, by, exchange)
    return Consent(number, offer, given_s, ended_s, _ENDED[ended], ended_by, ended_in)
