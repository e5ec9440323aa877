"""Writes a file whole or not at all: a reader never finds half of it, and a failure leaves the former one."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from aggregator.errors import LeadlineError


@contextmanager
def writing(path: Path, *, private: bool = False) -> Iterator[TextIO]:
    """A text file (UTF-8, line ends as written) that takes its name when all is in it; ``private`` makes it 0600.

    Raises LeadlineError where it cannot be written.
    """
    with writing_bytes(path, private=private) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            yield text
        finally:
            text.detach()  # which flushes


@contextmanager
def writing_bytes(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """The same of bytes. Raises LeadlineError where it cannot be written."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        mode = 0o600 if private else 0o666
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LeadlineError(f"{path} cannot be written: {reason}", hint="name another file") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
