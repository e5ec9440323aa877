"""What job boards share: adverts as entries, and which of them are gone. Pure.

A board lists what is open. An advert that two readings of a board that is not empty lack is closed: that is told once,
in an entry of its own that keeps off the fields by which an advert is known, for a closed post is no need.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from feeds.connectors.records import fields, read_records
from feeds.model import Entry, Page

MAX_REMEMBERED = 600
"""Adverts of one board whose end is watched for."""
TITLE_CHARS = 60
WRITTEN_BEFORE = timedelta(days=25)
MISSES = 2
"""Readings in a row without an advert after which it is closed."""


def page_of(
    board: str,
    rows: Sequence[Any],
    make: Callable[[Mapping[str, Any]], Entry | None],
    cursor: str,
    now: datetime | None,
) -> Page[Entry]:
    """The adverts of a board, what closed since, and the memory for the next poll; ``board`` is ``greenhouse:acme``."""
    entries, problems = read_records(rows, make, "adverts")
    entries = tuple({each.id: each for each in entries}.values())
    known = _recalled(cursor)
    if not entries:
        gone = f"the board is empty, though it had {len(known)} adverts: it may have moved" if known else ""
        return Page(problems=(*problems, gone) if gone else problems)
    entries = tuple(_newly_listed(each, known, now) for each in entries)
    listed = {each.id: each.title[:TITLE_CHARS] for each in entries}
    missing = {} if problems else _missed(known, listed)
    closed = [_closed(board, key, title, now) for key, (title, misses) in missing.items() if misses >= MISSES]
    kept = {key: each for key, each in missing.items() if each[1] < MISSES} if not problems else known
    return Page((*entries, *closed), problems=problems, cursor=_remembered(board, kept, listed, known))


def advert(
    board: str,
    key: str,
    title: str,
    *,
    content: str,
    link: str,
    published: datetime | None,
    updated: datetime | None = None,
    language: str = "",
    told: Mapping[str, Any],
) -> Entry:
    """One advert as an entry; ``told`` are its further fields."""
    ats, _, token = board.partition(":")
    about = {"ats": ats, "job_board": token, "job_id": key, "job_status": "open", **told}
    return Entry(
        id=f"{board}:{key}",
        link=link,
        title=title,
        content=content,
        published=published,
        updated=updated,
        categories=tuple(filter(None, (str(told.get("department") or ""), str(told.get("team") or "")))),
        language=language,
        fields=fields(**about),
    )


def _newly_listed(entry: Entry, known: Mapping[str, Any], now: datetime | None) -> Entry:
    """An advert that was written long before it came on the board: it is news today, so its old date is a field."""
    written = entry.published
    if not known or entry.id in known or written is None or now is None or now - written < WRITTEN_BEFORE:
        return entry
    posted = {"posted": written.date().isoformat()}
    return replace(entry, published=None, updated=None, fields={**entry.fields, **posted})


def _missed(known: Mapping[str, tuple[str, int]], listed: Iterable[str]) -> dict[str, tuple[str, int]]:
    here = set(listed)
    return {key: (title, misses + 1) for key, (title, misses) in known.items() if key not in here}


def _closed(board: str, key: str, title: str, now: datetime | None) -> Entry:
    ats, _, token = board.partition(":")
    told = fields(board=token, board_system=ats, closed_job=key.rpartition(":")[2], job_status="closed")
    day = now.date().isoformat() if now else ""
    return Entry(id=f"{key}#closed-{day}", title=f"No longer advertised: {title}", published=now, fields=told)


def _recalled(cursor: str) -> dict[str, tuple[str, int]]:
    """Id → title and misses, as ``_remembered`` wrote them; none from any other text."""
    try:
        told = json.loads(cursor)
        board = str(told["board"])
        return {f"{board}:{key}": (str(title), int(misses)) for key, (title, misses) in told["jobs"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _remembered(
    board: str,
    missing: Mapping[str, tuple[str, int]],
    listed: Mapping[str, str],
    known: Mapping[str, tuple[str, int]],
) -> str:
    """What is missing first, then what was known, then what is new, so that a large board's share of them is stable."""
    old = {key: (title, 0) for key, title in listed.items() if key in known}
    new = {key: (title, 0) for key, title in listed.items() if key not in known}
    kept = list({**missing, **old, **new}.items())
    jobs = {key.removeprefix(f"{board}:"): list(each) for key, each in kept[:MAX_REMEMBERED]}
    return json.dumps({"board": board, "jobs": jobs}, ensure_ascii=False, separators=(",", ":"))
