"""One daemon a database: a lock on a file beside it, in which the daemon leaves its heartbeat."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from aggregator.claimants import spoken, worker_lives, worker_name
from aggregator.errors import StoreBusy, StoreError

BEAT_EVERY = 20.0
"""Seconds between two heartbeats."""
SILENT = 120.0
"""Seconds without a heartbeat after which a daemon is thought to hang."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A sign of life of the daemon of a database."""

    worker: str
    since: datetime
    at: datetime

    @property
    def lives(self) -> bool:
        """Whether its process still runs."""
        return worker_lives(self.worker)

    @property
    def who(self) -> str:
        """The daemon in words."""
        return spoken(self.worker)


class Daemon:
    """The right to be the daemon of a database, while it lasts."""

    def __init__(self, file: BinaryIO, since: datetime) -> None:
        self._file = file
        self._since = since
        self._worker = worker_name()

    def beat(self, now: datetime) -> None:
        """Leave a sign of life; a disk that is full or gone does not end a daemon."""
        with contextlib.suppress(OSError):
            self._write(msgspec.json.encode(Heartbeat(self._worker, self._since, now)))

    def end(self) -> None:
        """Take the sign of life away: the daemon ended by itself."""
        with contextlib.suppress(OSError):
            self._write(b"")

    def _write(self, told: bytes) -> None:
        # Through the one open file: closing any other would give the lock away.
        os.pwrite(self._file.fileno(), told, 0)
        os.ftruncate(self._file.fileno(), len(told))


@contextmanager
def hold(database: Path, now: datetime) -> Iterator[Daemon]:
    """Be the daemon of a database while this lasts. Raises StoreBusy where another is."""
    place = _place(database)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
    except OSError as error:
        raise StoreError(f"{place}: cannot be written: {error.strerror}", hint="see whose the directory is") from error
    with file:
        if not _lock(file):
            other = heartbeat(database)
            who = f" ({other.who})" if other else ""
            raise StoreBusy(
                f"{database}: another `leadline run` is at work on it{who}", hint="one is enough: stop it first"
            )
        daemon = Daemon(file, now)
        daemon.beat(now)
        try:
            yield daemon
        finally:
            daemon.end()


def heartbeat(database: Path) -> Heartbeat | None:
    """The last sign of life of the database's daemon; None where none runs, or the last one ended by itself."""
    try:
        told = _place(database).read_bytes()
        return msgspec.json.decode(told, type=Heartbeat) if told else None
    except (OSError, msgspec.MsgspecError):
        return None


def _place(database: Path) -> Path:
    return database.with_name(f"{database.name}.run")


def _lock(file: BinaryIO) -> bool:
    """Take the lock without waiting; it ends with this process, however that ends, and no child inherits it."""
    try:
        import fcntl
    except ImportError:  # where there is no such lock, claims alone keep two daemons apart
        return True
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
