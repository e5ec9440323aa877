"""Feeds that a web page names: its alternate links first, then links that look like feeds."""

from __future__ import annotations

import html
import re

from feeds.text import safe_link

MAX_LOOKED_AT = 1_000_000
"""Characters of a page that are searched."""
MAX_FEEDS = 10

_TAG = re.compile(r"<(link|a|base)\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FEED_TYPES = re.compile(r"(?:application|text)/(?:rss|atom|rdf|feed|x\.atom)\+(?:xml|json)|text/xml")
_LIKE_FEED = re.compile(
    r"(?:/(?:feeds?|rss|atom)(?:\.(?:xml|json|php|aspx?))?/?|[./](?:rss|atom|rdf)|/(?:index|news|feed)\.xml)(?:[?#].*)?$",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:<\?xml[^>]{0,200}>)?\s*+(?:<!--[^-]*+(?:-(?!->)[^-]*+)*-->\s*+)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE,
)


def is_web_page(text: str) -> bool:
    """Whether a document is HTML, however it is labelled."""
    return _PAGE.match(text.lstrip("\ufeff \t\r\n")[:20_000]) is not None


def feed_links(page: str, url: str = "") -> tuple[str, ...]:
    """Absolute addresses of the feeds that a page names, likeliest first, at most ``MAX_FEEDS``."""
    base, declared, looking = url, [], []
    for tag in _TAG.finditer(page[:MAX_LOOKED_AT]):
        name = tag[1].lower()
        found = {
            each[1].lower(): html.unescape(each[2] or each[3] or each[4] or "") for each in _ATTRIBUTE.finditer(tag[2])
        }
        href = found.get("href", "").strip()
        if name == "base":
            base = safe_link(href, url) or base
        elif name == "link" and _declares(found):
            declared.append(href)
        elif name == "a" and _LIKE_FEED.search(href[-300:]):
            looking.append(href)
    links = dict.fromkeys(safe_link(href, base) for href in [*declared, *looking])
    return tuple(link for link in links if link.startswith("http"))[:MAX_FEEDS]


def _declares(attributes: dict[str, str]) -> bool:
    rels = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").lower().split(";")[0].strip()
    return ("alternate" in rels and _FEED_TYPES.fullmatch(kind) is not None) or "feed" in rels
