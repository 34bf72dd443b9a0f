"""Opening an SQLite file that is ours: made where there is none, refused where it is another program's or of a later version.

Laws: 1. What is written is on the disk when the call returns. 2. A file is refused before anything in it is touched. 3. Through a file that
was opened for looking nothing is changed, and who writes it is not held up.
Must not know: what stands in the tables.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ..catalogue.port import Busy


class NotOurs(ValueError):
    """The file is another program's, or of a later version."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a file of ours says of itself, and the tables that it begins with."""

    application_id: int
    version: int
    schema: str


def begin_writing(db: sqlite3.Connection) -> None:
    """Begin to write.

    Faults: Busy where another program has written for longer than is waited.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise Busy from error
        raise


def open_file(path: Path | str, form: Form, wait_s: float = 10.0) -> sqlite3.Connection:
    """Open a file, or make it; the connection is used by one thread at a time.

    Units: `wait_s` how long another program's writing is waited for.
    Faults: NotOurs; sqlite3.DatabaseError where it is no database.
    """
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=wait_s)
    try:
        _prepare(db, form)
    except BaseException:
        db.close()
        raise
    return db


def look_into_file(path: Path | str, form: Form, wait_s: float = 10.0) -> sqlite3.Connection:
    """Open a file for looking.

    Faults: NotOurs, also where it is of an earlier version; sqlite3.DatabaseError where it is no database.
    """
    db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None, timeout=wait_s)
    db.text_factory = _read_text
    try:
        application, version = _read_stamp(db)
        if application != form.application_id:
            raise NotOurs("is a database of another program")
        if version != form.version:
            which, brings = ("a later", "") if version > form.version else ("an earlier", "; `serve` brings it to this one")
            raise NotOurs(f"is of {which} version ({version}, this knows {form.version}{brings})")
    except BaseException:
        db.close()
        raise
    return db


def _read_text(raw: bytes) -> str:
    """Read a text so that one which is damaged is seen to be, and hides no other."""
    return raw.decode("utf-8", "replace")


def _read_stamp(db: sqlite3.Connection) -> tuple[int, int]:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return application, version


def _prepare(db: sqlite3.Connection, form: Form) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    application, version = _read_stamp(db)
    is_empty = db.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    if is_empty and application == 0:
        stamp = f"PRAGMA application_id = {form.application_id}; PRAGMA user_version = {form.version};"
        db.executescript("BEGIN IMMEDIATE;" + form.schema + stamp + "COMMIT;")
    elif application != form.application_id:
        raise NotOurs("is a database of another program")
    elif version > form.version:
        raise NotOurs(f"is of a later version ({version}, this knows {form.version})")
