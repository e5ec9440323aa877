"""RSS of every version, and RDF, from elements to raw strings."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from feeds.parsing.elements import Parts, UnsureError
from feeds.parsing.markup import text_of
from feeds.parsing.names import ATOM, RDF, Names
from feeds.parsing.raw import RawEntry, RawFeed

_UNSURE = frozenset(("atom:title", "atom:summary", "atom:content", "atom:id", "body", "xhtml:body", "fullitem"))


def read_rss(root: Element, names: Names, url: str, limit: int) -> RawFeed:
    """A document whose root is ``rss`` or ``rdf:RDF``; items may stand in the channel or beside it."""
    outer = Parts(root, names, url)
    if "channel" not in outer.found:
        raise UnsureError("no channel")
    channel = Parts(outer.found["channel"], names, outer.base)
    raw = RawFeed(
        title=channel.html("title", "dc:title"),
        link=_link(channel),
        id=channel.text("atom:id"),
        subtitle=channel.html("description", "itunes:summary", "itunes:subtitle", "dc:description"),
        author=channel.text("managingeditor", "dc:creator", "author", "itunes:author") or channel.person("atom:author"),
        language=channel.text("language", "dc:language") or channel.language() or outer.language(),
        updated=channel.text("lastbuilddate", "pubdate", "dc:date", "atom:updated", "dcterms:modified"),
        base=channel.base,
        itself=channel.itself(),
    )
    add_rhythm(raw, channel)
    items = [(item, channel.base) for item in channel.entries] + [(item, outer.base) for item in outer.entries]
    raw.entries = [_item(Parts(item, names, base)) for item, base in items[:limit]]
    raw.more = len(items) - len(raw.entries)
    return raw


def add_rhythm(raw: RawFeed, parts: Parts) -> None:
    """How often the document asks to be fetched."""
    raw.ttl = parts.text("ttl")
    raw.update_period = parts.text("sy:updateperiod")
    raw.update_frequency = parts.text("sy:updatefrequency")
    for name, values in (("skiphours", raw.skip_hours), ("skipdays", raw.skip_days)):
        values.extend(text_of(child) for child in parts.found.get(name, ()))


def _item(item: Parts) -> RawEntry:
    if "description" in item.again or not _UNSURE.isdisjoint(item.found):
        raise UnsureError("content of several kinds")
    guid = item.found.get("guid", item.found.get("id"))
    entry = RawEntry(
        id=text_of(guid) if guid is not None else item.element.get(RDF + "about", ""),
        link=_link(item),
        title=item.html("title", "dc:title") or item.media("title"),
        summary=item.html("description", "dc:description", "summary", "itunes:summary"),
        content=item.html("content:encoded"),
        author=item.person("author")
        or item.text("dc:creator", "dc:author", "itunes:author")
        or item.person("atom:author"),
        published=item.text("pubdate", "atom:published", "dcterms:issued", "dcterms:created"),
        updated=item.text("dc:date", "atom:updated", "dcterms:modified", "lastbuilddate"),
        categories=item.categories,
        enclosures=item.enclosures(),
        language=item.text("dc:language") or item.language(),
        base=item.base,
    )
    if not entry.link and guid is not None and _is_permalink(guid):
        entry.link = entry.id
    if not entry.summary and not entry.content:
        entry.summary = item.media("description")
    for keywords in ("itunes:keywords", "media:keywords"):
        entry.categories.extend(word.strip() for word in item.text(keywords).split(","))
    return entry


def _link(parts: Parts) -> str:
    """The first link with an address in its text; else an alternate one with an address in ``href``."""
    for link in parts.links:
        text = text_of(link) if link.tag != ATOM + "link" else ""
        if text and link.get("rel", "alternate") == "alternate":
            return parts.address(link, text)
    return parts.alternate()


def _is_permalink(guid: Element) -> bool:
    said = guid.get("isPermaLink", guid.get("ispermalink", "true")).strip().lower()
    return said == "true" and (guid.text or "").strip()[:4].lower() in ("http", "www.")
