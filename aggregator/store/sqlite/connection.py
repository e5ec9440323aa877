"""Opens the files and owns every transaction: ``reading()`` a snapshot, ``writing()`` at once."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from aggregator.errors import StoreBusy, StoreError
from aggregator.store.sqlite import schema
from aggregator.store.sqlite.errors import explaining, primary, saying

_HEADER = b"SQLite format 3\0"
_PRAGMAS = (
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16384",
    "PRAGMA temp_store = MEMORY",
    # Polls touch pages all over the indexes; a late checkpoint (32 MB) writes each of them once.
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA journal_size_limit = 67108864",
)

CHECKED_BYTES = 8_000_000
"""A file up to this size is looked through before each poll, which takes milliseconds."""


class Connections:
    """One connection a thread to one database file; waits ``patience`` seconds where another process writes.

    With ``attached``, a second file is read along under the name ``search``: such connections only
    read, because a write would lock both files.
    """

    def __init__(self, path: Path, patience: float, attached: Path | None = None) -> None:
        self.path = path
        self.patience = patience
        self._attached = attached
        self._own: dict[threading.Thread, tuple[sqlite3.Connection, _Identity]] = {}
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._closed = False

    def prepare(self) -> None:
        """Create directory, file and tables where they are missing; bring an older database up to date."""
        with explaining(self.path):
            create(self.path)
            _refuse_foreign(self.path, self.patience)
            if schema.is_current(self._connection()):
                return
        with self.writing() as db:
            if not schema.is_current(db):  # another process may have been quicker
                schema.migrate(db)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees the database as it is now, whatever is written meanwhile."""
        with explaining(self.path):
            db = self._connection()
            db.execute("BEGIN")
            try:
                yield db
            finally:
                _roll_back(db)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection that already holds the right to write: all of it is kept, or nothing."""
        with explaining(self.path):
            db = self._connection()
            if not self._turn.acquire(timeout=self.patience):
                raise StoreBusy(f"{self.path}: another thread is writing", hint="try again")
            try:
                # A plain BEGIN that reads before it writes fails at once where another wrote in between.
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            finally:
                _roll_back(db)
                self._turn.release()

    def check(self, *, whole: bool) -> None:
        """Raise StoreError for a damaged file; of a large one only the tops of tables are read, unless ``whole``."""
        with self.reading() as db:
            size = self.path.stat().st_size
            if not whole and size > CHECKED_BYTES:
                schema.touch(db)
            elif db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise saying(sqlite3.SQLITE_CORRUPT, self.path)

    def vacuum_into(self, target: Path) -> None:
        """Write a whole copy, as of now, into an empty file; nobody is kept from writing meanwhile."""
        with explaining(self.path):
            self._connection().execute("VACUUM INTO ?", (str(target),))

    def drop(self) -> None:
        """Close every connection; the next use opens new ones."""
        with self._guard:
            held, self._own = list(self._own.values()), {}
        for db, _ in held:
            with suppress(sqlite3.Error):
                db.close()

    def close(self) -> None:
        """Close every connection for good."""
        self._closed = True
        self.drop()

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError("the store is closed")
        thread = threading.current_thread()
        held = self._own.get(thread)
        identity = self._identity()
        if held is not None and held[1] == identity:
            return held[0]
        with self._guard:
            for gone in [t for t in self._own if t is thread or not t.is_alive()]:
                self._own.pop(gone)[0].close()
        db = connect(self.path, self.patience, self._attached)
        with self._guard:
            self._own[thread] = db, identity
        return db

    def _identity(self) -> _Identity:
        return tuple(_inode(path) for path in (self.path, self._attached) if path is not None)


_Identity = tuple[tuple[int, int], ...]


def _inode(path: Path) -> tuple[int, int]:
    """What tells a file from another that took its name, as when a backup was put in its place."""
    try:
        found = os.stat(path)
    except OSError as error:
        message = f"{path}: cannot be found any more: {error.strerror or error}"
        raise StoreError(message, hint="was it moved away?") from error
    return found.st_dev, found.st_ino


def create(path: Path) -> None:
    """Create the directory (0700) and an empty file (0600) where they are missing."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(f"{path}: cannot be opened or created: {reason}", hint="see whose the directory is") from error


def _refuse_foreign(path: Path, patience: float) -> None:
    """Refuse what is no database of leadline's before anything of it is changed."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_HEADER))
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}", hint="see whose the file is") from error
    if start and start != _HEADER:  # SQLite itself would take a very short file for an empty database
        raise saying(sqlite3.SQLITE_NOTADB, path)
    with closing(_open(path, patience)) as db:
        schema.is_current(db)


def connect(path: Path, patience: float, attached: Path | None = None) -> sqlite3.Connection:
    """A connection to an existing file, set up, without Python's own transactions."""
    db = _open(path, patience)
    try:
        _to_wal(db, patience)
        for pragma in _PRAGMAS:
            db.execute(pragma)
        if attached is not None:
            db.execute("ATTACH ? AS search", (_uri(attached),))
    except BaseException:
        db.close()
        raise
    return db


def _open(path: Path, patience: float) -> sqlite3.Connection:
    return sqlite3.connect(
        _uri(path),
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=rw"


def _to_wal(db: sqlite3.Connection, patience: float) -> None:
    """Switch to the write-ahead log; SQLite does not wait by itself for another that is just doing so."""
    deadline = time.monotonic() + patience
    while db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if primary(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
