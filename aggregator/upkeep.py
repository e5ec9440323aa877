"""Copies of the database, made, rotated and put back, and old items pruned."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from aggregator.daemon import hold
from aggregator.document_copies import BACKUP_FOLDER, FOLDER, Copies, copied
from aggregator.errors import StoreBusy, StoreError
from aggregator.store import open_store
from aggregator.store.base import Store

YOUNGEST = timedelta(days=30)
"""What is younger may still stand in its source's document, and would come again as soon as it is pruned."""
SENT_KEPT = timedelta(days=180)
"""Deliveries, and what alerts made of items, are known for so long at least."""
_PARTS = ("", "-wal", "-shm")


class Upkeep:
    """Upkeep of one open database."""

    def __init__(self, store: Store, database: Path, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._database = database
        self._now = clock

    def backup(self, file: Path) -> Path:
        """Write a whole copy, as of now, while others go on. Raises StoreError, also where the file exists."""
        self._store.backup(str(file))
        return file

    def backup_documents(self, file: Path) -> Copies:
        """Copy the documents that the folder beside a backup lacks. Raises StoreError.

        To be called after ``backup``: bytes are kept before their row is, so that none that the copy names is missing.
        """
        return copied(self._database.parent / FOLDER, file.parent / BACKUP_FOLDER)

    def backup_into(self, folder: Path, keep: int) -> Path:
        """Write a copy named by the moment into a folder, documents beside it; remove the oldest beyond ``keep``."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: cannot be made: {error.strerror}", hint="see [schedule] backup_to") from error
        made = self.backup(folder / f"{self._database.stem}-{self._now():%Y%m%dT%H%M%S}.db")
        self.backup_documents(made)
        for old in self.backups(folder)[max(keep, 1) :]:
            with suppress(OSError):
                old.unlink()
        return made

    def backups(self, folder: Path) -> list[Path]:
        """The copies of this database in a folder, the newest first; other files there are nobody's business."""
        name = re.compile(re.escape(self._database.stem) + r"-[0-9]{8}T[0-9]{6}\.db")
        return sorted((file for file in folder.iterdir() if name.fullmatch(file.name)), reverse=True)

    def prune(
        self, older_than: timedelta, *, dismissed: bool = False, matched: bool = False, dry_run: bool = False
    ) -> int:
        """Delete what was first seen so long ago and what nobody needs (see ``Store.prune``); how many items.

        Raises StoreError for less than ``YOUNGEST``.
        """
        if older_than < YOUNGEST:
            raise StoreError(
                f"items are pruned once they are {YOUNGEST.days} days old, not sooner",
                hint="their sources would bring younger ones again",
            )
        before = self._now() - older_than
        if not dry_run:
            self._store.forget_sent(self._now() - max(older_than, SENT_KEPT))
        return self._store.prune(before, dismissed=dismissed, matched=matched, dry_run=dry_run)


def restore(database: Path, backup: Path, now: datetime) -> Path | None:
    """Put a copy in a database's place; where the former one now is, None if there was none.

    The copy is looked over first, and brought up to date. Raises StoreBusy while anyone works on the database, and
    StoreError for a copy that is damaged or none of leadline's. Nothing is deleted.
    """
    if not backup.is_file() or not backup.stat().st_size:
        raise StoreError(
            f"{backup}: there is no such file, or nothing in it", hint="name a file that `leadline backup` wrote"
        )
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = database.with_name(f".{database.name}.restoring")
    try:
        with hold(database, now):
            _copy(backup, part)
            former = _put_aside(database, now) if database.exists() else None
            part.replace(database)
    except OSError as error:
        raise StoreError(f"{database}: the copy cannot be put there: {error.strerror or error}") from error
    finally:
        for end in (*_PARTS, ".search.db"):
            with suppress(OSError):
                part.with_name(part.name + end).unlink()
    return former


def restore_documents(database: Path, backup: Path) -> Copies:
    """Put the documents beside a backup where those of the database are. Raises StoreError; nothing is deleted."""
    return copied(backup.parent / BACKUP_FOLDER, database.parent / FOLDER)


def _copy(backup: Path, part: Path) -> None:
    """A whole copy of the backup, looked over, in one file."""
    shutil.copyfile(backup, part)
    part.chmod(0o600)
    opened = open_store(part)
    try:
        opened.check(whole=True)
    finally:
        opened.close()
    _into_one_file(part)


def _put_aside(database: Path, now: datetime) -> Path:
    """Give the former database a second name; a damaged one takes its side files along, for whoever can save it."""
    former = database.with_name(f"{database.stem}.before-{now:%Y%m%dT%H%M%S}{database.suffix}")
    try:
        _into_one_file(database)
    except StoreBusy:
        raise
    except StoreError:
        for end in _PARTS[1:]:
            with suppress(FileNotFoundError):
                database.with_name(database.name + end).rename(former.with_name(former.name + end))
    try:
        former.hardlink_to(database)  # the database has its name until the copy takes it
    except OSError:
        shutil.copyfile(database, former)
    return former


def _into_one_file(database: Path) -> None:
    """Write the write-ahead log into the database, which must be nobody else's meanwhile."""
    try:
        with closing(sqlite3.connect(database, timeout=5, isolation_level=None)) as db:
            if db.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
                raise StoreBusy(f"{database}: another process is at work on it", hint="stop it first")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreBusy(f"{database}: another process is at work on it", hint="stop it first") from error
        raise StoreError(f"{database}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{database}: {error}") from error
