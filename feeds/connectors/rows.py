"""Rows of a table as entries: which column is title, link, date, text; the others become fields. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from feeds.connectors.records import UnreadableError, instant, text, texts
from feeds.errors import LeadlineError
from feeds.model import Entry
from feeds.text import safe_link

PARTS = ("id", "title", "link", "text", "date", "updated", "author", "language", "categories")
"""What a column may be."""
_GUESSES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "key", "number", "ref", "reference", "case", "ticket"),
    "title": ("title", "subject", "headline", "summary", "name", "opportunity", "opportunity name"),
    "link": ("link", "url", "address", "website", "permalink"),
    "text": ("text", "description", "body", "notes", "note", "comment", "comments", "details", "content"),
    "date": ("date", "published", "created", "created at", "created date", "opened", "timestamp", "close date"),
    "updated": ("updated", "modified", "changed", "last modified", "updated at", "last activity"),
    "author": ("author", "owner", "by", "user"),
    "language": ("language", "lang"),
    "categories": ("categories", "category", "tags"),
}
MAX_FIELDS = 40
_PERSONAL = re.compile(r"e.?mail|phone|telephone|mobile|\bfax\b|contact", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns by what they are; ``fields`` are further ones by field name, None for all others."""

    parts: Mapping[str, str]
    fields: Mapping[str, str] | None = None


def columns_of(options: Mapping[str, Any]) -> Columns:
    """What ``columns`` and ``fields`` of a source say; LeadlineError for what they cannot mean."""
    told = options.get("columns") or {}
    if not isinstance(told, Mapping) or not all(isinstance(each, str) for each in told.values()):
        raise LeadlineError('`columns` is no table, as { title = "Subject", date = "Created" }')
    unknown = [str(name) for name in told if name not in PARTS]
    if unknown:
        raise LeadlineError(f"`columns` knows no {unknown[0]!r}", hint=f"one of: {', '.join(PARTS)}")
    wanted = options.get("fields")
    if wanted is None:
        return Columns(dict(told))
    if isinstance(wanted, list):
        return Columns(dict(told), {_name(str(each)): str(each) for each in wanted})
    if isinstance(wanted, Mapping):
        return Columns(dict(told), {str(name): str(each) for name, each in wanted.items()})
    raise LeadlineError("`fields` is no list of columns and no table of names and columns")


def guessed(columns: Columns, header: Iterable[str]) -> Columns:
    """With what the header's usual names suggest where nothing was said; LeadlineError where there is no title."""
    known = {_name(each).replace("_", " "): each for each in header}
    parts = dict(columns.parts)
    missing = [each for each in parts.values() if each not in known.values()]
    if missing:
        raise LeadlineError(
            f"there is no column {missing[0]!r}", hint=f"its columns: {', '.join(known.values())[:300]}"
        )
    for part, names in _GUESSES.items():
        found = next((known[name] for name in names if name in known and known[name] not in parts.values()), None)
        if part not in parts and found:
            parts[part] = found
    if "title" not in parts:
        hint = f'set columns = {{ title = "…" }}; its columns: {", ".join(known.values())[:300]}'
        raise LeadlineError("no column looks like a title", hint=hint)
    return Columns(parts, columns.fields)


def entry_of(row: Mapping[str, Any], columns: Columns) -> Entry:
    """One row; ``UnreadableError`` without a title."""
    part = {name: row.get(column) for name, column in columns.parts.items()}
    title = text(part.get("title"), 500)
    if not title:
        raise UnreadableError("no title")
    body = text(part.get("text"), 50_000)
    told = _fields(row, columns)
    lines = "".join(
        f"<p>{escape(name.replace('_', ' '))}: {escape(text(value, 300))}</p>" for name, value in told.items()
    )
    return Entry(
        id=text(part.get("id")) or _mark(row),
        link=safe_link(text(part.get("link"))),
        title=title,
        content=(f"<p>{escape(body)}</p>" if body else "") + lines,
        author=text(part.get("author"), 200),
        published=instant(part.get("date")) or instant(part.get("updated")),
        updated=instant(part.get("updated")),
        categories=tuple(texts(re.split(r"[;,|]", text(part.get("categories"))))),
        language=text(part.get("language"), 20),
        fields=told,
    )


def without_personal(row: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """A row without the columns of contact persons that nobody asked for: they are to be seen nowhere."""
    wanted = {*columns.parts.values(), *(columns.fields or {}).values()}
    return {name: each for name, each in row.items() if name in wanted or not _PERSONAL.search(str(name))}


def _fields(row: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    wanted = columns.fields
    if wanted is None:
        used = set(columns.parts.values())
        rest = [str(each) for each in row if each not in used]
        wanted = {_name(each): each for each in rest[:MAX_FIELDS]}
    return {name: row[each] for name, each in wanted.items() if name and row.get(each) not in (None, "")}


def _name(column: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")


def _mark(row: Mapping[str, Any]) -> str:
    whole = json.dumps(row, sort_keys=True, default=str)
    return f"row:{hashlib.blake2b(whole.encode('utf-8', 'replace'), digest_size=10).hexdigest()}"
