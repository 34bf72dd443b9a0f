"""The durable stores of the data plane in one SQLite file: deeds, each in a transaction of its own within a commit that several share.

Laws: the port's. Workers of one machine share the file; who writes waits for who writes. Deeds that came together are committed together,
so that the disk is asked once for all of them. A file that is taken away fails the stores: what is written into it would be lost. In
memory (`:memory:`) it is the same stores without a file: for examples and tests.
Must not know: threads, asks, what a deed is for.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..values.stores import StoreFailed, Stores
from . import sqlite_consents, sqlite_journeys, sqlite_keys, sqlite_sealed, sqlite_waits
from .clock import Clock
from .sqlite_consents import SqliteConsents
from .sqlite_file import Form, NotOurs, look_into_file, open_file
from .sqlite_journeys import SqliteJourneys
from .sqlite_keys import SqliteKeys
from .sqlite_sealed import SqliteSealed

T = TypeVar("T")
Deed = Callable[[Stores], object]

APPLICATION_ID = 0x4A4D4253  # JMBS
VERSION = 2  # since what is kept has the mark of its key
_FORM = Form(APPLICATION_ID, VERSION, "")
_PARTS = (
    sqlite_keys.SCHEMA,
    sqlite_journeys.SCHEMA,
    sqlite_waits.SCHEMA,
    sqlite_consents.SCHEMA,
    sqlite_sealed.SCHEMA,
)  # each makes its tables where they are not there yet
_IN_MEMORY = ":memory:"
# Exactly these: a full or failing disk, a damaged file. What is derived from them otherwise is one deed's own mistake.
_OF_THE_FILE = (sqlite3.DatabaseError, sqlite3.OperationalError, sqlite3.InternalError)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a deed sees."""

    clock: Clock
    keys: SqliteKeys
    journeys: SqliteJourneys
    consents: SqliteConsents
    sealed: SqliteSealed

    @property
    def now_s(self) -> float:
        return self.clock.now_s


class SqliteState:
    """The stores in one file; one connection, used by one thread."""

    __slots__ = ("_begin", "_clock", "_db", "_file", "_parts", "_path", "_tell_time")

    def __init__(
        self,
        path: Path | str = _IN_MEMORY,
        tell_time: Callable[[], float] = time.time,
        marks: Sequence[str] = (),
        before: str = "",
        *,
        may_make: bool = True,
        may_write: bool = True,
    ) -> None:
        """Open the file, or make it where that may be, for its owner only; or look into it, without holding up who writes.

        Shape: `marks` are those of the keys that are known, the one in use first; () = whoever opens it keeps nothing new. `before` is that
        of the key which was in use before there were marks.
        Faults: StoreFailed; then also where deeds of one who may not write would.
        """
        self._tell_time = tell_time
        self._clock = Clock()
        self._path = path
        self._begin = "BEGIN IMMEDIATE" if may_write else "BEGIN"
        try:
            self._db = _open(path, may_make) if may_write else look_into_file(path, _FORM)
            self._file = _identify(path)
            sealed = SqliteSealed(self._db, self._clock, marks)
            if may_write:
                sealed.enter(before, tell_time())
        except (sqlite3.Error, NotOurs, OSError) as error:
            raise StoreFailed(f"{path}: {error}") from error
        mine = self._db, self._clock, sealed
        self._parts = _Parts(self._clock, SqliteKeys(*mine), SqliteJourneys(*mine), SqliteConsents(*mine), sealed)

    def __enter__(self) -> SqliteState:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def consult(self, deed: Callable[[Stores], T]) -> T:
        """Do one deed and give what it gives.

        Faults: StoreFailed; what the deed raises, which has then changed nothing.
        """
        kept: list[T] = []
        (found,) = self.consult_all((lambda stores: kept.append(deed(stores)),))
        if isinstance(found, Exception):
            raise found
        return kept[0]

    def consult_all(self, deeds: Sequence[Deed]) -> list[object]:
        """Do deeds in their order and make them last together; give for each what it gave, or the exception that it ended with.

        Faults: StoreFailed; then none of them is done.
        """
        self._clock.now_s = self._tell_time()
        if _identify(self._path) != self._file:
            raise StoreFailed("the file of the store is gone, or another one stands there")
        try:
            self._db.execute(self._begin)
            found = [self._do(deed) for deed in deeds]
            self._db.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise StoreFailed(str(error)) from error
            raise
        return found

    def _do(self, deed: Deed) -> object:
        self._db.execute("SAVEPOINT deed")
        try:
            found = deed(self._parts)
        except Exception as error:
            if type(error) in _OF_THE_FILE:
                raise  # all of them fail
            self._db.execute("ROLLBACK TO deed")
            found = error
        self._db.execute("RELEASE deed")
        return found


def _identify(path: Path | str) -> tuple[int, int]:
    """Name the file that stands at a path now; nothing is (0, 0), and so are stores in memory."""
    try:
        found = Path(path).stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _open(path: Path | str, may_make: bool) -> sqlite3.Connection:
    if path != _IN_MEMORY:
        if may_make:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, (os.O_CREAT if may_make else 0) | os.O_RDWR, 0o600))
    db = open_file(path, _FORM)
    try:
        db.execute("BEGIN IMMEDIATE")
        for table in sqlite_sealed.TABLES:
            _add_marks(db, table)
        for statement in _split("".join(_PARTS)):
            db.execute(statement)
        if db.execute("PRAGMA user_version").fetchone() != (VERSION,):
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def _add_marks(db: sqlite3.Connection, table: str) -> None:
    """Give the rows of a file of version 1 a place for the mark of their key."""
    columns = {name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")}
    if columns and "key" not in columns:
        db.execute(f"ALTER TABLE {table} ADD COLUMN key TEXT NOT NULL DEFAULT ''")


def _split(script: str) -> Iterator[str]:
    """Give the statements of a script: executing it whole would end the transaction."""
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
