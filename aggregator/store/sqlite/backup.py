"""A whole copy of the database in a new file, while others go on writing; and back in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store.sqlite import schema
from aggregator.store.sqlite.connection import Connections, connect, create
from aggregator.store.sqlite.errors import explaining


def write(source: Connections, target: Path) -> None:
    """Copy into a file beside the target, then give it the target's name: half a backup never has it."""
    if target.exists():
        raise StoreError(f"{target}: is there already", hint="name a new file for the backup")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        create(part)
        source.vacuum_into(part)
        with explaining(part), closing(connect(part, source.patience)) as db:
            schema.renew_identity(db)
            db.execute("PRAGMA journal_mode = DELETE")
        _name(part, target)
    except OSError as error:
        raise StoreError(f"{target}: the backup cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def restore(copy: Path, target: Path, *, patience: float) -> Path | None:
    """Put a backup in the database's place; where the former one was kept, None if there was none.

    The backup is looked over whole, and the former database kept, before anything is changed; while the files change
    places nobody can write. Raises StoreError, with the former database as it was.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _check(copy, patience)
        shutil.copyfile(copy, part)
        part.chmod(0o600)
        if not target.exists():
            part.replace(target)
            return None
        kept = _unused(target)
        with _alone(target, patience) as db:
            write(Connections(target, patience), kept)
            db.execute("BEGIN EXCLUSIVE")
            part.replace(target)
            for end in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    target.with_name(target.name + end).unlink()
        return kept
    except OSError as error:
        raise StoreError(f"{target}: cannot be restored: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def _check(copy: Path, patience: float) -> None:
    """Raise StoreError for what is no whole database of leadline's."""
    if not copy.is_file():
        raise StoreError(f"{copy}: no such file", hint="name a file that `leadline backup` wrote")
    with explaining(copy), closing(_reading(copy, patience)) as db:
        schema.is_current(db)
        if db.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise StoreError(f"{copy}: the backup is damaged", hint="take an older one")


def _reading(path: Path, patience: float) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=patience)


@contextmanager
def _alone(path: Path, patience: float) -> Iterator[sqlite3.Connection]:
    with explaining(path), closing(connect(path, patience)) as db:
        yield db


def _unused(target: Path) -> Path:
    names = (target.with_name(f"{target.name}.before-restore{number or ''}") for number in count())
    return next(name for name in names if not name.exists())


def _name(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # unlike a rename, fails where the name was taken meanwhile
    except OSError:
        if target.exists():
            raise
        part.rename(target)  # some file systems know no links
