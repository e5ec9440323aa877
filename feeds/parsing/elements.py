"""What stands in one element of a feed: its children by name, and the meanings that RSS and Atom share."""

from __future__ import annotations

import re
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from feeds.parsing.markup import html_of, text_of
from feeds.parsing.names import XML, Names

_HAS_HTML = re.compile(r"</[a-z]|<(?:br|p|img|hr)\b", re.IGNORECASE)
_TEXT_TYPES = frozenset(("text", "html", "xhtml", "text/plain", "text/html", "application/xhtml+xml", ""))
_LINKS = frozenset(("link", "atom:link"))
_CATEGORIES = frozenset(("category", "dc:subject", "atom:category", "media:category", "itunes:category"))
_ENTRIES = frozenset(("item", "atom:entry"))


class UnsureError(Exception):
    """The document has a shape that the fast path does not vouch for."""


class Parts:
    """The children of one element by short name: the first of each that says something; all of some kinds."""

    def __init__(self, element: Element, names: Names, base: str) -> None:
        self.element = element
        self.names = names
        self.base = under(base, element.get(XML + "base", ""))
        self.found: dict[str, Element] = {}
        self.again: set[str] = set()
        self.links: list[Element] = []
        self.files: list[Element] = []
        self.categories: list[str] = []
        self.entries: list[Element] = []
        for child in element:
            self._sort(names[child.tag], child)

    def _sort(self, name: str, child: Element) -> None:
        if name in _LINKS:
            self.links.append(child)
        elif name in _CATEGORIES:
            self.categories.append(child.get("term") or child.get("label") or child.get("text") or text_of(child))
        elif name in _ENTRIES:
            self.entries.append(child)
        elif name in ("enclosure", "atom:enclosure"):
            self.files.append(child)
        elif name not in self.found:
            self.found[name] = child
        elif self.found[name].text or len(self.found[name]):
            self.again.add(name)
        else:
            self.found[name] = child

    def text(self, *names: str) -> str:
        """Text of the first of some elements that has any."""
        for name in names:
            text = text_of(self.found[name]) if name in self.found else ""
            if text:
                return text
        return ""

    def html(self, *names: str) -> str:
        """Content as HTML of the first of some elements that has any."""
        for name in names:
            text = html_of(self.found[name]) if name in self.found else ""
            if text and not text.isspace():
                return text
        return ""

    def construct(self, *names: str) -> str:
        """An Atom text construct, of any version, as HTML; ``UnsureError`` for content that is no text."""
        for name in names:
            text = _construct(self.found[name]) if name in self.found else ""
            if text and not text.isspace():
                return text
        return ""

    def media(self, name: str) -> str:
        """What describes the media of an entry, however deep it stands."""
        if f"media:{name}" in self.found:
            return self.html(f"media:{name}")
        for outer in ("media:group", "media:content"):
            for element in self.found[outer].iter() if outer in self.found else ():
                if self.names[element.tag] == f"media:{name}":
                    return html_of(element)
        return ""

    def person(self, name: str) -> str:
        """``Name (mail@example.com)``, or what there is of it."""
        element = self.found.get(name)
        if element is None or not len(element):
            return text_of(element) if element is not None else ""
        parts = {self.names[child.tag].rpartition(":")[2]: text_of(child) for child in element}
        called, mail = parts.get("name", ""), parts.get("email", "")
        return f"{called} ({mail})" if called and mail else called or mail

    def language(self) -> str:
        """The ``xml:lang`` of the element itself."""
        return self.element.get(XML + "lang", "")

    def alternate(self) -> str:
        """The address of the page that this is about: of the alternate links the one that says it is HTML."""
        untyped, other = "", ""
        for link in self.links:
            if link.get("rel", "alternate").lower().rpartition("/")[2] != "alternate":
                continue
            kind, href = link.get("type", "").lower(), self.address(link, link.get("href", ""))
            if kind in ("text/html", "application/xhtml+xml"):
                return href
            untyped, other = (untyped, other or href) if kind else (untyped or href, other)
        return untyped or other

    def itself(self) -> str:
        """The address that this gives as its own."""
        for link in self.links:
            if link.get("rel") == "self":
                return self.address(link, link.get("href", ""))
        return ""

    def enclosures(self) -> list[tuple[str, str, str]]:
        """Address, media type and length of the files that come with this."""
        files = self.files + [link for link in self.links if link.get("rel") == "enclosure"]
        return [
            (
                file.get("url") or file.get("href") or text_of(file),
                file.get("type", ""),
                file.get("length", ""),
            )
            for file in files
        ]

    def address(self, link: Element, href: str) -> str:
        """An address within the link's own ``xml:base``; as it is where the link has none."""
        own = link.get(XML + "base")
        return under(under(self.base, own), href) if own else href


def under(outer: str, inner: str) -> str:
    """An address within the base around it; either may be empty."""
    return urljoin(outer, inner.strip()) if inner and outer else inner or outer


def _construct(element: Element) -> str:
    kind = element.get("type", "").lower()
    if element.get("mode", "").lower() == "base64" or kind not in _TEXT_TYPES:
        raise UnsureError("content that is no text")
    if len(element):
        return html_of(element)
    text = element.text or ""
    plain = kind in ("text", "text/plain", "") and element.get("mode") != "escaped"
    if plain and ("<" in text or "&" in text) and not _HAS_HTML.search(text):
        return text.replace("&", "&amp;").replace("<", "&lt;")
    return text
