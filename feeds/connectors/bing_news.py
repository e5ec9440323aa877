"""Kind ``bing_news``: headlines that Bing News finds for a name."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from msgspec.structs import replace

from feeds.connectors.base import About, Budget
from feeds.connectors.google_news import quoted
from feeds.connectors.records import UnreadableError, fields, text
from feeds.connectors.rss_items import Extras, first_text, read_items
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import safe_link, title_text

ABOUT = About(
    title="Bing News search",
    brings="About a dozen headlines with an extract for a name, linked to their publishers. `query` replaces the name.",
    limits="Its terms allow personal, non-commercial use in a feed reader only: whether yours is, is yours to judge. "
    "Asked every half hour at most.",
    example='[[sources]]\nid = "bing-news"\nkind = "bing_news"\neach = "prospect"\n',
    needs=("query|name",),
    url="https://www.bing.com/news/search",
    hosts=("www.bing.com",),
    budgets=(Budget("www.bing.com", 1, 5.0),),
    every=3_600.0,
    waits={429: 3_600.0},
    publisher="aggregator",
)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 — the feed knows no since
    """GET the search's feed."""
    asked = {"q": text(source.options.get("query"), 1_000) or quoted(source), "format": "rss"}
    return Request(f"{source.url}?{urlencode(asked)}", headers=(("Accept", "application/rss+xml"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The headlines with their own addresses; one whose address is none is left out, and counted."""
    return read_items(source, response, _entry, "headlines")


def _entry(entry: Entry, beside: Extras) -> Entry:
    link = unwrapped(first_text(beside, "link") or entry.link)
    if not link:
        raise UnreadableError("no web address")
    publisher = title_text(first_text(beside, "source"))
    return replace(entry, id=link, link=link, fields=fields(site=publisher))


def unwrapped(link: str) -> str:
    """The publisher's own address out of Bing's; empty for one that is no web address."""
    try:
        parts = urlsplit(link)
        if (parts.hostname or "").endswith("bing.com") and parts.path.endswith("apiclick.aspx"):
            link = parse_qs(parts.query).get("url", [""])[0]
        found = safe_link(link)
    except ValueError:
        return ""
    return found if found.startswith(("http://", "https://")) else ""
