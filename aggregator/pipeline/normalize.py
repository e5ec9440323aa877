"""An entry as its source wrote it → clean, bounded, keyed text fields of an item."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from feeds.model import Entry
from feeds.text import clean, html_to_text, one_line
from feeds.text.quickly import folded_words

MAX_TITLE = 500
"""Characters of a title that are kept."""
MAX_TEXT = 100_000
"""Characters of a body that are kept."""
MAX_FIELD = 2_000
"""Characters of one field or category that are kept."""

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""Dates before are a clock that was never set, not news."""
LATEST = timedelta(days=366 * 2)
"""Dates further ahead are garbage; nearer ones are events to come."""

_PLAIN_LINK = re.compile(r"https?://(?![wW]{3}\./)([A-Za-z0-9.-]+)(/[A-Za-z0-9._~/-]*)")
"""What needs no taking apart."""
_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_[ce]id|ref_src|cmpid|_hsenc|_hsmi|mkt_tok|igshid)$", re.IGNORECASE)


def digest(*parts: str) -> str:
    """16 hex digits that stand for these parts together (BLAKE2b, 64 bits)."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=8).hexdigest()


def title_of(entry: Entry, text: str | None = None) -> str:
    """The title; where there is none, the first words of the text; where there is neither, ``(untitled)``.

    ``text`` is the entry's text, if it is known already.
    """
    title = one_line(entry.title, MAX_TITLE)
    if title:
        return title
    return one_line(text_of(entry) if text is None else text, 100) or "(untitled)"


def text_of(entry: Entry) -> str:
    """The longer of content and summary as plain text."""
    content = html_to_text(entry.content, MAX_TEXT) if entry.content else ""
    if len(entry.summary) <= len(content) or entry.summary == entry.content:  # text is never longer than its markup
        return content
    summary = html_to_text(entry.summary, MAX_TEXT)
    return content if len(content) >= len(summary) else summary


def without_tracking(link: str) -> str:
    """A link without the parameters that only tell where it was clicked; the rest of it byte for byte."""
    before, mark, rest = link.partition("?")
    if not mark:
        return link
    query, hash_, fragment = rest.partition("#")
    kept = "&".join(pair for pair in query.split("&") if not _TRACKING.match(pair.partition("=")[0]))
    return f"{before}{'?' if kept else ''}{kept}{hash_}{fragment}"


@lru_cache(maxsize=256)
def canonical_link(link: str) -> str:
    """A link as it counts for identity: host in lower case, no fragment, no tracking parameters, no final slash."""
    plain = _PLAIN_LINK.fullmatch(link)
    if plain:
        return f"//{plain[1].lower().removeprefix('www.')}{plain[2].rstrip('/')}"
    try:
        parts = urlsplit(without_tracking(link))
    except ValueError:
        return link
    return urlunsplit(("", parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query, ""))


def moment(value: datetime | None, now: datetime) -> datetime | None:
    """A stated date, or None where it cannot be meant (before 1970-01-02, or more than two years ahead)."""
    return value if value is not None and EARLIEST <= value <= now + LATEST else None


def keys(entry: Entry, title: str, text: str, *, trust_id: bool, trust_link: bool) -> tuple[str, str]:
    """(key, twin key) of an entry in its source; see ``docs/develop/decisions`` on guid trust.

    The key is made of the guid, else the link, else the content; an id or link that several different entries of
    one document share is not trusted and is joined with title, link and date. The twin key is made of link and title.
    """
    link = canonical_link(entry.link) if entry.link else ""
    date = entry.published.isoformat() if entry.published else ""
    twin = (
        digest("twin", link, title.casefold()) if link or entry.title else digest("twin", title.casefold(), text[:500])
    )
    if entry.id and trust_id:
        return digest("guid", entry.id), twin
    if link and trust_link and not entry.id:
        return digest("link", link), twin
    if entry.id or link:
        return digest("mixed", entry.id, link, title.casefold(), date), twin
    return digest("content", title.casefold(), text[:2000], date), twin


def content_hash(title: str, text: str, link: str, told: Sequence[str] = ()) -> str:
    """Stands for what a reader would see and what a record's fields ``told``; case and white space do not count."""
    return digest(title.casefold(), folded_words(text), canonical_link(link), *told)


def clean_field(value: Any, depth: int = 0) -> Any:
    """A structured field made safe to show and bounded; lists and tables alike, six levels deep at most."""
    if isinstance(value, str):
        return clean(value, MAX_FIELD)
    if depth < 6 and isinstance(value, dict):
        return {one_line(str(key), 100): clean_field(each, depth + 1) for key, each in list(value.items())[:100]}
    if depth < 6 and isinstance(value, (list, tuple)):
        return [clean_field(each, depth + 1) for each in value[:100]]
    return (
        value if value is None or isinstance(value, (bool, int, float, datetime)) else one_line(str(value), MAX_FIELD)
    )
