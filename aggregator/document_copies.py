"""Copies of documents into a backup's folder and back: by their hash, so that each is copied once and checked."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aggregator.errors import StoreError

FOLDER = "documents"
"""Beside a database: where the bytes are."""
BACKUP_FOLDER = "leadline-documents"
"""Beside backups, for all of them together."""
_HASH = re.compile(r"[0-9a-f]{64}")
_PIECE = 1_000_000


@dataclass(frozen=True, slots=True)
class Copies:
    """What copying came to."""

    folder: Path
    there: int = 0
    """Documents that are in the folder now."""
    new: int = 0
    """Those of them that were copied just now."""
    damaged: tuple[str, ...] = ()
    """Hashes of those that are not what their name says: not copied."""


def copied(source: Path, target: Path) -> Copies:
    """Copy what the target lacks; nothing in it is deleted or replaced but what is damaged. Raises StoreError."""
    try:
        names = sorted(each.name for each in source.iterdir() if _HASH.fullmatch(each.name) and each.is_file())
    except FileNotFoundError:
        return Copies(target)
    except OSError as error:
        raise StoreError(f"{source}: documents cannot be read: {error.strerror}") from None
    if not names or source.resolve() == target.resolve():
        return Copies(target, len(names))
    new, damaged = 0, []
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in names:
            there = target / name
            if there.is_file() and there.stat().st_size == (source / name).stat().st_size:
                continue
            if _copy(source / name, there):
                new += 1
            else:
                damaged.append(name)
    except OSError as error:
        hint = "the database itself is safe; free some space, or see whose the folder is, and try again"
        raise StoreError(f"{target}: documents cannot be copied there: {error.strerror}", hint=hint) from None
    return Copies(target, len(names) - len(damaged), new, tuple(damaged))


def _copy(source: Path, target: Path) -> bool:
    """Copy a file whole or not at all; not where it is not what its name says."""
    part = target.with_name(f".{target.name[:16]}.{secrets.token_hex(4)}.part")
    found = hashlib.sha256()
    try:
        with source.open("rb") as read, open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            while piece := read.read(_PIECE):
                found.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if found.hexdigest() != source.name:
            return False
        part.replace(target)
        return True
    finally:
        with suppress(OSError):
            part.unlink()
