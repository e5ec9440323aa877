"""The slow path: feedparser, which reads almost anything, fed harmless text and watched from outside."""

from __future__ import annotations

import calendar
import io
import re
from typing import Any

from feeds.parsing import child
from feeds.parsing.names import ENTRY_START
from feeds.parsing.raw import RawEntry, RawFeed

_SURROGATES = re.compile("[\ud800-\udfff]")
_MEDIA = (("<media:description", "<media:ltxdescription"), ("</media:description", "</media:ltxdescription"))
_ITUNES = (("<itunes:summary", "<itunes:ltxsummary"), ("</itunes:summary", "</itunes:ltxsummary"))
_FIELDS = {
    "ttl": re.compile(r"<ttl>\s{0,9}(\d{1,9})"),
    "update_period": re.compile(r"<sy:updatePeriod>\s{0,9}(\w{1,10})"),
    "update_frequency": re.compile(r"<sy:updateFrequency>\s{0,9}(\d{1,9})"),
}
_SKIPPED = re.compile(r"<(hour|day)>\s{0,9}(\w{1,10})")


def read_any(text: str, limit: int) -> RawFeed:
    """A feed by feedparser in a child process; ``child.GaveUpError`` if that ends badly or finds no feed."""
    warm()
    starts = [start.start() for start in ENTRY_START.finditer(text)]
    end = starts[limit] if len(starts) > limit else len(text)
    raw = RawFeed.from_dict(child.run(work, "feeds.parsing.slow:work", text[:end], str(limit)))
    raw.more = max(0, len(starts) - len(raw.entries)) if end < len(text) else raw.more
    head = text[:65_536]
    for name, pattern in _FIELDS.items():
        found = pattern.search(head)
        setattr(raw, name, found[1] if found else "")
    for kind, value in _SKIPPED.findall(head):
        (raw.skip_hours if kind == "hour" else raw.skip_days).append(value)
    return raw


def warm() -> None:
    """Import feedparser, so that children forked later need not."""
    import feedparser  # noqa: F401


def work(text: str, limit: str) -> dict[str, Any]:
    """The child's part: a ``RawFeed`` as plain values."""
    import feedparser

    for old, new in (*_MEDIA, *_ITUNES):
        text = text.replace(old, new)
    headers = {"content-type": "application/xml; charset=utf-8"}
    data = text.encode("utf-8", "replace")
    parsed = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.entries and not parsed.feed.get("title"):
        raise LookupError("no feed")
    raw = _feed(parsed.feed)
    raw.entries = [_entry(each) for each in parsed.entries[: int(limit)]]
    raw.more = len(parsed.entries) - len(raw.entries)
    if parsed.bozo and not raw.problems:
        raw.problems.append("it is not well-formed XML and had to be repaired")
    return raw.as_dict()


def _str(value: object) -> str:
    return _SURROGATES.sub("\ufffd", value) if isinstance(value, str) else ""


def _stamp(value: object) -> float | None:
    try:
        return calendar.timegm(value) if value else None  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _feed(feed: Any) -> RawFeed:
    updated = "updated" if dict.get(feed, "updated") else "published"  # feedparser's own get() warns
    return RawFeed(
        title=_str(feed.get("title")),
        link=_str(feed.get("link")),
        id=_str(feed.get("id")),
        subtitle=_str(feed.get("subtitle")) or _str(feed.get("itunes_ltxsummary")),
        author=_str(feed.get("author")),
        language=_str(feed.get("language")),
        updated=_str(dict.get(feed, updated)),
        stamp=_stamp(dict.get(feed, updated + "_parsed")),
    )


def _entry(entry: Any) -> RawEntry:
    content = next((_str(each.get("value")) for each in entry.get("content") or [] if each.get("value")), "")
    summary = _str(entry.get("summary"))
    if not summary or summary == content:  # feedparser copies the one to the other
        summary = _str(entry.get("itunes_ltxsummary"))
    if not summary and not content:
        summary = _str(entry.get("media_ltxdescription"))
    identity, link = _str(entry.get("id")), _str(entry.get("link"))
    own_date = "updated" if dict.__contains__(entry, "updated") else "created"
    return RawEntry(
        id=identity,
        link="" if link == identity and not link.startswith(("http", "/")) else link,
        title=_str(entry.get("title")),
        summary=summary,
        content=content,
        author=_str(entry.get("author")),
        published=_str(entry.get("published")),
        updated=_str(dict.get(entry, own_date)),
        stamps=(_stamp(entry.get("published_parsed")), _stamp(dict.get(entry, own_date + "_parsed"))),
        categories=[_str(tag.get("term")) or _str(tag.get("label")) for tag in entry.get("tags") or []],
        enclosures=[
            (_str(each.get("href") or each.get("url")), _str(each.get("type")), _str(each.get("length")))
            for each in entry.get("enclosures") or []
        ],
        language=_str((entry.get("title_detail") or {}).get("language")),
        base=_str((entry.get("title_detail") or {}).get("base")),
    )
