"""Which journeys wait at a step, as rows that the stores' file keeps by itself from the events.

Laws: 1. What is listed is in the same transaction as the event that it follows from, whoever writes that, also a program that knows nothing
of the list. 2. A file of before is given its list when it is opened, once. 3. A page, and how many there are, costs one look.
Must not know: what an event means beyond the port's table of waits.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..values.journeys import WAIT_BEGINS, WAIT_ENDS, WAITS_END


def _name(kinds: Sequence[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


_WAITING = f"""SELECT event.journey, event.step, journeys.operation, max(event.at_s)
  FROM journey_events AS event JOIN journeys ON journeys.id = event.journey
  WHERE event.kind = '{WAIT_BEGINS}' AND journeys.ended_s = 9e999 AND NOT EXISTS (SELECT 1 FROM journey_events AS other
    WHERE other.journey = event.journey
      AND (other.kind IN ({_name(WAITS_END)}) OR other.kind IN ({_name(WAIT_ENDS)}) AND other.step = event.step))"""  # noqa: S608 - our own words
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS journey_waits (journey TEXT NOT NULL, step TEXT NOT NULL, operation TEXT NOT NULL, since_s REAL NOT NULL,
  PRIMARY KEY (journey, step)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journey_waits_of (operation TEXT NOT NULL, step TEXT NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (operation, step)) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS journey_wait_comes AFTER INSERT ON journey_waits BEGIN
  INSERT INTO journey_waits_of VALUES (new.operation, new.step, 1) ON CONFLICT DO UPDATE SET amount = amount + 1;
END;
CREATE TRIGGER IF NOT EXISTS journey_wait_goes AFTER DELETE ON journey_waits BEGIN
  UPDATE journey_waits_of SET amount = amount - 1 WHERE operation = old.operation AND step = old.step;
END;
CREATE TRIGGER IF NOT EXISTS journey_wait_begins AFTER INSERT ON journey_events WHEN new.kind = '{WAIT_BEGINS}' BEGIN
  INSERT INTO journey_waits {_WAITING} AND event.journey = new.journey AND event.step = new.step GROUP BY event.journey, event.step
    ON CONFLICT DO UPDATE SET since_s = excluded.since_s;
END;
CREATE TRIGGER IF NOT EXISTS journey_wait_ends AFTER INSERT ON journey_events WHEN new.kind IN ({_name(WAIT_ENDS)}) BEGIN
  DELETE FROM journey_waits WHERE journey = new.journey AND step = new.step;
END;
CREATE TRIGGER IF NOT EXISTS journey_waits_end AFTER INSERT ON journey_events WHEN new.kind IN ({_name(WAITS_END)}) BEGIN
  DELETE FROM journey_waits WHERE journey = new.journey;
END;
CREATE TRIGGER IF NOT EXISTS journey_ends AFTER UPDATE OF ended_s ON journeys WHEN new.ended_s < 9e999 BEGIN
  DELETE FROM journey_waits WHERE journey = new.id;
END;
INSERT INTO journey_waits {_WAITING} AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'journey_waits_longest')
  GROUP BY event.journey, event.step;
CREATE INDEX IF NOT EXISTS journey_waits_longest ON journey_waits (operation, step, since_s, journey);
"""  # noqa: S608 - our own words; the index comes last: where it is, what waited before is there too
