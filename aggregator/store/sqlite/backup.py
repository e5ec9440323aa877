"""A whole copy of the database in a new file, while others go on writing."""

from __future__ import annotations

import os
from contextlib import closing, suppress
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


def _name(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # unlike a rename, fails where the name was taken meanwhile
    except OSError:
        if target.exists():
            raise
        part.rename(target)  # some file systems know no links
