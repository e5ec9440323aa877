"""Atom 1.0 and 0.3 from elements to raw strings."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from feeds.parsing.elements import Parts
from feeds.parsing.names import Names
from feeds.parsing.raw import RawEntry, RawFeed
from feeds.parsing.rss import add_rhythm


def read_atom(root: Element, names: Names, url: str, limit: int) -> RawFeed:
    """A document whose root is an Atom ``feed``."""
    feed = Parts(root, names, url)
    raw = RawFeed(
        title=feed.construct("atom:title"),
        link=feed.alternate(),
        id=feed.text("atom:id"),
        subtitle=feed.construct("atom:subtitle", "atom:tagline"),
        author=feed.person("atom:author"),
        language=feed.language() or feed.text("dc:language"),
        updated=feed.text("atom:updated", "atom:modified"),
        base=feed.base,
        itself=feed.itself() or feed.text("atom:id"),
    )
    add_rhythm(raw, feed)
    raw.entries = [_entry(Parts(element, names, feed.base)) for element in feed.entries[:limit]]
    raw.more = len(feed.entries) - len(raw.entries)
    return raw


def _entry(entry: Parts) -> RawEntry:
    identifier = entry.text("atom:id")
    raw = RawEntry(
        id=identifier,
        link=entry.alternate() or entry.itself() or (identifier if identifier.startswith("http") else ""),
        title=entry.construct("atom:title") or entry.html("dc:title") or entry.media("title"),
        summary=entry.construct("atom:summary") or entry.html("itunes:summary", "dc:description"),
        content=entry.construct("atom:content"),
        author=entry.person("atom:author") or entry.text("dc:creator"),
        published=entry.text("atom:published", "atom:issued", "atom:created", "dcterms:issued"),
        updated=entry.text("atom:updated", "atom:modified", "dc:date", "dcterms:modified"),
        categories=entry.categories,
        enclosures=entry.enclosures(),
        language=entry.language(),
        base=entry.base,
    )
    if not raw.summary and not raw.content:
        raw.summary = entry.media("description")
    return raw
