"""What the rep keeps as an Atom feed (RFC 4287): stable ids, nothing that was not kept, newest first."""

from __future__ import annotations

import re
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from aggregator.digest import words
from aggregator.digest.build import Digest
from aggregator.model import Item
from feeds.text import one_line, printable, safe_link

NAMESPACE = "http://www.w3.org/2005/Atom"
MAX_SUMMARY = 2_000
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(digest: Digest) -> str:
    """The feed; the same kept items give the same entries, whenever it is written."""
    updated = max((item.seen_at for item in digest.kept), default=digest.made_at)
    rep = _text(digest.rep or "leadline")
    parts = [
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{NAMESPACE}" xml:lang="en">',
        f"  <id>{_urn('feed', digest.rep)}</id>",
        f"  <title>Kept by {rep}</title>",
        f"  <updated>{_time(updated)}</updated>",
        f"  <author><name>{rep}</name></author>",
        "  <generator>leadline</generator>",
        *(_entry(item) for item in digest.kept),
        "</feed>",
    ]
    return printable("\n".join(parts)) + "\n"


def _entry(item: Item) -> str:
    link = safe_link(item.link)
    types = dict.fromkeys(tag.type for tag in item.tags)
    parts = [
        f"    <id>{_urn('item', item.id)}</id>",
        f"    <title>{_text(item.title) or 'Untitled'}</title>",
        f"    <updated>{_time(item.updated or item.published or item.seen_at)}</updated>",
        f"    <published>{_time(item.published)}</published>" if item.published else "",
        f'    <link rel="alternate" href={quoteattr(link)}/>' if link else "",
        *(f'    <category term="{_text(kind)}" label="{_text(words.type_title(kind))}"/>' for kind in types),
        f"    <summary>{_text(item.text[:MAX_SUMMARY])}</summary>" if item.text or not link else "",
    ]
    return "\n".join(["  <entry>", *(part for part in parts if part), "  </entry>"])


def _urn(kind: str, name: str) -> str:
    from urllib.parse import quote

    return f"urn:leadline:{kind}:{quote(name or 'me', safe='', errors='replace')}"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", one_line(text, MAX_SUMMARY)), {'"': "&quot;"})


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
