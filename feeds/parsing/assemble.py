"""Raw strings to entries: where ids, links, titles and dates of all formats get their meaning."""

from __future__ import annotations

import re
from datetime import datetime

from feeds.model import Enclosure, Entry, FeedInfo, Page, Rhythm
from feeds.parsing.dates import from_epoch, parse_date
from feeds.parsing.raw import RawEntry, RawFeed
from feeds.text import one_line, relative_link, safe_link, title_text

MAX_TITLE = 1_000
MAX_MARKUP = 1_000_000
"""Characters of one entry's summary or content; what is longer is cut."""
MAX_ID = 4_096
MAX_LISTED = 100
"""Categories or enclosures of one entry."""

_CP1252 = {
    point: bytes([point]).decode("cp1252") for point in range(0x80, 0xA0) if point not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_C1 = re.compile("[\x80-\x9f]")
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_NUMBER = re.compile(r"\s*(\d{1,9})(?:\.\d{1,9})?\s*")


def assemble(raw: RawFeed, url: str, problems: list[str]) -> Page[Entry]:
    """A readable page of what a reader found; ``url`` is the document's own address, "" if unknown."""
    base = raw.base if raw.base.startswith("http") else url
    site = safe_link(raw.link, base or raw.itself)
    base = base or site or safe_link(raw.itself)
    found = [*problems, *raw.problems]
    entries = tuple(_entry(each, raw, base, found) for each in raw.entries)
    if raw.more:
        found.append(f"it has {raw.more + len(entries):,} entries; only the first {len(entries):,} were read")
    info = FeedInfo(
        title=title_text(_mended(raw.title), MAX_TITLE),
        link=site,
        id=raw.id[:MAX_ID],
        subtitle=title_text(_mended(raw.subtitle), MAX_TITLE),
        author=title_text(_mended(raw.author), MAX_TITLE),
        language=_language(raw.language),
        updated=_date(raw.updated, raw.stamp),
    )
    return Page(entries, info, _rhythm(raw), tuple(dict.fromkeys(found)))


def _entry(raw: RawEntry, feed: RawFeed, base: str, problems: list[str]) -> Entry:
    if raw.base.startswith("http"):
        base = raw.base
    return Entry(
        id=raw.id.strip()[:MAX_ID],
        link=_link(raw.link, base),
        title=title_text(_mended(raw.title), MAX_TITLE),
        summary=_markup(raw.summary, problems),
        content=_markup(raw.content, problems),
        author=title_text(_mended(raw.author), MAX_TITLE),
        published=_date(raw.published, raw.stamps[0]),
        updated=_date(raw.updated, raw.stamps[1]),
        categories=_categories(raw.categories),
        enclosures=_enclosures(raw.enclosures, base),
        language=_language(raw.language or feed.language),
    )


def _mended(text: str) -> str:
    """UTF-8 that was read as Latin-1 and written again becomes itself; windows-1252 in disguise likewise."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text.translate(_CP1252) if _C1.search(text) else text


def _language(tag: str) -> str:
    return one_line(tag, 40).replace("_", "-")


def _markup(text: str, problems: list[str]) -> str:
    if len(text) > MAX_MARKUP:
        problems.append(f"an entry of more than {MAX_MARKUP:,} characters was cut")
        text = text[:MAX_MARKUP]
    return _mended(text)


def _date(text: str, stamp: float | None) -> datetime | None:
    return (parse_date(text) if text else None) or from_epoch(stamp)


def _categories(found: list[str]) -> tuple[str, ...]:
    words = (title_text(_mended(each), 200) for each in found[:MAX_LISTED])
    return tuple(dict.fromkeys(filter(None, words)))


def _enclosures(found: list[tuple[str, str, str]], base: str) -> tuple[Enclosure, ...]:
    made: dict[str, Enclosure] = {}
    for written, media_type, length in found[:MAX_LISTED]:
        link = _link(written, base)
        if link and link not in made:
            number = _NUMBER.fullmatch(length)
            made[link] = Enclosure(link, one_line(media_type, 100), int(number[1]) if number else None)
    return tuple(made.values())


def _rhythm(raw: RawFeed) -> Rhythm:
    hours = {int(number[1]) % 24 for each in raw.skip_hours[:100] if (number := _NUMBER.fullmatch(each))}
    days = {_DAYS[day] for each in raw.skip_days[:100] if (day := each.strip().lower()[:3]) in _DAYS}
    return Rhythm(
        ttl=_ttl(raw),
        skip_hours=frozenset(hours) if len(hours) < 24 else frozenset(),
        skip_days=frozenset(days) if len(days) < 7 else frozenset(),
    )


def _ttl(raw: RawFeed) -> float | None:
    """Seconds between polls that a document asks for, a year at most; None where it asks for nothing."""
    minutes = _NUMBER.fullmatch(raw.ttl)
    seconds = float(minutes[1]) * 60 if minutes else 0.0
    if not seconds and raw.update_period:
        times = _NUMBER.fullmatch(raw.update_frequency or "1")
        seconds = _PERIODS.get(raw.update_period.strip().lower(), 0) / (int(times[1]) or 1 if times else 1)
    return min(seconds, 31536000.0) if seconds > 0 else None


def _link(written: str, base: str) -> str:
    """A link made absolute; as it is written where nothing tells what it is relative to."""
    return safe_link(written, base) or ("" if base else relative_link(written))
