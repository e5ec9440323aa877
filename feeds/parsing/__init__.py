"""Feed documents of any format and condition to a ``Page`` of entries.

``parse`` opens nothing, fetches nothing, ends within seconds and raises nothing but ``ReadError``. Documents
whose shape is fully understood take the fast path (``fast``, ``jsonfeed``); the rest are repaired if the
fault is a known one (``repair``), and what is left goes to feedparser in a child process with limits
(``slow``, ``child``). All of them hand raw strings to ``assemble``, which alone gives them meaning.
"""

from __future__ import annotations

import re

from feeds.errors import ReadError
from feeds.model import Entry, Page
from feeds.parsing.assemble import assemble
from feeds.parsing.discover import feed_links, is_web_page
from feeds.parsing.encoding import decode
from feeds.parsing.fast import read_xml
from feeds.parsing.jsonfeed import read_json
from feeds.parsing.names import ENTRY_START

__all__ = ["MAX_ENTRIES", "parse"]

MAX_ENTRIES = 5_000
"""Entries read of one document, in document order (feeds put the newest first)."""

_FEED_MARK = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel|item|entry)[\s>/]", re.IGNORECASE)
_WRAPPED = re.compile(r"<(?:rss\s[^<>]{0,500}version|feed\s[^<>]{0,500}xmlns)\s{0,9}=", re.IGNORECASE)
_JUNK_LIMIT = 20_000


def parse(data: bytes, url: str = "", content_type: str = "") -> Page[Entry]:
    """The entries of a feed document, and what it says of itself.

    ``url`` is the address it came from, for its relative links; ``content_type`` is HTTP's, for its charset.
    Raises ``ReadError`` for what is no feed; the error names the feeds that a web page links to.
    """
    try:
        return _parse(data, url, content_type)
    except ReadError:
        raise
    except (MemoryError, RecursionError):
        raise ReadError("the document is too large or too deep to read") from None
    except Exception as error:
        raise ReadError(f"the document could not be read ({type(error).__name__})") from error


def _parse(data: bytes, url: str, content_type: str) -> Page[Entry]:
    decoded = decode(data, content_type)
    text = decoded.text.strip("\ufeff\0 \t\r\n")
    problems = [decoded.problem] if decoded.problem else []
    if not text:
        raise ReadError("the document is empty")
    if text[0] in "{[":
        return _json(text, url, problems)
    start = _document_start(text)
    if start:
        text = text[start:]
        problems.append("it has something before its first tag")
    raw = read_xml(text, url, MAX_ENTRIES)
    if raw is not None:
        return assemble(raw, url, problems)
    return _not_strict(text, url, problems)


def _json(text: str, url: str, problems: list[str]) -> Page[Entry]:
    raw = read_json(text, MAX_ENTRIES)
    if raw is None:
        raise ReadError("the document is JSON, but not a JSON Feed")
    return assemble(raw, url, problems)


def _document_start(text: str) -> int:
    """Index of the first tag; ``ReadError`` for what has no tags near its start."""
    if text[0] == "<":
        return 0
    start = text.find("<", 0, _JUNK_LIMIT)
    if start < 0:
        raise ReadError("the document is no feed: it is neither XML nor JSON")
    return start


def _not_strict(text: str, url: str, problems: list[str]) -> Page[Entry]:
    if is_web_page(text) and not _WRAPPED.search(text):
        links = feed_links(text, url)
        hint = "use one of the feeds that it links to" if links else "look for the feed's own address on that page"
        raise ReadError("the document is a web page, not a feed", feeds=links, hint=hint)
    if not _FEED_MARK.search(text):
        raise ReadError("the document is XML, but no feed")
    from feeds.parsing.repair import repaired

    mended, repairs = repaired(text)
    raw = read_xml(mended, url, MAX_ENTRIES)
    if raw is not None:
        return assemble(raw, url, [*problems, *repairs])
    if len(text) > 50_000 and not ENTRY_START.search(text):
        raise ReadError("the document is broken XML without a single entry")
    return _slow(mended.lstrip(), url, [*problems, *repairs])


def _slow(text: str, url: str, problems: list[str]) -> Page[Entry]:
    """By feedparser; or, where that loses entries, what is well-formed of them one by one."""
    from feeds.parsing.child import GaveUpError
    from feeds.parsing.slow import read_any

    starts = sum(1 for _ in ENTRY_START.finditer(text))
    try:
        raw = read_any(text, MAX_ENTRIES)
    except GaveUpError as error:
        page = _salvage(text, url, problems)
        if page.entries:
            return page
        if "LookupError" in str(error):
            raise ReadError("the document is XML, but no feed") from None
        raise ReadError(f"the document could not be read: {error}") from None
    if len(raw.entries) + raw.more < starts:
        page = _salvage(text, url, problems)
        if page.entries and len(page.entries) >= len(raw.entries):
            return page
    return assemble(raw, url, problems)


def _salvage(text: str, url: str, problems: list[str]) -> Page[Entry]:
    from feeds.parsing.repair import salvaged

    mended, lost = salvaged(text, MAX_ENTRIES)
    raw = read_xml(mended, url, MAX_ENTRIES) if mended else None
    if raw is None:
        return Page()
    said = f"{lost} of its entries could not be read" if lost else "it is not well-formed outside its entries"
    return assemble(raw, url, [*problems, said])
