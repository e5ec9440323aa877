"""What SQLite complains of, said as a StoreError with words and a hint."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from aggregator.errors import StoreBusy, StoreError

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""Primary error codes of a file that is no whole database."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

_SAYINGS = {
    sqlite3.SQLITE_FULL: (
        "the disk is full",
        "free some space, or move the database; nothing stored was lost",
    ),
    sqlite3.SQLITE_READONLY: ("the database is read-only", "make the file and its directory writable by you"),
    sqlite3.SQLITE_PERM: ("the database may not be opened", "make the file and its directory yours"),
    sqlite3.SQLITE_CANTOPEN: (
        "the database cannot be opened",
        "see whether its directory is there, yours, and not read-only",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk failed while reading or writing",
        "see whether the disk is full or failing",
    ),
    sqlite3.SQLITE_NOTADB: ("the file is not a database", "move it away, or bring back a backup"),
    sqlite3.SQLITE_CORRUPT: ("the database is damaged", "bring back a backup; the file was left as it is"),
}


def primary(error: sqlite3.Error) -> int:
    """The primary error code, without the detail that SQLite adds in the upper bits; 0 if it has none."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def explained(error: Exception, path: Path) -> StoreError:
    """The StoreError that says what this error means for the database at the path."""
    if not isinstance(error, sqlite3.Error):
        return StoreError(f"{path}: a value cannot be stored: {error}", hint="this is a fault of what was read")
    return saying(primary(error), path, str(error))


def saying(code: int, path: Path, otherwise: str = "") -> StoreError:
    """The StoreError for one of SQLite's primary error codes; of a rare one, its own words."""
    if code in _BUSY:
        hint = "close the other leadline, or wait until it is done"
        return StoreBusy(f"{path}: another process holds the database", hint=hint)
    words, hint = _SAYINGS.get(code, (otherwise, ""))
    return StoreError(f"{path}: {words}", hint=hint)


def is_damage(error: StoreError) -> bool:
    """Whether SQLite found a file to be no whole database."""
    return isinstance(error.__cause__, sqlite3.Error) and primary(error.__cause__) in DAMAGED


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Let only StoreErrors out of what is done with the database at the path."""
    try:
        yield
    except msgspec.MsgspecError as error:
        raise saying(sqlite3.SQLITE_CORRUPT, path) from error
    except (sqlite3.Error, UnicodeError, OverflowError) as error:
        raise explained(error, path) from error
