"""The full-text index: its own file beside the database, filled behind the poll, rebuilt when lost.

Two files do not commit together. So work is taken from the change log, written here, and only then taken off
the log; doing a piece of work twice does no harm. Both files say how far the work has come: an index that
lacks what was taken off the log (an old copy put back, a write-ahead log thrown away) is built anew.
"""

# ruff: noqa: S608 - only constant names are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aggregator.errors import StoreError
from aggregator.store.sqlite.connection import Connections, create
from aggregator.store.sqlite.errors import is_damage
from aggregator.store.sqlite.rows import as_json

FORMAT = 1
"""``PRAGMA user_version`` of a whole index; another value means: build it anew."""

_TABLES = (
    "DROP TABLE IF EXISTS docs",
    "CREATE VIRTUAL TABLE docs USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2')",
    "INSERT INTO docs(docs, rank) VALUES ('hashsize', 8388608)",  # a third quicker to fill than with 1 MB
    "DROP TABLE IF EXISTS of",
    "CREATE TABLE of (identity TEXT NOT NULL, upto INTEGER NOT NULL) STRICT",
)


_INDEXED = "INSERT OR REPLACE INTO about VALUES ('indexed', CAST(? AS TEXT))"


class SearchFile:
    """The index of one database."""

    def __init__(self, main: Connections, patience: float) -> None:
        self.path = main.path.with_name(f"{main.path.stem}.search.db")
        self._main = main
        self._file = Connections(self.path, patience)
        self._both = Connections(main.path, patience, attached=self.path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A snapshot of database and index (``search.docs``); None while there is no index."""
        if not self.path.exists():
            yield None
            return
        with self._both.reading() as db:
            yield db if _is_whole(db, "search.", *_owner(db)) else None

    def index(self, limit: int) -> int:
        """Take in up to ``limit`` changes; how many there were."""
        try:
            return self._index(limit)
        except StoreError as error:
            if not is_damage(error):
                raise
        self.discard()
        return self._index(limit)

    def discard(self) -> None:
        """Remove the file; the next ``index`` builds it anew."""
        self._file.drop()
        self._both.drop()
        for end in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                self.path.with_name(self.path.name + end).unlink()

    def close(self) -> None:
        """Let go of the files."""
        self._file.close()
        self._both.close()

    def _index(self, limit: int) -> int:
        self._ensure()
        with self._file.writing() as docs, self._main.reading() as main:
            # Read only once the index is ours: an older text must not overwrite a newer one.
            sql = "SELECT seq, item FROM changes ORDER BY seq LIMIT ?"
            work = main.execute(sql, (max(limit, 0),)).fetchall()
            numbers = sorted({item for _, item in work})
            docs.executemany("DELETE FROM docs WHERE rowid = ?", [(n,) for n in numbers])
            texts = main.execute(
                "SELECT n, title, text FROM items WHERE n IN (SELECT value FROM json_each(?)) ORDER BY n",
                (as_json(numbers),),
            )
            docs.executemany("INSERT INTO docs(rowid, title, text) VALUES (?,?,?)", texts)
            if work:
                docs.execute("UPDATE of SET upto = max(upto, ?)", (work[-1][0],))
        if work:
            self._acknowledge(work[-1][0])
        return len(work)

    def _acknowledge(self, seq: int) -> None:
        with self._main.writing() as main:
            main.execute("DELETE FROM changes WHERE seq <= ?", (seq,))
            main.execute(_INDEXED, (max(seq, _owner(main)[1]),))

    def _ensure(self) -> None:
        """See that there is an index of this very database; a new one is given everything to do."""
        create(self.path)
        with self._main.reading() as main:
            identity, upto = _owner(main)
        with self._file.reading() as docs:
            if _is_whole(docs, "", identity, upto):
                return
        with self._file.writing() as docs:
            docs.execute("PRAGMA user_version = 0")
            for statement in _TABLES:
                docs.execute(statement)
        with self._main.writing() as main:
            main.execute("DELETE FROM changes")
            main.execute("INSERT INTO changes(item) SELECT n FROM items ORDER BY n DESC")
            main.execute(_INDEXED, (0,))
        with self._file.writing() as docs:
            docs.execute("INSERT INTO of VALUES (?, 0)", (identity,))
            docs.execute(f"PRAGMA user_version = {FORMAT}")


def _owner(main: sqlite3.Connection) -> tuple[str, int]:
    """Which database this is, and up to which change its index has acknowledged."""
    about = dict(main.execute("SELECT name, value FROM about"))
    return about["identity"], int(about.get("indexed", 0))


def _is_whole(db: sqlite3.Connection, schema: str, identity: str, upto: int) -> bool:
    if db.execute(f"PRAGMA {schema}user_version").fetchone()[0] != FORMAT:
        return False
    row = db.execute(f"SELECT max(upto) FROM {schema}of WHERE identity = ?", (identity,)).fetchone()
    return row[0] is not None and row[0] >= upto
