"""What connectors of local files share: addresses of paths, names still to be read, marks of what is known. Pure."""

from __future__ import annotations

import hashlib
import json
import os.path
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from feeds.connectors.records import at, number, text
from feeds.errors import LeadlineError
from feeds.model import Request, Response, Source

REST = "Leadline-Rest"
"""Header of a local request, which goes nowhere, with the names still to be read."""
MARK = 8
MAX_MARKS = 20_000
MAX_FILES = 900
"""Files read in one poll; the rest follow in the next."""


def file_url(source: Source) -> str:
    """The ``file:`` address of a source's path, ``~`` resolved; LeadlineError for one that is not absolute."""
    told = source.url.strip()
    if told.startswith("file:"):
        return told
    path = os.path.expanduser(told)
    if not os.path.isabs(path) or "\0" in path:
        raise LeadlineError(f"not an absolute path: {told[:80]!r}", hint="write it from the root, or with ~/")
    return Path(path).as_uri()


def below(base: str, name: str) -> str:
    """The address of a file in a folder."""
    return f"{base.rstrip('/')}/{quote(name)}"


def listed(names: Any) -> list[Mapping[str, Any]]:
    """The plain rows of a folder's listing; hidden names and half-written files are none."""
    rows = [each for each in names if isinstance(each, Mapping)] if isinstance(names, list) else []
    return [each for each in rows if _is_plain(str(each.get("name", "")))]


def mark_of(row: Mapping[str, Any]) -> str:
    """Stands for a file as it is: name, time and size."""
    return mark(f"{row.get('name')}\0{number(row.get('mtime'))}\0{number(row.get('size'))}")


def mark(told: str) -> str:
    """Eight hex digits that stand for a text."""
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=MARK // 2).hexdigest()


def marks_in(cursor: str) -> set[str]:
    """The marks that ``joined`` wrote."""
    told = cursor.removeprefix("+")
    return {told[start : start + MARK] for start in range(0, len(told) - MARK + 1, MARK)}


def joined(marks: Iterable[str], *, more: bool = False) -> str:
    """Marks as a cursor; ``more`` if files are left for the next poll, which must then not be told "unchanged"."""
    return ("+" if more else "") + "".join(list(dict.fromkeys(marks))[:MAX_MARKS])


def unconditional(cursor: str) -> tuple[tuple[str, str], ...]:
    """Headers of a request that wants an answer although nothing may have changed."""
    return (("If-None-Match", "-"),) if cursor.startswith("+") else ()


def queue(urls: Sequence[tuple[str, Mapping[str, Any]]]) -> Request | None:
    """A request for the first of some files, which carries the others; None if there are none."""
    if not urls:
        return None
    (url, about), rest = urls[0], list(urls[1:])
    return Request(url, headers=((REST, json.dumps([dict(about), rest])),))


def carried(response: Response) -> tuple[Mapping[str, Any], list[tuple[str, Mapping[str, Any]]]]:
    """What a request of ``queue`` carried: what the listing said of its file, and the files to come."""
    headers = response.asked.headers if response.asked else ()
    told = next((value for name, value in headers if name == REST), "")
    try:
        about, rest = json.loads(told)
        return about, [(str(url), row) for url, row in rest]
    except (ValueError, TypeError):
        return {}, []


def size_in_words(row: Mapping[str, Any]) -> str:
    """``1.2 MB``."""
    size = number(at(row, "size")) or 0
    return (
        f"{size / 1e6:.1f} MB"
        if size >= 1e6
        else f"{max(size, 1) / 1e3:.0f} kB"
        if size >= 500
        else f"{size:.0f} bytes"
    )


def _is_plain(name: str) -> bool:
    return (
        bool(text(name))
        and not name.startswith((".", "~$"))
        and not name.endswith(("~", ".part", ".tmp", ".crdownload"))
    )
