"""JSON Feed 1.0 and 1.1 to raw strings; every value may be of the wrong type."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from feeds.parsing.raw import RawEntry, RawFeed

_SURROGATES = re.compile("[\ud800-\udfff]")


def read_json(text: str, limit: int) -> RawFeed | None:
    """A JSON Feed; None where the text is none. At most ``limit`` entries are read."""
    try:
        document = json.loads(text, parse_int=_number, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return None
    items = [item for item in document["items"] if isinstance(item, dict)]
    if "jsonfeed.org" not in _text(document.get("version")) and not all("id" in item for item in items):
        return None
    feed = RawFeed(
        title=html.escape(_text(document.get("title")), quote=False),
        link=_text(document.get("home_page_url")),
        id=_text(document.get("feed_url")),
        subtitle=html.escape(_text(document.get("description")), quote=False),
        author=_authors(document),
        language=_text(document.get("language")),
    )
    feed.entries = [_entry(item) for item in items[:limit]]
    feed.more = len(items) - len(feed.entries)
    return feed


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) < 20 else digits


def _text(value: Any) -> str:
    """A string or number as text; anything else is ""."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    text = str(value)
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def _plain(value: Any) -> str:
    """Plain text as HTML."""
    return html.escape(_text(value), quote=False).replace("\n", "<br>\n")


def _authors(item: dict[str, Any]) -> str:
    listed = item.get("authors")
    people = listed if isinstance(listed, list) else [item.get("author")]
    return ", ".join(filter(None, (_text(each.get("name")) for each in people if isinstance(each, dict))))


def _entry(item: dict[str, Any]) -> RawEntry:
    tags, files = item.get("tags"), item.get("attachments")
    return RawEntry(
        id=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=html.escape(_text(item.get("title")), quote=False),
        summary=_plain(item.get("summary")),
        content=_text(item.get("content_html")) or _plain(item.get("content_text")),
        author=_authors(item),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        categories=[_text(tag) for tag in tags] if isinstance(tags, list) else [],
        enclosures=[
            (_text(each.get("url")), _text(each.get("mime_type")), _text(each.get("size_in_bytes")))
            for each in (files if isinstance(files, list) else [])
            if isinstance(each, dict)
        ],
        language=_text(item.get("language")),
    )
