"""The fast path: documents whose every shape is understood, by the standard library's XML parser alone.

It returns None where it is not sure; feedparser, behind it, is slower by a factor of ten and forgives more.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError, XMLParser

from feeds.parsing.markup import html_of, text_of
from feeds.parsing.names import ATOM, RDF, XML, Names
from feeds.parsing.raw import RawEntry, RawFeed

_STARTS = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_HAS_HTML = re.compile(r"</[a-z]|<(?:br|p|img|hr)\b", re.IGNORECASE)
_UNSURE = frozenset(
    ("atom:title", "atom:summary", "atom:content", "atom:id", "body", "xhtml:body", "fullitem")
)
_TEXT_TYPES = frozenset(("text", "html", "xhtml", "text/plain", "text/html", "application/xhtml+xml", ""))


class _UnsureError(Exception):
    """The document has a shape that this reader does not vouch for."""


def read_xml(text: str, url: str, limit: int) -> RawFeed | None:
    """A feed, if it is well-formed and of a shape that is understood; None otherwise. At most ``limit`` entries."""
    declaration = _DECLARATION.match(text)
    body = text[declaration.end() :] if declaration else text
    if "<!DOCTYPE" in body[:4096] or "<!ENTITY" in body[:4096]:
        return None
    parser = XMLParser()  # noqa: S314 — no DOCTYPE, so there is no entity to expand
    try:
        parser.feed(body)
        root = parser.close()
        return _Reader(root, body, url, limit).feed()
    except (ParseError, ValueError, LookupError, RecursionError, _UnsureError):
        return None


class _Reader:
    """One document on its way to raw strings."""

    def __init__(self, root: Element, body: str, url: str, limit: int) -> None:
        self.root = root
        self.url = url
        self.limit = limit
        self.names = Names()
        self.starts = len(_STARTS.findall(body))
        self.raw = RawFeed()
        self.seen = 0

    def feed(self) -> RawFeed:
        """The whole document; ``_UnsureError`` where entries could have been missed."""
        kind = self.names[self.root.tag]
        self.raw.base = _under(self.url, self.root.get(XML + "base", ""))
        self.raw.language = self.root.get(XML + "lang", "")
        if kind == "atom:feed":
            self._atom()
        elif kind in ("rss", "rdf:rdf"):
            self._rss()
        else:
            raise _UnsureError(kind)
        if self.seen != self.starts:
            raise _UnsureError("entries in odd places")
        self.raw.more = self.seen - len(self.raw.entries)
        return self.raw

    def _entry(self, entry: RawEntry | None) -> None:
        self.seen += 1
        if entry is not None:
            self.raw.entries.append(entry)

    def _full(self) -> bool:
        return len(self.raw.entries) >= self.limit

    # ---- RSS

    def _rss(self) -> None:
        channel: Element | None = None
        for child in self.root:
            name = self.names[child.tag]
            if name == "channel" and channel is None:
                channel = child
                self._channel(child)
            elif name == "item":
                self._item(child, self.raw.base)
        if channel is None:
            raise _UnsureError("no channel")

    def _channel(self, channel: Element) -> None:
        raw, found = self.raw, dict[str, Element]()
        raw.base = _under(raw.base, channel.get(XML + "base", ""))
        links: list[Element] = []
        for child in channel:
            name = self.names[child.tag]
            if name == "item":
                self._item(child, raw.base)
            elif name in ("link", "atom:link"):
                links.append(child)
            elif name not in found or not (found[name].text or len(found[name])):
                found[name] = child
        raw.title = _html(found, "title", "dc:title")
        raw.link = _rss_link(links, raw.base)
        raw.id = _text(found, "atom:id")
        raw.subtitle = _html(found, "description", "itunes:summary", "itunes:subtitle", "dc:description")
        raw.author = _text(found, "managingeditor", "dc:creator", "author", "itunes:author") or _person(
            found.get("atom:author"), self.names
        )
        raw.language = (
            _text(found, "language", "dc:language") or channel.get(XML + "lang", "") or raw.language
        )
        raw.updated = _text(found, "lastbuilddate", "pubdate", "dc:date", "atom:updated", "dcterms:modified")
        self._rhythm(found)

    def _rhythm(self, found: dict[str, Element]) -> None:
        raw = self.raw
        raw.ttl = _text(found, "ttl")
        raw.update_period = _text(found, "sy:updateperiod")
        raw.update_frequency = _text(found, "sy:updatefrequency")
        for name, values in (("skiphours", raw.skip_hours), ("skipdays", raw.skip_days)):
            if name in found:
                values.extend(text_of(child) for child in found[name])

    def _item(self, item: Element, base: str) -> None:
        if self._full():
            return self._entry(None)
        names, found = self.names, dict[str, Element]()
        entry = RawEntry(base=_under(base, item.get(XML + "base", "")))
        links: list[Element] = []
        for child in item:
            name = names[child.tag]
            if name in ("link", "atom:link"):
                links.append(child)
            elif name in ("category", "dc:subject", "atom:category", "media:category"):
                entry.categories.append(child.get("term") or child.get("label") or text_of(child))
            elif name == "enclosure":
                entry.enclosures.append(_enclosure(child, "url"))
            elif name in _UNSURE:
                raise _UnsureError(name)
            elif name not in found or not (found[name].text or len(found[name])):
                found[name] = child
            elif name == "description":
                raise _UnsureError("two descriptions")
        self._fill(entry, item, found, links)
        return self._entry(entry)

    def _fill(self, entry: RawEntry, item: Element, found: dict[str, Element], links: list[Element]) -> None:
        media = self._media(found)
        guid = found.get("guid", found.get("id"))
        entry.id = text_of(guid) if guid is not None else item.get(RDF + "about", "")
        entry.link = _rss_link(links, entry.base)
        entry.enclosures.extend(_enclosure(link, "href") for link in links if link.get("rel") == "enclosure")
        if not entry.link and guid is not None and _is_permalink(guid):
            entry.link = entry.id
        entry.title = _html(found, "title", "dc:title", "media:title") or _html(media, "media:title")
        entry.content = _html(found, "content:encoded")
        entry.summary = _html(found, "description", "dc:description", "summary", "itunes:summary")
        if not entry.summary and not entry.content:
            entry.summary = _html(found, "media:description") or _html(media, "media:description")
        entry.author = _text(found, "author", "dc:creator", "dc:author", "itunes:author") or _person(
            found.get("atom:author"), self.names
        )
        entry.published = _text(found, "pubdate", "atom:published", "dcterms:issued", "dcterms:created")
        entry.updated = _text(found, "dc:date", "atom:updated", "dcterms:modified", "lastbuilddate")
        entry.language = _text(found, "dc:language") or item.get(XML + "lang", "")
        keywords = _text(found, "itunes:keywords")
        entry.categories.extend(word.strip() for word in keywords.split(","))

    def _media(self, found: dict[str, Element]) -> dict[str, Element]:
        """What describes the media of an entry, however deep it stands; the first of each name."""
        media: dict[str, Element] = {}
        for outer in ("media:group", "media:content"):
            for element in found[outer].iter() if outer in found else ():
                media.setdefault(self.names[element.tag], element)
        return media

    # ---- Atom

    def _atom(self) -> None:
        raw, found = self.raw, dict[str, Element]()
        links: list[Element] = []
        for child in self.root:
            name = self.names[child.tag]
            if name == "atom:entry":
                self._atom_entry(child)
            elif name == "atom:link":
                links.append(child)
            elif name not in found:
                found[name] = child
        raw.title = _construct(found, "atom:title")
        raw.link = _alternate(links, raw.base)
        raw.id = _text(found, "atom:id")
        raw.subtitle = _construct(found, "atom:subtitle", "atom:tagline")
        raw.author = _person(found.get("atom:author"), self.names)
        raw.language = raw.language or _text(found, "dc:language")
        raw.updated = _text(found, "atom:updated", "atom:modified")
        self._rhythm(found)

    def _atom_entry(self, element: Element) -> None:
        if self._full():
            return self._entry(None)
        names, found = self.names, dict[str, Element]()
        entry = RawEntry(base=_under(self.raw.base, element.get(XML + "base", "")))
        links: list[Element] = []
        for child in element:
            name = names[child.tag]
            if name == "atom:link":
                links.append(child)
            elif name in ("atom:category", "dc:subject", "category"):
                entry.categories.append(child.get("term") or child.get("label") or text_of(child))
            elif name not in found:
                found[name] = child
        media = self._media(found)
        entry.id = _text(found, "atom:id")
        entry.link = _alternate(links, entry.base) or _itself(links, entry.base) or _address(entry.id)
        entry.enclosures = [_enclosure(link, "href") for link in links if link.get("rel") == "enclosure"]
        entry.title = _construct(found, "atom:title") or _html(found, "dc:title", "media:title")
        entry.title = entry.title or _html(media, "media:title")
        entry.summary = _construct(found, "atom:summary") or _html(found, "itunes:summary", "dc:description")
        entry.content = _construct(found, "atom:content")
        if not entry.summary and not entry.content:
            entry.summary = _html(found, "media:description") or _html(media, "media:description")
        entry.author = _person(found.get("atom:author"), names) or _text(found, "dc:creator")
        entry.published = _text(found, "atom:published", "atom:issued", "atom:created", "dcterms:issued")
        entry.updated = _text(found, "atom:updated", "atom:modified", "dc:date", "dcterms:modified")
        entry.language = element.get(XML + "lang", "")
        return self._entry(entry)


def _under(outer: str, inner: str) -> str:
    """An xml:base (or a link) within the base around it."""
    return urljoin(outer, inner.strip()) if inner and outer else inner or outer


def _text(found: dict[str, Element], *names: str) -> str:
    for name in names:
        element = found.get(name)
        if element is not None:
            text = text_of(element)
            if text:
                return text
    return ""


def _html(found: dict[str, Element], *names: str) -> str:
    for name in names:
        element = found.get(name)
        if element is not None:
            text = html_of(element)
            if text and not text.isspace():
                return text
    return ""


def _construct(found: dict[str, Element], *names: str) -> str:
    """An Atom text construct as HTML, of any version."""
    for name in names:
        element = found.get(name)
        if element is None:
            continue
        kind = element.get("type", "").lower()
        if element.get("mode", "").lower() == "base64" or kind not in _TEXT_TYPES:
            raise _UnsureError("content that is no text")
        if len(element):
            return html_of(element)
        text = element.text or ""
        plain = kind in ("text", "text/plain", "") and element.get("mode") != "escaped"
        if plain and ("<" in text or "&" in text) and not _HAS_HTML.search(text):
            text = text.replace("&", "&amp;").replace("<", "&lt;")
        if text and not text.isspace():
            return text
    return ""


def _is_permalink(guid: Element) -> bool:
    said = guid.get("isPermaLink", guid.get("ispermalink", "true")).strip().lower()
    return said == "true" and (guid.text or "").strip()[:4].lower() in ("http", "www.")


def _enclosure(element: Element, attribute: str) -> tuple[str, str, str]:
    url = element.get(attribute) or element.get("url") or element.get("href") or ""
    return url, element.get("type", ""), element.get("length", "")


def _rss_link(links: list[Element], base: str) -> str:
    """The first link that has an address in its text; else the first alternate one with an address in ``href``."""
    for link in links:
        if link.tag != ATOM + "link":
            text = text_of(link)
            if text:
                return _own_base(link, text, base)
    return _alternate(links, base)


def _alternate(links: list[Element], base: str) -> str:
    """The address of the page that an entry is about: of its alternate links the one that says it is HTML."""
    untyped, other = "", ""
    for link in links:
        if link.get("rel", "alternate").lower().rpartition("/")[2] != "alternate":
            continue
        href = _own_base(link, link.get("href", ""), base)
        kind = link.get("type", "").lower()
        if kind in ("text/html", "application/xhtml+xml"):
            return href
        if kind:
            other = other or href
        else:
            untyped = untyped or href
    return untyped or other


def _itself(links: list[Element], base: str) -> str:
    """The address of the entry itself, for want of a page about it."""
    return next(
        (_own_base(link, link.get("href", ""), base) for link in links if link.get("rel") == "self"), ""
    )


def _address(identifier: str) -> str:
    return identifier if identifier.startswith(("http://", "https://")) else ""


def _own_base(element: Element, href: str, base: str) -> str:
    own = element.get(XML + "base")
    return _under(_under(base, own), href) if own else href


def _person(element: Element | None, names: Names) -> str:
    """``Name (mail@example.com)``, or what there is of it."""
    if element is None:
        return ""
    if not len(element):
        return text_of(element)
    parts = {names[child.tag].rpartition(":")[2]: text_of(child) for child in element}
    name, mail = parts.get("name", ""), parts.get("email", "")
    return f"{name} ({mail})" if name and mail else name or mail
