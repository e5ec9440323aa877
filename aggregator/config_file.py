"""Adds to a config file: what stands there stays word for word, and the file is whole at every moment."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from aggregator.config import parse
from aggregator.errors import ConfigError, LeadlineError


def append(path: Path, tables: str) -> None:
    """Add tables at the end of a config file, if all of it is then a valid config. Raises ConfigError, LeadlineError.

    The file is replaced in one step, where a link leads to; its rights stay. Somebody's change in the meantime is not
    overwritten.
    """
    target = path.resolve()
    try:
        before = target.read_bytes()
        text = before.decode("utf-8-sig")
        line = "\r\n" if "\r\n" in text else "\n"
        whole = text + ("" if not text or text.endswith("\n") else line) + tables.replace("\n", line)
        _check(whole, path)
        mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
        _replace(target, before, mark + whole.encode())
    except OSError as error:
        raise LeadlineError(f"{error.filename or path} cannot be written: {error.strerror}") from None


def _check(text: str, path: Path) -> None:
    try:
        parse(text, str(path), path=path)
    except ConfigError as error:
        if "sources = [" in text:
            hint = "sources = [ … ] cannot be added to: write each as [[sources]]"
            raise LeadlineError(f"{path} was left as it is: {error}", hint=hint) from None
        raise


def _replace(target: Path, before: bytes, after: bytes) -> None:
    fresh = target.with_name(f".{target.name}.new")
    try:
        with fresh.open("wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(target, fresh)
        if target.read_bytes() != before:
            raise LeadlineError(f"{target} was changed meanwhile and left as it is", hint="try again")
        os.replace(fresh, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
